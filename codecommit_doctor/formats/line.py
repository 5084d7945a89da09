"""The verdict in one line for each target; words instead of colours and symbols."""

from __future__ import annotations

from typing import TYPE_CHECKING, TextIO

from codecommit_doctor.formats.problems import headline
from codecommit_doctor.redaction import printable

if TYPE_CHECKING:
    from codecommit_doctor.reports.report import Report, TargetItem

__all__ = ["digest", "render"]

_WORDS = (("fail", "FAIL"), ("error", "ERROR"), ("warn", "WARN"))


def render(report: Report, stream: TextIO, *, verbose: bool = False) -> None:
    """Writes one line for each target."""
    for target in report.targets:
        stream.write(_one_line(f"{_word(target)} {target.target}: {_verdict(target)}"))
    if report.interrupted:
        stream.write("Interrupted: this is what was known by then.\n")


def digest(report: Report) -> str:
    """The whole report in one line, with its time."""
    ill = next((target for target in report.targets if target.verdict.causes), None)
    cause = f": {_verdict(ill)}" if ill else ""
    return _one_line(f"{report.created} {headline(report)}{cause}")


def _word(target: TargetItem) -> str:
    found = {result.status for result in target.results}
    return next((word for status, word in _WORDS if status in found), "ok")


def _verdict(target: TargetItem) -> str:
    if causes := target.verdict.causes:
        more = f" (and {len(causes) - 1} more)" if len(causes) > 1 else ""
        return (
            f"{'perhaps ' if causes[0].confidence == 'possible' else ''}{causes[0].because}{more}"
        )
    if found := [result.id for result in target.results if result.status in ("fail", "error")]:
        return f"no answer from {', '.join(found)}"
    unseen = len(target.verdict.not_looked_at)
    skipped = f"; {unseen} checks were skipped" if unseen else ""
    return f"nothing is wrong in what was looked at{skipped}"


def _one_line(text: str) -> str:
    return " ".join(printable(text).split()) + "\n"
