"""No address passes for CodeCommit's while libcurl would connect to another host."""

from __future__ import annotations

import itertools
from pathlib import Path

import pytest

from codecommit_doctor.rules.target import HostKind, parse

PLACES = [
    "https://vpce-x{}.git-codecommit.us-east-2.vpce.amazonaws.com/v1/repos/demo",
    "https://vpce-{}x.git-codecommit.us-east-2.amazonaws.com/v1/repos/demo",
    "https://git-codecommit.x{}.amazonaws.com/v1/repos/demo",
    "https://git-codecommit.{}x.amazonaws.com/v1/repos/demo",
    "https://git-codecommit-fips.x{}y.amazonaws.com/v1/repos/demo",
]
SIGNS = [
    "#",
    "?",
    "\\",
    ":1#",
    ":1?",
    "%23",
    "%2f",
    " ",
    "\t",
    "\n",
    ";",
    "[",
    "\u2024",
    "\u00e9",
    "&",
]


@pytest.mark.parametrize(("place", "sign"), list(itertools.product(PLACES, SIGNS)))
def test_only_names_of_hosts_are_hosts(place: str, sign: str) -> None:
    target = parse(place.format(f"evil.example{sign}"), name="", directory=Path())
    assert target.host_kind is HostKind.UNKNOWN
