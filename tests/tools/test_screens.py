"""The README shows what the program prints today, and commands that can be typed."""

from __future__ import annotations

import re

import pytest

from tests.lab.service import Lab
from tools import screens

TEXT = screens.README.read_text("utf-8")


@pytest.mark.server
def test_screens_are_current(lab: Lab) -> None:
    made = screens.screens(lab)
    assert sorted(screens.named(TEXT)) == sorted(made)
    assert screens.with_screens(TEXT, made) == TEXT, "python -m tools.screens writes them"


def test_lines_for_windows_run_in_its_powershell() -> None:
    blocks = re.findall(r"```powershell\n(.*?)```", TEXT, re.DOTALL)
    assert blocks
    assert [block for block in blocks if "&&" in block or "||" in block] == []
