"""Files that may be anything, or nobody's to read: no reader of ours ever waits."""

from __future__ import annotations

import codecs
import errno
import os
import stat
from pathlib import Path
from typing import NamedTuple

from codecommit_doctor.probes import probe
from codecommit_doctor.probes.deadline import left
from codecommit_doctor.probes.once import once
from codecommit_doctor.rules.homes import git_folder, git_home

__all__ = [
    "Files",
    "Unreadable",
    "read_named",
    "read_regular",
    "unreadable",
    "utf_8_with_mark",
    "utf_16",
]

_CAP = 64_000_000
"""Bytes of a file in which a line is looked for."""

_FLAGS = os.O_RDONLY
for _flag in ("O_NONBLOCK", "O_NOCTTY", "O_CLOEXEC", "O_BINARY"):
    _FLAGS |= getattr(os, _flag, 0)

_PATIENCE = 10.0


def read_regular(path: str | os.PathLike[str], cap: int) -> bytes:
    """The first bytes of a regular file, ``cap`` at most.

    Raises:
        OSError: it can't be read, or it is a pipe, a device or a folder.
    """
    _refuse_other(os.stat(path).st_mode)  # noqa: PTH116 - a path may be bytes of any kind
    descriptor = os.open(path, _FLAGS)
    with os.fdopen(descriptor, "rb") as file:
        _refuse_other(os.fstat(descriptor).st_mode)
        return file.read(cap)


def read_named(path: str | os.PathLike[str], cap: int, patience: float = _PATIENCE) -> bytes:
    """The first bytes of what the user named: a file, or a pipe or device, with a time limit.

    patience: seconds to wait for whoever writes to a pipe.

    Raises:
        OSError: it can't be read, or nobody writes to it.
    """
    mode = os.stat(path).st_mode  # noqa: PTH116
    if os.name != "posix" or stat.S_ISREG(mode):
        return read_regular(path, cap)
    if not (stat.S_ISFIFO(mode) or stat.S_ISCHR(mode)):
        _refuse_other(mode)
    descriptor = os.open(path, _FLAGS)
    try:
        return _read_stream(descriptor, cap, patience)
    finally:
        os.close(descriptor)


def _read_stream(descriptor: int, cap: int, patience: float) -> bytes:
    import select

    poll = select.poll()
    poll.register(descriptor, select.POLLIN | select.POLLHUP)
    data = bytearray()
    while len(data) < cap:
        if not poll.poll(left(patience) * 1000):
            raise TimeoutError(errno.ETIMEDOUT, f"nothing was written to it for {patience:g} s")
        chunk = os.read(descriptor, min(65536, cap - len(data)))
        if not chunk:
            break
        data += chunk
    return bytes(data)


def _refuse_other(mode: int) -> None:
    if stat.S_ISDIR(mode):
        raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR))
    if not stat.S_ISREG(mode):
        raise OSError(errno.EINVAL, "it is not a regular file")


class Unreadable(NamedTuple):
    """A file that this user may not read. owner: a name or a number, "" where none can be told."""

    path: Path
    owner: str
    mode: int

    @property
    def words(self) -> str:
        """``owned by root, mode 0600, not readable for ann``."""
        if os.name != "posix":
            return "its access list does not let this user read it"
        owner = f"owned by {self.owner}, " if self.owner else ""
        return f"{owner}mode {stat.S_IMODE(self.mode):04o}, not readable for {_me()}"

    @property
    def step(self) -> tuple[str, tuple[str, ...]]:
        """What to do about it: a sentence, and the words of a command."""
        if os.name != "posix":
            return "Give yourself the right to read it", ("icacls", str(self.path), "/reset")
        if self.owner == _me():
            return "Make it readable", ("chmod", "u+rwX", str(self.path))
        return "Make it yours again", ("sudo", "chown", "-R", _me(), str(self.path))


def unreadable(path: Path) -> Unreadable | None:
    """What is known of a file that is there and can't be opened; None for any other."""
    try:
        read_regular(path, 0)
    except PermissionError:
        return _described(path)
    except (OSError, ValueError):
        return None
    return None


def _described(path: Path) -> Unreadable:
    """Of a file in a folder that may not be searched the folder is to blame."""
    for place in (path, *path.parents):
        try:
            found = place.stat()
        except OSError:
            continue
        return Unreadable(place, _name(found.st_uid), found.st_mode)
    return Unreadable(path, "", 0)


def _name(uid: int) -> str:
    if os.name != "posix":
        return ""
    import pwd

    try:
        return pwd.getpwuid(uid).pw_name
    except KeyError:
        return str(uid)


def _me() -> str:
    return _name(os.geteuid()) if os.name == "posix" else "this user"


@probe
class Files:
    """The files of this machine, as far as a check may ask for them."""

    @once
    def is_folder(self, path: str) -> bool:
        return Path(path).is_dir()

    def line(self, path: str | None, number: int | None) -> str | None:
        """A line (from 1) of a file as it is written there; None if it can't be read."""
        if path is None or number is None:
            return None
        lines = self._lines(path)
        return lines[number - 1].strip() if number <= len(lines) else None

    @once
    def _lines(self, path: str) -> list[str]:
        """The lines of a file, which many settings may come from; none if it can't be read."""
        try:
            return read_regular(path, _CAP).decode("utf-8", "surrogateescape").split("\n")
        except OSError:
            return []

    def of_yours(self) -> tuple[Path, ...]:
        """Where Git looks for your own settings. Source: git-config(1), "FILES"."""
        if named := os.environ.get("GIT_CONFIG_GLOBAL"):
            return (Path(named),)
        return git_folder() / "config", git_home() / ".gitconfig"

    @once
    def unreadable(self, path: Path) -> Unreadable | None:
        """What is known of a file that is there and can't be opened; None for any other."""
        return unreadable(path)

    @once
    def utf_16(self, path: Path) -> bool:
        """Whether a file is in UTF-16, as Windows PowerShell 5.1 writes it with ``>``."""
        return utf_16(path)


def utf_16(file: Path) -> bool:
    """Whether a file is in UTF-16, as Windows PowerShell 5.1 writes it with ``>``."""
    start = _start(file)
    return start.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)) or b"\0" in start


def utf_8_with_mark(file: Path) -> bool:
    """Whether a file begins with the byte order mark of UTF-8, as old Notepads write it."""
    return _start(file).startswith(codecs.BOM_UTF8)


def _start(file: Path) -> bytes:
    try:
        return read_regular(file, 200)
    except (OSError, ValueError):
        return b""
