"""One line of a helper, split into words as the POSIX shell that Git starts splits it.

Only what a reader can tell without running it is split: literal words, quotes, backslashes and
variables. Anything else that a shell would work out (pipes, lists, functions, substitutions,
patterns) is named and left alone. Source: POSIX.1-2017, Shell Command Language, section 2.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from types import MappingProxyType
from typing import NamedTuple

__all__ = ["ASSIGNMENT", "CommandLine", "split"]

ASSIGNMENT = "a variable is set in front of it"
"""What is special about a line such as ``AWS_PROFILE=x aws ...``."""

_ASSIGNMENT = r"[A-Za-z_][A-Za-z0-9_]*="
_VARIABLE = r"(?a)\$(?:\{([A-Za-z_]\w*|[@*1-9])\}|([A-Za-z_]\w*|[@*1-9]))"
_IN_QUOTES = r"\$[({$#?!0-]"
_RUN = r"[\w./:=@%+,-]+"
_RUN_IN_QUOTES = r'[^"\\$`]+'
_UNQUOTED = r"\$[({'\"$#?!0-]"
"""What a dollar stands in front of where it is more than itself, and no name."""

_SPECIAL = {
    ";": "several commands",
    "\n": "several commands",
    "|": "several commands",
    "&": "several commands",
    "(": "a function or a group of commands",
    ")": "a function or a group of commands",
    "{": "a function or a group of commands",
    "}": "a function or a group of commands",
    "<": "a redirection",
    ">": "a redirection",
    "`": "the output of another command",
    "*": "a pattern of file names",
    "?": "a pattern of file names",
    "[": "a pattern of file names",
}


class CommandLine(NamedTuple):
    """What a shell makes of a line.

    words: the program and its arguments, without assignments in front. variables: the names that
    are assigned in front. special: what more there is for the shell to work out, None for one
    plain command. unbalanced: a quote is not closed. empty: for each index into ``words``, the
    variable that stands in front of that word, unquoted, and has no value: it leaves no word.
    """

    words: tuple[str, ...]
    variables: tuple[str, ...] = ()
    special: str | None = None
    unbalanced: bool = False
    empty: Mapping[int, str] = MappingProxyType({})


def split(text: str, environment: Mapping[str, str] | None = None) -> CommandLine:
    """Splits a line that gets no arguments, so that ``$@`` and ``$1`` leave nothing.

    Args:
        text: what is behind the ``!`` of a helper, with the operation that Git adds.
        environment: the variables of Git's shell; None if they are not known.
    """
    reader = _Reader(text, environment)
    reader.read()
    words, assigned = reader.words, []
    while words and re.match(_ASSIGNMENT, words[0]):
        assigned.append(words.pop(0).partition("=")[0])
    empty = {index - len(assigned): name for index, name in reader.empty.items()}
    special = reader.special or (ASSIGNMENT if assigned else None)
    return CommandLine(tuple(words), tuple(assigned), special, reader.unbalanced, empty)


class _Reader:
    """Goes through a line once; of any length, because a clone may have written it."""

    def __init__(self, text: str, environment: Mapping[str, str] | None) -> None:
        self._text, self._environment = text, environment
        self._at = 0
        self._word: list[str] = []
        self.words: list[str] = []
        self.special: str | None = None
        self.unbalanced = False
        self.empty: dict[int, str] = {}
        self._gone: str | None = None  # a variable without a value, where a word would begin

    def read(self) -> None:
        while self._at < len(self._text):
            character = self._text[self._at]
            if character in " \t":
                self._end_word()
                self._at += 1
            elif character == "'":
                self._single_quoted()
            elif character == '"':
                self._double_quoted()
            elif character == "\\":
                self._escaped()
            elif character == "$":
                self._expand(quoted=False)
            else:
                self._plain(character)
        self._end_word()

    def _add(self, text: str) -> None:
        self._word.append(text)

    def _end_word(self) -> None:
        if self._word:
            self.words.append("".join(self._word))
        elif self._gone:
            self.empty.setdefault(len(self.words), self._gone)
        self._word, self._gone = [], None

    def _is_special(self, what: str) -> None:
        self.special = self.special or what

    def _plain(self, character: str) -> None:
        run = re.compile(_RUN).match(self._text, self._at)
        self._at += 1
        if run:
            self._add(run[0])
            self._at = run.end()
        elif character in _SPECIAL:
            self._is_special(_SPECIAL[character])
            self._end_word()
        elif not self._word and character == "#":
            self._is_special("a comment")
        elif not self._word and character == "~":
            self._home()
        elif not self._word and not self.words and character == "!":
            self._is_special("several commands")
        else:
            self._add(character)

    def _home(self) -> None:
        """A tilde at the beginning of a word."""
        home = (self._environment or {}).get("HOME")
        is_own = self._text[self._at : self._at + 1] in ("/", " ", "")
        if not is_own or (home is None and self.words):
            self._is_special("a home folder")
        self._add(home if home and is_own else "~")

    def _escaped(self) -> None:
        """A backslash with what it stands before; before the end of a line both go."""
        following = self._text[self._at + 1 : self._at + 2]
        if following != "\n":
            self._add(following)
        self._at += 2

    def _single_quoted(self) -> None:
        end = self._text.find("'", self._at + 1)
        if end == -1:
            self.unbalanced = True
            end = len(self._text)
        self._add(self._text[self._at + 1 : end])
        self._at = end + 1

    def _double_quoted(self) -> None:
        self._at += 1
        before = self._at
        while self._at < len(self._text) and self._text[self._at] != '"':
            character = self._text[self._at]
            if character == "\\" and self._text[self._at + 1 : self._at + 2] in [*'$`"\\\n']:
                self._escaped()
            elif character == "$":
                self._expand(quoted=True)
            else:
                if character == "`":
                    self._is_special(_SPECIAL["`"])
                run = re.compile(_RUN_IN_QUOTES).match(self._text, self._at)
                self._add(run[0] if run else character)
                self._at += len(self._word[-1])
        self.unbalanced = self._at >= len(self._text)
        if self._text[before : self._at] not in ("$@", "${@}"):
            self._add("")
        self._at += 1

    def _expand(self, *, quoted: bool) -> None:
        """A variable; the arguments of the line are none, since Git gives it none."""
        found = re.compile(_VARIABLE).match(self._text, self._at)
        if not found:
            if re.compile(_IN_QUOTES if quoted else _UNQUOTED).match(self._text, self._at):
                self._is_special("the output of another command, or a variable")
            self._add("$")
            self._at += 1
            return
        self._at = found.end()
        name = found[1] or found[2]
        is_argument = name in "@*123456789"
        if self._environment is None and not is_argument:
            self._is_special("a variable")
        value = "" if is_argument else (self._environment or {}).get(name, "")
        if quoted:
            if value:
                self._add(value)
        elif re.search(r"[*?\[\\\n]", value):
            self._is_special("a variable with a pattern of file names")
            self._add(value)
        else:
            self._split_value(name, value)

    def _split_value(self, name: str, value: str) -> None:
        """What an unquoted variable leaves: it falls apart at its spaces."""
        for number, part in enumerate(re.split(r"[ \t]+", value)):
            if number:
                self._end_word()
            if part:
                self._add(part)
        if name not in "@*" and not value.strip(" \t"):
            self._gone = self._gone or name
