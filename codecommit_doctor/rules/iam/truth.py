"""Three values of truth: True, False, and None for "can't be told"."""

from __future__ import annotations

from collections.abc import Iterable

__all__ = ["Truth", "agreed", "all_of", "any_of", "negated"]

Truth = bool | None


def any_of(truths: Iterable[Truth]) -> Truth:
    """Or: None if only what can't be told could make it true."""
    seen = set(truths)
    return True if True in seen else None if None in seen else False


def all_of(truths: Iterable[Truth]) -> Truth:
    """And: None if only what can't be told could make it false."""
    seen = set(truths)
    return False if False in seen else None if None in seen else True


def negated(truth: Truth) -> Truth:
    return None if truth is None else not truth


def agreed(truths: Iterable[Truth]) -> Truth:
    """What holds in every one of several cases of which one is real; None where they differ."""
    seen = set(truths)
    return seen.pop() if len(seen) == 1 else None
