"""A scenario of a Windows machine as data: what is broken, what git shows, what the doctor says."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from tests.windows.machine import Windows

__all__ = ["Scenario"]


def _nothing(windows: Windows) -> None:
    """For machines that their files alone describe."""


@dataclass(frozen=True)
class Scenario:
    """What a machine is like, and what must be said of it.

    person: the last part of the home. system, user, local: files of git's configuration, as bytes
    where they are no UTF-8; None leaves them as on a healthy machine. prepare: whatever else has to
    be done. shows: what git itself prints, so that the machine is as broken as it says; None where
    git gets its signature all the same. fails, warns: ids of checks. says: a part of the summary of
    the first of them. fixable: with ``--fix`` git gets its signature. undone: ``undo`` then gives
    the bytes back; tried once for each recipe of a fix.
    """

    name: str
    person: str = "Jörg Müller"
    system: str | bytes | None = None
    user: str | bytes | None = None
    local: str | None = None
    prepare: Callable[[Windows], object] = _nothing
    shows: str | None = None
    fails: frozenset[str] = frozenset()
    warns: frozenset[str] = frozenset()
    says: str = ""
    fixable: bool = False
    undone: bool = False
    variables: dict[str, str] = field(default_factory=dict)

    def lay_out(self, windows: Windows) -> None:
        if self.system is not None:
            windows.system(self.system)
        if self.user is not None:
            windows.write(".gitconfig", self.user)
        if self.local is not None:
            file = windows.at(f"{windows.clone}\\.git\\config")
            file.write_text(file.read_text("utf-8") + self.local, "utf-8")
        windows.env |= self.variables
        self.prepare(windows)
