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

_AWS_PROGRAM = re.compile(r"aws[\d._v-]*(?:\.exe|\.cmd|\.bat)?\Z", re.IGNORECASE)
_MEANT = re.compile(
    r"""[\s'"‘’“”]*!?\s*['"]?(?:[^'"!;|&]*[/\\])?aws(?:\.exe|\.cmd)?['"]?"""
    r"""(?=\s*['"‘’“”]*\Z|.*(?:\bcod\S*it\b|\bcred\S*[ _-]?help))""",
    re.IGNORECASE | re.DOTALL,
)
"""The AWS helper, however misspelt or cut off it is."""

_WORD = re.compile(
    r"--(?:profile|region|output)(?:\s+|=)(?:'[^']*'|\"[^\"]*\"|\S+)|(?<=\s)[A-Za-z][\w-]*"
)
_OTHER_DASHES = re.compile(r"(?<=\s)((?:-|[–—]+)(profile|region|output))\b")
"""One dash, or those that word processors make of two."""

_BARE_PATH = re.compile(
    r"""!\s*((?:[A-Za-z]:[\\/]|/|\\\\)(?:[^'"|;&=\s]|\s(?!-|/|[A-Za-z]:[\\/]))*?"""
    r"""[\\/]aws(?:\.exe|\.cmd)?)(?=\s+(?:--|codecommit\b))""",
    re.IGNORECASE,
)
"""The AWS CLI's path without quotes: not another program that is given the AWS CLI's path, as in
``/usr/bin/env /opt/bin/aws``.
"""

_AWS = re.compile(r"codecommit\s+credential-helper\b")
_ABSOLUTE = re.compile(r"(/|[A-Za-z]:[\\/])")
_ASSIGNMENT = re.compile(r"[A-Za-z_][A-Za-z0-9_]*=")
_OPERATIONS = frozenset({"get", "store", "erase"})

_LITERAL = r"""(?:[A-Za-z0-9_][A-Za-z0-9_.@+/-]*|'[A-Za-z0-9_][A-Za-z0-9_.@+/ -]*')"""
_OPTIONS = rf"(?:[ ]+--(?:profile|region|output)(?:[ ]+|=){_LITERAL})*"
_PLAIN = re.compile(
    rf"!aws(?:\.exe|\.cmd)?{_OPTIONS}[ ]+codecommit{_OPTIONS}[ ]+credential-helper{_OPTIONS}"
    r"(?:[ ]+(?:\$@|\"\$@\"))?"
)
"""The AWS helper with literal values alone: no part is left to the shell to work out."""

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

