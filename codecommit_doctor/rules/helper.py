"""A value of ``credential.helper``, read as Git and its shell read it.

Git's rule (gitcredentials(7)): a value that begins with ``!`` is a shell snippet, an absolute path
is run as it is, anything else is the end of a ``git credential-...`` command's name.
"""

from __future__ import annotations

import ntpath
import re
import unicodedata
from collections.abc import Mapping
from functools import cached_property
from typing import NamedTuple

from codecommit_doctor.rules.aws_options import Call, is_option, read
from codecommit_doctor.rules.shell_words import ASSIGNMENT, CommandLine, split

__all__ = ["AwsHelper", "Helper"]

_AWS_PROGRAM = r"(?i)aws[\d._v-]*(?:\.exe|\.cmd|\.bat)?\Z"
_MEANT = (
    r"""(?is)[\s'"‘’“”]*!?\s*['"]?(?:[^'"!;|&]*[/\\])?aws(?:\.exe|\.cmd)?['"]?"""
    r"""(?=(?:\s+--(?:profile|region|output)\b[ =]*(?!--)\S*)*\s*['"‘’“”]*\Z"""
    r"""|.*(?:\bcod\S*it\b|\bcred\S*[ _-]?help))"""
)
"""The AWS helper, however misspelt or cut off it is: PowerShell 5.1 cuts it at a double quote."""

_OTHER_DASHES = r"(?<=\s)((?:-|[–—]+)(profile|region|output))\b"
"""One dash, or those that word processors make of two."""

_OF_ANOTHER_SHELL = r"(?i)!\s*(&(?=\s)|set(?=\s+['\"]?\w+=.*\$@))"
"""How PowerShell starts a program and cmd sets a variable, which here takes the place of ``$@``."""

SECOND_SETTING = r"(?i)\s(UseHttpPath|helper|username)\s*=\s*\S+\s*\Z"
"""Another setting behind a helper, where its line was not ended."""

_BARE_PATH = (
    r"""(?i)!\s*((?:[A-Za-z]:[\\/]|/|\\\\)(?:[^'"|;&=\s]|\s(?!-|/|[A-Za-z]:[\\/]))*?"""
    r"""[\\/]aws(?:\.exe|\.cmd)?)(?=\s+(?:--|codecommit\b))"""
)
"""The AWS CLI's path without quotes: not another program that is given the AWS CLI's path, as in
``/usr/bin/env /opt/bin/aws``.
"""

ONE_WORD = (
    r"""(?i)!\s*(['"])((?:[^'"]*[\\/])?aws(?:\.exe|\.cmd)?)"""
    r"""(\s+(?:--[a-z]|codecommit\b)(?:(?!\1)[^\\/])*)\1"""
)
"""A program with its arguments between the same quotes."""

_VARIABLE_PATH = (
    r"""(?i)!\s*((?:\$(\w+)|\$\{(\w+)\})[^\s'"\\|;&<>()`]*/aws(?:\.exe|\.cmd)?)(?=\s)"""
)
"""The AWS CLI's path that begins with a variable, without quotes."""

_AWS = re.compile(r"\bcodecommit['\"]?\s(?:.*?[\s'\"])??credential-helper\b", re.DOTALL)
_ABSOLUTE = re.compile(r"(/|[A-Za-z]:[\\/])")

_LITERAL = r"""(?:[A-Za-z0-9_][A-Za-z0-9_.@+/-]*|'[A-Za-z0-9_][A-Za-z0-9_.@+/ -]*')"""
_OPTION = rf"--(?:profile|region|output)(?:[ ]+|=){_LITERAL}"
_OPTIONS = rf"(?:[ ]+(?:{_OPTION}|--no-cli-auto-prompt))*"
_PLAIN = re.compile(
    rf"!aws(?:\.exe|\.cmd)?{_OPTIONS}[ ]+codecommit{_OPTIONS}[ ]+credential-helper{_OPTIONS}"
    r"(?:[ ]+(?:\$@|\"\$@\"))?"
)
"""The AWS helper with literal values alone: no part is left to the shell to work out."""

_USUAL = re.compile(
    r"!(aws(?:\.exe|\.cmd)?)[ ]+codecommit[ ]+credential-helper(?:[ ]+(?:\$@|\"\$@\"))?"
)
"""The AWS helper without options."""

