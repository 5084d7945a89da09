"""Mends the form of an AWS helper word by word; what it does not know stays as it is written."""

from __future__ import annotations

import re
import shlex
import unicodedata
from difflib import get_close_matches

from codecommit_doctor.rules.aws_options import is_option
from codecommit_doctor.rules.helper import ONE_WORD, SECOND_SETTING, Helper, unquoted_path
from codecommit_doctor.rules.shell_words import split

__all__ = ["repaired", "whole", "with_profile", "with_program", "without_prompt"]

_PROGRAM = re.compile(
    r"""(?:'(?:[^']*[/\\])?aws(?:\.exe|\.cmd)?'|"(?:[^"$`]*[/\\])?aws(?:\.exe|\.cmd)?\""""
    r"""|(?:[~/A-Za-z](?:[^\s'"\\|;&=$`]|\\\s)*/)?aws(?:\.exe|\.cmd)?)(?=\s|\Z)""",
    re.IGNORECASE,
)
"""Exactly one AWS program: no other one in front of it, no variable set for it."""

_TOKEN = re.compile(r"""\s*((?:'[^']*'|"(?:\\.|[^"\\])*"|\\.|[^\s'"\\])+)""", re.DOTALL)
_HIDDEN = re.compile(r"[;|&{}()<>`\n#*?\[]|\$(?![@*])")
"""What a shell would work out."""

_NO_ARGUMENTS = re.compile(r"""(?:['"]?[\\`^$]?\$\\?[@*]['"]?|%\*|%1)\Z""")
_GIVEN = ("$@", '"$@"')
_COMMAND = ("codecommit", "credential-helper")
_OPERATIONS = ("get", "store", "erase")
_DASHES = re.compile(r"(?:-|[–—]+)(?=(?:profile|region|output)\b)")
_VALUED = re.compile(
    r"--(?:profile|region|output|endpoint-url|ca-bundle|query|color|cli-[a-z-]+)\Z"
)


_CALL = re.compile(r"[;#][^!]*\baws\b[^!]*\bcodecommit\b")


def repaired(value: str) -> str | None:
    """The helper in a form that works, with its program and all of its options.

    Args:
        value: of an AWS helper that has a flaw.

    Returns:
        None where the line is not exactly one call of the AWS CLI, or where a word is left whose
        meaning can't be told.
    """
    text = re.sub(r"\A[\\^`]+\s*(?=!)", "", _typed(value).strip().lstrip("^"))
    text = re.sub(ONE_WORD, r"!\2\3", _without_stray_quotes(text))
    text = re.sub(r"\A&\s*", "", text.removeprefix("!").strip())
    if path := unquoted_path(text):
        text = text.replace(path, "'" + re.sub(r"\\(\s)", r"\1", path).replace("\\", "/") + "'", 1)
    program = _PROGRAM.match(text)
    if program is None:
        return None
    rest = re.sub(r"%\*|%1\b", "$@", text[program.end() :])
    if _HIDDEN.search(re.sub(r"'[^']*'|[\\`$]?\$\\?[@*]", "", rest)):
        return None
    words = _mended(rest)
    if words is None:
        return None
    right = Helper(" ".join(["!" + program[0], *words]))
    works = right.flaw is None and not right.aws.stray and not right.aws.opaque
    return right.value if works else None


def whole(helper: Helper, comment: str) -> str | None:
    """A helper with what Git took for a comment behind it, where the AWS CLI stands in there.

    None where no AWS CLI does, or the comment may be somebody's note. "" where its quotes and
    backslashes can't be read so simply.
    """
    if not helper.runs_in_shell or not _CALL.match(comment):
        return None
    return "" if re.search(r'["\\]', comment) else f"{helper.value}{comment}"


def _typed(value: str) -> str:
    """The value in the characters of a keyboard, without a second setting behind it."""
    text = value.translate(str.maketrans("‘’“”", "''\"\""))
    if text.isascii():
        return re.sub(SECOND_SETTING, "", text)
    kinds = ((char, unicodedata.category(char)) for char in text)
    text = "".join(" " if kind[0] == "Z" else char for char, kind in kinds if kind != "Cf")
    return re.sub(SECOND_SETTING, "", text)


