"""From results to causes."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Literal

from codecommit_doctor.check import Status
from codecommit_doctor.examination import Finding

__all__ = ["causes"]

Confidence = Literal["confirmed", "likely", "possible"]


def causes(findings: Iterable[Finding]) -> list[tuple[str, Confidence, str]]:
    """The checks that failed, prerequisites first: (check id, confidence, what it rests on)."""
    return [
        (finding.check.id, "likely", finding.result.summary)
        for finding in findings
        if finding.result.status is Status.FAIL
    ]
