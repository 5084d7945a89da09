"""The page on AWS's guide, and the list of links: nothing in them is made up."""

from __future__ import annotations

import ast
import re
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from codecommit_doctor.engine.registry import load
from tests.conftest import ROOT
from tests.lab.scenarios import SCENARIOS

PAGE = (ROOT / "docs" / "guide.md").read_text("utf-8")
ROWS = [
    [cell.strip() for cell in line.strip("|").split("|")]
    for line in PAGE.splitlines()
    if line.startswith("|") and not line.startswith(("|---", "| the guide"))
]
CHECKS = {check.id for check in load().checks}
NAMES = {scenario.name for scenario in SCENARIOS}
_LINK = re.compile(r"https://[a-z0-9.-]+\.[a-z]+\b(?:/[\w./#-]*)?")
_OWN = re.compile(
    r"https://(?:[\w.-]*git-codecommit|aws\.amazon\.com\Z|github\.com/codecommit-doctor/)"
)
"""Not to be read for a rule: addresses of repositories, a clock, and this project."""


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row[0][:40])
def test_every_row_says_what_is_done_and_what_shows_it(row: list[str]) -> None:
    assert len(row) == 4
    guide, doctor, today, shown = row
    assert guide and doctor and today.endswith(".")
    named = re.findall(r"\[([a-z-]+)\]\(checks/([a-z-]+)\.md\)", doctor)
    assert named
    assert all(text == id and id in CHECKS for text, id in named), named
    proofs = re.findall(r"`([^`]+)`", shown)
    assert proofs
    for proof in proofs:
        file, _, function = proof.partition("::")
        if function:
            assert f"def {function}(" in (ROOT / file).read_text("utf-8"), proof
        else:
            assert proof in NAMES, proof


def test_the_page_has_all_steps() -> None:
    assert re.findall(r"(?m)^## Step (\d)", PAGE) == ["1", "2", "3", "4"]
    assert len(ROWS) == PAGE.count("\n| ") - 4


@pytest.mark.process
def test_why_system_seems_to_help(tmp_path: Path) -> None:
    """``git config`` replaces the one value of the file, so that the manager is gone for all."""
    file = tmp_path / "gitconfig"
    file.write_text("[credential]\n\thelper = manager\n", "utf-8")
    words = ["git", "config", "--file", str(file), "credential.helper"]
    subprocess.run([*words, "!aws codecommit credential-helper $@"], check=True)
    read = subprocess.run([*words[:-1], "--get-all", words[-1]], capture_output=True, text=True)
    assert read.stdout == "!aws codecommit credential-helper $@\n"


def _texts(file: Path) -> Iterator[str]:
    """What a file says: of Python every string, so that joined ones are whole."""
    text = file.read_text("utf-8")
    if file.suffix != ".py":
        yield text
        return
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield node.value


def _used() -> set[str]:
    files = [*(ROOT / "checks").glob("*.py"), *(ROOT / "docs").glob("*.md")]
    found = {
        link.rstrip(".") for file in files for text in _texts(file) for link in _LINK.findall(text)
    }
    return {link for link in found if not _OWN.match(link)}


def _listed() -> dict[str, str]:
    lines = (ROOT / "docs" / "links.txt").read_text("utf-8").splitlines()
    rows = [line.split(maxsplit=1) for line in lines if line and not line.startswith("# ")]
    assert len(rows) == len({row[0] for row in rows})
    return {row[0]: row[1] for row in rows}


def test_every_link_is_listed_and_every_listed_one_is_used() -> None:
    assert set(_listed()) == _used()


def test_every_link_says_when_it_was_read() -> None:
    for link, read in _listed().items():
        assert re.fullmatch(r"\d{4}-\d\d-\d\d(?: \(copy\))?|not read", read), link
