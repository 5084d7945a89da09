"""``codecommit-doctor view FILE``: a report or a bundle from elsewhere."""

from __future__ import annotations

import sys
from contextlib import suppress
from pathlib import Path
from typing import Annotated

import typer

from codecommit_doctor.cli import options
from codecommit_doctor.cli.commands import command
from codecommit_doctor.cli.messages import read_report, say, stop


@command("Show a report or a bundle.")
def view(
    files: Annotated[
        list[Path],
        typer.Argument(
            metavar="FILE",
            help="A JSON report, or a bundle; with --format jsonl any number, and folders.",
            show_default=False,
        ),
    ],
    form: options.Form = None,
    verbose: options.Verbose = False,
    redact: Annotated[
        list[str] | None,
        typer.Option(metavar="WORD", help="Mask this word everywhere; may be repeated."),
    ] = None,
) -> None:
    """Show a report or a bundle as if it had been made here. Nothing in it is run or unpacked.

    --format jsonl turns many of them into flat lines. Exit codes: 0 shown, 2 one can't be read.
    """
    with suppress(BrokenPipeError):  # "codecommit-doctor view FILE | head": no error of ours
        if form == "jsonl":
            raise typer.Exit(2 if _print_lines(files, redact or []) else 0)
        if len(files) > 1:
            stop("name one file, or --format jsonl for many")
        _show(files[0], form or "console", redact or [], verbose)


def _show(file: Path, form: str, redact: list[str], verbose: bool) -> None:
    from codecommit_doctor.formats import show
    from codecommit_doctor.reports.reading import masked

    report = masked(read_report(file), redact)
    facts = " ".join(filter(None, map(report.machine.get, ("system", "release", "architecture"))))
    say(f"made at {report.created} by {report.tool.name} {report.tool.version} on {facts}")
    show(report, form, sys.stdout, verbose=verbose)


def _print_lines(files: list[Path], redact: list[str]) -> int:
    """Prints the lines of all that can be read; how many files can't."""
    from codecommit_doctor.reports.collecting import TABLES, LeftOut, files_below
    from codecommit_doctor.reports.lines import encode, lines_of
    from codecommit_doctor.reports.reading import NotAReport, admitted, content, masked, parse

    unread = 0
    sys.stdout.flush()
    for file in files_below(files):
        if isinstance(file, LeftOut):
            say(f"{file.path}: {file.reason}")
            continue
        if file.suffix.lower() in TABLES and file not in files:
            say(f"{file}: left out: by its name it is a table of lines already")
            continue
        try:
            data, notices = content(file)
            report = masked(parse(data), redact) if redact else admitted(data)
        except NotAReport as reason:
            unread += 1
            say(f"{file}: {reason}")
            continue
        for notice in notices:
            say(f"warning: {file}: {notice}")
        sys.stdout.buffer.write(encode(lines_of(report)))
    sys.stdout.buffer.flush()
    return unread
