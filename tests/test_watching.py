"""``--watch``: looks again after each change, until no problem is left or somebody ends it."""

from __future__ import annotations

import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.conftest import CREDENTIALS, HEALTHY, HELPER, Sandbox

WORDS = [sys.executable, "-m", "codecommit_doctor", "--offline", "--watch"]
ILL = f"[credential]\n\thelper = store\n\thelper = {HELPER}\n"
CHANGE = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ (\d+ (?:problems?|passed|warnings?))")


@pytest.fixture
def watcher(healthy: Sandbox) -> Iterator[subprocess.Popen[str]]:
    """It watches a machine with two faults, and has told of them when its first line is there."""
    healthy.write(".gitconfig", ILL)
    with subprocess.Popen(
        WORDS,
        cwd=healthy.clone,
        env=healthy.env,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as watcher:
        try:
            yield watcher
        finally:
            watcher.kill()


def change(watcher: subprocess.Popen[str]) -> str:
    """The beginning of the next line."""
    assert watcher.stdout
    line = watcher.stdout.readline()
    match = CHANGE.match(line)
    assert match, line
    return match[1]


def test_a_line_for_each_change_until_healthy(
    healthy: Sandbox, watcher: subprocess.Popen[str]
) -> None:
    assert change(watcher) == "2 problems"
    healthy.write(".gitconfig", ILL + "\tUseHttpPath = true\n")
    assert change(watcher) == "1 problem"
    healthy.write(".gitconfig", HEALTHY)
    assert change(watcher).endswith("passed")
    out, err = watcher.communicate(timeout=60)
    assert (watcher.returncode, out, err) == (0, "", "")


def test_a_file_that_git_cannot_read_is_waited_out(
    healthy: Sandbox, watcher: subprocess.Popen[str]
) -> None:
    assert change(watcher) == "2 problems"
    healthy.write(".gitconfig", "[credential\n")
    assert "problem" in change(watcher)
    healthy.write(".gitconfig", HEALTHY)
    assert change(watcher).endswith("passed")
    assert watcher.wait(60) == 0


def test_ctrl_c_while_waiting(watcher: subprocess.Popen[str]) -> None:
    assert change(watcher) == "2 problems"
    watcher.send_signal(signal.SIGINT)
    out, err = watcher.communicate(timeout=60)
    assert (watcher.returncode, out, err) == (130, "", "")


def test_a_program_or_an_aws_file_is_a_change_too(healthy: Sandbox) -> None:
    (healthy.home / ".aws" / "credentials").unlink()
    with subprocess.Popen(
        [*WORDS, "--only", "aws-credentials", "--require", "aws-credentials"],
        cwd=healthy.clone,
        env=healthy.env,
        stdout=subprocess.PIPE,
        text=True,
    ) as watcher:
        assert change(watcher) == "1 problem"
        healthy.program("some-program", ":")
        assert change(watcher) == "1 problem"
        healthy.write(".aws/credentials", CREDENTIALS)
        assert change(watcher) == "1 passed"
        assert watcher.wait(60) == 0


def test_on_a_terminal_each_report_takes_the_place_of_the_last(healthy: Sandbox) -> None:
    healthy.write(".gitconfig", ILL)
    import pexpect  # needs a POSIX terminal

    child = pexpect.spawn(
        WORDS[0],
        WORDS[1:],
        cwd=str(healthy.clone),
        env={"TERM": "xterm-256color", **healthy.env},
        encoding="utf-8",
        dimensions=(50, 80),
        timeout=90,
    )
    child.expect("Waiting for a change; Ctrl-C stops.")
    assert "use-http-path" in str(child.before)
    healthy.write(".gitconfig", HEALTHY)
    child.expect(pexpect.EOF)
    child.close()
    assert child.exitstatus == 0
    _, shown = str(child.before).split("\x1b[2J")
    assert "CodeCommit was not asked" in shown


def test_reports_in_files_follow(healthy: Sandbox, tmp_path: Path) -> None:
    page = tmp_path / "report.html"
    done = healthy.doctor("--offline", "--watch", f"--report=html={page}")
    assert done.code == 0
    assert CHANGE.match(done.out)
    assert "No problems found" in page.read_text("utf-8")


@pytest.mark.parametrize(
    ("words", "told"),
    [(("--fix",), "--watch"), (("--format", "json"), "--report"), (("--output", "x"), "--report")],
)
def test_wrong_usage(healthy: Sandbox, words: tuple[str, ...], told: str) -> None:
    done = healthy.doctor("--offline", "--watch", *words)
    assert (done.code, done.out) == (2, "")
    assert told in done.err
