"""Where programs are: in the absolute folders of the PATH, and nowhere else.

The system's own look-up, and Python's, may look in the current folder first (on Windows) or in a
relative folder of the PATH. The current folder is a clone, whose files must never be started.
"""

from __future__ import annotations

import os
from collections.abc import Iterator

__all__ = ["NEUTRAL", "find", "find_all"]

NEUTRAL = os.environ.get("SYSTEMROOT", "C:\\") if os.name == "nt" else "/"
"""A folder for programs that need none: it exists everywhere, and only administrators write it."""

_ENDINGS = ".COM;.EXE;.BAT;.CMD"
"""What Windows starts by default: PATHEXT without the scripts of other programs."""


def find(name: str) -> str | None:
    """The absolute path of the program that runs under this name; None if there is none."""
    return next(_candidates(name), None)


def find_all(name: str) -> tuple[str, ...]:
    """Every program of this name on the PATH, in order; the same file under two names once."""
    seen: set[str] = set()
    programs = []
    for program in _candidates(name):
        real = os.path.normcase(os.path.realpath(program))
        if real not in seen:
            seen.add(real)
            programs.append(program)
    return tuple(programs)


def _candidates(name: str) -> Iterator[str]:
    if os.path.isabs(name):
        yield from filter(_is_program, _spellings(name))
        return
    if os.path.dirname(name):
        return
    for folder in os.environ.get("PATH", os.defpath).split(os.pathsep):
        folder = folder.strip('"') if os.name == "nt" else folder
        if os.path.isabs(folder):
            found = filter(_is_program, _spellings(os.path.join(folder, name)))  # noqa: PTH118
            yield from list(found)[:1]


def _spellings(path: str) -> list[str]:
    """The path with each ending that Windows tries; elsewhere the path itself."""
    if os.name != "nt":
        return [path]
    endings = [e for e in os.environ.get("PATHEXT", _ENDINGS).lower().split(";") if e]
    if os.path.splitext(path)[1].lower() in endings:  # noqa: PTH122
        return [path]
    return [path + ending for ending in endings]


def _is_program(path: str) -> bool:
    return os.path.isfile(path) and os.access(path, os.X_OK)
