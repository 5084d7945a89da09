"""The skill for coding agents and the page for programs: current, true, and tried."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from typing import Any

import pytest
import yaml
from typer.main import get_command

from codecommit_doctor.cli.app import app
from codecommit_doctor.engine.registry import load
from tests import warm
from tests.conftest import HELPER, Sandbox
from tools import agents

TEXTS = agents.texts()


@pytest.mark.parametrize("name", agents.FILES)
def test_committed_files_are_current(name: str) -> None:
    assert agents.FILES[name].read_text("utf-8") == TEXTS[name], "nox -s make writes them"


def test_the_skill_introduces_itself() -> None:
    head = yaml.safe_load(TEXTS["skill"].split("---\n")[1])
    assert head["name"] == agents.FILES["skill"].parent.name
    assert re.fullmatch(r"[a-z0-9-]{1,64}", head["name"])
    assert 100 < len(head["description"]) <= 1024
    assert len(TEXTS["skill"].splitlines()) < 500


@pytest.mark.parametrize("name", TEXTS)
def test_every_command_of_the_texts_can_be_typed(name: str) -> None:
    root: Any = get_command(app)
    typed = re.findall(r"`codecommit-doctor ([^`]+)`", TEXTS[name])
    assert len(typed) > 4
    for line in typed:
        words = line.partition(" -- ")[0].split()
        command = root.commands[words[0] if words[0] in root.commands else "doctor"]
        known = {option for parameter in command.params for option in parameter.opts}
        assert {word for word in words if word.startswith("--")} <= known, line


def test_all_that_a_program_may_meet_is_there() -> None:
    page = TEXTS["page"]
    for check in load().checks:
        assert f"| `{check.id}` |" in TEXTS["skill"]
        for code in check.codes:
            assert f"| `{check.id}/{code}` |" in page
    root: Any = get_command(app)
    for name, command in root.commands.items():
        for parameter in command.params:
            if not getattr(parameter, "hidden", False) and parameter.opts[0].startswith("--"):
                assert parameter.opts[0] in page, name
    outcomes = agents._SCHEMA["Verdict"]["properties"]["outcome"]["enum"]
    assert set(agents.outcomes()) == set(outcomes)
    assert list(agents.exit_codes()) == ["0", "1", "2", "3", "4", "130"]


@pytest.mark.parametrize("language", agents.EXAMPLES)
def test_the_examples_run(healthy: Sandbox, language: str) -> None:
    (healthy.bin / "codecommit-doctor").symlink_to(warm.doctor())
    programs = {"sh": ["sh", "-ec"], "python": [sys.executable, "-c"]}
    told = []
    for setting in (f"helper = {HELPER}\n\tUseHttpPath = true", f"helper = {HELPER}"):
        healthy.write(".gitconfig", f"[credential]\n\t{setting}\n")
        done = subprocess.run(
            [*programs[language], agents.EXAMPLES[language]],
            cwd=healthy.clone,
            env=healthy.env | {"CODECOMMIT_DOCTOR_OFFLINE": "true"},
            capture_output=True,
            text=True,
            timeout=120,
        )
        assert (done.returncode, done.stderr) == (0, "")
        told.append(done.stdout)
    if language == "sh":
        assert told == ["nothing failed\n", "something failed: see report.json\n"]
        assert json.loads((healthy.clone / "report.json").read_bytes())["exit_code"] == 1
    else:
        assert "use-http-path/unset confirmed" in told[1]
        assert "can be fixed: codecommit-doctor --fix" in told[1]
