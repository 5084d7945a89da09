"""A preflight must not pass by not looking: a required check that was skipped has failed."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace

from codecommit_doctor.check import Status
from codecommit_doctor.engine.examination import Finding, Section

__all__ = ["insist"]


def insist(sections: tuple[Section, ...], required: Collection[str]) -> tuple[Section, ...]:
    """The sections, with a failure in place of each skip of a required check."""
    if not required:
        return sections
    return tuple(
        replace(section, findings=tuple(_settled(f, required) for f in section.findings))
        for section in sections
    )


def _settled(finding: Finding, required: Collection[str]) -> Finding:
    result = finding.result
    if result.status is not Status.SKIP or finding.check.id not in required:
        return finding
    summary = f"required, but skipped: {result.summary}"
    return replace(finding, result=replace(result, status=Status.FAIL, summary=summary))
