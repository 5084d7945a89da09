"""From a regular expression to the plain texts that a log can be searched for first."""

from __future__ import annotations

import re

__all__ = ["literals"]


def literals(pattern: str) -> tuple[str, ...]:
    """For each alternative of a pattern, a text in small letters that every match of it holds.

    So that a log can be searched for plain texts first. Raises ValueError where an alternative has
    none of three characters or more outside of groups.
    """
    found = []
    for alternative in _alternatives(pattern):
        longest = max(_runs(alternative), key=len, default="")
        if len(longest) < 3:
            raise ValueError(f"{alternative!r} has no plain text to look for")
        found.append(longest.lower())
    return tuple(dict.fromkeys(found))


def _alternatives(pattern: str) -> list[str]:
    """The parts of a pattern between the ``|`` that are in no group and no set."""
    parts, depth, begin = [], 0, 0
    for match in re.finditer(r"\\.|\[\^?\]?(?:\\.|[^\]\\])*\]|[()|]", pattern):
        if match[0] == "(":
            depth += 1
        elif match[0] == ")":
            depth -= 1
        elif match[0] == "|" and not depth:
            parts.append(pattern[begin : match.start()])
            begin = match.end()
    return [*parts, pattern[begin:]]


_TOKEN = re.compile(r"(\\.|\[\^?\]?(?:\\.|[^\]\\])*\]|.)(?:([*+?]|\{[\d,]+\})\??)?", re.S)


def _runs(alternative: str) -> list[str]:
    """The plain texts of an alternative, outside of groups."""
    runs, run, depth = [], "", 0
    for match in _TOKEN.finditer(alternative):
        token, repeated = match.groups()
        depth -= token == ")"
        plain = _plain(token) if not depth else None
        if plain is None or repeated:
            kept = plain if plain and repeated == "+" else ""
            runs.append(run + kept)
            run = ""
        else:
            run += plain
        depth += token == "("
    return [*runs, run]


def _plain(token: str) -> str | None:
    """The character that a token stands for; None for anything else."""
    if token[0] == "\\":
        return None if token[1].isalnum() else token[1]
    return None if token[0] in ".^$()|[" else token
