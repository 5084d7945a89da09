"""Examines again after each change, until there is nothing to find."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterable
from pathlib import Path

from codecommit_doctor.engine.machine import Machine
from codecommit_doctor.engine.session import Look
from codecommit_doctor.rules.homes import git_files

__all__ = ["watch"]

_PAUSE = 1.0
_SETTLING = 0.2
"""Seconds for whoever is changing something to change the rest of it."""

_INTERRUPTED = 130

Stamps = dict[str, tuple[int, int, int] | None]


def watch(
    machine: Machine,
    examine: Callable[[Machine], tuple[Look, int]],
    rest: Callable[[float], None] = time.sleep,
) -> int:
    """Examines, waits for a change, examines again; returns the exit code that ends it.

    examine: returns the look, and the exit code of its report. It stops at exit code 0 or Ctrl-C.
    """
    try:
        while True:
            before = _stamps(_files(machine, [Path.cwd()]))
            look, code = examine(machine)
            if code in (0, _INTERRUPTED):
                return code
            folders = [section.target.directory for section in look.sections]
            files = _files(look.machine, [Path.cwd(), *folders])
            # what was known before is compared with how it was before, lest a change be missed
            before = _stamps(files) | {file: before[file] for file in before if file in files}
            while _stamps(files) == before:
                rest(_PAUSE)
            rest(_SETTLING)
            machine = Machine.started()
    except KeyboardInterrupt:
        return _INTERRUPTED


def _files(machine: Machine, folders: Iterable[Path]) -> set[str]:
    """What may change the report: git's files and AWS's, there or not, and the PATH's folders."""
    files = {*map(str, git_files()), *(file.path for file in machine.profiles.files())}
    for folder in folders:
        files.add(str(folder / ".git" / "config"))
        entries = machine.git(folder).configuration().entries
        files |= {entry.file for entry in entries if entry.file}
    tokens = Path(os.path.expanduser("~/.aws/sso/cache"))
    files |= {str(tokens), *map(str, tokens.glob("*.json"))}
    programs = os.environ.get("PATH", "").split(os.pathsep)
    return files | {folder for folder in programs if Path(folder).is_absolute()}


def _stamps(files: Iterable[str]) -> Stamps:
    return {file: _stamp(file) for file in files}


def _stamp(file: str) -> tuple[int, int, int] | None:
    try:
        found = os.stat(file)  # noqa: PTH116
    except (OSError, ValueError):
        return None
    return found.st_mtime_ns, found.st_size, found.st_ino
