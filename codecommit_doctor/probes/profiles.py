"""The profiles of the AWS configuration, read by botocore's own parser."""

from __future__ import annotations

import os
import re
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from codecommit_doctor.probes import probe
from codecommit_doctor.probes.environment import Environment
from codecommit_doctor.probes.files import (
    Unreadable,
    read_regular,
    unreadable,
    utf_8_with_mark,
    utf_16,
)
from codecommit_doctor.probes.once import once
from codecommit_doctor.rules.aws_file import misspelt_keys, plain_sections
from codecommit_doctor.rules.homes import git_home

if TYPE_CHECKING:
    from codecommit_doctor.probes.credential_source import CredentialSource
    from codecommit_doctor.probes.evidence import Evidence

__all__ = ["AwsFile", "Misspelt", "Profiles"]

_USUAL = {
    "AWS_CONFIG_FILE": "~/.aws/config",
    "AWS_SHARED_CREDENTIALS_FILE": "~/.aws/credentials",
}
"""The files by the variables that name others."""

_SECRET_NAMES = ("secret", "token", "password")


class AwsFile(NamedTuple):
    """One of the two files. variable: what names it. failure: why it can't be used. locked: what is
    known of it if this user may not read it. line: where it can't be used, from 1. other_kind: a
    folder or a pipe is there, which the AWS CLI takes for no file.
    """

    path: str
    variable: str | None
    exists: bool
    failure: str | None = None
    locked: Unreadable | None = None
    line: int | None = None
    other_kind: bool = False

    @property
    def folder(self) -> str:
        return os.path.dirname(self.path)

    def evidence(self, found: str) -> Evidence:
        """The file as a fact. found: what was found in it, if it is there."""
        from codecommit_doctor.probes.evidence import Evidence, Origin

        place = f"{self.path} (by {self.variable})" if self.variable else self.path
        other = "is no file, and not read" if self.other_kind else "does not exist"
        return Evidence(found if self.exists else other, Origin(place, self.path))


class Misspelt(NamedTuple):
    """A setting under another name than the AWS CLI reads. place: its file and line (from 1)."""

    name: str
    right: str
    place: tuple[str, int] | None


