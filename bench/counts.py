"""What a run costs in numbers that do not depend on how busy the machine is.

Process starts, modules, system calls for files and connections; instructions where valgrind is
there. A test holds these counts.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

__all__ = ["Counts", "count", "instructions"]

_CALL = re.compile(r"(?P<thread>\d+) +(?P<call>\w+)\((?P<rest>.*)")
_RESUMED = re.compile(r"(?P<thread>\d+) +<\.\.\. (?P<call>\w+) resumed>(?P<rest>.*)")
_FAMILIES = ("AF_INET,", "AF_INET6,")


@dataclass(frozen=True)
class Counts:
    """starts: programs, without the run itself. modules: beyond those of an empty Python. files:
    system calls for files, of the process itself. connections: to the network, of all.
    """

    starts: int
    modules: int
    files: int
    connections: int


def count(words: Sequence[str], cwd: Path, env: Mapping[str, str]) -> Counts:
    """Counts one run of ``python -m codecommit_doctor`` with these words. It needs strace.

    The numbers are those of a second run: the first one writes the byte code.
    """
    run = [sys.executable, "-m", "codecommit_doctor", *words]
    subprocess.run(run, cwd=cwd, env=env, capture_output=True)
    with tempfile.TemporaryDirectory() as folder:
        log = Path(folder) / "log"
        calls = "trace=execve,clone,clone3,vfork,fork,connect,%file"
        strace = [shutil.which("strace") or "strace", "-f", "-qq", "-e", calls, "-o", str(log)]
        done = subprocess.run([*strace, *run], cwd=cwd, env=env, capture_output=True)
        if not log.exists():
            raise OSError(done.stderr.decode("utf-8", "replace"))
        starts, files, connections = _counted(log.read_text("utf-8", "replace").splitlines())
    return Counts(starts, _modules(run, cwd, env), files, connections)


def _counted(lines: Sequence[str]) -> tuple[int, int, int]:
    own: set[str] = set()
    begun: dict[str, str] = {}
    starts = files = connections = 0
    for line in lines:
        match = _CALL.match(line) or _RESUMED.match(line)
        if not match:
            continue
        thread, call, rest = match["thread"], match["call"], match["rest"]
        own = own or {thread}
        if rest.endswith("<unfinished ...>"):
            begun[thread] = rest
            continue
        rest = begun.pop(thread, "") + rest
        if call in ("clone", "clone3"):
            if thread in own and "CLONE_THREAD" in rest:
                own.add(rest.rpartition("= ")[2].split()[0])
        elif call == "execve":
            starts += rest.endswith("= 0")
        elif call == "connect":
            connections += any(family in rest for family in _FAMILIES)
        elif thread in own:
            files += 1
    return starts - 1, files, connections


def _modules(run: Sequence[str], cwd: Path, env: Mapping[str, str]) -> int:
    def loaded(words: Sequence[str]) -> int:
        done = subprocess.run(words, cwd=cwd, env=env, capture_output=True, text=True)
        return sum(line.startswith("import time:") for line in done.stderr.splitlines())

    python, *rest = run
    timed = [python, "-X", "importtime"]
    return loaded([*timed, *rest]) - loaded([*timed, "-c", "pass"])


def instructions(words: Sequence[str], cwd: Path, env: Mapping[str, str]) -> int | None:
    """Instructions of the process itself, without the programs that it starts; None without
    valgrind. It takes a minute.
    """
    valgrind = shutil.which("valgrind")
    if valgrind is None:
        return None
    tool = [valgrind, "--tool=callgrind", f"--callgrind-out-file={os.devnull}"]
    run = [*tool, sys.executable, "-m", "codecommit_doctor", *words]
    done = subprocess.run(run, cwd=cwd, env=env, capture_output=True, text=True)
    found = re.findall(r"Collected : (\d+)", done.stderr)
    return int(found[-1]) if found else None
