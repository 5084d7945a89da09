"""Plays scenarios with other programs, and tells what differs from the newest ones."""

from __future__ import annotations

import json
import subprocess
import tempfile
from dataclasses import replace
from functools import cache
from pathlib import Path

from packaging.version import Version

from tests.lab.environment import Environment
from tests.lab.scenario import Scenario, diagnose, judge, mend, prove
from tests.lab.scenarios import SCENARIOS
from tests.lab.service import Lab
from tests.support import gits

__all__ = [
    "RESULTS",
    "SCENARIOS_OF_AWS",
    "SCENARIOS_OF_GITS",
    "difference",
    "expected",
    "newest",
    "try_aws",
    "try_git",
]

RESULTS = Path(__file__).with_name("results.json")

SCENARIOS_OF_GITS = (
    "the-guide-word-for-word",
    "no-use-http-path",
    "use-http-path-switched-off-in-the-clone",
    "store-before-the-helper-replays-a-stale-signature",
)
SCENARIOS_OF_AWS = (
    "the-guide-word-for-word",
    "no-use-http-path",
    "profile-that-does-not-exist",
    "role-assumed-from-another-profile",
    "temporary-credentials",
    "credential-process-that-prints-no-json",
    "sso-login-has-ended",
    "malformed-aws-config",
    "host-in-china",
)
Statuses = dict[str, str]


def scenario(name: str) -> Scenario:
    (found,) = [scenario for scenario in SCENARIOS if scenario.name == name]
    return found


@cache
def newest(name: str, lab: Lab) -> Statuses:
    """The status of each check with this system's git, behind a script too."""
    told = scenario(name)
    other = replace(told, setup=gits.with_git(told.setup, installed_git()))
    with tempfile.TemporaryDirectory() as folder:
        return _played(other, lab, Path(folder, "machine"), may_mend=False)


def installed_git() -> str:
    """The version of this system's git."""
    told = subprocess.run(["git", "--version"], check=True, capture_output=True, text=True)
    return told.stdout.split()[2]


def try_git(version: str, name: str, lab: Lab, folder: Path) -> Statuses:
    """The same with an old git. Where its cure works for that git, it is tried as well."""
    told = scenario(name)
    mendable = Version(version) >= Version("2.9")
    other = replace(told, setup=gits.with_git(told.setup, version))
    return _played(other, lab, folder, may_mend=mendable)


def _played(told: Scenario, lab: Lab, folder: Path, *, may_mend: bool) -> Statuses:
    """Git proves the machine; the doctor names the cause, or says that it can't look, and blames
    nothing else.
    """
    with Environment(lab, folder, told.setup) as environment:
        prove(told, environment)
        diagnosis = diagnose(environment, *told.doctor, offline=told.offline)
        if any(diagnosis.results[id]["status"] == "skip" for id in told.fails):
            told = replace(told, fails=frozenset(), fixable=False)  # it says that it can't look
        judge(told, diagnosis)
        if told.fixable and may_mend:
            mend(told, environment, diagnosis, undone=False)
    return {id: result["status"] for id, result in diagnosis.results.items()}


def try_aws(text: str, name: str, lab: Lab, folder: Path) -> tuple[Statuses, str]:
    """The status of each check with another AWS CLI, and what Git shows of it.

    text: of the script that is ``aws``, or "real" for the newest. What Git shows is "" if it works
    or fails as the scenario says. Where it fails otherwise, the doctor must not call it healthy.
    """
    told = scenario(name)
    other = replace(told, setup=replace(told.setup, programs={**told.setup.programs, "aws": text}))
    with Environment(lab, folder, other.setup) as environment:
        done = environment.git(*told.git)
        shown = environment.fill_in(told.shows)
        as_told = (done.returncode == 0) == (not told.shows) and shown in done.stderr
        diagnosis = diagnose(environment, *told.doctor, offline=told.offline)
        if as_told:
            judge(told, diagnosis)
        else:
            assert done.returncode, done.stdout
            found = diagnosis.with_status("fail", "warn")
            assert found >= set(told.fails) and found, diagnosis.explain()
    statuses = {id: result["status"] for id, result in diagnosis.results.items()}
    lines = [line for line in done.stderr.splitlines() if line.strip()]
    return statuses, "" if as_told else lines[0]


def difference(other: Statuses, base: Statuses) -> Statuses:
    """The checks that end otherwise, with how."""
    return {id: status for id, status in sorted(other.items()) if base.get(id) != status}


def expected(kind: str, version: str) -> dict[str, Statuses]:
    """By scenario, what differed when the results were written down; empty for nothing."""
    results = json.loads(RESULTS.read_text("utf-8"))
    found: dict[str, Statuses] = results[kind].get(version, {})
    return found
