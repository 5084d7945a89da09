"""The README shows what the program prints today."""

from __future__ import annotations

import pytest

from tests.lab.service import Lab
from tools import screens

TEXT = screens.README.read_text("utf-8")


@pytest.mark.server
def test_screens_are_current(lab: Lab) -> None:
    made = screens.screens(lab)
    assert sorted(screens.named(TEXT)) == sorted(made)
    assert screens.with_screens(TEXT, made) == TEXT, "python -m tools.screens writes them"
