"""``codecommit-doctor view FILE``: a report or a bundle from elsewhere."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from codecommit_doctor.cli import options
from codecommit_doctor.cli.messages import read_report, say
from codecommit_doctor.formats import Format


def view(
    file: Annotated[
        Path, typer.Argument(metavar="FILE", help="A JSON report, or a bundle.", show_default=False)
    ],
    form: options.Form = None,
    verbose: options.Verbose = False,
    redact: Annotated[
        list[str] | None,
        typer.Option(metavar="WORD", help="Mask this word wherever it stands; may be repeated."),
    ] = None,
) -> None:
    """Show a report or a bundle as if it had been made here. Nothing in it is run or unpacked.

    Exit codes: 0 shown, 2 it can't be read.
    """
    from codecommit_doctor.formats import show
    from codecommit_doctor.reports.reading import masked

    report = masked(read_report(file), redact or [])
    facts = " ".join(filter(None, map(report.machine.get, ("system", "release", "architecture"))))
    say(f"made at {report.created} by {report.tool.name} {report.tool.version} on {facts}")
    try:
        show(report, form or Format.CONSOLE, sys.stdout, verbose=verbose)
    except BrokenPipeError:
        pass  # "codecommit-doctor view FILE | head": no error of ours
