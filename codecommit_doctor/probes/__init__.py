"""The probes read the machine: each fact once, by whoever asks first, from any thread.

A probe is the class or the function with the decorator ``probe`` in a file here, and has the file's
name. A check names it as a parameter and gets what it reads; so does another probe::

    @probe
    def git(target: Target, clones: Clones) -> Git: ...

It is made once for the same arguments: for each target, if it or what it asks for names ``target``.
"""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module
from typing import Any, TypeVar

from codecommit_doctor.import_path import modules_in

__all__ = ["find", "names", "probe"]

Made = TypeVar("Made", bound=Callable[..., Any])

_PROBES: dict[str, Callable[..., Any]] = {}


def probe(made: Made) -> Made:
    """Makes a class or a function the probe of its file."""
    _PROBES[made.__module__.rpartition(".")[2]] = made
    return made


def find(name: str) -> Callable[..., Any] | None:
    """The probe of this name; None if there is none. Its file is loaded when it is wanted first."""
    if name not in _PROBES and name in modules_in(__path__):
        import_module(f"{__name__}.{name}")
    return _PROBES.get(name)


def names() -> tuple[str, ...]:
    """The names of all probes, in alphabetical order."""
    return tuple(name for name in modules_in(__path__) if find(name))
