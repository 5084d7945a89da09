"""One folder with the program and a Python of its own, made by PyInstaller.

PyInstaller freezes Python and the packages of the lock; our own modules lie beside them, compiled.
"""

from __future__ import annotations

import ast
import os
import shutil
import ssl
import sys
import tempfile
from collections.abc import Iterator
from importlib.metadata import version
from pathlib import Path

from tools.release import kept
from tools.release.source import Source, run, run_python
from tools.sources import ROOT

__all__ = ["COMPILE", "FILES", "SPEC", "add_information", "build", "entry", "lay_out"]

FILES = ROOT / "installers" / "onedir"
SPEC = "codecommit-doctor.spec"
COMPILE = FILES / "compile.py"
_OWN = "codecommit_doctor"


def build(source: Source, modules: Path, target: Path) -> None:
    """Makes the folder ``target`` out of the installed modules. Needs a package index."""
    shutil.rmtree(target, ignore_errors=True)
    start = entry(modules)
    made_of = (*packages_of(modules), start, sys.version, ssl.OPENSSL_VERSION)
    files = (Path(__file__), *sorted(FILES.iterdir()))
    freeze = version("pyinstaller")
    kept.fill(
        source,
        target,
        "frozen",
        (*made_of, freeze, *files),
        lambda made: _freeze(source, modules, start, made),
    )
    run(
        sys.executable,
        *("-I", "-S", COMPILE, modules / _OWN, target / "_internal" / _OWN),
        variables=source.environment,
    )
    add_information(modules, target)
    _add_second_name(target)


def packages_of(modules: Path) -> list[str]:
    """The installed packages beside our own, with their versions."""
    names = (path.name for path in modules.glob("*.dist-info"))
    return sorted(name for name in names if not name.startswith(f"{_OWN}-"))


def entry(modules: Path) -> str:
    """The program's first lines, in which PyInstaller finds all that our own modules import."""
    found = {
        name
        for path in (modules / _OWN).rglob("*.py")
        for name in _imports(
            ast.parse(path.read_text("utf-8")), (modules, Path(os.__file__).parent)
        )
    }
    lines = [f"    import {name}" for name in sorted(found)]
    named = "\n".join(["", "", "def _imported() -> None:", *lines, ""])
    return (FILES / "entry.py").read_text("utf-8") + named


def _imports(node: ast.AST, folders: tuple[Path, ...]) -> Iterator[str]:
    """The modules of others that are imported, but those for types alone."""
    if isinstance(node, ast.If) and "TYPE_CHECKING" in ast.unparse(node.test):
        return
    names: list[str] = []
    if isinstance(node, ast.Import):
        names = [name.name for name in node.names]
    elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
        within = [f"{node.module}.{name.name}" for name in node.names]
        names = [node.module, *(name for name in within if _is_module(name, folders))]
    yield from (name for name in names if name.partition(".")[0] not in {_OWN, "__future__"})
    for child in ast.iter_child_nodes(node):
        yield from _imports(child, folders)


def _is_module(name: str, folders: tuple[Path, ...]) -> bool:
    """Whether it names a module, and not what a module holds."""
    *packages, last = name.split(".")
    places = (folder.joinpath(*packages) for folder in folders)
    return any((place / last).is_dir() or any(place.glob(f"{last}.*")) for place in places)


def lay_out(start: str, work: Path) -> Path:
    """Writes what PyInstaller is given; the path of its spec."""
    shutil.copytree(FILES, work)
    (work / "entry.py").write_text(start, "utf-8")
    return work / SPEC


def add_information(modules: Path, target: Path) -> None:
    """What ``importlib.metadata`` knows of our own package."""
    for information in modules.glob(f"{_OWN}-*.dist-info"):
        shutil.copytree(information, target / "_internal" / information.name)


def _freeze(source: Source, modules: Path, start: str, target: Path) -> None:
    """PyInstaller's folder, without our own modules."""
    with tempfile.TemporaryDirectory(prefix="codecommit-doctor-") as work:
        python = _environment(source, Path(work, "environment"))
        spec = lay_out(start, Path(work, "spec"))
        variables = source.environment | {
            "PYTHONPATH": str(modules),
            "PYINSTALLER_CONFIG_DIR": f"{work}/cache",
        }
        places = ("--distpath", f"{work}/dist", "--workpath", f"{work}/work")
        words = ("--noconfirm", "--log-level", "ERROR", *places, spec)
        run(python, "-m", "PyInstaller", *words, folder=Path(work), variables=variables)
        shutil.move(Path(work, "dist", "codecommit-doctor"), target)


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
