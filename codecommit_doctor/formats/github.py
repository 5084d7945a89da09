"""GitHub Actions: a workflow command for each problem, and the Markdown for the job's summary."""

from __future__ import annotations

from typing import TYPE_CHECKING

from codecommit_doctor.formats import Written, markdown
from codecommit_doctor.formats.shared.problems import (
    details,
    endings,
    headline,
    name,
    place,
    problems,
    verdict,
)
from codecommit_doctor.redaction import printable

if TYPE_CHECKING:
    from codecommit_doctor.reports.report import Report, ResultItem, TargetItem

__all__ = ["FORMAT", "render"]

_COMMANDS = {"fail": "error", "error": "error", "warn": "warning"}


def render(report: Report) -> str:
    """The commands, one a line: each problem, and last the verdict and the way on."""
    said = [f"{target.target}: {verdict(target)}" for target in report.targets]
    first = "\n".join([headline(report), *said, *endings(report)])
    lines = [_annotation(*problem, report) for problem in problems(report, *_COMMANDS)]
    lines.append(_command("notice", first, title="codecommit-doctor"))
    return "".join(f"{line}\n" for line in lines)


def _summary(report: Report) -> str:
    return markdown.render(report) + "\n"


FORMAT = Written(render, {"GITHUB_STEP_SUMMARY": _summary})


def _annotation(target: TargetItem, result: ResultItem, report: Report) -> str:
    where = place(result)
    message = [result.summary, *details(result, report)]
    known = " (known before)" if result.known else ""
    return _command(
        "notice" if result.known else _COMMANDS[result.status],
        "\n".join(message),
        file=where.file if where else None,
        line=str(where.line) if where and where.line else None,
        title=f"{name(result)}: {target.target}{known}",
    )


def _command(name: str, message: str, **properties: str | None) -> str:
    given = ",".join(
        f"{key}={_escaped(value).replace(':', '%3A').replace(',', '%2C')}"
        for key, value in properties.items()
        if value
    )
    return f"::{name} {given}::{_escaped(message)}"


def _escaped(text: str) -> str:
    """As GitHub's own toolkit escapes data; nothing is left that could begin a line."""
    text = printable(text).replace("%", "%25")
    return text.replace("\r", "%0D").replace("\n", "%0A")
