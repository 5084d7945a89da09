"""Shows on a terminal what takes long. Says nothing anywhere else."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from typing import TYPE_CHECKING

from codecommit_doctor.formats.shared.terminal import in_ci

if TYPE_CHECKING:
    from typing import Self

    from codecommit_doctor.engine.examination import Event

__all__ = ["Progress", "StatusLine"]

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


class StatusLine:
    """A line on standard error, in a terminal alone, that says what takes long; gone at the end."""

    def __init__(self) -> None:
        self._text = ""
        self._update: Callable[[str], None] = lambda text: None
        self._stop: Callable[[], None] = lambda: None

    def __enter__(self) -> Self:
        if sys.stderr.isatty() and not in_ci():
            import threading

            timer = threading.Timer(_PATIENCE, self._show)
            timer.daemon = True
            timer.start()
            self._timer = timer
        return self

    def __exit__(self, *_: object) -> None:
        if timer := getattr(self, "_timer", None):
            timer.cancel()
            timer.join()  # it may be about to show the line just now
        self._stop()

    def say(self, text: str) -> None:
        """What the line says from now on, if it is there by then."""
        self._text = text
        self._update(text)

    def _show(self) -> None:
        from rich.console import Console
        from rich.live import Live
        from rich.spinner import Spinner
        from rich.text import Text

        spinner = Spinner("dots", Text(self._text))
        # standard output is not ours: the examination has it redirected while checks run
        live = Live(spinner, console=Console(stderr=True), transient=True, redirect_stdout=False)
        live.start()
        self._stop = live.stop
        self._update = lambda text: spinner.update(text=Text(text))


class Progress(StatusLine):
    """How far an examination is."""

    def __init__(self) -> None:
        super().__init__()
        self._running: list[str] = []
        self._began: float | None = None

    def observe(self, event: Event) -> None:
        """Takes note of a check's beginning or end."""
        self._began = self._began or time.monotonic()
        if event.finding is None:
            self._running.append(event.check.id)
        elif event.check.id in self._running:
            self._running.remove(event.check.id)
        text = "looking at " + ", ".join(dict.fromkeys(self._running))
        if event.targets > _MANY:
            text = far(event.over, event.targets, time.monotonic() - self._began)
        self.say(text)
