"""Runs a command of the user's with its terminal untouched, and listens to git's own trace.

Git's trace2 events (since 2.22) tell what each git said before it died and which address it talked
to, so that nothing has to stand between git and the terminal.
"""

from __future__ import annotations

import json
import os
import subprocess
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from codecommit_doctor.rules.target import looks_like_codecommit

__all__ = ["Traced", "run_traced"]

_NOT_FOUND, _NOT_EXECUTABLE = 127, 126
"""What a shell answers for such commands."""


@dataclass(frozen=True)
class Traced:
    """code: the command's exit code, as a shell gives it. errors: what git said. addresses: those
    of CodeCommit that it talked to, the last one last.
    """

    code: int
    errors: tuple[str, ...]
    addresses: tuple[str, ...]


def run_traced(words: Sequence[str]) -> Traced:
    """Runs a command to its end. Its standard streams are ours."""
    with tempfile.TemporaryDirectory(prefix="codecommit-doctor-") as folder:
        trace = Path(folder) / "trace"
        code = _run(words, {**os.environ, "GIT_TRACE2_EVENT": str(trace)})
        events = _events(trace) if code else []
    errors = tuple(event["msg"] for event in events if event.get("event") == "error")
    arguments = [word for event in events for word in event.get("argv", ())]
    addresses = dict.fromkeys(
        word for word in arguments if isinstance(word, str) and looks_like_codecommit(word)
    )
    return Traced(code, tuple(str(error) for error in errors), tuple(addresses))


def _run(words: Sequence[str], env: dict[str, str]) -> int:
    try:
        process = subprocess.Popen(list(words), env=env)
    except FileNotFoundError:
        return _NOT_FOUND
    except OSError:
        return _NOT_EXECUTABLE
    while True:
        try:
            code = process.wait()
        except KeyboardInterrupt:
            continue  # the terminal has told the command as well; it decides
        return code if code >= 0 else 128 - code


def _events(trace: Path) -> list[dict[str, Any]]:
    try:
        lines = trace.read_bytes().splitlines()
    except OSError:
        return []
    events = []
    for line in lines:
        try:
            event = json.loads(line)
        except ValueError:
            continue
        if isinstance(event, dict):
            events.append(event)
    return events
