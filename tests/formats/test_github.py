"""Workflow commands, read back as the runner of GitHub Actions reads them."""

from __future__ import annotations

import re
from pathlib import Path

from hypothesis import given, settings

from codecommit_doctor.formats.github import render
from codecommit_doctor.formats.shared.problems import name, problems
from codecommit_doctor.redaction import printable
from codecommit_doctor.reports.report import Report
from tests.conftest import HEALTHY, Sandbox
from tests.formats.reports import example, reports


def read(line: str) -> tuple[str, dict[str, str], str]:
    """The command of a line, its properties and its message."""
    match = re.fullmatch(r"::(error|warning|notice) (.*?)::(.*)", line)
    assert match, line
    properties = dict(part.split("=", 1) for part in match[2].split(","))
    for code, char in (("%3A", ":"), ("%2C", ","), ("%0D", "\r"), ("%0A", "\n"), ("%25", "%")):
        properties = {key: value.replace(code, char) for key, value in properties.items()}
    message = match[3].replace("%0D", "\r").replace("%0A", "\n").replace("%25", "%")
    return match[1], properties, message


@settings(deadline=None, max_examples=80)
@given(reports)
def test_one_command_a_line_whatever_the_words_are(report: Report) -> None:
    lines = render(report).splitlines()
    found = list(problems(report, "fail", "error", "warn"))
    assert len(lines) == len(found) + 1
    for line, (target, result) in zip(lines, found, strict=False):
        _, properties, message = read(line)
        assert set(properties) <= {"file", "line", "title"}
        assert message.startswith(printable(result.summary))
        assert properties["title"].startswith(printable(f"{name(result)}: {target.target}"))


def test_commands() -> None:
    commands = [read(line) for line in render(example()).splitlines()]
    assert [name for name, _, _ in commands] == ["error", "warning", "error", "notice"]
    assert commands[0][1] == {"file": "~/.gitconfig", "line": "2", "title": "conflict: origin"}
    assert commands[0][2].splitlines() == [
        "store answers first",
        "credential.helper=store (from ~/.gitconfig, line 2 (global))",
        "-> Reset the chain",
        "   git config x ''",
        "   git config y z",
        "more: codecommit-doctor explain conflict",
    ]
    totals, verdict = commands[-1][2].split("\n")
    assert totals == "1 problem, 1 error, 1 warning, 1 passed, 1 not checked"
    assert verdict == "origin: store answers first"


def test_what_is_known_is_a_notice() -> None:
    report = example()
    report.targets[0].results[0].known = True
    name, properties, _ = read(render(report).splitlines()[0])
    assert (name, properties["title"]) == ("notice", "conflict: origin (known before)")


def test_summary_is_added_to_the_file_that_github_names(healthy: Sandbox, tmp_path: Path) -> None:
    summary = tmp_path / "summary.md"
    summary.write_text("before\n", "utf-8")
    healthy.write(".gitconfig", HEALTHY.replace("true", "false"))
    healthy.env["GITHUB_STEP_SUMMARY"] = str(summary)
    done = healthy.doctor("--offline", "--format", "github", "--only", "use-http-path")
    assert done.code == 1
    assert done.out.startswith("::error file=")
    text = summary.read_text("utf-8")
    assert text.startswith("before\n## codecommit-doctor: 1 problem\n")
    assert "use-http-path" in text
