"""A fact is read once, whoever asks, from however many threads."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

from codecommit_doctor.probes.once import once

MANY = 32


class Probe:
    def __init__(self) -> None:
        self.readings: list[object] = []
        self.reading = threading.Event()
        self.go_on = threading.Event()

    @once
    def slow(self) -> object:
        self.readings.append("slow")
        self.reading.set()
        assert self.go_on.wait(30)
        return object()

    @once
    def of(self, *words: str, option: str = "") -> tuple[object, ...]:
        self.readings.append((words, option))
        return (*words, option)

    @once
    def broken(self) -> None:
        self.readings.append("broken")
        raise LookupError("not there")

    @once
    def interrupted(self) -> str:
        self.readings.append("interrupted")
        if len(self.readings) == 1:
            raise KeyboardInterrupt
        return "answered"

    @once
    def other(self) -> str:
        return "other"

    @property
    @once
    def nothing(self) -> None:
        self.readings.append(None)


def test_many_threads_share_one_reading() -> None:
    probe = Probe()
    with ThreadPoolExecutor(MANY) as pool:
        answers = [pool.submit(probe.slow) for _ in range(MANY)]
        assert probe.reading.wait(30)
        probe.go_on.set()
        assert len({id(answer.result(30)) for answer in answers}) == 1
    assert probe.readings == ["slow"]


def test_a_slow_fact_does_not_hold_up_another() -> None:
    probe = Probe()
    with ThreadPoolExecutor(1) as pool:
        slow = pool.submit(probe.slow)
        assert probe.reading.wait(30)
        assert probe.other() == "other"
        assert not slow.done()
        probe.go_on.set()


def test_exception_is_remembered_and_raised_to_all() -> None:
    probe = Probe()
    with ThreadPoolExecutor(MANY) as pool:
        answers = [pool.submit(probe.broken) for _ in range(MANY)]
    for answer in answers:
        with pytest.raises(LookupError, match="not there"):
            answer.result()
    assert probe.readings == ["broken"]


def test_ctrl_c_is_not_remembered() -> None:
    probe = Probe()
    with pytest.raises(KeyboardInterrupt):
        probe.interrupted()
    assert probe.interrupted() == "answered"


def test_arguments_make_a_question_of_their_own() -> None:
    probe = Probe()
    assert probe.of("a") == probe.of("a") == ("a", "")
    assert probe.of("b", option="x") == ("b", "x")
    assert probe.of("a", option="x") == ("a", "x")
    assert probe.readings == [(("a",), ""), (("b",), "x"), (("a",), "x")]


def test_none_is_an_answer() -> None:
    probe = Probe()
    assert [probe.nothing, probe.nothing] == [None, None]
    assert probe.readings == [None]


def test_instances_do_not_share() -> None:
    one, two = Probe(), Probe()
    assert one.of("a") == two.of("a")
    assert one.readings == two.readings == [(("a",), "")]
