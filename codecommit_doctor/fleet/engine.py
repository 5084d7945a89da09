"""DuckDB over the lines: a private database, loaded once, then closed to files and network."""

from __future__ import annotations

from importlib import resources
from pathlib import Path
from typing import TYPE_CHECKING, Any

from msgspec import Struct

from codecommit_doctor.fleet.intake import LONGEST_LINE, Intake, bad_lines
from codecommit_doctor.reports.collecting import LeftOut
from codecommit_doctor.reports.report import OutcomeWord, StatusWord

if TYPE_CHECKING:
    import duckdb

__all__ = [
    "COLUMNS",
    "VIEWS",
    "Fleet",
    "Missing",
    "QueryError",
    "Table",
    "machines_where",
    "sql_of",
]

COLUMNS = {
    **dict.fromkeys(("line", "report", "created", "tool_version", "system"), "VARCHAR"),
    "account_kind": "VARCHAR",
    "labels": "MAP(VARCHAR, VARCHAR)",
    **dict.fromkeys(("machine", "account", "target", "region", "repository"), "VARCHAR"),
    **dict.fromkeys(("signer", "check", "code", "status", "summary"), "VARCHAR"),
    "rank": "INTEGER",
    "confidence": "VARCHAR",
}
"""The columns of a line, in the order of the table ``raw_lines``."""

VIEWS = (
    *("lines", "verdicts", "machines", "machines_before", "findings", "totals", "causes"),
    *("outcomes", "labels", "grouped", "group_sizes", "group_causes", "days", "changes"),
)
"""In the order in which they rest on each other."""

_KEPT = ("verdicts", "machines", "machines_before", "totals", "grouped", "group_sizes")
"""What others rest on is worked out once."""

_AGAINST = """
select *, 'now' as part from raw_lines union all select *, 'before' as part from earlier_lines
"""
_MEMORY = "384MB"
_MOST_SPILLED = "20GB"
_LONGEST_TEXT = 10_000
_MOST_ROWS = 200_000_000
"""Rows that one Parquet file may claim to have."""

_WORDS = ", ".join(
    f"'{word}'"
    for word in sorted({*StatusWord.__args__, *OutcomeWord.__args__})  # type: ignore[attr-defined]
)
_VALID = rf"""
    line in ('check', 'verdict') and length(report) = 16 and status in ({_WORDS})
    and regexp_full_match(created, '\d{{4}}-\d\d-\d\dT\d\d:\d\d:\d\dZ')
    and (machine is null or regexp_full_match(machine, 'm-[0-9a-f]{{16}}'))
    and (account is null or regexp_full_match(account, 'a-[0-9a-f]{{16}}'))
    and (code is null or regexp_full_match(code, '[a-z0-9-]{{1,100}}/[a-z0-9-]{{1,100}}'))
    and ("check" is null or regexp_full_match("check", '[a-z0-9-]{{1,100}}'))
    and tool_version is not null and summary is not null
"""
_COUNTS = """
    line = 'verdict' or "rank" is not null or status not in ('pass', 'skip') or line is null
    or status is null
"""


class Missing(Exception):
    """DuckDB is not installed. The message says how to get it."""


class QueryError(Exception):
    """A question that can't be answered. The message is for the user."""


class Table(Struct, frozen=True):
    """The answer to a question."""

    columns: tuple[str, ...]
    rows: list[tuple[Any, ...]]


def machines_where(condition: str) -> str:
    """The query for the machines for which a condition of the user's holds."""
    return f"select * from machines where ({condition}\n) order by machine, account, target"


def sql_of(view: str) -> str:
    """The query of a view, in DuckDB's dialect."""
    return resources.files(__package__).joinpath("views", f"{view}.sql").read_text("utf-8")


