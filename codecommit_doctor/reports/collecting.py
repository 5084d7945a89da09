"""Finds files of reports below folders, and by patterns.

What a folder from elsewhere holds is data: no link in it is followed, and none that leads out of it
is passed over in silence.
"""

from __future__ import annotations

import glob
import os
from collections.abc import Iterable, Iterator
from pathlib import Path

from msgspec import Struct

__all__ = ["TABLES", "LeftOut", "files_below"]

TABLES = (".jsonl", ".ndjson", ".parquet")
"""Endings of files that hold lines, not reports."""

_ENDINGS = (".json", ".zip", *TABLES)
_NAMES = ("stdout",)
"""What the SSM agent calls the output of a command that it puts into S3."""

_MOST = 1_000_000


class LeftOut(Struct, frozen=True):
    """A file that is not read, and why."""

    path: Path
    reason: str


def files_below(paths: Iterable[Path]) -> Iterator[Path | LeftOut]:
    """The files that are named, and in folders those that look like reports, in their order.

    A name that is no file is taken for a pattern, for shells that expand none.
    """
    number = 0
    for path in (found for named in paths for found in _expanded(named)):
        for file in _walked(path) if path.is_dir() else [path]:
            number += 1
            if number > _MOST:
                yield LeftOut(path, f"more than {_MOST:,} files; the others are not read")
                return
            yield file


def _expanded(path: Path) -> list[Path]:
    text = str(path)
    if not os.path.lexists(text) and glob.has_magic(text):
        found = sorted(glob.glob(text, recursive=True))  # noqa: PTH207 - of any root
        return [Path(name) for name in found] or [path]
    return [path]


def _walked(root: Path) -> Iterator[Path | LeftOut]:
    inside = os.path.realpath(root)
    folders = [str(root)]
    while folders:
        folder = folders.pop()
        try:
            entries = sorted(os.scandir(folder), key=lambda entry: entry.name)
        except OSError as error:
            yield LeftOut(Path(folder), f"it can't be read: {error.strerror or error}")
            continue
        deeper = []
        for entry in entries:
            if entry.is_symlink():
                if not _is_below(os.path.realpath(entry.path), inside):
                    yield LeftOut(Path(entry.path), "it is a link that leads out of the folder")
            elif entry.is_dir(follow_symlinks=False):
                if not entry.name.startswith("."):
                    deeper.append(entry.path)
            elif entry.name.lower().endswith(_ENDINGS) or entry.name in _NAMES:
                yield Path(entry.path)
        folders += reversed(deeper)


def _is_below(path: str, folder: str) -> bool:
    return path == folder or path.startswith(folder.rstrip(os.sep) + os.sep)
