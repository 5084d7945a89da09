"""A preflight must not pass by not looking: a required check that was skipped has failed."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace

from msgspec import structs

from codecommit_doctor.check import Status
from codecommit_doctor.engine.examination import Finding, Section

__all__ = ["apply_required"]


def apply_required(sections: tuple[Section, ...], required: Collection[str]) -> tuple[Section, ...]:
    """The sections, with a failure in place of each skip of a required check.

    A check that was skipped because another one failed stays as it is: that failure counts already.
    """
    if not required:
        return sections
    return tuple(
        structs.replace(
            section,
            findings=tuple(_settled(f, required, _failures(section)) for f in section.findings),
        )
        for section in sections
    )


def _failures(section: Section) -> frozenset[str]:
    wrong = (Status.FAIL, Status.ERROR)
    return frozenset(f.check.id for f in section.findings if f.result.status in wrong)


def _settled(finding: Finding, required: Collection[str], failures: Collection[str]) -> Finding:
    result = finding.result
    if result.status is not Status.SKIP or finding.check.id not in required:
        return finding
    explained = finding.check.effect and result.because_of and result.code
    if explained or result.because_of in failures:
        return finding
    summary = f"required, but skipped: {result.summary}"
    return structs.replace(finding, result=replace(result, status=Status.FAIL, summary=summary))
