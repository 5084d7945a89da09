"""In a real terminal: the cause, its place and the next command are on the first screen."""

from __future__ import annotations

import re
import sys

import pytest

from tests.lab.environment import HEALTHY_GITCONFIG, Setup, Stored
from tests.lab.plugin import Machine

pexpect = pytest.importorskip("pexpect")

pytestmark = pytest.mark.server

ANSI = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]|\x1b\]8;[^\x1b]*\x1b\\")
STORE = "[credential]\n\thelper = store\n"
BROKEN = {
    "another helper answers": (
        Setup(user=STORE + HEALTHY_GITCONFIG, stored=(Stored("store"),)),
        ("expired password", "~/.gitconfig:2", "answers first", "never asked"),
    ),
    "no path is sent": (
        Setup(user=HEALTHY_GITCONFIG.replace("true", "false")),
        ("UseHttpPath is switched off", "~/.gitconfig:3"),
    ),
    "no helper": (
        Setup(user=""),
        ("no credential helper is configured", "git config --list"),
    ),
    "a password that is out of date in .netrc": (
        Setup(files={".netrc": "machine @HOST@ login @GITUSER@ password @STALE@\n"}),
        ("expired password from .netrc", "~/.netrc:1"),
    ),
}


def screen(made: Machine, setup: Setup, columns: int, rows: int, **variables: str) -> list[str]:
    """The lines that a terminal of this size shows of the doctor's output."""
    machine = made(setup)
    child = pexpect.spawn(
        sys.executable,
        ["-m", "codecommit_doctor"],
        cwd=str(machine.clone),
        env={"TERM": "xterm-256color", **machine.environ(), **variables},
        encoding="utf-8",
        dimensions=(rows, columns),
        timeout=90,
    )
    child.expect(pexpect.EOF)
    child.close()
    text = ANSI.sub("", str(child.before).rpartition("\x1b[2K")[2]).replace("\r", "")
    lines = [line for line in text.split("\n") if "looking at" not in line]
    while lines and not lines[-1]:
        lines.pop()
    return [part for line in lines for part in wrapped(line, columns)]


def wrapped(line: str, columns: int) -> list[str]:
    return [line[at : at + columns] for at in range(0, max(1, len(line)), columns)]


@pytest.mark.parametrize("size", [(80, 24), (120, 40)])
@pytest.mark.parametrize("name", BROKEN)
def test_broken_machine_fits_a_screen(machine: Machine, name: str, size: tuple[int, int]) -> None:
    setup, told = BROKEN[name]
    lines = screen(machine, setup, *size)
    text = " ".join(" ".join(lines).split())
    assert len(lines) <= size[1] - 2, "\n".join(lines)
    assert lines[1].startswith("✗ ")
    assert [words for words in told if words not in text] == [], "\n".join(lines)
    assert re.search(r"Fix: codecommit-doctor --fix|By hand: \S", text)
    assert re.search(r"Why: codecommit-doctor explain [a-z-]+", text)


@pytest.mark.parametrize("variables", [{}, {"NO_COLOR": "1"}, {"PYTHONIOENCODING": "ascii"}])
def test_healthy_machine_is_one_line(machine: Machine, variables: dict[str, str]) -> None:
    verdict, numbers = screen(machine, Setup(), 80, 24, **variables)
    mark = "+" if "PYTHONIOENCODING" in variables else "✓"
    assert verdict == f"{mark} Git can read demo in us-east-2 as user dev (profile default)"
    assert re.fullmatch(r"\d+ passed, \d+ not checked \(-v shows them\)", numbers)


def test_pipe_gets_the_same_lines(machine: Machine) -> None:
    setup, _ = BROKEN["no path is sent"]
    made = machine(setup)
    shown = screen(lambda _: made, setup, 80, 24)
    piped = made.run(sys.executable, "-m", "codecommit_doctor", cwd=made.clone).stdout
    assert [part for line in piped.splitlines() for part in wrapped(line, 80)] == shown
