"""The clean room: an empty folder of ours where programs run that look.

A clone is data. Its configuration is listed once, and never in force while the doctor looks: git
runs in an empty folder without a repository around it, on one configuration that is written here
out of that listing, in its order. *Your* entries (system, global, command line, environment) stand
in it as they are; the *clone's* only where ``is_admitted`` lets them. So git's own rules still
decide, on values that were chosen for it. Sources: git-config(1) for the scopes and the syntax,
git(1) for the variables.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from codecommit_doctor.probes.first_questions import LOOKING, NO_REPOSITORY, ONE_CONFIGURATION
from codecommit_doctor.probes.process import LIMIT, Completed, Doubt, run
from codecommit_doctor.probes.temporary import temporary_folder
from codecommit_doctor.probes.unavailable import Unavailable
from codecommit_doctor.rules.helper import Helper

if TYPE_CHECKING:
    from codecommit_doctor.probes.git_config import Entry

__all__ = [
    "Room",
    "admitted",
    "clean_room",
    "is_admitted",
    "is_left_out",
    "written",
]

_TUNING = frozenset(
    ["postbuffer", "lowspeedlimit", "lowspeedtime", "maxrequests", "minsessions", "version"]
)
"""``http.*`` settings that decide neither who is asked, nor what is sent, nor what is written."""

_FAMILIES = ("credential", "http", "protocol")
_SINGLE = frozenset(["core.askpass", "core.sshcommand", "core.gitproxy"])
_OF_REMOTES = ("proxy", "proxyauthmethod", "vcs", "uploadpack", "receivepack")


class Room(NamedTuple):
    """An empty folder, and the environment in which git reads nothing but our configuration."""

    folder: Path
    environment: Mapping[str, str | None]

    def run(
        self,
        program: str,
        *words: str,
        data: bytes = b"",
        env: Mapping[str, str | None] | None = None,
        limit: float = LIMIT,
        cwd: Path | None = None,
        doubt: Doubt | None = None,
    ) -> Completed:
        """Runs git here. No protocol is allowed, unless env says which.

        Args:
            program: git, by its absolute path.
            words: its arguments.
            data: its standard input.
            env: further changes to the environment.
            limit: seconds.
            cwd: another folder, where git finds no repository either.
            doubt: asked once if git takes longer than mostly.
        """
        environment = {**self.environment, **(env or {})}
        if cwd:
            environment["GIT_DIR"] = str(self.folder / "none")
        return run(
            [program, *words],
            input=data,
            limit=limit,
            cwd=cwd or self.folder,
            env=environment,
            doubt=doubt,
        )


@contextmanager
def clean_room(configuration: bytes | None, *, own_home: bool) -> Iterator[Room]:
    """Makes a room and takes it away again.

    Args:
        configuration: all that git reads there; None for your files as git itself reads them.
        own_home: the room is the home, so that no program sees yours. Otherwise programs see your
            home, and git knows the configuration by GIT_CONFIG_GLOBAL, which it has since 2.32.

    Raises:
        Unavailable: no folder can be made or written.
    """
    with _folder() as made:
        environment: dict[str, str | None] = {
            **NO_REPOSITORY,
            "GIT_CEILING_DIRECTORIES": os.path.realpath(made),
            **LOOKING,
        }
        if configuration is not None:
            file = _filled(Path(made, ".gitconfig"), configuration)
            environment.update(ONE_CONFIGURATION)
            if own_home:
                environment.update(HOME=made, XDG_CONFIG_HOME=made)
            else:
                environment["GIT_CONFIG_GLOBAL"] = str(file)
        yield Room(Path(made, "room"), environment)


@contextmanager
def _folder() -> Iterator[str]:
    with ExitStack() as stack:
        try:
            made = stack.enter_context(temporary_folder())
            Path(made, "room").mkdir()
        except OSError as error:
            raise Unavailable(f"no temporary folder can be made: {error.strerror}") from error
        yield made


def _filled(file: Path, data: bytes) -> Path:
    try:
        file.write_bytes(data)
    except OSError as error:
        raise Unavailable(f"a temporary file can't be written: {error.strerror}") from error
    return file


def admitted(entries: Iterable[Entry], *, trusted: bool = False) -> list[Entry]:
    """The entries that git is handed in the clean room: yours, and the clone's harmless ones.

    Files that an entry includes are listed with their own entries, so the inclusion is left away.
    trusted: the clone's entries are taken for yours (``--trust-repository``).
    """
    return [
        entry
        for entry in entries
        if not entry.key.startswith(("include.", "includeif."))
        and (entry.is_yours or trusted or is_admitted(entry))
    ]


def is_admitted(entry: Entry) -> bool:
    """Whether an entry of a clone's own can run, read, write or reach nothing that it chose."""
    section, name = entry.key.partition(".")[0], entry.name
    value = entry.value or ""
    if section == "credential" and name == "helper":
        return value in ("", "store", "cache") or Helper(value).is_plain_aws
    if section == "credential":
        return name in ("usehttppath", "username")
    return section == "http" and name in _TUNING


def is_left_out(entry: Entry) -> bool:
    """Whether a clone's entry that decides over connections or credentials is not admitted."""
    if entry.is_yours or is_admitted(entry):
        return False
    section, name = entry.key.partition(".")[0], entry.name
    return (
        section in _FAMILIES
        or entry.key in _SINGLE
        or (section == "remote" and name in _OF_REMOTES)
    )


def written(entries: Iterable[tuple[str, str | None]]) -> bytes:
    """Keys and values as a file of git's configuration. A value of None is a name without ``=``."""
    lines = []
    for key, value in entries:
        first, last = key.find("."), key.rfind(".")
        section, name = key[:first], key[last + 1 :]
        if first < last:
            section += f' "{_escaped(key[first + 1 : last])}"'
        lines.append(f"[{section}]\n\t{name}" + ("" if value is None else f" = {_quoted(value)}"))
    return "\n".join([*lines, ""]).encode("utf-8", "surrogateescape")


def _escaped(text: str) -> str:
    return text.replace("\\", "\\\\").replace('"', '\\"')


def _quoted(value: str) -> str:
    return f'"{_escaped(value)}"'.replace("\n", "\\n")
