"""The files of a release, as they are downloaded."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from tools.release import sums
from tools.release.source import HOMEPAGE

__all__ = ["LICENSE", "PUBLISHER", "File", "Published"]

PUBLISHER = "The codecommit-doctor maintainers"
LICENSE = "Apache-2.0"


@dataclass(frozen=True)
class File:
    """One of them. sum: SHA-256, in hexadecimal, lower case."""

    name: str
    url: str
    sum: str


@dataclass(frozen=True)
class Published:
    """A folder of a release. tag: as Git and the addresses of its files name the release."""

    version: str
    dist: Path

    @property
    def tag(self) -> str:
        return f"v{self.version}"

    @property
    def sdist(self) -> File:
        return self._file(f"codecommit_doctor-{self.version}.tar.gz")

    @property
    def linux(self) -> File:
        """The folder with its own Python."""
        return self._file(f"codecommit-doctor-{self.version}-linux-x86_64.tar.gz")

    @property
    def windows(self) -> File:
        """The same for Windows."""
        return self._file(f"codecommit-doctor-{self.version}-windows-amd64.zip")

    def _file(self, name: str) -> File:
        """Raises FileNotFoundError for one that this release does not have."""
        url = f"{HOMEPAGE}/releases/download/{self.tag}/{name}"
        return File(name, url, sums.of_file(self.dist / name))
