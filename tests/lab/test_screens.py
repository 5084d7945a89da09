"""The golden screens: they are current, and in each broken one stands all that a person needs."""

from __future__ import annotations

import re

import pytest

from tests.lab.screens import (
    BROKEN,
    FOLDER,
    HEALTHY,
    VIEWS,
    placed,
    screens,
    steady,
    written,
)
from tests.lab.service import Lab

pytest.importorskip("pexpect")

pytestmark = pytest.mark.server

COLOUR = re.compile(r"\x1b\[[0-9;]*3[0-7][0-9;]*m")
PLACE = re.compile(r"~/[\w./-]+:\d+|policy [\w-]+|GIT_CONFIG_\*|output of git config")
NEXT = re.compile(r"^  (Fix:      codecommit-doctor --fix|By hand:  \S)", re.MULTILINE)


@pytest.mark.parametrize("name", [*BROKEN, *HEALTHY])
def test_screen_is_current(name: str, lab: Lab) -> None:
    with placed(lab, name) as machine:
        made = screens(machine)
        plain = {view: steady(text, machine) for view, text in made.items()}
    coloured = {view for view, text in made.items() if COLOUR.search(text)}
    assert coloured == {"80x24", "120x40", "ASCII"}
    assert made["ASCII"].isascii()
    assert "\x1b" not in made["pipe"]
    assert written(plain) == (FOLDER / f"{name}.txt").read_text("utf-8")


def views(name: str) -> dict[str, str]:
    """The views of a golden file, by name."""
    parts = re.split(r"(?m)^== (.*) ==\n", (FOLDER / f"{name}.txt").read_text("utf-8"))[1:]
    return {
        view: text
        for names, text in zip(parts[::2], parts[1::2], strict=True)
        for view in names.split(", ")
    }


def test_there_is_a_file_for_each_machine_and_no_other() -> None:
    assert {path.stem for path in FOLDER.iterdir()} == {*BROKEN, *HEALTHY}
    assert (len(BROKEN), len(HEALTHY)) == (12, 3)


@pytest.mark.parametrize("name", BROKEN)
def test_cause_place_and_next_command_are_on_the_first_screen(name: str) -> None:
    for view in VIEWS:
        text = views(name)[view.name]
        columns = view.columns or 80
        lines = [
            line[i : i + columns]
            for line in text.splitlines()
            for i in range(0, len(line), columns)
        ]
        assert len(lines) <= (view.rows or 24) - 1, text
        assert re.match("[✗X!] ", lines[1]), text
        assert PLACE.search(text), text
        assert NEXT.search(text), text
        assert re.search(r"^  Why:      codecommit-doctor explain [a-z-]+/[a-z-]+$", text, re.M)


@pytest.mark.parametrize("name", HEALTHY)
def test_healthy_machine_is_one_line_and_the_totals(name: str) -> None:
    for text in views(name).values():
        assert re.fullmatch(r"[✓+] Git can read .*\n.* \(-v shows them\)\n", text)
