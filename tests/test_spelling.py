"""Nearest words, and the metric behind them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from codecommit_doctor.rules.regions import nearest as nearest_region
from codecommit_doctor.rules.spelling import distance, nearest


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("us-esat-2", "us-east-2"),
        ("us-east2", "us-east-2"),
        ("eu-wset-1", "eu-west-1"),
        ("US-EAST-1", "us-east-1"),
        ("ap-northeats-1", "ap-northeast-1"),
        ("us-gov-wset-1", "us-gov-west-1"),
        ("cn-nort-1", "cn-north-1"),
    ],
)
def test_a_misspelt_region_finds_its_own(typed: str, meant: str) -> None:
    assert nearest_region(typed) == meant


def test_what_is_far_from_everything_finds_nothing() -> None:
    assert nearest("moon-base-alpha", ["us-east-1", "default"]) is None
    assert nearest("x", []) is None


@pytest.mark.parametrize(
    ("one", "other", "slips"),
    [
        ("", "", 0),
        ("abc", "abc", 0),
        ("", "abc", 3),
        ("abc", "", 3),
        ("abc", "abd", 1),
        ("abc", "ab", 1),
        ("abc", "bc", 1),
        ("abc", "acb", 1),
        ("abc", "bac", 1),
        ("ab", "ba", 1),
        ("abcd", "badc", 2),
        ("ca", "abc", 3),
        ("kitten", "sitting", 3),
        ("aab", "aba", 1),
        ("abc", "cab", 2),
        ("aXbY", "YbXa", 3),
        ("ababb", "ab", 3),
    ],
)
def test_how_many_slips_lie_between_two_words(one: str, other: str, slips: int) -> None:
    """By the definition of the optimal string alignment distance: no part is changed twice."""
    assert distance(one, other) == slips


@pytest.mark.parametrize(
    ("word", "words", "found"),
    [
        ("ab", ["ac", "xy"], "ac"),
        ("ab", ["cd"], None),
        ("abcdef", ["abcdxy", "abcxyz"], "abcdxy"),
        ("abcdef", ["abcxyz"], None),
        ("abcde", ["abcxy"], None),
        ("ABC", ["abd"], "abd"),
        ("abc", ["ABD", "xyz"], "ABD"),
        ("abc", ["abd", "aba"], "aba"),
        ("abc", [], None),
    ],
)
def test_the_nearest_word(word: str, words: list[str], found: str | None) -> None:
    assert nearest(word, words) == found


@given(st.text(max_size=8), st.text(max_size=8))
def test_the_distance_is_symmetric_and_zero_for_equal_words_alone(one: str, other: str) -> None:
    assert distance(one, other) == distance(other, one)
    assert (distance(one, other) == 0) == (one == other)
