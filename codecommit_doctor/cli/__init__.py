"""The command line: it reads words and options, calls the engine, and holds no logic of its own."""

from __future__ import annotations

import os
import sys

from codecommit_doctor.import_path import leave_out_current_folder

TYPE_CHECKING = False  # typing is not loaded before the import path is safe
if TYPE_CHECKING:
    from codecommit_doctor.engine.machine import Machine

__all__ = ["OTHER_COMMANDS", "main"]

OTHER_COMMANDS = frozenset(
    {"bundle", "checks", "compare", "explain", "explain-error", "run", "undo", "view"}
)
"""Commands that examine nothing, or not at once."""

_NO_EXAMINATION = OTHER_COMMANDS | {
    "-h",
    "--help",
    "--version",
    "--install-completion",
    "--show-completion",
    "--show-settings",
}


def main() -> None:
    """Entry point of the installed commands."""
    leave_out_current_folder()
    import signal

    _prepare_streams()
    for name in ("SIGTERM", "SIGHUP"):  # a closed terminal, a time limit: leave no program behind
        number = getattr(signal, name, None)
        if number and signal.getsignal(number) is signal.SIG_DFL:
            signal.signal(number, lambda number, frame: sys.exit(128 + number))
    code = 0
    try:
        machine = _head_start(sys.argv[1:])
        from codecommit_doctor.cli.app import app

        app(obj=machine, prog_name="codecommit-doctor")
    except SystemExit as end:
        code = end.code if isinstance(end.code, int) else 1
    except KeyboardInterrupt:
        code = 130
    _end(code)


def _prepare_streams() -> None:
    """Every text can be written to them, and there are both, even where the parent gave none."""
    for name in ("stdout", "stderr"):
        if getattr(sys, name) is None:
            setattr(sys, name, open(os.devnull, "w"))  # noqa: PTH123, SIM115
        getattr(sys, name).reconfigure(errors="backslashreplace")


def _head_start(words: list[str]) -> Machine | None:
    """Has the slowest facts read while Typer is still loading, if this will be an examination."""
    if _NO_EXAMINATION & set(words) or any(name.endswith("_COMPLETE") for name in os.environ):
        return None
    from codecommit_doctor.engine.machine import Machine

    try:
        return Machine.started(tuple(words))
    except FileNotFoundError as error:
        print("codecommit-doctor: the current directory is gone", file=sys.stderr)
        raise SystemExit(2) from error


def _end(code: int) -> None:
    """Ends the process at once: taking apart all that was loaded takes a tenth of its time."""
    if process := sys.modules.get("codecommit_doctor.probes.process"):
        process.end_all(for_good=True)
    try:
        sys.stdout.flush()
        sys.stderr.flush()
    except BrokenPipeError:
        pass  # the reader has gone, as in "codecommit-doctor | head": no error of ours
    except OSError:
        code = code or 1
    os._exit(code)