class Fleet:
    """The lines of many machines.

    Args:
        folder: an empty one of ours, where DuckDB may put what does not fit into memory.
        everything: keep lines of what passed, or was not checked.
    """

    def __init__(self, folder: Path, *, everything: bool = False) -> None:
        try:
            import duckdb
        except ImportError:
            raise Missing(
                "this needs DuckDB: pipx install 'codecommit-doctor[fleet]', "
                "or pip install duckdb beside this program"
            ) from None
        self._error = duckdb.Error
        self._everything = everything
        config: dict[str, str | bool | int | float | list[str]] = {
            "memory_limit": _MEMORY,
            "temp_directory": str(folder / "spilled"),
            "max_temp_directory_size": _MOST_SPILLED,
            "preserve_insertion_order": "false",
            "autoinstall_known_extensions": "false",
            "autoload_known_extensions": "false",
            "allow_community_extensions": "false",
            "allow_persistent_secrets": "false",
            "python_enable_replacements": "false",
        }
        self._connection: duckdb.DuckDBPyConnection = duckdb.connect(config=config)
        for table in ("raw_lines", "earlier_lines"):
            columns = ", ".join(f'"{name}" {type}' for name, type in COLUMNS.items())
            self._connection.execute(f"create table {table} ({columns})")

    def load(self, intake: Intake, *, earlier: bool = False) -> list[LeftOut]:
        """Reads what was taken in; what can't be read. earlier: it is what to compare with."""
        table = "earlier_lines" if earlier else "raw_lines"
        left_out = self._load_lines(intake, table)
        for path in intake.parquet:
            try:
                self._load_parquet(path, table)
            except (self._error, ValueError) as error:
                reason = str(error).splitlines()[0][:200]
                left_out.append(LeftOut(path, f"it is not a Parquet file of lines: {reason}"))
        return left_out

    def _load_lines(self, intake: Intake, table: str) -> list[LeftOut]:
        """One scan; lines that are none of ours are counted for each file, and left out."""
        names = [str(path) for path in intake.lines]
        scanned = {**COLUMNS, "labels": "JSON"}  # a map is slow to make; few lines are kept
        columns = ", ".join(f"'{name}': '{type}'" for name, type in scanned.items())
        self._connection.execute(
            f"""
            create or replace temp table taken as
            select * from read_json(
                ?, columns = {{{columns}}}, format = 'newline_delimited', ignore_errors = true,
                maximum_object_size = {4 * LONGEST_LINE}, filename = true
            )
            {"" if self._everything else f"where {_COUNTS}"}
            """,
            [names],
        )
        self._connection.execute(f"insert into {table} select {_cast()} from taken where {_VALID}")
        bad = self._connection.execute(
            f"select filename, count(*) from taken where ({_VALID}) is not true group by filename"
        ).fetchall()
        self._connection.execute("drop table taken")
        return [
            LeftOut(intake.names.get(name, Path(name)), bad_lines(number))
            for name, number in sorted(bad)
        ]

    def _load_parquet(self, path: Path, table: str) -> None:
        ask = self._connection.execute
        (rows,) = ask(
            "select sum(num_rows) from parquet_file_metadata(?)", [str(path)]
        ).fetchone() or (0,)
        if rows is None or rows > _MOST_ROWS:
            raise ValueError(f"it claims to have {rows} rows")
        described = ask("describe select * from read_parquet(?)", [str(path)]).fetchall()
        types = {name: type for name, type, *_ in described}
        if not {"line", "report", "created", "status"} <= types.keys():
            raise ValueError("columns are missing")
        wanted = ", ".join(_from_parquet(name, types.get(name)) for name in COLUMNS)
        ask(
            f"insert into {table} select * from (select {wanted} from read_parquet(?)) "
            f"where {_VALID} {'' if self._everything else f'and ({_COUNTS})'}",
            [str(path)],
        )

    def close(self, *, since: str = "", against: bool = False, output: Path | None = None) -> None:
        """Makes the views, and shuts the database in: no file, no network, no other setting.

        Args:
            output: the one file that may be written after that.
            since: the day from which on reports are of now; older ones are compared with.
            against: whether something was loaded to compare with.
        """
        ask = self._connection.execute
        ask("create table since_day as select ? as since", [since])
        for view in VIEWS:
            kind = "table" if view in _KEPT else "view"
            query = _AGAINST if against and view == "lines" else sql_of(view)
            ask(f"create {kind} {view} as {query}")
        if output:
            ask("set allowed_paths = ?", [[str(output)]])
        ask("set enable_external_access = false")
        ask("set lock_configuration = true")

    def view(self, name: str, order: str) -> Table:
        """All rows of a view."""
        return self._answer(f"select * from {name} order by {order}")

    def save(self, question: str, output: Path) -> None:
        """Writes the answer to a query of the user's as a Parquet file. Raises QueryError."""
        self._statement(question)
        try:
            self._connection.execute(
                f"copy ({question}\n) to '{output.as_posix()}' (format parquet)"
            )
        except self._error as error:
            raise QueryError(str(error)) from None

    def ask(self, question: str) -> Table:
        """The answer to one query of the user's, which can only read. Raises QueryError."""
        statement = self._statement(question)
        try:
            return self._answer(statement)
        except self._error as error:
            raise QueryError(str(error)) from None

    def _statement(self, question: str) -> Any:
        import duckdb

        try:
            statements = self._connection.extract_statements(question)
        except self._error as error:
            raise QueryError(str(error)) from None
        if [statement.type for statement in statements] != [duckdb.StatementType.SELECT]:
            raise QueryError("one SELECT is wanted, and nothing else")
        return statements[0]

    def _answer(self, question: Any) -> Table:
        done = self._connection.execute(question)
        columns = tuple(name for name, *_ in done.description or ())
        return Table(columns, done.fetchall())


def _cast() -> str:
    return ", ".join(_taken(name, type) for name, type in COLUMNS.items())


def _taken(name: str, type: str) -> str:
    """A column in its own type; of a text that is too long, the beginning."""
    if type == "VARCHAR":
        return f'left(try_cast("{name}" as {type}), {_LONGEST_TEXT}) as "{name}"'
    return f'try_cast("{name}" as {type}) as "{name}"'


def _from_parquet(name: str, type: str | None) -> str:
    if type is None or (name == "labels" and type != COLUMNS["labels"]):
        return f'cast(null as {COLUMNS[name]}) as "{name}"'
    return _taken(name, COLUMNS[name])
