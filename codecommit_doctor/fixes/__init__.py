"""What a fix is. Checks make fixes; the package ``treatment`` carries them out."""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import Enum
from pathlib import Path
from typing import Protocol

from codecommit_doctor.fixes.aws_config import AwsConfigEdit

__all__ = [
    "AwsConfigEdit",
    "CredentialErasure",
    "Edit",
    "FileEdit",
    "Fix",
    "GitConfigEdit",
    "Outcome",
    "Safety",
]


class Safety(str, Enum):
    """safe: changes nothing outside CodeCommit. unsafe: may change what other programs use."""

    SAFE = "safe"
    UNSAFE = "unsafe"


class Outcome(str, Enum):
    """What became of a fix."""

    APPLIED = "applied"
    DECLINED = "declined"
    REFUSED = "refused"
    FAILED = "failed"
    TAKEN_BACK = "taken-back"


@dataclass(frozen=True)
class GitConfigEdit:
    """Changes to one file of git's configuration, made by git.

    steps: each the words behind ``git config --file FILE``. scope: system, global, local or
    worktree. file: None for the scope's usual file. own_section: the steps write a new section
    behind all that stands in the file, even if it has one of that name. rename: a line, the name of
    the key in it, and the name that it gets instead; then the steps are the same by hand.
    """

    steps: tuple[tuple[str, ...], ...]
    scope: str
    file: str | None = None
    own_section: bool = False
    rename: tuple[int, str, str] | None = None

    def commands(self) -> tuple[tuple[str, ...], ...]:
        """The same by hand."""
        place = ("--file", self.file) if self.file else (f"--{self.scope}",)
        return tuple(("git", "config", *place, *step) for step in self.steps)


class FileEdit(Protocol):
    """A change of one file that no other program makes. A class with these is a kind of edit."""

    @property
    def path(self) -> Path: ...

    def edited(self, before: bytes | None) -> bytes | None:
        """What the file holds afterwards; None stands for no file."""

    def commands(self) -> tuple[tuple[str, ...], ...]:
        """The same by hand."""


@dataclass(frozen=True)
class CredentialErasure:
    """One stored password, erased by the helper that keeps it.

    helper: a value of ``credential.helper``. request: what the helper is told, in git-credential's
    format: protocol, host, and path and user name where the entry has them; no password.
    """

    helper: str
    request: bytes

    def commands(self) -> tuple[tuple[str, ...], ...]:
        """Nothing that one line could say."""
        return ()


Edit = GitConfigEdit | FileEdit | CredentialErasure


@dataclass(frozen=True)
class Fix:
    """The cure that a check offers.

    title: an imperative sentence. edits: carried out in this order, all or none. guide: the
    document that it follows. caution: of an unsafe fix, what else it changes, as a clause.
    """

    title: str
    edits: tuple[Edit, ...]
    guide: str
    safety: Safety = Safety.SAFE
    caution: str = ""

    def unsafe(self, caution: str) -> Fix:
        """The same fix, marked as one that changes more than CodeCommit."""
        return replace(self, safety=Safety.UNSAFE, caution=caution)

    def commands(self) -> tuple[tuple[str, ...], ...]:
        """The same by hand, as far as commands can say it."""
        return tuple(command for edit in self.edits for command in edit.commands())
