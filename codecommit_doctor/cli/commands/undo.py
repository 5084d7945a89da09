"""``codecommit-doctor undo``: takes fixes back."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from codecommit_doctor.cli.answers import AnswerForm, FixAnswer, print_json
from codecommit_doctor.cli.commands import command
from codecommit_doctor.cli.messages import say, stop

if TYPE_CHECKING:
    from codecommit_doctor.redaction import Redactor
    from codecommit_doctor.treatment.journal import JournalEntry


@command("Undo the last fix.")
def undo(
    id: Annotated[
        str | None,
        typer.Argument(metavar="ID", help="Which fix; without it, the last.", show_default=False),
    ] = None,
    listed: Annotated[
        bool, typer.Option("--list", help="List the fixes and change nothing.")
    ] = False,
    form: Annotated[
        AnswerForm, typer.Option("--format", help="Output format of --list.")
    ] = AnswerForm.TEXT,
) -> None:
    """Undo the last fix: each file gets its old content back.

    Refuses, with a diff, where a file has been changed since. Exit codes: 0 done, 1 refused,
    2 there is no such fix.
    """
    from rich.console import Console

    from codecommit_doctor.cli.dialogue import show_diff
    from codecommit_doctor.probes.profiles import Profiles
    from codecommit_doctor.redaction import Redactor
    from codecommit_doctor.treatment.files import FixError
    from codecommit_doctor.treatment.journal import Journal

    journal = Journal()
    if not listed:
        journal.settle()
    entries = journal.entries()
    redactor = Redactor(Profiles().secrets())
    if listed and form is AnswerForm.JSON:
        print_json([_described(entry, redactor) for entry in entries])
        return
    if listed and not entries:
        typer.echo("No fix has been applied by codecommit-doctor.")
        return
    if listed:
        for entry in entries:
            files = ", ".join(patch.path for patch in entry.patches)
            line = f"{entry.id}  {entry.state:<10}  {entry.check}: {entry.title}  {files}"
            typer.echo(redactor.clean(line))
        return
    wanted = [e for e in entries if (e.id == id if id else e.state == "applied")]
    if not wanted or wanted[-1].state != "applied":
        what = f"no applied fix {id!a}" if id else "nothing to undo"
        more = "; see: codecommit-doctor undo --list" if entries else ": no fix has been applied"
        stop(f"{what}{more}")
    entry = wanted[-1]
    try:
        journal.undo(entry)
    except FixError as error:
        say(f"not undone: {redactor.clean(str(error))}")
        lines = journal.since(entry, redactor)
        show_diff(lines, redactor, Console(stderr=True, highlight=False))
        raise typer.Exit(1) from None
    typer.echo(redactor.clean(f"undone: {entry.check}: {entry.title}"))
    if entry.erased:
        typer.echo("The stored password that it erased was not kept; Git will ask for a new one.")


def _described(entry: JournalEntry, redactor: Redactor) -> FixAnswer:
    files = [redactor.clean(patch.path) for patch in entry.patches]
    return FixAnswer(entry.id, entry.state, entry.check, redactor.clean(entry.title), files)
