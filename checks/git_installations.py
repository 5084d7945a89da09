"""The check ``git-installations``."""

from __future__ import annotations

import glob
import os
import re
from pathlib import Path

from codecommit_doctor.check import (
    Advice,
    Evidence,
    Git,
    Helper,
    Host,
    Origin,
    Result,
    Symptom,
    Target,
    check,
    no_helpers_asked,
    passed,
    skipped,
    warned,
)

_WINDOWS = (
    r"%ProgramFiles%\Git\cmd\git.exe",
    r"%ProgramFiles(x86)%\Git\cmd\git.exe",
    r"%LOCALAPPDATA%\Programs\Git\cmd\git.exe",
    r"%LOCALAPPDATA%\GitHubDesktop\app-*\resources\app\git\cmd\git.exe",
    r"%LOCALAPPDATA%\Fork\gitInstance\*\cmd\git.exe",
    r"%LOCALAPPDATA%\Atlassian\SourceTree\git_local\cmd\git.exe",
    r"%ProgramFiles%\Microsoft Visual Studio\*\*\Common7\IDE\CommonExtensions\Microsoft"
    r"\TeamFoundation\Team Explorer\Git\cmd\git.exe",
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

_PLACES = r"/(cmd|bin|(mingw32|mingw64|clangarm64|usr)/bin)/git\.exe\Z"
"""Where Git for Windows has a ``git.exe``, below the folder of the installation."""

_MOST = 6
"""Gits that are asked."""


@check(
    id="git-installations",
    category="programs",
    title="Would another git of this machine fail where this one works?",
    why="An IDE or a graphical client brings its own git, with a system configuration of its own, "
    "in which a credential manager may stand before the AWS helper.",
    source="https://git-scm.com/docs/git-config#FILES",
    after=("git-version", "git-configuration", "credential-manager-conflict", "credential-helper"),
    symptoms=(
        Symptom(
            r"appears to be a git command, but we were not",
            "Git found a helper program and could not start it: another git's, or one for "
            "another system.",
        ),
    ),
)
def git_installations(target: Target, git: Git, host: Host) -> Result:
    """## Symptom
    It works in the terminal, and an IDE or a graphical client says 403 or asks for a password.

    ## How it looks
    It finds the gits on the PATH and in well-known places: on Windows Git for Windows, GitHub
    Desktop, Visual Studio, SourceTree and Fork, on macOS Xcode, Homebrew and the same clients.
    Where there is more than one it lets each say which helpers it asks for this address.

    ## By hand
    Put the section for CodeCommit into the global file, which all gits of this machine read:

    {reset}

    ## Known limits
    What a client adds on the command line, as GitHub Desktop does, can't be seen, and neither can
    the gits of Windows from WSL.
    """
    if skip := no_helpers_asked(target):
        return skip
    others = _others(git, host)
    if not others:
        return skipped("there is one git on this machine", code="only-one")
    if not _works(git, target):
        return skipped(
            "no AWS helper answers first for this git: no other one has to", code="not-needed"
        )
    facts = [Evidence("asked", Origin(str(git.path)))]
    worse: list[str] = []
    for program in others[:_MOST]:
        other = git.of(program)
        if other.configuration().failure:
            facts.append(Evidence("can't be asked", Origin(program)))
            continue
        chain = other.credential(target).chain
        names = ", ".join(Helper(entry.value or "").name for entry in chain) or "no helper"
        facts.append(Evidence(f"asks {names}", Origin(program)))
        facts += [Evidence.of_setting(entry) for entry in chain if not _works(other, target)]
        worse += [] if _works(other, target) else [program]
    if worse:
        return warned(
            f"{worse[0]} asks other helpers than {git.path}, and not the AWS helper first",
            *facts,
            advice=(Advice("Put the reset of the helpers into the global file, for all gits"),),
            code="other-git-differs",
        )
    return passed(f"all {1 + len(others)} gits ask the AWS helper first", *facts)


def _works(git: Git, target: Target) -> bool:
    """Whether the AWS helper is the first that may answer."""
    helpers = [Helper(entry.value or "") for entry in git.credential(target).chain]
    helpers = [helper for helper in helpers if not helper.is_for_other_hosts]
    return bool(helpers) and helpers[0].is_aws


def _others(git: Git, host: Host) -> list[str]:
    """Every other git, the same file once."""
    patterns = _WINDOWS if host.is_windows else _DARWIN if host.system == "Darwin" else ()
    found = [*git.found]
    for pattern in patterns:
        found += sorted(glob.glob(os.path.expandvars(pattern)))  # noqa: PTH207
    seen = {_installation(git.path, host)} if git.path else set()
    others = []
    for program in found:
        same = _installation(program, host)
        if same in seen or (host.system == "Darwin" and same == _SHIM):
            continue
        seen.add(same)
        if Path(program).is_file():
            others.append(program)
    return others


def _installation(program: str, host: Host) -> str:
    """What two paths of one git have in common: Git for Windows has several programs of one git."""
    real = os.path.normcase(os.path.realpath(program))
    return re.sub(_PLACES, "", real.replace("\\", "/")) if host.is_windows else real
