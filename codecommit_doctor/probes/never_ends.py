"""Why a program does not come to an end: a file that it reads is a pipe, or a device.

Nothing is opened here that is no regular file. Sources: git-config(1), "FILES"; the discovery of a
repository in git's setup.c, which reads ``HEAD``, ``commondir`` and ``config``.
"""

from __future__ import annotations

import os
import stat
from collections.abc import Iterable, Iterator
from pathlib import Path

from codecommit_doctor.probes.files import read_regular
from codecommit_doctor.probes.first_questions import LOOKING, NO_REPOSITORY, UNCONFIGURED
from codecommit_doctor.probes.process import run
from codecommit_doctor.probes.programs import find
from codecommit_doctor.rules.homes import git_files, in_git_home

__all__ = ["first_of", "kind_of", "read_by_git", "told"]

_KINDS = ((stat.S_ISFIFO, "named pipe"), (stat.S_ISCHR, "device"), (stat.S_ISSOCK, "socket"))
_OF_REPOSITORY = ("HEAD", "commondir", "config", "config.worktree")
_OTHERS = (".git-credentials", "credentials", ".netrc", "_netrc", "ignore", "attributes")
_MOST = 1000
"""Files that are looked at."""

_UNCONFIGURED = {**NO_REPOSITORY, **LOOKING, **UNCONFIGURED}

_INCLUDES = r"^include(if\..*)?\.path$"


def kind_of(path: str | os.PathLike[str]) -> str | None:
    """``named pipe``, ``device`` or ``socket``; None for a file, a folder, or nothing."""
    try:
        mode = os.stat(path).st_mode  # noqa: PTH116 - a path may be bytes of any kind
    except (OSError, ValueError):
        return None
    return next((name for is_kind, name in _KINDS if is_kind(mode)), None)


def read_by_git(folder: str) -> Path | None:
    """What git waits for in a folder, as it reads its configuration there."""
    yours = (file for file in git_files() if file.name not in _OTHERS)
    return first_of(_with_includes([*_of_repository(Path(folder)), *yours]))


def told(file: Path | None) -> str | None:
    """What is said of a program that waits for this file."""
    return f"waits for {file}, which is a {kind_of(file)}" if file else None


def first_of(files: Iterable[str | Path]) -> Path | None:
    """The first that is no file and no folder."""
    return next((Path(file) for file in files if kind_of(file)), None)


def _of_repository(folder: Path) -> Iterator[Path]:
    """The files that make git take a folder, or one above it, for a repository."""
    if named := os.environ.get("GIT_DIR"):
        yield from (folder / named / name for name in _OF_REPOSITORY)
        return
    for parent in (folder, *folder.parents):
        git = parent / ".git"
        found = [parent / "HEAD"]  # as in a bare repository
        if git.is_dir():
            found += [git / name for name in _OF_REPOSITORY]
        elif git.is_file():
            found += _of_link(git)
        yield from found
        if len(found) > 1:
            return


def _of_link(file: Path) -> list[Path]:
    """The files of the repository to which a file ``.git`` leads, and of the one that it shares."""
    git = _named_in(file, "gitdir: ")
    common = git and _named_in(git / "commondir", "")
    folders = filter(None, (git, common))
    return [folder / name for folder in folders for name in _OF_REPOSITORY]


def _named_in(file: Path, word: str) -> Path | None:
    try:
        text = os.fsdecode(read_regular(file, 4096)).strip()
    except OSError:
        return None
    return file.parent / text.removeprefix(word)


def _with_includes(files: list[Path]) -> Iterator[Path]:
    """The files, and those that they include, as git reads their lines; each once."""
    found = list(dict.fromkeys(files))
    for file in found:
        yield file
        if file.name != "HEAD" and file.is_file() and len(found) < _MOST:
            found += dict.fromkeys(_included_by(file)).keys() - set(found)


def _included_by(file: Path) -> Iterator[Path]:
    words = ("config", "-f", str(file), "--no-includes", "-z", "--get-regexp", _INCLUDES)
    outcome = run([find("git") or "git", *words], env=_UNCONFIGURED)
    for setting in filter(None, outcome.text.split("\0")):
        _, _, value = setting.partition("\n")
        if value:
            yield file.parent / in_git_home(value)
