"""From results to causes."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Literal

from codecommit_doctor.check import Status
from codecommit_doctor.engine.examination import Finding

__all__ = ["causes"]

Confidence = Literal["confirmed", "likely", "possible"]


def causes(findings: Iterable[Finding]) -> list[tuple[str, Confidence, str]]:
    """The checks that failed, then those that warned: (check id, confidence, what it rests on).

    confirmed: reproduced. likely: proved to be wrong, but not seen to be what Git fails of.
    possible: suspected. A failure that follows from another is no cause of its own.
    """
    ranked: dict[Confidence, list[tuple[str, Confidence, str]]] = {
        "confirmed": [],
        "likely": [],
        "possible": [],
    }
    for finding in findings:
        result = finding.result
        if result.because_of:
            continue
        if result.status is Status.FAIL:
            confidence: Confidence = "confirmed" if result.confirmed else "likely"
        elif result.status is Status.WARN:
            confidence = "possible"
        else:
            continue
        ranked[confidence].append((finding.check.id, confidence, result.summary))
    return [cause for causes in ranked.values() for cause in causes]
