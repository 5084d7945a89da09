"""The commands. Each file here is one: it has a function of its name, with ``command`` above it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from importlib import import_module
from typing import Any, TypeVar

from codecommit_doctor.import_path import modules_in

__all__ = ["NAMES", "command", "load"]

NAMES = tuple(name.replace("_", "-") for name in modules_in(__path__))

Function = TypeVar("Function", bound=Callable[..., None])

_KNOWN: dict[str, dict[str, Any]] = {}


def command(summary: str, **settings: Any) -> Callable[[Function], Function]:
    """Makes a function a command.

    Args:
        summary: one line for the list of commands; the function's docstring is its help.
        settings: of Typer, beyond that.
    """

    def decorate(function: Function) -> Function:
        _KNOWN[function.__name__] = {"short_help": summary, **settings}
        return function

    return decorate


def load() -> Iterator[tuple[Callable[..., None], dict[str, Any]]]:
    """Every command and its settings for Typer; ``doctor``, which need not be said, first."""
    for name in sorted(NAMES, key=lambda name: (name != "doctor", name)):
        word = name.replace("-", "_")
        function = getattr(import_module(f"{__name__}.{word}"), word)
        yield function, {"name": name, **_KNOWN[word]}
