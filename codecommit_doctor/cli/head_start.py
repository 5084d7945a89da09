"""Reads the slowest facts while Typer is still loading, if the words are those of an examination.

Typer takes longer to load than git to start. So the words are read here once before, with nothing
but the names of the options; a test holds them against Typer's own.
"""

from __future__ import annotations

TYPE_CHECKING = False  # typing is not loaded before the import path is safe
if TYPE_CHECKING:
    from codecommit_doctor.engine.machine import Machine

__all__ = ["FLAGS", "LATER", "WITH_VALUE", "head_start", "targets", "wanted_user"]

FLAGS = frozenset(
    [
        *("--offline", "--no-offline", "--strict", "--no-strict", "--trust-repository"),
        *("--quiet", "-q", "--verbose", "-v", "--watch", "--show-accounts", "--debug"),
        *("--fix", "--yes", "-y", "--dry-run", "--unsafe-fixes"),
    ]
)
WITH_VALUE = frozenset(
    [
        *("--skip", "--profile", "--region", "--format", "--output", "--report"),
        *("--timeout", "--require", "--baseline", "--scope", "--label", "--user", "--pseudonyms"),
    ]
)
LATER = frozenset(["--all-repositories", "--only", "--show-settings", "--help", "-h"])
"""Options with which other facts, or none, are wanted first."""


def head_start(words: list[str]) -> Machine | None:
    """A machine whose slowest facts are being read; None where they may not be wanted."""
    named = targets(words)
    if named is None:
        return None
    from codecommit_doctor.engine.machine import Machine

    return Machine.started(named)


def targets(words: list[str]) -> tuple[str, ...] | None:
    """The targets that an examination is asked for; None if the words are not plainly one."""
    if _is_other_command(words):
        return None
    named: list[str] = []
    rest = iter(words[1:] if words[:1] == ["doctor"] else words)
    for word in rest:
        name, equals, _ = word.partition("=")
        if word == "--":
            named += rest
        elif name in WITH_VALUE:
            if not equals and next(rest, None) is None:
                return None
        elif word.startswith("-"):
            if word not in FLAGS:
                return None
        else:
            named.append(word)
    return tuple(named)


def wanted_user(words: list[str]) -> str | None:
    """The value of ``--user``, if an examination is asked for."""
    if _is_other_command(words):
        return None
    rest = iter(words)
    for word in rest:
        name, equals, value = word.partition("=")
        if word == "--":
            return None
        if name == "--user":
            return value if equals else next(rest, None)
        if name in WITH_VALUE and not equals:
            next(rest, None)
    return None


def _is_other_command(words: list[str]) -> bool:
    """Whether it is a command that examines nothing, or not at once."""
    from codecommit_doctor.cli.commands import NAMES

    return words[:1] != ["doctor"] and words[:1] in [["help"], *([name] for name in NAMES)]
