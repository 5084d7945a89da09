"""Quoting of command lines for the shell that a person uses."""

from __future__ import annotations

import os
import re
import shlex
from collections.abc import Callable, Iterable

__all__ = ["piped", "quote", "unset"]

_PLAIN = re.compile(r"[A-Za-z0-9_+:./-][A-Za-z0-9_+:./@~-]*\Z")
"""Words that mean themselves in every shell; PowerShell has its own rule for options."""


def quote(words: Iterable[str], shell: str) -> str:
    """One line that the shell splits into exactly these words.

    shell: its name (``cmd``, ``powershell``, ``pwsh``, ``fish``; all others are taken for POSIX).
    """
    quoters = {"cmd": _cmd, "powershell": _windows_powershell, "pwsh": _powershell, "fish": _fish}
    quoter = quoters.get(shell.lower(), _posix)
    return " ".join(quoter(word) for word in words)


def piped(lines: Iterable[str], words: Iterable[str], shell: str) -> str:
    """One line that hands lines to a command's input. lines: without quotes and signs of a shell,
    as Git's credential protocol has them.
    """
    lines, command, shell = tuple(lines), quote(words, shell), shell.lower()
    if shell == "cmd":
        return f"({'&'.join(f'echo {line}' if line else 'echo.' for line in lines)})|{command}"
    if shell in ("powershell", "pwsh"):
        said = ",".join(f"'{line}'" for line in lines)
        return f"{said} | {command}"
    return f"{quote(('printf', f'%s{chr(92)}n', *lines), shell)} | {command}"


def unset(names: Iterable[str], shell: str) -> str:
    """The line that takes variables away in a shell. names: of letters, digits and underscores."""
    names, shell = tuple(names), shell.lower()
    if shell == "cmd":
        return " & ".join(f"set {name}=" for name in names)
    if shell in ("powershell", "pwsh"):
        return "Remove-Item " + ", ".join(f"Env:{name}" for name in names)
    if shell == "fish":
        return "set -e " + " ".join(names)
    return "unset " + " ".join(names)


def _posix(word: str) -> str:
    return _below_home(word, shlex.quote)


def _below_home(word: str, quoter: Callable[[str], str]) -> str:
    """The home directory as ``~`` or its variable, outside of the quotes: so a report names no
    user and works.
    """
    home, quoted = _home(), quoter(word)
    below = word.removeprefix(f"{home}/")
    if home and below not in ("", word):
        return "~/" + quoter(below)
    return _home_as('"$HOME"' if quoted == word else """'"$HOME"'""", quoted)


def _home() -> str:
    """The home directory; "" where it is the root, or not known."""
    home = os.path.expanduser("~").rstrip("/\\")
    return "" if home == "~" else home


def _home_as(variable: str, text: str) -> str:
    """Every mention of the home directory as something that the shell expands."""
    home = _home()
    for form in dict.fromkeys((home, home.replace("\\", "/"))) if home else ():
        pattern = r"(?<![\w.-])" + re.escape(form) + r"(?![\w.-])"
        text = re.sub(pattern, lambda _: variable, text)
    return text


def _cmd(word: str) -> str:
    """For cmd.exe and the Microsoft C runtime's splitting."""
    if _home_as("", word) != word:
        return '"' + _home_as("%USERPROFILE%", _for_the_c_runtime(word, at_end=True)) + '"'
    return word if _PLAIN.match(word) else f'"{_for_the_c_runtime(word, at_end=True)}"'


def _for_the_c_runtime(word: str, *, at_end: bool) -> str:
    escaped = re.sub(r'(\\*)"', r'\1\1\\"', word)
    return re.sub(r"(\\+)\Z", r"\1\1", escaped) if at_end else escaped


def _powershell(word: str) -> str:
    """For PowerShell 7.3 and later. It takes typographic quotes for quotes as well."""
    if _home_as("", word) != word:
        escaped = re.sub('[`$"\u201c-\u201e]', r"`\g<0>", word)
        return '"' + _home_as("$HOME", escaped) + '"'
    if (_PLAIN.match(word) and not word.startswith("-")) or _OPTION.match(word):
        return word
    return "'" + re.sub("['\u2018-\u201b]", r"\g<0>\g<0>", word) + "'"


def _windows_powershell(word: str) -> str:
    """For 5.1, which hands double quotes on as they are, and an empty word not at all."""
    return _powershell(_for_the_c_runtime(word, at_end=False)) if word else "'\"\"'"


_OPTION = re.compile(r"--?[A-Za-z][A-Za-z-]*\Z")


def _fish(word: str) -> str:
    return _below_home(word, _fish_word)


def _fish_word(word: str) -> str:
    if _PLAIN.match(word):
        return word
    return "'" + word.replace("\\", "\\\\").replace("'", "\\'") + "'"
