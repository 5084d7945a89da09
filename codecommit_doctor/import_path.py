"""Keeps the current folder out of the places where Python looks for modules and plugins.

``python -m`` puts it first, an empty or relative entry of PYTHONPATH anywhere; and a clone may hold
a ``typer.py`` or a ``*.dist-info``. This module imports nothing that is not loaded already.
"""

import os
import sys

__all__ = ["leave_out_current_folder", "modules_in"]


def leave_out_current_folder() -> None:
    """Takes the current folder and relative entries of PYTHONPATH out of ``sys.path``.

    The folder that this package was loaded from stays, and so does what PYTHONPATH names by an
    absolute path: that is the user's own choice.
    """
    named = os.environ.get("PYTHONPATH", "")
    entries = named.split(os.pathsep) if named else []
    relative = [entry for entry in entries if not os.path.isabs(entry)]
    own = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
    kept = {_real(own), *(_real(entry) for entry in entries if os.path.isabs(entry))}
    unwanted = {_real(entry) for entry in ("", *relative)} - kept
    sys.path[:] = [e for e in sys.path if os.path.isabs(e) and _real(e) not in unwanted]


def modules_in(folders: "list[str]") -> "list[str]":
    """The names of the modules of a package, in alphabetical order.

    folders: its ``__path__``. What lies in folders is read at once: pkgutil, which also knows
    archives and frozen programs, loads ten times as much.
    """
    try:
        files = [file for folder in folders for file in os.listdir(folder)]
    except OSError:
        files = []
    for end in (".py", ".pyc"):  # compiled alone where a Python of our own is brought
        if f"__init__{end}" in files:
            modules = [file[: -len(end)] for file in files if file.endswith(end)]
            return sorted(name for name in modules if name[0] != "_")
    import pkgutil

    return sorted(found.name for found in pkgutil.iter_modules(folders) if not found.ispkg)


def _real(path: str) -> str:
    try:
        return os.path.normcase(os.path.realpath(path))
    except (OSError, ValueError):  # the current folder is gone
        return path
