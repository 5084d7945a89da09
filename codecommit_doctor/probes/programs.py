"""Where programs are: in the absolute folders of the PATH, and nowhere else.

The system's own look-up, and Python's, may look in the current folder first (on Windows) or in a
relative folder of the PATH. The current folder is a clone, whose files must never be started.
"""

from __future__ import annotations

import os
import re
import stat
from collections.abc import Iterator
from typing import NamedTuple

__all__ = ["NEUTRAL", "Unstartable", "find", "find_all", "is_same", "unstartable", "words_to_start"]

IS_WINDOWS = os.name == "nt"
NEUTRAL = os.environ.get("SYSTEMROOT", "C:\\") if os.name == "nt" else "/"
"""A folder for programs that need none: it exists everywhere, and only administrators write it."""

_ENDINGS = ".COM;.EXE;.BAT;.CMD"
"""What Windows starts by default: PATHEXT without the scripts of other programs."""


class Unstartable(NamedTuple):
    """A program that this user may not execute. mode: as ``chmod`` writes it."""

    path: str
    mode: str


def unstartable(name: str) -> Unstartable | None:
    """The file at which a look for a program ends that its mode does not let this user execute."""
    if os.name == "nt" or (os.path.dirname(name) and not os.path.isabs(name)) or find(name):
        return None
    folders = os.environ.get("PATH", os.defpath).split(os.pathsep)
    places = [name] if os.path.isabs(name) else [f"{it}/{name}" for it in folders]
    for place in places:
        if os.path.isabs(place) and os.path.isfile(place):
            return Unstartable(place, f"{stat.S_IMODE(os.stat(place).st_mode):o}")  # noqa: PTH116
    return None


def find(name: str) -> str | None:
    """The absolute path of the program that runs under this name; None if there is none."""
    return next(_candidates(name), None)


def find_all(name: str) -> tuple[str, ...]:
    """Every program of this name on the PATH, in order; the same file under two names once."""
    programs: dict[str, str] = {}
    for program in _candidates(name):
        programs.setdefault(_identity(program), program)
    return tuple(programs.values())


def is_same(program: str, other: str) -> bool:
    """Whether two paths lead to one file, however they are spelled."""
    return _identity(program) == _identity(other)


def _identity(program: str) -> str:
    return os.path.normcase(os.path.realpath(program))


def _candidates(name: str) -> Iterator[str]:
    if os.path.isabs(name):
        script = [name] if _first_line(name) else []
        yield from filter(_is_program, [*script, *_spellings(name)])
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


def words_to_start(program: str) -> tuple[str, ...]:
    """What starts the program at an absolute path: itself, or the interpreter of a script and it.

    Windows starts no scripts that have no ending, as pip's ``aws``; Git's shell there reads their
    first line and starts the interpreter that it names.
    """
    if not (line := _first_line(program)):
        return (program,)
    interpreter = line["path"] or line["name"]
    return (find(interpreter.replace("/", "\\")) or interpreter, program)


def _first_line(program: str) -> re.Match[str] | None:
    """The first line of a script that Windows does not start; None for any other program."""
    if not IS_WINDOWS or os.path.splitext(program)[1]:  # noqa: PTH122
        return None
    try:
        with open(program, "rb") as file:  # noqa: PTH123
            return re.match(_SCRIPT, file.readline(_LONGEST).decode("utf-8", "surrogateescape"))
    except OSError:
        return None


_LONGEST = 4096
_SCRIPT = (
    r"""\#!\s*"?(?:(?P<path>[A-Za-z]:[\\/][^"\r\n]*?)|(?:\S*/)?(?:env\s+)?(?P<name>[^\s/"]+))"?\s*"""
    r"""\Z"""
)
"""A first line that names an interpreter by its path in Windows, or by a name on the PATH."""
