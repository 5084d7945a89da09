"""``codecommit-doctor explain ID``: the page of a check."""

from __future__ import annotations

import sys
from typing import Annotated

import typer

from codecommit_doctor.cli.completion import check_ids


def explain(
    id: Annotated[
        str,
        typer.Argument(
            metavar="ID", help="A check's id.", show_default=False, autocompletion=check_ids
        ),
    ],
) -> None:
    """Show the full page of a check: what it asks, why it matters, how it looks, what to do."""
    from codecommit_doctor.engine.registry import load
    from codecommit_doctor.rules.spelling import nearest

    catalogue = load()
    check = catalogue.get(id)
    if check is None:
        near = nearest(id, [check.id for check in catalogue.checks])
        hint = f"; did you mean {near}?" if near else "; see: codecommit-doctor checks"
        typer.echo(f"codecommit-doctor: there is no check {id!a}{hint}", err=True)
        raise typer.Exit(2)
    if not sys.stdout.isatty():
        typer.echo(check.page, nl=False)
        return
    from rich.console import Console
    from rich.markdown import Markdown

    Console(width=min(Console().width, 100)).print(Markdown(check.page))
