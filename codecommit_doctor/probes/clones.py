"""Git in every folder that is looked at."""

from __future__ import annotations

import re
from pathlib import Path

from codecommit_doctor.probes import probe
from codecommit_doctor.probes.git import Git
from codecommit_doctor.probes.once import once

__all__ = ["Clones"]


@probe
class Clones:
    """The gits of one examination: one program, asked in several folders. here: the current one."""

    def __init__(self) -> None:
        self.here = Git(Path.cwd())
        self._looked_at: list[Path] = []
        self._future: dict[Path, str] = {}

    @once
    def at(self, directory: Path) -> Git:
        """Git, asked in this directory."""
        self._looked_at.append(directory)
        if directory == self.here.directory:
            return self.here
        return Git(directory, self.here, clone_of=self._future.get(directory))

    def future(self, folder: Path, address: str) -> Path | None:
        """The folder that ``git clone`` would make of an address there, if that makes a difference:
        where git includes files for clones of some folders or addresses. None elsewhere.
        """
        git = self.at(folder)
        entries = git.configuration().entries
        name = re.split(r"[/:]", address.rstrip("/"))[-1].removesuffix(".git")
        if not name or not any(entry.key.startswith("includeif.") for entry in entries):
            return None
        if not git.read("rev-parse", "--git-dir").failure:
            return None
        self._future[folder / name] = address
        return folder / name

    def all(self) -> list[Git]:
        """The git of here, and those that were asked elsewhere."""
        return [self.here, *map(self.at, list(self._looked_at))]
