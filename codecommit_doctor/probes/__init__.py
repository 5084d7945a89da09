"""The probes read the machine: each fact once, by whoever asks first, from any thread.

A probe is the class or the function with the decorator ``probe`` in a file here, and has the file's
name. A check names it as a parameter and gets what it reads; so does another probe::

    @probe
    def git(target: Target, clones: Clones) -> Git: ...

It is made once for the same arguments: for each target, if it or what it asks for names ``target``.
"""

from __future__ import annotations

import pkgutil
from collections.abc import Callable
from importlib import import_module
from importlib.util import find_spec
from typing import Any, TypeVar

__all__ = ["find", "names", "probe"]

Made = TypeVar("Made", bound=Callable[..., Any])

_PROBES: dict[str, Callable[..., Any]] = {}


def probe(made: Made) -> Made:
    """Makes a class or a function the probe of its file."""
    _PROBES[made.__module__.rpartition(".")[2]] = made
    return made


def find(name: str) -> Callable[..., Any] | None:
    """The probe of this name; None if there is none. Its file is loaded when it is wanted first."""
    if name not in _PROBES and find_spec(f"{__name__}.{name}"):
        import_module(f"{__name__}.{name}")
    return _PROBES.get(name)


def names() -> tuple[str, ...]:
    """The names of all probes, in alphabetical order."""
    found = (module.name for module in pkgutil.iter_modules(__path__))
    return tuple(sorted(name for name in found if find(name)))
