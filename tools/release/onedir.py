"""One folder with the program and a Python of its own, made by PyInstaller."""

from __future__ import annotations

import os
import shutil
import sys
import tempfile
from importlib.metadata import version
from pathlib import Path

from tools.release.source import Source, run, run_python
from tools.sources import ROOT

__all__ = ["build"]

SPEC = ROOT / "installers" / "onedir" / "codecommit-doctor.spec"


def build(source: Source, modules: Path, target: Path) -> None:
    """Makes the folder ``target`` out of the installed modules. Needs a package index."""
    with tempfile.TemporaryDirectory(prefix="codecommit-doctor-") as work:
        python = _environment(source, Path(work, "environment"))
        variables = source.environment | {
            "PYTHONPATH": str(modules),
            "PYINSTALLER_CONFIG_DIR": f"{work}/cache",
        }
        places = ("--distpath", f"{work}/dist", "--workpath", f"{work}/work")
        words = ("--noconfirm", "--log-level", "ERROR", *places, SPEC)
        run(python, "-m", "PyInstaller", *words, folder=Path(work), variables=variables)
        shutil.rmtree(target, ignore_errors=True)
        shutil.move(Path(work, "dist", "codecommit-doctor"), target)
    _add_second_name(target)


def _environment(source: Source, folder: Path) -> Path:
    """A Python with PyInstaller alone: whatever else it had, PyInstaller would find uses for."""
    run(sys.executable, "-m", "venv", "--without-pip", folder)
    python = folder / "bin" / "python"
    pip = ("-m", "pip", "--quiet", "--python", python, "install")
    run_python(source, *pip, f"pyinstaller=={version('pyinstaller')}")
    return python


def _add_second_name(target: Path) -> None:
    """The name by which git finds it: ``git codecommit-doctor``."""
    if os.name == "posix":
        (target / "git-codecommit-doctor").symlink_to("codecommit-doctor")
