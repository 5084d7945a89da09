"""``codecommit-doctor explain-error``: what a printed error can mean."""

from __future__ import annotations

import sys
from typing import Annotated

import typer

_MOST = 1_000_000
"""Characters read of a text: an error stands at its end, and a whole log may be piped in."""


def explain_error(
    text: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="[TEXT]",
            help="What was printed; else standard input.",
            show_default=False,
        ),
    ] = None,
) -> None:
    """Say what an error of git or aws can mean. The machine is not looked at.

    Exit codes: 0 the text was recognised, 1 it was not, 2 there was no text.
    """
    from codecommit_doctor.engine.registry import load
    from codecommit_doctor.rules.error_texts import recognise

    if not text and sys.stdin.isatty():
        typer.echo("codecommit-doctor: paste the error, then end it with Ctrl-D", err=True)
    said = " ".join(text) if text else sys.stdin.buffer.read().decode("utf-8", "replace")[-_MOST:]
    if not said.strip():
        typer.echo("codecommit-doctor: there is no text to explain", err=True)
        raise typer.Exit(2)
    catalogue = load()
    titles = {check.id: check.title for check in catalogue.checks}
    found = recognise(said, titles)
    if not found:
        typer.echo("This is no text that git or aws prints for trouble with CodeCommit.")
        raise typer.Exit(1)
    for symptom in found:
        typer.echo(symptom.meaning)
        for check in symptom.checks:
            typer.echo(f"  {check:<28} {titles[check]}")
    typer.echo("Run codecommit-doctor in the clone to find out which it is.")
