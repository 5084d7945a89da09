"""Temporary folders: all in one of ours, which is tidied where a killed run left something."""

from __future__ import annotations

import contextlib
import os
import shutil
import stat
import tempfile
import time
from pathlib import Path

__all__ = ["remove_all", "temporary_folder"]

_STALE = 3600.0
"""Seconds after which a folder whose process is gone is removed."""

_ATTEMPTS = 5

_tidied = False


class _Folder(tempfile.TemporaryDirectory[str]):
    """A folder that takes our parent folder with it, where that is empty then."""

    def cleanup(self) -> None:
        super().cleanup()
        with contextlib.suppress(OSError):
            Path(self.name).parent.rmdir()


def temporary_folder() -> tempfile.TemporaryDirectory[str]:
    """A new folder that only this user can read; it is removed when its ``with`` ends."""
    for _ in range(_ATTEMPTS):
        with contextlib.suppress(FileNotFoundError):  # another doctor has just removed the parent
            return _made()
    return _made()


def _made() -> tempfile.TemporaryDirectory[str]:
    return _Folder(prefix=f"{os.getpid()}-", dir=_parent(), ignore_cleanup_errors=True)


def remove_all() -> None:
    """Removes this process's folders, for an end at which no ``with`` is left."""
    parent = Path(tempfile.gettempdir(), _name())
    for folder in parent.glob(f"{os.getpid()}-*"):
        shutil.rmtree(folder, ignore_errors=True)
    with contextlib.suppress(OSError):
        parent.rmdir()


def _name() -> str:
    return f"codecommit-doctor-{os.getuid() if hasattr(os, 'getuid') else 'user'}"


def _parent() -> str:
    """Our folder in the system's; one of another user's making is not used."""
    global _tidied
    path = Path(tempfile.gettempdir(), _name())
    try:
        path.mkdir(mode=0o700, exist_ok=True)
        state = path.lstat()
        if hasattr(os, "getuid") and (
            not stat.S_ISDIR(state.st_mode)
            or state.st_uid != os.getuid()
            or stat.S_IMODE(state.st_mode) & 0o077
        ):
            raise PermissionError("somebody else made it")
    except OSError:
        return tempfile.mkdtemp(prefix="codecommit-doctor-")
    if not _tidied:
        _tidied = True
        _tidy(path)
    return str(path)


def _tidy(parent: Path) -> None:
    """Removes what processes that are gone left more than an hour ago."""
    for folder in parent.iterdir():
        pid = folder.name.partition("-")[0]
        try:
            state = folder.lstat()
            old = time.time() - state.st_mtime > _STALE
            if pid.isdecimal() and old and stat.S_ISDIR(state.st_mode) and not _is_alive(int(pid)):
                shutil.rmtree(folder, ignore_errors=True)
        except (OSError, ValueError):
            continue


def _is_alive(pid: int) -> bool:
    import psutil

    return bool(psutil.pid_exists(pid))
