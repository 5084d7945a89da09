"""What happens when the doctor itself fails: one line, a log file, exit code 3, no traceback."""

from __future__ import annotations

import os
import sys
import traceback
from pathlib import Path

__all__ = ["report_fault", "report_usage"]

_CODE = 3
_MOST_LOGS = 20


def report_fault(error: BaseException) -> int:
    """Tells of an error that nobody expected, and returns the exit code.

    The traceback goes to a file that its owner alone may read, without secrets.
    """
    from codecommit_doctor.cli.messages import say, shown
    from codecommit_doctor.redaction import printable

    if isinstance(error, FileNotFoundError) and _folder_is_gone():
        say("the current directory is gone")
        return 2
    name = type(error).__name__
    try:
        said = " ".join(f"internal error: {name}: {error}".split())[:300]
        text = "".join(traceback.format_exception(error))
        print(f"codecommit-doctor: {shown(said)}; {printable(_logged(text))}", file=sys.stderr)
    except Exception as second:  # no error of the error handler hides the exit code
        print(
            f"codecommit-doctor: internal error: {name} ({type(second).__name__})", file=sys.stderr
        )
    return _CODE


def report_usage(error: Exception) -> int:
    """Tells what is wrong with the command line, without the secrets that may stand in it."""
    from codecommit_doctor.cli.messages import shown

    context = getattr(error, "ctx", None)
    if context is not None:
        print(shown(context.get_usage()), file=sys.stderr)
        print(f"Try '{context.command_path} --help' for help.", file=sys.stderr)
    message = error.format_message() if hasattr(error, "format_message") else str(error)
    print(f"Error: {shown(message)}", file=sys.stderr)
    return int(getattr(error, "exit_code", 2))


def _folder_is_gone() -> bool:
    try:
        os.getcwd()  # noqa: PTH109
    except FileNotFoundError:
        return True
    return False


def _logged(text: str) -> str:
    """Writes the log; what to say of it."""
    from codecommit_doctor import __version__
    from codecommit_doctor.redaction import Redactor

    head = f"codecommit-doctor {__version__}, Python {sys.version}\n"
    data = Redactor().clean(head + text).encode("utf-8", "backslashreplace")
    try:
        return f"details: {_write(data)}"
    except Exception as error:
        return f"no log could be written ({type(error).__name__})"


def _write(data: bytes) -> Path:
    from datetime import datetime, timezone

    from codecommit_doctor.treatment.files import state_folder, write_private

    folder = state_folder("log")
    if folder is None:
        raise FileNotFoundError("there is no home folder")
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    for old in sorted(folder.glob("*.log"))[: -_MOST_LOGS + 1]:
        old.unlink(missing_ok=True)
    path = folder / f"{datetime.now(timezone.utc):%Y%m%d-%H%M%S-%f}-{os.getpid()}.log"
    write_private(path, data)
    return path