def _without_stray_quotes(text: str) -> str:
    """Without the quotes of another shell around all of it; those of a quoted path belong to it."""
    opened = re.match(r"""(['"]+)\s*(?:!|aws\b)""", text)
    if not opened or _PROGRAM.match(text):
        return text
    text = text[len(opened[1]) :].strip()
    return text.removesuffix(opened[1]).strip() if text.count(opened[1]) % 2 else text


def _mended(rest: str) -> list[str] | None:
    """The words behind the program, each as it was written unless it was wrong."""
    tokens = _TOKEN.findall(rest)
    if re.sub(r"\s", "", rest) != re.sub(r"\s", "", "".join(tokens)):
        return None  # an open quote
    words: list[str] = []
    missing = list(_COMMAND)
    takes_value = False
    for token in tokens:
        word = _DASHES.sub("--", token, count=1) if _DASHES.match(token) else token
        if takes_value or word in _GIVEN or word.startswith("-"):
            words.append(word)
        elif _NO_ARGUMENTS.match(word) or (not missing and word in _OPERATIONS):
            pass
        elif missing and (meant := _meant(word, missing[0])):
            words.append(meant)
            missing.pop(0)
        elif words[-1:] == ["credential-helper"] and _meant(word, "helper"):
            pass  # the second half of "credential helper"
        else:
            return None
        takes_value = bool(_VALUED.match(word))
    given = [word for word in words if word in _GIVEN][:1] or ["$@"]
    return [*(word for word in words if word not in _GIVEN), *missing, *given]


def _meant(word: str, command: str) -> str | None:
    """The word of the command that a misspelt one stands for."""
    forms = [command, "credential", "cred-helper"] if command == "credential-helper" else [command]
    return command if get_close_matches(word.lower(), forms, cutoff=0.7) else None


def with_program(value: str, name: str) -> str | None:
    """The AWS helper with another program, all else as it is written; None if it is not one."""
    text = value.removeprefix("!").lstrip()
    program = _PROGRAM.match(text)
    return f"!{name}{text[program.end() :]}" if program else None


def with_profile(value: str, name: str) -> str | None:
    """The AWS helper with another name behind its --profile, all else as it is written.

    Args:
        value: of a helper whose words are plain; the name in it may have fallen apart.
        name: of the profile that is meant.

    Returns:
        None where the words that make up the name can't be told.
    """
    before = Helper(value).aws
    made: list[str] = []
    rest = value
    while found := _TOKEN.match(rest):
        token, rest = found[0], rest[found.end() :]
        word = " ".join(split(token.strip()).words)
        option, equals, _ = word.partition("=")
        if " " in option:  # the quotes enclose the name too
            option, equals = option.partition(" ")[0], " "
        if not is_option(option, "--profile"):
            made.append(token)
            continue
        indent = token[: len(token) - len(token.lstrip())]
        if not equals:
            rest = _TOKEN.sub("", rest, count=1)
        while (more := _TOKEN.match(rest)) and " ".join(split(more[1]).words) in before.stray:
            rest = rest[more.end() :]
        made.append(f"{indent}{option}{equals or ' '}{shlex.quote(name)}")
    right = Helper("".join(made) + rest)
    works = not right.flaw and not right.aws.stray
    kept = (right.aws.program, right.aws.profile) == (before.program, name)
    return right.value if works and kept and right.aws.region == before.region else None


_HELPER_WORD = re.compile(r"(?<=[\s'\"])credential-helper(?=\s|\Z)")


def without_prompt(helper: Helper) -> str | None:
    """The helper with the option of AWS CLI 2 that counts more than every setting of auto-prompt;
    None for more than a plain command.
    """
    if helper.aws.opaque:
        return None
    changed, count = _HELPER_WORD.subn(r"\g<0> --no-cli-auto-prompt", helper.value)
    return changed if count == 1 else None
