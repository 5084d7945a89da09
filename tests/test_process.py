"""Whatever a program does, starting it gives an answer and leaves nothing behind."""

from __future__ import annotations

import os
import signal
import sys
import threading
from pathlib import Path

import psutil
import pytest

from codecommit_doctor.probes import process
from codecommit_doctor.probes.process import CAP, Completed, quiet_environment, run
from tests.leftovers import sleeper, still_running, wait_for

pytestmark = pytest.mark.process

posix = pytest.mark.skipif(os.name != "posix", reason="scripts of a POSIX shell")


def shell(script: str, *words: str, limit: float = 60, data: bytes = b"") -> Completed:
    return run(["sh", "-c", script, "sh", *words], limit=limit, input=data)


def python(code: str, *, limit: float = 60, data: bytes = b"") -> Completed:
    return run([sys.executable, "-c", code], limit=limit, input=data)


def test_output_errors_and_input_arrive_and_success_has_no_failure() -> None:
    outcome = python(
        "import sys; print(sys.stdin.read().upper()); print('aside', file=sys.stderr)",
        data=b"hello",
    )
    assert (outcome.code, outcome.failure) == (0, None)
    assert outcome.text.strip() == "HELLO"
    assert outcome.error_text == "aside"


def test_what_was_begun_is_run_once_and_then_anew(tmp_path: Path) -> None:
    words = (sys.executable, "-c", "import os; os.mkdir('made'); print(os.environ['NAME'])")
    process.begin(words, env={"NAME": "a"}, cwd=tmp_path)
    assert run(words, env={"NAME": "a"}, cwd=tmp_path).text == f"a{os.linesep}"
    assert run(words, env={"NAME": "a"}, cwd=tmp_path).code == 1  # "made" is there by now
    process.begin(words, env={"NAME": "b"}, cwd=tmp_path)
    assert run(words, env={"NAME": "c"}, cwd=tmp_path).code == 1  # another question
    assert run(words, env={"NAME": "b"}, cwd=tmp_path).code == 1


def test_exit_code_is_told() -> None:
    outcome = python("raise SystemExit(7)")
    assert (outcome.code, outcome.failure) == (7, "ended with exit code 7")


@posix
def test_hanging_program_is_ended_with_all_that_it_started(tmp_path: Path) -> None:
    program = sleeper(tmp_path)
    outcome = shell('"$1" 300 & "$1" 300 & echo started; wait', str(program), limit=1)
    assert outcome.code is None
    assert outcome.failure == "did not answer within 1 seconds"
    assert outcome.output == b"started\n"
    assert still_running(program) == []


@posix
def test_hanging_grandchild_in_a_session_of_its_own_is_ended_too(tmp_path: Path) -> None:
    program = sleeper(tmp_path)
    code = (
        "import subprocess as s, sys; p = s.Popen([sys.argv[1], '300'], start_new_session=True);"
        "print('started', flush=True); p.wait()"
    )
    outcome = run([sys.executable, "-c", code, str(program)], limit=3)
    assert outcome.output == b"started\n"
    assert outcome.code is None
    assert still_running(program) == []


@posix
def test_program_that_ignores_polite_signals_is_ended(tmp_path: Path) -> None:
    program = sleeper(tmp_path)
    outcome = shell('trap "" TERM INT HUP; "$1" 300; "$1" 300', str(program), limit=1)
    assert outcome.failure == "did not answer within 1 seconds"
    assert still_running(program) == []


def test_flood_is_capped_and_its_program_ended() -> None:
    outcome = python(
        "import sys\nfor _ in range(100): sys.stdout.buffer.write(b'x' * 1_000_000)\nprint('end')"
    )
    assert (outcome.code, outcome.failure) == (None, "printed more than 4 MB")
    assert CAP < len(outcome.output) < CAP + 1_000_000
    assert set(outcome.output) == {ord("x")}


def test_flood_on_standard_error_is_capped_as_well() -> None:
    outcome = python("import sys\nwhile True: sys.stderr.buffer.write(b'x' * 65536)")
    assert outcome.failure == "printed more than 4 MB"
    assert len(outcome.errors) < CAP + 1_000_000


@posix
@pytest.mark.parametrize("name", ["SIGKILL", "SIGSEGV", "SIGTERM"])
def test_signal_is_named(name: str) -> None:
    outcome = shell(f"kill -{name[3:]} $$")
    assert outcome.code == -getattr(signal, name)
    assert outcome.failure == f"was ended by signal {name}"


@pytest.mark.skipif(not hasattr(signal, "SIGRTMIN"), reason="no real-time signals")
def test_signal_without_a_name_has_its_number() -> None:
    number = signal.SIGRTMIN + 1
    outcome = python(f"import os; os.kill(os.getpid(), {number:d})")
    assert outcome.failure == f"was ended by signal {number:d}"


