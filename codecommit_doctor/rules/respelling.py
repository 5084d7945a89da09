"""Texts that were printed one way and pasted another: with colours, entities, quotes, line ends."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator

from codecommit_doctor.rules.log_lines import ESCAPES, bare

__all__ = ["joined", "respelt"]

_RESPELT = re.compile(
    rb"\x1b|\[\d{0,3}(?:;\d{1,3})*m|&(?:#\w{2,5}|quot|apos|amp|lt|gt);|\\u00[0-9a-f]{2}|\\/"
    rb"|\xc2[\xab\xbb]|\xe2\x80[\x98-\x9f]",
    re.IGNORECASE,
)
_OF_JSON = re.compile(r"\\u00([0-9a-f]{2})", re.IGNORECASE)
_COLOUR = re.compile(r"(?:\^\[|\u241b|\\(?:033|x1b|u001b|e))?\[\d{0,3}(?:;\d{1,3})*m")
"""A colour whose escape was lost, or is shown as text."""

_QUOTES = str.maketrans("‘’‚‛“”„‟«»", "''''" + '"' * 6)


def respelt(text: bytes) -> bytes:
    """The lines that hold colours, entities of HTML, escapes of JSON or typographic quotes.

    Returned as the program printed them.
    """
    if not _RESPELT.search(text):
        return b""
    lines = b"\n".join(line for line in text.split(b"\n") if _RESPELT.search(line))
    plain = _COLOUR.sub("", ESCAPES.sub(_kept, lines.decode("utf-8", "replace")))
    plain = _OF_JSON.sub(lambda code: chr(int(code[1], 16)), plain).replace("\\/", "/")
    return html.unescape(plain).translate(_QUOTES).encode("utf-8", "replace")


def _kept(escape: re.Match[str]) -> str:
    """Line ends stay; no escape goes on behind one."""
    return "\n" * escape[0].count("\n")


def joined(text: bytes) -> Iterator[bytes]:
    """Lines that were cut at the edge of a window, put together: with a space, and without."""
    lines = [bare(line) for line in text.decode("utf-8", "replace").split("\n")]
    for number, line in enumerate(lines):
        parts = [line]
        for more in lines[number + 1 : number + 3]:
            if not _goes_on(parts[-1], more):
                break
            parts.append(more)
            yield " ".join(parts).encode("utf-8", "replace")
            yield "".join(parts).encode("utf-8", "replace")


def _goes_on(line: str, more: str) -> bool:
    """Whether a line may be the rest of the one before: no message begins like that."""
    return (
        len(line) > 15
        and line[-1] not in ".:;{}"
        and bool(re.match(r"[a-z'\"(/]", more))
        and not re.match(r"[\w. -]{1,20}: ", more)
    )
