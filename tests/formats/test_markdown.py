"""Markdown, read by a parser of the dialect that GitHub and GitLab share."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given, settings
from markdown_it import MarkdownIt
from markdown_it.token import Token

from codecommit_doctor.formats.markdown import render
from codecommit_doctor.formats.shared.problems import name
from codecommit_doctor.redaction import printable
from codecommit_doctor.reports.report import Report
from tests.formats.reports import HOSTILE, example, reports

PARSER = MarkdownIt("commonmark").enable(["table", "strikethrough"])
OURS = {"text", "code_inline", "strong_open", "strong_close", "softbreak"}
BLOCKS = {"heading", "paragraph", "table", "thead", "tbody", "tr", "th", "td", "bullet_list"}
BLOCKS |= {"list_item", "inline", "fence"}


def shown(token: Token) -> str:
    """The text that a reader sees."""
    return "".join(child.content for child in token.children or ()).replace("\u2060", "")


def one_line(text: str) -> str:
    return " ".join(printable(text).split())


@settings(deadline=None, max_examples=100)
@given(reports)
def test_words_from_outside_are_words(report: Report) -> None:
    tokens = PARSER.parse(render(report))
    inner = {child.type for token in tokens for child in token.children or ()}
    assert inner <= OURS
    assert {t.type.removesuffix("_open").removesuffix("_close") for t in tokens} <= BLOCKS
    found = [r for target in report.targets for r in target.results]
    bad = [r for r in found if r.status in ("fail", "error", "warn")]
    headings = [t for t in tokens if t.type == "heading_open"]
    assert len(headings) == 1 + len(report.targets) + len(bad)


@settings(deadline=None, max_examples=100)
@given(reports)
def test_each_result_is_one_row_of_the_table_with_its_own_words(report: Report) -> None:
    tokens = PARSER.parse(render(report))
    inside = [following for token, following in pairwise(tokens) if token.type == "td_open"]
    cells = [shown(token) for token in inside]
    rows = {(id, summary) for id, summary in zip(cells[1::3], cells[2::3], strict=True)}
    results = [r for target in report.targets for r in target.results]
    assert len(cells) == 3 * len(results)
    assert rows == {(one_line(name(r)), one_line(r.summary)) for r in results}


@pytest.mark.parametrize("command", [*HOSTILE, "echo '```'", "a\nb"])
def test_commands_can_be_copied_as_they_are(command: str) -> None:
    report = example()
    report.targets[0].results[0].advice[0].command = command
    report.targets[0].results[0].advice[1].text = "then"
    fences = [token.content for token in PARSER.parse(render(report)) if token.type == "fence"]
    assert fences == [printable(command) + "\n", "git config y z\n"]


def test_nobody_is_told_and_nothing_is_linked() -> None:
    report = example()
    report.targets[0].results[0].summary = "@somebody www.evil.example https://evil.example"
    text = render(report)
    assert "@somebody" not in text
    assert "www.evil" not in text
    assert "https://evil" not in text


def test_document() -> None:
    text = render(example())
    assert text.splitlines()[:7] == [
        "## codecommit-doctor: 1 problem, 1 error, 1 warning, 1 passed, 1 not checked",
        "",
        "### `origin`",
        "",
        "`https://git-codecommit.us-east-2.amazonaws.com/v1/repos/demo`",
        "",
        "**Cause:** store answers first",
    ]
    assert "| ❌ fail | conflict | store answers first |" in text
    assert "- `credential.helper=store` from `~/.gitconfig, line 2 (global)`" in text
    assert "```sh\ngit config x ''\ngit config y z\n```" in text
    assert text.endswith("/checks/kms-deny/\n")
