"""``--debug``: each program that is started, with its time and its exit code, on standard error."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Sequence

__all__ = ["start_if_wanted"]

_VARIABLE = "CODECOMMIT_DOCTOR_DEBUG"
_OFF = ("", "0", "false", "no", "off")


def _is_wanted(words: Sequence[str]) -> bool:
    """Whether the variable is set, or the option stands before any command to run."""
    if os.environ.get(_VARIABLE, "").lower() not in _OFF:
        return True
    for word in words:
        if word in ("--", "run"):
            return False
        if word == "--debug":
            return True
    return False


def start_if_wanted(words: Sequence[str]) -> None:
    """Logs from now on, if the command line or the environment asks for it."""
    if not _is_wanted(words):
        return
    from codecommit_doctor.probes import process
    from codecommit_doctor.redaction import Redactor

    redactor = Redactor()
    began = time.monotonic()

    def log(words: Sequence[str], seconds: float, end: str) -> None:
        now = time.monotonic() - began
        line = f"debug: {now:7.3f} s: {redactor.command(words)}: {end}, {seconds:.3f} s"
        print(line.replace("\n", "\\n"), file=sys.stderr)

    process.observers.append(log)
