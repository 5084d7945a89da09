"""Quoting of command lines for the shell that a person uses."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterable

__all__ = ["quote"]

_PLAIN = re.compile(r"[A-Za-z0-9_@%+=:,./~-]+\Z")


def quote(words: Iterable[str], shell: str) -> str:
    """One line that the shell splits into exactly these words.

    shell: its name (``cmd``, ``powershell``, ``pwsh``, ``fish``; all others are taken for POSIX).
    """
    quoters = {"cmd": _cmd, "powershell": _powershell, "pwsh": _powershell, "fish": _fish}
    quoter = quoters.get(shell.lower(), shlex.quote)
    return " ".join(quoter(word) for word in words)


def _cmd(word: str) -> str:
    """For cmd.exe and the Microsoft C runtime's splitting."""
    if word and _PLAIN.match(word) and "%" not in word:
        return word
    escaped = re.sub(r'(\\*)"', r'\1\1\\"', word)
    escaped = re.sub(r"(\\+)\Z", r"\1\1", escaped)
    return f'"{escaped}"'


def _powershell(word: str) -> str:
    if (word and _PLAIN.match(word) and not word.startswith(("@", "-", "~"))) or _OPTION.match(
        word
    ):
        return word
    return "'" + word.replace("'", "''") + "'"


_OPTION = re.compile(r"--?[A-Za-z][A-Za-z-]*\Z")


def _fish(word: str) -> str:
    if word and _PLAIN.match(word):
        return word
    return "'" + word.replace("\\", "\\\\").replace("'", "\\'") + "'"
