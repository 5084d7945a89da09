"""Writes a report to where the user wants it."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from codecommit_doctor.formats import Format, load, render, show
from codecommit_doctor.treatment.output import place

if TYPE_CHECKING:
    from codecommit_doctor.reports.report import Report

__all__ = ["Destination", "DestinationError", "clash"]


class DestinationError(Exception):
    """The words name no place for a report. The message is for the user."""


@dataclass(frozen=True)
class Destination:
    """A format, and the file that it goes to; without a file, standard output."""

    form: Format
    path: Path | None = None

    @classmethod
    def parse(cls, text: str) -> Destination:
        """Reads ``FORMAT=FILE``. Raises DestinationError."""
        name, equals, file = text.partition("=")
        if not equals or not file:
            raise DestinationError(f"wants FORMAT=FILE, as in junit=report.xml, not {text!a}")
        if name not in [form.value for form in Format]:
            known = ", ".join(form.value for form in Format)
            raise DestinationError(f"knows no format {name!a}, but {known}")
        if file == "-":
            raise DestinationError("writes files; --format is for standard output")
        return cls(Format(name), Path(file))

    def obstacle(self) -> str | None:
        """Why the file can't be written, as far as that can be known before."""
        if self.path is None:
            return None
        try:
            place(self.path)
        except OSError as error:
            return error.strerror or str(error)
        except ValueError as error:  # a NUL in the name
            return str(error)
        return None

    def write(self, report: Report, *, verbose: bool = False) -> None:
        """Prints the report, or writes it to a file that only its owner may read.

        A file appears whole or not at all; a device or a pipe is written to. What a CI system wants
        besides, in files that it names itself, is added to these. Raises OSError.
        """
        if self.path is not None:
            sys.stdout.flush()  # it may be what the path names
            place(self.path).write(render(report, self.form, verbose=verbose))
            return
        show(report, self.form, sys.stdout, verbose=verbose)
        for variable, make in getattr(load(self.form), "APPENDED", {}).items():
            if named := os.environ.get(variable):
                with open(named, "ab") as file:  # noqa: PTH123
                    file.write(make(report).encode("utf-8", "backslashreplace"))


def clash(destinations: Iterable[Destination]) -> Path | None:
    """A file that more than one of them would replace."""
    seen: set[str] = set()
    for path in [destination.path for destination in destinations if destination.path]:
        found = place(path)
        if found.descriptor is None and not found.stream:
            if found.path in seen:
                return path
            seen.add(found.path)
    return None
