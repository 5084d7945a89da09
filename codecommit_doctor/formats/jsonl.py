"""JSON Lines: one flat line for each result, and one for each verdict."""

from __future__ import annotations

from typing import TYPE_CHECKING

from codecommit_doctor.reports.lines import encode, lines_of

if TYPE_CHECKING:
    from codecommit_doctor.reports.report import Report

__all__ = ["render"]


def render(report: Report) -> bytes:
    """The lines, UTF-8."""
    return encode(lines_of(report))
