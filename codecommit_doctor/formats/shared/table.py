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

_LEAST_VALUE, _LEAST_ADDRESS = 22, 12
"""Characters of a value, and of an address in its key, that are shown if there is room."""

_USUAL, _USUAL_CUT = "codecommit credential-helper", "codecommit ..."
"""Words that say nothing new in an AWS helper."""

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
    cut = {fact: _cut(fact, max(room, _SHORTEST)) for fact, *_ in settings}
    facts = max(map(len, cut.values()), default=0)
    for fact, place, meaning, is_setting in cells:
        if not is_setting or (whole and cut[fact] != fact):
            yield from _sentence(fact, f"{place}, {meaning}" if meaning else place, width)
        elif facts > room:
            yield Text(_cut(fact, width))
            yield _aligned("", facts, place, places, meaning)
        else:
            yield _aligned(cut[fact], facts, place, places, meaning)


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
    """``key=value``, cut inside of the value; in a long key, the address is cut."""
    if len(fact) <= length:
        return fact
    key, equals, value = fact.replace(_USUAL, _USUAL_CUT).partition("=")
    match = re.match(r"(\w+\.)(https?://\S*)(\.\w+)\Z", key)
    least = min(len(value), _LEAST_VALUE)
    if equals and match and len(key) + 1 + least > length:
        keep = max(_LEAST_ADDRESS, length - len(match[1] + match[3] + "...=") - least)
        key = f"{match[1]}{match[2][:keep]}...{match[3]}"
    return _shortened(f"{key}{equals}", value, length)


def _shortened(key: str, value: str, length: int) -> str:
    """The value without its middle, if there is room for both ends: options stand at the end."""
    room = length - len(key)
    if len(value) <= room:
        return f"{key}{value}"
    if room < _LEAST_VALUE:
        return f"{key}{value}"[: length - 3] + "..."
    tail = room // 2 - 3
    return f"{key}{value[: room - 3 - tail]}...{value[-tail:]}"


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
