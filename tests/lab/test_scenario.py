"""The scenario machinery itself: it believes real git, and nothing else."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from tests.lab.environment import Setup, Stored
from tests.lab.plugin import Machine
from tests.lab.scenario import Diagnosis, Scenario, assert_no_secret, judge, play, prove
from tests.lab.service import Lab

pytestmark = pytest.mark.server

STALE = Scenario(
    name="stale-password-in-store",
    broken="a store before the AWS helper replays a signature of 40 minutes ago",
    setup=Setup(system="[credential]\n\thelper = store\n", stored=(Stored("store"),)),
    shows="The requested URL returned error: 403",
    fails={"credential-manager-conflict"},
)
HEALTHY = Scenario(name="healthy")


@pytest.mark.parametrize("scenario", [STALE, HEALTHY], ids=lambda scenario: scenario.name)
def test_play(scenario: Scenario, lab: Lab, tmp_path: Path) -> None:
    play(scenario, lab, tmp_path / "machine")


def test_a_scenario_that_is_not_what_it_says(machine: Machine) -> None:
    with pytest.raises(AssertionError, match="git gave"):
        prove(STALE, machine())
    with pytest.raises(AssertionError, match="git gave"):
        prove(HEALTHY, machine(STALE.setup))


def diagnosis(**statuses: str) -> Diagnosis:
    results = [
        {"id": id.replace("_", "-"), "status": status, "summary": ""}
        for id, status in statuses.items()
    ]
    failed = int("fail" in statuses.values())
    return Diagnosis(failed, "", "", {"targets": [{"results": results}]})


def test_judging() -> None:
    judge(HEALTHY, diagnosis(git_version="pass", kms_deny="skip"))
    judge(STALE, diagnosis(credential_manager_conflict="fail"))
    for blamed in ("warn", "fail", "error"):
        with pytest.raises(AssertionError):
            judge(HEALTHY, diagnosis(git_version=blamed))
    with pytest.raises(AssertionError):
        judge(STALE, diagnosis(credential_manager_conflict="warn"))
    with pytest.raises(AssertionError, match="innocent"):
        judge(STALE, diagnosis(credential_manager_conflict="fail", git_version="fail"))


def test_secrets_are_seen(machine: Machine) -> None:
    here = machine()
    assert_no_secret(here, "all is well")
    for leak in (here.user.secret, here.signature(), here.user.access_key):
        with pytest.raises(AssertionError, match="printed"):
            assert_no_secret(here, f"oops: {leak}.")


def test_the_lab_for_a_person(tmp_path: Path) -> None:
    """It prints its exports, git reaches it with them, and Ctrl-C removes everything."""
    root = Path(__file__).parent.parent.parent
    environment = {**os.environ, "TMPDIR": str(tmp_path)}
    command = [sys.executable, "-m", "tests.lab"]
    with subprocess.Popen(
        command, cwd=root, env=environment, stdout=subprocess.PIPE, start_new_session=True
    ) as process:
        assert process.stdout is not None
        lines: list[str] = []
        while not lines or not lines[-1].startswith("# Requests appear"):
            lines.append(process.stdout.readline().decode())
            assert lines[-1], lines
        script = "".join(lines) + 'git ls-remote "$1"'
        url = "https://git-codecommit.us-east-2.amazonaws.com/v1/repos/demo"
        done = subprocess.run(
            ["sh", "-c", script, "sh", url], capture_output=True, text=True, timeout=60
        )
        process.send_signal(signal.SIGINT)
        process.communicate(timeout=30)
    assert "refs/heads/main" in done.stdout, done
    assert process.returncode == 0
    assert not list(tmp_path.iterdir())
