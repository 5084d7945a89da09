"""From printed texts to what they mean: the symptoms of all checks, searched in one pass of a log.

Of each piece of a log the words are taken first, then plain texts are searched for, and only lines
that hold one are cleaned and matched. So a log takes time in proportion to its length.
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterable, Iterator
from enum import IntEnum
from functools import cache

from msgspec import Struct, field

from codecommit_doctor.check import Check, Symptom
from codecommit_doctor.engine.verdict import explainers
from codecommit_doctor.rules.error_texts import CONTEXTS, OTHER_HOST, TEXTS
from codecommit_doctor.rules.literals import literals
from codecommit_doctor.rules.log_lines import bare, spaced
from codecommit_doctor.rules.respelling import joined, respelt
from codecommit_doctor.rules.translations import Translations

__all__ = ["Explanation", "Recognition", "recognise"]

_CHUNK = 1 << 20
_LONGEST = 4000
"""Characters of a line that are looked at, around what was found in it."""

_PASTED = 1 << 16
"""Bytes of a text in which cut lines are put together: what people paste, and no whole log."""

_ELSEWHERE = re.compile(OTHER_HOST, re.IGNORECASE)
_ENOUGH = 3
"""Examples of one text; further ones tell nothing new."""


class Explanation(Struct, frozen=True):
    """What a text means.

    id: ``check/code``, a check's id, or the id of a text that belongs to no check. checks: ids of
    those that tell which it is, the likeliest first. lines: where it was found, cleaned.
    """

    id: str
    meaning: str
    checks: tuple[str, ...] = ()
    lines: tuple[str, ...] = ()


class _Kind(IntEnum):
    """What a text belongs to; in the order in which the meanings are told."""

    CONTEXT = 0
    CONDITION = 1
    LESS_LIKELY_CONDITION = 2
    NO_CHECK = 3
    ELSEWHERE = 4
    EFFECT = 5
    GENERAL = 6


class _Pattern(Struct):
    """One text that is looked for.

    plain: texts of which each match holds one, and a whole word of each of these, if there is one.
    """

    id: str
    kind: _Kind
    meaning: str
    checks: tuple[str, ...]
    regex: re.Pattern[str]
    plain: tuple[tuple[bytes, bytes | None], ...]
    lines: list[str] = field(default_factory=list)


class Recognition:
    """Looks for all known texts in one log."""

    def __init__(self, checks: Iterable[Check]) -> None:
        self._patterns = list(_patterns(list(checks)))
        self._translations = Translations()
        self._seen: set[int] = set()

    def read(self, chunks: Iterable[bytes]) -> list[Explanation]:
        """What the log says; conditions first, then what belongs to no check, then effects."""
        pasted = b""
        for chunk in _whole_lines(_as_utf8(chunks)):
            self._read(chunk)
            self._read(respelt(chunk))
            if len(pasted) <= _PASTED:
                pasted += chunk[: _PASTED + 1]
        if len(pasted) <= _PASTED:
            self._read(b"\n".join(joined(pasted)))
        found = [pattern for pattern in self._patterns if pattern.lines]
        ids = {pattern.id for pattern in found}
        contexts = {
            one.id: one for one in CONTEXTS if one.id in ids and ids.intersection(one.explains)
        }
        first = tuple(check for context in contexts.values() for check in context.first)
        is_refused = any(
            pattern.kind is _Kind.EFFECT and "codecommit" in line.lower()
            for pattern in found
            for line in pattern.lines
        )
        is_telling = any(_Kind.CONTEXT < pattern.kind < _Kind.GENERAL for pattern in found)
        return [
            Explanation(
                pattern.id,
                pattern.meaning,
                _promoted(pattern.checks, first if pattern.kind is _Kind.EFFECT else ()),
                tuple(pattern.lines),
            )
            for pattern in sorted(found, key=lambda pattern: pattern.kind)
            if (pattern.kind < _Kind.GENERAL) is is_telling
            and (pattern.kind is not _Kind.CONTEXT or pattern.id in contexts)
            and not (pattern.kind is _Kind.ELSEWHERE and is_refused)
        ]

    def _read(self, chunk: bytes) -> None:
        chunk = chunk.replace(b"\\'", b"'")  # as Python shows a text that it quotes
        small = chunk.lower()
        words = set(spaced(small).split())
        for pattern in self._patterns:
            for plain, word in pattern.plain:
                if word is None or word in words:
                    self._look(pattern, chunk, small, plain)
        for text in self._translations.english(chunk, words):
            for pattern in self._patterns:
                self._match(pattern, text)

    def _look(self, pattern: _Pattern, chunk: bytes, small: bytes, plain: bytes) -> None:
        position = small.find(plain)
        while position >= 0 and len(pattern.lines) < _ENOUGH:
            begin = chunk.rfind(b"\n", 0, position) + 1
            end = chunk.find(b"\n", position)
            end = len(chunk) if end < 0 else end
            line = chunk[max(begin, position - _LONGEST) : min(end, position + _LONGEST)]
            mark = hash((pattern.id, pattern.regex.pattern, line))
            if mark not in self._seen:
                self._seen.add(mark)
                self._match(pattern, line.decode("utf-8", "replace"))
            position = small.find(plain, end)

    def _match(self, pattern: _Pattern, line: str) -> None:
        if len(pattern.lines) >= _ENOUGH:
            return
        for text in (bare(line), line.strip()):
            if pattern.regex.search(text):
                if pattern.kind is _Kind.EFFECT and _is_elsewhere(text):
                    return
                if text not in pattern.lines:
                    pattern.lines.append(text)
                return


def _is_elsewhere(line: str) -> bool:
    """Whether a line of Git's is about another server than CodeCommit."""
    return bool(_ELSEWHERE.search(line)) and "codecommit" not in line


