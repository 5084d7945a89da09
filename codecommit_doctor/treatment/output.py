"""Writes a report or a bundle to the place that the user named, as that place is.

A regular file is exchanged in one step. A device, a pipe or an open descriptor is written to and
stays what it is. A link is followed only where nobody else can have planted it.
"""

from __future__ import annotations

import errno
import os
import re
import stat
import time
from pathlib import Path

from msgspec import Struct

from codecommit_doctor.probes.deadline import left
from codecommit_doctor.rules.homes import git_files
from codecommit_doctor.treatment.files import write_private

__all__ = ["Refused", "Sink", "sink"]

_MOST_LINKS = 40
_PATIENCE = 10.0
"""Seconds for which a pipe may have no reader, or its reader may take nothing."""

_DESCRIPTOR = re.compile(r"(?:/dev/fd|/proc/(?:self|thread-self|{pid})/fd)/(\d{{1,6}})")
_STREAMS = {"/dev/stdin": 0, "/dev/stdout": 1, "/dev/stderr": 2}
_PRIVATE_FOLDERS = frozenset({".git", ".aws", ".ssh"})


class Refused(OSError):
    """Nothing is written there. strerror: the reason, for the user."""

    def __init__(self, reason: str) -> None:
        super().__init__(errno.EPERM, reason)


class Sink(Struct, frozen=True):
    """Where bytes go: an open descriptor, or else a path without links; stream: as it is."""

    path: str
    descriptor: int | None = None
    stream: bool = False

    def write(self, data: bytes) -> None:
        """Writes all bytes. Raises OSError."""
        if self.descriptor is not None:
            _write_all(os.dup(self.descriptor), data)
        elif self.stream:
            _write_all(_opened(self.path), data)
        else:
            write_private(Path(self.path), data)


def sink(named: Path) -> Sink:
    """Finds out what a path leads to. Raises Refused, or OSError with the system's reason."""
    if os.name != "posix":
        return _simple_sink(named)
    found = _followed(os.path.join(os.getcwd(), named))
    if isinstance(found, int):
        os.fstat(found)
        return Sink(str(named), found)
    try:
        state = os.lstat(found)
    except FileNotFoundError:
        state = None
    kind = stat.S_IFMT(state.st_mode) if state else stat.S_IFREG
    if kind == stat.S_IFDIR:
        raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR))
    if kind not in (stat.S_IFREG, stat.S_IFCHR, stat.S_IFIFO):
        raise Refused("it is neither a file, nor a pipe, nor a character device")
    if state and not _is_ours(state):
        raise Refused("it belongs to another user")
    if kind != stat.S_IFREG:
        _require_access(found)
        return Sink(found, stream=True)
    _refuse_configuration(found)
    _require_access(os.path.dirname(found))
    return Sink(found)


def _simple_sink(named: Path) -> Sink:
    """Windows: no owners and no descriptors by name, but devices such as NUL."""
    if named.is_dir():
        raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR))
    if named.exists() and not named.is_file():
        return Sink(str(named), stream=True)
    found = os.path.realpath(named)
    _refuse_configuration(found)
    _require_access(os.path.dirname(found))
    return Sink(found)


def _require_access(path: str) -> None:
    if not os.path.exists(path):
        raise FileNotFoundError(errno.ENOENT, os.strerror(errno.ENOENT))
    if not os.access(path, os.W_OK):
        raise PermissionError(errno.EACCES, os.strerror(errno.EACCES))


def _followed(path: str) -> str | int:
    """The path without links, or the number of the open descriptor that it names."""
    waiting = path.split("/")[1:]
    here, links, clone = "/", 0, None
    while waiting:
        name = waiting.pop(0)
        if name in ("", "."):
            continue
        if name == "..":
            here = os.path.dirname(here)
            continue
        step = os.path.join(here, name)
        if (number := _descriptor(step)) is not None and not waiting:
            return number
        try:
            target = os.readlink(step)
        except OSError:
            if waiting and os.path.lexists(step) and not os.path.isdir(step):
                raise NotADirectoryError(errno.ENOTDIR, os.strerror(errno.ENOTDIR)) from None
            here = step
            continue
        links += 1
        if links > _MOST_LINKS:
            raise OSError(errno.ELOOP, os.strerror(errno.ELOOP))
        _refuse_planted(step)
        clone = clone or _work_tree(here)
        here = "/" if target.startswith("/") else here
        waiting = [*target.split("/"), *waiting]
    if clone and os.path.commonpath([clone, here]) != clone:
        raise Refused(f"a link in the work tree {clone} leads out of it")
    return here


def _descriptor(path: str) -> int | None:
    if path in _STREAMS:
        return _STREAMS[path]
    match = re.fullmatch(_DESCRIPTOR.pattern.format(pid=os.getpid()), path)
    return int(match[1]) if match else None


def _is_ours(state: os.stat_result) -> bool:
    return state.st_uid in (os.geteuid(), 0)


def _refuse_planted(link: str) -> None:
    """Raises Refused for a link that somebody else made, or could have put there."""
    if not _is_ours(os.lstat(link)):
        raise Refused(f"the link {link} belongs to another user")
    folder = os.stat(os.path.dirname(link))
    foreign_group = folder.st_mode & stat.S_IWGRP and folder.st_gid not in (os.getegid(), 0)
    open_to_all = folder.st_mode & stat.S_IWOTH
    if not _is_ours(folder) or (
        (foreign_group or open_to_all) and not folder.st_mode & stat.S_ISVTX
    ):
        raise Refused(f"others can write where the link {link} lies")


def _work_tree(folder: str) -> str | None:
    """The clone whose work tree holds this folder."""
    while True:
        if os.path.lexists(os.path.join(folder, ".git")):
            return folder
        if folder == os.path.dirname(folder):
            return None
        folder = os.path.dirname(folder)


def _refuse_configuration(path: str) -> None:
    """Raises Refused for git's and AWS's own files: a report is never meant to replace them."""
    if _PRIVATE_FOLDERS & {part.lower() for part in Path(path).parts}:
        raise Refused("it lies among the files of git, AWS or SSH")
    of_aws = map(os.environ.get, ("AWS_CONFIG_FILE", "AWS_SHARED_CREDENTIALS_FILE"))
    files = [*map(str, git_files()), *map(os.path.expanduser, filter(None, of_aws))]
    if os.path.normcase(path) in {os.path.normcase(os.path.realpath(file)) for file in files}:
        raise Refused("it is a configuration file of git or AWS")


def _opened(path: str) -> int:
    """A descriptor of a device or a pipe; a pipe gets some time to find a reader."""
    flags = os.O_WRONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_NOCTTY", 0)
    flags |= getattr(os, "O_NOFOLLOW", 0)
    end = time.monotonic() + left(_PATIENCE)
    while True:
        try:
            return os.open(path, flags)
        except OSError as error:
            if error.errno != errno.ENXIO:
                raise
            if time.monotonic() > end:
                raise Refused("nobody reads from this pipe") from None
        time.sleep(0.05)


def _write_all(descriptor: int, data: bytes) -> None:
    """Writes and closes; waits for a slow reader as long as it takes something now and then."""
    rest = memoryview(data)
    waited = time.monotonic()
    try:
        while rest:
            try:
                written = os.write(descriptor, rest)
            except BlockingIOError:
                if time.monotonic() - waited > left(_PATIENCE):
                    raise Refused("its reader does not read") from None
                time.sleep(0.02)
                continue
            rest = rest[written:]
            waited = time.monotonic()
    finally:
        os.close(descriptor)
