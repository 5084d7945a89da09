"""The one place that decides what may be shown, and how.

A text goes through ``Redactor.clean``: no secret, no account, no user's name, no control
character. What has a form of its own is masked by that form before: an address, a setting, a
helper, a command, the lines of a file, each in the module of that name. Whatever is masked there is
masked in every other text too: it is among the secrets that a Redactor is told.
"""

from __future__ import annotations

import getpass
import os
import re
import sys
import unicodedata
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any
from urllib.parse import quote

from codecommit_doctor.redaction.address import MASK as _MASK
from codecommit_doctor.redaction.address import secrets_of_address
from codecommit_doctor.redaction.command import masked_words
from codecommit_doctor.redaction.pseudonyms import in_force
from codecommit_doctor.rules.homes import git_home

__all__ = ["Redactor", "inert_json", "printable"]

_NAMED = (
    r"(?:secret|token|passw(?:or)?d|passphrase|passwd|signature|api_?-?key|client_?secret|credential"
    r"|access_?key|private_?key)"
)
_EQUALS = r"(?:=|%3D|%253D)"

_PATTERNS: tuple[tuple[re.Pattern[str], str], ...] = (
    # the AWS helper's password: a time stamp and a SigV4 signature
    (re.compile(r"\d{8}T\d{6}Z[0-9a-fA-F]{64}"), _MASK),
    # a user name with a session token behind it
    (re.compile(r"\b((?:AKIA|ASIA|ABIA|ACCA)[A-Z0-9]{12,})%[^\s\"']+"), rf"\1%{_MASK}"),
    (re.compile(r"\b(AKIA|ASIA|ABIA|ACCA)[A-Z0-9]{8,}?([A-Z0-9]{4})\b"), rf"\1{_MASK}\2"),
    # user:password@host, where IAM's own Git credentials have slashes; but not host:port/a@b
    (re.compile(r"\b(https?://)[^/\s:@]+:(?!\d+/)\S{1,4096}@", re.IGNORECASE), rf"\1{_MASK}@"),
    (
        re.compile(
            r"\b(https?://)[^\s'\"<>]{1,4096}@(?=[\w-]+(?:\.[\w-]+)*\.[a-z]{2,}(?![\w.@]))", re.I
        ),
        rf"\1{_MASK}@",
    ),
    (re.compile(r"\b((?:https?|ftps?|socks\w*)://)[^/\s]+@", re.IGNORECASE), rf"\1{_MASK}@"),
    (re.compile(r"\b((?:ssh|git|rsync)://)[^/\s:@]+:[^/\s@]+@", re.IGNORECASE), rf"\1{_MASK}@"),
    (
        re.compile(r"(?i)\b((?:https?|socks\w*)(?:%3A|:)(?:%2F|/){2})[^\s/@&'\"]{1,4096}%40"),
        rf"\1{_MASK}%40",
    ),
    # a proxy needs no scheme, and may have a broken one
    (
        re.compile(
            r"(?i)(proxy\w{0,20}\s{0,3}[=:]\s{0,3})(?!\w+://)[^/\s:@]{1,128}:[^\s@]{1,512}@"
        ),
        rf"\1{_MASK}@",
    ),
    (
        re.compile(
            r"(?<![\w:.%@-])(?!(?:codecommit|file|https?|ssh|git|ftps?|socks\w?|rsync|arn):)"
            r"[\w.+%~-]{1,128}:(?![/\\:])(?!\d{1,5}/)[^\s@'\"<>]{1,512}@(?=[\w\[])"
        ),
        f"{_MASK}@",
    ),
    # the values of a query
    (
        re.compile(
            r"([?&](?!(?:service|go-get|region|version|branch)=)[\w.%-]{1,80}=)[^\s&'\"<>)\]]+"
        ),
        rf"\1{_MASK}",
    ),
    (
        re.compile(
            r"(?i)\b(authorization['\"]?\s*[:=]\s*['\"]?)(?:((?:basic|bearer|negotiate|digest|ntlm"
            r"|token|aws4-hmac-sha256)\s+)[^\s'\"]+|[^\n'\"]+)"
        ),
        rf"\1\2{_MASK}",
    ),
    (re.compile(r"(?i)\b((?:basic|bearer)\s+)[A-Za-z0-9+/=._-]{8,}"), rf"\1{_MASK}"),
    (re.compile(r"(?i)\b((?:set-)?cookie:\s*)[^\n'\"]+"), rf"\1{_MASK}"),
    # names that say what their value is
    (
        re.compile(
            rf"(?i)({_NAMED}[\w-]{{0,80}}(?:['\"]\s*:|\s*{_EQUALS}))(\s*)"
            r"(?:'[^']*'|\"[^\"]*\"|[^\s'\";,&%]+(?:%(?!26)[^\s'\";,&%]*)*)"
        ),
        rf"\1\2{_MASK}",
    ),
    (
        re.compile(
            r"(?i)\b((?:passw(?:or)?d|passphrase|secret_?access_?key|api_?key):[ \t]?)[^\s'\"]{4,}"
        ),
        rf"\1{_MASK}",
    ),
    # a line of .netrc
    (re.compile(r"(?i)\b((?:machine|login|default)\s+(?:\S+\s+)?password\s+)\S+"), rf"\1{_MASK}"),
    # options that say what their value is
    (
        re.compile(
            r"(?i)(?<![\w-])(--?[\w-]{0,40}(?:passw(?:or)?d|passphrase|secret|token|pin|pwd|api-?key"
            r"|auth|otp|mfa|pat)(?:-?(?:key|code|value|id))?(?:\s+|=))(?:'[^']*'|\"[^\"]*\"|[^\s'\"]+)"
        ),
        rf"\1{_MASK}",
    ),
    (re.compile(r"(?<![\w-])(-u\s*|--user[ =])[^\s:'\"]{1,128}:[^\s'\"]+"), rf"\1{_MASK}"),
    # keys and tokens that are known by how they begin
    (
        re.compile(
            r"\b(?:gh[pousr]_|github_pat_|glpat-|xox[abps]-|hv[sb]\.|npm_|pypi-|AIza|dop_v1_|sk-)"
            r"[\w.-]{10,}"
        ),
        _MASK,
    ),
    (re.compile(r"\beyJ[\w-]{8,}\.[\w-]+\.[\w-]*"), _MASK),
    (
        re.compile(r"-----BEGIN [A-Z ]*PRIVATE KEY-----.*?(?:-----END [A-Z ]*-----|\Z)", re.S),
        _MASK,
    ),
    # a secret access key standing alone
    (
        re.compile(
            r"(?<![A-Za-z0-9/+])(?=[A-Za-z0-9/+]{40}(?![A-Za-z0-9/+=]))(?=\S*[a-z])(?=\S*[A-Z])"
            r"(?=\S*\d)[A-Za-z0-9/+]{40}"
        ),
        _MASK,
    ),
    (
        re.compile(
            r"(?<![A-Za-z0-9/+%])(?=[^\s%]{0,40}%2[FB])(?:[A-Za-z0-9]|%2[FB]){40}(?![A-Za-z0-9%])"
        ),
        _MASK,
    ),
    (re.compile(r"[A-Za-z0-9+/=_%-]{120,}"), _MASK),
)

