"""The plain texts that every match of a pattern holds."""

from __future__ import annotations

import pytest

from codecommit_doctor.rules.literals import literals


@pytest.mark.parametrize(
    ("pattern", "texts"),
    [
        ("abc", ["abc"]),
        ("abc|DEF", ["abc", "def"]),
        ("abc|abc|ABC", ["abc"]),
        ("^abc$", ["abc"]),
        ("a b c", ["a b c"]),
        # What is repeated or any character ends a text:
        ("abcd?", ["abc"]),
        ("abcd+", ["abcd"]),
        ("abcd*x", ["abc"]),
        ("abcd{2}ef", ["abc"]),
        ("abcd*?efg", ["abc"]),
        ("abcd+?efg", ["abcd"]),
        ("abcd??efg", ["abc"]),
        ("abXcd", ["abxcd"]),
        ("x+abc", ["abc"]),
        ("abcde+fghi", ["abcde"]),
        ("abc.def", ["abc"]),
        ("abc.defg", ["defg"]),
        ("[abc]defg", ["defg"]),
        ("[abc]+defg", ["defg"]),
        # Groups are left out, and their | is none of the pattern's:
        ("(abc|def)ghij", ["ghij"]),
        ("(abcdef)?ghij", ["ghij"]),
        ("abc(x|y)de", ["abc"]),
        ("(ab(cd)efghi)jkl", ["jkl"]),
        ("a(bcd)(efg)hij|(x)klm", ["hij", "klm"]),
        # Sets and escapes:
        ("[]|]abcd", ["abcd"]),
        ("[^]]abcd|xyz", ["abcd", "xyz"]),
        ("a[|]bcd", ["bcd"]),
        (r"a[\]|]bcd", ["bcd"]),
        (r"ab\|cd", ["ab|cd"]),
        (r"a\.bc", ["a.bc"]),
        (r"abc\(def", ["abc(def"]),
        (r"abc\d+xyz9", ["xyz9"]),
        (r"\babcd", ["abcd"]),
        (r"abc\n", ["abc"]),
    ],
)
def test_the_plain_texts_of_a_pattern(pattern: str, texts: list[str]) -> None:
    assert list(literals(pattern)) == texts


@pytest.mark.parametrize(
    "pattern", ["", "ab", "abc|de", "(abc)", "(?:x|y)|abcd", r"ab\dcd", "ab+c?"]
)
def test_a_pattern_without_a_text_of_three_characters_is_refused(pattern: str) -> None:
    with pytest.raises(ValueError, match="no plain text"):
        literals(pattern)
