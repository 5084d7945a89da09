"""The views are kept for Spark and Athena, as they are written for DuckDB."""

from __future__ import annotations

import pytest
import sqlglot
from sqlglot import exp

from codecommit_doctor.fleet.engine import COLUMNS, VIEWS
from tools.fleet_sql import FOLDER, files, statements


def test_the_kept_files_are_what_the_tool_writes() -> None:
    for name, text in files().items():
        assert (FOLDER / name).read_text("utf-8") == text, "python -m tools.fleet_sql"


@pytest.mark.parametrize("dialect", ["athena", "spark"])
def test_every_statement_can_be_parsed(dialect: str) -> None:
    text = (FOLDER / f"{dialect}.sql").read_text("utf-8")
    made = []
    for statement in statements(text):
        (parsed,) = sqlglot.parse(statement, read=dialect, error_level=sqlglot.ErrorLevel.RAISE)
        assert isinstance(parsed, exp.Create), statement
        made.append(parsed.find(exp.Table).name)
    assert [name for name in made if name in VIEWS] == list(VIEWS)


def test_the_table_of_athena_has_every_column_and_a_partition_for_each_day() -> None:
    text = (FOLDER / "athena.sql").read_text("utf-8")
    (table,) = sqlglot.parse(statements(text)[0], read="athena")
    assert table is not None
    columns = [column.name for column in table.this.expressions]
    assert columns[: len(COLUMNS)] == list(COLUMNS)
    assert table.find(exp.PartitionedByProperty)
    assert "projection.day.type" in statements(text)[0]
