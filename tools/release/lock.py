"""The lock of what is shipped: each package with its version and hashes, for every platform.

``python -m tools.release.lock`` writes it again with ``uv``, for all Pythons and systems at once,
and beside it where the sources of each package are.
"""

from __future__ import annotations

import re
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from packaging.requirements import Requirement

from tools.release.source import run
from tools.sources import ROOT

__all__ = ["LOCK", "SDISTS", "Locked", "locked", "requirements", "sdists"]

LOCK = ROOT / "installers" / "requirements.txt"
SDISTS = ROOT / "installers" / "sdists.txt"

_LOCKS = {
    "installers/requirements.txt": None,
    "installers/build.txt": "setuptools>=77\n",
    "examples/awscli.txt": "awscli>=1.46\n",
}
"""What is written, and for what; None is what the program itself needs."""

_HEADER = "# Made by: python -m tools.release.lock\n"
_WORDS = ("--universal", "--python-version", "3.10", "--generate-hashes", "--no-emit-index-url")


@dataclass(frozen=True)
class Locked:
    """One entry. hashes: ``sha256:...`` of each file that may be installed."""

    requirement: Requirement
    hashes: tuple[str, ...]

    @property
    def version(self) -> str:
        (only,) = self.requirement.specifier
        return only.version

    def is_for(self, python: str, system: str) -> bool:
        """python: as "3.12". system: as ``sys.platform`` names it."""
        marker = self.requirement.marker
        target = {"python_version": python, "python_full_version": f"{python}.0"}
        target |= {"sys_platform": system, "os_name": "nt" if system == "win32" else "posix"}
        target |= {"platform_system": {"win32": "Windows", "darwin": "Darwin"}.get(system, "Linux")}
        return marker is None or marker.evaluate({**target})


def locked(text: str | None = None) -> list[Locked]:
    """All entries of the lock."""
    text = LOCK.read_text("utf-8") if text is None else text
    return list(_entries(text))


def _entries(text: str) -> Iterator[Locked]:
    for line in re.sub(r"\\\n", " ", text).splitlines():
        if line.strip() and not line.lstrip().startswith("#"):
            requirement, *hashes = re.split(r"\s+--hash=", line.strip())
            yield Locked(Requirement(requirement), tuple(hashes))


def requirements(python: str, system: str) -> str:
    """The entries for one Python on one system, as a file for pip with ``--require-hashes``."""
    chosen = [entry for entry in locked() if entry.is_for(python, system)]
    return "".join(
        f"{entry.requirement.name}=={entry.version}"
        + "".join(f" --hash={hash}" for hash in entry.hashes)
        + "\n"
        for entry in chosen
    )


def sdists() -> dict[tuple[str, str], tuple[str, str]]:
    """By name and version: the address of the sdist, and its SHA-256 sum."""
    lines = SDISTS.read_text("utf-8").splitlines()
    rows = [line.split() for line in lines if not line.startswith("#")]
    keys = [row[0].partition("==") for row in rows]
    return {(key[0], key[2]): (row[1], row[2]) for key, row in zip(keys, rows, strict=True)}


def _write() -> None:
    for target, wanted in _LOCKS.items():
        words = ("--quiet", "--no-header", *_WORDS, "--output-file", ROOT / target)
        with tempfile.TemporaryDirectory(prefix="codecommit-doctor-") as work:
            named = Path(work, "requirements.in")
            named.write_text(wanted or "", "utf-8")
            run("uv", "pip", "compile", *words, named if wanted else "pyproject.toml", folder=ROOT)
        text = re.sub(r"^ *# via -r .*\n", "", (ROOT / target).read_text("utf-8"), flags=re.M)
        (ROOT / target).write_text(_HEADER + text.removeprefix(_HEADER), "utf-8")
    _write_sdists()


def _write_sdists() -> None:
    import tomllib

    words = ("pip", "compile", "--quiet", "--no-deps", "--universal", "--python-version", "3.10")
    with tempfile.TemporaryDirectory(prefix="codecommit-doctor-") as work:
        file = Path(work, "pylock.toml")
        run("uv", *words, "--format", "pylock.toml", "--output-file", file, LOCK, folder=ROOT)
        packages = tomllib.loads(file.read_text("utf-8"))["packages"]
    lines = [
        f"{one['name']}=={one['version']} {one['sdist']['url']} {one['sdist']['hashes']['sha256']}"
        for one in packages
    ]
    SDISTS.write_text("\n".join([_HEADER.rstrip(), *lines]) + "\n", "utf-8", newline="\n")


if __name__ == "__main__":
    _write()
