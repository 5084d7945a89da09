"""``codecommit-doctor run -- git push``: a command, and an examination if it fails."""

from __future__ import annotations

import sys
from typing import Annotated

import typer


def run(
    words: Annotated[
        list[str], typer.Argument(metavar="COMMAND...", help="A command.", show_default=False)
    ],
    offline: Annotated[bool, typer.Option("--offline", help="Ask nothing of the network.")] = False,
) -> None:
    """Run a command; if Git fails in it at CodeCommit, examine the machine for that address.

    The command keeps the terminal, and its exit code is ours. The report goes to standard error.
    """
    from codecommit_doctor.engine.registry import load
    from codecommit_doctor.engine.traced import run_traced
    from codecommit_doctor.rules.error_texts import recognise

    traced = run_traced(words)
    if traced.code in (126, 127) and not traced.errors:
        typer.echo(f"codecommit-doctor: {words[0]!a} can't be run", err=True)
    if traced.code and traced.addresses:
        catalogue = load()
        known = [check.id for check in catalogue.checks]
        if not traced.errors or recognise("\n".join(traced.errors), known):
            _examine(traced.addresses[-1], offline)
    raise typer.Exit(traced.code)


def _examine(address: str, offline: bool) -> None:
    from codecommit_doctor.cli.progress import Progress
    from codecommit_doctor.engine.registry import load
    from codecommit_doctor.engine.session import Consultation
    from codecommit_doctor.formats.console import render
    from codecommit_doctor.reports.report import build

    with Progress() as progress:
        consultation = Consultation((address,), load(), offline=offline)
        look = consultation.look(observe=progress.observe)
    render(build(look.sections, look.machine), sys.stderr)
