"""Formats turn a report into text. They run nothing and read nothing but the report.

A format is a module of this package with the name of the format and a function ``render(report)``
that returns text or bytes; those for people draw on a stream, because they ask what that stream
can show. A module may also have ``APPENDED``: files that a CI system names in a variable of the
environment, and what to add to them.
"""

from __future__ import annotations

from enum import Enum
from importlib import import_module
from io import BytesIO, TextIOWrapper
from typing import TYPE_CHECKING, Any, TextIO

if TYPE_CHECKING:
    from codecommit_doctor.reports.report import Report

__all__ = ["Format", "load", "render", "show"]


class Format(str, Enum):
    """The formats by name."""

    CONSOLE = "console"
    LINE = "line"
    JSON = "json"
    JSONL = "jsonl"
    JUNIT = "junit"
    SARIF = "sarif"
    GITHUB = "github"
    GITLAB = "gitlab"
    MARKDOWN = "markdown"
    HTML = "html"


_DRAWN = (Format.CONSOLE, Format.LINE)


def load(form: Format) -> Any:
    """The format's module; the first call takes the time to import it."""
    return import_module(f"{__name__}.{form.value}")


def render(report: Report, form: Format, *, verbose: bool = False) -> bytes:
    """The report as the whole content of a file."""
    if form in _DRAWN:
        file = BytesIO()
        stream = TextIOWrapper(file, "utf-8", "backslashreplace", newline="\n")
        load(form).render(report, stream, verbose=verbose)
        stream.flush()
        return file.getvalue()
    made: str | bytes = load(form).render(report)
    return made if isinstance(made, bytes) else made.encode("utf-8", "backslashreplace")


def show(report: Report, form: Format, stream: TextIO, *, verbose: bool = False) -> None:
    """Prints the report. What is for programs is UTF-8, whatever the stream's encoding is."""
    if form in _DRAWN:
        load(form).render(report, stream, verbose=verbose)
    else:
        stream.flush()
        stream.buffer.write(render(report, form))
        stream.buffer.flush()
    stream.flush()
