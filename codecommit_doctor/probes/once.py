"""Memory for probes."""

from __future__ import annotations

import threading
from collections.abc import Callable
from functools import wraps
from typing import Any, TypeVar

Method = TypeVar("Method", bound=Callable[..., Any])


class _Fact:
    """A fact being read, or read: its value, or the exception that reading it raised."""

    def __init__(self) -> None:
        self.lock = threading.Lock()
        self.known = False
        self.value: Any = None
        self.error: Exception | None = None


_guard = threading.Lock()


def once(method: Method) -> Method:
    """Reads a fact once for each instance and arguments; other threads wait for the first one.

    An exception is remembered as well: a broken machine is not asked twice.
    """

    @wraps(method)
    def remembered(self: Any, *args: Any, **named: Any) -> Any:
        question = (method.__name__, args, tuple(sorted(named.items())))
        with _guard:
            fact = self.__dict__.setdefault("_facts", {}).setdefault(question, _Fact())
        with fact.lock:
            if not fact.known:
                try:
                    fact.value = method(self, *args, **named)
                except Exception as error:
                    fact.error = error
                fact.known = True
        if fact.error is not None:
            raise fact.error
        return fact.value

    return remembered  # type: ignore[return-value]