_ACCOUNT = re.compile(r"(?<![\dA-Za-z])\d{12}(?![\dA-Za-z])")
_IN_ARN = re.compile(r"\b(arn:[a-z-]+:[a-z0-9-]+:[a-z0-9-]*:)(\d{12})(?=:)")
_SECRET_VARIABLES = re.compile(r"SECRET|TOKEN|PASSWORD|PASSWD|CREDENTIALS\Z", re.IGNORECASE)
_NAMES_A_FILE = re.compile(r"_(?:FILE|PATH|DIR)\Z", re.IGNORECASE)
_PROXIES = re.compile(r"(?:https?|all|ftp)_proxy", re.I)
_SHORTEST = 4
_LONGEST = 10_000
_LONG = 8
"""Characters from which on a secret is found inside other words too."""


_MESSAGE = r"#(?=#[a-z]*\[)"
_FOR_A_RUNNER = re.compile(
    rf"(?<![\w:]):(?=:[a-z-]+(?: (?:(?!::)[^\n])*)?::)|{_MESSAGE}", re.IGNORECASE
)
"""Where a text is a command to the program that runs a job: ``::stop-commands::x``, ``##vso[...]``.

Sources: the runners of GitHub (they trim a line's begin; the name ends at a space, all before the
next ``::`` belongs to it), and Azure DevOps, TeamCity, MyGet and Octopus (anywhere in a line).
"""
_FOR_A_RUNNER_IN_JSON = re.compile(_MESSAGE.encode(), re.IGNORECASE)


def printable(text: str) -> str:
    """The text with every control, format and unpaired surrogate character written out.

    And the first sign of what a CI system would take for a command to itself.
    """
    if "::" in text or "##" in text:
        text = _FOR_A_RUNNER.sub(lambda found: f"\\x{ord(found[0]):02x}", text)
    if text.isascii() and text.isprintable():
        return text
    return "".join(char if _harmless(char) else _escaped(char) for char in text)


