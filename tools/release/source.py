"""The sources that a release is made of, and what it is called and dated by."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from tools.sources import ROOT, copy_sources

__all__ = [
    "DESCRIPTION",
    "HOMEPAGE",
    "SUMMARY",
    "Source",
    "epoch",
    "is_clean",
    "run",
    "run_python",
    "take",
    "version_in",
]

HOMEPAGE = "https://github.com/codecommit-doctor/codecommit-doctor"
SUMMARY = "find out why Git over HTTPS to AWS CodeCommit fails"
DESCRIPTION = (
    "It looks at Git, the credential helpers, the AWS CLI and the account, names the cause of a",
    "403 or of a prompt for a password, and fixes it in a way that can be undone. It brings the",
    "Python that it needs.",
)
"""As packages of every kind describe it, with the summary as a phrase."""


@dataclass(frozen=True)
class Source:
    """A copy of the sources, equal wherever and whenever it is made.

    folder: where the copy lies. version: from ``codecommit_doctor/__init__.py``. epoch: seconds
    since 1970, the date of every file in the release. kept: where lies what the lock alone decides,
    from one build to the next; None to make all of it anew.
    """

    folder: Path
    version: str
    epoch: int
    kept: Path | None = None

    @property
    def environment(self) -> dict[str, str]:
        """For programs that build: the date, and no order or compiled file left to chance."""
        fixed = {
            "SOURCE_DATE_EPOCH": str(self.epoch),
            "PYTHONHASHSEED": "0",
            "PYTHONDONTWRITEBYTECODE": "1",
            "PIP_DISABLE_PIP_VERSION_CHECK": "1",
            "PIP_ROOT_USER_ACTION": "ignore",
            "LC_ALL": "C.UTF-8",
            "TZ": "UTC",
        }
        return {**os.environ, **fixed}


def take(folder: Path, kept: Path | None = None) -> Source:
    """Copies the sources into a new folder, with the same modes and dates on every machine."""
    copy_sources(folder)
    date = epoch()
    for path in folder.rglob("*"):
        if path.is_file():
            path.chmod(0o755 if path.stat().st_mode & 0o100 else 0o644)
            os.utime(path, (date, date))
    return Source(folder, version_in(folder), date, kept)


def version_in(folder: Path) -> str:
    """The version, from the one place that states it."""
    text = (folder / "codecommit_doctor" / "__init__.py").read_text("utf-8")
    found = re.search(r'^__version__ = "([^"]+)"$', text, re.M)
    if not found:
        raise ValueError("codecommit_doctor/__init__.py states no __version__")
    return found[1]


def is_clean() -> bool:
    """Whether the sources are those of the last commit."""
    words = ["git", "status", "--porcelain"]
    done = subprocess.run(words, cwd=ROOT, check=True, capture_output=True)
    return not done.stdout.strip()


def epoch() -> int:
    """SOURCE_DATE_EPOCH, else the time of the last commit."""
    if given := os.environ.get("SOURCE_DATE_EPOCH"):
        return int(given)
    words = ["git", "log", "-1", "--format=%ct"]
    done = subprocess.run(words, cwd=ROOT, check=True, capture_output=True)
    return int(done.stdout)


def run(
    *words: str | Path,
    folder: Path | None = None,
    variables: Mapping[str, str] | None = None,
) -> str:
    """Runs a program to its end; what it printed. Raises RuntimeError with its last words."""
    done = subprocess.run(
        [str(word) for word in words],
        cwd=folder,
        env=dict(variables) if variables is not None else None,
        stdin=subprocess.DEVNULL,
        umask=0o022 if os.name == "posix" else -1,  # modes get into wheels
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        errors="replace",
    )
    if done.returncode:
        said = done.stdout[-4000:]
        raise RuntimeError(f"{' '.join(map(str, words))}: exit code {done.returncode}\n{said}")
    return done.stdout


def run_python(source: Source, *words: str | Path, folder: Path | None = None) -> str:
    """Runs this Python, with the environment for builds."""
    return run(sys.executable, *words, folder=folder, variables=source.environment)
