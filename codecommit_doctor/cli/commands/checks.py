"""``codecommit-doctor checks``: the list of checks."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from codecommit_doctor.cli.answers import AnswerForm, CheckAnswer, print_json
from codecommit_doctor.cli.commands import command

if TYPE_CHECKING:
    from codecommit_doctor.engine.registry import Catalogue


@command("List the checks.")
def checks(
    form: Annotated[AnswerForm, typer.Option("--format", help="Output format.")] = AnswerForm.TEXT,
) -> None:
    """List the checks: id, question, and whether a fix may be offered.

    A check of another package is marked with the package's name.
    """
    from codecommit_doctor.engine.registry import load
    from codecommit_doctor.redaction import printable

    catalogue = load()
    if form is AnswerForm.JSON:
        print_json(_described(catalogue))
    else:
        width = max((len(check.id) for check in catalogue.checks), default=0)
        for check in sorted(catalogue.checks, key=lambda check: check.id):
            marks = ["can be fixed"] if check.can_fix else []
            marks += [f"from {check.distribution}"] if check.distribution else []
            note = f"  ({', '.join(marks)})" if marks else ""
            typer.echo(printable(f"{check.id:<{width}}  {check.title}{note}"))
    for broken in catalogue.broken:
        reason = f"{broken.distribution}: {broken.reason}"
        typer.echo(printable(f"{broken.id}  can't be used: {reason}"), err=True)
    if catalogue.broken:
        raise typer.Exit(3)


def _described(catalogue: Catalogue) -> list[CheckAnswer]:
    return [
        CheckAnswer(
            check.id,
            check.title,
            check.category,
            check.can_fix,
            [f"{check.id}/{code}" for code in check.codes],
            check.source,
            check.distribution,
        )
        for check in sorted(catalogue.checks, key=lambda check: check.id)
    ]
