"""Did you mean: a misspelt word is named, and the right one with it."""

from __future__ import annotations

import re

import pytest

from codecommit_doctor.cli.commands import NAMES
from tests.conftest import URL, Sandbox


@pytest.fixture(params=[True, False], ids=["in a clone", "elsewhere"])
def place(request: pytest.FixtureRequest, healthy: Sandbox) -> tuple[Sandbox, bool]:
    return healthy, request.param


@pytest.mark.parametrize(
    ("words", "answer"),
    [
        (("chekcs",), "did you mean: codecommit-doctor checks?"),
        (("explian",), "did you mean: codecommit-doctor explain?"),
        (("fix",), "to fix problems, type: codecommit-doctor --fix"),
        ((URL.removeprefix("https://"),), f"did you mean {URL}?"),
        (("arn:aws:codecommit:us-east-2::demo",), f"did you mean {URL}?"),
        (("--only", "use-htp-path"), "did you mean use-http-path?"),
        (("--skip", "kms_deny"), "did you mean kms-deny?"),
        (("--require", "git-acess"), "did you mean git-access?"),
        (("--only", "use-http-path/unset"), "name its check, use-http-path"),
        (("--region", "us-esat-2"), "no AWS region 'us-esat-2'; did you mean us-east-2?"),
        (("--profile", "defualt"), "no profile 'defualt'; did you mean default?"),
        (("--profile", "nobody"), "no profile 'nobody'; there are: default"),
        (("explain", "use-http-pth"), "did you mean use-http-path?"),
        (("explain", "use-http-path/unste"), "did you mean use-http-path/unset?"),
    ],
)
def test_misspelt_word_is_named(
    place: tuple[Sandbox, bool], words: tuple[str, ...], answer: str
) -> None:
    healthy, inside = place
    done = healthy.doctor(*words, cwd=healthy.clone if inside else healthy.home)
    assert (done.code, done.out) == (2, "")
    assert answer in done.err
    assert any(word in done.err for word in words if not word.startswith("--"))


def test_misspelt_remote_is_named(healthy: Sandbox) -> None:
    done = healthy.doctor("orgin")
    assert done.code == 2
    assert "orgin is neither an address, nor a remote here, nor a directory" in done.err
    assert "did you mean the remote origin?" in done.err
    assert "the remotes here are: origin" in healthy.doctor("github").err


def test_region_that_may_be_new_is_no_mistake(healthy: Sandbox) -> None:
    done = healthy.examine("--region", "us-east-9", "--only", "region-supported", cwd=healthy.home)
    assert done.code == 0


def test_folder_that_is_no_clone_is_called_that(healthy: Sandbox) -> None:
    (healthy.home / "empty").mkdir()
    done = healthy.doctor("empty", cwd=healthy.home)
    assert (done.code, done.err) == (2, "codecommit-doctor: empty is not a Git clone\n")


@pytest.mark.parametrize("word", ["checks", "explain-error", "doctor"])
def test_help_is_a_word(healthy: Sandbox, word: str) -> None:
    assert healthy.doctor("help").out == healthy.doctor("--help").out
    shown = healthy.doctor("help", word).out
    assert shown.startswith(f"Usage: codecommit-doctor {word} ")


@pytest.mark.parametrize("name", NAMES)
def test_help_calls_values_what_a_person_calls_them(healthy: Sandbox, name: str) -> None:
    text = healthy.doctor(name, "--help").out
    assert re.findall(r"<[^|>]*>|\[\[|\{", text) == []
    assert text.startswith(f"Usage: codecommit-doctor {name} [OPTIONS]")


def test_undo_with_nothing_says_so(healthy: Sandbox) -> None:
    done = healthy.doctor("undo", "--list")
    assert (done.code, done.out) == (0, "No fix has been applied by codecommit-doctor.\n")
    assert "--list" not in healthy.doctor("undo").err


def test_help_has_three_examples_and_the_main_options(healthy: Sandbox) -> None:
    text = healthy.doctor("--help").out
    examples = text.partition("Examples:\n")[2].partition("\n\n")[0].splitlines()
    assert len(examples) == 3
    assert all(line.lstrip().startswith("codecommit-doctor") for line in examples)
    for option in ("--fix", "--verbose", "--offline", "--profile", "--format", "--report"):
        assert option in text
    assert "[[" not in healthy.doctor("doctor", "--help").out
    assert "..." not in text.partition("Commands:")[2]
