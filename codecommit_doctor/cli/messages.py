"""What the program says on standard error besides reports: redacted, one place for all commands."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, NoReturn

if TYPE_CHECKING:
    from pathlib import Path

    from codecommit_doctor.engine.machine import Machine
    from codecommit_doctor.reports.report import Report

__all__ = ["Stop", "read_report", "said_yes", "say", "shown", "somebody_is_there", "stop"]


class Stop(SystemExit):
    """Ends the command with an exit code; what is to be said has been said."""


def shown(text: str, machine: Machine | None = None) -> str:
    """The text without secrets. machine: one whose files may hold some."""
    from codecommit_doctor.redaction import Redactor

    return Redactor(machine.known_secrets() if machine else ()).clean(text)


def say(text: str, machine: Machine | None = None) -> None:
    """Prints one message."""
    print(f"codecommit-doctor: {shown(text, machine)}", file=sys.stderr)


def stop(text: str, machine: Machine | None = None, code: int = 2) -> NoReturn:
    """Prints one message and ends the command with this exit code."""
    say(text, machine)
    raise Stop(code)


def somebody_is_there() -> bool:
    """Whether a person can be asked: not in a CI job, nor where a stream is no terminal."""
    from codecommit_doctor.formats.shared.terminal import in_ci

    return not in_ci() and sys.stdin.isatty() and sys.stderr.isatty()


def said_yes(question: str) -> bool:
    """Asks; True if the answer is yes."""
    print(f"{question} [y/N] ", end="", file=sys.stderr, flush=True)
    try:
        return input().strip().lower() in ("y", "yes")
    except EOFError:
        print(file=sys.stderr)
        return False


def read_report(path: Path, role: str = "") -> Report:
    """Reads a report or a bundle that the user names, and tells what is odd about its file.

    Ends the command with exit code 2 if it can't be read. role: what the file is for, in messages.
    """
    from codecommit_doctor.reports.reading import NotAReport, read

    name = f"{role} {path}".lstrip()
    try:
        foreign = read(path)
    except NotAReport as reason:
        stop(f"{name}: {reason}")
    for notice in foreign.notices:
        say(f"warning: {name}: {notice}")
    return foreign.report
