"""Runs the fast tests once, then for each mutant those that run its lines."""

from __future__ import annotations

import functools
import gc
import os
import signal
import sys
import threading
import time
from collections.abc import Callable, Iterable
from pathlib import Path
from types import CodeType, FrameType, FunctionType
from typing import Any

import pytest
from _pytest.runner import runtestprotocol

from tools.mutants.making import Mutant

__all__ = ["Runner"]

_LONGEST = 20.0
"""Processor seconds of tests that one mutant may cost; the quickest tests come first."""

_BLOCKED = 200
"""Seconds after which a mutant that waits for something is taken for one that does not end."""


class Runner:
    """A plugin of pytest. ``results`` says of each mutant whether a test noticed it.

    Mutants live in forked processes, in memory: no file is written.
    """

    def __init__(self, mutants: Iterable[Mutant], tell: Callable[[Mutant], None]) -> None:
        self.mutants = tuple(mutants)
        self.results: dict[Mutant, bool] = {}
        self.failed: list[str] = []
        self._tell = tell
        self._files = {str(mutant.path) for mutant in self.mutants}
        self._covering: dict[tuple[str, int], set[int]] = {}
        self._seconds: dict[int, float] = {}
        self._functions: dict[tuple[str, int, str], list[FunctionType]] = {}
        self._caches: list[Any] = []
        self._modules = 0

    def pytest_runtestloop(self, session: pytest.Session) -> bool:
        """Instead of pytest's own."""
        gc.unfreeze()  # or what was loaded before the first test is not found
        items = session.items
        for number, item in enumerate(items):
            following = items[number + 1] if number + 1 < len(items) else None
            self._look_at(number, item, following)
        if self.failed:
            return True
        self._forget_caches()
        self._find_functions()
        gc.freeze()  # or the children copy every page that their collector touches
        for mutant in self.mutants:
            chosen = self._choose(mutant)
            limit = 1 + 3 * sum(self._seconds[number] for number in chosen)
            tests = [items[number] for number in chosen]
            self.results[mutant] = bool(chosen) and self._is_noticed(mutant, tests, limit)
            if not self.results[mutant]:
                self._tell(mutant)
        return True

    def _look_at(self, number: int, item: pytest.Item, following: pytest.Item | None) -> None:
        """Runs a test, and notes which lines it runs."""
        lines: set[tuple[str, int]] = set()
        files = self._files
        ours: dict[CodeType, bool] = {}

        def enter(frame: FrameType, event: str, argument: Any) -> Any:
            code = frame.f_code
            if code not in ours:
                ours[code] = code.co_filename in files
            return step if ours[code] else None

        def step(frame: FrameType, event: str, argument: Any) -> Any:
            lines.add((frame.f_code.co_filename, frame.f_lineno))
            return step

        self._forget_caches()
        begun = time.process_time()
        threading.settrace(enter)
        sys.settrace(enter)
        try:
            reports = runtestprotocol(item, log=False, nextitem=following)
        finally:
            sys.settrace(None)
            threading.settrace(None)
        self._seconds[number] = time.process_time() - begun
        if any(report.failed for report in reports):
            self.failed.append(item.nodeid)
        for line in lines:
            self._covering.setdefault(line, set()).add(number)

    def _forget_caches(self) -> None:
        """Clears what functions remember: a mutant would never be asked."""
        if len(sys.modules) != self._modules:  # to search all objects takes long
            self._modules = len(sys.modules)
            wrapper = functools._lru_cache_wrapper
            self._caches = [found for found in gc.get_objects() if isinstance(found, wrapper)]
        for cached in self._caches:
            cached.cache_clear()

    def _find_functions(self) -> None:
        """Those that can be changed, whoever holds them by whatever name."""
        for found in gc.get_objects():
            if isinstance(found, FunctionType) and found.__code__.co_filename in self._files:
                code = found.__code__
                key = _key(code.co_filename, code.co_firstlineno, code)
                self._functions.setdefault(key, []).append(found)

    def _choose(self, mutant: Mutant) -> list[int]:
        """The tests that run the lines of a mutant, the quickest first."""
        found: set[int] = set()
        for line in mutant.lines:
            found |= self._covering.get((str(mutant.path), line), set())
        chosen: list[int] = []
        left = _LONGEST
        for number in sorted(found, key=lambda number: self._seconds[number]):
            left -= self._seconds[number]
            if left > 0 or not chosen:
                chosen.append(number)
        return chosen

    def _is_noticed(self, mutant: Mutant, items: list[pytest.Item], limit: float) -> bool:
        """Does one of these tests fail, or not end, with the mutant in place? limit: processor
        seconds, which do not depend on what else the machine does.
        """
        if pid := os.fork():
            _, status = os.waitpid(pid, 0)
            return status != 0
        signal.setitimer(signal.ITIMER_PROF, limit)
        signal.alarm(_BLOCKED)
        try:
            os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
            os.dup2(1, 2)
            for function in self._functions.get(_key(mutant.path, mutant.line, mutant.code), ()):
                function.__code__ = mutant.code
            for item in items:
                if any(report.failed for report in runtestprotocol(item, log=False, nextitem=None)):
                    os._exit(1)
            os._exit(0)
        finally:
            os._exit(2)


def _key(path: str | Path, line: int, code: CodeType) -> tuple[str, int, str]:
    return str(path), line, code.co_name
