"""How a command line may be shown: each word as what it is, then the whole as a text."""

from __future__ import annotations

import re
from collections.abc import Sequence

from codecommit_doctor.redaction.address import MASK, masked_address
from codecommit_doctor.redaction.helper import masked_helper
from codecommit_doctor.redaction.settings import masked_key, masked_value

__all__ = ["masked_words"]


def masked_words(words: Sequence[str]) -> tuple[str, ...]:
    """The words of a command with what may be secret masked."""
    return tuple(_masked(word, words[:place]) for place, word in enumerate(words))


def _masked(word: str, before: Sequence[str]) -> str:
    last = before[-1] if before else ""
    key, equals, value = word.partition("=")
    if last == "-c" and equals and "." in key:
        lower = _lower(key)
        return f"{masked_key(key)}={masked_value(lower, value)}"
    if last.lower().endswith(".helper"):
        return masked_helper(word)
    if len(before) > 1 and before[-2].lower().endswith(".helper"):  # git's pattern of a value
        plain = re.sub(r"\\(.)", r"\1", word.removeprefix("^").removesuffix("$"))
        return word if masked_helper(plain) == plain else MASK
    if _is_key(last) and before[0].endswith("git"):
        return masked_value(_lower(last), word)
    return masked_address(word) if "@" in word and " " not in word else word


def _is_key(word: str) -> bool:
    first, dot, rest = word.partition(".")
    return bool(dot and rest) and first.isalpha() and "=" not in word


def _lower(key: str) -> str:
    """A setting's name as git lists it: section and name in lower case."""
    first, dot, rest = key.partition(".")
    subsection, last_dot, last = rest.rpartition(".")
    return f"{first.lower()}{dot}{subsection}{last_dot}{last.lower()}"
