"""``python -m tests.support`` tries the matrix and writes its results and the page."""

from __future__ import annotations

import json
import tempfile
from pathlib import Path

from tests.lab.service import Lab
from tests.support import gits, matrix
from tests.support.page import PAGE, filled


def main() -> None:
    with Lab() as lab, tempfile.TemporaryDirectory() as work:
        count = iter(range(10_000))

        def folder() -> Path:
            return Path(work, f"machine-{next(count)}")

        results: dict[str, dict[str, dict[str, matrix.Statuses]]] = {"git": {}}
        for name in matrix.SCENARIOS_OF_GITS:
            base = matrix.newest(name, lab, folder())
            for version in gits.GITS:
                told = matrix.try_git(version, name, lab, folder())
                results["git"].setdefault(version, {})[name] = matrix.difference(told, base)
    matrix.RESULTS.write_text(json.dumps(results, indent=1, sort_keys=True) + "\n", "utf-8")
    PAGE.write_text(filled(PAGE.read_text("utf-8")), "utf-8")


if __name__ == "__main__":
    main()
