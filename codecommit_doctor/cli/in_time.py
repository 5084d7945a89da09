"""Ends a run whose time is over before there is anything to show."""

from __future__ import annotations

import contextlib
import os
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from codecommit_doctor.cli.messages import say, stop
from codecommit_doctor.probes.deadline import or_end, until
from codecommit_doctor.probes.unavailable import Unavailable
from codecommit_doctor.rules.homes import git_files

if TYPE_CHECKING:
    from codecommit_doctor.engine.machine import Machine

__all__ = ["give_up", "in_time", "to_the_end"]

_BROKEN = 3
_ENDING = 5.0
_ending = threading.Event()
_LARGE = 1_000_000
_LEAST = 0.5
"""Seconds that the report may wait for what is just being read, however late it is."""


@contextlib.contextmanager
def in_time(end: float) -> Iterator[None]:
    """Bounds the reading before the first check; afterwards there is something to show."""
    try:
        with or_end(end, give_up):
            yield
    except Unavailable:
        if time.monotonic() < end:
            raise
        if _ending.is_set():
            time.sleep(_ENDING)  # the process ends meanwhile
        stop(_late(), code=_BROKEN)


@contextlib.contextmanager
def to_the_end(machine: Machine, limit: float) -> Iterator[None]:
    """Bounds what comes behind the last check; ends with a message where secrets are not known."""
    try:
        with until(max(machine.began + limit, time.monotonic() + _LEAST)):
            yield
    except Unavailable as unanswered:
        stop(f"out of time: no report can be made: {unanswered.reason}", code=_BROKEN)


def give_up() -> None:
    """Ends the process, and tells why, in whatever thread this is."""
    from codecommit_doctor.cli import leave

    _ending.set()
    say(_late())
    leave(_BROKEN)


def _late() -> str:
    return f"out of time before the first check{_large()}; --timeout SECONDS gives it more"


def _large() -> str:
    """The configuration that takes long to read."""
    sizes = [(_size(file), file) for file in (*git_files(), Path(".git/config"), *_of_aws())]
    size, file = max(sizes)
    return f": {file} has {size / 1_000_000:.0f} MB" if size >= _LARGE else ""


def _of_aws() -> list[Path]:
    return [Path(os.path.expanduser(f"~/.aws/{name}")) for name in ("config", "credentials")]


def _size(file: Path) -> int:
    try:
        return file.stat().st_size
    except OSError:
        return 0