def inert_json(data: bytes) -> bytes:
    """The same JSON, as UTF-8, with all that ``printable`` writes out as escapes of JSON.

    A line of JSON does not begin with ``::``.
    """
    if b"##" in data:
        data = _FOR_A_RUNNER_IN_JSON.sub(rb"\\u0023", data)
    if data.isascii() and b"\x7f" not in data:
        return data
    text = data.decode("utf-8")
    odd = {ord(char): _in_json(char) for char in set(text) if not _harmless(char)}
    return text.translate(odd).encode("utf-8") if odd else data


def _in_json(char: str) -> str:
    units = char.encode("utf-16-be")
    return "".join(f"\\u{units[at]:02x}{units[at + 1]:02x}" for at in range(0, len(units), 2))


def _harmless(char: str) -> bool:
    return char == "\n" or unicodedata.category(char) not in ("Cc", "Cf", "Cs", "Co", "Zl", "Zp")


def _escaped(char: str) -> str:
    code = ord(char)
    if 0xDC80 <= code <= 0xDCFF:  # a byte that was no UTF-8, kept by surrogateescape
        return f"\\x{code - 0xDC00:02x}"
    return char.encode("unicode_escape").decode("ascii")


_MANY = 200
"""Secrets that are looked for in every text."""

_REMEMBERED = 4096
"""Texts whose masked form is kept."""


class Redactor:
    """Cleans text on its way out.

    secrets: values known to be secret. show_accounts: leave AWS account ids as they are. made: what
    was made of cleaned texts, for whoever makes it again.
    """

    def __init__(self, secrets: Iterable[str] = (), *, show_accounts: bool = False) -> None:
        given = (text[: _LONGEST + 1] for text in (*secrets, *_around_us()))
        known = set(filter(_can_be_found, given))
        written = {form for text in known for form in (text, _quoted(text))}
        self._secrets = _Secrets(written)
        self._show_accounts = show_accounts
        self._homes = _homes()
        self._user = _user_in_paths()
        self._cleaned: dict[str, str] = {}
        self.made: dict[object, Any] = {}

    def clean(self, text: str) -> str:
        """The text without secrets, and fit for any terminal.

        What was said before is remembered: reports of many clones repeat themselves.
        """
        if in_force():  # what it has learned meanwhile counts too
            return self._without_names(self._masked(self._without_homes(text)))
        if text not in self._cleaned:
            if len(self._cleaned) >= _REMEMBERED:
                self._cleaned.clear()
            self._cleaned[text] = self._without_names(self._masked(text))
        return self._cleaned[text]

    def _without_names(self, text: str) -> str:
        return printable(self._without_homes(text))

    def _without_homes(self, text: str) -> str:
        for home, shown in self._homes:
            text = home.sub(shown, text)
        found = self._user and self._user.search(text)
        return self._user.sub(r"\1~", text) if self._user and found else text

    def fillable(self, text: str) -> str:
        """The text with placeholders for the accounts of ARNs, such as ACCOUNT_3333.

        For texts that somebody fills in: a mask in a command would do harm.
        """
        if self._show_accounts or in_force():
            return text
        return _IN_ARN.sub(lambda match: f"{match[1]}ACCOUNT_{match[2][-4:]}", text)

    def command(self, words: Sequence[str]) -> str:
        """The words of a command on one line, to be read and not to be run."""
        return self.clean(" ".join(masked_words(words)))

    def masks(self, text: str) -> bool:
        """Whether more than the home directory would be masked: a secret, an account."""
        return self._masked(text) != text

    def has_secret(self, data: bytes) -> bool:
        """Whether a secret would be masked in these bytes."""
        text = data.decode("utf-8", "surrogateescape")
        return self._without_secrets(text) != text

    def _masked(self, text: str) -> str:
        text = self._without_secrets(text)
        if names := in_force():
            return names.applied(text)
        if self._show_accounts:
            return text
        return _ACCOUNT.sub(lambda match: _MASK + match[0][-4:], text)

    def _without_secrets(self, text: str) -> str:
        if pattern := self._secrets.pattern_for(text):
            text = pattern.sub(_MASK, text)
        for pattern, replacement in _PATTERNS:
            if pattern.search(text):  # sub() reads the replacement anew, which takes longer
                text = pattern.sub(replacement, text)
        return text


