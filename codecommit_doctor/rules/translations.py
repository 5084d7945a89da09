"""Git's messages in other languages: ``translations.json``, made by ``tools/translations.py``."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Set
from functools import cache
from importlib import resources

from codecommit_doctor.rules.log_lines import bare, spaced

__all__ = ["Translations"]

_FIELD = re.compile(r"%(?:\d+\$)?(?:\.\d+)?[sd]")
_MOST = 200
"""Lines of one piece of a log that are compared."""


class Translations:
    """Finds lines that are a message of Git's in another language."""

    def english(self, chunk: bytes, words: Set[bytes]) -> Iterator[str]:
        """The English texts of the messages in a piece of a log.

        words: all of its words, in small letters.
        """
        table = _table()
        for word in words & table.keys():
            yield from self._lines(chunk, word, table[word])

    def _lines(
        self, chunk: bytes, word: bytes, forms: list[tuple[re.Pattern[str], str]]
    ) -> Iterator[str]:
        small, position = chunk.lower() + b"\n", 0
        for _ in range(_MOST):
            position = small.find(word, position)
            if position < 0:
                return
            begin = chunk.rfind(b"\n", 0, position) + 1
            end = small.find(b"\n", position)
            line = bare(chunk[begin : min(end, begin + 4000)].decode("utf-8", "replace"))
            for pattern, message in forms:
                if match := pattern.search(line):
                    yield _filled(message, match.groups())
            position = end


@cache
def _table() -> dict[bytes, list[tuple[re.Pattern[str], str]]]:
    """For one word of each translated message: how it looks, and the English one."""
    text = resources.files(__package__).joinpath("translations.json").read_text("utf-8")
    table: dict[bytes, list[tuple[re.Pattern[str], str]]] = {}
    for message, forms in json.loads(text).items():
        for form in forms:
            plain = _FIELD.sub(" ", form)
            word = max(spaced(plain.encode().lower()).split(), key=len)
            pattern = r"(.{0,1000}?)".join(
                r"\s+".join(map(re.escape, re.split(r"\s+", part))) for part in _FIELD.split(form)
            )  # a space of French that keeps its line is pasted as any other
            end = "$" if pattern.endswith("?)") else ""
            table.setdefault(word, []).append((re.compile(pattern + end), message))
    return table


def _filled(message: str, values: tuple[str, ...]) -> str:
    """The English message with the values of the translated one.

    Their order may differ; each value stands somewhere, and that is all that is looked for.
    """
    found = iter(values)
    return _FIELD.sub(lambda _: next(found, ""), message)
