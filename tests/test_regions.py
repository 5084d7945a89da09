"""Regions, by the published list and by their form."""

from __future__ import annotations

import pytest

from codecommit_doctor.rules import regions
from codecommit_doctor.rules.regions import (
    all_regions,
    host_suffix,
    is_plausible,
    is_served,
    needs_opt_in,
    served_regions,
)


@pytest.mark.parametrize(
    ("region", "plausible", "opt_in"),
    [
        ("us-east-1", True, False),
        ("eu-central-1", True, False),
        ("eu-central-2", True, True),
        ("ap-northeast-3", True, False),
        ("ap-southeast-3", True, True),
        ("us-gov-west-1", True, False),
        ("cn-north-1", True, False),
        ("me-south-1", True, True),
        ("us-east-9", True, True),
        ("us--1", False, False),
        ("us-east", False, False),
        ("useast1", False, False),
        ("US-EAST-1", False, False),
        ("", False, False),
    ],
)
def test_the_form_of_a_region(region: str, plausible: bool, opt_in: bool) -> None:
    assert (is_plausible(region), needs_opt_in(region)) == (plausible, opt_in)


@pytest.mark.parametrize(
    ("region", "served"),
    [("us-east-2", True), ("cn-north-1", True), ("us-gov-west-1", True), ("moon-1", False)],
)
def test_where_codecommit_is(region: str, served: bool) -> None:
    assert is_served(region) is served
    assert (region in served_regions()) is served
    assert (region in all_regions()) is served


def test_regions_without_codecommit_are_regions_too() -> None:
    assert served_regions() < all_regions()
    assert is_served("eu-central-1") and not is_served("eu-central-2")
    assert "eu-central-2" in all_regions()


def test_the_published_regions_are_known_before_others(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(regions, "served_regions", lambda: frozenset({"xx-new-1"}))
    assert is_served("us-east-1") and is_served("xx-new-1") and not is_served("xx-old-1")


@pytest.mark.parametrize(
    ("region", "suffix"),
    [
        ("cn-north-1", "amazonaws.com.cn"),
        ("cn-northwest-1", "amazonaws.com.cn"),
        ("us-east-2", "amazonaws.com"),
        ("us-gov-west-1", "amazonaws.com"),
    ],
)
def test_the_end_of_a_host_name(region: str, suffix: str) -> None:
    assert host_suffix(region) == suffix