@probe
class Profiles:
    """Profiles by name, from ``~/.aws/config`` and ``~/.aws/credentials``.

    AWS_CONFIG_FILE and AWS_SHARED_CREDENTIALS_FILE are respected. Source: the AWS SDKs and Tools
    Reference Guide, "Shared config and credentials files".
    """

    @once
    def files(self) -> tuple[AwsFile, AwsFile]:
        """The config file and the credentials file."""
        return self._config()[0], self._credentials()[0]

    @once
    def by_name(self) -> dict[str, dict[str, Any]]:
        """Every profile's settings; those of the credentials file win, as in botocore's Session."""
        merged = {name: dict(values) for name, values in self._config()[1].items()}
        for name, values in self._credentials()[1].items():
            merged.setdefault(name, {}).update(values)
        return merged

    def names(self) -> tuple[str, ...]:
        return tuple(self.by_name())

    def sso_sessions(self) -> tuple[str, ...]:
        """The names of the ``[sso-session ...]`` sections."""
        return tuple(self._config_sections().get("sso_sessions", {}))

    def sections_without_profile(self) -> tuple[str, ...]:
        """Sections of the config file that lack the word ``profile`` and so are none."""
        known = ("profiles", "sso_sessions", "services", "_path")
        return tuple(name for name in self._config_sections() if name not in known)

    @property
    def failures(self) -> tuple[AwsFile, ...]:
        """The files that exist and can't be read."""
        return tuple(file for file in self.files() if file.failure)

    def in_git_home(self) -> tuple[Path, ...]:
        """AWS files that stand in Git's home alone, which on Windows can be another than the AWS
        CLI's.
        """
        found = [
            git_home() / ".aws" / os.path.basename(file.path)
            for file in self.files()
            if not file.exists and file.variable is None
        ]
        return tuple(path for path in found if path.is_file())

    def misnamed(self) -> tuple[Path, ...]:
        """Files beside one that is missing whose names end in ``.txt``, which Windows hides."""
        beside = (Path(f"{file.path}.txt") for file in self.files() if not file.exists)
        return tuple(path for path in beside if path.is_file())

    def file_not_found(self) -> tuple[str, str | None] | None:
        """A variable that leads to no file, and the usual file, which is there and is not read; no
        usual file if it is the quotes of the variable's value, which cmd keeps, that lead astray.
        """
        for variable, usual in _USUAL.items():
            named = os.environ.get(variable, "")
            if not named or _expanded(named).is_file():
                continue
            if _expanded(named.strip(" \"'")).is_file():
                return variable, None
            if _expanded(usual).exists():
                return variable, usual
        return None

    def default_name(self) -> str:
        """The profile used where none is named: "" if a variable is set to nothing, which botocore
        takes for a name.
        """
        named = Environment().profile
        return named[0] if named else "default"

    def source(self, profile: str | None) -> CredentialSource:
        """Where a profile's credentials come from; None for what is taken if none is named."""
        from codecommit_doctor.probes.credential_source import source_of

        return source_of(profile, self)

    def regions(self, profile: str | None = None) -> tuple[str, ...]:
        """The regions that programs may take from here, the likeliest first.

        AWS CLI 2 reads AWS_REGION, then AWS_DEFAULT_REGION, then the profile. AWS CLI 1, botocore
        and git-remote-codecommit do not read AWS_REGION (tried).
        """
        given = [os.environ.get(name) for name in ("AWS_REGION", "AWS_DEFAULT_REGION")]
        name = profile or self.default_name()
        region = self.by_name().get(name, {}).get("region")
        found = [*given, str(region) if region else None]
        return tuple(dict.fromkeys(filter(None, found)))

    def setting(self, profile: str, name: str) -> str | None:
        """One value of a profile; None if it has none."""
        value = self.by_name().get(profile, {}).get(name)
        return str(value) if isinstance(value, str) else None

    @once
    def place(self, profile: str, name: str) -> tuple[str, int] | None:
        """The file and the line (from 1) of a value; the credentials file wins, as in botocore."""
        config, credentials = self.files()
        in_config = ("default",) if profile == "default" else (f"profile {profile}",)
        for file, sections in ((credentials, (profile,)), (config, in_config)):
            if found := _line(file.path, sections, name):
                return file.path, found
        return None

    def misspelt_keys(self, profile: str) -> tuple[Misspelt, ...]:
        """Settings of a profile that look like halves of an access key, and are none."""
        found = misspelt_keys(self.by_name().get(profile, {}))
        return tuple(
            Misspelt(name, right, self.place(profile, name)) for name, right in found.items()
        )

    def secrets(self) -> set[str]:
        """Every secret value in the files, for redaction only."""
        return set(_secrets_of(self.by_name()))

    @once
    def _config(self) -> tuple[AwsFile, dict[str, Any]]:
        file, parsed = self._config_file()
        return file, parsed.get("profiles", {})

    def _config_sections(self) -> dict[str, Any]:
        return self._config_file()[1]

    @once
    def _config_file(self) -> tuple[AwsFile, dict[str, Any]]:
        return _read("AWS_CONFIG_FILE", _plain_config, "load_config")

    @once
    def _credentials(self) -> tuple[AwsFile, dict[str, Any]]:
        return _read("AWS_SHARED_CREDENTIALS_FILE", plain_sections, "raw_config_parse")


def _expanded(path: str) -> Path:
    """As botocore reads the name of a file. Source: raw_config_parse() of its configloader.py."""
    return Path(os.path.expanduser(os.path.expandvars(path)))


def _plain_config(data: bytes) -> dict[str, Any] | None:
    """The config file in the shape that botocore gives it; None if it is not plain."""
    sections = plain_sections(data)
    profiles = {}
    for header, values in (sections or {}).items():
        word, space, name = header.partition(" ")
        if header != "default" and not (space and word == "profile"):
            return None
        profiles[name or header] = values
    return None if sections is None else {"profiles": profiles}


