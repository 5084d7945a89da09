"""Formats turn a report into text. They run nothing and read nothing but the report.

Each module of this package is a format of the same name, and says in ``FORMAT`` how it is made. It
is found by being there, and loaded when it is wanted. ``shared`` holds what several formats share.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from importlib import import_module
from io import BytesIO, TextIOWrapper
from typing import TYPE_CHECKING, Protocol, TextIO

from msgspec import Struct, field

from codecommit_doctor.import_path import modules_in

if TYPE_CHECKING:
    from codecommit_doctor.reports.report import Report

__all__ = ["NAMES", "Drawn", "Format", "Written", "appended", "load", "render", "show"]

NAMES = tuple(modules_in(__path__))


class Drawing(Protocol):
    """Writes a report to a stream. verbose: also what passed and what was not checked."""

    def __call__(self, report: Report, stream: TextIO, *, verbose: bool = False) -> None: ...


class Drawn(Struct, frozen=True):
    """A format that writes to a stream, because it asks what that stream can show."""

    render: Drawing


class Written(Struct, frozen=True):
    """A format that makes a whole text, or its parts; what is a string is written in UTF-8.

    appended: for files that a CI system names in a variable of the environment, what is added to
    them.
    """

    render: Callable[[Report], str | bytes | Iterable[bytes]]
    appended: Mapping[str, Callable[[Report], str]] = field(default_factory=dict)


Format = Drawn | Written


def load(name: str) -> Format:
    """The format of this name; the first call takes the time to import it."""
    found: Format = import_module(f"{__name__}.{name}").FORMAT
    return found


def render(report: Report, name: str, *, verbose: bool = False) -> bytes:
    """The report as the whole content of a file."""
    form = load(name)
    if isinstance(form, Written):
        return b"".join(_parts(form.render(report)))
    file = BytesIO()
    stream = TextIOWrapper(file, "utf-8", "backslashreplace", newline="\n")
    form.render(report, stream, verbose=verbose)
    stream.flush()
    return file.getvalue()


def show(report: Report, name: str, stream: TextIO, *, verbose: bool = False) -> None:
    """Prints the report. What is for programs is UTF-8, whatever the stream's encoding is."""
    form = load(name)
    if isinstance(form, Drawn):
        form.render(report, stream, verbose=verbose)
    else:
        stream.flush()
        for part in _parts(form.render(report)):
            stream.buffer.write(part)
        stream.buffer.flush()
    stream.flush()


def appended(report: Report, name: str) -> Iterator[tuple[str, bytes]]:
    """Variables that may name a file, and what is to be added to it."""
    form = load(name)
    if isinstance(form, Written):
        for variable, make in form.appended.items():
            yield variable, b"".join(_parts(make(report)))


def _parts(made: str | bytes | Iterable[bytes]) -> Iterable[bytes]:
    made = made.encode("utf-8", "backslashreplace") if isinstance(made, str) else made
    return (made,) if isinstance(made, bytes) else made
