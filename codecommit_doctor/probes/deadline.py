"""When the time for the whole is over. Whatever waits asks here how long it may.

The examination ends its own checks. Everything before and after it, which is done in one thread, is
bounded by this.
"""

from __future__ import annotations

import math
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

__all__ = ["left", "or_end", "until"]

_GRACE = 0.6
"""Seconds that reading may go on after the end: what waits has given up then, and tells why."""

_LONGEST = 1_000_000.0
"""Seconds: no lock can be waited for without an end by a number."""

_end = math.inf


def left(limit: float = _LONGEST) -> float:
    """Seconds to wait: the limit, or what is left of the whole, if that is less."""
    return max(0.0, min(limit, _end - time.monotonic()))


@contextmanager
def until(end: float) -> Iterator[None]:
    """Has everything that waits meanwhile stop at this time, as time.monotonic() gives it."""
    global _end
    before, _end = _end, end
    try:
        yield
    finally:
        _end = before


@contextmanager
def or_end(end: float, last_resort: Callable[[], object]) -> Iterator[None]:
    """As until(). last_resort: what is done if this goes on for long after the end, in a thread."""
    timer = None
    if end < math.inf:
        seconds = min(_LONGEST, max(0.0, end + _GRACE - time.monotonic()))
        timer = threading.Timer(seconds, last_resort)
        timer.daemon = True
        timer.start()
    try:
        with until(end):
            yield
    finally:
        if timer:
            timer.cancel()
