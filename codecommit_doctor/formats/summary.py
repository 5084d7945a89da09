"""A short Markdown summary of a report, for a ticket: the verdict, where it stands, the machine."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from codecommit_doctor.formats import Written
from codecommit_doctor.formats.markdown import code, prose
from codecommit_doctor.formats.shared.overview import problems_once
from codecommit_doctor.formats.shared.problems import conclusion, headline

if TYPE_CHECKING:
    from codecommit_doctor.formats.shared.overview import Problem
    from codecommit_doctor.reports.report import Report

__all__ = ["FORMAT", "render"]

_MOST = 4
_PROGRAMS = ("git-version", "aws-cli-version")


def render(report: Report) -> str:
    """The summary, with a newline at its end."""
    lines = [f"**codecommit-doctor {prose(report.tool.version)}: {prose(headline(report))}**", ""]
    problems = problems_once(report)
    for problem in problems:
        lines += _problem(problem)
    for target in report.targets:
        if not any(target in problem.targets for problem in problems):
            lines.append(f"- {code(target.target)}: {prose(conclusion(target))}")
    lines += ["", f"Machine: {prose(', '.join(_machine(report)))}", ""]
    return "\n".join(lines)


FORMAT = Written(render)


def _problem(problem: Problem) -> Iterator[str]:
    names = ", ".join(code(target.target) for target in problem.targets)
    yield f"- {names}: {prose(problem.summary)} ({code(problem.name)})"
    for item in problem.result.evidence[:_MOST] if problem.result else ():
        meaning = f", {prose(item.meaning)}" if item.meaning else ""
        yield f"  - {code(item.fact)} from {prose(item.origin)}{meaning}"


def _machine(report: Report) -> Iterator[str]:
    """The system, and the versions of git and the AWS CLI if they were looked at."""
    yield " ".join(filter(None, map(report.machine.get, ("system", "release", "architecture"))))
    results = {result.id: result for target in report.targets for result in target.results}
    for id in _PROGRAMS:
        if id in results and results[id].status != "skip":
            yield results[id].summary
    yield f"made {report.created}"
