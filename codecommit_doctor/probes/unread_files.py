"""Files of Git's configuration that it would read in other circumstances."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from codecommit_doctor.probes import probe
from codecommit_doctor.rules.helper import Helper
from codecommit_doctor.rules.homes import git_folder, git_home, in_git_home, windows_home

if TYPE_CHECKING:
    from codecommit_doctor.probes.git import Git
    from codecommit_doctor.probes.git_config import Entry
    from codecommit_doctor.probes.host import Host

__all__ = ["UnreadFiles"]


@probe
class UnreadFiles:
    """Files of Git's configuration that it does not read here."""

    def __init__(self, git: Git, host: Host) -> None:
        self._git, self._host = git, host

    def with_aws_helper(self) -> tuple[str, str] | None:
        """The first one that names the AWS helper, and why Git does not read it; None without."""
        for file, why in self._files():
            words = ("config", "--file", file, "--get-regexp", r"^credential\..*helper$")
            values = [line.partition(" ")[2] for line in self._git.run(*words).text.splitlines()]
            if any(Helper(value).is_meant_as_aws for value in values):
                return file, why
        return None

    def missing(self) -> list[tuple[Entry, str]]:
        """The lines that include a file which is not there, each with that file."""
        return [
            (entry, file)
            for entry, file in self._included()
            if entry.is_yours and not os.path.lexists(file)
        ]

    def _included(self) -> Iterator[tuple[Entry, str]]:
        for entry in self._git.configuration().entries:
            named = re.match(r"include(?:if\..*)?\.path\Z", entry.key, re.S)
            if named and entry.value and entry.file:
                path = Path(entry.file).parent / Path(in_git_home(entry.value))
                yield entry, os.path.normpath(path)

    def _files(self) -> Iterator[tuple[str, str]]:
        entries = self._git.configuration().entries
        read = {entry.file for entry in entries}
        home = git_home()
        candidates: list[tuple[Path, str]] = []
        if os.environ.get("GIT_CONFIG_GLOBAL") is not None:
            why = "the variable GIT_CONFIG_GLOBAL leads elsewhere"
            candidates += [(home / ".gitconfig", why), (git_folder() / "config", why)]
        why = "its name ends in .txt, which Explorer hides"
        candidates.append((home / ".gitconfig.txt", why))
        profile = Path(os.path.expanduser("~"))
        if os.name == "nt" and profile != home:
            why = f"Git's home folder is {home} (HOME, or HOMEDRIVE and HOMEPATH)"
            candidates.append((profile / ".gitconfig", why))
        if self._host.is_wsl and (windows := windows_home()):
            why = f"it is for Git in Windows; Git's home folder in WSL is {home}"
            candidates.append((windows / ".gitconfig", why))
        for entry, included in self._included():
            if entry.key.startswith("includeif."):
                candidates.append((Path(included), f"it is included only for {entry.subsection}"))
        for path, why in candidates:
            file = os.path.normpath(path)
            if file not in read and path.is_file():
                yield file, why
