"""What an earlier report knew already, so that only what is new fails a job.

A problem is the same as before if the check, the target's address, the status and the summary are
the same. Words of the summary that hold a digit or a mask do not count: an age, a version or half
a key may change without the problem being another one. That errs on the side of telling: a problem
of the same check with another cause is new. Between two versions of this program, whose words may
differ, the code of the finding counts instead of the summary.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import msgspec

from codecommit_doctor import __version__

if TYPE_CHECKING:
    from codecommit_doctor.reports.report import Counts, Report, ResultItem, TargetItem

__all__ = ["Baseline", "Identity", "identity"]

Identity = tuple[str, str, str, str]

_LONGEST = 5_000
_CHANGING = re.compile(r"\S*[\d…]\S*")


class Baseline:
    """The problems of an earlier report.

    known: by their words. codes: by their codes, where another version wrote the report.
    """

    def __init__(
        self, known: frozenset[Identity], codes: frozenset[Identity] = frozenset()
    ) -> None:
        self.known, self.codes = known, codes

    @classmethod
    def of(cls, before: Report) -> Baseline:
        """What this earlier report knows."""
        found = [(target, result) for target in before.targets for result in target.results]
        is_other = before.tool.version != __version__
        return cls(
            frozenset(identity(*problem) for problem in found),
            frozenset(_by_code(*problem) for problem in found if is_other and problem[1].code),
        )

    def knows(self, target: TargetItem, result: ResultItem) -> bool:
        """Whether the earlier report had this problem."""
        return identity(target, result) in self.known or _by_code(target, result) in self.codes

    def mark(self, report: Report) -> Counts:
        """Marks the failures and warnings of a report as known or new; returns what still counts.

        A check that broke counts always: it says nothing of the machine.
        """
        counts = msgspec.structs.replace(report.counts)
        for target in report.targets:
            for result in target.results:
                if result.status not in ("fail", "warn"):
                    continue
                result.known = self.knows(target, result)
                if result.known and result.status == "fail":
                    counts.fail -= 1
                elif result.known:
                    counts.warn -= 1
        return counts


def _by_code(target: TargetItem, result: ResultItem) -> Identity:
    return result.id, target.url, result.status, result.code or ""


def identity(target: TargetItem, result: ResultItem) -> Identity:
    """What makes a problem the same one in two reports. A very long text is cut in a file."""
    summary = _CHANGING.sub("#", result.summary[:_LONGEST])
    return result.id, target.url, result.status, summary
