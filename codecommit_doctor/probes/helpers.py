"""The credential helpers that are installed, with the versions of those that tell one."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

from codecommit_doctor.probes.process import run
from codecommit_doctor.probes.programs import find_all

__all__ = ["credential_programs"]

_TELL_A_VERSION = ("git-credential-manager", "git-credential-manager-core")
"""Programs that print a version and do nothing else when they are asked for it."""

_MOST = 50


def credential_programs(exec_path: str | None) -> Iterator[tuple[str, str]]:
    """Each ``git-credential-*`` of the PATH and of git's own folder, and its version.

    exec_path: git's folder of programs. A program that does not tell its version is not started.
    """
    folders = [*os.environ.get("PATH", os.defpath).split(os.pathsep), exec_path or ""]
    absolute = [Path(folder) for folder in dict.fromkeys(folders) if os.path.isabs(folder)]
    names = sorted({name for folder in absolute for name in _names(folder)})
    for name in names[:_MOST]:
        for path in find_all(name) or [str(absolute[-1] / name)]:
            yield path, _version(path)


def _names(folder: Path) -> Iterator[str]:
    try:
        found = [entry.name for entry in os.scandir(folder)]
    except OSError:
        return
    yield from (name for name in found if name.startswith("git-credential-"))


def _version(path: str) -> str:
    if Path(path).stem not in _TELL_A_VERSION:
        return "of unknown version"
    outcome = run([path, "--version"])
    first = next(iter(outcome.text.split()), "") if not outcome.failure else ""
    return first or "of unknown version"
