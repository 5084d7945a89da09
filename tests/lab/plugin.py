"""Fixtures: ``lab`` (one for each test worker) and ``machine`` (makes environments)."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from tests.lab.environment import Environment, Setup
from tests.lab.service import Lab

Machine = Callable[..., Environment]


@pytest.fixture(scope="session")
def lab() -> Iterator[Lab]:
    """The simulated CodeCommit. Environments have accounts of their own in it."""
    if os.name != "posix":
        pytest.skip("the lab's machines are built of POSIX shell scripts and links")
    with Lab() as lab:
        yield lab


@pytest.fixture
def machine(lab: Lab, tmp_path: Path) -> Iterator[Machine]:
    """Makes an Environment from the fields of a Setup, or from a whole one; ends it afterwards."""
    with ExitStack() as stack:
        count = iter(range(100))
        lab.journal.clear()

        def make(setup: Setup | None = None, **fields: object) -> Environment:
            made = setup or Setup(**fields)  # type: ignore[arg-type]
            folder = tmp_path / f"machine-{next(count)}"
            return stack.enter_context(Environment(lab, folder, made))

        yield make
