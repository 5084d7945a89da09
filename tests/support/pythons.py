"""The Pythons of this machine, each with an environment of its own and the tests of the engine.

``python -m tests.support`` runs them; CI runs the oldest and the newest at every change.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from tests.conftest import ROOT

__all__ = ["VERSIONS", "find", "passed"]

VERSIONS = ("3.10", "3.11", "3.12", "3.13", "3.14")

_LEFT_OUT = ("checks", "elsewhere", "fleet", "lab", "release", "support", "tools", "windows")
_MARKS = "not server and not browser and not machine and not hypothesis"


def find(version: str) -> Path | None:
    """A Python that runs: on the PATH, or one of pyenv's."""
    places = (Path.home() / ".pyenv/versions").glob(f"{version}*/bin/python{version}")
    named = shutil.which(f"python{version}")
    for candidate in [*([Path(named)] if named else []), *places]:
        if subprocess.run([candidate, "-c", ""], capture_output=True).returncode == 0:
            return candidate
    return None


def passed(python: Path) -> bool:
    """Whether the tests that need no servers and machines pass on it. Needs a package index."""
    with tempfile.TemporaryDirectory(prefix="codecommit-doctor-") as work:
        environment = Path(work, "environment")
        subprocess.run([python, "-m", "venv", environment], check=True)
        own = environment / "bin" / "python"
        install = ("-m", "pip", "install", "--quiet", "--no-compile", "-e", f"{ROOT}[test]")
        subprocess.run([str(own), *install], check=True)
        words = ["-q", "-n", "2", "-m", _MARKS, "-o", f"cache_dir={work}/cache"]
        words += [f"--ignore=tests/{name}" for name in _LEFT_OUT]
        kept = {k: v for k, v in os.environ.items() if not re.match(r"PYTHON|VIRTUAL_ENV", k)}
        done = subprocess.run([str(own), "-m", "pytest", *words], cwd=ROOT, env=kept)
        print(f"Python {python}: exit code {done.returncode}", file=sys.stderr)
        return done.returncode == 0
