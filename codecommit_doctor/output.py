"""Writes a report to where the user wants it."""

from __future__ import annotations

import os
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from codecommit_doctor.formats import Format, load, render, show

if TYPE_CHECKING:
    from codecommit_doctor.report import Report

__all__ = ["obstacle", "write_private", "write_report"]


def write_report(report: Report, form: Format, path: Path | None, *, verbose: bool) -> None:
    """Prints the report, or writes it to a file that only its owner may read.

    The file appears whole or not at all. Raises OSError if it can't be written.
    """
    if path is None:
        show(report, form, sys.stdout, verbose=verbose)
    else:
        write_private(path, render(report, form, verbose=verbose))
    for variable, make in getattr(load(form), "APPENDED", {}).items():
        if named := os.environ.get(variable):
            with open(named, "ab") as file:  # noqa: PTH123
                file.write(make(report).encode("utf-8", "backslashreplace"))


def obstacle(path: Path) -> str | None:
    """Why a file can't be written there, as far as it can be known before."""
    if path.is_dir():
        return "Is a directory"
    folder = path.resolve().parent
    if not folder.is_dir():
        return "Not a directory" if folder.exists() else "No such file or directory"
    return None if os.access(folder, os.W_OK) else "Permission denied"


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
