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


@given(st.text(max_size=8), st.text(max_size=8))
def test_the_distance_is_symmetric_and_zero_for_equal_words_alone(one: str, other: str) -> None:
    assert distance(one, other) == distance(other, one)
    assert (distance(one, other) == 0) == (one == other)
