"""Shows on a terminal which checks are running. Says nothing anywhere else."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from typing import TYPE_CHECKING

from codecommit_doctor.formats.shared.terminal import in_ci

if TYPE_CHECKING:
    from codecommit_doctor.engine.examination import Event

__all__ = ["Progress"]

_PATIENCE = 0.6
"""Seconds before anything is shown: a run that is over sooner needs no progress."""


_MANY = 16
"""Targets from which on they are counted, and the checks are not named."""


def far(over: int, targets: int, seconds: float) -> str:
    """How far many targets have come, how fast, and how long the rest will take."""
    text = f"looking at {targets} repositories: {over} done"
    if not over or seconds <= 0:
        return text
    rate = over / seconds
    return f"{text}, {rate:.3g} a second, {(targets - over) / rate:.0f} s left"


class Progress:
    """A line on standard error that is gone when the report comes."""

    def __init__(self) -> None:
        self._running: list[str] = []
        self._began: float | None = None
        self._over, self._targets = 0, 1
        self._update: Callable[[str], None] | None = None
        self._stop: Callable[[], None] = lambda: None
        self._timer: object = None

    def __enter__(self) -> Progress:
        if sys.stderr.isatty() and not in_ci():
            import threading

            timer = threading.Timer(_PATIENCE, self._show)
            timer.daemon = True
            timer.start()
            self._timer = timer
            self._cancel = timer.cancel
            self._finish = timer.join
        return self

    def __exit__(self, *_: object) -> None:
        if self._timer is not None:
            self._cancel()
            self._finish()  # it may be about to show the line just now
        self._update = None
        self._stop()

    def observe(self, event: Event) -> None:
        """Takes note of a check's beginning or end."""
        self._began = self._began or time.monotonic()
        self._over, self._targets = event.over, event.targets
        if event.finding is None:
            self._running.append(event.check.id)
        elif event.check.id in self._running:
            self._running.remove(event.check.id)
        if self._update:
            self._update(self._text())

    def _text(self) -> str:
        if self._targets > _MANY:
            return far(self._over, self._targets, time.monotonic() - (self._began or 0))
        return "looking at " + ", ".join(dict.fromkeys(self._running))

    def _show(self) -> None:
        from rich.console import Console
        from rich.live import Live
        from rich.spinner import Spinner
        from rich.text import Text

        spinner = Spinner("dots", Text(self._text()))
        # standard output is not ours: the examination has it redirected while checks run
        live = Live(spinner, console=Console(stderr=True), transient=True, redirect_stdout=False)
        live.start()
        self._stop = live.stop
        self._update = lambda text: spinner.update(text=Text(text))
