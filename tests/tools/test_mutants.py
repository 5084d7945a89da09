"""The tool that puts small faults into the code finds those that no test notices."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.conftest import ROOT
from tools.mutants import __main__ as command
from tools.mutants.making import Mutant, mutants_of

SMALL = '''\
def is_small(number: int, names: tuple[str, ...] = ()) -> bool:
    """Whether it is small."""
    if number < 3 and not names:
        return True
    return "few" in names
'''
TEST = """\
from small import is_small


def test_small() -> None:
    assert is_small(2)
    assert not is_small(4)
    assert is_small(4, ("few",))
"""
NAMES = {
    "number < 3 and (not names) -> number < 3 or not names",
    "number < 3 and (not names) -> not names",
    "number < 3 and (not names) -> number < 3",
    "number < 3 -> number <= 3",
    "3 -> 4",
    "not names -> names",
    "True -> False",
    "return 'few' in names -> return None",
    "'few' in names -> 'few' not in names",
    "'few' -> 'XXfew'",
}
SURVIVES = {
    "number < 3 and (not names) -> number < 3",
    "number < 3 -> number <= 3",
    "3 -> 4",
}


@pytest.fixture
def small(tmp_path: Path) -> Path:
    path = tmp_path / "small.py"
    path.write_text(SMALL, "utf-8")
    return path


def test_what_is_changed_in_a_function(small: Path) -> None:
    mutants = list(mutants_of(small))
    assert {mutant.name for mutant in mutants} == {f"is_small: {name}" for name in NAMES}
    assert len(mutants) == len(NAMES)
    assert {mutant.lines[0] for mutant in mutants} == {3, 4, 5}
    assert small.read_text("utf-8") == SMALL


@pytest.mark.parametrize(
    ("body", "names"),
    [
        ("return [a for a in b if a]", ["for a in b if a -> for a in b"]),
        ("return a + 1", ["a + 1 -> a - 1", "1 -> 2"]),
        ("return f'{a}' + b", []),
        ("return print('words')", []),
        ("return a.get('key')", ["'key' -> 'XXkey'"]),
        ("return failed('x', confirmed=True)", ["failed", "confirmed=True", "True -> False"]),
        ("raise ValueError('words')", []),
        ("a.append(b)", ["a.append(b) -> pass"]),
        ("return a == b == 1", ["a != b == 1", "a == b != 1", "1 -> 2"]),
        ("return any(a)", ["any -> all"]),
    ],
)
def test_which_changes_there_are(tmp_path: Path, body: str, names: list[str]) -> None:
    path = tmp_path / "one.py"
    path.write_text(f"def one(a, b):\n    {body}\n", "utf-8")
    found = [mutant.name for mutant in mutants_of(path) if "-> return None" not in mutant.name]
    assert len(found) == len(names)
    for name in names:
        assert any(name in mutant for mutant in found)


def judge(
    monkeypatch: pytest.MonkeyPatch, small: Path, survived: set[str], listed: list[str]
) -> int:
    """The exit code for mutants of which some survived, with these lines in the list."""
    equal = small.with_name("equal.txt")
    equal.write_text("\n".join(["# a comment", "", *listed]), "utf-8")
    monkeypatch.setattr(command, "_ROOT", small.parent)
    monkeypatch.setattr(command, "_EQUAL", equal)
    command._equal.cache_clear()
    results: dict[Mutant, bool] = {
        mutant: mutant.name.removeprefix("is_small: ") not in survived
        for mutant in mutants_of(small)
    }
    try:
        return command._judge([small], results)
    finally:
        command._equal.cache_clear()


LISTED = "small.py is_small: 3 -> 4 | no number lies between"


@pytest.mark.parametrize(
    ("survived", "listed", "code", "said"),
    [
        (set[str](), [], 0, "100.0 %  10 mutants, 10 killed, 0 survived, 0 equal  small.py"),
        ({"3 -> 4"}, [], 1, " 90.0 %  10 mutants, 9 killed, 1 survived, 0 equal  small.py"),
        ({"3 -> 4"}, [LISTED], 0, "100.0 %  10 mutants, 9 killed, 0 survived, 1 equal  small.py"),
        (set[str](), [LISTED], 1, "listed as equal, but noticed: small.py is_small: 3 -> 4"),
        (
            set[str](),
            ["small.py is_small: 4 -> 5 | it was there once"],
            1,
            "listed as equal, but gone: small.py is_small: 4 -> 5",
        ),
        (set[str](), ["other.py is_small: 3 -> 4 | another file"], 0, "100.0 %"),
    ],
)
def test_survivors_and_stale_lines_are_refused(
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    small: Path,
    survived: set[str],
    listed: list[str],
    code: int,
    said: str,
) -> None:
    assert judge(monkeypatch, small, survived, listed) == code
    assert said in capsys.readouterr().out


@pytest.mark.process
@pytest.mark.skipif(not hasattr(os, "fork"), reason="mutants live in forked processes")
def test_a_test_that_looks_away_is_told(small: Path) -> None:
    folder = small.parent
    (folder / "test_small.py").write_text(TEST, "utf-8")
    (folder / "equal.txt").write_text(LISTED + "\n", "utf-8")
    program = (
        "import sys; from pathlib import Path; import tools.mutants.__main__ as command; "
        "command._ROOT = Path.cwd(); command._EQUAL = Path('equal.txt').resolve(); "
        "sys.exit(command.main(['small.py', '--tests', 'test_small.py']))"
    )
    done = subprocess.run(
        [sys.executable, "-c", program],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": os.pathsep.join([str(ROOT), str(folder)])},
        capture_output=True,
        text=True,
    )
    assert done.returncode == 1, done.stderr
    *told, score, total = done.stdout.splitlines()
    expected = {name for name in SURVIVES if name != "3 -> 4"}
    assert {line.partition("is_small: ")[2] for line in told} == expected
    assert all(line.startswith("small.py:3 ") for line in told)
    assert score == " 77.8 %  10 mutants, 7 killed, 2 survived, 1 equal  small.py"
    assert total.endswith("all")
