"""git-remote-codecommit, as git starts it: whether it runs, on which libraries, what comes of it.

Git starts it, by its own mechanism, in the clean room, where no clone has a say. It is the user's
own program, which git would start in the same way; the user's helpers are left out, because git
would have them store the password that it makes.
"""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from codecommit_doctor.probes import probe
from codecommit_doctor.probes.clean_room import clean_room
from codecommit_doctor.probes.endpoint import Access, Trouble, status_in
from codecommit_doctor.probes.first_questions import NO_REPOSITORY
from codecommit_doctor.probes.installed_python import (
    Libraries,
    absolute_path,
    interpreter_of,
    libraries_of,
)
from codecommit_doctor.probes.once import once
from codecommit_doctor.probes.process import Completed, run
from codecommit_doctor.probes.programs import IS_WINDOWS
from codecommit_doctor.probes.unavailable import Unavailable
from codecommit_doctor.rules import versions
from codecommit_doctor.rules.telling import telling_sentence

if TYPE_CHECKING:
    from codecommit_doctor.probes.aws_cli import AwsCli
    from codecommit_doctor.probes.clones import Clones
    from codecommit_doctor.probes.git import Git
    from codecommit_doctor.probes.git_config import Entry
    from codecommit_doctor.probes.programs import Unstartable
    from codecommit_doctor.probes.wanted import Wanted
    from codecommit_doctor.rules.target import Target

__all__ = ["PROGRAM", "RemoteHelper"]

PROGRAM = "git-remote-codecommit"

_OF_PIP = (
    "%APPDATA%/Python/Python3*/Scripts",
    "%LOCALAPPDATA%/Packages/PythonSoftwareFoundation.Python.3*/LocalCache/local-packages"
    "/Python3*/Scripts",
    "%LOCALAPPDATA%/Programs/Python/Python3*/Scripts",
    "%LOCALAPPDATA%/Python/pythoncore-3*/Scripts",
    "%ProgramFiles%/Python3*/Scripts",
    "%SystemDrive%/Python3*/Scripts",
)
"""Folders of programs that the Pythons for Windows have, none of which has to be on the PATH: of
``--user``, of the Store's Python, of python.org's installer and its newer manager.
"""

_OF_PIP_ON_MACOS = ("%HOME%/Library/Python/3*/bin",)

_LIMIT = 20.0
"""Seconds for the whole way: Python, the credentials, the request."""

_DOES_NOT_START = re.compile(
    r"Traceback \(most recent|failed to create process|[Uu]nable to create process"
    r"|ModuleNotFoundError|ImportError|bad interpreter|No module named"
)
"""What Python, its launchers and shells print of a program that can't begin."""


class RemoteHelper:
    """git-remote-codecommit of this machine. offline: nothing may be asked of the network."""

    def __init__(self, git: Git, aws_cli: AwsCli, *, offline: bool = False) -> None:
        self._git, self._aws_cli = git, aws_cli
        self.offline = offline

    @property
    @once
    def path(self) -> str | None:
        """The program that git finds; None if it finds none."""
        found = self._aws_cli.seen_by_git(PROGRAM)
        return found if found and Path(found).is_absolute() else None

    @property
    @once
    def interpreter(self) -> str | None:
        """The Python that it was installed for, as far as the program names it."""
        return interpreter_of(os.path.realpath(self.path)) if self.path else None

    @property
    def python_is_gone(self) -> bool:
        """Whether its Python is named by an absolute path at which there is nothing."""
        place = Path(self.interpreter or "")
        return place.is_absolute() and not place.exists()

    @property
    def installer(self) -> str | None:
        """``pipx`` or ``uv``, if the place of the program tells of one of them."""
        place = os.path.realpath(self.path or "").replace("\\", "/")
        return "pipx" if "/pipx/" in place else "uv" if "/uv/tools/" in place else None

    def unstartable(self) -> Unstartable | None:
        """The program where git looks for it, if this user may not execute it."""
        return self._aws_cli.unstartable(PROGRAM)

    def off_the_path(self) -> Path | None:
        """The program where pip and pipx put it, if it is there."""
        from codecommit_doctor.probes.installations import matching

        ending, patterns = (".exe", _OF_PIP) if IS_WINDOWS else ("", _OF_PIP_ON_MACOS)
        found = [Path(f"~/.local/bin/{PROGRAM}{ending}").expanduser()]
        for pattern in patterns:
            found += map(Path, matching(f"{pattern}/{PROGRAM}{ending}"))
        return next((program for program in found if program.exists()), None)

    @once
    def libraries(self) -> Libraries | None:
        """What that Python has; None if it can't be asked."""
        if not self.interpreter:
            return None
        with clean_room(None, own_home=False) as room:
            return libraries_of(self.interpreter, room.folder)

    @once
    def obstacle(self) -> str | None:
        """Why the program does not start, in its own words; None if it does.

        Started without arguments it imports all that it needs, and then asks for them.
        """
        if not self.path:
            return f"Git does not find {PROGRAM}"
        with clean_room(None, own_home=False) as room:
            outcome = run([self.path], cwd=room.folder, env={**NO_REPOSITORY, **_environment()})
        said = f"{outcome.error_text}\n{outcome.text}".strip()
        if outcome.hung:
            return None
        if outcome.code in (None, 126, 127) or _DOES_NOT_START.search(said):
            return telling_sentence(said) or f"it {outcome.failure}"
        return None

    @once
    def said_of_missing(self) -> str:
        """Git's own words about a program that it does not find."""
        return self._ls_remote("codecommit::us-east-1://x", self._git).error_text

    @once
    def access(self, target: Target, git: Git) -> Access:
        """Git asks for the refs of a ``codecommit::`` address. Raises Unavailable."""
        if self.offline:
            raise Unavailable("--offline is set")
        if not self._git.at_least(versions.GIT_RESET):
            raise Unavailable("git before 2.9 can't be kept from storing the password")
        outcome = self._ls_remote(target.url, git)
        said = telling_sentence(outcome.error_text)
        if outcome.failure is None:
            return Access(True, None, None, "")
        status = status_in(outcome.error_text)
        unreached = status is None and ("unable to access" in outcome.error_text or outcome.hung)
        trouble = Trouble.OTHER if unreached else None
        return Access(False, status, trouble, said or f"git {outcome.failure}")

    def _ls_remote(self, address: str, git: Git) -> Completed:
        return git.act(
            *("ls-remote", address, "HEAD"),
            own=[("credential.helper", "")],
            without=_names_an_address,
            env={**_environment(), "GIT_ALLOW_PROTOCOL": "codecommit:https"},
            limit=_LIMIT,
        )


@probe
def remote_helper(clones: Clones, aws_cli: AwsCli, wanted: Wanted) -> RemoteHelper:
    """git-remote-codecommit of this machine."""
    return RemoteHelper(clones.here, aws_cli, offline=wanted.offline)


def _environment() -> Mapping[str, str | None]:
    """Only absolute folders on the PATH, for the programs that git and Python look up there."""
    return {"PATH": absolute_path()}


def _names_an_address(entry: Entry) -> bool:
    """Rules that were applied to the address already, and aliases, which git falls back on."""
    return entry.key.startswith(("url.", "alias."))
