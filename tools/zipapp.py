"""``python -m tools.zipapp`` makes the whole program one file, ``dist/codecommit-doctor.pyz``.

It runs with Python alone, but, as it holds compiled modules, with the version of Python and on the
kind of machine that made it. At its first start it unpacks itself below ``~/.shiv`` or SHIV_ROOT.
"""

from __future__ import annotations

import argparse
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from tools.sources import copy_sources

__all__ = ["build"]

_SERVICES = {"codecommit", "iam", "kms", "signin", "sso", "sso-oidc", "sts"}
"""What AWS is asked for, and what botocore itself asks to get credentials."""

_NOT_NEEDED = ("bin", "share", "psutil/tests", "boto3/examples", "boto3/data")


def build(target: Path) -> None:
    """Writes the file. Needs a package index. Raises CalledProcessError."""
    target.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="codecommit-doctor-") as folder:
        source, site = Path(folder, "source"), Path(folder, "site")
        copy_sources(source)
        words = ["install", "--quiet", "--no-compile", "--target", str(site), str(source)]
        subprocess.run([sys.executable, "-m", "pip", *words], check=True)
        _prune(site)
        options = ["--reproducible", "--compile-pyc", "--python", "/usr/bin/env python3"]
        words = ["--site-packages", str(site), "--console-script", "codecommit-doctor", *options]
        command = [sys.executable, "-m", "shiv", *words, "--output-file", str(target)]
        subprocess.run(command, check=True)


def _prune(site: Path) -> None:
    """Takes away the descriptions of all other AWS services, which are most of its size."""
    for model in (site / "botocore" / "data").iterdir():
        if model.is_dir() and model.name not in _SERVICES:
            shutil.rmtree(model)
    for name in _NOT_NEEDED:
        shutil.rmtree(site / name, ignore_errors=True)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description="Makes the whole program one file.")
    parser.add_argument("output", nargs="?", type=Path, default="dist/codecommit-doctor.pyz")
    output = parser.parse_args().output
    build(output)
    print(f"{output}: {output.stat().st_size / 1e6:.1f} MB")
