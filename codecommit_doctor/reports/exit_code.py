"""The exit code of an examination."""

from __future__ import annotations

from typing import TYPE_CHECKING

from codecommit_doctor.check import Status
from codecommit_doctor.engine.examination import Section

if TYPE_CHECKING:
    from codecommit_doctor.reports.report import Counts
    from codecommit_doctor.treatment.apply import Attempt

__all__ = ["exit_code", "is_unmended"]

_WRONG = (Status.FAIL, Status.WARN, Status.ERROR)


def exit_code(
    counts: Counts, *, strict: bool = False, interrupted: bool = False, unmended: bool = False
) -> int:
    """130 after Ctrl-C, 3 if a check broke, 1 if one failed, 4 for warnings if strict, else 0.

    unmended: a fix was wanted and could not be made, or Git was seen to fail; 1 then too.
    """
    if interrupted:
        return 130
    if counts.error:
        return 3
    if counts.fail or unmended:
        return 1
    return 4 if strict and counts.warn else 0


def is_unmended(attempt: Attempt, sections: tuple[Section, ...]) -> bool:
    """Whether a fix was wanted and could not be made, and its check still finds something."""
    return attempt.outcome.value in ("refused", "failed", "taken-back") and any(
        finding.check.id == attempt.check and finding.result.status in _WRONG
        for section in sections
        for finding in section.findings
    )
