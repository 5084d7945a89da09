"""AWS CLIs beside the one of the test environment, each in a folder of its own.

``python -m tests.support.clis FOLDER`` installs those that can be had here, from packages: for
version 1 with pip and the Python that it ran on. AWS_CLIS names that folder to the tests;
AWSCLI2_MODULES the modules of an AWS CLI 2.
"""

from __future__ import annotations

import os
import re
import shlex
import subprocess
import sys
from pathlib import Path

from tests.support.pythons import find

__all__ = ["VERSIONS", "programs"]

VERSIONS = {
    "1.7.38": ("2.7",),
    "1.16.312": ("3.8", "3.7"),
    "1.46.3": ("3.10", "3.11", "3.12", "3.13"),
}
"""Versions of AWS CLI 1, with the Pythons that they run on. 1.7.38 is the first with codecommit."""

_START = "import sys; from awscli.clidriver import main; sys.exit(main())"


def programs() -> dict[str, str]:
    """The installed ones: by version, the text of a script that starts it."""
    found = {}
    if folder := os.environ.get("AWS_CLIS"):
        for version in VERSIONS:
            program = Path(folder, version, "start")
            if program.exists():
                found[version] = f'exec {shlex.quote(str(program))} "$@"'
    if modules := os.environ.get("AWSCLI2_MODULES"):
        text = Path(modules, "awscli", "__init__.py").read_text("utf-8")
        told = re.search(r"__version__ = ['\"]([\d.]+)", text)
        start = (
            f"PYTHONPATH={shlex.quote(modules)} exec {_system_python()} -c {shlex.quote(_START)}"
        )
        found[told[1] if told else "2"] = f'{start} "$@"'
    return found


def _system_python() -> str:
    return "/usr/bin/python3" if Path("/usr/bin/python3").exists() else "python3"


def install(folder: Path) -> list[str]:
    """Installs what it can; the versions. One that fails is told and left out."""
    done = []
    for version, pythons in VERSIONS.items():
        python = next(filter(None, map(find, pythons)), None)
        if python and _install(version, python, folder / version):
            done.append(version)
    return done


def _install(version: str, python: Path, target: Path) -> bool:
    pip = [str(python), "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
    words = [*pip, "--target", str(target), f"awscli=={version}"]
    done = subprocess.run(words, capture_output=True, text=True)
    if done.returncode:
        print(f"AWS CLI {version}: {done.stderr[-500:]}", file=sys.stderr)
        return False
    start = f"#!/bin/sh\nPYTHONPATH={shlex.quote(str(target))} exec {shlex.quote(str(python))} -c "
    program = target / "start"
    program.write_text(f'{start}{shlex.quote(_START)} "$@"\n', "utf-8")
    program.chmod(0o755)
    return True


if __name__ == "__main__":
    print(*install(Path(sys.argv[1]).resolve()))