CREDENTIAL_STORES = {
    "manager": "Git Credential Manager",
    "manager-core": "Git Credential Manager Core",
    "manager-ui": "Git Credential Manager's window",
    "helper-selector": "Git for Windows' window for choosing a helper",
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

_OF_WINDOWS = (
    r"""(?i)!?\s*["']?(?:[A-Za-z]:[\\/]|(?:/\w+)*/[A-Za-z]/(?=.*\.exe))[^"';|&$`<>]*[\\/]"""
    r"""git-credential-([\w-]+?)(?:\.exe)?["']?\Z"""
)
"""A path of Windows, or in WSL one such as ``/mnt/c/...exe``, also where a space or the ( of
``Program Files (x86)`` lacks its escape.
"""

_OTHER_HOSTS = ("gh auth git-credential ", "glab auth git-credential ", "gcloud.sh ", "gcloud ")
"""Helpers that answer for their own hosts alone and store nothing."""


class AwsHelper(NamedTuple):
    """The AWS CLI's helper, as Git's shell and the AWS CLI read it.

    program: as written, ``aws`` or a path. profile, region: the values of the options, None
    without them. stray: words that are neither an option, nor its value, nor one of the command's:
    the AWS CLI stops at them. failure: why the AWS CLI does not run the helper, None if it does.
    only_in: the one version of the AWS CLI, 1 or 2, that takes these words. unbalanced: a quote is
    not closed. opaque: what hides the words from a reader, None where they are plain. wrapper: the
    program that starts the AWS CLI in turn (aws-vault, docker), where one command does so.
    """

    program: str
    profile: str | None = None
    region: str | None = None
    stray: tuple[str, ...] = ()
    failure: str | None = None
    only_in: int | None = None
    unbalanced: bool = False
    opaque: str | None = None
    wrapper: str | None = None

    @property
    def is_of_windows(self) -> bool:
        """True if it names a program of Windows, which Linux starts in WSL alone."""
        return self.program.lower().endswith((".exe", ".cmd", ".bat"))

    @property
    def snippet(self) -> bool:
        """True if the words can't be told without running it."""
        return self.opaque is not None


class Helper:
    """One value of ``credential.helper``.

    environment: the variables of Git's shell; without them the words of a helper that names one
    are not known.
    """

    def __init__(self, value: str, environment: Mapping[str, str] | None = None) -> None:
        self.value = value
        self._environment = environment

    def __eq__(self, other: object) -> bool:
        return (
            isinstance(other, Helper)
            and self.value == other.value
            and self._environment is other._environment
        )

    def __hash__(self) -> int:
        return hash(self.value)

    @cached_property
    def is_aws(self) -> bool:
        """True for the AWS CLI's helper, also where it is misspelt around those two words."""
        return bool(_AWS.search(self.value))

    @cached_property
    def is_plain_aws(self) -> bool:
        """True if the value can start nothing but the ``aws`` of the PATH, with literal options.

        So it may be called wherever it stands, in the configuration of a clone too. It names no
        path, sets no variable, and knows no options but --profile, --region, --output and
        --no-cli-auto-prompt.
        """
        return _PLAIN.fullmatch(self.value) is not None

    @cached_property
    def is_meant_as_aws(self) -> bool:
        """True for the AWS CLI's helper, also where Git or the AWS CLI would not know it again."""
        return self.is_aws or bool(re.match(_MEANT, self.value))

    @cached_property
    def flaw(self) -> str | None:
        """What is wrong with the form of an AWS helper; the profile's quotes are not looked at."""
        value = self.value
        if found := pasted(value):
            return f"it holds a character that was pasted along ({found})"
        if second := re.search(SECOND_SETTING, value):
            return f"{second[1]} is on its line, and needs its own line"
        if re.match(r"""\s*['"‘’“”]+\s*!""", value):
            return "it starts with a stray quote, which cmd.exe does not remove"
        if re.match(r"\s*\^+\s*!", value):
            return "it starts with a ^, which cmd.exe keeps between quotes"
        if re.match(r"\s*`+\s*!", value):
            return "it starts with a `, which PowerShell keeps between single quotes"
        if re.match(r"\s*\\+\s*!", value):
            return "a \\ stands in front of its !, as bash keeps it between double quotes"
        if not self.runs_in_shell and not _ABSOLUTE.match(value):
            first = (value.split() or ["aws"])[0]
            return f"it has no ! in front, so that Git looks for a program git-credential-{first}"
        if one := re.match(ONE_WORD, value):
            return (
                f"its quotes make one word of {one[2]} and its arguments: no program is called so"
            )
        if re.search(r"""\\\$\\?@|'\$@'""", value):
            return "its $@ is escaped or quoted, and reaches the AWS CLI as it is"
        if "`$@" in value:
            return "its ` is PowerShell's; Git's shell waits for a second one, and starts nothing"
        if foreign := re.match(_OF_ANOTHER_SHELL, value):
            whose = "PowerShell" if foreign[1] == "&" else "cmd"
            return f"its {foreign[1]} is {whose}'s; Git's shell does something else with it"
        if "$$@" in value:
            return "its $$ is a number in Git's shell, and the AWS CLI stops at it: write $@"
        if re.search(r"%(\*|1\b)", value):
            return "its %* is cmd's; the shell of Git knows only $@"
        if wrong := re.search(_OTHER_DASHES, value):
            return f"the AWS CLI knows no option {wrong[1]}, only --{wrong[2]}"
        if path := unquoted_path(value):
            what = "spaces" if " " in path else "backslashes, which the shell removes"
            return f"the path of its program has {what}, and no quotes around it"
        if split_at := self._falls_apart:
            return f"{split_at[1]} has spaces in its value, and no quotes around it"
        if not self.is_aws:
            if not re.search(r"\scred|\scod.*\s[a-z]", value, re.IGNORECASE):
                return "it ends before the words codecommit credential-helper"
            return "its words codecommit credential-helper are misspelt"
        if any(value.count(opened) > value.count(closed) for opened, closed in ("{}", "()")):
            return "it is cut off, as by a ; or # that is not in double quotes"
        return self._unread

    @property
    def _unread(self) -> str | None:
        """What stops the AWS CLI or the shell; the quotes of a profile are not looked at."""
        if self.aws.unbalanced:
            return None if "--profile" in self.value else "a quote is not closed"
        if empty := self._empty_option:
            option, variable = empty
            what = option.removeprefix("--")
            return f"the {what} is empty: {variable} has no value, and {option} takes the next word"
        if self.aws.failure is None or self.profile_falls_apart:
            return None
        if re.search(r"credential-helper\s+(get|store|erase)\b", self.value):
            return "it names the operation, and Git adds it once more"
        return self.aws.failure

    @cached_property
    def profile_falls_apart(self) -> bool:
        """Whether words that the AWS CLI stops at belong to the name behind --profile."""
        aws, words = self.aws, self._line.words
        if not aws.stray:
            return False
        if any(word.startswith("--profile") for word in aws.stray):
            return True
        at = words.index(aws.stray[0])
        before, option = words[at - 1], words[at - 2]
        return before.startswith("--profile=") or is_option(option, "--profile")

    @cached_property
    def _empty_option(self) -> tuple[str, str] | None:
        """The option that takes the next word instead of a variable without a value."""
        line = self._line
        for index, variable in line.empty.items():
            for option in ("--profile", "--region"):
                if is_option(line.words[index - 1], option) and not line.special:
                    return option, variable
        return None

    @cached_property
    def _falls_apart(self) -> tuple[str, str] | None:
        """The program's path, where the shell splits it at a variable's spaces, and that variable.

        Without quotes a shell looks for spaces in what a variable stands for, unlike in what ~
        stands for. Source: POSIX, Shell Command Language, Field Splitting.
        """
        found = re.match(_VARIABLE_PATH, self.value)
        if not found:
            return None
        name = found[2] or found[3]
        value = (self._environment or {}).get(name)
        return (found[1], f"${name}") if value and re.search(r"\s", value) else None

    @cached_property
    def corrected(self) -> str | None:
        """An AWS helper in the form that works; None if that can't be told."""
        if self.flaw is None:
            return self.value
        if found := self._falls_apart:
            right = self.rewritten(self.value.replace(found[0], f'"{found[0]}"', 1))
            return right.value if right.flaw is None else None
        from codecommit_doctor.rules.helper_repair import repaired

        return repaired(self.value)

    def rewritten(self, value: str) -> Helper:
        """Another value, for the same shell."""
        return Helper(value, self._environment)

    @property
    def runs_in_shell(self) -> bool:
        return self.value.startswith("!")

    @cached_property
    def name(self) -> str:
        """What Git's documentation would call it: ``manager``, ``store``; a snippet's program."""
        if of_windows := re.match(_OF_WINDOWS, self.value):
            return of_windows[1]
        line = split(self.value.removeprefix("!"), self._environment)
        words = self.value.removeprefix("!").split() if line.unbalanced else line.words
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
    def credential_store(self) -> str | None:
        """What it is in words, if it is known to answer or store for any host."""
        return None if self.is_aws else CREDENTIAL_STORES.get(self.name.lower())

    @property
    def is_for_other_hosts(self) -> bool:
        line = split(self.value.removeprefix("!"), self._environment)
        words = line.words
        if not words or line.special or line.unbalanced:
            return False
        program = re.sub(r"\.exe\Z", "", ntpath.basename(words[0]), flags=re.IGNORECASE)
        bare = " ".join([program, *words[1:], ""])
        return bare.startswith(_OTHER_HOSTS)

    @cached_property
    def _line(self) -> CommandLine:
        """What Git's shell makes of it, with the operation that Git adds."""
        return split(self.value.removeprefix("!") + " get", self._environment)

    @property
    def program(self) -> str | None:
        """The program that Git or its shell looks for; None where only the shell can tell.

        Source: credential_do() of Git's credential.c.
        """
        if not self.runs_in_shell and not _ABSOLUTE.match(self.value):
            words = self.value.split()
            return f"git-credential-{words[0]}" if words else None
        line = self._line
        if line.special or line.unbalanced or line.empty:
            return None
        first = line.words[0]
        return None if re.fullmatch(_OF_THE_SHELL, first) or "$" in first else first

    @cached_property
    def aws(self) -> AwsHelper:
        """The AWS helper taken apart; call it only if is_aws."""
        if usual := _USUAL.fullmatch(self.value):
            return AwsHelper(usual[1])  # at once: Python's argparse is not loaded for it
        line = self._line
        program = line.words[0] if line.words else "aws"
        is_aws = bool(re.match(_AWS_PROGRAM, ntpath.basename(program)))
        wrapper = None if is_aws or re.fullmatch(_OF_THE_SHELL, program) else program
        if line.unbalanced:
            opaque = None if is_aws else f"{program} starts the AWS CLI"
            return AwsHelper(program if is_aws else "aws", unbalanced=True, opaque=opaque)
        if line.special:
            if line.special != ASSIGNMENT or "PATH" in line.variables:
                wrapper = None
            shown = program if is_aws else "aws"
            return AwsHelper(shown, opaque=line.special, wrapper=wrapper)
        if not is_aws:
            opaque = f"{ntpath.basename(program)} starts the AWS CLI"
            return AwsHelper("aws", opaque=opaque, wrapper=wrapper)
        first, second = (read(line.words[1:], major=major) for major in (1, 2))
        return _judged(program, first, second)


_OF_THE_SHELL = (
    r"[.:!{\[]|alias|builtin|cd|command|eval|exec|export|read(?:only)?|set|shift|source|test|trap"
    r"|true|ulimit|umask|unset|if|while|until|for|case"
)
"""What a shell does itself: no such program is looked for. Source: dash(1), bash(1)."""


def pasted(text: str) -> str | None:
    """The Unicode name of the first character that looks like a space, or like nothing at all.

    Editors and web pages leave them in commands that are copied; a shell takes them for letters.
    """
    for char in text:
        if not char.isascii() and unicodedata.category(char) in ("Zs", "Zl", "Zp", "Cf"):
            return unicodedata.name(char, "without a name").lower()
    return None


def _judged(program: str, first: Call, second: Call) -> AwsHelper:
    """What AWS CLI 1 and 2 make of the words; where only one of them takes them, what that does."""
    only_in = None
    if (first.failure is None) != (second.failure is None):
        only_in = 1 if first.failure is None else 2
    call = first if only_in == 1 else second
    return AwsHelper(program, call.profile, call.region, call.stray, call.failure, only_in)


def unquoted_path(value: str) -> str | None:
    """The AWS CLI's path, if it has spaces or backslashes that the shell would see."""
    found = re.match(_BARE_PATH, value if value.startswith("!") else "!" + value)
    return found[1] if found and re.search(r"(?<!\\)\s|\\(?!\s)", found[1]) else None
