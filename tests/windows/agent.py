"""Runs in the Windows Python: starts programs there, each with an environment of its own.

wine keeps some variables of a program that is started from outside, and sets others; a program that
a Windows program starts gets what it is given. One line of JSON in, one line of JSON out.
"""

from __future__ import annotations

import base64
import ctypes
import json
import os
import subprocess
import sys
import time
from typing import Any

_CONSOLE = getattr(subprocess, "CREATE_NO_WINDOW", 0)
"""A console of its own, in which keys reach it and what it starts there, and nobody else."""

_PATIENCE = 60.0
"""Seconds to wait for what a key is to interrupt."""


def main() -> None:
    for line in sys.stdin:
        print(json.dumps(_run(json.loads(line))), flush=True)


def _run(job: dict[str, Any]) -> dict[str, Any]:
    os.chdir("C:\\")
    try:
        process = subprocess.Popen(
            job["words"],
            executable=job.get("executable"),
            cwd=job["folder"],
            env=job["environment"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            creationflags=_CONSOLE if job["key"] is not None else 0,
        )
        if job["key"] is not None:
            _press(job["key"], process, job["until"])
    except OSError as error:
        return {"code": None, "out": "", "err": _text(str(error).encode())}
    hung = False
    try:
        out, err = process.communicate(base64.b64decode(job["input"]), timeout=job["limit"])
    except subprocess.TimeoutExpired:
        subprocess.run(
            ["taskkill", "/F", "/T", "/PID", str(process.pid)], capture_output=True, check=False
        )
        process.kill()
        hung = True
        try:
            out, err = process.communicate(timeout=10)
        except subprocess.TimeoutExpired:  # what it started holds the pipes
            out = err = b""
    code = None if hung else process.returncode
    return {"code": code, "out": _text(out), "err": _text(err)}


def _press(key: int, process: subprocess.Popen[bytes], until: str) -> None:
    """Presses Ctrl-C (0) or Ctrl-Break (1) in a program's console, once a file is there."""
    end = time.monotonic() + _PATIENCE
    while not os.path.exists(until) and process.poll() is None:  # noqa: PTH110
        if time.monotonic() > end:
            return
        time.sleep(0.05)
    time.sleep(3)  # until the doctor waits for it, and for nothing else
    kernel = ctypes.windll.kernel32  # type: ignore[attr-defined]
    kernel.FreeConsole()
    kernel.AttachConsole(process.pid)
    kernel.SetConsoleCtrlHandler(None, True)
    kernel.GenerateConsoleCtrlEvent(key, 0)
    time.sleep(0.5)
    kernel.SetConsoleCtrlHandler(None, False)  # what is started next would not feel the keys
    kernel.FreeConsole()


def _text(data: bytes) -> str:
    return base64.b64encode(data).decode("ascii")


if __name__ == "__main__":
    main()
