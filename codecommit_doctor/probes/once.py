"""Memory for probes."""

from __future__ import annotations

import threading
from collections.abc import Callable
from functools import partial, wraps
from typing import Any, TypeVar

from codecommit_doctor.probes import deadline
from codecommit_doctor.probes.unavailable import Unavailable

Method = TypeVar("Method", bound=Callable[..., Any])


class _Fact:
    """A fact being read, or read: its value, or the exception that reading it raised."""

    __slots__ = ("error", "known", "lock", "value")

    def __init__(self) -> None:
        self.lock = threading.Lock()
        self.known = False
        self.value: Any = None
        self.error: Exception | None = None


_guard = threading.Lock()
_NONE: dict[object, _Fact] = {}


def once(method: Method) -> Method:
    """Reads a fact once for each instance and arguments; other threads wait for the first one.

    An exception is remembered as well: a broken machine is not asked twice. When the time for the
    whole is over nobody waits: Unavailable.
    """

    name = method.__name__

    @wraps(method)
    def remembered(self: Any, *args: Any, **named: Any) -> Any:
        question = (name, *args, tuple(sorted(named.items()))) if named else (name, *args)
        fact = self.__dict__.get("_facts", _NONE).get(question)
        if fact is None:
            with _guard:
                fact = self.__dict__.setdefault("_facts", {}).setdefault(question, _Fact())
        if not fact.known:
            _read(fact, partial(method, self, *args, **named))
        if fact.error is not None:
            raise fact.error
        return fact.value

    return remembered  # type: ignore[return-value]


def _read(fact: _Fact, method: Callable[[], Any]) -> None:
    if not fact.lock.acquire(timeout=deadline.left()):
        raise Unavailable("the time was over")
    try:
        if fact.known:
            return
        try:
            fact.value = method()
        except Exception as error:
            fact.error = error
        fact.known = True
    finally:
        fact.lock.release()
