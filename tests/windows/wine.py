"""Starts Windows programs under wine, in one prefix."""

from __future__ import annotations

import ctypes
import os
import shutil
import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path

__all__ = ["OLDEST_PYTHON", "PYTHON", "environment", "native", "spawn", "tell", "windows_path"]

PYTHON = "C:\\Python313\\python.exe"
OLDEST_PYTHON = "C:\\Python310\\python.exe"

_KEPT = ("HOME", "LOGNAME", "USER")


def environment(prefix: Path) -> dict[str, str]:
    """All that wine needs, and nothing of this machine's that a Windows program could read."""
    kept = {name: os.environ[name] for name in _KEPT if name in os.environ}
    return kept | {
        "PATH": os.defpath,
        "LC_CTYPE": "C.UTF-8",
        "WINEARCH": "win64",
        "WINEDEBUG": "-all",
        "WINEDLLOVERRIDES": "mscoree,mshtml=;winemenubuilder.exe,winedbg.exe=d",
        "WINEPREFIX": str(prefix),
    }


def spawn(
    prefix: Path,
    words: Sequence[str],
    folder: Path | None = None,
    variables: Mapping[str, str] | None = None,
) -> subprocess.Popen[bytes]:
    """Starts a program with three pipes: Windows Python under wine takes neither files nor
    /dev/null for its standard streams.
    """
    return subprocess.Popen(
        [shutil.which("wine") or "wine", *words],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env=environment(prefix) | dict(variables or {}),
        cwd=folder or prefix,
        preexec_fn=_powerless,
    )


def _powerless() -> None:
    """Takes root's right to ignore modes away, which are all that wine keeps of access lists."""
    libc, drop = ctypes.CDLL(None), 24
    for capability in (1, 2):  # CAP_DAC_OVERRIDE, CAP_DAC_READ_SEARCH
        libc.prctl(drop, capability, 0, 0, 0)


def tell(prefix: Path, *words: str, folder: Path | None = None, limit: float = 600) -> str:
    """Runs a program to its end; what it printed. Raises RuntimeError if it fails."""
    process = spawn(prefix, words, folder)
    try:
        output, errors = process.communicate(b"", timeout=limit)
    except subprocess.TimeoutExpired:
        process.kill()
        raise RuntimeError(f"{' '.join(words)}: not done in {limit:g} s") from None
    if process.returncode:
        said = (output + errors).decode("utf-8", "replace")
        raise RuntimeError(f"{' '.join(words)}: {process.returncode}\n{said[-4000:]}")
    return output.decode("utf-8", "replace").replace("\r\n", "\n")


def native(prefix: Path, path: str) -> Path:
    """Where this system has a path of the machine's drive C:."""
    return prefix / "drive_c" / path.replace("\\", "/").removeprefix("C:/")


def windows_path(path: Path) -> str:
    """How Windows programs under wine name a path of this system."""
    return "Z:" + str(path).replace("/", "\\")


def tell_made(prefix: Path) -> None:
    """Makes an empty prefix."""
    prefix.mkdir(parents=True)
    tell(prefix, "wineboot", "--init")


def stop(prefix: Path) -> None:
    """Waits until all that runs in the prefix has ended and is written to the disk."""
    server = shutil.which("wineserver") or "/usr/lib/wine/wineserver64"
    for word in ("--kill", "--wait"):
        subprocess.run([server, word], env=environment(prefix), capture_output=True, timeout=120)
