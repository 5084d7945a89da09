"""The words behind ``aws``, read as the AWS CLI reads them.

The AWS CLI takes its words apart in four turns, each with a parser of Python's argparse: the global
options and the command, then the operation, then its subcommand, then what that knows. So a global
option may stand anywhere, may be cut short, and takes the next word or what is behind its ``=``.
The parsers here are made in the same way. Source: ``awscli/argparser.py``, ``awscli/clidriver.py``
and ``awscli/data/cli.json`` of AWS CLI 1.46 and 2.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from typing import TYPE_CHECKING, Any, NamedTuple, NoReturn

if TYPE_CHECKING:
    from argparse import ArgumentParser

__all__ = ["Call", "is_option", "read"]

_FLAGS = ("--debug", "--no-verify-ssl", "--no-paginate", "--no-sign-request", "--version")
_WITH_VALUE: dict[str, dict[str, Any]] = {
    "--endpoint-url": {},
    "--output": {"choices": ["json", "text", "table"]},
    "--query": {},
    "--profile": {},
    "--region": {},
    "--color": {"choices": ["on", "off", "auto"]},
    "--ca-bundle": {},
    "--cli-read-timeout": {"type": int},
    "--cli-connect-timeout": {"type": int},
}
_FLAGS_OF = {
    1: (*_FLAGS, "--v2-debug"),
    2: (*_FLAGS, "--no-cli-pager", "--cli-auto-prompt", "--no-cli-auto-prompt"),
}
_WITH_VALUE_OF = {
    1: _WITH_VALUE,
    2: {
        **_WITH_VALUE,
        "--output": {"choices": ["json", "text", "table", "yaml", "yaml-stream", "off"]},
        "--cli-binary-format": {"choices": ["base64", "raw-in-base64-out"]},
        "--cli-error-format": {},
    },
}

_OPERATIONS = ("get", "store", "erase")


class Call(NamedTuple):
    """What one call of the AWS CLI asks for.

    profile, region: values of the options, None where they are not given or empty. operation: the
    operation of ``codecommit credential-helper``. stray: words that are neither an option, nor
    its value, nor a word of the command. failure: what the AWS CLI stops at, None if it runs the
    helper.
    """

    profile: str | None = None
    region: str | None = None
    operation: str | None = None
    stray: tuple[str, ...] = ()
    failure: str | None = None


class _Stopped(Exception):
    """The AWS CLI would print its usage."""


def is_option(word: str, option: str) -> bool:
    """Whether a word is this option of the AWS CLI, in full or cut short (``--prof``)."""
    try:
        found, _ = _main_parser(2).parse_known_args([word, "x", "command"])
    except _Stopped:
        return False
    return getattr(found, option.removeprefix("--").replace("-", "_"), None) == "x"


def read(words: Sequence[str], *, major: int) -> Call:
    """Reads the words behind ``aws``.

    Args:
        words: without the program itself, with the operation that Git adds.
        major: the version of the AWS CLI, 1 or 2; they differ in their options.
    """
    try:
        found, rest = _main_parser(major).parse_known_args(list(words))
    except _Stopped as reason:
        return Call(failure=str(reason))
    profile, region = found.profile or None, found.region or None
    stray = _stray([found.command, *rest])

    def call(failure: str | None = None, operation: str | None = None) -> Call:
        return Call(profile, region, operation, stray, failure)

    if found.version or getattr(found, "cli_auto_prompt", False):
        option = "--version" if found.version else "--cli-auto-prompt"
        return call(f"with its option {option} the AWS CLI does something else")
    if found.command != "codecommit":
        return call(f"the AWS CLI stops at its word {found.command}")
    try:
        service, rest = _parser("operation", None).parse_known_args(rest)
        if service.operation != "credential-helper":
            return call(f"the AWS CLI stops at its word {service.operation}")
        helper, rest = _parser("subcommand", "?").parse_known_args(rest)
        if helper.subcommand not in _OPERATIONS:
            what = helper.subcommand
            return call(f"the AWS CLI stops at its word {what}" if what else "it has no operation")
        _, rest = _get_parser(helper.subcommand).parse_known_args(rest)
    except _Stopped as reason:
        return call(str(reason))
    if rest:
        what = "does not know its option" if rest[0].startswith("-") else "stops at its word"
        return call(f"the AWS CLI {what} {rest[0]}")
    return call(operation=helper.subcommand)


def _stray(words: Sequence[str]) -> tuple[str, ...]:
    """Of the words that no option takes: those that are no word of the command."""
    expected = ["codecommit", "credential-helper"]
    stray = []
    for word in words:
        if expected and word == expected[0]:
            expected.pop(0)
        elif (not word.startswith("-") or " " in word) and word not in _OPERATIONS:
            stray.append(word)
    return tuple(stray)


def _new_parser() -> ArgumentParser:
    from argparse import ArgumentParser

    class Parser(ArgumentParser):
        def error(self, message: str) -> NoReturn:
            raise _Stopped(_in_words(message))

    return Parser(prog="aws", usage="", add_help=False, conflict_handler="resolve")


@cache
def _main_parser(major: int) -> ArgumentParser:
    parser = _new_parser()
    for flag in _FLAGS_OF[major]:
        parser.add_argument(flag, action="store_true")
    for option, rules in _WITH_VALUE_OF[major].items():
        parser.add_argument(option, **rules)
    parser.add_argument("command")
    return parser


@cache
def _parser(name: str, count: str | None) -> ArgumentParser:
    parser = _new_parser()
    parser.add_argument(name, nargs=count)
    return parser


@cache
def _get_parser(operation: str) -> ArgumentParser:
    parser = _new_parser()
    if operation == "get":
        parser.add_argument("--ignore-host-check", action="store_true")
    return parser


def _in_words(message: str) -> str:
    """One of argparse's messages as the end of a sentence about the helper."""
    if message.startswith("argument "):
        option, _, what = message.removeprefix("argument ").partition(": ")
        if what == "expected one argument":
            return f"its option {option} has no value"
        return f"the AWS CLI does not accept the value of its option {option}"
    if message.startswith("ambiguous option"):
        return f"its option {message.split()[2]} may mean several options of the AWS CLI"
    return "it ends before the words codecommit credential-helper"
