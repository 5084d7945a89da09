"""What is read ahead, before Typer is loaded, and what is not."""

from __future__ import annotations

import pytest
import typer

from codecommit_doctor.cli.app import app
from codecommit_doctor.cli.head_start import FLAGS, LATER, WITH_VALUE, targets
from tests.conftest import URL, Sandbox


def test_the_options_are_those_of_the_command_line() -> None:
    group = typer.main.get_command(app)
    commands = group.commands  # type: ignore[attr-defined]
    flags: set[str] = set()
    valued: set[str] = set()
    for option in commands["doctor"].params:
        if option.param_type_name == "option":
            names = {*option.opts, *option.secondary_opts}
            (flags if option.is_flag else valued).update(names)
    assert flags | valued <= FLAGS | WITH_VALUE | LATER
    assert flags - LATER == FLAGS
    assert valued - LATER == WITH_VALUE
    others = set(commands) - {"doctor"}
    assert {name for name in others if targets([name]) is None} == others


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ([], ()),
        (["doctor", "origin"], ("origin",)),
        (["--offline", URL, "-v"], (URL,)),
        (["--timeout", "5", "a", "--format=json", "b"], ("a", "b")),
        (["--", "--odd"], ("--odd",)),
        (["--nosuch"], None),
        (["--offline=yes"], None),
        (["--timeout"], None),
        (["--only", "git-version"], None),
        (["--version"], None),
        (["checks"], None),
        (["run", "--", "git", "push"], None),
    ],
)
def test_which_words_are_an_examination(words: list[str], found: tuple[str, ...] | None) -> None:
    assert targets(words) == found


@pytest.mark.parametrize("words", [["--nosuch"], ["--only", "git-version"], ["--format"]])
def test_nothing_is_started_for_words_that_want_nothing(healthy: Sandbox, words: list[str]) -> None:
    log = healthy.home / "log"
    healthy.program("aws", f'echo "$@" >> "{log}"')
    healthy.doctor(*words)
    assert not log.exists()
