"""``--quiet``: one line for each target, and the exit code."""

from __future__ import annotations

from io import StringIO

import pytest
from hypothesis import given, settings

from codecommit_doctor.formats.line import digest, render
from codecommit_doctor.reports.report import Report
from tests.conftest import HEALTHY, URL, Sandbox
from tests.formats.reports import example, reports


def lines(report: Report) -> list[str]:
    stream = StringIO()
    render(report, stream)
    return stream.getvalue().splitlines()


@settings(deadline=None, max_examples=60)
@given(reports)
def test_one_line_for_each_target_whatever_it_is_called(report: Report) -> None:
    assert len(lines(report)) == len(report.targets)
    assert len(digest(report).splitlines()) == 1


def test_words() -> None:
    report = example()
    target = report.targets[0]
    assert lines(report) == ["FAIL origin: store answers first"]
    target.verdict.causes *= 3
    assert lines(report) == ["FAIL origin: store answers first (and 2 more)"]
    target.verdict.causes = []
    assert lines(report) == ["FAIL origin: no answer from conflict, clock-skew"]
    target.results = target.results[-1:]
    report.interrupted = True
    assert lines(report) == [
        "ok origin: No problems found",
        "Interrupted: not everything was checked.",
    ]


def test_several_targets(healthy: Sandbox) -> None:
    healthy.write(".gitconfig", HEALTHY.replace("true", "false"))
    done = healthy.doctor("--offline", "-q", "origin", URL.replace("demo", "other"))
    assert (done.code, done.err) == (1, "")
    first, second = done.out.splitlines()
    assert first.startswith("FAIL origin: UseHttpPath")
    assert second.startswith("FAIL https://")


def test_healthy(healthy: Sandbox) -> None:
    done = healthy.doctor("--offline", "--quiet")
    assert done.code == 0
    assert done.out.startswith(
        "skip origin: Offline, for demo in us-east-2: the AWS helper answers"
    )


@pytest.mark.parametrize("words", [("--verbose",), ("--format", "json")])
def test_wrong_usage(healthy: Sandbox, words: tuple[str, ...]) -> None:
    done = healthy.doctor("--offline", "--quiet", *words)
    assert (done.code, done.out) == (2, "")
    assert "--quiet" in done.err