def _read(
    variable: str, plainly: Callable[[bytes], dict[str, Any] | None], by_botocore: str
) -> tuple[AwsFile, dict[str, Any]]:
    """What a file holds. plainly: reads a plain one. by_botocore: its function for any other."""
    named = os.environ.get(variable)
    written = named or _USUAL[variable]
    path = str(_expanded(written))
    source = variable if named else None
    if os.path.lexists(path) and not os.path.isfile(path) and os.path.exists(path):  # noqa: PTH110
        return AwsFile(path, source, False, other_kind=True), {}
    if locked := unreadable(Path(path)):  # botocore takes such a file for an empty one, or for none
        return AwsFile(path, source, True, "this user may not read it", locked), {}
    try:
        data = read_regular(path, _CAP)
        if len(data) < _CAP and (plain := plainly(data)) is not None:
            return AwsFile(path, source, True), plain
    except FileNotFoundError:
        return AwsFile(path, source, False), {}
    except (OSError, ValueError):
        pass  # botocore says what it makes of that
    return _read_by_botocore(path, source, written, by_botocore)


def _read_by_botocore(
    path: str, source: str | None, written: str, function: str
) -> tuple[AwsFile, dict[str, Any]]:
    from botocore import configloader
    from botocore.exceptions import ConfigNotFound, ConfigParseError

    try:
        return AwsFile(path, source, True), dict(getattr(configloader, function)(written))
    except ConfigNotFound:
        return AwsFile(path, source, False), {}
    except ConfigParseError as error:
        failure, line = _encoding(path), None
        if failure is None:
            failure, line = _malformed(error.kwargs.get("error"))
        return AwsFile(path, source, True, failure, line=line), {}
    except (OSError, ValueError, AttributeError) as error:
        return AwsFile(path, source, True, _encoding(path) or type(error).__name__), {}


def _malformed(error: object) -> tuple[str, int | None]:
    """What Python's parser, which botocore reads with, does not take; and the line, from 1."""
    import configparser

    if isinstance(error, configparser.MissingSectionHeaderError):
        return "a line is in front of the first [profile]", error.lineno
    if isinstance(error, configparser.DuplicateSectionError):
        return f"[{error.section}] is there twice", error.lineno
    if isinstance(error, configparser.DuplicateOptionError):
        return f"{error.option} is there twice in [{error.section}]", error.lineno
    if isinstance(error, configparser.ParsingError) and error.errors:
        return "a line is neither [profile] nor NAME = VALUE", error.errors[0][0]
    if isinstance(error, UnicodeDecodeError):
        return "it holds bytes that are not UTF-8", None
    return "it is not a well-formed AWS configuration file", None


def _encoding(path: str) -> str | None:
    """What is wrong with a file that some editor of Windows wrote."""
    if utf_16(Path(path)):
        return "it is written in UTF-16: save it as UTF-8"
    if utf_8_with_mark(Path(path)):
        return "it begins with a byte order mark: save it as UTF-8 without one"
    return None


_CAP = 64_000_000
"""Bytes of a file of the AWS CLI's that are read without botocore."""

_SECTION = r"\[\s*(?:(profile)\s+)?[\"']?(.*?)[\"']?\s*\]"


def _line(path: str, sections: tuple[str, ...], name: str) -> int | None:
    """The line of a value in a section of a file of the AWS CLI's."""
    try:
        lines = read_regular(path, _CAP).decode("utf-8", "replace").split("\n")
    except OSError:
        return None
    inside = False
    for number, line in enumerate(lines, 1):
        if header := re.match(_SECTION, line):
            inside = " ".join(filter(None, header.groups())) in sections
        elif inside and re.match(rf"{re.escape(name)}\s*[=:]", line, re.IGNORECASE):
            return number
    return None


def _secrets_of(values: dict[str, Any]) -> list[str]:
    found: list[str] = []
    for name, value in values.items():
        if isinstance(value, dict):
            found += _secrets_of(value)
        elif isinstance(value, str) and any(word in name.lower() for word in _SECRET_NAMES):
            found.append(value)
    return found
