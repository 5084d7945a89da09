"""Writes a report to where the user wants it."""

from __future__ import annotations

import os
import sys
import tempfile
from io import StringIO
from pathlib import Path
from typing import TYPE_CHECKING

from codecommit_doctor.formats import Format

if TYPE_CHECKING:
    from codecommit_doctor.report import Report

__all__ = ["write_report"]


def write_report(report: Report, form: Format, path: Path | None, *, verbose: bool) -> None:
    """Prints the report, or writes it to a file that only its owner may read.

    The file appears whole or not at all. Raises OSError if it can't be written.
    """
    if path is None:
        _print(report, form, verbose)
        return
    if form is Format.JSON:
        from codecommit_doctor.report import encode

        data = encode(report)
    else:
        from codecommit_doctor.formats.console import render

        text = StringIO()
        render(report, text, verbose=verbose)
        data = text.getvalue().encode("utf-8", "backslashreplace")
    write_private(path, data)


def write_private(path: Path, data: bytes) -> None:
    """Puts a file in place in one step, readable by its owner alone. Raises OSError."""
    folder = path.resolve().parent
    descriptor, temporary = tempfile.mkstemp(dir=folder, prefix=f".{path.name}.")  # mode 0600
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        Path(temporary).replace(path.resolve())
    except BaseException:
        Path(temporary).unlink(missing_ok=True)
        raise


def _print(report: Report, form: Format, verbose: bool) -> None:
    if form is Format.JSON:
        from codecommit_doctor.report import encode

        sys.stdout.buffer.write(encode(report))
        sys.stdout.buffer.flush()
        return
    from codecommit_doctor.formats.console import render

    render(report, sys.stdout, verbose=verbose)
    sys.stdout.flush()
