"""Lines of a helper, split as a real sh splits them."""

from __future__ import annotations

import subprocess
from shutil import which

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from codecommit_doctor.rules.shell_words import split

VARIABLES = {"P": "work", "Q": "two  words", "E": "", "S": " ", "L": " a b "}
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


WORDS: dict[str, list[str] | None] = {
    "a  b\tc": ["a", "b", "c"],
    "  a": ["a"],
    "Xa": ["Xa"],
    "'a b' c": ["a b", "c"],
    "''": [""],
    '""': [""],
    "a''b": ["ab"],
    '"a b"c': ["a bc"],
    "'a\"b'": ['a"b'],
    '"a\'b"': ["a'b"],
    "a\\ b": ["a b"],
    "\\'a\\'": ["'a'"],
    '\\"a': ['"a'],
    "a\\\nb": ["ab"],
    "'a\\b'": ["a\\b"],
    '"a\\b"': ["a\\b"],
    '"a\\"b"': ['a"b'],
    '"a\\$P"': ["a$P"],
    '"a\\`b"': ["a`b"],
    '"a\\\\b"': ["a\\b"],
    '"a\\\nb"': ["ab"],
    "a\\\\b": ["a\\b"],
    "$P": ["work"],
    "${P}": ["work"],
    '"$P"': ["work"],
    "'$P'": ["$P"],
    "x$P.y": ["xwork.y"],
    "x${P}y": ["xworky"],
    "$Q": ["two", "words"],
    '"$Q"': ["two  words"],
    "x$Q": ["xtwo", "words"],
    "$Q.y": ["two", "words.y"],
    "$E": [],
    '"$E"': [""],
    "x$E": ["x"],
    "${E}x": ["x"],
    "$UNSET": [],
    '"$UNSET"': [""],
    "$S": [],
    '"$S"': [" "],
    "a$S.b": ["a", ".b"],
    "$L": ["a", "b"],
    "x$L.y": ["x", "a", "b", ".y"],
    "x$S": ["x"],
    "$E$E a": ["a"],
    "$@": [],
    '"$@"': [],
    '"${@}"': [],
    '"x$@"': ["x"],
    '"$@x"': ["x"],
    '""$@': [""],
    '"$@"""': [""],
    "$*": [],
    '"$*"': [""],
    "$1": [],
    "$9x": ["x"],
    '"$1"': [""],
    "${1}": [],
    "$": ["$"],
    '"$"': ["$"],
    "a$": ["a$"],
    "$.": ["$."],
    "$%": ["$%"],
    '"$ a"': ["$ a"],
    "\"$'a'\"": ["$'a'"],
    "~": ["/h"],
    "~/x": ["/h/x"],
    "a~": ["a~"],
    "a~/x": ["a~/x"],
    "'~'": ["~"],
    "--x=~": ["--x=~"],
    "a#b": ["a#b"],
    "'#'": ["#"],
    "\\#": ["#"],
    "a!": ["a!"],
    "!": ["!"],
    "!a": ["!a"],
    "=a": ["=a"],
    "^": ["^"],
    "a]b": ["a]b"],
    "'a": None,
    '"a': None,
    'a"': None,
    "a'": None,
    '"a\\': None,
    "'a\\'": ["a\\"],
    '"a $P': None,
    "'a' 'b": None,
    '"a"b"': None,
}
"""What sh, told the words by printf, makes of them; None where a quote is not closed."""


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


@pytest.mark.parametrize(("line", "words"), WORDS.items())
def test_words_are_split_as_sh_did(line: str, words: list[str] | None) -> None:
    read = split(f"aws {line} get", {**VARIABLES, "HOME": "/h"})
    assert (read.special, read.unbalanced) == (None, words is None)
    assert words is None or [*read.words] == ["aws", *words, "get"]


@pytest.mark.process
@pytest.mark.skipif(not which("sh"), reason="there is no sh on the PATH")
def test_sh_still_says_so() -> None:
    lines = {line: words for line, words in WORDS.items() if words is not None}
    script = "\n".join(["aws() { printf '%s\\0' \"$@\"; }", *(f"aws {line} get" for line in lines)])
    env = {**VARIABLES, "HOME": "/h"}
    done = subprocess.run(["sh", "-c", script, "sh"], env=env, capture_output=True, check=True)
    told = done.stdout.decode().split("\0")[:-1]
    assert told == [word for words in lines.values() for word in [*words, "get"]]


