"""The report itself, as the published schema describes it."""

from __future__ import annotations

from codecommit_doctor.formats import Written
from codecommit_doctor.reports.report import encoded_parts

__all__ = ["FORMAT"]

FORMAT = Written(encoded_parts)