def recognise(text: str, checks: Iterable[Check]) -> list[Explanation]:
    """What a short text means."""
    return Recognition(checks).read([text.encode("utf-8", "surrogateescape")])


def _patterns(checks: list[Check]) -> Iterator[_Pattern]:
    for check in checks:
        for symptom in check.symptoms:
            yield _of_symptom(check, symptom, checks)
    for text in TEXTS:
        kind = _Kind.ELSEWHERE if text.elsewhere else _Kind.NO_CHECK
        kind = _Kind.GENERAL if text.general else kind
        yield _Pattern(text.id, kind, text.meaning, (), *_searched(text.pattern))
    for context in CONTEXTS:
        yield _Pattern(context.id, _Kind.CONTEXT, context.meaning, (), *_searched(context.pattern))


def _of_symptom(check: Check, symptom: Symptom, checks: list[Check]) -> _Pattern:
    id = f"{check.id}/{symptom.code}" if symptom.code else check.id
    named = (*(explainers(id, checks) if check.effect else ()), check.id)
    meaning = symptom.meaning.rstrip(".")
    kind = _Kind.LESS_LIKELY_CONDITION if symptom.also else _Kind.CONDITION
    kind = _Kind.EFFECT if check.effect else kind
    return _Pattern(id, kind, meaning, named, *_searched(symptom.pattern))


@cache
def _searched(
    pattern: str,
) -> tuple[re.Pattern[str], tuple[tuple[bytes, bytes | None], ...]]:
    texts = (text.encode() for text in literals(pattern))
    return re.compile(pattern, re.IGNORECASE), tuple((text, _word(text)) for text in texts)


def _word(text: bytes) -> bytes | None:
    """The longest word of a text that nothing around it can make longer."""
    return max(spaced(text).split(b" ")[1:-1], key=len, default=b"") or None


def _promoted(checks: tuple[str, ...], first: tuple[str, ...]) -> tuple[str, ...]:
    """The checks, with those in front that fit the place where the text was printed."""
    ahead = [check for check in first if check in checks]
    return (*ahead, *(check for check in checks if check not in ahead))


def _as_utf8(chunks: Iterable[bytes]) -> Iterator[bytes]:
    """Bytes in UTF-8; what PowerShell writes to a file is UTF-16 with a mark in front."""
    decoder: codecs.IncrementalDecoder | None = None
    for number, chunk in enumerate(chunks):
        if not number and chunk.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
            decoder = codecs.getincrementaldecoder("utf-16")("replace")
        yield decoder.decode(chunk).encode("utf-8", "replace") if decoder else chunk


def _whole_lines(chunks: Iterable[bytes]) -> Iterator[bytes]:
    """Pieces that end where a line ends; a line without an end is cut.

    Without zero bytes: English in UTF-16, where no mark says that it is, is ASCII between them.
    """
    rest = b""
    for chunk in chunks:
        data = rest + chunk.replace(b"\0", b"").replace(b"\r", b"\n")
        cut = data.rfind(b"\n") + 1
        if not cut and len(data) > _CHUNK:
            cut = len(data)
        if cut:
            yield data[:cut]
        rest = data[cut:]
    if rest:
        yield rest
