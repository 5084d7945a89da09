"""No certain verdict contradicts git, on machines made at random."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.iam.machines import outcome
from tests.lab.plugin import lab
from tests.lab.service import Lab

__all__ = ["lab"]

pytestmark = pytest.mark.server


@pytest.mark.parametrize("number", range(16))
def test_no_certain_verdict_contradicts_git(lab: Lab, tmp_path: Path, number: int) -> None:
    found = outcome(lab, tmp_path / "machine", number)
    assert not found.wrong, found
