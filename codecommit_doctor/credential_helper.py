"""A value of ``credential.helper``, read as Git and its shell read it.

Git's rule (gitcredentials(7)): a value that begins with ``!`` is a shell snippet, an absolute path
is run as it is, anything else is the end of a ``git credential-...`` command's name.
"""

from __future__ import annotations

import ntpath
import re
import shlex
from dataclasses import dataclass
from functools import cached_property

__all__ = ["AwsHelper", "Helper"]

_AWS = re.compile(r"codecommit\s+credential-helper\b")
_ABSOLUTE = re.compile(r"(/|[A-Za-z]:[\\/])")
_ASSIGNMENT = re.compile(r"[A-Za-z_][A-Za-z0-9_]*=")
_OPERATIONS = frozenset({"get", "store", "erase"})

KEEPERS = {
    "manager": "Git Credential Manager",
    "manager-core": "Git Credential Manager Core",
    "manager-ui": "Git Credential Manager's window",
    "wincred": "the Windows credential store",
    "winstore": "the Windows credential store",
    "osxkeychain": "the macOS keychain",
    "libsecret": "the desktop's keyring (libsecret)",
    "gnome-keyring": "the GNOME keyring",
    "kwallet": "KWallet",
    "keepassxc": "KeePassXC",
    "store": "the plain text file of git-credential-store",
    "cache": "the memory of git-credential-cache",
    "oauth": "git-credential-oauth",
    "netrc": "git-credential-netrc",
}
"""Helpers that answer for any host, or store what any host accepted."""

_OTHER_HOSTS = ("gh auth git-credential", "glab auth git-credential", "gcloud.sh", "gcloud")
"""Helpers that answer for their own hosts alone and store nothing."""

_VALUE_OPTIONS = frozenset(
    [
        "--profile",
        "--region",
        "--output",
        "--endpoint-url",
        "--ca-bundle",
        "--color",
        "--query",
        "--cli-read-timeout",
        "--cli-connect-timeout",
        "--cli-binary-format",
    ]
)
"""The AWS CLI's global options that take a value."""


@dataclass(frozen=True)
class AwsHelper:
    """The AWS CLI's helper as a shell splits it.

    program: as written, ``aws`` or a path. profile: the value of --profile, None without it.
    stray: words that are neither an option, nor its value, nor one of Git's operations: the AWS
    CLI stops at them. unbalanced: a quote is not closed. snippet: more than one plain command, so
    that the words can't be told without running it.
    """

    program: str
    profile: str | None = None
    stray: tuple[str, ...] = ()
    unbalanced: bool = False
    snippet: bool = False


class Helper:
    """One value of ``credential.helper``."""

    def __init__(self, value: str) -> None:
        self.value = value

    @cached_property
    def is_aws(self) -> bool:
        """True for the AWS CLI's helper, also where it is misspelt around those two words."""
        return bool(_AWS.search(self.value))

    @property
    def runs_in_shell(self) -> bool:
        return self.value.startswith("!")

    @cached_property
    def name(self) -> str:
        """What Git's documentation would call it: ``manager``, ``store``; a snippet's program."""
        words = _words(self.value.removeprefix("!"))[0]
        if not words:
            return self.value
        first = ntpath.basename(words[0])
        if self.runs_in_shell and first in ("git", "git.exe") and len(words) > 1:
            first = f"git-{words[1]}"
        name = re.sub(r"\.exe\Z", "", first, flags=re.IGNORECASE)
        if self.runs_in_shell or _ABSOLUTE.match(self.value):
            name = name.removeprefix("git-").removeprefix("credential-")
        return name

    @property
    def keeper(self) -> str | None:
        """What it is in words, if it is known to answer or store for any host."""
        return None if self.is_aws else KEEPERS.get(self.name.lower())

    @property
    def is_for_other_hosts(self) -> bool:
        text = self.value.removeprefix("!").strip().strip("'\"")
        words = text.split()
        if not words:
            return False
        bare = " ".join([ntpath.basename(words[0]).removesuffix(".exe"), *words[1:]])
        return bare.startswith(_OTHER_HOSTS)

    @property
    def shown(self) -> str:
        """The value without what may be secret: a snippet of unknown make is not shown."""
        if self.is_aws or not self.runs_in_shell or self.keeper:
            return self.value
        if self.is_for_other_hosts or not re.search(r"[=;|&$`(){}]", self.value):
            return self.value
        return "!… (a shell snippet)"

    @cached_property
    def aws(self) -> AwsHelper:
        """The AWS helper taken apart; call it only if is_aws."""
        text = self.value.removeprefix("!")
        words, balanced, plain = _words(text)
        while words and _ASSIGNMENT.match(words[0]):
            words = words[1:]
        program = words[0] if words else "aws"
        if not plain:
            return AwsHelper(program, snippet=True, unbalanced=not balanced)
        profile, stray = _arguments(words[1:])
        return AwsHelper(program, profile, stray, unbalanced=not balanced)


def _words(text: str) -> tuple[list[str], bool, bool]:
    """A snippet's words, whether its quotes are closed, and whether it is one plain command."""
    lexer = shlex.shlex(text, posix=True, punctuation_chars=True)
    lexer.whitespace_split = True
    lexer.commenters = ""
    words: list[str] = []
    try:
        for word in lexer:
            words.append(word)
    except ValueError:
        return words or text.split(), False, True
    unquoted = re.sub(r"'[^']*'|\"[^\"]*\"|\\.", "", text).replace("$@", "").replace("$*", "")
    return words, True, not re.search(r"[;|&<>(){}`$]", unquoted)


def _arguments(words: list[str]) -> tuple[str | None, tuple[str, ...]]:
    """The profile, and the words that the AWS CLI would stop at."""
    profile: str | None = None
    stray: list[str] = []
    commands = ["codecommit", "credential-helper"]
    index = 0
    while index < len(words):
        word = words[index]
        option, equals, value = word.partition("=")
        if option in _VALUE_OPTIONS:
            if not equals:
                index += 1
                value = words[index] if index < len(words) else ""
            if option == "--profile":
                profile = value
        elif commands and word == commands[0]:
            commands.pop(0)
        elif (
            not word.startswith("-") and word not in ("$@", "$*") and word not in _OPERATIONS
        ) or " " in word:
            stray.append(word)
        index += 1
    return profile, tuple(stray)
