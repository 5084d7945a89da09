"""One trial release for all tests, and machines of the lab to run it on."""

from __future__ import annotations

import importlib.util
import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

from codecommit_doctor import __version__
from tests.lab.plugin import lab, machine

__all__ = ["lab", "machine"]

_MODULES = ("PyInstaller", "build", "check_wheel_contents", "cyclonedx_py", "shiv", "twine")


@dataclass(frozen=True)
class Release:
    """The folder of a trial release. key: what signed it."""

    dist: Path
    key: Path

    def file(self, pattern: str) -> Path:
        (found,) = self.dist.glob(pattern)
        return found


@pytest.fixture(scope="session")
def tools() -> None:
    """Skips where the tools of a release are not installed."""
    missing = [name for name in _MODULES if importlib.util.find_spec(name) is None]
    if missing or sys.platform != "linux" or not shutil.which("dpkg-deb"):
        pytest.skip(f"not installed: {', '.join(missing) or 'Debian'}: pip install -e '.[release]'")


@pytest.fixture(scope="session")
def release(tools: None, tmp_path_factory: pytest.TempPathFactory) -> Release:
    """All kinds of files, with wheels for the Python that runs the tests.

    CODECOMMIT_DOCTOR_RELEASE: a folder that ``python -m tools.release --trial --key`` made already,
    signed with the key beside it that has its name and ".key".
    """
    if made := os.environ.get("CODECOMMIT_DOCTOR_RELEASE"):
        return Release(Path(made), Path(f"{made}.key"))
    from tools.release.__main__ import build

    folder = tmp_path_factory.mktemp("release")
    key = folder / "dist.key"
    words = ["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-C", "throw-away", "-f", str(key)]
    subprocess.run(words, check=True)
    python = f"{sys.version_info.major}.{sys.version_info.minor}"
    source = build(folder / "dist", pythons=(python,), trial=True, key=str(key))
    assert source.version == __version__
    return Release(folder / "dist", key)
