"""Every scenario: git proves the machine, the doctor names the cause, the fix makes git work."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from codecommit_doctor.formats import render
from codecommit_doctor.reports.report import decode
from tests.lab.scenario import Diagnosis, Scenario, play
from tests.lab.scenarios import SCENARIOS
from tests.lab.service import Lab

pytestmark = pytest.mark.server

SCREEN = 24
KINDS = {frozenset(told.fails): told.name for told in reversed(SCENARIOS) if told.fixable}
"""The first machine for each set of fixes, where they are undone; ``tests/fixes`` undoes more."""


def test_there_are_enough_of_both_kinds() -> None:
    assert len(SCENARIOS) >= 40
    assert sum(scenario.clean for scenario in SCENARIOS) >= 10
    assert len({scenario.name for scenario in SCENARIOS}) == len(SCENARIOS)


@pytest.mark.parametrize("scenario", SCENARIOS, ids=lambda scenario: scenario.name)
def test_scenario(scenario: Scenario, lab: Lab, tmp_path: Path) -> None:
    undone = scenario.name in KINDS.values()
    diagnosis = play(scenario, lab, tmp_path, undone=undone)
    causes = [cause["check"] for cause in diagnosis.report["targets"][0]["verdict"]["causes"]]
    if scenario.fails:
        assert causes[0] in {*scenario.fails, *scenario.warns}, diagnosis.explain()
    else:
        assert set(causes) <= {*scenario.warns, *scenario.may}
    assert lines_at_80_columns(diagnosis) <= SCREEN, diagnosis.explain()


def lines_at_80_columns(diagnosis: Diagnosis) -> int:
    """How many lines a terminal of 80 columns needs for the report."""
    report = decode(json.dumps(diagnosis.report).encode())
    lines = render(report, "console").decode().splitlines()
    return sum(max(1, -(-len(line) // 80)) for line in lines)
