"""Tests of what runs in environments of its own: Spark, Ansible. FLEET_TOOLS names their folder."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

__all__ = ["TOOLS", "needs"]

TOOLS = Path(os.environ.get("FLEET_TOOLS", "/nonexistent"))


def needs(program: str) -> pytest.MarkDecorator:
    """Skips where the environment does not have a program."""
    there = (TOOLS / program).exists()
    return pytest.mark.skipif(not there, reason=f"{program} is not installed: FLEET_TOOLS")
