"""``python -m bench`` measures what the doctor costs, and prints a table.

Programs that are compared run in turns, in one home directory; the figures are medians.
"""

from __future__ import annotations

import contextlib
import os
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from bench.counts import count, instructions

_LIMIT = 20.0
"""Seconds for a program that waits for the network."""
ROUNDS = int(os.environ.get("BENCH_ROUNDS", "21"))
URL = "https://git-codecommit.us-east-2.amazonaws.com/v1/repos/demo"
REQUEST = b"protocol=https\nhost=git-codecommit.us-east-2.amazonaws.com\npath=v1/repos/demo\n\n"
CONFIG = "[credential]\n\thelper = !aws codecommit credential-helper $@\n\tUseHttpPath = true\n"
CREDENTIALS = (
    "[default]\nregion = us-east-2\naws_access_key_id = AKIAIOSFODNN7EXAMPLE\n"
    "aws_secret_access_key = wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY\n"
)
SEVEN = (
    "aws-cli-version",
    "credential-manager-conflict",
    "git-version",
    "kms-deny",
    "profile-quoting",
    "region-supported",
    "use-http-path",
)

COUNTED = {
    "--version": ["--version"],
    "--help": ["--help"],
    "all checks, offline": ["--offline", URL],
    "all checks, offline, JSON": ["--offline", "--format", "json", URL],
}
PEERS = [
    ["codecommit-doctor", "--offline", URL],
    ["git", "ls-remote", URL],
    ["aws", "sts", "get-caller-identity"],
    ["git-credential-manager", "diagnose", "--no-log"],
    ["conda", "doctor"],
    ["repo-review", "."],
    ["pre-commit", "run", "--all-files"],
    ["npm", "doctor"],
]
"""Programs that look at a machine, or ask AWS: these need the network, and fail without it."""


def main() -> None:
    """Measures and prints."""
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder)
        env = environment(home)
        doctor = [sys.executable, "-m", "codecommit_doctor"]
        seven = [word for name in SEVEN for word in ("--only", name)]
        seconds = _in_turns(
            {
                "git credential fill": ["git", "credential", "fill"],
                "seven checks, offline": [*doctor, "--offline", *seven, URL],
                "all checks, offline": [*doctor, "--offline", URL],
                "all checks, offline, JSON": [*doctor, "--offline", "--format", "json", URL],
                "python -c pass": [sys.executable, "-c", "pass"],
                "--version": [*doctor, "--version"],
                "--help": [*doctor, "--help"],
            },
            home,
            env,
        )
        memory = _peak_memory([*doctor, "--offline", URL], home, env)
        _print(seconds, memory)
        _print_counts(home, env)
        _print_peers(seconds["git credential fill"], home, env)


def environment(home: Path) -> dict[str, str]:
    (home / ".aws").mkdir()
    (home / ".gitconfig").write_text(CONFIG, "utf-8")
    (home / ".aws" / "credentials").write_text(CREDENTIALS, "utf-8")
    programs = str(Path(sys.executable).parent)
    return {
        "HOME": str(home),
        "PATH": f"{programs}{os.pathsep}/usr/bin{os.pathsep}/bin",
        "GIT_CONFIG_NOSYSTEM": "1",
        "GIT_TERMINAL_PROMPT": "0",
    }


def _in_turns(commands: dict[str, list[str]], home: Path, env: dict[str, str]) -> dict[str, float]:
    taken: dict[str, list[float]] = {name: [] for name in commands}
    for _ in range(ROUNDS):
        for name, words in commands.items():
            start = time.perf_counter()
            done = subprocess.run(words, cwd=home, env=env, input=REQUEST, capture_output=True)
            taken[name].append(time.perf_counter() - start)
            if done.returncode != 0:
                sys.exit(f"{name} ended with {done.returncode}: {done.stderr.decode()}")
    return {name: statistics.median(values) for name, values in taken.items()}


def _peak_memory(words: list[str], home: Path, env: dict[str, str]) -> float:
    """Largest resident set of the doctor's own process, in MB."""
    script = (
        "import os, resource, subprocess, sys\n"
        "pid = os.posix_spawn(sys.argv[1], sys.argv[1:], os.environ,"
        " file_actions=[(os.POSIX_SPAWN_OPEN, 1, os.devnull, os.O_WRONLY, 0)])\n"
        "_, _, usage = os.wait4(pid, 0)\n"
        "print(usage.ru_maxrss)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", script, *words], cwd=home, env=env, capture_output=True, check=True
    )
    unit = 1 if sys.platform == "darwin" else 1024
    return int(done.stdout) * unit / 1e6


def _print(seconds: dict[str, float], memory: float) -> None:
    fill, bare = seconds["git credential fill"], seconds["python -c pass"]
    print(f"{'command':<28} {'median':>9}   {'against':<22}")
    for name, value in seconds.items():
        against = ""
        if "checks" in name:
            against = f"{value / fill:.2f} x git credential fill"
        elif name.startswith("--"):
            against = f"+{(value - bare) * 1000:.0f} ms to python -c pass"
        print(f"{name:<28} {value * 1000:>6.0f} ms   {against}")
    print(f"{'peak memory':<28} {memory:>6.0f} MB")


def _print_counts(home: Path, env: dict[str, str]) -> None:
    """What is the same on a busy machine; nothing where strace can't be had."""
    if shutil.which("strace") is None:
        return
    print(
        f"\n{'counts':<28} {'starts':>7} {'modules':>8} {'files':>7} {'requests':>9} {'Minstr':>7}"
    )
    for name, words in COUNTED.items():
        found = count(words, home, env)
        own = instructions(words, home, env)
        millions = "" if own is None else f"{own / 1e6:.0f}"
        print(
            f"{name:<28} {found.starts:>7} {found.modules:>8} {found.files:>7} "
            f"{found.connections:>9} {millions:>7}"
        )


def _print_peers(fill: float, home: Path, env: dict[str, str]) -> None:
    """What other programs take that look at a machine, where they can be had."""
    folder = home / "repository"
    subprocess.run(["git", "init", "--quiet", str(folder)], env=env, check=True)
    subprocess.run(["git", "add", "."], cwd=folder, env=env, check=True)
    (folder / ".pre-commit-config.yaml").write_text("repos: []\n", "utf-8")
    print(f"\n{'peers':<38} {'median':>9}   {'CPU':>8}")
    for words in PEERS:
        program = shutil.which(words[0], path=env["PATH"])
        if program is None:
            print(f"{' '.join(words):<38} not installed")
            continue
        taken, spent = [], []
        for _ in range(5):
            before, start = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
            # some end with an error, having looked: there is no network, or nothing to do
            with contextlib.suppress(subprocess.TimeoutExpired):
                subprocess.run(
                    [program, *words[1:]], cwd=folder, env=env, capture_output=True, timeout=_LIMIT
                )
            taken.append(time.perf_counter() - start)
            after = resource.getrusage(resource.RUSAGE_CHILDREN)
            spent.append(after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime)
        median, cpu = statistics.median(taken), statistics.median(spent)
        ratio = f"{median / fill:.2f} x git credential fill"
        print(
            f"{' '.join(words)[:38]:<38} {median * 1000:>6.0f} ms   {cpu * 1000:>5.0f} ms   {ratio}"
        )


if __name__ == "__main__":
    main()
