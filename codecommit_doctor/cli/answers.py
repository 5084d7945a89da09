"""Answers of the small commands, for people or for programs."""

from __future__ import annotations

from enum import Enum

__all__ = ["Answer", "print_json"]


class Answer(str, Enum):
    """How a command can answer."""

    TEXT = "text"
    JSON = "json"


def print_json(value: object) -> None:
    """Prints a value as indented JSON, every text made printable."""
    import msgspec
    import typer

    typer.echo(msgspec.json.format(msgspec.json.encode(value), indent=2).decode())
