"""The AWS CLI: which ones there are, which one Git's shell finds, and their versions."""

from __future__ import annotations

import os
import re
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from codecommit_doctor.probes import probe
from codecommit_doctor.probes.files import read_regular
from codecommit_doctor.probes.git import Git
from codecommit_doctor.probes.once import once
from codecommit_doctor.probes.process import Completed, run
from codecommit_doctor.probes.programs import (
    NEUTRAL,
    Unstartable,
    find,
    find_all,
    is_same,
    unstartable,
)
from codecommit_doctor.probes.unavailable import Unavailable
from codecommit_doctor.rules import versions
from codecommit_doctor.rules.homes import in_git_home

if TYPE_CHECKING:
    from packaging.version import Version

    from codecommit_doctor.probes.clones import Clones

__all__ = ["REGION_VARIABLES", "AwsCli", "CliVersion"]

_VERSION = r"aws-cli/(\d+(?:\.\d+)*\S*)(?: (Python/\S+))?(?: (\S+))?(?: (\S+))?"

_VERSIONED_FOLDER = re.compile(r"/(?:aws-cli/v2|Cellar/awscli)/(\d+(?:\.\d+)+)/")

_INTERPRETER = re.compile(
    r"""(?:#!/bin/sh\n)?(?:#!|'''exec')\s*"?([^\s"][^"\n]*?/python[\d.]*)["\s]"""
)

REGION_VARIABLES = ("AWS_REGION", "AWS_DEFAULT_REGION")
"""From which AWS CLI 2 takes a region, the first one first (tried)."""

_FIND = '!f() { command -v "$1"; }; f'
"""An alias of git's, so that Git's own shell is asked, with the PATH that git gives it."""


class CliVersion(NamedTuple):
    """What a program answered to --version.

    text: its own words, the first line. number: None if it said none. kind: how it was installed,
    as far as it tells: ``source``, ``exe``, ``pip``... failure: what went wrong instead. late: its
    time was over.
    """

    text: str
    number: Version | None
    kind: str = ""
    failure: str | None = None
    late: bool = False

    @classmethod
    def of(cls, outcome: Completed) -> CliVersion:
        """Reads standard output, and standard error: old versions print there."""
        from packaging.version import InvalidVersion, Version

        said = outcome.text + "\n" + outcome.error_text
        match = re.search(_VERSION, said)
        if not match:
            lines = said.strip().splitlines() or [""]
            telling = lines[-1] if outcome.failure else lines[0]  # of a traceback: what was raised
            return cls(telling[:200], None, failure=outcome.failure, late=outcome.hung)
        kind = match[4] or ""
        try:
            number: Version | None = Version(match[1])
        except InvalidVersion:
            number = None
        install = kind.split("/")[0] if "/" in kind and "botocore" not in kind else "pip"
        return cls(match[0], number, install, outcome.failure)

    def is_before(self, minimum: str) -> bool:
        """Whether it is known to be older than another version."""
        from packaging.version import Version

        return self.number is not None and self.number < Version(minimum)


_ALIAS = "doctor-asks-where"


