"""JSON Lines: one flat line for each result, and one for each verdict."""

from __future__ import annotations

from typing import TYPE_CHECKING

from codecommit_doctor.formats import Written
from codecommit_doctor.reports.lines import encode, lines_of

if TYPE_CHECKING:
    from codecommit_doctor.reports.report import Report

__all__ = ["FORMAT"]


def _render(report: Report) -> bytes:
    return encode(lines_of(report))


FORMAT = Written(_render)
