"""What a text of a foreign report is taken for: printable, not too long, in words that we know."""

from __future__ import annotations

import re
from functools import cache, lru_cache
from typing import Any, get_args

from codecommit_doctor.redaction import printable
from codecommit_doctor.reports.report import (
    ConfidenceWord,
    FixWord,
    OperationWord,
    OutcomeWord,
    SafetyWord,
    StatusWord,
)

__all__ = ["NEAREST", "nearest", "safe_code", "safe_id", "safe_status", "safe_text"]

_LONGEST = 10_000
"""Characters of one text."""

_REMEMBERED = 1024
_ID = re.compile(r"[a-z][a-z0-9]*(-[a-z0-9]+)*\Z")
_CODE = re.compile(r"[a-z][a-z0-9]*(-[a-z0-9]+)*/[a-z0-9]+(-[a-z0-9]+)*\Z")

NEAREST: dict[Any, str | None] = {
    StatusWord: "skip",
    OutcomeWord: "unknown",
    ConfidenceWord: "possible",
    SafetyWord: "unsafe",
    FixWord: "failed",
    OperationWord: None,
}
"""What a word of a later version, or of somebody's hand, is taken for."""


def nearest(word: str, kind: Any) -> Any:
    """The word, or what it comes nearest to among the words of this kind."""
    return word if word in _known(kind) else NEAREST[kind]


@cache
def _known(kind: Any) -> frozenset[str]:
    return frozenset(get_args(kind))


def safe_text(text: str) -> str:
    """The text without characters that act, and cut where it is too long."""
    cut = len(text) - _LONGEST
    return printable(text) if cut <= 0 else f"{printable(text[:_LONGEST])}… ({cut} more)"


def safe_id(text: str) -> str:
    """The id of a check: it is shown as part of a command."""
    return text if len(text) <= 100 and _matches(_ID, text) else "unknown-check"


def safe_code(text: str | None) -> str | None:
    """The code of a finding: it is shown as part of a command, too."""
    return text if text and len(text) <= 200 and _matches(_CODE, text) else None


def safe_status(status: str, summary: str) -> tuple[Any, str]:
    """The status of a result and its summary, which keeps a status that is not known."""
    if status in _known(StatusWord):
        return status, safe_text(summary)
    told = f"status {status!r}, new to this version: {summary}"
    return nearest(status, StatusWord), safe_text(told)


@lru_cache(_REMEMBERED)
def _matches(pattern: re.Pattern[str], text: str) -> bool:
    return bool(pattern.match(text))
