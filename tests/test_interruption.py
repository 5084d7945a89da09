"""However the doctor is ended, it leaves no program behind, and says what it knows."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
import time
from pathlib import Path

import psutil
import pytest

from tests.conftest import VALIDATOR, Sandbox
from tests.leftovers import sleeper, still_running, wait_for

PATIENCE = 60.0


def start(sandbox: Sandbox, *words: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-m", "codecommit_doctor", "--offline", *words],
        cwd=sandbox.clone,
        env=sandbox.env,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


@pytest.mark.parametrize("times", [1, 3])
def test_ctrl_c_ends_all_programs_and_prints_what_is_known(
    healthy: Sandbox, tmp_path: Path, times: int
) -> None:
    program = sleeper(tmp_path)
    healthy.program("aws", f"'{program}' 300 & '{program}' 300")
    with start(healthy, "--format", "json") as doctor:
        wait_for(program)
        done = _until_checks_wait(doctor)
        for _ in range(times):
            doctor.send_signal(signal.SIGINT)
        out, err = doctor.communicate(timeout=PATIENCE)
    assert done
    assert "Traceback" not in err
    assert doctor.returncode == 130
    if times == 1:
        report = json.loads(out)
        VALIDATOR.validate(report)
        assert (report["interrupted"], report["exit_code"]) == (True, 130)
        found = {r["id"]: (r["status"], r["summary"]) for r in report["targets"][0]["results"]}
        assert found["aws-cli-version"] == ("skip", "not checked: interrupted")
        assert {status for status, _ in found.values()} <= {"pass", "skip"}
    assert still_running(program) == []
    assert list(Path(healthy.env["TMPDIR"]).iterdir()) == []


def _until_checks_wait(doctor: subprocess.Popen[str]) -> bool:
    """True when the examination waits for the hanging program and for nothing else."""
    end = time.monotonic() + PATIENCE
    process = psutil.Process(doctor.pid)
    idle_since: float | None = None
    while time.monotonic() < end:
        if process.cpu_percent() > 20:
            idle_since = None
        elif idle_since is None:
            idle_since = time.monotonic()
        elif time.monotonic() - idle_since > 0.5:
            return True
        time.sleep(0.05)
    return False


@pytest.mark.parametrize("name", ["SIGTERM", "SIGHUP"])
def test_other_ends_leave_no_program_behind_either(
    healthy: Sandbox, tmp_path: Path, name: str
) -> None:
    program = sleeper(tmp_path)
    healthy.program("aws", f"'{program}' 300 & '{program}' 300")
    with start(healthy) as doctor:
        wait_for(program)
        doctor.send_signal(getattr(signal, name))
        _, err = doctor.communicate(timeout=PATIENCE)
    assert doctor.returncode == 128 + getattr(signal, name)
    assert "Traceback" not in err
    assert still_running(program) == []


def test_limit_of_the_command_line_ends_hanging_programs(healthy: Sandbox, tmp_path: Path) -> None:
    program = sleeper(tmp_path)
    healthy.program("aws", f"'{program}' 300")
    done = healthy.examine("--timeout", "3")
    assert done.code == 3
    assert "aws-cli-version" in done.with_status("error")
    assert done.status("git-version") == "pass"
    assert done.results["aws-cli-version"]["summary"] == "out of time: all took over 3 s"
    assert still_running(program) == []
