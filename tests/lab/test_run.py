"""``run`` on machines of the lab: what git met is never contradicted."""

from __future__ import annotations

import json
import os
import subprocess
from pathlib import Path
from typing import Any

import pytest

from tests import warm
from tests.lab.environment import HEALTHY_GITCONFIG, Environment, Setup
from tests.lab.programs import REAL
from tests.lab.scenario import assert_no_secret
from tests.lab.scenarios.texts import denied
from tests.lab.service import Lab

pytestmark = pytest.mark.server

_NOBODY_LOOKS = denied("iam:*")


def _run(environment: Environment, *words: str, cwd: Path | None = None) -> dict[str, Any]:
    """The report of ``run`` about a command that must fail."""
    report = environment.folder / "report.json"
    done = subprocess.run(
        [warm.doctor(), "run", "--report", f"json={report}", "--", *words],
        cwd=cwd or environment.clone,
        env=environment.environ() | {"GIT_TERMINAL_PROMPT": "0"},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=120,
        start_new_session=os.name == "posix",
    )
    assert done.returncode not in (0, 3), done.stderr
    assert "Traceback" not in done.stderr
    assert_no_secret(environment, done.stdout, done.stderr, report.read_text("utf-8"))
    found: dict[str, Any] = json.loads(report.read_bytes())
    return found


def test_a_push_that_is_refused_is_not_called_well(lab: Lab, tmp_path: Path) -> None:
    """The user may read, and nobody may look at the policies."""
    setup = Setup(policies=("AWSCodeCommitReadOnly", _NOBODY_LOOKS))
    with Environment(lab, tmp_path, setup) as machine:
        identity = ("-c", "user.name=x", "-c", "user.email=x@x")
        machine.git(*identity, "commit", "-q", "--allow-empty", "-m", "x")
        report = _run(machine, "git", "push", "origin", "HEAD:refs/heads/x")
    (target,) = report["targets"]
    (observation,) = target["observations"]
    assert (observation["operation"], observation["source"]) == ("push", "git push")
    assert "403" in observation["text"]
    assert target["verdict"]["causes"]
    assert report["exit_code"] == 1


def test_git_remote_codecommit_in_a_run(lab: Lab, tmp_path: Path) -> None:
    setup = Setup(user="", programs={"git-remote-codecommit": REAL})
    with Environment(lab, tmp_path, setup) as machine:
        machine.git("remote", "set-url", "origin", "codecommit::us-east-2://nosuch@demo")
        report = _run(machine, "git", "fetch")
    (target,) = report["targets"]
    assert target["url"] == "codecommit::us-east-2://nosuch@demo"
    assert target["verdict"]["causes"][0]["check"] == "profile-exists"


def test_a_clone_by_a_helper_of_another_clone_alone(lab: Lab, tmp_path: Path) -> None:
    with Environment(lab, tmp_path, Setup(user="", local=HEALTHY_GITCONFIG)) as machine:
        assert machine.git("ls-remote", "origin").returncode == 0
        report = _run(machine, "git", "clone", "-q", machine.setup.url, "elsewhere")
    (target,) = report["targets"]
    assert target["verdict"]["causes"]
    assert "could not read Username" in target["observations"][0]["text"]
