"""The command line: it reads words and options, calls the engine, and holds no logic of its own."""

from __future__ import annotations

import contextlib
import gc
import os
import sys

from codecommit_doctor import __version__
from codecommit_doctor.cli.ending import Ended, end_in_order, told
from codecommit_doctor.cli.head_start import head_start, options_of, wanted_user
from codecommit_doctor.import_path import leave_out_current_folder

__all__ = ["leave", "main"]

_KEPT = 50_000
"""New objects after which Python looks for unused circles: a run makes few, and keeps most of what
it reads, which can be much.
"""


def main() -> None:
    """Entry point of the installed commands."""
    leave_out_current_folder()
    gc.set_threshold(_KEPT)
    import signal

    _prepare_streams()
    # a closed terminal, a time limit, Ctrl-Break: leave no program behind
    for name in ("SIGTERM", "SIGHUP", "SIGBREAK"):
        number = getattr(signal, name, None)
        if number and signal.getsignal(number) is signal.SIG_DFL:
            signal.signal(number, end_in_order)
    code = 0
    try:
        code = _run(sys.argv[1:])
    except SystemExit as end:
        code = end.code if isinstance(end.code, int) else 1
    except KeyboardInterrupt:
        code = 130
    except Ended as end:
        code = end.code
    except Exception as error:
        from codecommit_doctor.cli.faults import report_fault

        code = told[0].code if told else report_fault(error)
    leave(code)


def _run(words: list[str]) -> int:
    """Runs the command; its exit code. What is wrong with the words is told here."""
    if "--debug" in words or "CODECOMMIT_DOCTOR_DEBUG" in os.environ:
        from codecommit_doctor.cli import debug

        debug.start_if_wanted(words)
    if (user := wanted_user(words)) is not None:
        from codecommit_doctor.cli.another_user import run_as

        code = run_as(user)
        if code is not None:
            return code
    completing = any(name.endswith("_COMPLETE") for name in os.environ)
    if not completing and (options := options_of(words)) is not None:
        machine = head_start(options)
        from codecommit_doctor.cli.examination import examine

        return examine(options, machine)
    if words == ["--version"]:
        print(f"codecommit-doctor {__version__}")
        return 0
    if words in (["--help"], ["-h"], ["help"]) and not completing and _has_80_columns():
        from codecommit_doctor.cli.help_text import TEXT

        print(TEXT, end="")
        return 0
    return _run_with_typer()


def _has_80_columns() -> bool:
    """Whether the prepared help has the width that Typer would give it; nothing known means 80."""
    from shutil import get_terminal_size

    return get_terminal_size().columns >= 80


def _run_with_typer() -> int:
    import typer

    from codecommit_doctor.cli.app import app

    try:
        code = app(prog_name="codecommit-doctor", standalone_mode=False)
    except typer.Abort:
        return 130
    except Exception as error:
        if not hasattr(error, "format_message"):  # Typer's own, wherever it has that class from
            raise
        from codecommit_doctor.cli.faults import report_usage

        return report_usage(error)
    return code if isinstance(code, int) else 0


def _prepare_streams() -> None:
    """Every text can be written to them, and there are both, even where the parent gave none."""
    for name in ("stdout", "stderr"):
        if getattr(sys, name) is None:
            setattr(sys, name, open(os.devnull, "w"))  # noqa: PTH123, SIM115
        getattr(sys, name).reconfigure(errors="backslashreplace")


def leave(code: int) -> None:
    """Ends the process at once: taking apart all that was loaded takes a tenth of its time."""
    if process := sys.modules.get("codecommit_doctor.probes.process"):
        process.end_all(for_good=True)
    if temporary := sys.modules.get("codecommit_doctor.probes.temporary"):
        with contextlib.suppress(OSError):
            temporary.remove_all()
    try:
        sys.stdout.flush()
        sys.stderr.flush()
    except BrokenPipeError:
        pass  # the reader has gone, as in "codecommit-doctor | head": no error of ours
    except OSError:
        code = code or 1
    os._exit(code)