class AwsCli:
    """The ``aws`` programs of this machine."""

    def __init__(self, git: Git) -> None:
        self._git = git

    @once
    def found(self) -> tuple[str, ...]:
        """Every ``aws`` on the PATH, in order."""
        return find_all("aws")

    @once
    def seen_by_git(self, program: str = "aws") -> str | None:
        """The path that Git's own shell finds for a program of a helper; None if it finds none. A
        relative path is none: what it leads to is the clone's choice.

        Without a git that runs there is no such shell: then what the PATH says. Raises Unavailable
        if git does not answer in time.
        """
        program = in_git_home(program)
        if os.path.dirname(program) and not os.path.isabs(program):
            return None
        if not self._git.path:
            return find(program)
        words = ("-c", f"alias.{_ALIAS}={_FIND}", _ALIAS, program)
        outcome = self._git.run_unconfigured(*words)
        if outcome.hung:
            raise Unavailable(f"git {outcome.failure}")
        found = outcome.text.strip()
        if outcome.failure or not found or {"\0", "\n"} & set(found):
            return None
        native = _native(found)
        return native if os.path.isabs(native) else None

    def has_program(self, program: str) -> bool:
        """Whether Git's own shell finds the program of any helper."""
        return self.seen_by_git(program) is not None

    @once
    def unstartable(self, program: str) -> Unstartable | None:
        """A program of a helper that is there and may not be executed by this user."""
        return unstartable(in_git_home(program))

    @once
    def version(self, path: str) -> CliVersion:
        """The version of the program at this path. Raises Unavailable if a clone chose it."""
        self._ensure_yours(path)
        return CliVersion.of(run([path, "--version"], cap=1_000_000))

    @once
    def codecommit(self, path: str) -> Completed:
        """Runs the helper's ``store``, which does nothing in any version and needs no credentials.

        Raises Unavailable if a clone chose the program.
        """
        self._ensure_yours(path)
        words = [path, "codecommit", "credential-helper", "store"]
        return run(words, env={"AWS_PROFILE": None, "AWS_CLI_AUTO_PROMPT": "off"})

    def _ensure_yours(self, path: str) -> None:
        """A program is started if the PATH leads to it, or if your own helper names it."""
        if self._git.trusted or path in self.found() or path == self.seen_by_git():
            return
        for entry in self._git.configuration().entries:
            if entry.is_yours and entry.key.endswith(".helper") and entry.value:
                named = in_git_home(entry.helper.aws.program)
                if os.path.dirname(named) and self.seen_by_git(named) == path:
                    return
        raise Unavailable("the clone's own configuration names this program, so it is not started")

    @once
    def installed(self, path: str) -> CliVersion | None:
        """What an installation tells of its version without being run; None if it tells nothing.

        With pip, the metadata beside the script's interpreter; with AWS's installers and Homebrew,
        the name of the folder that the program lies in.
        """
        from packaging.version import Version

        real = os.path.realpath(path)
        if folder := _VERSIONED_FOLDER.search(real.replace("\\", "/")):
            return CliVersion(f"installed as {folder[0].strip('/')}", Version(folder[1]))
        for metadata in _metadata(real):
            number = metadata.name.removeprefix("awscli-").removesuffix(".dist-info")
            return CliVersion(f"installed by pip as {metadata.name}", Version(number), "pip")
        return None

    def is_plainly_there(self, path: str) -> bool:
        """Whether an installation tells its version, so that the program itself need not."""
        real = os.path.realpath(path)
        return bool(_VERSIONED_FOLDER.search(real.replace("\\", "/")) or _metadata(real))

    @once
    def reads_login(self, path: str) -> bool | None:
        """Whether this AWS CLI reads sessions of ``aws login``; None if that can't be told.

        AWS CLI 2 has the command since 2.32. AWS CLI 1 only reads what it left, with awscrt.
        """
        from packaging.version import Version

        from codecommit_doctor.probes.installed_python import libraries_of

        number = (self.installed(path) or self.version(path)).number
        if number is None:
            return None
        if number.major >= 2:
            return number >= Version(versions.AWS_CLI_LOGIN)
        interpreter = _interpreter(os.path.realpath(path))
        found = libraries_of(interpreter, Path(NEUTRAL), "awscli.botocore") if interpreter else None
        return found.login and found.crt if found else None

    @once
    def region_variables(self, path: str) -> tuple[str, ...]:
        """The variables from which this AWS CLI takes its region, the first one first.

        AWS CLI 1, botocore and git-remote-codecommit read AWS_DEFAULT_REGION alone.
        """
        number = (self.installed(path) or self.version(path)).number
        is_cli_2 = number is not None and number.major >= 2
        return REGION_VARIABLES if is_cli_2 else REGION_VARIABLES[1:]

    @once
    def lost_interpreter(self, path: str) -> str | None:
        """The program that a script's first line names, where that does not exist."""
        try:
            start = read_regular(path, 200).decode("utf-8", "surrogateescape")
        except OSError:
            return None
        named = re.match(r"#!\s*(/[^\s\0]+)", start)
        return named[1] if named and os.name != "nt" and not Path(named[1]).exists() else None

    @once
    def alias(self) -> tuple[str, int] | None:
        """The AWS CLI's file of aliases and the line that gives ``codecommit`` another meaning.

        Source: AWS CLI User Guide, "Creating and using aliases"; the file holds INI sections.
        """
        file = os.path.expanduser("~/.aws/cli/alias")
        try:
            lines = read_regular(file, 1_000_000).decode("utf-8", "replace").splitlines()
        except OSError:
            return None
        section = ""
        for number, line in enumerate(lines, 1):
            if found := re.match(r"\[([^]]*)\]", line):
                section = found[1].strip()
            elif section == "toplevel" and re.match(r"codecommit\s*[=:]", line):
                return file, number
        return None

    @once
    def others(self, path: str) -> tuple[str, ...]:
        """Every other ``aws`` on the PATH."""
        return tuple(other for other in self.found() if not is_same(other, path))

    @once
    def folders_named_aws(self) -> tuple[str, ...]:
        """Directories called ``aws`` on the PATH: no shell runs them."""
        folders = (Path(f) / "aws" for f in os.environ.get("PATH", "").split(os.pathsep) if f)
        return tuple(str(folder) for folder in folders if folder.is_dir())


@probe
def aws_cli(clones: Clones) -> AwsCli:
    """The ``aws`` programs of this machine."""
    return AwsCli(clones.here)


def _interpreter(script: str) -> str | None:
    """The Python that a script of pip's for the AWS CLI names; None for any other program.

    It stands in the first line, or, where it is too long for that or has spaces, in the second:
    that is how pip writes scripts.
    """
    try:
        text = read_regular(script, 4096).decode("utf-8", "surrogateescape")
    except OSError:
        return None
    found = _INTERPRETER.match(text)
    return found[1] if found and "awscli" in text else None


def _metadata(script: str) -> list[Path]:
    """``awscli-*.dist-info`` of the Python that a script of the AWS CLI names."""
    if not (interpreter := _interpreter(script)):
        return []
    found = Path(interpreter).parent.parent.glob("lib/python*/site-packages/awscli-*.dist-info")
    return sorted(found)


def _native(path: str) -> str:
    """``/c/Program Files/...``, as Git's shell on Windows says it, in Windows' own form."""
    drive = re.match(r"/([A-Za-z])/", path)
    if os.name != "nt" or not drive:
        return path
    native = f"{drive[1].upper()}:\\" + path[3:].replace("/", "\\")
    return find(native) or native
