"""The verdict in one line for each target; words instead of colours and symbols."""

from __future__ import annotations

from typing import TYPE_CHECKING, TextIO

from codecommit_doctor.formats import Drawn
from codecommit_doctor.formats.shared.problems import headline, verdict
from codecommit_doctor.redaction import printable

if TYPE_CHECKING:
    from codecommit_doctor.reports.report import Report, TargetItem

__all__ = ["FORMAT", "digest", "render"]

_WORDS = (("fail", "FAIL"), ("error", "ERROR"), ("warn", "WARN"))


def render(report: Report, stream: TextIO, *, verbose: bool = False) -> None:
    """Writes one line for each target."""
    for target in report.targets:
        stream.write(_one_line(f"{_word(target)} {target.target}: {verdict(target)}"))
    if report.interrupted:
        stream.write("Interrupted: not everything was checked.\n")


FORMAT = Drawn(render)


def digest(report: Report) -> str:
    """The whole report in one line, with its time."""
    ill = next((target for target in report.targets if target.verdict.causes), None)
    cause = f": {verdict(ill)}" if ill else ""
    return _one_line(f"{report.created} {headline(report)}{cause}")


def _word(target: TargetItem) -> str:
    found = {result.status for result in target.results}
    if word := next((word for status, word in _WORDS if status in found), None):
        return word
    if target.verdict.causes:  # Git was seen to fail, and no check finds a reason
        return "FAIL"
    return "skip" if target.verdict.outcome == "not-tested" else "ok"


def _one_line(text: str) -> str:
    return " ".join(printable(text).split()) + "\n"
