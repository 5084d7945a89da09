"""The command line: it reads words and options, calls the engine, and holds no logic of its own."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from codecommit_doctor.probes.machine import Machine

__all__ = ["OTHER_COMMANDS", "main"]

OTHER_COMMANDS = frozenset({"checks", "explain"})
"""Commands that examine nothing."""

_NO_EXAMINATION = OTHER_COMMANDS | {
    "-h",
    "--help",
    "--version",
    "--install-completion",
    "--show-completion",
}


def main() -> None:
    """Entry point of the installed commands."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="backslashreplace")
    code = 0
    try:
        machine = _head_start(sys.argv[1:])
        from codecommit_doctor.cli.app import app

        app(obj=machine)
    except SystemExit as end:
        code = end.code if isinstance(end.code, int) else 1
    except BrokenPipeError:
        # the reader has gone, as in "codecommit-doctor | head": no error of ours
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    _end(code)


def _head_start(words: list[str]) -> Machine | None:
    """Has the slowest facts read while Typer is still loading, if this will be an examination."""
    if _NO_EXAMINATION & set(words) or any(name.endswith("_COMPLETE") for name in os.environ):
        return None
    from codecommit_doctor.probes.machine import Machine

    return Machine.started()


def _end(code: int) -> None:
    """Ends the process at once: taking apart all that was loaded takes a tenth of its time."""
    if process := sys.modules.get("codecommit_doctor.probes.process"):
        process.end_all()
    try:
        sys.stdout.flush()
        sys.stderr.flush()
    except OSError:
        code = code or 1
    os._exit(code)
