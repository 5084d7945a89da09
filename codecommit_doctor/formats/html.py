"""One HTML page that needs nothing else: verdict first, evidence to unfold, commands to copy.

Everything from the report is text: the template escapes by itself, and the page's own policy lets
the browser run and load nothing but the style and the script that are written here.
"""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Iterable
from functools import cache
from importlib import resources
from typing import TYPE_CHECKING, Any

from jinja2 import Environment, StrictUndefined, Template
from markupsafe import Markup

from codecommit_doctor.formats import Written
from codecommit_doctor.formats.shared.problems import conclusion, endings, headline, name
from codecommit_doctor.redaction import printable
from codecommit_doctor.rules.codes import address

if TYPE_CHECKING:
    from codecommit_doctor.reports.report import AdviceItem, Report, TargetItem

__all__ = ["FORMAT", "environment", "policy", "render"]

_NO_CHARACTER = re.compile("[\ufdd0-\ufdef\ufffe\uffff]")
_GROUPS = (
    ("fail", "Failed"),
    ("error", "Errors"),
    ("warn", "Warnings"),
    ("pass", "Passed"),
    ("skip", "Skipped"),
)


def render(report: Report) -> str:
    """The page, with a newline at its end."""
    style, script = _part("report.css"), _part("report.js")
    return _template().render(
        report=report,
        verdict=_verdict(report),
        numbers=headline(report),
        ways=[way.partition(": ")[::2] for way in endings(report)],
        groups=_groups,
        steps=_steps,
        address=_address,
        page=address,
        conclusion=conclusion,
        name=name,
        policy=policy(style, script),
        style=Markup(style),  # noqa: S704 - ours, and the policy holds its hash
        script=Markup(script),  # noqa: S704
    )


FORMAT = Written(render)


@cache
def _template() -> Template:
    return environment().from_string(_part("report.html.j2"))


def environment() -> Environment:
    """Templates in which whatever is put in is text, and can be seen."""
    return Environment(
        autoescape=True,
        undefined=StrictUndefined,
        finalize=_plain,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )


def _part(name: str) -> str:
    return resources.files(__package__).joinpath("page", name).read_text("utf-8")


def policy(style: str, script: str = "") -> str:
    """What the browser may do with a page: draw it, and run our one script."""
    scripts = f"script-src {_hash(script)}; " if script else ""
    return (
        f"default-src 'none'; style-src {_hash(style)}; {scripts}"
        "base-uri 'none'; form-action 'none'; require-trusted-types-for 'script'"
    )


def _hash(text: str) -> str:
    digest = base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()
    return f"'sha256-{digest}'"


def _plain(value: Any) -> Any:
    """Text without characters that act instead of being shown, or that are none."""
    if type(value) is not str:
        return value
    return _NO_CHARACTER.sub(lambda found: f"\\u{ord(found[0]):04x}", printable(value))


def _verdict(report: Report) -> tuple[str, str]:
    """A status, and the whole report in one sentence."""
    counts = report.counts
    ill = sum(any(r.status in ("fail", "error") for r in t.results) for t in report.targets)
    if report.interrupted:
        return "warn", "Interrupted: not everything was checked"
    if not report.targets:
        return "skip", "Nothing was checked"
    if ill:
        status = "fail" if counts.fail else "error"
        if len(report.targets) > 1:
            return status, f"{ill} of {len(report.targets)} targets have a problem"
        return status, "There is a problem" if counts.fail else "A check had an error"
    if any(target.observations for target in report.targets):
        return "fail", "Git failed, and nothing here explains it"
    if counts.warn:
        return "warn", "Nothing failed, but there are warnings"
    if all(target.verdict.outcome == "works" for target in report.targets):
        return "pass", "Git works"
    return "skip", "No problems found"


def _groups(target: TargetItem) -> Iterable[tuple[str, str, list[Any]]]:
    """Status, heading and results; the worst first, and none that is empty."""
    for status, heading in _GROUPS:
        if found := [result for result in target.results if result.status == status]:
            yield status, heading, found


def _steps(advice: list[AdviceItem]) -> list[tuple[str, list[str]]]:
    """Each step with its commands: an item without a text goes on with the step before it."""
    steps: list[tuple[str, list[str]]] = []
    for item in advice:
        if item.text or not steps:
            steps.append((item.text, []))
        if item.command:
            steps[-1][1].append(item.command)
    return steps


def _address(docs: str) -> str | None:
    """The address if it may be a link, which only a web page's may."""
    docs = printable(docs)
    return docs if re.fullmatch(r"https?://[A-Za-z0-9][^\s\\]*", docs) else None
