"""``python -m bench.clones [NUMBER...]`` measures ``--all-repositories`` over that many clones.

Without words: 500 and 5,000. Beside it stands ``git config --list`` in each of them in turn, which
is what has to be read. Seconds are of the clock and, in brackets, of the processors together.
"""

from __future__ import annotations

import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from bench.__main__ import environment

SIZES = (500, 5000)
LIMIT = "600"
CONFIG = (
    "[core]\n\trepositoryformatversion = 0\n\tfilemode = true\n\tbare = false\n"
    '[remote "origin"]\n\turl = https://git-codecommit.us-east-2.amazonaws.com/v1/repos/r{}\n'
    "\tfetch = +refs/heads/*:refs/remotes/origin/*\n"
    '[branch "main"]\n\tremote = origin\n\tmerge = refs/heads/main\n'
)
PEAK = (
    "import os, sys\n"
    "pid = os.posix_spawn(sys.argv[1], sys.argv[1:], os.environ)\n"
    "_, status, usage = os.wait4(pid, 0)\n"
    "print(usage.ru_maxrss, file=sys.stderr)\n"
)
"""Starts a program and tells its largest resident set; the parent's would count otherwise."""


def main() -> None:
    """Measures and prints."""
    print(f"{'clones':>7} {'git config --list':>20} {'doctor':>20} {'ratio':>7} {'peak MB':>8}")
    for number in tuple(map(int, sys.argv[1:])) or SIZES:
        with tempfile.TemporaryDirectory() as folder:
            home = Path(folder)
            env = environment(home)
            clones = [_clone(home / "src" / f"r{each}", each) for each in range(number)]
            listed, listed_cpu = _listed(clones, env)
            taken, cpu, peak = _examined(home, env)
            print(
                f"{number:>7} {listed:>11.2f} ({listed_cpu:>5.2f}) {taken:>11.2f} ({cpu:>5.2f}) "
                f"{taken / listed:>7.2f} {peak:>8.0f}   load {os.getloadavg()[0]:.1f}"
            )


def _clone(folder: Path, number: int) -> Path:
    for name in ("objects", "refs"):
        (folder / ".git" / name).mkdir(parents=True)
    (folder / ".git" / "HEAD").write_text("ref: refs/heads/main\n", "utf-8")
    (folder / ".git" / "config").write_text(CONFIG.format(number), "utf-8")
    return folder


def _listed(clones: list[Path], env: dict[str, str]) -> tuple[float, float]:
    start, before = time.perf_counter(), _cpu()
    for clone in clones:
        subprocess.run(
            ["git", "config", "--list"], cwd=clone, env=env, capture_output=True, check=True
        )
    return time.perf_counter() - start, _cpu() - before


def _examined(home: Path, env: dict[str, str]) -> tuple[float, float, float]:
    """Seconds, those of the processors, and MB."""
    words = ["--offline", "--timeout", LIMIT, "--format", "json", "--all-repositories", "src"]
    run = [sys.executable, "-c", PEAK, sys.executable, "-m", "codecommit_doctor", *words]
    start, before = time.perf_counter(), _cpu()
    done = subprocess.run(run, cwd=home, env=env, capture_output=True, check=True)
    taken, cpu = time.perf_counter() - start, _cpu() - before
    targets = json.loads(done.stdout)["targets"]
    assert all(target["verdict"]["outcome"] == "not-tested" for target in targets), done.stderr
    unit = 1 if sys.platform == "darwin" else 1024
    return taken, cpu, int(done.stderr.split()[-1]) * unit / 1e6


def _cpu() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


if __name__ == "__main__":
    main()