def test_missing_program_is_no_exception() -> None:
    outcome = run(["no-such-program-anywhere"])
    assert outcome.code is None
    assert outcome.failure == "is not on the PATH"


def test_directory_as_program_is_no_exception(tmp_path: Path) -> None:
    outcome = run([str(tmp_path)])
    assert outcome.code is None
    assert "could not be started" in (outcome.failure or "")


@posix
def test_file_that_is_no_program_is_no_exception(tmp_path: Path) -> None:
    garbage = tmp_path / "garbage"
    garbage.write_bytes(b"\x00\x01\x02")
    garbage.chmod(0o755)
    assert "Exec format error" in (run([str(garbage)]).failure or "")


def test_missing_directory_is_no_exception(tmp_path: Path) -> None:
    outcome = run([sys.executable, "--version"], cwd=tmp_path / "gone")
    assert "could not be started" in (outcome.failure or "")


def test_null_byte_in_a_word_is_no_exception() -> None:
    assert "could not be started" in (run([sys.executable, "a\0b"]).failure or "")


@pytest.mark.parametrize("size", [10, 1_000_000])
def test_input_that_is_not_read_does_no_harm(size: int) -> None:
    outcome = python("print('done')", data=b"x" * size)
    assert (outcome.output, outcome.failure) == (b"done" + os.linesep.encode(), None)


def test_more_input_than_the_pipe_holds_does_not_suspend_the_time_limit() -> None:
    outcome = python("import time; time.sleep(300)", data=b"x" * 10_000_000, limit=1)
    assert outcome.failure == "did not answer within 1 seconds"


def test_large_input_and_large_output_do_not_block_each_other() -> None:
    data = os.urandom(1_000_000)
    code = "import sys, shutil; shutil.copyfileobj(sys.stdin.buffer, sys.stdout.buffer)"
    assert python(code, data=data).output == data


@posix
def test_daemon_that_holds_the_pipe_open_does_not_hold_us(tmp_path: Path) -> None:
    program = sleeper(tmp_path)
    try:
        outcome = shell('echo answer; "$1" 300 & ', str(program))
        assert (outcome.output, outcome.code, outcome.failure) == (b"answer\n", 0, None)
        wait_for(program)  # it is left alone: git-credential-cache's daemon is the user's own
    finally:
        for left in psutil.process_iter(["cmdline"]):
            if str(program) in (left.info["cmdline"] or []):
                left.kill()


def test_bytes_that_are_no_utf8_survive() -> None:
    outcome = python(r"import sys; sys.stdout.buffer.write(b'caf\xe9 \xff\n')")
    assert outcome.text == "caf\udce9 \udcff\n"
    assert outcome.text.encode("utf-8", "surrogateescape") == outcome.output


def test_environment_can_not_prompt_or_trace(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("GIT_TRACE", "GIT_TRACE_CURL", "GIT_TRACE2_EVENT", "GIT_CURL_VERBOSE"):
        monkeypatch.setenv(name, "1")
    monkeypatch.setenv("GCM_TRACE", "1")
    monkeypatch.setenv("GIT_TERMINAL_PROMPT", "1")
    monkeypatch.setenv("GIT_ASKPASS", "/usr/bin/askpass")
    env = quiet_environment()
    assert not [name for name in env if name.startswith(("GIT_TRACE", "GIT_CURL", "GCM_TRACE"))]
    assert (env["GIT_TERMINAL_PROMPT"], env["GCM_INTERACTIVE"]) == ("0", "never")
    assert (env["GIT_ASKPASS"], env["SSH_ASKPASS"]) == ("", "")


def test_messages_are_english_but_characters_stay(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LC_ALL", "de_DE.UTF-8")
    env = quiet_environment()
    assert "LC_ALL" not in env
    assert (env["LC_CTYPE"], env["LC_MESSAGES"]) == ("de_DE.UTF-8", "C")


def test_environment_takes_changes_and_removals(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TAKEN_AWAY", "1")
    env = quiet_environment({"TAKEN_AWAY": None, "ADDED": "yes"})
    assert "TAKEN_AWAY" not in env
    assert env["ADDED"] == "yes"


@posix
def test_end_all_ends_what_other_threads_started(tmp_path: Path) -> None:
    program = sleeper(tmp_path)
    outcomes: list[Completed] = []
    thread = threading.Thread(target=lambda: outcomes.append(run([str(program), "300"], limit=60)))
    thread.start()
    wait_for(program)
    process.end_all()
    thread.join(30)
    assert [outcome.failure for outcome in outcomes] == ["was ended by signal SIGKILL"]
    assert still_running(program) == []


def test_nothing_starts_once_the_doctor_is_ending() -> None:
    code = (
        "import sys; from codecommit_doctor.probes import process; process.end_all(for_good=True);"
        "print(process.run([sys.executable, '--version']).failure)"
    )
    assert python(code).text.strip() == "could not be started: the doctor is ending"
