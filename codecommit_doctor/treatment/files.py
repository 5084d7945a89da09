"""Replaces a file in one step, under git's own lock.

At any moment, after a crash or a kill as well, the file is the old one or the new one. Its mode,
owner, extended attributes and the symbolic links that lead to it are kept.
"""

from __future__ import annotations

import contextlib
import os
import stat
from pathlib import Path

from codecommit_doctor.probes.files import read_regular
from codecommit_doctor.probes.process import run

__all__ = [
    "FixError",
    "HasChanged",
    "NotWritable",
    "clean_up",
    "ensure_writable",
    "read",
    "replace",
    "state_folder",
    "write_private",
]


_LARGEST = 64_000_000
IS_WINDOWS = os.name == "nt"


class FixError(Exception):
    """A fix can't be carried out. The message is for the user; nothing has been changed."""


class HasChanged(FixError):
    """The file is not what it was when the change was worked out."""


class NotWritable(FixError):
    """This user may not write the file. place: the file or the folder that forbids it."""

    def __init__(self, place: Path) -> None:
        super().__init__(f"{place} may not be written")
        self.place = place


def read(path: Path) -> bytes | None:
    """A file's bytes, None if there is none. Raises FixError if it may not be read."""
    try:
        return read_regular(path, _LARGEST)
    except FileNotFoundError:
        return None
    except OSError as error:
        raise FixError(f"{path} can't be read: {error.strerror}") from error


def ensure_writable(path: Path) -> None:
    """Raises NotWritable, or FixError for what is no file, as /dev/null."""
    real = path.resolve()
    if real.exists() and not real.is_file():
        raise FixError(f"{real} is not a regular file")
    folder = next(parent for parent in real.parents if parent.exists())
    for place in (real, folder):
        if place.exists() and not os.access(place, os.W_OK):
            raise NotWritable(place)
    if IS_WINDOWS and real.exists():
        _ask_windows(real)


def _ask_windows(file: Path) -> None:
    """Opens a file for writing, because os.access() knows neither ACLs nor other programs there."""
    try:
        with file.open("r+b"):
            pass
    except PermissionError as error:
        raise _refusal(file, error) from error


def _refusal(file: Path, error: PermissionError) -> FixError:
    """What "access denied" means on Windows: the file is in use, or an access control list.

    A file that is open elsewhere can't be opened (error 32) or not be exchanged, which fails with
    the names of both files. Source: MoveFileExW and CreateFileW of the Windows API.
    """
    if getattr(error, "winerror", None) == _SHARING_VIOLATION or error.filename2:
        return FixError(f"another program has {file} open: close it there, and try again")
    return NotWritable(file if error.filename == str(file) else file.parent)


_SHARING_VIOLATION = 32


def replace(
    path: Path,
    before: bytes | None,
    after: bytes | None,
    owner: str,
    place: Path | None = None,
) -> None:
    """Turns a file from one state into another; None stands for no file.

    owner: a name that is in use nowhere else; it marks what a killed run leaves behind, for
    clean_up(). place: where the path must lead; a link may have taken the file's place meanwhile.
    Raises HasChanged if the file is not in the first state, FixError if it can't be written or if
    somebody holds git's lock.
    """
    ensure_writable(path)
    real = path.resolve()
    if place is not None and real != place:
        raise HasChanged(f"{path} leads to {real} now, and not to {place}")
    lock, new = _lock(real), _beside(real, owner)
    try:
        real.parent.mkdir(parents=True, exist_ok=True)
        if after is not None:
            _write(new, after, real if before is not None else None)
        _take(lock, owner)
        try:
            if read(real) != before:
                raise HasChanged(f"{real} has been changed meanwhile")
            if after is None:
                real.unlink()
            else:
                new.replace(real)
        finally:
            lock.unlink()
    except OSError as error:
        if IS_WINDOWS and isinstance(error, PermissionError):
            raise _refusal(real, error) from error
        raise FixError(f"{real} can't be changed: {error.strerror}") from error
    finally:
        with contextlib.suppress(OSError):
            new.unlink(missing_ok=True)
    _sync_folder(real.parent)


def clean_up(path: Path, owner: str) -> None:
    """Removes what a killed run of this owner left beside a file: its lock, its unfinished file."""
    real = path.resolve()
    lock = _lock(real)
    with contextlib.suppress(OSError):
        if lock.read_bytes() == owner.encode():
            lock.unlink()
    for left in (_beside(real, owner), _beside(lock, owner)):
        with contextlib.suppress(OSError):
            left.unlink(missing_ok=True)


def _lock(real: Path) -> Path:
    """Git's lock: beside the file itself, not beside a link to it."""
    return real.with_name(f"{real.name}.lock")


def _beside(real: Path, owner: str) -> Path:
    return real.with_name(f".{real.name}.codecommit-doctor-{owner}")


def _take(lock: Path, owner: str) -> None:
    """Makes the lock, its owner's name in it from the first moment where the disk has hard links.

    Git's locks are empty at first: an empty one is never taken for ours.
    """
    mine = _beside(lock, owner)
    try:
        mine.write_bytes(owner.encode())
        try:
            os.link(mine, lock)
        except FileExistsError:
            raise
        except OSError:
            with lock.open("xb") as file:
                file.write(owner.encode())
    except FileExistsError:
        raise FixError(
            f"another program is changing the file: {lock} exists; "
            "if none is, an earlier one left it behind: delete it"
        ) from None
    finally:
        mine.unlink(missing_ok=True)


def _write(new: Path, data: bytes, like: Path | None) -> None:
    """Writes a whole file to the disk, with the attributes of the one that it will replace."""
    mode = 0o600 if like else 0o666
    descriptor = os.open(new, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | _BINARY, mode)
    with os.fdopen(descriptor, "wb") as file:
        file.write(data)
        file.flush()
        if like:
            _keep_attributes(like, new)
        os.fsync(file.fileno())


_BINARY = getattr(os, "O_BINARY", 0)


def _keep_attributes(old: Path, new: Path) -> None:
    """Mode, owner and all else but the time. Raises OSError if the owner can't be kept."""
    import shutil

    state = old.stat()
    with contextlib.suppress(OSError):
        shutil.copystat(old, new)
    if hasattr(os, "chown"):
        os.chown(new, state.st_uid, state.st_gid)
    new.chmod(stat.S_IMODE(state.st_mode))
    os.utime(new)


def _sync_folder(folder: Path) -> None:
    if os.name != "posix":
        return
    with contextlib.suppress(OSError):
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


def state_folder(name: str) -> Path | None:
    """A folder of ours where the system keeps the state of programs; None without a home."""
    from platformdirs import user_state_path

    try:
        found = user_state_path("codecommit-doctor", appauthor=False) / name
    except RuntimeError:
        return None
    return found if found.is_absolute() and "~" not in found.parts else None


def write_private(path: Path, data: bytes) -> None:
    """Puts a file in place in one step, readable by its owner alone. Raises OSError."""
    import tempfile

    folder = path.resolve().parent
    descriptor, temporary = tempfile.mkstemp(dir=folder, prefix=f".{path.name}.")  # mode 0600
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        if IS_WINDOWS:
            _leave_to_owner(temporary)
        Path(temporary).replace(path.resolve())
    except BaseException:
        Path(temporary).unlink(missing_ok=True)
        raise


def _leave_to_owner(file: str) -> None:
    """Windows has no modes: takes the rights away that the file has from its folder, and leaves its
    owner's (S-1-3-4, which the file keeps when it is moved).
    """
    run(["icacls", file, "/inheritance:r", "/grant:r", "*S-1-3-4:F", "/Q"])
