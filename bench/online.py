"""``python -m bench.online [CLONES]`` shows what the doctor asks of the network, in the lab.

The lab is a CodeCommit on loopback (``tests/lab``). Of one run: every request, when it was made,
and the slowest chain, in which each request waited for the one before it. Of many clones: how
often each thing is asked, beside as many ``git ls-remote`` with the same parallelism.
"""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from codecommit_doctor.engine.examination import _AT_ONCE
from tests.lab.environment import Environment
from tests.lab.journal import Entry
from tests.lab.service import Lab

__all__ = ["chain", "clones", "look"]

ROUNDS = int(os.environ.get("BENCH_ROUNDS", "5"))
_NEAR = 0.0005
"""Seconds that clocks of two threads may be apart."""


def main() -> None:
    """Measures and prints."""
    os.environ["COLD_STARTS"] = "1"
    number = int(sys.argv[1]) if sys.argv[1:] else 50
    with tempfile.TemporaryDirectory() as folder, Lab() as lab:
        with Environment(lab, Path(folder, "one")) as one:
            _one(one)
            _peers(one)
        with Environment(lab, Path(folder, "many")) as many:
            _many(many, number)


def look(here: Environment, *words: str) -> tuple[Entry, ...]:
    """What the doctor asks when it is run with these words."""
    here.lab.journal.clear()
    _doctor(here, *words)
    return here.lab.journal.entries


def chain(entries: Sequence[Entry]) -> list[Entry]:
    """The requests that the last one waited for, and it: each began when the one before was over.

    Of several that were over it takes the last, which is what the next one can have waited for.
    """
    found: list[Entry] = []
    last = max(entries, key=lambda entry: entry.ended, default=None)
    while last:
        found.insert(0, last)
        began = last.began
        over = [e for e in entries if e.ended <= began + _NEAR and e is not last]
        last = max((e for e in over if e not in found), key=lambda e: e.ended, default=None)
    return found


def clones(here: Environment, number: int) -> Path:
    """A folder with clones of as many repositories, which the lab has."""
    folder = here.home / "clones"
    for each in range(number):
        name = f"repository-{each}"
        if (folder / name).exists():
            continue
        here.account.repository(name, here.region)
        clone = folder / name
        here.git("init", "--quiet", str(clone))
        here.git("remote", "add", "origin", here.url_of(name), cwd=clone)
    return folder


def _doctor(here: Environment, *words: str) -> float:
    start = time.monotonic()
    here.run(sys.executable, "-m", "codecommit_doctor", "--format", "json", *words, cwd=here.clone)
    return time.monotonic() - start


def _one(here: Environment) -> None:
    look(here)
    here.lab.journal.clear()
    start = time.monotonic()
    _doctor(here)
    entries = here.lab.journal.entries
    print(f"{'began':>8} {'took':>8}   request")
    for entry in sorted(entries, key=lambda entry: entry.began):
        took = entry.ended - entry.began
        print(f"{(entry.began - start) * 1000:>5.0f} ms {took * 1000:>5.0f} ms   {entry}")
    slowest = chain(entries)
    waited = sum(entry.ended - entry.began for entry in slowest)
    print(f"the slowest chain: {len(slowest)} of {len(entries)} requests, {waited * 1000:.0f} ms")
    for entry in slowest:
        print(f"    {entry.operation or entry.method} {entry.host}")
    _in_turns(here)


def _in_turns(here: Environment) -> None:
    """Runs with and without the network in turns, so that a busy machine slows both."""
    offline, online, waited = [], [], []
    for _ in range(ROUNDS):
        offline.append(_doctor(here, "--offline"))
        here.lab.journal.clear()
        online.append(_doctor(here))
        waited.append(sum(entry.ended - entry.began for entry in chain(here.lab.journal.entries)))
    alone, whole, requests = map(statistics.median, (offline, online, waited))
    print(
        f"medians of {ROUNDS}: offline {alone * 1000:.0f} ms, the chain {requests * 1000:.0f} ms, "
        f"online {whole * 1000:.0f} ms: {whole / (alone + requests):.2f} x offline and the chain, "
        f"load {os.getloadavg()[0]:.1f}"
    )


def _peers(here: Environment) -> None:
    """What others take in the same lab; what can't run there stands in ``python -m bench``."""
    doctor = [sys.executable, "-m", "codecommit_doctor"]
    commands = {
        "codecommit-doctor": doctor,
        "codecommit-doctor --offline": [*doctor, "--offline"],
        "git ls-remote": ["git", "ls-remote", "origin"],
        "aws sts get-caller-identity": ["aws", "sts", "get-caller-identity"],
    }
    taken: dict[str, list[float]] = {name: [] for name in commands}
    for _ in range(ROUNDS):
        for name, words in commands.items():
            start = time.monotonic()
            here.run(*words, cwd=here.clone, check=True)
            taken[name].append(time.monotonic() - start)
    found = {name: statistics.median(values) for name, values in taken.items()}
    print(f"\n{'in the lab':<30} {'median':>9}   load {os.getloadavg()[0]:.1f}")
    for name, seconds in found.items():
        ratio = seconds / found["git ls-remote"]
        print(f"{name:<30} {seconds * 1000:>6.0f} ms   {ratio:.2f} x git ls-remote")


def _many(here: Environment, number: int) -> None:
    folder = clones(here, number)
    here.lab.journal.clear()
    seconds = _doctor(here, "--all-repositories", str(folder), "--timeout", "600")
    entries = here.lab.journal.entries
    asked = Counter(f"{e.operation or e.method} {e.host}" for e in entries)
    print(f"\n{number} clones: {len(entries)} requests")
    for name, times in asked.most_common():
        print(f"{times:>6}   {name}")

    def ask(clone: Path) -> None:
        words = ["git", "ls-remote", "origin"]
        subprocess.run(words, cwd=clone, env=here.environ(), capture_output=True)

    start = time.monotonic()
    with ThreadPoolExecutor(_AT_ONCE) as pool:
        list(pool.map(ask, sorted(folder.iterdir())))
    peers = time.monotonic() - start
    print(
        f"{seconds:.1f} s, {number} git ls-remote {peers:.1f} s: {seconds / peers:.2f} x, load "
        f"{os.getloadavg()[0]:.1f}"
    )


if __name__ == "__main__":
    main()
