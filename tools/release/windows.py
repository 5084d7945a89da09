"""The folder with its own Python for Windows, made by PyInstaller under wine.

The Windows Python is the one that the tests of Windows run on (``python -m tests.windows``).
"""

from __future__ import annotations

import json
import shutil
import tempfile
from collections.abc import Callable
from importlib.metadata import version
from pathlib import Path

from tests.windows import build as machine
from tests.windows import wine
from tools.release import archives, licenses, site, wheelhouse
from tools.release.licenses import Licensed
from tools.release.onedir import SPEC
from tools.release.source import Source, run_python

__all__ = ["build"]

_TOOLS = (
    "altgraph",
    "packaging",
    "pefile",
    "pyinstaller-hooks-contrib",
    "pywin32-ctypes",
    "setuptools",
)
"""What PyInstaller needs on Windows: pip reads the markers of the system that it runs on."""

_ASKED = """\
import json, ssl, sys, zlib
print(json.dumps([sys.version.split()[0], ssl.OPENSSL_VERSION.split()[1], zlib.ZLIB_VERSION]))
"""
_FOR_GIT = '#!/bin/sh\nexec "$(dirname "$0")/codecommit-doctor.exe" "$@"\n'
"""``git codecommit-doctor``: Git for Windows brings the shell that it runs this with."""


def build(source: Source, wheel: Path, dist: Path, say: Callable[[str], None]) -> Path | None:
    """Writes the zip; its path. None where no Windows machine can be made: the reason is said."""
    try:
        prefix = machine.build(say)
    except machine.CannotBuild as reason:
        say(f"no folder for Windows: {reason}")
        return None
    name = f"codecommit-doctor-{source.version}-{wheelhouse.WINDOWS.name}"
    with tempfile.TemporaryDirectory(prefix="codecommit-doctor-") as folder:
        work = Path(folder)
        python = _python(prefix, work / "Python")
        versions = json.loads(wine.tell(prefix, wine.windows_path(python), "-c", _ASKED))
        modules = work / "modules"
        site.install(source, wheel, modules, wheelhouse.WINDOWS, _minor(versions[0]))
        target = work / name
        _freeze(source, prefix, python, modules, work).rename(target)
        parts = [*licenses.of_packages(modules), *_libraries(prefix, *versions)]
        licenses.write(parts, target / "THIRD-PARTY-LICENSES.txt")
        (target / "git-codecommit-doctor").write_text(_FOR_GIT, "ascii", newline="\n")
        archives.write_zip(target, dist / f"{name}.zip", source.epoch)
    return dist / f"{name}.zip"


def _minor(version: str) -> str:
    return ".".join(version.split(".")[:2])


def _python(prefix: Path, target: Path) -> Path:
    """A copy without packages, in which PyInstaller could find uses for what the tests need."""
    home = wine.native(prefix, "C:/Python313")
    left_out = shutil.ignore_patterns("site-packages", "test", "tcl", "idlelib", "__pycache__")
    shutil.copytree(home, target, ignore=left_out)
    packages = target / "Lib" / "site-packages"
    packages.mkdir()
    shutil.copy(home / "Lib" / "site-packages" / "sitecustomize.py", packages)
    return target / "python.exe"


def _freeze(source: Source, prefix: Path, python: Path, modules: Path, work: Path) -> Path:
    """PyInstaller's folder."""
    tools = work / "tools"
    how = ("--quiet", "--no-compile", "--no-deps", "--only-binary=:all:", "--target", tools)
    tags = ("--platform", "win_amd64", "--python-version", "3.13")
    named = (f"pyinstaller=={version('pyinstaller')}", *_TOOLS)
    run_python(source, "-m", "pip", "install", *how, *tags, *named)
    places = {"--distpath": work / "dist", "--workpath": work / "work"}
    words = [word for option, path in places.items() for word in (option, wine.windows_path(path))]
    start = (wine.windows_path(python), "-m", "PyInstaller", "--noconfirm", "--log-level", "ERROR")
    process = wine.spawn(
        prefix,
        [*start, *words, wine.windows_path(SPEC)],
        folder=work,
        variables={
            "PYTHONPATH": f"{wine.windows_path(tools)};{wine.windows_path(modules)}",
            "PYINSTALLER_CONFIG_DIR": wine.windows_path(work / "cache"),
            "PYTHONHASHSEED": "0",
            "SOURCE_DATE_EPOCH": str(source.epoch),
        },
    )
    output, errors = process.communicate(b"", timeout=1800)
    if process.returncode:
        said = (output + errors).decode("utf-8", "replace")[-4000:]
        raise RuntimeError(f"PyInstaller under wine: {process.returncode}\n{said}")
    return work / "dist" / "codecommit-doctor"


def _libraries(prefix: Path, python: str, openssl: str, zlib: str) -> list[Licensed]:
    """Python, whose text also covers bzip2, libffi and Microsoft's runtime; what it does not cover,
    with the texts that this system has of the same libraries.
    """
    text = wine.native(prefix, "C:/Python313/LICENSE.txt").read_text("utf-8")
    return [
        Licensed("Python", python, "PSF-2.0", text, f"pkg:generic/python@{python}"),
        licenses.of_loader(),
        licenses.of_library("libssl.so.3", name="OpenSSL", version=openssl),
        licenses.of_library("libz.so.1", name="zlib", version=zlib),
        licenses.of_library("liblzma.so.5", name="liblzma", version=f"of Python {python}"),
    ]
