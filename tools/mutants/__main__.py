"""``python -m tools.mutants [FILES]``: mutants of checks/, the rules and the verdict, or of FILES.

``--tests`` names tests other than all fast ones. Prints the mutants that no test noticed and the
score of each file. Exits with 1 if one of them is not listed as equal, or is listed wrongly.
"""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path

import pytest

from tools.mutants.making import Mutant, mutants_of
from tools.mutants.running import Runner

_ROOT = Path(__file__).parent.parent.parent
_EQUAL = Path(__file__).with_name("equal.txt")
_ALL = ("checks/*.py", "codecommit_doctor/rules/**/*.py", "codecommit_doctor/engine/verdict.py")
_TESTS = ["tests", *(f"--ignore=tests/{name}" for name in ("elsewhere", "release", "windows"))]
_UNUSED = ("terminal", "xdist", "cacheprovider")
_FAST = "not process and not server and not browser and not machine and not hypothesis"


def main(words: list[str]) -> int:
    """Runs it. words: as on the command line."""
    if not hasattr(os, "fork"):
        sys.exit("mutants live in forked processes, which this system does not have")
    parser = argparse.ArgumentParser(prog="python -m tools.mutants", description=__doc__)
    parser.add_argument("files", nargs="*", type=Path)
    parser.add_argument("--tests", nargs="+", default=_TESTS)
    chosen = parser.parse_args(words)
    files = [file.resolve() for file in chosen.files] or list(_all_files())
    os.chdir(_ROOT)
    mutants = [mutant for file in files for mutant in mutants_of(file)]
    runner = Runner(mutants, _tell)
    options = ["-o", "addopts=--import-mode=importlib", "-m", _FAST]
    os.environ.pop("PYTEST_ADDOPTS", None)  # such as a number of workers
    options += [word for name in _UNUSED for word in ("-p", f"no:{name}")]
    if (code := pytest.main([*options, *chosen.tests], plugins=[runner])) != 0:
        sys.exit(f"pytest ended with {code!r}")
    if runner.failed:
        sys.exit("these tests fail without any change:\n" + "\n".join(runner.failed))
    return _judge(files, runner.results)


def _all_files() -> Iterator[Path]:
    for pattern in _ALL:
        yield from sorted(_ROOT.glob(pattern))


def _tell(mutant: Mutant) -> None:
    """Prints a mutant that survived, while others are still being tried."""
    if _full_name(mutant) not in _equal():
        print(f"{_path(mutant.path)}:{mutant.lines[0]}  {mutant.name}", flush=True)


def _judge(files: Iterable[Path], results: dict[Mutant, bool]) -> int:
    """Prints the scores, and what is listed wrongly. Returns the exit code."""
    bad = False
    sums = [0, 0, 0]
    for file in files:
        path = _path(file)
        noticed = {
            _full_name(mutant): seen for mutant, seen in results.items() if mutant.path == file
        }
        listed = {name for name in _equal() if name.startswith(path + " ")}
        for name in sorted(listed):
            if noticed.get(name, True):
                bad = True
                print("listed as equal, but", "noticed:" if name in noticed else "gone:", name)
        survived = {name for name, seen in noticed.items() if not seen} - listed
        counts = [len(noticed), len(listed), len(survived)]
        sums = [total + count for total, count in zip(sums, counts, strict=True)]
        _score(path, *counts)
    _score("all", *sums)
    return 1 if bad or sums[-1] else 0


def _score(name: str, mutants: int, equal: int, survived: int) -> None:
    killed = mutants - equal - survived
    share = 100 * killed / max(1, mutants - equal)
    print(
        f"{share:5.1f} %  {mutants} mutants, {killed} killed, {survived} survived, "
        f"{equal} equal  {name}"
    )


def _path(file: Path) -> str:
    return file.relative_to(_ROOT).as_posix()


def _full_name(mutant: Mutant) -> str:
    return f"{_path(mutant.path)} {mutant.name}"


@cache
def _equal() -> dict[str, str]:
    """The mutants that no test can notice, and why."""
    lines = _EQUAL.read_text("utf-8").splitlines()
    return dict(line.rsplit(" | ", 1) for line in lines if line and not line.startswith("#"))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
