"""``python -m tools.zipapp`` makes the whole program one file, ``dist/codecommit-doctor.pyz``.

It runs with Python alone, but, as it holds compiled modules, with the version of Python and on the
kind of machine that made it. At its first start it unpacks itself below ``~/.shiv`` or SHIV_ROOT.
"""

from __future__ import annotations

import argparse
import tempfile
from pathlib import Path

from tools.release import python_packages, site
from tools.release.source import Source, run_python, take

__all__ = ["build", "pack"]


def build(target: Path) -> None:
    """Writes the file. Needs a package index. Raises RuntimeError."""
    with tempfile.TemporaryDirectory(prefix="codecommit-doctor-") as folder:
        source, modules = take(Path(folder, "source")), Path(folder, "site")
        site.install(source, python_packages.build_wheel(source, Path(folder)), modules)
        pack(source, modules, target)


def pack(source: Source, modules: Path, target: Path) -> None:
    """Writes the file out of the installed modules. Raises RuntimeError."""
    target.parent.mkdir(parents=True, exist_ok=True)
    options = ("--reproducible", "--compile-pyc", "--python", "/usr/bin/env python3")
    words = ("--site-packages", modules, "--console-script", "codecommit-doctor", *options)
    run_python(source, "-m", "shiv", *words, "--output-file", target)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description="Makes the whole program one file.")
    parser.add_argument("output", nargs="?", type=Path, default="dist/codecommit-doctor.pyz")
    output = parser.parse_args().output
    build(output)
    print(f"{output}: {output.stat().st_size / 1e6:.1f} MB")
