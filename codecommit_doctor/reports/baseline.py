"""What an earlier report knew already, so that only what is new fails a job.

A problem is the same as before if the check, the target's address, the status and the summary are
the same. Words of the summary that hold a digit or a mask do not count: an age, a version or half
a key may change without the problem being another one. That errs on the side of telling: a problem
of the same check with another cause is new. Between two versions of this program, whose words may
differ, the code of the finding counts instead of the summary.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from codecommit_doctor import __version__
from codecommit_doctor.probes.files import read_named

if TYPE_CHECKING:
    from codecommit_doctor.reports.report import Counts, Report, ResultItem, TargetItem

__all__ = ["Baseline", "BaselineError", "Identity", "identity"]

Identity = tuple[str, str, str, str]

_MAJOR = "1"
_LARGEST = 64 * 1024 * 1024
_CHANGING = re.compile(r"\S*[\d…]\S*")


class BaselineError(Exception):
    """The file is no baseline. The message is for the user."""


class _Result(msgspec.Struct):
    id: str
    status: str
    summary: str
    code: str | None = None


class _Target(msgspec.Struct):
    url: str
    results: list[_Result]


class _Tool(msgspec.Struct):
    version: str


class _Before(msgspec.Struct):
    """What is read of a report, whichever minor version wrote it."""

    schema_version: str
    tool: _Tool = msgspec.field(default_factory=lambda: _Tool(__version__))
    targets: list[_Target] = []


class Baseline:
    """The problems of an earlier report.

    known: by their words. codes: by their codes, where another version wrote the report.
    """

    def __init__(
        self, known: frozenset[Identity], codes: frozenset[Identity] = frozenset()
    ) -> None:
        self.known, self.codes = known, codes

    @classmethod
    def read(cls, path: Path) -> Baseline:
        """Reads a JSON report. Raises BaselineError."""
        try:
            data = read_named(path, _LARGEST + 1)
        except OSError as error:
            raise BaselineError(f"it can't be read: {error.strerror or error}") from error
        if len(data) > _LARGEST:
            raise BaselineError("it is too large for a report")
        try:
            before = msgspec.json.decode(data, type=_Before)
        except (ValueError, RecursionError) as error:
            raise BaselineError(f"not a JSON report: {error}") from error
        if before.schema_version.partition(".")[0] != _MAJOR:
            raise BaselineError(
                f"it has schema version {before.schema_version}, and this program reads {_MAJOR}.x"
            )
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


def _by_code(target: TargetItem | _Target, result: ResultItem | _Result) -> Identity:
    return result.id, target.url, result.status, result.code or ""


def identity(target: TargetItem | _Target, result: ResultItem | _Result) -> Identity:
    """What makes a problem the same one in two reports."""
    return result.id, target.url, result.status, _CHANGING.sub("#", result.summary)
