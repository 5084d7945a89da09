"""Programs written in Python, started warm: what they import is there already.

Nearly every test starts the doctor, and the doctor starts the real AWS CLI; most of their time goes
into the same imports again and again. So a server imports them once, and forks for each start. What
runs is the real program, in a process of its own, with the environment, the folder, the arguments
and the streams that it was started with; ``tests/test_warm.py`` holds the two ways of starting
against each other.

Where that would not be the same (variables of Python's own, another locale, other limits or
rights, a terminal, closed streams, a system that is not Linux), the program starts cold, as it does
everywhere with ``COLD_STARTS=1``.
"""

from __future__ import annotations

import atexit
import os
import shlex
import shutil
import subprocess
import sys
import tempfile
from functools import cache
from pathlib import Path

__all__ = ["aws", "cold_aws", "doctor", "fleet"]

COLD_DOCTOR = (sys.executable, "-W", "error", "-m", "codecommit_doctor")

_SCRIPT = """#!/bin/sh
#!{python}
# started warm, from awscli or codecommit_doctor
answer={folder}/$$
[ ! -e "$answer" ] || {rm} "$answer"
[ -e /proc/{server}/exe ] && {mkfifo} "$answer" && (echo $$ >{folder}/requests) &&
  read -r code <"$answer"
[ "$code" = cold ] || exit "${{code:-125}}"
exec {cold} "$@"
"""
"""Asks the server, which reads all about this process in /proc; from a subshell, so that no stream
of this process is led elsewhere meanwhile. One that was killed leaves its pipe, and its number is
used again. The second line tells the doctor, as that of the real script does, which Python the AWS
CLI is installed for.
"""


def doctor() -> str:
    """The doctor, as a program; warnings are errors in it."""
    return str(_program("doctor", COLD_DOCTOR))


def fleet() -> str:
    """The doctor for questions to many reports: a server of its own, for it loads a database."""
    return str(_program("fleet", COLD_DOCTOR))


def aws() -> Path:
    """The real AWS CLI of the environment that runs the tests."""
    return _program("aws", (str(cold_aws()),))


def cold_aws() -> Path:
    found = Path(sys.executable).with_name("aws")
    if not found.exists():
        raise FileNotFoundError(f"{found}: install the test dependencies")
    return found


@cache
def _program(name: str, cold: tuple[str, ...]) -> Path:
    """A script that starts the program; its server ends with this process."""
    if name == "aws" and not _possible():
        return Path(*cold)
    folder = Path(tempfile.mkdtemp(prefix=f"warm-{name}-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    path = folder / name
    text = f'#!/bin/sh\nexec {shlex.join(cold)} "$@"\n'
    if _possible():
        text = _SCRIPT.format(
            python=sys.executable,
            folder=folder,
            server=_server(folder, name),
            mkfifo=shutil.which("mkfifo"),
            rm=shutil.which("rm"),
            cold=shlex.join(cold),
        )
    path.write_text(text, "utf-8")
    path.chmod(0o755)
    return path


def _server(folder: Path, name: str) -> int:
    """Starts it; its process id. It ends when its standard input does."""
    os.mkfifo(folder / "requests")
    program = Path(__file__).with_name("server.py")
    server = subprocess.Popen(
        [sys.executable, "-W", "error", program, folder, name],
        stdin=subprocess.PIPE,
        env={"LANG": "C.UTF-8", "PATH": os.defpath, "HOME": str(folder / "nobody")},
        cwd="/",
    )
    assert server.stdin
    atexit.register(server.wait)
    atexit.register(server.stdin.close)
    return server.pid


def _possible() -> bool:
    return hasattr(os, "pidfd_open") and "COLD_STARTS" not in os.environ
