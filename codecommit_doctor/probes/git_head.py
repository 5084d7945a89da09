"""The branch that a clone is on, read without running git there."""

from __future__ import annotations

import os
import re
import stat
from pathlib import Path

__all__ = ["branch_of"]

_MOST = 4096
"""Bytes of a HEAD that is read."""


def branch_of(directory: Path) -> str | None:
    """The full name of the branch, such as refs/heads/main; None if it can't be told.

    A .git that is a file or a link leads elsewhere, and is not followed.
    """
    folder = directory.absolute()
    for parent in (folder, *folder.parents):
        git = parent / ".git"
        try:
            kind = os.lstat(git).st_mode
        except (OSError, ValueError):
            continue
        return _head(git / "HEAD") if stat.S_ISDIR(kind) else None
    return None


def _head(path: Path) -> str | None:
    try:
        if not stat.S_ISREG(os.lstat(path).st_mode):
            return None
        with path.open("rb") as file:
            text = file.read(_MOST).decode("utf-8")
    except (OSError, ValueError):
        return None
    found = re.fullmatch(r"ref: (refs/heads/[^\s\x00-\x1f]+)\s*", text)
    return found[1] if found else None
