"""Lines of a helper, split as a real sh splits them."""

from __future__ import annotations

import subprocess

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from codecommit_doctor.rules.shell_words import split

VARIABLES = {"P": "work", "Q": "two  words", "E": "", "S": " "}
PARTS = st.lists(
    st.sampled_from(
        [
            *("$P", "${P}", '"$P"', "'$P'", "$Q", '"$Q"', "$E", '"$E"', "${E}x", "$UNSET", "$S"),
            *(
                "x$Q",
                "$@",
                '"$@"',
                "$1",
                "--profile ",
                " ",
                "\t",
                "\\$P",
                "$",
                "A=b ",
                "$(",
                "\\\n",
            ),
            *"ab' \"\\@#~!=;|&()<>`*?[{}\n",
            "${P:-x}",
        ]
    ),
    max_size=8,
).map("".join)


def by_sh(line: str) -> list[str] | None:
    script = f"aws() {{ printf '%s\\0' \"$@\"; }}\naws {line} get"
    done = subprocess.run(
        ["sh", "-c", script, "sh"], env={**VARIABLES, "HOME": "/h"}, capture_output=True
    )
    return None if done.returncode else done.stdout.decode().split("\0")[:-1]


@settings(derandomize=True, max_examples=400, deadline=None)
@given(line=PARTS)
def test_what_is_plain_is_split_as_sh_does(line: str) -> None:
    read = split(f"aws {line} get", {**VARIABLES, "HOME": "/h"})
    if read.special:
        return
    words = by_sh(line)
    assert read.unbalanced == (words is None)
    if words is not None:
        assert [*read.words[1:]] == words


@pytest.mark.parametrize(
    ("line", "special"),
    [
        ("a; b", "several commands"),
        ("a\nb", "several commands"),
        ("! a", "several commands"),
        ("f() { a; }; f", "a function or a group of commands"),
        ("a $(b)", "the output of another command, or a variable"),
        ("a `b`", "the output of another command"),
        ('a "`b`"', "the output of another command"),
        ("a > b", "a redirection"),
        ("a *", "a pattern of file names"),
        ("a # b", "a comment"),
        ("a ~b", "a home folder"),
        ("A=b a", "a variable is set in front of it"),
        ("a $B", "a variable"),
        ("a 'b; c' \"d|e\" f\\;g h#i j=k", None),
    ],
)
def test_what_else_a_shell_would_do_is_named(line: str, special: str | None) -> None:
    assert split(line).special == special


def test_an_empty_variable_is_named_with_its_place() -> None:
    read = split("aws --profile ${PROFILE} codecommit", {})
    assert (read.words, read.empty) == (("aws", "--profile", "codecommit"), {2: "PROFILE"})
    assert split('aws --profile "$PROFILE" codecommit', {}).words[2] == ""


def test_variables_set_in_front_are_not_words() -> None:
    read = split("A=1 B=2 aws C=3")
    assert (read.words, read.variables) == (("aws", "C=3"), ("A", "B"))
