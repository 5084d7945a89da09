"""``python -m bench.fleet [LINES...]`` measures the fleet command on lines that it makes.

Without words: 10,000, 100,000, 1,200,000 and 10,000,000 lines, for which 4 GB of disk are needed,
and 10,000 raw reports. Seconds are of the clock and, in brackets, of the processors together.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import msgspec

CHECKS = 29
"""Lines of a machine, beside its verdict."""

SIZES = (10_000, 100_000, 1_200_000, 10_000_000)
REPORTS = 10_000
URL = "https://git-codecommit.us-east-2.amazonaws.com/v1/repos/demo"


def main() -> None:
    """Measures and prints."""
    sizes = tuple(map(int, sys.argv[1:])) or SIZES
    print(f"{'what':<24} {'MB':>7} {'seconds':>16} {'peak MB':>8}   load {os.getloadavg()[0]:.1f}")
    with tempfile.TemporaryDirectory(prefix="bench-") as folder:
        for size in sizes:
            file = Path(folder, "lines.jsonl")
            with file.open("wb") as stream:
                stream.writelines(lines(size // (CHECKS + 1)))
            show(f"{size:,} lines", file.stat().st_size, measured([file]))
            if size == 1_200_000:
                question = "select status, count(*) as n from lines group by all"
                show("the same, --sql", file.stat().st_size, measured([file, "--sql", question]))
            file.unlink()
        if len(sys.argv) == 1:
            raw = Path(folder, "reports")
            size = write_reports(raw)
            show(f"{REPORTS:,} reports", size, measured([raw]))


def show(what: str, size: int, cost: tuple[float, float, float]) -> None:
    seconds, processors, memory = cost
    figures = f"{seconds:.2f} ({processors:.2f})"
    print(f"{what:<24} {size / 1e6:>7,.0f} {figures:>16} {memory:>8.0f}", flush=True)


def lines(machines: int) -> Iterator[bytes]:
    """The lines of so many machines, in the form that ``--format jsonl`` has."""
    for number in range(machines):
        ill = number % CHECKS if number % 3 == 0 else None
        common = (
            f'"report":"{number:016x}","created":"2026-11-{1 + number % 28:02}T10:00:00Z",'
            f'"tool_version":"1.0.{number % 3}"'
        )
        place = (
            f'"system":"{("Linux", "Windows", "Darwin")[number % 3]}","account_kind":"user",'
            f'"labels":{{"site":"s{number % 10}"}},"machine":"m-{number:016x}",'
            f'"account":"a-{number:016x}","target":"origin","region":"us-east-2",'
            '"repository":"demo","signer":"aws-helper"'
        )
        for check in range(CHECKS):
            found = check == ill
            yield (
                f'{{"jsonl_version":"1.0","line":"check",{common},'
                f'"status":"{"fail" if found else "pass"}","summary":"seen: {number % 100}",'
                f'{place},"check":"check-{check}"'
                f"{_cause(check) if found else ''}}}\n"
            ).encode()
        outcome = "works" if ill is None else "failed"
        cause = f',"check":"check-{ill}","code":"check-{ill}/found"' if ill is not None else ""
        yield (
            f'{{"jsonl_version":"1.0","line":"verdict",{common},"status":"{outcome}",'
            f'"summary":"Git can read demo",{place}{cause}}}\n'
        ).encode()


def _cause(check: int) -> str:
    return f',"code":"check-{check}/found","rank":1,"confidence":"confirmed"'


def write_reports(folder: Path) -> int:
    """Raw reports, as this machine's own is, each of a machine of its own; their size."""
    folder.mkdir()
    words = [sys.executable, "-m", "codecommit_doctor", "--offline", "--format", "json", URL]
    report = msgspec.json.decode(subprocess.run(words, capture_output=True).stdout)
    size = 0
    for number in range(REPORTS):
        report["machine"]["id"] = f"m-{number:016x}"
        data = msgspec.json.format(msgspec.json.encode(report), indent=2)
        size += (folder / f"{number}.json").write_bytes(data)
    return size


def measured(words: list[str | Path]) -> tuple[float, float, float]:
    """Seconds of the clock, seconds of the processors, and the largest resident set in MB."""
    command = [sys.executable, "-m", "codecommit_doctor", "fleet", *map(str, words)]
    quiet = [(os.POSIX_SPAWN_OPEN, 1, os.devnull, os.O_WRONLY, 0)]
    start = time.perf_counter()
    process = os.posix_spawn(sys.executable, command, os.environ, file_actions=quiet)
    _, status, usage = os.wait4(process, 0)
    seconds = time.perf_counter() - start
    if status:
        sys.exit(f"{' '.join(command)} ended with {os.waitstatus_to_exitcode(status)}")
    unit = 1 if sys.platform == "darwin" else 1024
    return seconds, usage.ru_utime + usage.ru_stime, usage.ru_maxrss * unit / 1e6


if __name__ == "__main__":
    main()
