"""What waits takes no more time than is left of the whole, and starts nothing when it is over."""

from __future__ import annotations

import math
import sys
import threading
import time
from pathlib import Path

import pytest

from codecommit_doctor.cli.in_time import in_time, to_the_end
from codecommit_doctor.cli.messages import Stop
from codecommit_doctor.engine.machine import Machine
from codecommit_doctor.probes import deadline, process
from codecommit_doctor.probes.git import Git
from codecommit_doctor.probes.git_config import Entry
from codecommit_doctor.probes.git_remotes import rules_for
from codecommit_doctor.probes.once import once
from codecommit_doctor.probes.process import Completed
from codecommit_doctor.probes.unavailable import Unavailable
from tests.conftest import URL


def over() -> float:
    return time.monotonic() - 100


def test_the_smaller_limit_counts() -> None:
    assert deadline.left(5) == 5
    with deadline.until(time.monotonic() + 1000):
        assert deadline.left(5) == 5
        assert 5 < deadline.left(math.inf) <= 1000
        with deadline.until(over()):
            assert deadline.left(5) == 0
        assert deadline.left(5) == 5
    assert deadline.left(5) == 5


def test_nothing_is_started_when_the_time_is_over(tmp_path: Path) -> None:
    with deadline.until(over()):
        outcome = process.run([sys.executable, "-c", "import os; os.mkdir('made')"], cwd=tmp_path)
    assert outcome.failure == "was not started: the time was over"
    assert outcome.hung
    assert not list(tmp_path.iterdir())


class Slow:
    """Somebody who reads a fact, and does not come to an end before he may."""

    def __init__(self) -> None:
        self.reading, self.may_end = threading.Event(), threading.Event()

    @once
    def fact(self) -> str:
        self.reading.set()
        self.may_end.wait()
        return "known"


def test_nobody_waits_for_a_fact_that_another_reads() -> None:
    slow = Slow()
    reader = threading.Thread(target=slow.fact)
    reader.start()
    slow.reading.wait()
    with deadline.until(over()), pytest.raises(Unavailable):
        slow.fact()
    slow.may_end.set()
    reader.join()
    assert slow.fact() == "known"


def test_the_last_resort_is_taken_only_while_it_is_needed() -> None:
    taken = threading.Event()
    with deadline.or_end(over(), taken.set):
        assert taken.wait(60)
    taken.clear()
    with deadline.or_end(time.monotonic() + 1000, taken.set):
        pass
    with deadline.or_end(math.inf, taken.set):
        assert deadline.left(5) == 5
    assert not taken.is_set()


def test_a_run_without_an_answer_ends_with_its_reason(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("codecommit_doctor.cli.in_time.give_up", lambda: None)  # ends the process
    with pytest.raises(Stop) as stopped, in_time(time.monotonic()):
        raise Unavailable("the time was over")
    assert stopped.value.code == 3
    assert "out of time before the first check" in capsys.readouterr().err
    with pytest.raises(Unavailable), in_time(time.monotonic() + 1000):
        raise Unavailable("git is too old")


def test_no_report_without_knowing_the_secrets(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(Stop) as stopped, to_the_end(Machine(), 1):
        raise Unavailable("the time was over")
    assert stopped.value.code == 3
    assert "no report can be made" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("start", "applies"),
    [
        (URL, True),
        (URL[:9], True),
        (URL + "/", False),
        ("https://example.org/", False),
        ("codecommit:", False),
    ],
)
def test_git_is_asked_about_rules_that_can_apply(start: str, applies: bool) -> None:
    rules = [("url.https://a/.insteadof", start)]
    assert rules_for(rules, ["ssh://git@example.org", URL, "file:///srv"]) == rules * applies
    assert rules_for(rules, []) == []


class Asked(Git):
    """A git that counts what it is asked, and takes every section that is told apart."""

    def __init__(self, sections: int) -> None:
        super().__init__(Path.cwd())
        self.lines: list[int] = []
        self._of = [
            Entry(f"http.https://h{n}/.proxy", "p", None, "global") for n in range(sections)
        ]

    def configuration(self):  # type: ignore[no-untyped-def]
        from codecommit_doctor.probes.git import Configuration

        return Configuration(tuple(self._of))

    def ask(self, entries, *words: str, data: bytes = b"") -> Completed:  # type: ignore[no-untyped-def]
        told = [(key, value) for key, value in entries if "://h7/" in key]
        self.lines.append(len(entries))
        text = "".join(f"http.{key.rpartition('.')[2]} {value}\n" for key, value in told)
        return Completed(words, 0, text.encode())


@pytest.mark.parametrize("sections", [10, 3_000, 6_000])
def test_many_sections_are_asked_for_in_turn(sections: int) -> None:
    git = Asked(sections)
    assert [entry.key for entry in git.http("proxy", "https://h7/")] == ["http.https://h7/.proxy"]
    assert sum(git.lines) <= 2 * sections + 200
    assert max(git.lines) <= 2_000