_OTHER_HOSTS = ("gh auth git-credential ", "glab auth git-credential ", "gcloud.sh ", "gcloud ")
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
    CLI stops at them. unbalanced: a quote is not closed. snippet: more than one plain command, or
    a program that starts the AWS CLI in turn (aws-vault, docker), so that the words can't be told
    without running it.
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

    @cached_property
    def is_plain_aws(self) -> bool:
        """True if the value can start nothing but the ``aws`` of the PATH, with literal options.

        So it may be called wherever it stands, in the configuration of a clone too. It names no
        path, sets no variable, and knows no options but --profile, --region and --output.
        """
        return _PLAIN.fullmatch(self.value) is not None

    @cached_property
    def is_meant_as_aws(self) -> bool:
        """True for the AWS CLI's helper, also where Git or the AWS CLI would not know it again."""
        return self.is_aws or bool(_MEANT.match(self.value))

    @cached_property
    def flaw(self) -> str | None:
        """What is wrong with the form of an AWS helper; the profile's quotes are not looked at."""
        value = self.value
        if re.match(r"""\s*['"‘’“”]+\s*!""", value):
            return "a quote of the shell's is left over in front of its !"
        if not self.runs_in_shell and not _ABSOLUTE.match(value):
            return "it has no ! in front, so that Git looks for a program git-credential-aws"
        if re.search(r"""\\\$\\?@|'\$@'""", value):
            return "its $@ is escaped or quoted, and reaches the AWS CLI as it is"
        if re.search(r"%(\*|1\b)", value):
            return "its %* is cmd's; the shell of Git knows only $@"
        if wrong := _OTHER_DASHES.search(value):
            return f"the AWS CLI knows no option {wrong[1]}, only --{wrong[2]}"
        if path := _unquoted_path(value):
            what = "spaces" if " " in path else "backslashes, which the shell takes out"
            return f"the path of its program has {what}, and no quotes around it"
        if not self.is_aws:
            words = value.removeprefix("!").split()
            if len(words) < 3:
                return "it ends before the words codecommit credential-helper"
            return "its words codecommit credential-helper are misspelt"
        if any(value.count(opened) > value.count(closed) for opened, closed in ("{}", "()")):
            return "it is cut off, as by a ; or # that is not in double quotes"
        if "--profile" in value:
            return None
        if self.aws.unbalanced:
            return "a quote is not closed"
        if self.aws.stray:
            return f"the AWS CLI stops at its word {self.aws.stray[0]}"
        if not self.aws.snippet and re.search(r"credential-helper\s+(get|store|erase)\b", value):
            return "it names the operation, and Git adds it once more"
        return None

    @cached_property
    def corrected(self) -> str | None:
        """An AWS helper in the form that works; None if that can't be told."""
        if self.is_aws and self.flaw is None:
            return self.value
        text = self.value.translate(str.maketrans("‘’“”", "''\"\"")).strip()
        text = _OTHER_DASHES.sub(r"--\2", text)
        if path := _unquoted_path(text):
            quoted = "'" + path.replace("\\", "/") + "'"
            text = text.replace(path, quoted, 1)
        opened = re.match(r"""(['"]+)\s*(?:!|aws\b)""", text)
        if opened:
            text = text[len(opened[1]) :].strip()
            if text.count(opened[1]) % 2:
                text = text.removesuffix(opened[1]).strip()
        if not text.startswith("!") and not _ABSOLUTE.match(text):
            text = "!" + text
        program = re.match(r"""!?\s*(?:'[^']*'|"[^"]*"|\S)+""", text)
        if program is None or re.search(r"[;|&{}()<>`]", text):
            return None
        rest = re.sub(r"""['"]?\\?\$\\?[@*]['"]?|%\*|%1\b""", "", text[program.end() :])
        rest = re.sub(r"\bcredentials?[ _]+helpers?\b", "credential-helper", rest)
        rest = _WORD.sub(_without_commands, rest)
        options = rest.strip() if rest.strip().startswith("--") else ""
        words = [program[0], "codecommit", "credential-helper", options, "$@"]
        right = Helper(" ".join(word for word in words if word))
        return right.value if right.is_aws and right.flaw is None else None

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
        words, _, plain = _words(self.value.removeprefix("!"))
        if not words or not plain:
            return False
        program = re.sub(r"\.exe\Z", "", ntpath.basename(words[0]), flags=re.IGNORECASE)
        bare = " ".join([program, *words[1:], ""])
        return bare.startswith(_OTHER_HOSTS)

    @property
    def shown(self) -> str:
        """The value without what may be secret: the words of unknown helpers are not shown."""
        if self.is_meant_as_aws or self.keeper or self.is_for_other_hosts:
            return self.value
        if not re.search(r"[=;|&$`(){}]", self.value):
            return self.value
        if self.runs_in_shell:
            return "!… (a shell snippet)"
        return f"{self.value.split()[0]} …" if " " in self.value.strip() else "…"

    @cached_property
    def aws(self) -> AwsHelper:
        """The AWS helper taken apart; call it only if is_aws."""
        words, balanced, plain = _words(self.value.removeprefix("!") + " get")
        while words and _ASSIGNMENT.match(words[0]):
            words = words[1:]
        program = words[0] if words else "aws"
        if not _AWS_PROGRAM.match(ntpath.basename(program)):
            return AwsHelper("aws", snippet=True, unbalanced=not balanced)
        if not plain:
            return AwsHelper(program, snippet=True, unbalanced=not balanced)
        profile, stray = _arguments(words[1:])
        return AwsHelper(program, profile, stray, unbalanced=not balanced)


def _unquoted_path(value: str) -> str | None:
    """The AWS CLI's path, if it has spaces or backslashes that the shell would see."""
    found = _BARE_PATH.match(value)
    return found[1] if found and re.search(r"(?<!\\)\s|\\(?!\s)", found[1]) else None


def _without_commands(match: re.Match[str]) -> str:
    """An option with its value as it is; nothing for a word of the command, however spelt."""
    from difflib import get_close_matches

    if match[0].startswith("--"):
        return match[0]
    commands = ["codecommit", "credential-helper", *_OPERATIONS]
    return "" if get_close_matches(match[0].lower(), commands, 1, 0.7) else match[0]


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
    text = text.replace("$@", "").replace("$*", "")  # nothing: Git gives the snippet no arguments
    return words, True, not _SPECIAL.search(_QUOTED.sub(_expansion, text))


_QUOTED = re.compile(r"""'[^']*'|"((?:[^"\\]|\\.)*)"|\\.""", re.S)
_SPECIAL = re.compile(r"[;|&<>(){}`$*?\[\n]|(?:^|\s)#|\s~")


def _expansion(quoted: re.Match[str]) -> str:
    """What a quoted part leaves for the shell to work out: expansions in double quotes."""
    return "$" if re.search(r"[$`]", re.sub(r"\\.", "", quoted[1] or "")) else "_"


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
