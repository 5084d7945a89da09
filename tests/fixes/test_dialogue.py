"""The dialogue on a terminal."""

from __future__ import annotations

import json
import re
import shlex
import sys
from pathlib import Path

import pytest

from tests.conftest import CREDENTIALS, HELPER, Sandbox
from tests.fixes.patients import ill, journal_of

pexpect = pytest.importorskip("pexpect")

TWO = f"[credential]\n\thelper = store\n\thelper = {HELPER}\n"
QUESTION = r"Apply this fix\? \[y/N\] "


def talk(sandbox: Sandbox, *answers: str, words: tuple[str, ...] = ()) -> tuple[str, int, Path]:
    """Gives one answer to each question; what was shown, the exit code, and the report's file."""
    report = sandbox.home / "report.json"
    doctor = [sys.executable, "-m", "codecommit_doctor", "--offline", "--fix"]
    command = [*doctor, "--format", "json", *words]
    line = f"exec {shlex.join(command)} >{shlex.quote(str(report))}"
    env = {**sandbox.env, "TERM": "dumb", "NO_COLOR": "1", "COLUMNS": "200"}
    child = pexpect.spawn("/bin/sh", ["-c", line], cwd=sandbox.clone, env=env, timeout=60)
    shown = ""
    for answer in answers:
        child.expect(QUESTION)
        shown += child.before.decode("utf-8")
        child.send(answer)
    child.expect(pexpect.EOF)
    shown += child.before.decode("utf-8")
    child.close()
    plain = re.sub(r"\x1b\[[0-9;?]*[A-Za-z]", "", shown).replace("\r\n", "\n")
    return plain, child.exitstatus, report


def outcomes(report: Path) -> list[str]:
    return [fix["outcome"] for fix in json.loads(report.read_bytes())["fixes"]]


def test_yes_shows_the_diff_and_before_and_after(sandbox: Sandbox) -> None:
    path = ill(sandbox, TWO)
    shown, code, report = talk(sandbox, "y\n", "YES\n")
    assert (code, outcomes(report)) == (0, ["applied", "applied"])
    assert "use-http-path: UseHttpPath is off for this address" in shown
    assert "Fix: Switch UseHttpPath on\n" in shown
    assert "  --- ~/.gitconfig\n  +++ ~/.gitconfig\n  @@ -1,3 +1,5 @@\n" in shown
    assert "\n  +    UseHttpPath = true\n" in shown
    assert shown.count("(fail -> pass)") == 2
    assert "applied: use-http-path: Switch UseHttpPath on" in shown
    assert path.read_text("utf-8") != TWO


@pytest.mark.parametrize("answer", ["n\n", "\n", "\x04", "what?\n"])
def test_anything_but_yes_changes_nothing(sandbox: Sandbox, answer: str) -> None:
    path = ill(sandbox, TWO)
    shown, code, report = talk(sandbox, answer, answer)
    assert (code, outcomes(report)) == (1, ["declined", "declined"])
    assert shown.count("(the answer was no)") == 2
    assert (path.read_text("utf-8"), journal_of(sandbox)) == (TWO, [])


def test_one_of_two(sandbox: Sandbox) -> None:
    path = ill(sandbox, TWO)
    _, code, report = talk(sandbox, "n\n", "y\n")
    assert (code, sorted(outcomes(report))) == (0, ["applied", "declined"])
    assert path.read_text("utf-8").startswith(TWO)
    assert [entry["check"] for entry in journal_of(sandbox)] == ["credential-manager-conflict"]


def test_interrupt_at_the_second_question_keeps_the_first_and_reports(sandbox: Sandbox) -> None:
    path = ill(sandbox, TWO)
    _, code, report = talk(sandbox, "y\n", "\x03")
    assert (code, outcomes(report)) == (130, ["applied", "declined"])
    assert json.loads(report.read_bytes())["interrupted"] is True
    section = '[credential "https://git-codecommit.*.amazonaws.com"]\n'
    assert path.read_text("utf-8") == TWO + section + "\tUseHttpPath = true\n"
    assert [entry["state"] for entry in journal_of(sandbox)] == ["applied"]
    names = {file.name for file in sandbox.home.iterdir() if ".gitconfig" in file.name}
    assert names == {".gitconfig"}


def test_interrupt_at_the_first_question_leaves_nothing(sandbox: Sandbox) -> None:
    path = ill(sandbox, TWO)
    _, code, report = talk(sandbox, "\x03")
    assert (code, outcomes(report)) == (130, ["declined"])
    assert (path.read_text("utf-8"), journal_of(sandbox)) == (TWO, [])


def wrong_profile(sandbox: Sandbox) -> Path:
    """A misspelt profile, whose fix is unsafe: the nearest name may be another user."""
    named = f"[credential]\n\thelper = {HELPER[:-2]}--profile wrok $@\n\tUseHttpPath = true\n"
    path = ill(sandbox, named)
    sandbox.write(".aws/credentials", CREDENTIALS.replace("default", "work"))
    sandbox.write(".aws/config", "[profile work]\nregion = us-east-2\n")
    return path


def test_unsafe_fix_shows_its_diff_says_what_else_it_changes_and_asks(sandbox: Sandbox) -> None:
    path = wrong_profile(sandbox)
    shown, code, report = talk(sandbox, "y\n")
    assert "This fix is unsafe: the profile work may be another AWS user" in shown
    assert "--profile work $@\n" in shown
    assert (code, outcomes(report)) == (0, ["applied"])
    assert "--profile work" in path.read_text("utf-8")


@pytest.mark.parametrize("words", [("--yes",), ("--dry-run", "--yes")])
def test_yes_keeps_the_gate_of_unsafe_fixes(sandbox: Sandbox, words: tuple[str, ...]) -> None:
    path = wrong_profile(sandbox)
    before = path.read_text("utf-8")
    shown, code, report = talk(sandbox, words=words)
    assert (code, outcomes(report)) == (1, ["refused"])
    assert "another AWS user than the one you mean; --unsafe-fixes applies it" in shown
    assert path.read_text("utf-8") == before


def test_where_nothing_can_be_fixed_it_says_what_to_do_by_hand(sandbox: Sandbox) -> None:
    ill(sandbox, f"[credential]\n\thelper = {HELPER}\n\tUseHttpPath = true\n")
    sandbox.write(".aws/config", "[default\nregion = us-east-2\n")
    done = sandbox.doctor("--offline", "--fix", "--only", "aws-configuration")
    assert done.code == 1
    assert re.match("✗ No automatic fix: [^\n]+\n", done.out)
    assert "  By hand:  " in done.out
    assert "not checked" not in done.out
    well = sandbox.doctor("--offline", "--fix", "--only", "git-version")
    assert (well.code, well.out.partition("\n")[0]) == (0, "Nothing to fix.")


def test_report_names_the_way_back(sandbox: Sandbox) -> None:
    ill(sandbox, TWO)
    before = sandbox.doctor("--offline", "origin")
    assert "2 problems can be fixed: codecommit-doctor --fix origin\n" in before.out
    fixed = sandbox.doctor("--offline", "--fix", "--yes")
    assert fixed.out.endswith("Undo the fix: codecommit-doctor undo\n")
    assert sandbox.doctor("undo").code == 0
