"""The drive C: of the session, and a fresh machine on it for each test."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.lab.plugin import lab
from tests.windows.build import built, reason_against
from tests.windows.machine import Drive, Windows

__all__ = ["drive", "lab", "windows"]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker("machine")


@pytest.fixture(scope="session")
def drive() -> Iterator[Drive]:
    if reason := reason_against():
        pytest.skip(reason)
    prefix = built()
    if prefix is None:
        pytest.skip("not installed: the Windows machine, which `python -m tests.windows` builds")
    drive = Drive(prefix)
    yield drive
    drive.close()


@pytest.fixture
def windows(drive: Drive) -> Windows:
    return Windows(drive)
