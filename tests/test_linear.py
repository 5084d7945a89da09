"""Twice the input takes twice the steps: counted in the interpreter's instructions, not in time."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path
from types import FrameType
from typing import Any

import pytest

from codecommit_doctor.engine.discovery import remotes_at
from codecommit_doctor.engine.machine import Machine
from codecommit_doctor.engine.recognition import Recognition
from codecommit_doctor.engine.registry import load
from codecommit_doctor.probes.clean_room import admitted, written
from codecommit_doctor.probes.git import Configuration, Git
from codecommit_doctor.probes.git_config import Entry, Shared, parse_listing
from codecommit_doctor.redaction import Redactor
from codecommit_doctor.redaction.address import MASK
from codecommit_doctor.redaction.helper import masked_helper, secrets_of_helper
from codecommit_doctor.redaction.settings import secrets_of_setting
from codecommit_doctor.rules.aws_file import plain_sections
from codecommit_doctor.rules.shell_words import split
from tests.conftest import URL

FEW, MANY = 100, 200
ALLOWANCE = 1.1
MOST_FOR_A_LINE = 550
FLAGS = ("--show-scope", "--show-origin")


def steps(work: Callable[[], object]) -> int:
    """Instructions of the interpreter that some work takes."""
    count = 0

    def trace(frame: FrameType, event: str, _: Any) -> Any:
        nonlocal count
        frame.f_trace_opcodes = True
        count += event == "opcode"
        return trace

    before = sys.gettrace()
    sys.settrace(trace)
    try:
        work()
    finally:
        sys.settrace(before)
    return count


class Listed(Git):
    """A git that lists these settings."""

    def __init__(self, entries: tuple[Entry, ...]) -> None:
        super().__init__(Path("clone").absolute())
        self._entries = entries

    def configuration(self) -> Configuration:
        return Configuration(self._entries)


def remotes(number: int) -> tuple[Entry, ...]:
    return tuple(
        Entry(f"remote.r{each}.url", f"{URL}{each}", None, "local") for each in range(number)
    )


def find_targets(number: int) -> Callable[[], object]:
    git = Listed(remotes(number))
    return lambda: remotes_at(git)


def find_what_is_left_out(number: int) -> Callable[[], object]:
    git = Listed(remotes(number))
    return git.left_out


def read_settings(number: int) -> Callable[[], object]:
    listing = "".join(f"global\0file:/none/such\0alias.a{n}\nlog\0" for n in range(number))
    return lambda: Shared().numbered(parse_listing(listing, Path("/"), FLAGS))


def find_secrets(number: int) -> Callable[[], object]:
    entries = remotes(number)
    return lambda: [secrets_of_setting(entry.key, entry.value or "") for entry in entries]


@pytest.mark.parametrize("text", ["{}", "'{}'", '"{}"', "aws --region={} $@"])
def test_a_long_word_of_a_helper_takes_the_steps_of_a_short_one(text: str) -> None:
    short, long = (text.format("x" * length) for length in (9, 1_000_000))
    split(short)  # compiles what it needs
    assert steps(lambda: split(long)) == steps(lambda: split(short))


def test_what_masks_a_long_secret_is_short() -> None:
    secret = "x y" * 1_000_000
    assert Redactor([secret]).clean(f"{secret} and more") == MASK
    assert masked_helper(f"!{secret}") == MASK
    assert secrets_of_helper(secret) == {secret}


def machine_with(number: int) -> Machine:
    machine = Machine()
    machine.clones.here = Listed(remotes(number))
    return machine


def test_settings_are_searched_for_secrets_once() -> None:
    """The report wants them again, when the time may be over."""

    def again(number: int) -> int:
        machine = machine_with(number)
        assert machine.known_secrets() == machine.known_secrets()
        return steps(machine.known_secrets)

    assert again(MANY) == again(FEW)


def test_a_line_of_a_configuration_takes_few_steps(tmp_path: Path) -> None:
    """Ten megabytes are 250,000 lines, for which a time limit of a second is kept to the second."""
    file = tmp_path / "config"

    def read(number: int) -> None:
        file.write_text("[alias]\n" + "".join(f"\ta{n} = log\n" for n in range(number)), "utf-8")
        listing = "".join(f"global\0file:{file}\0alias.a{n}\nlog\0" for n in range(number))
        entries = Shared().numbered(parse_listing(listing, tmp_path, FLAGS))
        assert entries[-1].line == number + 1
        written((entry.key, entry.value) for entry in admitted(entries))
        machine = Machine()
        machine.clones.here = Listed(entries)
        machine.known_secrets()
        machine.clones.here.left_out()

    read(FEW)
    more = steps(lambda: read(MANY)) - steps(lambda: read(FEW))
    assert more / (MANY - FEW) <= MOST_FOR_A_LINE


def read_profiles(number: int) -> Callable[[], object]:
    data = b"".join(b"[profile p%d]\nregion = x\n" % each for each in range(number))
    return lambda: plain_sections(data)


@pytest.mark.parametrize("number", [10, 1_000])
def test_of_many_secrets_those_in_the_text_are_masked(number: int) -> None:
    redactor = Redactor(f"hidden-{each}-value" for each in range(number))
    said = "a hidden-7-value, a hidden%2D8-value, hidden-value"
    assert redactor.clean(said) == "a …, a hidden%2D8-value, hidden-value"
    assert redactor.has_secret(b"x=hidden-9-value")
    assert not redactor.has_secret(b"hid")


def test_many_secrets_take_no_longer_to_look_for() -> None:
    def clean(number: int) -> int:
        redactor = Redactor(f"{each}-hidden-value" for each in range(number))
        return steps(lambda: redactor.clean("hidden value " * 10))

    assert clean(8_000) <= 1.1 * clean(1_000)


CHECKS = load().checks
PIECE = b"".join(b"[INFO] compiled module %d in 0.1 s, status 200\n" % n for n in range(FEW))


def read_log(number: int) -> Callable[[], object]:
    """A log of so many pieces, in none of which anything is known."""
    return lambda: Recognition(CHECKS).read(PIECE for _ in range(number))


def test_a_longer_log_takes_as_many_steps_more_as_it_has_pieces_more() -> None:
    """So 50 MB take seconds; what a piece holds is searched by steps of C, whatever its length."""
    read_log(FEW)()
    few, more, most = (steps(read_log(number)) for number in (50, 100, 150))
    assert most - more <= ALLOWANCE * (more - few)


def test_a_log_is_read_in_one_pass_and_never_held_whole() -> None:
    import tracemalloc

    def peak(number: int) -> int:
        recognition = Recognition(CHECKS)
        tracemalloc.start()
        recognition.read(PIECE for _ in range(number))
        try:
            return tracemalloc.get_traced_memory()[1]
        finally:
            tracemalloc.stop()

    peak(FEW)
    assert peak(8 * FEW) <= ALLOWANCE * peak(4 * FEW)


@pytest.mark.parametrize(
    "work", [find_targets, find_what_is_left_out, read_settings, find_secrets, read_profiles]
)
def test_twice_as_many_take_twice_the_steps(work: Callable[[int], Callable[[], object]]) -> None:
    work(FEW)()  # loads and compiles what it needs
    assert steps(work(MANY)) <= ALLOWANCE * MANY / FEW * steps(work(FEW))
