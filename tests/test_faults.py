"""An error that nobody expected: one line, a private log, exit code 3, no traceback, no secret."""

from __future__ import annotations

import os
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from codecommit_doctor import cli
from codecommit_doctor.cli.faults import report_fault
from tests import warm
from tests.conftest import Sandbox


@pytest.fixture
def state(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("HOME", str(tmp_path))
    for variable in ("XDG_STATE_HOME", "WIN_PD_OVERRIDE_LOCAL_APPDATA"):  # as platformdirs asks
        monkeypatch.setenv(variable, str(tmp_path / "state"))
    return tmp_path / "state" / "codecommit-doctor" / "log"


def failing() -> Exception:
    try:
        raise ValueError("no https://me:hunter22@host.test/x\nand password=hunter22")
    except ValueError as error:
        return error


def test_one_line_and_a_private_log(
    state: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "argv", ["codecommit-doctor"])
    assert report_fault(failing()) == 3
    said = capsys.readouterr().err
    assert said.count("\n") == 1
    assert "hunter22" not in said and "Traceback" not in said
    (log,) = state.glob("*.log")
    assert log.name in said
    text = log.read_text("utf-8")
    assert "Traceback" in text and "test_faults.py" in text and "hunter22" not in text
    if os.name == "posix":
        assert stat.S_IMODE(log.stat().st_mode) == 0o600
        assert stat.S_IMODE(state.stat().st_mode) == 0o700


def test_old_logs_are_removed(state: Path) -> None:
    for _ in range(25):
        report_fault(failing())
    assert len(list(state.glob("*.log"))) == 20


def test_a_log_that_can_not_be_written(state: Path, capsys: pytest.CaptureFixture[str]) -> None:
    state.parent.parent.mkdir()
    state.parent.write_text("a file")
    assert report_fault(failing()) == 3
    assert "no log could be written" in capsys.readouterr().err


@pytest.mark.parametrize(
    "error", [RecursionError("deep"), MemoryError(), KeyError("x"), OSError(5)]
)
def test_whatever_escapes_a_command_ends_with_3(
    state: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    error: Exception,
) -> None:
    ended: list[int] = []

    def broken(words: list[str]) -> int:
        raise error

    monkeypatch.setattr(cli, "_run", broken)
    monkeypatch.setattr(cli, "leave", ended.append)
    monkeypatch.setattr(cli, "_prepare_streams", lambda: None)
    cli.main()
    assert ended == [3]
    assert "internal error" in capsys.readouterr().err


@pytest.mark.parametrize("words", [(), ("bundle", "--yes"), ("checks",), ("view", "x")])
def test_a_folder_that_is_gone(healthy: Sandbox, words: tuple[str, ...]) -> None:
    gone = healthy.home / "gone"
    gone.mkdir()
    doctor = " ".join([*warm.COLD_DOCTOR, *words])
    done = subprocess.run(
        ["sh", "-c", f'rmdir "$PWD"; exec {doctor}'],
        cwd=gone,
        env=healthy.env,
        capture_output=True,
        text=True,
        check=False,
    )
    assert "Traceback" not in done.stderr
    assert done.returncode == (0 if words == ("checks",) else 2), done.stderr


@pytest.mark.parametrize(
    "words",
    [
        ("me:hunter22@host.test",),
        ("https://me:hunter22@host.test/x",),
        ("me:hun ter22@host.test",),
        ("--only", "me:hunter22@host.test"),
        ("--no-such=me:hunter22@host.test",),
        ("--timeout", "me:hunter22@host.test"),
        ("--report", "me:hunter22@host.test"),
        ("--report", "json=/nowhere/me:hunter22@host.test"),
        ("--format", "me:hunter22@host.test"),
        ("view", "https://me:hunter22@host.test"),
        ("explain", "me:hunter22@host.test"),
        ("undo", "me:hunter22@host.test"),
        ("compare", "me:hunter22@host.test", "x"),
        ("bundle", "--yes", "me:hunter22@host.test"),
        ("run", "--", "me:hunter22@host.test"),
        ("checks", "me:hunter22@host.test"),
    ],
)
def test_arguments_are_redacted_on_standard_error(healthy: Sandbox, words: tuple[str, ...]) -> None:
    done = healthy.doctor(*words)
    assert done.code in (1, 2, 127)
    assert done.err
    assert "ter22" not in done.out + done.err


def test_debug_logs_programs_redacted(healthy: Sandbox) -> None:
    address = "https://me:hunter22@git-codecommit.us-east-2.amazonaws.com/v1/repos/demo"
    healthy.git("remote", "set-url", "origin", address)
    for words in (("--debug", "--offline"), ("--offline", "--debug"), ("doctor", "--debug")):
        done = healthy.doctor(*words, "--only", "git-version")
        lines = [line for line in done.err.splitlines() if line.startswith("debug: ")]
        assert any("git config --list" in line and "exit code 0" in line for line in lines), words
        assert "hunter22" not in done.err
    healthy.env["CODECOMMIT_DOCTOR_DEBUG"] = "1"
    assert "debug: " in healthy.doctor("--offline", "--only", "git-version").err
    done = healthy.doctor("run", "--", "git", "--no-such-option", "--token", "hunter22")
    assert "git --no-such-option --token …: ended with exit code 129" in done.err
    healthy.env["CODECOMMIT_DOCTOR_DEBUG"] = "0"
    assert "debug: " not in healthy.doctor("--offline", "--only", "git-version").err
    ran = healthy.doctor("run", "--", "echo", "--debug")
    assert (ran.out, ran.err) == ("--debug\n", "")
