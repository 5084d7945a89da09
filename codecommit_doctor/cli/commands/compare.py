"""``codecommit-doctor compare A B``: what differs between two reports."""

from __future__ import annotations

import sys
from contextlib import suppress
from enum import Enum
from pathlib import Path
from typing import Annotated

import typer

from codecommit_doctor.cli.commands import command
from codecommit_doctor.cli.messages import read_report, shown, stop


class CompareForm(str, Enum):
    """How a comparison can be shown."""

    CONSOLE = "console"
    JSON = "json"


@command("Show what differs between two reports or bundles.")
def compare(
    a: Annotated[
        Path, typer.Argument(metavar="A", help="A JSON report, or a bundle.", show_default=False)
    ],
    b: Annotated[Path, typer.Argument(metavar="B", help="Another one.", show_default=False)],
    form: Annotated[
        CompareForm, typer.Option("--format", help="How to show what differs.")
    ] = CompareForm.CONSOLE,
    verbose: Annotated[
        bool,
        typer.Option("--verbose", "-v", help="Also show what differs where nothing is wrong."),
    ] = False,
) -> None:
    """Say what differs between a machine that works and one that does not.

    Exit codes: 0 nothing differs, 1 something does, 2 a file can't be read.
    """
    from codecommit_doctor.reports.comparison import compare as compared
    from codecommit_doctor.reports.comparison import lines
    from codecommit_doctor.reports.reading import NotAReport
    from codecommit_doctor.reports.reading import settings as settings_of
    from codecommit_doctor.reports.report import encode

    one, other = read_report(a), read_report(b)
    try:
        settings = (settings_of(a), settings_of(b))
    except NotAReport as reason:
        stop(str(reason))
    comparison = compared(one, other, (shown(str(a)), shown(str(b))), settings)
    with suppress(BrokenPipeError):  # "codecommit-doctor compare A B | head": no error of ours
        if form is CompareForm.JSON:
            sys.stdout.buffer.write(encode(comparison))
        else:
            print("\n".join(lines(comparison, verbose=verbose)))
        sys.stdout.flush()
    raise typer.Exit(0 if comparison.same else 1)
