"""``python -m bench.timeline [WORDS...]`` draws one offline run: what waits for which program.

Medians of several runs, in ms since the process was started. Behind the answer of the helper stands
what nothing can run beside; its own processor time is the same on a busy machine.
"""

from __future__ import annotations

import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from bench.__main__ import ROUNDS, URL, environment

__all__ = ["SCRIPT", "marks"]

SCRIPT = """
import json, os, sys, time
marks = []
def mark(what, at=0.0):
    marks.append((what, at or time.time(), time.process_time(), len(sys.modules)))
mark("Python is up")
from codecommit_doctor.import_path import leave_out_current_folder
leave_out_current_folder()
from codecommit_doctor.probes import process
def over(words, seconds, how):
    name = " ".join([os.path.basename(words[0]), *words[1:3]])
    mark(f"started: {name}", time.time() - seconds)
    mark(f"ended:   {name}")
process.observers.append(over)
end = os._exit
def ended(code):
    mark("the report is written")
    print(json.dumps(marks), file=sys.stderr, flush=True)
    end(code)
os._exit = ended
from codecommit_doctor.cli import main
main()
"""
"""Runs the command line, and tells what it did when, as its last line on standard error."""

Mark = tuple[str, float, float, int]
"""What, when, the processor time by then, the modules by then."""

_FILL = "git credential fill"


def marks(words: list[str], home: Path, env: dict[str, str]) -> list[Mark]:
    """What one run did. The second start of the helper's name is the doctor's own, which is quick:
    of two with one name the longer one counts.
    """
    began = time.time()
    run = [sys.executable, "-c", SCRIPT, *words]
    done = subprocess.run(run, cwd=home, env=env, capture_output=True, text=True)
    found = [
        (what, at - began, cpu, modules)
        for what, at, cpu, modules in json.loads(done.stderr.splitlines()[-1])
    ]
    last = max(number for number, mark in enumerate(found) if mark[0] == f"ended:   {_FILL}")
    others = [mark for mark in found if _FILL not in mark[0]]
    return sorted([*others, *found[last - 1 : last + 1]], key=lambda mark: mark[1])


def main() -> None:
    """Measures and prints."""
    words = sys.argv[1:] or ["--offline", URL]
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder)
        env = environment(home)
        runs = [marks(words, home, env) for _ in range(ROUNDS + 1)][1:]
    names = dict.fromkeys(mark[0] for run in runs for mark in run)
    print(f"{'ms':>6}   load {os.getloadavg()[0]:.1f}")
    for name in names:
        times = [mark[1] for run in runs for mark in run if mark[0] == name]
        print(f"{statistics.median(times) * 1000:>6.0f}   {name}")
    behind = []
    for run in runs:
        answer = next(mark for mark in run if mark[0] == f"ended:   {_FILL}")
        behind.append((run[-1][1] - answer[1], run[-1][2] - answer[2], run[-1][3] - answer[3]))
    wall, cpu, modules = (statistics.median(column) for column in zip(*behind, strict=True))
    print(
        f"behind the answer: {wall * 1000:.1f} ms, of them {cpu * 1000:.1f} ms of our own "
        f"processor time, {modules:.0f} modules"
    )


if __name__ == "__main__":
    main()
