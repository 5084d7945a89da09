"""What the formats for machines share: which results are problems, where they are, who they are."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from typing import TYPE_CHECKING

from codecommit_doctor.formats.shared.overview import (
    UNDO,
    fix_command,
    problems_once,
    totals,
    undoable,
    way_on,
)
from codecommit_doctor.reports.baseline import identity
from codecommit_doctor.rules.codes import address

if TYPE_CHECKING:
    from codecommit_doctor.reports.report import Location, Report, ResultItem, TargetItem

__all__ = [
    "conclusion",
    "details",
    "endings",
    "fingerprint",
    "headline",
    "more",
    "name",
    "place",
    "problems",
    "verdict",
]


def problems(report: Report, *statuses: str) -> Iterator[tuple[TargetItem, ResultItem]]:
    """The results with one of these statuses, target by target, as the verdict ranks them."""
    for target in report.targets:
        ranks = {cause.check: rank for rank, cause in enumerate(target.verdict.causes)}
        found = [result for result in target.results if result.status in statuses]
        for result in sorted(found, key=lambda result: ranks.get(result.id, len(ranks))):
            yield target, result


def name(result: ResultItem) -> str:
    """What a result is called: its code; the check's id where it has none, as in old reports."""
    return result.code or result.id


def more(result: ResultItem) -> str:
    """Where all about a result is said: the command, and its place on the site if it has one."""
    command = f"codecommit-doctor explain {name(result)}"
    page = address(name(result))
    return f"{command} or {page}" if page else command


def conclusion(target: TargetItem) -> str:
    """What is to be said of a target in which no cause was found; no full stop at its end."""
    verdict = target.verdict
    if verdict.summary:
        return verdict.summary
    if found := [result.id for result in target.results if result.status in ("fail", "error")]:
        return f"no answer from {', '.join(found)}"
    return "No problems found"  # reports of version 1.0 say no more


def place(result: ResultItem) -> Location | None:
    """Where the first piece of evidence that lies in a file was read."""
    return next(
        (item.location for item in result.evidence if item.location and item.location.file), None
    )


def fingerprint(target: TargetItem, result: ResultItem) -> str:
    """The same in every run for the same problem of the same target, and for no other."""
    parts = (*identity(target, result), target.target)
    return hashlib.sha256("\0".join(parts).encode("utf-8", "surrogatepass")).hexdigest()


def headline(report: Report) -> str:
    """``1 problem, 7 passed``, as on the console."""
    return ", ".join(text for text, _ in totals(report, problems_once(report))) or "nothing checked"


def verdict(target: TargetItem) -> str:
    """What is to be said first of a target, in one sentence without a full stop."""
    causes = target.verdict.causes
    if not causes or target.verdict.outcome == "refused":
        return conclusion(target)
    more = f" (and {len(causes) - 1} more)" if len(causes) > 1 else ""
    return f"{'perhaps ' if causes[0].confidence == 'possible' else ''}{causes[0].because}{more}"


def endings(report: Report) -> Iterator[str]:
    """How to go on: the command that fixes, and the one that takes fixes back."""
    if way := way_on(report, problems_once(report)):
        yield way
    if undoable(report):
        yield f"Undo the fix: {UNDO}"


def details(result: ResultItem, report: Report | None = None) -> Iterator[str]:
    """Evidence, advice and commands, one line each. report: the one whose fix is named."""
    for item in result.evidence:
        meaning = f", {item.meaning}" if item.meaning else ""
        yield f"{item.fact} (from {item.origin}{meaning})"
    for step in result.advice:
        if step.text:
            yield f"-> {step.text}"
        if step.command:
            yield f"   {step.command}"
    if result.fix and report:
        yield f"fix: {fix_command(report)}"
    if result.status != "pass":
        yield f"more: {more(result)}"
