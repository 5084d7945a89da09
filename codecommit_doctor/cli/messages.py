"""What the program says on standard error besides reports: redacted, one place for all commands."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, NoReturn

if TYPE_CHECKING:
    from codecommit_doctor.engine.machine import Machine

__all__ = ["say", "shown", "stop"]


def shown(text: str, machine: Machine | None = None) -> str:
    """The text without secrets. machine: one whose files may hold some."""
    from codecommit_doctor.redaction import Redactor

    return Redactor(machine.known_secrets() if machine else ()).clean(text)


def say(text: str, machine: Machine | None = None) -> None:
    """Prints one message."""
    print(f"codecommit-doctor: {shown(text, machine)}", file=sys.stderr)


def stop(text: str, machine: Machine | None = None, code: int = 2) -> NoReturn:
    """Prints one message and ends the command with this exit code."""
    import typer

    say(text, machine)
    raise typer.Exit(code)
