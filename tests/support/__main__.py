"""``python -m tests.support [git] [aws] [python]`` tries the matrix, and writes results and page.

AWS_CLIS and AWSCLI2_MODULES say where other AWS CLIs are: see ``tests/support/clis.py``.
"""

from __future__ import annotations

import argparse
import itertools
import json
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from tests.lab.service import Lab
from tests.support import clis, gits, matrix, pythons
from tests.support.page import PAGE, filled


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.support")
    parser.add_argument("kind", nargs="*", choices=["git", "aws", "python"])
    wanted = parser.parse_args().kind or ["git", "aws", "python"]
    results = json.loads(matrix.RESULTS.read_text("utf-8"))
    with Lab() as lab, tempfile.TemporaryDirectory() as work:
        folders = (Path(work, f"machine-{number}") for number in itertools.count())
        if "git" in wanted:
            results["git"] = _gits(lab, folders)
        if "aws" in wanted:
            results["aws"] = _clis(lab, folders)
    if "python" in wanted:
        found = {version: pythons.find(version) for version in pythons.VERSIONS}
        results["python"] = {v: pythons.passed(path) for v, path in found.items() if path}
    matrix.RESULTS.write_text(json.dumps(results, indent=1, sort_keys=True) + "\n", "utf-8")
    PAGE.write_text(filled(PAGE.read_text("utf-8")), "utf-8")


def _gits(lab: Lab, folders: Iterator[Path]) -> dict[str, dict[str, matrix.Statuses]]:
    found: dict[str, dict[str, matrix.Statuses]] = {}
    for name in matrix.SCENARIOS_OF_GITS:
        base = matrix.newest(name, lab)
        for version in gits.GITS:
            told = matrix.try_git(version, name, lab, next(folders))
            found.setdefault(version, {})[name] = matrix.difference(told, base)
    return found


def _clis(lab: Lab, folders: Iterator[Path]) -> dict[str, dict[str, Any]]:
    found: dict[str, dict[str, Any]] = {}
    for name in matrix.SCENARIOS_OF_AWS:
        base, _ = matrix.try_aws("real", name, lab, next(folders))
        for version, text in clis.programs().items():
            told, shown = matrix.try_aws(text, name, lab, next(folders))
            differs = matrix.difference(told, base)
            found.setdefault(version, {})[name] = {"differs": differs, "shows": shown}
    return found


if __name__ == "__main__":
    main()
