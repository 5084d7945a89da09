"""Temporary folders: all in one of ours, which is tidied where a killed run left something.

The helper waits for one, so what does without it loads no more than ``os``: tempfile and shutil, as
slow to load as git is to start, are asked where it is not plain.
"""

from __future__ import annotations

import contextlib
import os
import stat
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

__all__ = ["remove_all", "temporary_folder"]

_STALE = 3600.0
"""Seconds after which a folder whose process is gone is removed."""

_ATTEMPTS = 5

_tidied = False


@contextmanager
def temporary_folder() -> Iterator[str]:
    """A new folder that only this user can read; it is removed when its ``with`` ends."""
    made = _made()
    try:
        yield made
    finally:
        _remove(made)
        with contextlib.suppress(OSError):  # ours, if it is empty
            os.rmdir(os.path.dirname(made))  # noqa: PTH106


def _made() -> str:
    for _ in range(_ATTEMPTS):
        with contextlib.suppress(FileNotFoundError):  # another doctor has just removed the parent
            return _new(_parent())
    return _new(_parent())


def _new(parent: str) -> str:
    name = os.path.join(parent, f"{os.getpid()}-{os.urandom(8).hex()}")  # noqa: PTH118
    os.mkdir(name, 0o700)  # noqa: PTH102
    return name


def remove_all() -> None:
    """Removes this process's folders, for an end at which no ``with`` is left."""
    parent = Path(_system_folder(), _name())
    with contextlib.suppress(OSError):
        for folder in parent.iterdir():
            if folder.name.startswith(f"{os.getpid()}-"):
                _remove(str(folder))
        parent.rmdir()


def _remove(folder: str) -> None:
    """Removes a folder of ours; links in it are not followed."""
    try:
        with os.scandir(folder) as entries:
            for entry in entries:
                if entry.is_dir(follow_symlinks=False):
                    _remove(entry.path)
                else:
                    _unlink(entry.path)
        os.rmdir(folder)  # noqa: PTH106
    except OSError:
        import shutil

        shutil.rmtree(folder, ignore_errors=True)


def _unlink(path: str) -> None:
    try:
        os.unlink(path)  # noqa: PTH108
    except PermissionError:  # Windows keeps what is read-only
        os.chmod(path, stat.S_IRWXU)  # noqa: PTH101
        os.unlink(path)  # noqa: PTH108


def _system_folder() -> str:
    """The system's folder for temporary files, as tempfile finds it."""
    names = filter(None, map(os.environ.get, ("TMPDIR", "TEMP", "TMP")))
    named = next(names, "/tmp" if os.name == "posix" else "")  # noqa: S108
    if os.path.isabs(named) and os.path.isdir(named) and os.access(named, os.W_OK | os.X_OK):  # noqa: PTH112
        return named
    import tempfile

    return tempfile.gettempdir()


def _name() -> str:
    return f"codecommit-doctor-{os.getuid() if hasattr(os, 'getuid') else 'user'}"


def _parent() -> str:
    """Our folder in the system's; one of another user's making is not used."""
    global _tidied
    path = Path(_system_folder(), _name())
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
        import tempfile

        return tempfile.mkdtemp(prefix="codecommit-doctor-", dir=_system_folder())
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
                _remove(str(folder))
        except (OSError, ValueError):
            continue


def _is_alive(pid: int) -> bool:
    import psutil

    return bool(psutil.pid_exists(pid))
