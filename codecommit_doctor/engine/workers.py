"""Threads that run checks, one batch after another; one that hangs is replaced."""

from __future__ import annotations

import queue
import threading
import time
from collections.abc import Callable
from typing import Generic, TypeVar

from msgspec import Struct, field

from codecommit_doctor.check import Check

__all__ = ["Batch", "Workers"]

Subject = TypeVar("Subject")

_LOOKING_UP = 0.5
"""Seconds after which a waiting thread sees to signals and limits."""


class Batch(Struct, Generic[Subject], eq=False):
    """Checks of one subject that run one after another.

    began: when the present one began. found: results so far, with the seconds of each. dropped:
    nobody waits for it any more.
    """

    subject: Subject
    checks: tuple[Check, ...]
    began: float = 0.0
    found: list[tuple[object, float]] = field(default_factory=list)
    dropped: bool = False

    @property
    def end(self) -> float:
        """When the time of the present check is over."""
        number = len(self.found)
        return self.began + self.checks[min(number, len(self.checks) - 1)].limit

    @property
    def is_late(self) -> bool:
        """Whether the present check has taken too long."""
        return len(self.found) < len(self.checks) and time.monotonic() >= self.end


class Workers(Generic[Subject]):
    """As many threads as batches were ever under way. busy: the batches that are."""

    def __init__(self, work: Callable[[Subject, Check], object]) -> None:
        self.busy: list[Batch[Subject]] = []
        self._work = work
        self._threads = self._lost = 0
        self._todo: queue.SimpleQueue[Batch[Subject] | None] = queue.SimpleQueue()
        self._done: queue.SimpleQueue[Batch[Subject]] = queue.SimpleQueue()

    def start(self, batch: Batch[Subject]) -> None:
        """Has a batch run."""
        batch.began = time.monotonic()
        self.busy.append(batch)
        self._todo.put(batch)
        if len(self.busy) + self._lost > self._threads:
            self._threads += 1
            threading.Thread(target=self._run, daemon=True).start()

    def wait(self, deadline: float) -> Batch[Subject] | None:
        """A batch that is done; None if there is none before something else has to be seen to."""
        ends = [batch.end for batch in self.busy]
        patience = min([deadline, *ends]) - time.monotonic()
        try:
            batch = self._done.get(timeout=max(0.0, min(patience, _LOOKING_UP)))
        except queue.Empty:
            return None
        if batch.dropped:
            self._lost -= 1
            return None
        self.busy.remove(batch)
        return batch

    def late(self) -> list[Batch[Subject]]:
        """Drops, and hands out, the batches whose present check has taken too long."""
        return [self._dropped(batch) for batch in tuple(self.busy) if batch.is_late]

    def drop_all(self) -> list[Batch[Subject]]:
        """Drops, and hands out, all that are under way."""
        return [self._dropped(batch) for batch in tuple(self.busy)]

    def end(self) -> None:
        """Lets the threads end when they have nothing to do."""
        for _ in range(self._threads):
            self._todo.put(None)

    def _dropped(self, batch: Batch[Subject]) -> Batch[Subject]:
        batch.dropped = True
        self.busy.remove(batch)
        self._lost += 1
        return batch

    def _run(self) -> None:
        while batch := self._todo.get():
            for check in batch.checks:
                if batch.dropped:
                    break
                result = self._work(batch.subject, check)
                now = time.monotonic()
                seconds, batch.began = now - batch.began, now
                batch.found.append((result, seconds))
            self._done.put(batch)
