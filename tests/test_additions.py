"""What CONTRIBUTING.md promises of additions: the files that each touches, and that it works."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import NamedTuple

import pytest

from tests.conftest import ROOT
from tools.sources import copy_sources

PROMISED = {
    "check": "checks/",
    "probe": "codecommit_doctor/probes/",
    "format": "codecommit_doctor/formats/",
    "recipe of a fix": "codecommit_doctor/fixes/recipes.py",
    "kind of edit": "codecommit_doctor/fixes/",
    "command": "codecommit_doctor/cli/commands/",
    "setting": "codecommit_doctor/cli/settings.py",
    "scenario": "tests/lab/scenarios/",
}
SCENARIO = "tests/lab/test_scenarios.py::test_scenario[the-clone-says-false]"


class Block(NamedTuple):
    """An example: the content of a new file, or a diff without numbers for one that is there."""

    path: str
    text: str
    is_diff: bool

    def apply(self, root: Path) -> None:
        file = root / self.path
        if not self.is_diff:
            assert not file.exists(), self.path
            file.write_text(self.text, "utf-8")
            return
        content = file.read_text("utf-8")
        for hunk in self.text.split("@@\n")[1:]:
            lines = [(line[:1], line[1:]) for line in hunk.splitlines(keepends=True)]
            before = "".join(text for sign, text in lines if sign != "+")
            after = "".join(text for sign, text in lines if sign != "-")
            assert content.count(before) == 1, before
            content = content.replace(before, after)
        file.write_text(content, "utf-8")


def examples() -> dict[str, list[Block]]:
    """The examples of each addition."""
    text = (ROOT / "CONTRIBUTING.md").read_text("utf-8")
    found: dict[str, list[Block]] = {}
    for section in re.split(r"^##+ (?=[A-Z])", text, flags=re.M):
        heading, _, body = section.partition("\n")
        example = r"^```(python|diff)\n(?:# |\+\+\+ )(\S+)\n(.*?)^```$"
        if blocks := re.findall(example, body, re.M | re.S):
            name = heading.removeprefix("A new ")
            found[name] = [Block(path, code, kind == "diff") for kind, path, code in blocks]
    return found


def test_every_addition_has_an_example() -> None:
    assert set(examples()) == set(PROMISED)
    table = (ROOT / "CONTRIBUTING.md").read_text("utf-8")
    for name, place in PROMISED.items():
        assert re.search(rf"^\| {name} \| 1\b.*\| `{re.escape(place)}` \|$", table, re.M), name


@pytest.mark.parametrize("name", PROMISED)
def test_an_addition_touches_one_file_and_its_test(name: str) -> None:
    paths = [block.path for block in examples()[name]]
    own = [path for path in paths if not path.startswith("tests/") or "scenarios" in path]
    assert [path.startswith(PROMISED[name]) for path in own] == [True]
    assert len(paths) == (1 if name == "scenario" else 2)


@pytest.mark.server
def test_the_examples_work(tmp_path: Path) -> None:
    """All of them in one copy of the tree, so that each is seen to leave the others alone."""
    copy_sources(tmp_path)
    blocks = [block for found in examples().values() for block in found]
    for block in blocks:
        block.apply(tmp_path)
    shutil.copytree(tmp_path / "checks", tmp_path / "codecommit_doctor" / "checks")
    env = {name: value for name, value in os.environ.items() if not name.startswith("PYTEST_")}

    def run(*words: str) -> None:
        done = subprocess.run(
            [sys.executable, *words],
            env={**env, "PYTHONPATH": str(tmp_path)},
            cwd=tmp_path,
            capture_output=True,
            text=True,
        )
        assert done.returncode == 0, done.stdout + done.stderr

    run("-m", "tools.man")
    assert ".SS where\n" in (tmp_path / "man" / "codecommit-doctor.1").read_text("utf-8")
    tests = [block.path for block in blocks if Path(block.path).name.startswith("test_")]
    run("-m", "pytest", "-q", "-p", "no:cacheprovider", *tests, SCENARIO)
