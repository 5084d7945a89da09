"""Failures that were really seen, as data: an examination may explain them, never deny them."""

from __future__ import annotations

from typing import Literal

from msgspec import Struct

__all__ = ["Observation", "Operation"]

Operation = Literal["fetch", "push"]


class Observation(Struct, frozen=True):
    """A failure of Git that somebody saw.

    source: the command that failed, as ``git push`` (no addresses, no options). text: its last
    words, one line each, not yet masked; "" where it gave none. operation: what was tried, None
    where the text does not tell. code: the exit code, None where it is not known.
    """

    source: str
    text: str
    operation: Operation | None = None
    code: int | None = None
