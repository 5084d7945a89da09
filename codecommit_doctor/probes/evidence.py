"""Facts, with the places where they were read."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from codecommit_doctor.probes.git_config import Entry

__all__ = ["NO_FILE", "Evidence", "Origin"]

NO_FILE = "command line or GIT_CONFIG_* variables"
"""Where a setting of Git's comes from that stands in no file."""


@dataclass(frozen=True, slots=True)
class Origin:
    """Where a fact was read.

    text: for people. file, line (from 1), scope: for programs; None where that cannot be known.
    """

    text: str
    file: str | None = None
    line: int | None = None
    scope: str | None = None

    @classmethod
    def of_file(cls, file: str, line: int | None = None, scope: str | None = None) -> Origin:
        place = f"{file}, line {line}" if line else file
        return cls(f"{place} ({scope})" if scope else place, file, line, scope)

    @classmethod
    def environment(cls, name: str) -> Origin:
        return cls(f"environment variable {name}")

    @classmethod
    def command(cls, *words: str) -> Origin:
        return cls("output of " + " ".join(words))


@dataclass(frozen=True, slots=True)
class Evidence:
    """A fact with its origin. meaning: what it does here, in two or three words; may be empty."""

    fact: str
    origin: Origin
    meaning: str = ""

    @classmethod
    def of_setting(cls, entry: Entry, meaning: str = "") -> Evidence:
        """A value of git's configuration, with its file, line and scope."""
        fact = entry.shown
        if entry.file is None:
            origin = Origin(NO_FILE, scope=entry.scope)
        else:
            origin = Origin.of_file(entry.file, entry.line, entry.scope)
        return cls(fact, origin, meaning)
