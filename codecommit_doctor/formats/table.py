"""Lines of text that fit a width: wrapped prose, and evidence as a small table."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from textwrap import TextWrapper

from rich.text import Text

__all__ = ["height", "rows", "wrapped"]

_GAP = 2
_SHORTEST = 24
"""Characters that a fact keeps at least."""

_LEAST_VALUE = 12
"""Characters of a value that are shown before its key is cut."""

Row = tuple[str, str, str, bool]
"""A fact, its place, its meaning, and whether it is a setting in a file."""


def height(lines: Iterable[Text], width: int) -> int:
    """How many lines of a terminal they take: it breaks what is too long."""
    return sum(max(1, -(-line.cell_len // width)) for line in lines)


def rows(cells: Sequence[Row], width: int, *, whole: bool = False) -> Iterator[Text]:
    """Settings as a table: setting, place, meaning. Anything else as a sentence with its origin.

    whole: cut nothing.
    """
    settings = [cell for cell in cells if cell[3]]
    places = max((len(place) for _, place, _, _ in settings), default=0)
    meanings = max((len(meaning) for _, _, meaning, _ in settings), default=0)
    room = width - places - _GAP - (meanings + _GAP if meanings else 0)
    facts = min(max((len(fact) for fact, *_ in settings), default=0), max(room, _SHORTEST))
    for fact, place, meaning, is_setting in cells:
        if not is_setting or (whole and len(fact) > facts):
            yield from _sentence(fact, f"{place}, {meaning}" if meaning else place, width)
        elif facts > room:
            yield Text(_cut(fact, width))
            yield _aligned("", facts, place, places, meaning)
        else:
            yield _aligned(_cut(fact, facts), facts, place, places, meaning)


def _aligned(fact: str, facts: int, place: str, places: int, meaning: str) -> Text:
    line = Text(f"{fact:<{facts}}{'':{_GAP}}")
    line.append(f"{place:<{places}}" if meaning else place, "dim")
    return line.append(f"{'':{_GAP}}{meaning}") if meaning else line


def _sentence(fact: str, origin: str, width: int) -> Iterator[Text]:
    text = Text(fact)
    if origin:
        text.append(f" ({origin})", "dim")
    yield from wrapped(text, width)


def _cut(fact: str, length: int) -> str:
    """``key=value``, cut at the end of the value; in a long key, the address is cut."""
    if len(fact) <= length:
        return fact
    key, equals, value = fact.partition("=")
    match = re.match(r"(\w+\.)(https?://\S*)(\.\w+)\Z", key)
    if equals and match and len(key) + _LEAST_VALUE > length:
        keep = max(
            _LEAST_VALUE, length - len(match[1]) - len(match[3]) - len("...=") - _LEAST_VALUE
        )
        fact = f"{match[1]}{match[2][:keep]}...{match[3]}={value}"
    return fact if len(fact) <= length else f"{fact[: length - 3]}..."


def wrapped(text: Text, width: int) -> Iterator[Text]:
    """The text in lines that fit, cut at spaces alone: a long address sticks out, whole."""
    wrapper = TextWrapper(
        width,
        break_long_words=False,
        break_on_hyphens=False,
        expand_tabs=False,
        replace_whitespace=False,
    )
    position = 0
    for line in wrapper.wrap(text.plain):
        position = text.plain.index(line, position)
        yield text[position : position + len(line)]
        position += len(line)
