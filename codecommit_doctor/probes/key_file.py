"""The key of the pseudonyms: a file that the user made, and that nobody else can read."""

from __future__ import annotations

import os
import stat
from pathlib import Path

from codecommit_doctor.probes.files import read_regular

__all__ = ["UnusableKey", "read_key"]

_LEAST, _MOST = 32, 4096
"""Bytes of a key."""


class UnusableKey(Exception):
    """Why a file can't be the key."""


def read_key(path: Path) -> bytes:
    """The key in a file of the user's own. Raises UnusableKey."""
    try:
        data = read_regular(path, _MOST + 1).strip()
        found = path.stat()
    except OSError as error:
        raise UnusableKey(f"it can't be read: {error.strerror or error}") from None
    if os.name == "posix" and found.st_uid != os.geteuid():
        raise UnusableKey("it is not yours")
    if os.name == "posix" and stat.S_IMODE(found.st_mode) & 0o077:
        raise UnusableKey("others can read it or write to it: chmod 600 changes that")
    if not _LEAST <= len(data) <= _MOST:
        raise UnusableKey(f"a key has {_LEAST} to {_MOST} bytes")
    for folder in path.resolve().parents:
        if os.path.lexists(folder / ".git"):
            raise UnusableKey("it lies in a clone, where it may be committed")
    return data
