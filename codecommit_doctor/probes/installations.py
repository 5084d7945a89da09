"""The gits of this machine that are not the one on the PATH."""

from __future__ import annotations

import glob
import os
import re
from pathlib import Path
from typing import TYPE_CHECKING

from codecommit_doctor.probes import probe
from codecommit_doctor.probes.once import once

if TYPE_CHECKING:
    from codecommit_doctor.probes.git import Git
    from codecommit_doctor.probes.host import Host

__all__ = ["Installations", "matching"]

_WINDOWS = (
    r"%ProgramFiles%\Git\cmd\git.exe",
    r"%ProgramFiles(x86)%\Git\cmd\git.exe",
    r"%LOCALAPPDATA%\Programs\Git\cmd\git.exe",
    r"%LOCALAPPDATA%\GitHubDesktop\app-*\resources\app\git\cmd\git.exe",
    r"%LOCALAPPDATA%\Fork\gitInstance\*\cmd\git.exe",
    r"%LOCALAPPDATA%\Atlassian\SourceTree\git_local\cmd\git.exe",
    r"%ProgramFiles%\SmartGit\git\cmd\git.exe",
    r"%USERPROFILE%\scoop\apps\git\current\cmd\git.exe",
    *(
        rf"%{root}%\Microsoft Visual Studio\*\*\Common7\IDE\CommonExtensions\Microsoft"
        r"\TeamFoundation\Team Explorer\Git\cmd\git.exe"
        for root in ("ProgramFiles", "ProgramFiles(x86)")
    ),
)
_DARWIN = (
    "/Library/Developer/CommandLineTools/usr/bin/git",
    "/Applications/Xcode.app/Contents/Developer/usr/bin/git",
    "/opt/homebrew/bin/git",
    "/usr/local/bin/git",
    "/Applications/GitHub Desktop.app/Contents/Resources/app/git/bin/git",
    "/Applications/Fork.app/Contents/Resources/git-instance/bin/git",
    "/Applications/Sourcetree.app/Contents/Resources/git_local/bin/git",
)
_SHIM = "/usr/bin/git"
"""Apple's, which opens a window where no developer tools are installed; it runs one of those."""

_PLACES = r"/(cmd|bin|(mingw32|mingw64|clangarm64|usr)/(bin|libexec/git-core))/git\.exe\Z"
"""Where Git for Windows has a ``git.exe``, below the folder of the installation. What git itself
starts, for an alias or a hook, finds the one in ``libexec`` first.
"""


@probe
class Installations:
    """The gits that an IDE or a graphical client may use instead of the one on the PATH."""

    def __init__(self, git: Git, host: Host) -> None:
        self._git, self._host = git, host

    @once
    def others(self) -> tuple[Git, ...]:
        """Every other git, the same file once, asked in the same folder."""
        host, git = self._host, self._git
        patterns = _WINDOWS if host.is_windows else _DARWIN if host.system == "Darwin" else ()
        found = [*git.found]
        for pattern in patterns:
            found += matching(pattern)
        seen = {self._installation(git.path)} if git.path else set()
        others = []
        for program in found:
            same = self._installation(program)
            if same in seen or (host.system == "Darwin" and same == _SHIM):
                continue
            seen.add(same)
            if Path(program).is_file():
                others.append(git.of(program))
        return tuple(others)

    def _installation(self, program: str) -> str:
        """What two paths of one git have in common: Git for Windows has several programs of it."""
        if not self._host.is_windows:
            return os.path.realpath(program)
        real = os.path.normcase(os.path.realpath(_behind_shim(program)))
        return re.sub(_PLACES, "", real.replace("\\", "/"))


def _behind_shim(program: str) -> str:
    """The program that one of Scoop's ``shims`` starts: a text beside it names its path."""
    try:
        text = Path(program).with_suffix(".shim").read_text("utf-8-sig")
    except (OSError, ValueError):
        return program
    named = re.search(r'^path\s*=\s*"?([^"\r\n]+)"?', text, re.MULTILINE)
    return named[1].rstrip() if named else program


def matching(pattern: str) -> list[str]:
    """The files of a pattern, in which variables stand for themselves: a home may have brackets.

    None where a variable is not set: the rest of the pattern would be looked for in this folder.
    """
    if any(not os.environ.get(name) for name in re.findall("%([^%]+)%", pattern)):
        return []
    named = re.sub("%([^%]+)%", lambda found: glob.escape(os.environ[found[1]]), pattern)
    return sorted(glob.glob(named))  # noqa: PTH207
