"""Reads a plain command line of an examination without Typer, and has the slowest facts read.

Typer takes longer to load than git to start. What is not plain (another command, a wrong word,
``--help``) is left to Typer, which knows what to say of it. A test holds the two against each
other.
"""

from __future__ import annotations

import os
import re

TYPE_CHECKING = False  # typing is not loaded before the import path is safe
if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any

    from codecommit_doctor.engine.machine import Machine

__all__ = [
    "ASK_HELPERS",
    "FLAGS",
    "WITH_VALUE",
    "first_limit",
    "head_start",
    "options_of",
    "wanted_user",
]

_SHORT = {"-q": "--quiet", "-v": "--verbose", "-y": "--yes"}
FLAGS = frozenset(
    [
        *("--offline", "--no-offline", "--strict", "--no-strict", "--trust-repository"),
        *("--quiet", "--verbose", "--watch", "--show-accounts", "--show-settings", "--debug"),
        *("--fix", "--yes", "--dry-run", "--unsafe-fixes", *_SHORT),
    ]
)
_LISTS = frozenset(["--only", "--skip", "--require", "--label", "--report"])
_PATHS = frozenset(["--all-repositories", "--baseline", "--output"])
WITH_VALUE = frozenset(
    [
        *("--profile", "--region", "--format", "--timeout", "--scope", "--user", "--pseudonyms"),
        *(*_LISTS, *_PATHS),
    ]
)


ASK_HELPERS = frozenset(
    [
        *("aws-cli-codecommit", "aws-cli-version", "credential-handshake", "credential-helper"),
        *("credential-manager-conflict", "git-credentials"),
    ]
)
"""Checks that wait for the credential helpers where nothing is wrong."""


def head_start(options: Mapping[str, Any]) -> Machine | None:
    """A machine whose slowest facts are being read; None where other facts are wanted first."""
    import time

    from codecommit_doctor.probes.deadline import or_end
    from codecommit_doctor.probes.first_questions import ask_first

    only = options["only"]
    asks = not only or not ASK_HELPERS.isdisjoint(only)
    asks = asks and not options["all_repositories"] and not options["show_settings"]
    ask_first(version=asks)
    if not asks:
        return None
    from codecommit_doctor.engine.machine import Machine

    with or_end(time.monotonic() + first_limit(options), _give_up):
        return Machine.started(tuple(options["targets"]))


def first_limit(options: Mapping[str, Any]) -> float:
    """Seconds for the whole, as far as that is known before git's configuration, which may say so
    too, is read.
    """
    variable = os.environ.get("CODECOMMIT_DOCTOR_TIMEOUT", "")
    return float(options["timeout"] or _seconds(variable) or "inf")


def _give_up() -> None:
    from codecommit_doctor.cli.in_time import give_up

    give_up()


def options_of(words: list[str]) -> dict[str, Any] | None:
    """The options and targets of an examination by their names; None if it is not plainly one."""
    words = words[1:] if words[:1] == ["--debug"] else words
    if _is_other_command(words):
        return None
    found: dict[str, Any] = dict.fromkeys(map(_name, [*FLAGS, *WITH_VALUE]))
    targets: list[str] = []
    lists: dict[str, list[object]] = {_name(option): [] for option in _LISTS}
    found |= {"targets": targets, **lists}
    rest = iter(words[1:] if words[:1] == ["doctor"] else words)
    for word in rest:
        option, equals, text = word.partition("=")
        if word == "--":
            targets += rest
        elif option in WITH_VALUE:
            value = _value(option, text if equals else next(rest, ""))
            if value is None:
                return None
            if option in _LISTS:
                lists[_name(option)].append(value)
            else:
                found[_name(option)] = value
        elif word in FLAGS:
            found[_name(word)] = not word.startswith("--no-")
        elif word.startswith("-"):
            return None
        else:
            targets.append(word)
    return found


def _name(option: str) -> str:
    long = _SHORT.get(option, option)
    return long.removeprefix("--no-").removeprefix("--").replace("-", "_")


def _value(option: str, text: str) -> object:
    """The value as the examination takes it; None where Typer has to look at it."""
    if option == "--pseudonyms":
        return None  # its file has to be read first
    if option == "--timeout":
        return _seconds(text)
    if option == "--scope":
        return text if text in ("local", "global", "system") else None
    if option == "--format":
        from codecommit_doctor.formats import NAMES

        return text if text in NAMES else None
    if option in _PATHS and text:
        from pathlib import Path

        return Path(text)
    return text or None


def _seconds(text: str) -> float | None:
    seconds = float(text) if re.fullmatch(r"[0-9]{1,6}(\.[0-9]{1,6})?", text) else 0.0
    return seconds if seconds >= 0.1 else None


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