class _Secrets:
    """What to mask. Of very many only those are looked for that begin somewhere in the text: to
    compile them all, and to try each at each place, takes minutes.
    """

    def __init__(self, texts: set[str]) -> None:
        self._all = _pattern(texts) if len(texts) <= _MANY else None
        self._by_start: dict[str, list[str]] = {}
        for text in texts if len(texts) > _MANY else ():
            self._by_start.setdefault(text[:_SHORTEST], []).append(text)

    def pattern_for(self, text: str) -> re.Pattern[str] | None:
        """What finds them in this text; None if there is none."""
        if not self._by_start:
            return self._all
        starts = {text[at : at + _SHORTEST] for at in range(len(text) - _SHORTEST + 1)}
        there = self._by_start.keys() & starts
        return _pattern(
            {one for start in there for one in self._by_start[start] if one[:_LONGEST] in text}
        )


def _pattern(texts: set[str]) -> re.Pattern[str] | None:
    ordered = sorted(texts, key=len, reverse=True)
    return re.compile("|".join(map(_anywhere, ordered))) if ordered else None


def _quoted(text: str) -> str:
    return quote(text, safe="", errors="surrogateescape")


def _can_be_found(secret: str) -> bool:
    """Whether masking it everywhere does not tear common words out of every text."""
    return len(secret.strip()) >= (6 if secret.isalpha() and secret.islower() else _SHORTEST)


def _anywhere(secret: str) -> str:
    """A pattern that finds a secret; a short one only as a word of its own.

    Of one that is longer than any, and so chosen to keep us busy, its begin and all behind that.
    """
    if len(secret) > _LONGEST:
        return re.escape(secret[:_LONGEST]) + "(?s:.*)"
    found = re.escape(secret)
    return found if len(secret) >= _LONG else rf"(?<![^\W_]){found}(?![^\W_])"


def _around_us() -> set[str]:
    """Secrets of the environment and of our own command line."""
    found: set[str] = set()
    for name, value in os.environ.items():
        if _PROXIES.fullmatch(name):
            found |= secrets_of_address(value)
        elif _SECRET_VARIABLES.search(name) and len(value) >= 6 and not _is_path(name, value):
            found.add(value)
    for word in sys.argv[1:]:
        if "@" in word:
            found |= secrets_of_address(word.partition("=")[2] or word)
            found |= secrets_of_address(word)
    return found


_PATH = re.compile(r"[/~.\\]|[A-Za-z]:[/\\]")


def _is_path(name: str, value: str) -> bool:
    """Whether a variable holds a path: one that there is, or that its name calls one."""
    if not _PATH.match(value):
        return False
    return bool(_NAMES_A_FILE.search(name)) or Path(value).expanduser().exists()


def _homes() -> list[tuple[re.Pattern[str], str]]:
    """The home folder as the system, Git and Git's shell on Windows write it, and what is shown.

    Where Git has another home than the other programs of Windows, each has a name of its own.
    """
    expanded, gits = os.path.expanduser("~"), str(git_home())
    real = os.path.realpath(expanded)
    own = "~" if os.path.normcase(gits) in map(os.path.normcase, (expanded, real)) else _WINDOWS
    forms: dict[str, str] = {}
    for home, shown in ((expanded, own), (real, own), (gits, "~")):
        if len(home.rstrip("/\\")) < 2 or not (Path(home).is_dir() or _names_a_person(home)):
            continue  # what is no folder is shown as it is written
        forms |= dict.fromkeys((home.rstrip("/\\"), home.rstrip("/\\").replace("\\", "/")), shown)
        if re.match(r"[A-Za-z]:", home):
            forms[f"/{home[0].lower()}{home[2:]}".replace("\\", "/").rstrip("/")] = shown
    flags = re.IGNORECASE if os.name == "nt" else 0
    return [
        (
            re.compile(r"(?<![\w.-])" + re.escape(form) + r"(?![^/\\\s'\",:;)\]])", flags),
            forms[form],
        )
        for form in sorted(forms, key=len, reverse=True)
    ]


_WINDOWS = "%USERPROFILE%"


def _user() -> str | None:
    try:
        return getpass.getuser()
    except (OSError, KeyError, ImportError):
        return None


def _names_a_person(home: str) -> bool:
    path = Path(home)
    return path.parent.name.lower() in ("home", "users") or path.name == _user()


def _user_in_paths() -> re.Pattern[str] | None:
    user = _user()
    if user is None:
        return None
    return re.compile(rf"((?:/home/|/Users/|\\Users\\)){re.escape(user)}(?![\w.-])")
