"""What the lab was asked and what it answered, without a secret in it."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Entry:
    """One request. query: Git's service parameter or the API's operation, nothing else.

    who: the name or ARN that the lab took the caller for, or "". why: the reason of a refusal.
    began, ended: as time.monotonic() gives them.
    """

    method: str
    host: str
    path: str
    operation: str
    status: int
    who: str = ""
    why: str = ""
    began: float = field(default=0.0, compare=False, repr=False)
    ended: float = field(default=0.0, compare=False, repr=False)

    def __str__(self) -> str:
        words = (str(self.status), self.method, f"{self.host}{self.path}", self.operation)
        return " ".join(word for word in (*words, self.who and f"[{self.who}]", self.why) if word)


class Journal:
    """Entries in the order of their answers; safe to use from any thread."""

    def __init__(self) -> None:
        self._entries: list[Entry] = []
        self._lock = threading.Condition()

    def add(self, entry: Entry) -> None:
        with self._lock:
            self._entries.append(entry)
            self._lock.notify_all()

    def clear(self) -> None:
        with self._lock:
            self._entries.clear()

    @property
    def entries(self) -> tuple[Entry, ...]:
        with self._lock:
            return tuple(self._entries)

    def follow(self, tell: Callable[[Entry], None]) -> None:
        """Tells of each new entry, until an exception such as KeyboardInterrupt."""
        told = 0
        while True:
            with self._lock:
                self._lock.wait(timeout=0.5)
                new = self._entries[told:]
            told += len(new)
            for entry in new:
                tell(entry)

    def of(self, host: str) -> tuple[Entry, ...]:
        """Those whose host contains this text, such as "git-codecommit" or "iam"."""
        return tuple(entry for entry in self.entries if host in entry.host)

    def statuses(self, host: str = "") -> list[int]:
        return [entry.status for entry in self.of(host)]

    def __str__(self) -> str:
        return "\n".join(map(str, self.entries))
