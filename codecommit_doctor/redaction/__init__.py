"""What may leave the process: no secret, no account, no user's name, no control character."""

from __future__ import annotations

import getpass
import os
import re
import unicodedata
from collections.abc import Iterable
from pathlib import Path

from codecommit_doctor.rules.homes import git_home

__all__ = ["Redactor", "printable"]

_MASK = "…"

_PATTERNS: tuple[tuple[re.Pattern[str], str], ...] = (
    # the AWS helper's password: a time stamp and a SigV4 signature
    (re.compile(r"\d{8}T\d{6}Z[0-9a-fA-F]{64}"), _MASK),
    # a user name with a session token behind it
    (re.compile(r"\b((?:AKIA|ASIA|ABIA|ACCA)[A-Z0-9]{12,})%[^\s\"']+"), rf"\1%{_MASK}"),
    (re.compile(r"\b(AKIA|ASIA|ABIA|ACCA)[A-Z0-9]{8,}?([A-Z0-9]{4})\b"), rf"\1{_MASK}\2"),
    # user:password@host, where IAM's own Git credentials have slashes; but not host:port/a@b
    (re.compile(r"\b(https?://)[^/\s:@]+:(?!\d+/)\S{1,4096}@", re.IGNORECASE), rf"\1{_MASK}@"),
    (re.compile(r"\b((?:https?|ftps?|socks\w*)://)[^/\s]+@", re.IGNORECASE), rf"\1{_MASK}@"),
    (re.compile(r"\b((?:ssh|git|rsync)://)[^/\s:@]+:[^/\s@]+@", re.IGNORECASE), rf"\1{_MASK}@"),
    # a proxy needs no scheme
    (
        re.compile(
            r"(?i)(proxy\w{0,20}\s{0,3}[=:]\s{0,3})(?!\w+://)[^/\s:@]{1,128}:[^\s@]{1,512}@"
        ),
        rf"\1{_MASK}@",
    ),
    (
        re.compile(
            r"(?i)\b(authorization['\"]?\s*[:=]\s*['\"]?)(?:((?:basic|bearer|negotiate|digest|ntlm"
            r"|token|aws4-hmac-sha256)\s+)[^\s'\"]+|[^\n'\"]+)"
        ),
        rf"\1\2{_MASK}",
    ),
    (re.compile(r"(?i)\b((?:basic|bearer)\s+)[A-Za-z0-9+/=._-]{8,}"), rf"\1{_MASK}"),
    # names that say what their value is
    (
        re.compile(
            r"(?i)((?:secret|token|passw(?:or)?d|passphrase|signature|api_?key)[\w-]{0,80}"
            r"(?:['\"]\s*:|\s*=)\s*)(?:'[^']*'|\"[^\"]*\"|[^\s'\";,]+)"
        ),
        rf"\1{_MASK}",
    ),
    # a line of .netrc
    (re.compile(r"(?i)\b((?:machine|login|default)\s+(?:\S+\s+)?password\s+)\S+"), rf"\1{_MASK}"),
    (re.compile(r"(?i)(--(?:password|secret|token)\s+)\S+"), rf"\1{_MASK}"),
    # a secret access key standing alone
    (
        re.compile(
            r"(?<![A-Za-z0-9/+])(?=[A-Za-z0-9/+]{40}(?![A-Za-z0-9/+=]))(?=\S*[a-z])(?=\S*[A-Z])"
            r"(?=\S*\d)[A-Za-z0-9/+]{40}"
        ),
        _MASK,
    ),
    (re.compile(r"[A-Za-z0-9+/=_%-]{120,}"), _MASK),
)

_ACCOUNT = re.compile(r"(?<![\dA-Za-z])\d{12}(?![\dA-Za-z])")
_SECRET_VARIABLES = re.compile(r"SECRET|TOKEN|PASSWORD|PASSWD|CREDENTIALS\Z", re.IGNORECASE)
_SHORTEST = 6


def printable(text: str) -> str:
    """The text with every control, format and unpaired surrogate character written out."""
    if text.isascii() and text.isprintable():
        return text
    return "".join(char if _harmless(char) else _escaped(char) for char in text)


def _harmless(char: str) -> bool:
    return char == "\n" or unicodedata.category(char) not in ("Cc", "Cf", "Cs", "Co", "Zl", "Zp")


def _escaped(char: str) -> str:
    code = ord(char)
    if 0xDC80 <= code <= 0xDCFF:  # a byte that was no UTF-8, kept by surrogateescape
        return f"\\x{code - 0xDC00:02x}"
    return char.encode("unicode_escape").decode("ascii")


class Redactor:
    """Cleans text on its way out.

    secrets: values known to be secret. show_accounts: leave AWS account ids as they are.
    """

    def __init__(self, secrets: Iterable[str] = (), *, show_accounts: bool = False) -> None:
        known = {value for value in secrets if len(value) >= _SHORTEST} | _from_environment()
        self._secrets = sorted(known, key=len, reverse=True)
        self._show_accounts = show_accounts
        self._homes = _homes()
        self._user = _user_in_paths()

    def clean(self, text: str) -> str:
        """The text without secrets, and fit for any terminal."""
        text = self._masked(text)
        for home in self._homes:
            text = home.sub("~", text)
        if self._user:
            text = self._user.sub(r"\1~", text)
        return printable(text)

    def hides(self, text: str) -> bool:
        """Whether the text would lose more than the home directory's name: a secret, an account."""
        return self._masked(text) != text

    def has_secret(self, data: bytes) -> bool:
        """Whether a secret would be taken out of these bytes."""
        text = data.decode("utf-8", "surrogateescape")
        return self._without_secrets(text) != text

    def _masked(self, text: str) -> str:
        text = self._without_secrets(text)
        if self._show_accounts:
            return text
        return _ACCOUNT.sub(lambda match: _MASK + match[0][-4:], text)

    def _without_secrets(self, text: str) -> str:
        for secret in self._secrets:
            text = text.replace(secret, _MASK)
        for pattern, replacement in _PATTERNS:
            text = pattern.sub(replacement, text)
        return text


def _from_environment() -> set[str]:
    return {
        value
        for name, value in os.environ.items()
        if _SECRET_VARIABLES.search(name) and len(value) >= _SHORTEST and not _is_path(value)
    }


_PATH = re.compile(r"[/~.\\]|[A-Za-z]:[/\\]")


def _is_path(value: str) -> bool:
    return bool(_PATH.match(value)) and Path(value).expanduser().exists()


def _homes() -> list[re.Pattern[str]]:
    """The home directory as the system, Git and Git's shell on Windows write it."""
    forms: set[str] = set()
    expanded = os.path.expanduser("~")
    for home in {expanded, str(git_home()), os.path.realpath(expanded)}:
        if len(home.rstrip("/\\")) < 2:
            continue
        forms |= {home.rstrip("/\\"), home.rstrip("/\\").replace("\\", "/")}
        if re.match(r"[A-Za-z]:", home):
            forms.add(f"/{home[0].lower()}{home[2:]}".replace("\\", "/").rstrip("/"))
    ordered = sorted(forms, key=len, reverse=True)
    flags = re.IGNORECASE if os.name == "nt" else 0
    return [
        re.compile(r"(?<![\w.-])" + re.escape(form) + r"(?![^/\\\s'\",:;)\]])", flags)
        for form in ordered
    ]


def _user_in_paths() -> re.Pattern[str] | None:
    try:
        user = getpass.getuser()
    except (OSError, KeyError, ImportError):
        return None
    return re.compile(rf"((?:/home/|/Users/|\\Users\\)){re.escape(user)}(?![\w.-])")
