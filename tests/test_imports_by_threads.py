"""Several threads load modules, and none waits for a module that another one holds."""

from __future__ import annotations

import ast
import itertools
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

import codecommit_doctor
from tests.conftest import ROOT

PACKAGE = Path(codecommit_doctor.__path__[0])
FIRST = "codecommit_doctor.cli"
"""Loaded before any thread is started."""


def imported(path: Path) -> Iterator[str]:
    """The modules that a file imports from, wherever in it."""
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.ImportFrom) and node.module:
            yield node.module
            yield from (f"{node.module}.{alias.name}" for alias in node.names)
        elif isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)


def loaded_by(package: Path) -> set[str]:
    """The package's own modules that are loaded when it is loaded, by itself or by one of them."""
    name = ".".join(package.relative_to(PACKAGE.parent).parts)
    found: set[str] = set()
    files = [package / "__init__.py"]
    for file in files:
        for node in ast.parse(file.read_text("utf-8")).body:
            module = (isinstance(node, ast.ImportFrom) and node.module) or ""
            if module.startswith(f"{name}.") and module not in found:
                found.add(module)
                files.append(PACKAGE.parent.joinpath(*module.split(".")).with_suffix(".py"))
    return found


def test_what_a_package_loads_nobody_else_asks_for() -> None:
    """One thread would hold the package and want the module; the other one, the reverse. Modules
    of the package are loaded behind it.
    """
    packages = {init.parent for init in PACKAGE.rglob("__init__.py")}
    inner = {module: package for package in packages for module in loaded_by(package)}
    assert inner
    for path in PACKAGE.rglob("*.py"):
        for module in set(imported(path)) & inner.keys():
            if not module.startswith(FIRST):
                assert path.parent == inner[module], (path, module)


def test_a_module_of_msgspec_is_asked_of_the_package() -> None:
    """msgspec loads its own modules, and is loaded by several threads."""
    for path in (*PACKAGE.rglob("*.py"), *(ROOT / "checks").rglob("*.py")):
        direct = {name for name in imported(path) if name.count(".") == 2}
        assert not {name for name in direct if name.startswith("msgspec.")}, path


_LOAD = """
import sys, threading
sys.setswitchinterval(1e-6)
barrier, broken = threading.Barrier({count}), []
def load(module):
    barrier.wait()
    try:
        exec(module)
    except BaseException as error:
        broken.append(error)
threads = [threading.Thread(target=load, args=(module,)) for module in {modules!r}]
[thread.start() for thread in threads]
[thread.join() for thread in threads]
sys.exit(repr(broken) if broken else 0)
"""


@pytest.mark.process
@pytest.mark.parametrize(
    "modules",
    list(
        itertools.permutations(
            [
                "from codecommit_doctor.redaction import Redactor",
                "from codecommit_doctor.redaction import masked_value",
                "from codecommit_doctor.redaction.lines import masked_lines",
            ]
        )
    )[:3],
)
def test_masking_is_loaded_by_several_threads(modules: tuple[str, ...]) -> None:
    program = _LOAD.format(count=len(modules), modules=modules)
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, timeout=60)
    assert done.returncode == 0, done.stderr
