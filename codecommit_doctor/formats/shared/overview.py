"""What every format says first: each problem once, what can be fixed, and the totals."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from msgspec import Struct, field

if TYPE_CHECKING:
    from codecommit_doctor.reports.report import Cause, Report, ResultItem, TargetItem

__all__ = [
    "UNDO",
    "Problem",
    "fix_command",
    "fixable",
    "problems_once",
    "totals",
    "undoable",
    "way_on",
]

FIX = "codecommit-doctor --fix"
UNDO = "codecommit-doctor undo"
_WRONG = ("fail", "error", "warn")


class Problem(Struct):
    """One problem, shown once.

    result: what the check says of the first target; None for a failure that no check explains.
    cause: of the verdict; None for a result that the verdict does not name. targets: all that have
    the problem.
    """

    result: ResultItem | None
    cause: Cause | None
    summary: str
    targets: list[TargetItem] = field(default_factory=list)

    @property
    def status(self) -> str:
        return self.result.status if self.result else "fail"

    @property
    def name(self) -> str:
        """What ``explain`` knows it by: the code, or the id of the check."""
        code = (self.result and self.result.code) or (self.cause and self.cause.code)
        return code or (self.result.id if self.result else self.cause.check if self.cause else "")

    @property
    def can_be_fixed(self) -> bool:
        return bool(self.result and self.result.fix)


def problems_once(report: Report) -> list[Problem]:
    """The problems of all targets; equal ones of several targets are one.

    Failures come first; a suspicion that explains one which was seen comes before that one.
    """
    found: dict[object, Problem] = {}
    for target in report.targets:
        for problem in _of_target(target):
            same = found.setdefault(_identity(problem, target), problem)
            if target not in same.targets:
                same.targets.append(target)
    return sorted(found.values(), key=_rank)


def _rank(problem: Problem) -> int:
    if problem.status == "warn":
        return 1 if problem.cause and problem.cause.explains else 3
    return 0 if problem.cause else 2


def _of_target(target: TargetItem) -> Iterator[Problem]:
    """The causes as the verdict ranks them, then what else failed."""
    verdict = target.verdict
    wrong = {result.id: result for result in target.results if result.status in _WRONG}
    for rank, cause in enumerate(verdict.causes):
        is_refusal = not rank and verdict.outcome == "refused"
        summary = verdict.summary if is_refusal else cause.because
        yield Problem(wrong.pop(cause.check, None), cause, summary)
    for result in wrong.values():
        yield Problem(result, None, result.summary)


def _identity(problem: Problem, target: TargetItem) -> object:
    """Equal for the same problem of two targets: their own address and region do not count.

    Checks that end in the same way, as all do for which no time was left, are one problem too.
    """
    if problem.status == "error" and problem.result and not problem.result.evidence:
        return problem.status, problem.summary
    own = [target.url, target.repository, target.region, target.target]
    words = sorted({re.escape(word) for word in own if word}, key=len, reverse=True)
    pattern = re.compile(rf"(?<![\w-])(?:{'|'.join(words)})(?![\w-])") if words else None

    def general(text: str) -> str:
        return pattern.sub("*", text) if pattern else text

    evidence = problem.result.evidence if problem.result else []
    return (
        problem.name,
        problem.status,
        general(problem.summary),
        tuple((general(item.fact), general(item.origin)) for item in evidence),
    )


def fixable(problems: list[Problem]) -> int:
    """How many of them ``--fix`` offers to mend."""
    return sum(problem.can_be_fixed for problem in problems)


def way_on(report: Report, problems: list[Problem]) -> str | None:
    """``1 problem can be fixed: codecommit-doctor --fix``; None where none can."""
    number = fixable(problems)
    if not number:
        return None
    return f"{_counted(number, 'problem')} can be fixed: {fix_command(report)}"


def fix_command(report: Report) -> str:
    """What to type to have the problems of this report fixed."""
    return report.fix_command or FIX


def undoable(report: Report) -> bool:
    """Whether this run applied a fix that ``undo`` can take back."""
    return any(fix.outcome == "applied" and fix.can_be_undone for fix in report.fixes)


def totals(report: Report, problems: list[Problem]) -> list[tuple[str, str]]:
    """``1 problem``, ``22 passed`` and so on, each with its status; nothing that is zero."""
    counts = report.counts
    statuses = [problem.status for problem in problems]
    known = sum(bool(p.result and p.result.known) for p in problems)
    return [
        (text, status)
        for number, text, status in (
            (statuses.count("fail"), _counted(statuses.count("fail"), "problem"), "fail"),
            (statuses.count("error"), _counted(statuses.count("error"), "error"), "error"),
            (statuses.count("warn"), _counted(statuses.count("warn"), "warning"), "warn"),
            (known, f"{known} known before", "skip"),
            (counts.passed, f"{counts.passed} passed", "pass"),
            (counts.skip, f"{counts.skip} not checked", "skip"),
        )
        if number
    ]


def _counted(number: int, word: str) -> str:
    return f"{number} {word}" if number == 1 else f"{number} {word}s"
