"""Stable tokens for the names of accounts, users and hosts.

With the same key the same name has the same token in every report, so that two reports can be told
to be of one account without naming it. Without the key nobody can compute a token from a name.
"""

from __future__ import annotations

import hashlib
import hmac
import re
from collections.abc import Iterator

__all__ = ["Pseudonyms", "in_force", "use"]

_ACCOUNT = re.compile(r"(?<![\dA-Za-z])\d{12}(?![\dA-Za-z])")
_PRINCIPAL = re.compile(
    r"\barn:[\w-]+:(?:iam|sts)::\d{12}:(?:user|role|assumed-role|federated-user)/([\w+=,.@/-]+)"
)
_GIT_USER = re.compile(r"(?<![\w+=,.@-])([\w+=,.@-]+?)-at-\d{12}(?!\d)")
_HOST = re.compile(
    r"\b[a-z][a-z0-9+.-]*://(?:[^\s/@]*@)?(\[[0-9a-f:.]+\]|[^\s/:'\"<>@?#,;()\[\]]+)", re.IGNORECASE
)
_ADDRESS = re.compile(r"(?<![\w.])(?!127\.|0\.|169\.254\.)\d{1,3}(?:\.\d{1,3}){3}(?![\w.]*\d)")
_PUBLIC = re.compile(
    r"(?!vpce-)(?:[\w-]+\.)*(?:amazonaws\.com(?:\.cn)?|amazon\.com|awsapps\.com|git-scm\.com"
    r"|github\.com|python\.org|curl\.se|localhost)|127\.[\d.]+|\[::1\]|[^.]*\*.*|HOST",
    re.IGNORECASE,
)
"""Hosts that everybody uses; the endpoint of one's own VPC is none."""

_SHARED = frozenset({"aws-service-role", "service-role", "aws-reserved", "sso.amazonaws.com"})
"""Parts of paths in IAM that name nobody."""

_SHORTEST = 3
"""Characters from which on a name is replaced wherever it stands."""

_UNLIKELY = 6
"""Letters from which on a name is no common word, and is found in longer ones too."""

_DIGITS = 12


class Pseudonyms:
    """Replaces names by tokens. key: the secret that the tokens are made with."""

    def __init__(self, key: bytes) -> None:
        self._key = key
        self._tokens: dict[str, str] = {}
        self._pattern: re.Pattern[str] | None = None

    def token(self, kind: str, name: str) -> str:
        """The token of a name, whatever its case: ``account-``, ``user-`` or ``host-`` and hex."""
        text = f"{kind}\0{name.lower()}".encode("utf-8", "surrogateescape")
        return f"{kind}-{hmac.new(self._key, text, hashlib.sha256).hexdigest()[:_DIGITS]}"

    def learn(self, kind: str, name: str) -> None:
        """Has a name replaced from now on. kind: ``user`` or ``host``."""
        plain = name.strip().rstrip(".").lower()
        known = kind == "host" and _PUBLIC.fullmatch(plain)
        if len(plain) >= _SHORTEST and plain not in self._tokens and not known:
            self._tokens[plain] = self.token(kind, plain)
            ordered = sorted(self._tokens, key=len, reverse=True)
            self._pattern = re.compile("|".join(map(_anywhere, ordered)), re.IGNORECASE)

    def applied(self, text: str) -> str:
        """The text with tokens for all names that are known, and for those that it shows to be."""
        for kind, name in _named(text):
            self.learn(kind, name)
        if self._pattern:
            text = self._pattern.sub(lambda found: self._tokens[found[0].lower()], text)
        return _ACCOUNT.sub(lambda found: self.token("account", found[0]), text)


def _anywhere(name: str) -> str:
    """A pattern that finds a name; one that may be a word of ours only where it stands alone."""
    found = re.escape(name)
    if name.isalpha() and len(name) < _UNLIKELY:
        return rf"(?<![\w-]){found}(?=-at-|(?![\w-]))"
    return rf"(?<![^\W_]){found}(?![^\W_])"


def _named(text: str) -> Iterator[tuple[str, str]]:
    """Names that stand where only a name can: in ARNs, in addresses, in Git's user names."""
    for match in _PRINCIPAL.finditer(text):
        yield from (("user", part) for part in match[1].split("/") if part not in _SHARED)
    for match in _GIT_USER.finditer(text):
        yield "user", match[1]
    for pattern, group in ((_HOST, 1), (_ADDRESS, 0)):
        for match in pattern.finditer(text):
            yield "host", match[group]


_current: list[Pseudonyms] = []


def use(pseudonyms: Pseudonyms | None) -> None:
    """Has every text of this process go through these; None for none."""
    _current[:] = [pseudonyms] if pseudonyms else []


def in_force() -> Pseudonyms | None:
    """What every text goes through."""
    return _current[0] if _current else None
