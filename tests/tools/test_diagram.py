"""The picture of the requests is the one that its text makes, and says all that the page says."""

from __future__ import annotations

import re

import pytest
from lxml import etree

from tests.conftest import ROOT
from tools.diagram import PICTURE, TEXT, drawn


def test_the_picture_is_current() -> None:
    assert PICTURE.read_text("utf-8") == drawn(TEXT.read_text("utf-8"))


def test_the_picture_is_for_everybody() -> None:
    root = etree.fromstring(PICTURE.read_bytes())
    words = " ".join(map(str, root.itertext()))
    assert root.get("role") == "img"
    assert "prefers-color-scheme: dark" in words
    assert all(word in words for word in ("401", "403", "store", "erase", ".netrc", "get"))


def test_every_step_of_the_picture_is_told_below_it() -> None:
    page = (ROOT / "docs" / "how-git-asks.md").read_text("utf-8")
    steps = set(re.findall(r"(?m)^(\d)\. ", page))
    assert set(re.findall(r"(?m)^\d > \d: (\d)  ", TEXT.read_text("utf-8"))) <= steps


def test_a_line_that_is_no_arrow() -> None:
    head = "title: x\ndescription: y\ncolumns: a | b | c\n"
    with pytest.raises(ValueError, match="no arrow"):
        drawn(f"{head}1 ? 2: what\n")
