"""``python -m tools.man`` writes the manual pages in ``man/`` from the program's own help, and that
help as it is printed where Typer is not loaded for it.
"""

from __future__ import annotations

import inspect
import re
from collections.abc import Iterable, Iterator
from enum import Enum
from typing import Any, get_args, get_type_hints

from typer import Context
from typer.main import get_command

from codecommit_doctor import __version__
from codecommit_doctor.cli.app import app
from tools.sources import ROOT

__all__ = ["FOLDER", "HELP", "described", "help_module", "pages", "purpose"]

FOLDER = ROOT / "man"
HELP = ROOT / "codecommit_doctor" / "cli" / "help_text.py"

_WIDTH = 78
"""Columns of the help on a terminal of 80 or more: Typer leaves two free, and uses no more."""

_TYPERS_OWN = {"install_completion", "show_completion", "help"}
_COMMON = (
    ("-h, --help", "Show the options of a command and exit."),
    ("--install-completion", "Let the shell complete commands, options and ids of checks."),
    ("--show-completion", "Print what would be installed for that."),
)


def pages() -> dict[str, str]:
    """The pages by their file names; the second leads to the first, so that git finds it."""
    return {
        "codecommit-doctor.1": "\n".join(_page()) + "\n",
        "git-codecommit-doctor.1": ".so man1/codecommit-doctor.1\n",
    }


def help_module() -> str:
    """The module with what Typer prints for ``--help`` on a terminal of 80 columns or more."""
    root: Any = get_command(app)
    settings: Any = {**root.context_settings, "terminal_width": _WIDTH}
    with Context(root, info_name="codecommit-doctor", **settings) as context:
        text = root.get_help(context)
    return (
        f'"""What --help prints; python -m tools.man writes it."""\n\n'
        f'__all__ = ["TEXT"]\n\nTEXT = """\\\n{text}\n"""\n'
    )


def _page() -> Iterator[str]:
    root: Any = get_command(app)
    purpose, *rest = _paragraphs(root)
    yield f'.TH CODECOMMIT-DOCTOR 1 "" "codecommit-doctor {__version__}" "User Commands"'
    yield ".SH NAME"
    yield rf"codecommit-doctor, git-codecommit-doctor \- {_roff(_as_name(purpose))}"
    yield ".SH SYNOPSIS"
    for name, command in root.commands.items():
        shown = f"[{name}]" if name == "doctor" else name
        yield from (".br", rf"\fBcodecommit\-doctor\fR {_roff(f'{shown} {_usage(command)}')}")
    yield ".SH DESCRIPTION"
    yield from _prose([purpose, *rest])
    yield ".SH OPTIONS"
    yield from _entries([*described(root), *_COMMON])
    yield ".SH COMMANDS"
    for name, command in root.commands.items():
        yield f".SS {_roff(name)}"
        yield from _prose(_paragraphs(command))
        yield from _entries(described(command))


def _paragraphs(command: Any) -> list[str]:
    return re.split(r"\n\s*\n", inspect.cleandoc(command.help or "").replace("\b\n", "\b"))


def purpose(command: Any) -> str:
    """What a command is for, in its first sentences."""
    return " ".join(_paragraphs(command)[0].split())


def _prose(paragraphs: Iterable[str]) -> Iterator[str]:
    """Paragraphs; those marked as such keep their lines."""
    for paragraph in paragraphs:
        yield ".PP"
        if paragraph.startswith("\b"):
            yield from (".nf", *map(_roff, paragraph.lstrip("\b").splitlines()), ".fi")
        else:
            yield _roff(" ".join(paragraph.split()))


def described(command: Any) -> Iterator[tuple[str, str]]:
    """What a command takes: arguments and options, as they are typed."""
    for parameter in command.params:
        if parameter.name not in _TYPERS_OWN and not getattr(parameter, "hidden", False):
            yield _typed(command, parameter), parameter.help or ""


def _typed(command: Any, parameter: Any) -> str:
    if parameter.param_type_name == "argument":
        return _argument(parameter)
    names = sorted(parameter.opts, key=len)
    typed = ", ".join([*names, *parameter.secondary_opts])
    if parameter.is_flag:
        return typed
    return f"{typed} {parameter.metavar or '|'.join(_choices(command, parameter)) or 'VALUE'}"


def _choices(command: Any, parameter: Any) -> list[str]:
    """The words that an option takes, if it takes no others."""
    (function,) = [c.callback for c in app.registered_commands if c.name == command.name]
    hint = get_type_hints(function)[parameter.name]
    types = [hint, *get_args(hint)]
    return [
        word.value
        for type in types
        if inspect.isclass(type) and issubclass(type, Enum)
        for word in type
    ]


def _usage(command: Any) -> str:
    arguments = [p for p in command.params if p.param_type_name == "argument"]
    return " ".join(["[OPTION]...", *map(_argument, arguments)])


def _argument(parameter: Any) -> str:
    name = parameter.metavar or parameter.name.upper()
    shown = name if parameter.required else f"[{name}]"
    return f"{shown}..." if parameter.nargs == -1 else shown


def _entries(entries: Iterable[tuple[str, str]]) -> Iterator[str]:
    for typed, meaning in entries:
        yield from (".TP", rf"\fB{_roff(typed)}\fR", _roff(meaning))


def _as_name(sentence: str) -> str:
    """As the index of manual pages wants it: no capital, no full stop, one line."""
    sentence = " ".join(sentence.split()).rstrip(".")
    return sentence[:1].lower() + sentence[1:]


def _roff(text: str) -> str:
    """The text without a meaning for roff, in ASCII."""
    text = text.replace("\\", "\\e").replace("-", "\\-").replace("'", "\\(aq")
    text = re.sub(r"[^\x00-\x7f]", lambda found: f"\\[u{ord(found[0]):04X}]", text)
    return f"\\&{text}" if text.startswith(".") else text


if __name__ == "__main__":
    FOLDER.mkdir(exist_ok=True)
    for file, text in pages().items():
        (FOLDER / file).write_text(text, "ascii", newline="\n")
    HELP.write_text(help_module(), "ascii", newline="\n")
