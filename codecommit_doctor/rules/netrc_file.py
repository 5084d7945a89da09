"""What libcurl takes from the text of a ``.netrc``."""

from __future__ import annotations

import re
from typing import NamedTuple

__all__ = ["Login", "login_for"]

_WORD = re.compile(
    r"""[ \t]*(?:(?P<end>\#|\Z)|"(?P<quoted>(?:[^"\\]|\\.)*)(?P<closed>"?)|(?P<bare>\S*)).?""",
    re.ASCII | re.DOTALL,
)
_LINE = re.compile(r"[^\n]*\n|[^\n]+")  # with its end, which libcurl takes for an empty word
_ESCAPED = {"n": "\n", "r": "\r", "t": "\t"}


class Login(NamedTuple):
    """What is sent to a host. line: of the entry. machine: None for ``default``."""

    line: int
    machine: str | None
    user: str
    password: str


def login_for(text: str, host: str, user: str | None = None) -> Login | None:
    """The login for a host, and for a user if the address names one; None if there is none.

    Source: parsenetrc() of lib/netrc.c in libcurl 8.11 and in the libcurls that distributions
    mended likewise (CVE-2024-11053). Others differ in entries that lack a part, and some, as
    7.88.1, send the password of another user with the name in the address (tried): no login here.
    """
    reader = _Reader(host.lower(), user)
    in_macro = False
    for number, line in enumerate(_LINE.findall(text), 1):
        if in_macro and line[0] not in "\r\n":
            continue
        words = _words(line)
        if words is None:
            return None  # libcurl gives up the whole file
        reader.line = number
        in_macro = reader.reads_macro(words)
        if reader.is_complete:
            break
    return reader.login()


class _Reader:
    """What was read so far of the entries for one host."""

    line: int
    _place: int
    _machine: str | None

    def __init__(self, host: str, user: str | None) -> None:
        self._host, self._named = host, user
        self._is_at_host = self._is_found = False
        self._keyword = ""
        self._parts: set[str] = set()
        self.is_complete = False
        self._begin()

    def _begin(self) -> None:
        self._user, self._password, self._is_ours = "", "", False

    def login(self) -> Login | None:
        if not self._is_found or (self._named and not self._is_ours):
            return None
        return Login(self._place, self._machine, self._user, self._password)

    def reads_macro(self, words: list[str]) -> bool:
        """Reads the words of a line. Returns whether a macro begins in it."""
        for word in words:
            keyword = word.lower()
            if self._keyword:
                self._take(word)
            elif self._is_at_host and keyword in ("login", "password"):
                self._keyword = keyword
            elif keyword == "machine":
                self._begin()
                self._parts, self._keyword = set(), keyword
            elif keyword == "default":
                self._enter(None)
            elif keyword == "macdef" and not self._is_at_host:
                return True
            if self.is_complete:
                break
        return False

    def _enter(self, machine: str | None) -> None:
        if self._is_at_host:
            self._begin()
        self._is_at_host = self._is_found = True
        self._place, self._machine = self.line, machine

    def _take(self, word: str) -> None:
        """The word behind machine, login or password."""
        keyword, self._keyword = self._keyword, ""
        if keyword == "machine":
            self._is_at_host = False
            if word.lower() == self._host:
                self._enter(word)
        elif keyword == "login":
            self._is_ours = self._named in (None, word)
            self._user = word
            self._parts.add(keyword)
        else:
            self._password = word
            if self._named is None or self._is_ours:
                self._parts.add(keyword)
        self.is_complete = self._is_ours and self._parts == {"login", "password"}


def _words(line: str) -> list[str] | None:
    """The words of a line, without a comment; None where a quote is not closed, or for a NUL."""
    words: list[str] = []
    place = 0
    if "\0" in line:
        return None
    while (found := _WORD.match(line, place)) and found["end"] is None:
        place = found.end()
        if found["quoted"] is None:
            words.append(found["bare"])
        elif found["closed"]:
            escape = re.compile(r"\\(.)", re.DOTALL)
            words.append(escape.sub(lambda it: _ESCAPED.get(it[1], it[1]), found["quoted"]))
        else:
            return None
    return words
