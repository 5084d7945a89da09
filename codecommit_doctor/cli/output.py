"""Writes a report to where the user wants it."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, TextIO

from msgspec import Struct

from codecommit_doctor.cli.messages import Stop, say, stop
from codecommit_doctor.formats import NAMES, appended, render, show
from codecommit_doctor.treatment.output import sink

if TYPE_CHECKING:
    from codecommit_doctor.reports.report import Report

__all__ = ["Destination", "destinations_of", "obstacle", "write_all", "write_file"]


_USAGE = 2


class Destination(Struct, frozen=True):
    """A format, and where it goes to: a file, else the stream, else standard output."""

    form: str
    path: Path | None = None
    stream: TextIO | None = None

    @classmethod
    def parse(cls, text: str) -> Destination:
        """Reads ``FORMAT=FILE``; ends with a message if it is none."""
        name, equals, file = text.partition("=")
        if not equals or not file:
            stop(f"--report wants FORMAT=FILE, as in junit=report.xml, not {text!a}")
        if name not in NAMES:
            stop(f"--report knows no format {name!a}, but {', '.join(NAMES)}")
        if file == "-":
            stop("--report writes files; --format is for standard output")
        return cls(name, Path(file))

    def obstacle(self) -> str | None:
        """Why the file can't be written, as far as that can be known before."""
        return obstacle(self.path) if self.path else None

    def write(self, report: Report, *, verbose: bool = False) -> None:
        """Prints the report, or writes it to a file that only its owner may read.

        A file appears whole or not at all; a device or a pipe is written to. What a CI system wants
        besides, in files that it names itself, is added to these. Raises OSError.
        """
        if self.path is not None:
            sys.stdout.flush()  # it may be what the path names
            sink(self.path).write(render(report, self.form, verbose=verbose))
            return
        show(report, self.form, self.stream or sys.stdout, verbose=verbose)
        for variable, text in appended(report, self.form):
            if named := os.environ.get(variable):
                with open(named, "ab") as file:  # noqa: PTH123
                    file.write(text)


def obstacle(path: Path) -> str | None:
    """Why a file can't be written, as far as that can be known before."""
    try:
        sink(path)
    except OSError as error:
        return error.strerror or str(error)
    except ValueError as error:  # a NUL in the name
        return str(error)
    return None


def write_file(path: Path, data: bytes) -> None:
    """Writes a file that the user named; ends with a message if it can't be written."""
    try:
        sink(path).write(data)
    except OSError as error:
        stop(f"{path} can't be written: {error.strerror or error}")


def destinations_of(
    form: str, output: Path | None, reports: Iterable[str], *others: Path
) -> list[Destination]:
    """All that is to be written, what goes to standard output last; a message if it can't be.

    reports: as ``FORMAT=FILE``. others: more files, which nothing else may go to.
    """
    destinations = [*map(Destination.parse, reports), Destination(form, output)]
    every = [*destinations, *(Destination(form, path) for path in others)]
    for destination in every:
        if reason := destination.obstacle():
            stop(f"{destination.path} can't be written: {reason}")
    if twice := _clash(every):
        stop(f"two reports can't go to the same file: {twice}")
    return destinations


def write_all(
    report: Report,
    destinations: Iterable[Destination],
    *,
    verbose: bool = False,
    by_hand: bool = False,
) -> None:
    """Writes what can be written, and tells what can't; ends with exit code 2 then.

    by_hand: a person is told what to do by hand, because a fix was wanted and there is none.
    """
    failed = False
    for destination in destinations:
        try:
            if by_hand and destination.form == "console" and destination.path is None:
                from codecommit_doctor.formats.console import render_by_hand

                render_by_hand(report, sys.stdout)
            else:
                destination.write(report, verbose=verbose)
        except BrokenPipeError:
            pass  # "codecommit-doctor | head": no error of ours
        except OSError as error:
            named = destination.path or error.filename or "the report"
            say(f"{named} can't be written: {error.strerror or error}")
            failed = True
    if failed:
        raise Stop(_USAGE)


def _clash(destinations: Iterable[Destination]) -> Path | None:
    """A file that more than one of them would replace."""
    seen: set[str] = set()
    for path in [destination.path for destination in destinations if destination.path]:
        found = sink(path)
        if found.descriptor is None and not found.stream:
            if found.path in seen:
                return path
            seen.add(found.path)
    return None
