"""Answers of the small commands, for people or for programs.

Their JSON Schema is in ``schema/``; ``python -m codecommit_doctor.cli.answers`` makes it.
Within version 1 a field is only ever added.
"""

from __future__ import annotations

import sys
from enum import Enum

from msgspec import Struct

__all__ = [
    "AnswerForm",
    "CheckAnswer",
    "ErrorAnswer",
    "ExplanationAnswer",
    "FixAnswer",
    "PageAnswer",
    "SettingAnswer",
    "print_json",
    "schema",
]


class AnswerForm(str, Enum):
    """How a command can answer."""

    TEXT = "text"
    JSON = "json"


class CheckAnswer(Struct):
    """One check, of ``checks``. can_fix: a fix may be offered. docs: the address of its source."""

    id: str
    title: str
    category: str | None
    can_fix: bool
    codes: list[str]
    docs: str
    distribution: str | None = None


class PageAnswer(Struct):
    """The page of a check, of ``explain``. codes: its codes with their meanings. page: Markdown."""

    id: str
    title: str
    codes: dict[str, str]
    page: str


class ExplanationAnswer(Struct):
    """One thing that a text can mean. checks: ids of those that tell; the likeliest first."""

    id: str
    meaning: str
    checks: list[str]
    lines: list[str]


class ErrorAnswer(Struct):
    """What an error text can mean, of ``explain-error``."""

    known: bool
    explanations: list[ExplanationAnswer]


class FixAnswer(Struct):
    """A fix of the journal, of ``undo --list``. files: those that it changed."""

    id: str
    state: str
    check: str
    title: str
    files: list[str]


class SettingAnswer(Struct):
    """A value in force, of ``--show-settings``. origin: where it comes from."""

    name: str
    value: str
    origin: str


def print_json(value: object) -> None:
    """Prints a value as indented JSON."""
    from codecommit_doctor.reports.report import encode

    sys.stdout.flush()
    sys.stdout.buffer.write(encode(value))


def schema() -> dict[str, object]:
    """The JSON Schema of all answers, each under the name of its command."""
    import msgspec

    from codecommit_doctor.reports.comparison import Comparison
    from codecommit_doctor.reports.report import DIALECT, dedented

    answers = {
        "checks": list[CheckAnswer],
        "explain": PageAnswer,
        "explain-error": ErrorAnswer,
        "undo --list": list[FixAnswer],
        "--show-settings": list[SettingAnswer],
        "compare": Comparison,
    }
    made, parts = msgspec.json.schema_components(answers.values(), ref_template="#/$defs/{name}")
    return {
        "$schema": DIALECT,
        "title": "answers of codecommit-doctor, version 1",
        "properties": dict(zip(answers, made, strict=True)),
        "$defs": dedented(parts),
    }


if __name__ == "__main__":
    print_json(schema())
