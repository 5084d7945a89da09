"""What docs/support.md says of old gits is what the doctor does with them."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.lab.plugin import lab
from tests.lab.service import Lab
from tests.support import clis, gits, matrix
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
        base = matrix.newest(name, lab)
        told = matrix.try_git(version, name, lab, tmp_path / name)
        assert matrix.difference(told, base) == matrix.expected("git", version)[name]


def test_aws_clis(lab: Lab, tmp_path: Path) -> None:
    """Those that AWS_CLIS and AWSCLI2_MODULES name; ``python -m tests.support`` tries them all."""
    programs = clis.programs()
    if not programs:
        pytest.skip("AWS CLI 2 is not installed: AWSCLI2_MODULES")
    name = "role-assumed-from-another-profile"
    base, _ = matrix.try_aws("real", name, lab, tmp_path / "newest")
    for version, text in programs.items():
        told, shown = matrix.try_aws(text, name, lab, tmp_path / version)
        if known := matrix.expected("aws", version):
            assert {"differs": matrix.difference(told, base), "shows": shown} == known[name]
