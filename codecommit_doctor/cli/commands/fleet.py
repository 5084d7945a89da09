"""``codecommit-doctor fleet PATH...``: what the reports of many machines have in common."""

from __future__ import annotations

import re
import sys
from contextlib import suppress
from enum import Enum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from codecommit_doctor.cli.commands import command
from codecommit_doctor.cli.messages import say, shown, stop

if TYPE_CHECKING:
    from codecommit_doctor.fleet.engine import Fleet
    from codecommit_doctor.fleet.summary import Summary
    from codecommit_doctor.reports.collecting import LeftOut


class FleetForm(str, Enum):
    """How the answer can be shown."""

    CONSOLE = "console"
    JSON = "json"
    MARKDOWN = "markdown"
    HTML = "html"
    CSV = "csv"
    PARQUET = "parquet"


_ALL_MACHINES = "true"
_DAY = re.compile(r"\d{4}-\d\d-\d\d")


_Paths = Annotated[
    list[Path],
    typer.Argument(
        metavar="PATH",
        help="Reports, bundles, JSON Lines, Parquet files, folders of them, or patterns.",
        show_default=False,
    ),
]
_Where = Annotated[
    str | None,
    typer.Option(metavar="CONDITION", help="List the machines that match this SQL condition."),
]
_Sql = Annotated[
    str | None, typer.Option(metavar="QUERY", help="Answer this SQL query over the views.")
]
_Since = Annotated[
    str | None,
    typer.Option(metavar="DATE", help="Compare reports since this day with those before."),
]
_Against = Annotated[
    Path | None, typer.Option(metavar="PATH", help="Compare with these earlier reports.")
]
_Expect = Annotated[
    Path | None,
    typer.Option(metavar="FILE", help="Machine names, one per line: show which never reported."),
]
_Output = Annotated[Path | None, typer.Option(metavar="FILE", help="Write the answer to a file.")]


@command("Say what many machines' reports have in common.")
def fleet(
    paths: _Paths,
    where: _Where = None,
    sql: _Sql = None,
    since: _Since = None,
    against: _Against = None,
    expect: _Expect = None,
    form: Annotated[FleetForm, typer.Option("--format", help="Output format.")] = FleetForm.CONSOLE,
    output: _Output = None,
) -> None:
    """Say which causes many machines have, from their reports. Needs the extra "fleet" (DuckDB).

    Nothing in the files is trusted: what can't be read is named and left out. --format csv and
    parquet list the machines. Exit codes: 0 answered, 2 wrong usage, or nothing could be read.
    """
    from tempfile import TemporaryDirectory

    from codecommit_doctor.cli.output import obstacle, write_file
    from codecommit_doctor.fleet.engine import Missing, QueryError

    if where is not None and sql is not None:
        stop("--where or --sql, not both")
    if since is not None and against is not None:
        stop("--since or --against, not both")
    if since is not None and not _DAY.fullmatch(since):
        stop("--since wants a day, as in 2026-11-25")
    if output and (reason := obstacle(output)):
        stop(f"{output} can't be written: {reason}")
    names = _names(expect) if expect else None

    with TemporaryDirectory(prefix="codecommit-doctor-") as folder:
        try:
            loaded, files, left_out = _loaded(
                paths, against, since or "", Path(folder), everything=sql is not None
            )
            question = _question(where, sql, form)
            if question is not None:
                data = _answer(loaded, question, form, Path(folder))
                for entry in left_out:
                    say(f"{entry.path}: {entry.reason}")
            else:
                from codecommit_doctor.fleet.summary import summarize

                summary = summarize(
                    loaded,
                    files=files,
                    left_out=left_out,
                    compared=bool(since or against),
                    expected=names,
                )
                data = _shown(summary, form)
        except Missing as reason:
            stop(str(reason))
        except QueryError as error:
            stop(f"this can't be answered: {error}")
    write_file(output, data) if output else _print(data)
    is_unread = len({entry.path for entry in left_out}) >= files
    if is_unread and not (files and loaded.view("totals", "1").rows[0][0]):
        stop("nothing could be read")


def _names(file: Path) -> list[str]:
    """The lines of a file that are no comments."""
    import json

    from codecommit_doctor.probes.files import read_named

    try:
        data = read_named(file, 32 * 1024 * 1024)
        text = data.decode(json.detect_encoding(data)).lstrip("\ufeff")
    except (OSError, ValueError) as error:
        stop(f"{file} can't be read: {getattr(error, 'strerror', None) or error}")
    lines = (line.strip() for line in text.splitlines())
    return [line for line in lines if line and not line.startswith("#")]


def _loaded(
    paths: list[Path], against: Path | None, since: str, folder: Path, *, everything: bool
) -> tuple[Fleet, int, list[LeftOut]]:
    """The table, how many files were looked at, and what could not be read of them."""
    from codecommit_doctor.cli.progress import StatusLine
    from codecommit_doctor.fleet.engine import Fleet
    from codecommit_doctor.fleet.intake import take_in

    loaded = Fleet(folder, everything=everything)
    files, left_out = 0, []
    with StatusLine() as line:
        for earlier, named in ((False, paths), (True, [against] if against else [])):
            if not named:
                continue
            place = folder / ("earlier" if earlier else "now")
            place.mkdir()
            intake = take_in(
                named,
                place,
                everything=everything,
                observe=lambda n: line.say(f"reading file {n:,}"),
            )
            line.say("adding up")
            left_out += [*intake.left_out, *loaded.load(intake, earlier=earlier)]
            files += intake.number
        loaded.close(since=since, against=bool(against), output=folder / "answer.parquet")
    return loaded, files, left_out


def _question(where: str | None, sql: str | None, form: FleetForm) -> str | None:
    from codecommit_doctor.fleet.engine import machines_where

    if sql is not None:
        return sql
    if where is None and form not in (FleetForm.CSV, FleetForm.PARQUET):
        return None
    return machines_where(where or _ALL_MACHINES)


def _answer(loaded: Fleet, question: str, form: FleetForm, folder: Path) -> bytes:
    from codecommit_doctor.fleet import show

    if form is FleetForm.PARQUET:
        loaded.save(question, folder / "answer.parquet")
        return (folder / "answer.parquet").read_bytes()
    table = loaded.ask(question)
    if form is FleetForm.CSV:
        return show.as_csv(table).encode()
    if form is FleetForm.JSON:
        return show.as_json(table)
    part = show.of_table(table)
    if form is FleetForm.HTML:
        from codecommit_doctor.fleet.page import page_of_parts

        return page_of_parts(f"{len(table.rows):,} rows", [part]).encode()
    return (show.as_markdown if form is FleetForm.MARKDOWN else show.as_text)([part]).encode()


def _shown(summary: Summary, form: FleetForm) -> bytes:
    from codecommit_doctor.fleet import show

    for entry in summary.left_out:
        entry.file, entry.reason = shown(entry.file), shown(entry.reason)
    if form is FleetForm.JSON:
        return show.as_json(summary)
    if form is FleetForm.HTML:
        from codecommit_doctor.fleet.page import page_of_summary

        return page_of_summary(summary).encode()
    write = show.as_markdown if form is FleetForm.MARKDOWN else show.as_text
    return write(list(show.parts(summary)), show.headline(summary)).encode()


def _print(data: bytes) -> None:
    with suppress(BrokenPipeError):  # "codecommit-doctor fleet . | head": no error of ours
        sys.stdout.flush()
        sys.stdout.buffer.write(data)
        sys.stdout.buffer.flush()
