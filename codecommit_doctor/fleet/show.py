"""Summaries and tables as text: for a terminal, Markdown, CSV and JSON.

Whatever stands in a report is data: control characters are written out, markup is escaped, and a
cell that a spreadsheet would take for a formula gets an apostrophe.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Sequence
from typing import Any

import msgspec
from msgspec import Struct

from codecommit_doctor.fleet.engine import Table
from codecommit_doctor.fleet.summary import Summary
from codecommit_doctor.formats.markdown import prose
from codecommit_doctor.redaction import printable
from codecommit_doctor.reports.report import encode

__all__ = [
    *("Part", "as_csv", "as_json", "as_markdown", "as_text", "headline", "of_table", "parts"),
]

_MOST_ROWS = 1_000
"""Rows of a table that are shown to a person."""

_WIDEST = 72
"""Characters of a cell that are shown to a person."""

_FORMULA = ("=", "+", "-", "@", "\t", "\r")


class Part(Struct, frozen=True):
    """A heading, and a table below it. more: what is not shown."""

    heading: str
    columns: tuple[str, ...]
    rows: Sequence[tuple[str, ...]]
    more: str = ""


def headline(summary: Summary) -> str:
    """The summary in one sentence."""
    if not summary.machines:
        return "No machine has reported"
    share = f" ({_percent(summary.ill / summary.machines)})" if summary.ill else ""
    days = f", {summary.first_day} to {summary.last_day}"
    found = f"{summary.ill:,} of {_counted(summary.machines, 'machine')} have a problem{share}"
    return f"{found}{days}; {_counted(summary.reports, 'report')}"


def parts(summary: Summary) -> Iterator[Part]:
    """The tables of a summary; none that is empty."""
    yield from filter(lambda part: part.rows, _parts(summary))


def _parts(summary: Summary) -> Iterator[Part]:
    yield Part(
        "Causes",
        ("cause", "machines", "share", "further", "meaning"),
        [
            (c.cause, f"{c.machines:,}", _percent(c.share), f"{c.further:,}", c.meaning or "")
            for c in summary.causes
        ],
    )
    for kind in dict.fromkeys(group.kind for group in summary.groups):
        yield Part(
            f"By {kind}",
            (kind, "machines", "with a problem", "most frequent"),
            [
                (
                    group.name,
                    f"{group.machines:,}",
                    f"{group.ill:,} ({_percent(group.ill / group.machines)})",
                    ", ".join(f"{c.cause} {_percent(c.share)}" for c in group.causes),
                )
                for group in summary.groups
                if group.kind == kind
            ],
        )
    changes = [(c.change, c.cause, f"{c.machines:,}") for c in summary.changes or ()]
    yield Part("Changes", ("change", "cause", "machines"), changes)
    yield Part("Never reported", ("machine",), [(name,) for name in summary.never_reported or ()])
    unread = [(entry.file, entry.reason) for entry in summary.left_out]
    yield Part("Could not be read", ("file", "reason"), unread)


def of_table(table: Table) -> Part:
    """A table for a person: the first rows."""
    rows = [tuple(map(_cell, row)) for row in table.rows[:_MOST_ROWS]]
    left = len(table.rows) - len(rows)
    more = f"and {left:,} more rows (--format csv has all)" if left else ""
    return Part("", table.columns, rows, more)


def as_text(found: Sequence[Part], first: str = "") -> str:
    """Tables for a terminal; the columns of numbers to the right."""
    blocks = [first] if first else []
    for part in found:
        cells = [tuple(map(_short, row)) for row in (part.columns, *part.rows)]
        widths = [max(map(len, column)) for column in zip(*cells, strict=True)]
        numeric = [all(_is_number(row[n]) for row in cells[1:]) for n in range(len(widths))]
        lines = [printable(part.heading)] if part.heading else []
        for row in cells:
            padded = (
                f"{cell:>{width}}" if right else f"{cell:<{width}}"
                for cell, width, right in zip(row, widths, numeric, strict=True)
            )
            lines.append("  ".join(padded).rstrip())
        blocks.append("\n".join([*lines, *filter(None, [part.more])]))
    return "\n\n".join(blocks) + "\n"


def as_markdown(found: Sequence[Part], first: str = "") -> str:
    """The same as a document."""
    lines = [f"## {prose(first)}", ""] if first else []
    for part in found:
        lines += [f"### {prose(part.heading)}", ""] if part.heading else []
        lines.append(f"| {' | '.join(map(prose, part.columns))} |")
        lines.append("|" + "---|" * len(part.columns))
        lines += [f"| {' | '.join(map(prose, row))} |" for row in part.rows]
        lines += ["", *filter(None, [part.more, "" if part.more else None])]
    return "\n".join(lines).rstrip() + "\n"


def as_csv(table: Table) -> str:
    """All rows, with a header; RFC 4180."""
    file = io.StringIO(newline="")
    writer = csv.writer(file)
    writer.writerow(map(_inert, table.columns))
    writer.writerows(map(_inert, row) for row in table.rows)
    return file.getvalue()


def as_json(found: Summary | Table) -> bytes:
    """A summary as its schema says, or a table as a list of objects; UTF-8."""
    if isinstance(found, Table):
        values: Any = [dict(zip(found.columns, row, strict=True)) for row in found.rows]
    else:
        values = msgspec.to_builtins(found)
    return encode(_plain(values))


def _plain(value: Any) -> Any:
    if isinstance(value, str):
        return printable(value)
    if isinstance(value, dict):
        return {printable(str(key)): _plain(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [_plain(item) for item in value]
    return value if isinstance(value, (bool, int, float, type(None))) else printable(str(value))


def _cell(value: Any) -> str:
    """A value on one line."""
    if value is None:
        return ""
    if isinstance(value, dict):
        return ", ".join(f"{_cell(key)}={_cell(item)}" for key, item in value.items())
    return " ".join(printable(str(value)).split())


def _inert(value: Any) -> Any:
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        return value
    text = _cell(value)
    return f"'{text}" if text.startswith(_FORMULA) else text


def _short(text: str) -> str:
    """The text on one line; of a long one the middle is left out."""
    text, half = _cell(text), _WIDEST // 2
    return text if len(text) <= _WIDEST else f"{text[: half - 1]}…{text[-half:]}"


def _is_number(text: str) -> bool:
    return text.replace(",", "").replace(".", "").removesuffix("%").isdigit()


def _percent(share: float) -> str:
    return f"{share:.0%}" if share >= 0.095 or not share else f"{share:.1%}"


def _counted(number: int, word: str) -> str:
    return f"{number:,} {word}" if number == 1 else f"{number:,} {word}s"
