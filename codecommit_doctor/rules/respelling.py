"""Texts that were printed one way and pasted another: with colours, entities, quotes, line ends.

Or encoded: for an address (``%20``), or marked up (HTML, Markdown).
"""

from __future__ import annotations

import html
import re
import unicodedata
from collections.abc import Iterator
from urllib.parse import unquote, unquote_plus

from codecommit_doctor.rules.log_lines import ESCAPES, bare

__all__ = ["joined", "respelt"]

_RESPELT = re.compile(
    rb"\x1b|\[\d{0,3}(?:;\d{1,3})*m|&(?:#\w{2,5}|quot|apos|amp|lt|gt|nbsp);|\\u00[0-9a-f]{2}|\\/"
    rb"|\xc2[\xa0\xab\xad\xbb]|\xe2\x80[\x80-\xaf]|\xe2\x81[\x9f-\xa9]|\xe3\x80\x80|\xef(?:\xbb\xbf|\xbc)"
    rb"|`|%[0-9a-f]{2}|\*\*|</?[a-z]",
    re.IGNORECASE,
)
_OF_JSON = re.compile(r"\\u00([0-9a-f]{2})", re.IGNORECASE)
_COLOUR = re.compile(r"(?:\^\[|\u241b|\\(?:033|x1b|u001b|e))?\[\d{0,3}(?:;\d{1,3})*m")
"""A colour whose escape was lost, or is shown as text."""

_QUOTES = str.maketrans("‘’‚‛“”„‟«»`", "''''" + '"' * 6 + "'")
_MARKS = re.compile(r"\*\*|</?[a-z][^<>]{0,300}>", re.IGNORECASE)
"""Bold words of Markdown, and tags of HTML."""

_CODED = re.compile(r"%(?:25)*(?:20|3A)|\A\S*%[0-9a-f]{2}\S*\Z", re.IGNORECASE)
_UNSEEN = re.compile(r"[\xad\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]")
"""Signs without a width, and those that turn the direction of writing."""


def respelt(text: bytes) -> bytes:
    """The lines that hold colours, markup, escapes of JSON or of addresses, or typographic signs.

    Returned as the program printed them.
    """
    if not _RESPELT.search(text):
        return b""
    lines = b"\n".join(line for line in text.split(b"\n") if _RESPELT.search(line))
    plain = _COLOUR.sub("", ESCAPES.sub(_kept, lines.decode("utf-8", "replace")))
    plain = _OF_JSON.sub(lambda code: chr(int(code[1], 16)), plain).replace("\\/", "/")
    plain = "\n".join(map(_of_address, plain.split("\n")))
    plain = _UNSEEN.sub("", html.unescape(_MARKS.sub("", plain))).translate(_QUOTES)
    return unicodedata.normalize("NFKC", plain).encode("utf-8", "replace")


def _of_address(line: str) -> str:
    """A line that was encoded for an address, once or several times."""
    for _ in range(3):
        if not _CODED.search(line):
            break
        is_form = "+" in line and " " not in line and "%20" not in line
        line = unquote_plus(line) if is_form else unquote(line)
    return line


def _kept(escape: re.Match[str]) -> str:
    """Line ends stay; no escape goes on behind one."""
    return "\n" * escape[0].count("\n")


def joined(text: bytes) -> Iterator[bytes]:
    """Lines that were cut at the edge of a window, put together: with a space, and without.

    And those whose spaces became several, or tabs.
    """
    lines = [bare(line) for line in text.decode("utf-8", "replace").split("\n")]
    for number, line in enumerate(lines):
        if re.search(r"\s\s|\t", line):
            yield " ".join(line.split()).encode("utf-8", "replace")
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
