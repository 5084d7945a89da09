"""``codecommit-doctor explain-error``: what a printed error can mean."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from codecommit_doctor.cli.answers import AnswerForm, ErrorAnswer, ExplanationAnswer, print_json
from codecommit_doctor.cli.commands import command
from codecommit_doctor.cli.messages import stop

if TYPE_CHECKING:
    from codecommit_doctor.check import Check
    from codecommit_doctor.engine.recognition import Explanation

_CHUNK = 1 << 20
_STREAM = 64_000_000
"""Bytes that are read from a pipe or a device that is named."""

_PATIENCE = 60.0
"""Seconds to wait for the program that writes to a named pipe: a shell's ``<(git push 2>&1)``."""

_NAME = re.compile(r"(?!\w+://)\S*(?:[\\/]\S+|\.[A-Za-z]\w{0,4})\Z")
_LOOK = (
    "To find out what is wrong on this machine, run codecommit-doctor in the clone, or run the "
    "failing command as: codecommit-doctor run -- COMMAND"
)


@command("Explain an error text of Git or AWS.")
def explain_error(
    text: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="TEXT|FILE|-",
            help="What was printed, or a file that holds it; else standard input.",
            show_default=False,
        ),
    ] = None,
    form: Annotated[AnswerForm, typer.Option("--format", help="Output format.")] = AnswerForm.TEXT,
) -> None:
    """Say what an error of git or aws can mean. This machine is not checked.

    A whole log of a CI system can be given. Exit codes: 0 the text was recognised, 1 it was not, 2
    there was no text.
    """
    from codecommit_doctor.engine.recognition import Recognition
    from codecommit_doctor.engine.registry import load

    source = _Source(text or [])
    checks = load().checks
    try:
        found = Recognition(checks).read(source.chunks())
    except OSError as error:
        stop(f"{source.name} can't be read: {error.strerror or error}")
    if source.is_blank:
        stop("there is no text to explain")
    if not found and source.is_missing:
        typer.echo(f"codecommit-doctor: there is no file {source.text}", err=True)
    show(found, checks, form)
    raise typer.Exit(0 if found else 1)


def show(found: list[Explanation], checks: Iterable[Check], form: AnswerForm) -> None:
    """Prints what a text can mean."""
    if form is AnswerForm.JSON:
        _print_json(found)
    else:
        _print(found, {check.id: check.title for check in checks})


class _Source:
    """The text: words of the command line, a file, or standard input."""

    def __init__(self, words: list[str]) -> None:
        self.is_blank = True
        self.text = " ".join(words)
        self.name = "standard input"
        self._path: Path | None = None
        if len(words) == 1 and words[0] != "-" and _exists(words[0]):
            self.name, self._path = words[0], Path(words[0])
        self._from_stdin = not words or words == ["-"]
        self.is_missing = not self._path and bool(_NAME.match(self.text))

    def chunks(self) -> Iterator[bytes]:
        """The text in pieces. Raises OSError."""
        for chunk in self._read():
            self.is_blank = self.is_blank and not chunk.strip()
            yield chunk

    def _read(self) -> Iterator[bytes]:
        if self._path and not self._path.is_file():
            from codecommit_doctor.probes.files import read_named

            yield read_named(self._path, _STREAM, _PATIENCE)
        elif self._path:
            with self._path.open("rb") as file:
                yield from iter(lambda: file.read(_CHUNK), b"")
        elif self._from_stdin:
            if sys.stdin.isatty():
                typer.echo("codecommit-doctor: paste the error, then end it with Ctrl-D", err=True)
            yield from iter(lambda: sys.stdin.buffer.read(_CHUNK), b"")
        else:
            yield self.text.encode("utf-8", "surrogateescape")


def _exists(word: str) -> bool:
    try:
        return Path(word).exists()
    except (OSError, ValueError):  # a text that no path can be
        return False


def _print(found: list[Explanation], titles: dict[str, str]) -> None:
    from codecommit_doctor.redaction import Redactor

    if not found:
        typer.echo("No known Git or AWS CLI error found in this text.")
        typer.echo(_LOOK)
        return
    clean = Redactor().clean
    for number, explanation in enumerate(found):
        if number:
            typer.echo()
        typer.echo(f"{explanation.meaning}.")
        for line in explanation.lines[:1]:
            typer.echo(f"  seen: {_short(clean(line))}")
        for check in explanation.checks:
            typer.echo(f"  {check:<28} {titles.get(check, '')}")
    typer.echo()
    typer.echo(_LOOK)


def _short(line: str) -> str:
    return line if len(line) <= 160 else f"{line[:157]}..."


def _print_json(found: list[Explanation]) -> None:
    from codecommit_doctor.redaction import Redactor

    clean = Redactor().clean
    explanations = [
        ExplanationAnswer(it.id, it.meaning, list(it.checks), list(map(clean, it.lines)))
        for it in found
    ]
    print_json(ErrorAnswer(bool(found), explanations))
