"""Runs in the Windows Python: starts programs there, each with an environment of its own.

wine keeps some variables of a program that is started from outside, and sets others; a program that
a Windows program starts gets what it is given. One line of JSON in, one line of JSON out.
"""

from __future__ import annotations

import base64
import json
import os
import subprocess
import sys
from typing import Any


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
        )
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
        out, err = process.communicate()
        hung = True
    code = None if hung else process.returncode
    return {"code": code, "out": _text(out), "err": _text(err)}


def _text(data: bytes) -> str:
    return base64.b64encode(data).decode("ascii")


if __name__ == "__main__":
    main()
