"""What docs/support.md says of old gits is what the doctor does with them."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.lab.plugin import lab
from tests.lab.service import Lab
from tests.support import gits, matrix
from tests.support.page import PAGE, filled

__all__ = ["lab"]

pytestmark = pytest.mark.server


def test_the_page_has_the_tables_of_the_results() -> None:
    text = PAGE.read_text("utf-8")
    assert text == filled(text), "python -m tests.support writes them"
    assert text.count("\n| 2.") >= 8


@pytest.mark.parametrize("version", gits.GITS)
def test_git(version: str, lab: Lab, tmp_path: Path) -> None:
    for name in matrix.SCENARIOS_OF_GITS:
        base = matrix.newest(name, lab, tmp_path / f"{name}-newest")
        told = matrix.try_git(version, name, lab, tmp_path / name)
        assert matrix.difference(told, base) == matrix.expected("git", version)[name]
