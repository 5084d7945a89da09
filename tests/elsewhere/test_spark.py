"""The views on Spark give what they give on DuckDB, on the same lines."""

from __future__ import annotations

import json
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest

from codecommit_doctor.fleet.engine import VIEWS, Fleet
from codecommit_doctor.fleet.intake import take_in
from tests.elsewhere import TOOLS, needs
from tests.fleet.conftest import fleet
from tools.fleet_sql import FOLDER

__all__ = ["fleet"]

SCRIPT = Path(__file__).parent / "spark_views.py"


def comparable(columns: Any, rows: Any) -> tuple[list[str], list[str]]:
    """Column names, and rows in an order that both engines give."""
    plain = [json.dumps([value or None for value in row], sort_keys=True) for row in rows]
    return list(columns), sorted(plain)


@needs("spark-submit")
@pytest.mark.skipif(not shutil.which("java"), reason="java is not installed")
def test_every_view_is_the_same(fleet: Path, tmp_path: Path) -> None:
    files = map(str, (TOOLS / "python", SCRIPT, FOLDER / "spark.sql", fleet))
    words = [*files, *VIEWS]
    done = subprocess.run(words, capture_output=True, timeout=300, check=False)
    assert done.returncode == 0, done.stderr.decode()[-3000:]
    on_spark = json.loads(done.stdout)
    place = tmp_path / "own"
    place.mkdir()
    here = Fleet(place, everything=True)
    here.load(take_in([fleet], place, everything=True))
    here.close()
    for view in VIEWS:
        table = here.view(view, "1")
        assert table.rows or view == "machines_before"
        assert comparable(*on_spark[view]) == comparable(table.columns, table.rows), view
