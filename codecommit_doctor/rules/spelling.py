"""The nearest of some words to one that is misspelt."""

from __future__ import annotations

from collections.abc import Iterable

__all__ = ["distance", "nearest"]


def nearest(word: str, words: Iterable[str]) -> str | None:
    """The word that the fewest slips of a finger lead to; None if all are too far away.

    A slip is a wrong, a missing or an extra character, or two that changed places; case counts
    for nothing. One slip is forgiven for every three characters.
    """
    ranked = sorted((distance(word.lower(), other.lower()), other) for other in words)
    if not ranked or ranked[0][0] > max(1, len(word) // 3):
        return None
    return ranked[0][1]


def distance(one: str, other: str) -> int:
    """The optimal string alignment distance of two words."""
    before: list[int] = []
    last = list(range(len(other) + 1))
    for i, a in enumerate(one, 1):
        row = [i]
        for j, b in enumerate(other, 1):
            cost = min(last[j] + 1, row[j - 1] + 1, last[j - 1] + (a != b))
            if i > 1 and j > 1 and a == other[j - 2] and one[i - 2] == b:
                cost = min(cost, before[j - 2] + 1)
            row.append(cost)
        before, last = last, row
    return last[-1]
