"""Programs that a test started and that must be gone afterwards."""

from __future__ import annotations

import shutil
from pathlib import Path

import psutil

__all__ = ["sleeper", "still_running", "wait_for"]

_PATIENCE = 20.0


def sleeper(folder: Path) -> Path:
    """A copy of ``sleep`` with a path of its own, by which its processes can be found."""
    path = folder / "sleeper"
    shutil.copy(shutil.which("sleep") or "/bin/sleep", path)
    return path


def still_running(marker: Path) -> list[str]:
    """The processes with this path in their command line; those that are just ending may end."""
    _, alive = psutil.wait_procs(_with(marker), timeout=_PATIENCE)
    return [f"{process.pid}: {process.name()}" for process in alive]


def wait_for(marker: Path) -> None:
    """Returns when a process with this path in its command line is there."""
    import time

    end = time.monotonic() + _PATIENCE
    while not _with(marker):
        assert time.monotonic() < end, f"{marker} was not started"
        time.sleep(0.02)


def _with(marker: Path) -> list[psutil.Process]:
    return [
        process
        for process in psutil.process_iter(["cmdline", "status"])
        if str(marker) in (process.info["cmdline"] or [])
        and process.info["status"] != psutil.STATUS_ZOMBIE
    ]
