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
from tools.release import archives, kept, licenses, onedir, site, wheelhouse
from tools.release.licenses import Licensed
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

_PYTHON = "3.13"
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
        modules, target = work / "modules", work / name
        site.install(source, wheel, modules, wheelhouse.WINDOWS, _PYTHON)
        start = onedir.entry(modules)
        made_of = (*onedir.packages_of(modules), start, prefix.parent.name, version("pyinstaller"))
        kept.fill(
            source,
            target,
            "frozen-windows",
            (*made_of, Path(__file__), *sorted(onedir.FILES.iterdir())),
            lambda made: _freeze(source, prefix, modules, start, made),
        )
        versions = json.loads(_compile(prefix, modules, target))
        onedir.add_information(modules, target)
        parts = [*licenses.of_packages(modules), *_libraries(prefix, *versions)]
        licenses.write(parts, target / "THIRD-PARTY-LICENSES.txt")
        (target / "git-codecommit-doctor").write_text(_FOR_GIT, "ascii", newline="\n")
        archives.write_zip(target, dist / f"{name}.zip", source.epoch)
    return dist / f"{name}.zip"


def _compile(prefix: Path, modules: Path, target: Path) -> str:
    """Adds our own modules; what ``onedir.COMPILE`` prints."""
    own = "codecommit_doctor"
    places = (onedir.COMPILE, modules / own, target / "_internal" / own)
    return wine.tell(prefix, wine.PYTHON, "-I", "-S", *map(wine.windows_path, places))


def _python(prefix: Path, target: Path) -> Path:
    """A copy without packages, in which PyInstaller could find uses for what the tests need, and
    without what the machine puts in: modules in one file, and a Windows that it only tells.
    """
    home = wine.native(prefix, "C:/Python313")
    names = ("site-packages", "test", "tcl", "idlelib", "__pycache__", "kept-modules-*", "_wmi.py")
    left_out = shutil.ignore_patterns(*names)
    shutil.copytree(home, target, ignore=left_out)
    packages = target / "Lib" / "site-packages"
    packages.mkdir()
    shutil.copy(home / "Lib" / "site-packages" / "sitecustomize.py", packages)
    return target / "python.exe"


def _freeze(source: Source, prefix: Path, modules: Path, start: str, target: Path) -> None:
    """PyInstaller's folder, without our own modules."""
    with tempfile.TemporaryDirectory(prefix="codecommit-doctor-") as folder:
        work = Path(folder)
        _start(source, prefix, modules, onedir.lay_out(start, work / "spec"), work)
        shutil.move(work / "dist" / "codecommit-doctor", target)


def _start(source: Source, prefix: Path, modules: Path, spec: Path, work: Path) -> None:
    """Runs PyInstaller under wine. Raises RuntimeError."""
    tools, python = work / "tools", _python(prefix, work / "Python")
    how = ("--quiet", "--no-compile", "--no-deps", "--only-binary=:all:", "--target", tools)
    tags = ("--platform", "win_amd64", "--python-version", _PYTHON)
    named = (f"pyinstaller=={version('pyinstaller')}", *_TOOLS)
    run_python(source, "-m", "pip", "install", *how, *tags, *named)
    places = {"--distpath": work / "dist", "--workpath": work / "work"}
    words = [word for option, path in places.items() for word in (option, wine.windows_path(path))]
    start = (wine.windows_path(python), "-m", "PyInstaller", "--noconfirm", "--log-level", "ERROR")
    process = wine.spawn(
        prefix,
        [*start, *words, wine.windows_path(spec)],
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
