"""``python -m tools.fleet_sql`` writes the fleet's views in the dialects of Spark and Athena."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import sqlglot
from sqlglot import exp

from codecommit_doctor.fleet import engine

__all__ = ["FOLDER", "files", "statements"]

FOLDER = Path(engine.__file__).parent

_HIVE = {"VARCHAR": "STRING", "INTEGER": "INT", "MAP(VARCHAR, VARCHAR)": "MAP<STRING, STRING>"}

_ATHENA = """\
-- The fleet's table and views for Amazon Athena (engine version 3). Replace BUCKET. Written by
-- python -m tools.fleet_sql: change the files in views/ instead.
--
-- Lines lie in s3://BUCKET/codecommit-doctor/day=2026-11-25/ANY-NAME.jsonl; days need not be
-- registered. raw_lines reads those of the last 30 days: a query pays for what it reads.
"""
_SPARK = """\
-- The fleet's table and views for Spark SQL. Replace PATH by a folder of JSON Lines. Written by
-- python -m tools.fleet_sql: change the files in views/ instead.
"""


def files() -> dict[str, str]:
    """The files by their names."""
    return {
        "athena.sql": _ATHENA + _joined(_athena()),
        "spark.sql": _SPARK + _joined(_spark()),
    }


def statements(text: str) -> list[str]:
    """The statements of such a file."""
    return [part.strip() for part in text.split(";\n") if part.strip()]


def _joined(found: Iterator[str]) -> str:
    return "".join(f"\n{statement};\n" for statement in found)


def _columns() -> str:
    return ",\n".join(f"  `{name}` {_HIVE[type]}" for name, type in engine.COLUMNS.items())


def _athena() -> Iterator[str]:
    place = "s3://BUCKET/codecommit-doctor"
    properties = {
        "projection.enabled": "true",
        "projection.day.type": "date",
        "projection.day.format": "yyyy-MM-dd",
        "projection.day.range": "2026-01-01,NOW",
        "storage.location.template": f"{place}/day=${{day}}",
    }
    listed = ",\n".join(f"  '{key}' = '{value}'" for key, value in properties.items())
    yield (
        f"CREATE EXTERNAL TABLE IF NOT EXISTS all_lines (\n{_columns()}\n)\n"
        "PARTITIONED BY (`day` STRING)\n"
        "ROW FORMAT SERDE 'org.openx.data.jsonserde.JsonSerDe'\n"
        "WITH SERDEPROPERTIES ('ignore.malformed.json' = 'true')\n"
        f"LOCATION '{place}/'\n"
        f"TBLPROPERTIES (\n{listed}\n)"
    )
    names = ", ".join(f'"{name}"' for name in engine.COLUMNS)
    yield (
        f"CREATE OR REPLACE VIEW raw_lines AS\nSELECT {names}\nFROM all_lines\n"
        "WHERE day >= CAST(DATE_ADD('day', -30, CURRENT_DATE) AS VARCHAR)"
    )
    yield "CREATE OR REPLACE VIEW since_day AS\nSELECT '' AS since"
    for view in engine.VIEWS:
        yield f"CREATE OR REPLACE VIEW {view} AS\n{_in(view, 'athena')}"


def _spark() -> Iterator[str]:
    yield (
        f"CREATE OR REPLACE TEMPORARY VIEW raw_lines (\n{_columns()}\n)\n"
        "USING json OPTIONS (path 'PATH')"
    )
    yield "CREATE OR REPLACE TEMPORARY VIEW since_day AS\nSELECT '' AS since"
    for view in engine.VIEWS:
        yield f"CREATE OR REPLACE TEMPORARY VIEW {view} AS\n{_in(view, 'spark')}"


def _in(view: str, dialect: str) -> str:
    """The query of a view in another dialect; its comment stays with DuckDB's."""
    parsed = sqlglot.parse_one(engine.sql_of(view), read="duckdb")
    if dialect == "athena":  # where a bracket with a key that a map lacks is an error
        parsed = parsed.transform(_looked_up)
    query: str = parsed.sql(dialect, pretty=True, comments=False)
    return query


def _looked_up(node: exp.Expression) -> exp.Expression:
    if isinstance(node, exp.Bracket):
        return exp.func("ELEMENT_AT", node.this, *node.expressions)
    return node


if __name__ == "__main__":
    for name, text in files().items():
        (FOLDER / name).write_text(text, "utf-8", newline="\n")
