"""Markdown for job summaries and comments, at GitHub and GitLab alike.

All that comes from the machine is data: prose is escaped, facts stand in code spans, commands in
fences longer than any that they contain.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from codecommit_doctor.formats import Written
from codecommit_doctor.formats.shared.problems import conclusion, endings, headline, name
from codecommit_doctor.redaction import printable
from codecommit_doctor.rules.codes import address

if TYPE_CHECKING:
    from codecommit_doctor.reports.report import Report, ResultItem, TargetItem

__all__ = ["FORMAT", "code", "prose", "render"]

_SPECIAL = re.compile(r"[\\`*_{}\[\]<>#|~&$@!^]|:(?=//)")
_MARKS = {
    "fail": "❌ fail",
    "error": "💥 error",
    "warn": "⚠️ warn",
    "pass": "✅ pass",
    "skip": "➖ skip",
}
_ORDER = ("fail", "error", "warn", "pass", "skip")


def render(report: Report) -> str:
    """The document, with a newline at its end."""
    lines = [f"## codecommit-doctor: {headline(report)}", ""]
    for way in endings(report):
        text, _, command = way.partition(": ")
        lines += [f"{prose(text)}: {code(command)}", ""]
    if note := report.machine.get("note"):
        lines += [f"Note: {prose(note)}", ""]
    for target in report.targets:
        lines += _target(target)
    if report.interrupted:
        lines += ["Interrupted: not everything was checked.", ""]
    return "\n".join(lines)


FORMAT = Written(render)


def _target(target: TargetItem) -> Iterator[str]:
    yield f"### {code(target.target)}"
    yield ""
    if target.url != target.target:
        yield f"{code(target.url)}"
        yield ""
    verdict = target.verdict
    if not verdict.causes or verdict.outcome == "refused":
        yield f"**{prose(conclusion(target))}**"
        yield ""
    for cause in verdict.causes:
        label = "Perhaps" if cause.confidence == "possible" else "Cause"
        yield f"**{label}:** {prose(cause.because)}"
        yield ""
    if verdict.forward:
        yield "Send this to your administrator:"
        yield ""
        yield from _block(verdict.forward.splitlines(), "text")
    results = sorted(target.results, key=lambda result: _ORDER.index(result.status))
    yield "| | check | |"
    yield "|---|---|---|"
    for result in results:
        known = " (known before)" if result.known else ""
        cells = (_MARKS[result.status] + known, prose(name(result)), prose(result.summary))
        yield f"| {' | '.join(cells)} |"
    yield ""
    for result in results:
        if result.status in ("fail", "error", "warn"):
            yield from _finding(result)


def _finding(result: ResultItem) -> Iterator[str]:
    yield f"#### {code(name(result))}"
    yield ""
    yield prose(result.summary)
    yield ""
    for item in result.evidence:
        meaning = f", {prose(item.meaning)}" if item.meaning else ""
        yield f"- {code(item.fact)} from {code(item.origin)}{meaning}"
    if result.evidence:
        yield ""
    yield from _steps(result)
    link = f" or {page}" if (page := address(name(result))) else ""
    yield f"More: {code(f'codecommit-doctor explain {name(result)}')}{link}"
    yield ""


def _steps(result: ResultItem) -> Iterator[str]:
    """What to do; the commands of one step in one block."""
    commands: list[str] = []
    for step in result.advice:
        if step.text:
            yield from _block(commands)
            commands = []
            yield f"➜ {prose(step.text)}"
            yield ""
        if step.command:
            commands.append(step.command)
    yield from _block(commands)


def prose(text: str) -> str:
    """The text as prose on one line, in which nothing has a meaning for Markdown.

    An invisible joiner behind an @ keeps a name from being told of it.
    """
    text = _SPECIAL.sub(r"\\\g<0>", " ".join(printable(text).split()))
    text = re.sub(r"(?i)\b(www)\.", r"\1\\.", text)
    text = re.sub(r"^([-+=]|\d+(?=[.)]))", _escaped_start, text)
    return text.replace("\\@", "\\@\u2060")


def _escaped_start(match: re.Match[str]) -> str:
    """What would begin a list or underline a heading, made to begin a sentence."""
    start = match[0]
    return f"{start}\\" if start.isdigit() else f"\\{start}"


def code(text: str) -> str:
    """The text as a code span on one line."""
    text = " ".join(printable(text).splitlines())
    if not text.strip():
        return ""
    fence = "`" * (_longest_run(text) + 1)
    return f"{fence} {text} {fence}" if _needs_room(text) else f"{fence}{text}{fence}"


def _needs_room(text: str) -> bool:
    """One space at each end is taken off again by who reads it, if there is one at both."""
    return text[0] == "`" or text[-1] == "`" or (text[0] == " " and text[-1] == " ")


def _block(lines: list[str], language: str = "sh") -> Iterator[str]:
    if not lines:
        return
    text = printable("\n".join(lines))
    fence = "`" * max(3, _longest_run(text) + 1)
    yield f"{fence}{language}"
    yield from text.split("\n")
    yield fence
    yield ""


def _longest_run(text: str) -> int:
    return max((len(run) for run in re.findall("`+", text)), default=0)
