"""Every scenario: git proves the machine, the doctor names the cause, the fix makes git work."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from tests import warm
from tests.lab.environment import Environment
from tests.lab.scenario import Scenario, assert_no_secret, play, prove
from tests.lab.scenarios import FIXABLE, SCENARIOS
from tests.lab.service import Lab

pytestmark = pytest.mark.server


def test_there_are_enough_of_both_kinds() -> None:
    assert len(SCENARIOS) >= 40
    assert sum(scenario.clean for scenario in SCENARIOS) >= 10
    assert len({scenario.name for scenario in SCENARIOS}) == len(SCENARIOS)
    assert {scenario.name for scenario in SCENARIOS} >= FIXABLE


@pytest.mark.parametrize("scenario", SCENARIOS, ids=lambda scenario: scenario.name)
def test_diagnosis(scenario: Scenario, lab: Lab, tmp_path: Path) -> None:
    diagnosis = play(scenario, lab, tmp_path)
    causes = [cause["check"] for cause in diagnosis.report["targets"][0]["verdict"]["causes"]]
    if scenario.fails:
        assert causes[0] in scenario.fails, diagnosis.explain()
    else:
        assert set(causes) <= {*scenario.warns, *scenario.may}


@pytest.mark.parametrize(
    "scenario", [s for s in SCENARIOS if s.name in FIXABLE], ids=lambda scenario: scenario.name
)
def test_cure(scenario: Scenario, lab: Lab, tmp_path: Path) -> None:
    with Environment(lab, tmp_path, scenario.setup) as environment:
        prove(scenario, environment)
        before = _files(environment)
        _doctor(environment, "--fix", "--yes", *scenario.doctor)
        works = environment.git(*scenario.git)
        assert works.returncode == 0, works.stderr + str(environment.lab.journal)
        mended = _files(environment)
        assert mended != before
        again = _doctor(environment, "--fix", "--yes", *scenario.doctor)
        assert _files(environment) == mended, again.stderr
        while (undone := _doctor(environment, "undo")).returncode == 0:
            pass
        assert undone.returncode == 2, undone.stderr
        assert _files(environment) == before


def _files(environment: Environment) -> dict[str, bytes]:
    """The gitconfigs of the machine."""
    paths = (
        environment.system_config,
        environment.home / ".gitconfig",
        environment.clone / ".git" / "config",
    )
    return {path.name: path.read_bytes() for path in paths}


def _doctor(environment: Environment, *words: str) -> subprocess.CompletedProcess[str]:
    done = subprocess.run(
        [warm.doctor(), *map(environment.fill_in, words)],
        cwd=environment.clone,
        env=environment.environ(),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert_no_secret(environment, done.stdout, done.stderr)
    return done
