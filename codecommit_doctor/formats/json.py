"""The report itself, as the published schema describes it."""

from __future__ import annotations

from codecommit_doctor.reports.report import encode as render

__all__ = ["render"]
