"""An end that comes from outside: a closed terminal, a time limit."""

from __future__ import annotations

__all__ = ["Ended", "end_in_order", "told"]

told: list[Ended] = []
"""The ends that were asked for: what is broken off may turn the exception into one of its own."""


class Ended(BaseException):
    """The process was told to end, by the signal of this number.

    It is no SystemExit, which is caught where plugins load.
    """

    def __init__(self, number: int) -> None:
        super().__init__(number)
        self.code = 128 + number


def end_in_order(number: int, frame: object) -> None:
    """Handles a signal: what was begun is taken back, and no program is left behind."""
    told.append(Ended(number))
    raise told[-1]
