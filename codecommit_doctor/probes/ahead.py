"""Reads many things ahead of whoever goes through them, a few at a time."""

from __future__ import annotations

import contextlib
import queue
import threading
from collections.abc import Callable, Iterator, Sequence
from typing import TypeVar

from codecommit_doctor.probes.deadline import left

__all__ = ["ahead"]

Item = TypeVar("Item")

_AT_ONCE = 4
"""Programs that are started side by side; more only wait for each other."""


def ahead(items: Sequence[Item], read: Callable[[Item], object]) -> Iterator[Item]:
    """The items in their order, each when it was read. What reading raises is silenced: whoever
    asks for the fact again gets it.
    """
    if len(items) <= _AT_ONCE:
        yield from items
        return
    read_already = [threading.Event() for _ in items]
    todo: queue.SimpleQueue[int] = queue.SimpleQueue()
    for number in range(len(items)):
        todo.put(number)

    def work() -> None:
        while True:
            try:
                number = todo.get_nowait()
            except queue.Empty:
                return
            with contextlib.suppress(Exception):
                read(items[number])
            read_already[number].set()

    for _ in range(_AT_ONCE):
        threading.Thread(target=work, daemon=True).start()
    try:
        for number, item in enumerate(items):
            read_already[number].wait(left())
            yield item
    finally:  # whoever goes through them may have stopped
        while not todo.empty():
            todo.get()