@pytest.mark.parametrize(
    ("line", "special"),
    [
        ("a; b", "several commands"),
        ("a\nb", "several commands"),
        ("! a", "several commands"),
        ("] a", None),
        ("^ a", None),
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
        ("a & b", "several commands"),
        ("a )", "a function or a group of commands"),
        ("a { b", "a function or a group of commands"),
        ("a } b", "a function or a group of commands"),
        ("a < b", "a redirection"),
        ("a b?", "a pattern of file names"),
        ("a [b", "a pattern of file names"),
        ("a > b; c", "a redirection"),
        ("A=b a > c", "a redirection"),
        ("a $((1))", "the output of another command, or a variable"),
        ("a ${B:-c}", "the output of another command, or a variable"),
        ("a $?", "the output of another command, or a variable"),
        ("a $'b'", "the output of another command, or a variable"),
        ('a $"b"', "the output of another command, or a variable"),
        ('a "$(b)"', "the output of another command, or a variable"),
        ('a "$"', None),
        ("a \"$'b'\"", None),
        ("a ${B}", "a variable"),
        ('a "$B"', "a variable"),
        ('a $@ $* $1 "$@"', None),
        ("~/a b", None),
        ("a ~", "a home folder"),
        ("a ~/b", "a home folder"),
        ("a\\~ '~' b~", None),
        ("a !", None),
        ("a!b", None),
        ("'a", None),
        ("a b!c #", "a comment"),
    ],
)
def test_what_else_a_shell_would_do_is_named(line: str, special: str | None) -> None:
    assert split(line).special == special


def test_an_empty_variable_is_named_with_its_place() -> None:
    read = split("aws --profile ${PROFILE} codecommit", {})
    assert (read.words, read.empty) == (("aws", "--profile", "codecommit"), {2: "PROFILE"})
    assert split('aws --profile "$PROFILE" codecommit', {}).words[2] == ""


@pytest.mark.parametrize(
    ("line", "empty"),
    [
        ("aws $E b", {1: "E"}),
        ("aws $S b", {1: "S"}),
        ("aws $E$UNSET b", {1: "E"}),
        ("aws b $E", {2: "E"}),
        ("A=1 B=2 aws $E", {1: "E"}),
        ("aws $P x$E ${E}x $E$P", {}),
        ("aws $L b", {}),
        ("aws $@ $* b", {}),
        ("aws $1 b", {1: "1"}),
        ("aws \"$E\" x$E '$E'", {}),
    ],
)
def test_where_a_variable_leaves_no_word(line: str, empty: dict[int, str]) -> None:
    assert split(line, VARIABLES).empty == empty


@pytest.mark.parametrize(
    ("line", "special", "word"),
    [
        ("a $G", "a variable with a pattern of file names", "x*"),
        ('a "$G"', None, "x*"),
        ("a $B", "a variable with a pattern of file names", "x\\y"),
        ("a ~b", "a home folder", "~b"),
        ("a ~/b", None, "/h/b"),
        ("a `b", "the output of another command", "b"),
        ("a $(b", "the output of another command, or a variable", "$"),
    ],
)
def test_the_words_around_what_is_not_plain(line: str, special: str | None, word: str) -> None:
    read = split(line, {"G": "x*", "B": "x\\y", "HOME": "/h"})
    assert (read.special, read.words[1]) == (special, word)


def test_a_variable_of_any_name_has_its_value() -> None:
    assert split("$X aXb", {"X": "v"}).words == ("v", "aXb")
    assert split("$X b", {"X": ""}).empty == {0: "X"}
    assert split("$Y b", {"Y": "X "}).empty == {}
    assert split("$Y b", {"Y": " X"}).empty == {}


def test_a_home_that_is_not_known_is_left_in_front_of_the_program() -> None:
    assert split("~/bin/aws b").words == ("~/bin/aws", "b")
    assert split("~/bin/aws b", {"HOME": "/h"}).words == ("/h/bin/aws", "b")


def test_a_line_of_nothing_but_assignments_has_no_words() -> None:
    read = split("A=1 B_2='x y'")
    assert (read.words, read.variables) == ((), ("A", "B_2"))
    assert read.special == "a variable is set in front of it"


def test_variables_set_in_front_are_not_words() -> None:
    read = split("A=1 B=2 aws C=3")
    assert (read.words, read.variables) == (("aws", "C=3"), ("A", "B"))
