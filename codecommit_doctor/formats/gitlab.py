"""GitLab's code quality report: one entry for each problem."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from codecommit_doctor.formats import Written
from codecommit_doctor.formats.shared.overview import fix_command
from codecommit_doctor.formats.shared.problems import (
    fingerprint,
    more,
    name,
    place,
    problems,
)
from codecommit_doctor.redaction import printable
from codecommit_doctor.reports.report import encode

if TYPE_CHECKING:
    from codecommit_doctor.reports.report import Report, ResultItem, TargetItem

__all__ = ["FORMAT", "render"]

_SEVERITIES = {"fail": "critical", "error": "major", "warn": "minor"}


def render(report: Report) -> bytes:
    """A JSON array, UTF-8."""
    return encode([_entry(*problem, report) for problem in problems(report, *_SEVERITIES)])


FORMAT = Written(render)


def _entry(target: TargetItem, result: ResultItem, report: Report) -> dict[str, Any]:
    """An entry must have a path: of a problem that lies in no file it is the target's name."""
    where = place(result)
    path = where.file if where and where.file else target.target
    line = where.line if where and where.line else 1
    ways = [f"fix: {fix_command(report)}"] if result.fix else []
    said = "; ".join([f"{name(result)}: {result.summary}", *ways, f"more: {more(result)}"])
    return {
        "description": _text(said),
        "check_name": _text(name(result)),
        "fingerprint": fingerprint(target, result),
        "severity": "info" if result.known else _SEVERITIES[result.status],
        "location": {"path": _text(path), "lines": {"begin": line}},
    }


def _text(text: str) -> str:
    return " ".join(printable(text).splitlines())
