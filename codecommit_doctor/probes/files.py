"""The one way in which files that may be anything are opened: no reader of ours ever waits."""

from __future__ import annotations

import errno
import os
import stat
import time

__all__ = ["read_named", "read_regular"]

_FLAGS = os.O_RDONLY
for _name in ("O_NONBLOCK", "O_NOCTTY", "O_CLOEXEC", "O_BINARY"):
    _FLAGS |= getattr(os, _name, 0)

_PATIENCE = 10.0
"""Seconds to wait for whoever writes to a pipe that the user named."""


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


def read_named(path: str | os.PathLike[str], cap: int) -> bytes:
    """The first bytes of what the user named: a file, or a pipe or device, with a time limit.

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
        return _read_stream(descriptor, cap)
    finally:
        os.close(descriptor)


def _read_stream(descriptor: int, cap: int) -> bytes:
    import select

    poll = select.poll()
    poll.register(descriptor, select.POLLIN | select.POLLHUP)
    data = bytearray()
    deadline = time.monotonic() + _PATIENCE
    while len(data) < cap:
        left = deadline - time.monotonic()
        if left <= 0 or not poll.poll(left * 1000):
            raise TimeoutError(errno.ETIMEDOUT, f"nothing was written to it for {_PATIENCE:g} s")
        chunk = os.read(descriptor, min(65536, cap - len(data)))
        if not chunk:
            break
        data += chunk
        deadline = time.monotonic() + _PATIENCE
    return bytes(data)


def _refuse_other(mode: int) -> None:
    if stat.S_ISDIR(mode):
        raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR))
    if not stat.S_ISREG(mode):
        raise OSError(errno.EINVAL, "it is not a regular file")
