"""The unit tests, run by the Windows Python."""

from __future__ import annotations

import shutil
import subprocess
import tempfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from tests.windows import wine
from tests.windows.machine import installed
from tests.windows.recipe import ROOT

__all__ = ["run"]

_SOME_FAILED = 1
_NEEDS_A_MACHINE = "not machine and not server and not browser and not hypothesis"
_ENDINGS = ".COM;.EXE;.BAT;.CMD"
_SAME_EVERYWHERE = (
    *("checks/test_iam_judgement.py", "checks/test_kms_judgement.py"),
    *("checks/test_policy_rules.py", "iam", "test_action.py"),
    *(
        "test_aws_options.py",
        "test_errors.py",
        "test_examples.py",
        "test_guide.py",
        "test_pages.py",
        "test_pasted_texts.py",
        "test_sizes.py",
        "test_words.py",
    ),
)
"""Texts and policies in, words out: nothing in these tests asks the system for anything."""

_ELSEWHERE = ("elsewhere", "fleet", "lab", "release", "support", "tools", "windows")
"""Folders of tests that are of Linux: the lab's servers, the building of packages, wine; DuckDB."""


_OLDEST = (
    *("probes", "test_console.py", "test_import_path.py", "test_process.py", "test_settings.py"),
    *("test_shell.py", "test_windows_rules.py"),
)
"""Tests that touch programs, paths and files, where the oldest Python differs on Windows."""


def run(prefix: Path, words: list[str]) -> int:
    """Runs pytest on a copy of the tests, beside the installed doctor; its exit code.

    words: for pytest, instead of all tests on the one Python and some on the oldest.
    """
    product = installed(prefix)
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    with tempfile.TemporaryDirectory(prefix="tests-", dir=prefix / "drive_c") as made:
        for name in filter(None, listed.stdout.split("\0")):
            if not name.startswith("codecommit_doctor/"):
                (Path(made) / name).parent.mkdir(parents=True, exist_ok=True)
                shutil.copy(ROOT / name, Path(made) / name)
        left_out = _ELSEWHERE if words else (*_ELSEWHERE, *_SAME_EVERYWHERE)
        chosen = {wine.PYTHON: [*(f"--ignore=tests/{name}" for name in left_out), *words]}
        if not words:
            chosen[wine.OLDEST_PYTHON] = [f"tests/{name}" for name in _OLDEST]
        with ThreadPoolExecutor() as pool:
            codes = pool.map(
                lambda python: _run(prefix, python, product, Path(made), chosen[python]), chosen
            )
            return max(codes)


def _run(prefix: Path, python: str, product: str, folder: Path, words: list[str]) -> int:
    """A busy machine can make a test late: what failed gets one more try, by itself.

    One process for all of them: another one would import and compile as much as both run.
    """
    tested = _try(prefix, python, product, folder, words)
    if tested != _SOME_FAILED:
        return tested
    print("failed; once more", flush=True)
    again = ["--last-failed", "--last-failed-no-failures", "none"]
    return _try(prefix, python, product, folder, [*again, *words])


def _try(prefix: Path, python: str, product: str, folder: Path, words: list[str]) -> int:
    """Runs pytest once; each line that it says is printed with the Python's name."""
    version = python.split("\\")[1]
    command = [python, "-m", "pytest", "-q", "-p", "no:xdist", "-o", f"cache_dir=.tried-{version}"]
    variables = {"PYTHONPATH": f"{product}\\site", "PATHEXT": _ENDINGS}
    process = wine.spawn(prefix, [*command, "-m", _NEEDS_A_MACHINE, *words], folder, variables)
    assert process.stdin and process.stdout
    process.stdin.close()
    for line in process.stdout:
        print(f"{version}: {line.decode('utf-8', 'replace').rstrip()}", flush=True)
    return process.wait()
