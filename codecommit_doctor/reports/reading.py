"""Reads a report or a bundle that came from elsewhere, and trusts nothing in it.

Every command that takes a report reads it here. Nothing is unpacked to disk and nothing is run.
Sizes, numbers of things and depths have limits, and every string is made printable once more. Any
minor version of schema 1 can be read: what is new in it is left out, and a word that this version
does not know is shown as what it comes nearest to.
"""

from __future__ import annotations

import json
import re
from functools import cache
from pathlib import Path
from types import UnionType
from typing import Annotated, Any, Literal, Union, get_args, get_origin

import msgspec
from msgspec import Struct

from codecommit_doctor.probes.files import read_named
from codecommit_doctor.reports.report import (
    SCHEMA_VERSION,
    Cause,
    Counts,
    Line,
    Report,
    ResultItem,
    Seconds,
)
from codecommit_doctor.reports.unpacking import NotAReport, settings_in, unpack
from codecommit_doctor.reports.words import (
    NEAREST,
    nearest,
    safe_code,
    safe_id,
    safe_status,
    safe_text,
)

__all__ = [
    "LARGEST",
    "ForeignReport",
    "NotAReport",
    "admitted",
    "content",
    "masked",
    "parse",
    "read",
    "settings",
]

LARGEST = 32 * 1024 * 1024
"""Bytes of a file, and of a report inside a bundle."""

_MOST = 100_000
"""Items of lists and entries of mappings in one report."""

_MOST_QUOTES = 4_000_000
"""Quotes in a file: each text takes two, and far more memory than that."""

_LONGEST_RUN = 1e6
_MAJOR = SCHEMA_VERSION.partition(".")[0]
_CREATED = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ\Z")


class ForeignReport(Struct, frozen=True):
    """A report, and what its reader should know of the file that it stood in."""

    report: Report
    notices: tuple[str, ...] = ()


class _Version(Struct):
    schema_version: str


def read(path: Path) -> ForeignReport:
    """Reads a JSON report or a bundle, in any encoding that a shell may have given it.

    Raises:
        NotAReport: the file can't be read, or it is no report.
    """
    data, notices = content(path)
    return ForeignReport(parse(data), notices)


def content(path: Path) -> tuple[bytes, tuple[str, ...]]:
    """The bytes of a JSON report, out of its bundle if it is in one, and notices about that.

    Raises:
        NotAReport: the file can't be read, or it is too large.
    """
    data = _file(path)
    return unpack(data, LARGEST) if data.startswith(b"PK") else (data, ())


def settings(path: Path) -> dict[str, list[str]] | None:
    """The lines of the files of settings in a bundle, by file; None if it is no bundle.

    Raises:
        NotAReport: the file can't be read.
    """
    data = _file(path)
    return settings_in(data) if data.startswith(b"PK") else None


def _file(path: Path) -> bytes:
    try:
        data = read_named(path, LARGEST + 1)
    except (OSError, ValueError) as error:  # a ValueError for a NUL in the name
        reason = error.strerror if isinstance(error, OSError) else None
        raise NotAReport(f"it can't be read: {reason or error}") from error
    if len(data) > LARGEST:
        raise NotAReport(f"it is larger than {LARGEST // 1024 // 1024} MB")
    return data


def parse(data: bytes) -> Report:
    """Reads a JSON report of any version 1.x.

    Raises:
        NotAReport: it is no report, or one of another major version.
    """
    values = msgspec.to_builtins(admitted(data))
    values |= {"schema_version": SCHEMA_VERSION, "counts": {}}
    values["exit_code"] = max(0, min(255, values["exit_code"]))
    report = msgspec.convert(_fitted(values, Report), Report)
    report.counts = Counts.of(item.status for target in report.targets for item in target.results)
    return report


def admitted(data: bytes) -> Any:
    """A report of any version 1.x with its own words: a hundred times as fast as ``parse``.

    Its texts are not made safe; the shape of it is that of a report.

    Raises:
        NotAReport: it is no report, or one of another major version.
    """
    data = _utf8(data)
    quotes = data.count(b'"')
    if quotes > _MOST_QUOTES:
        raise NotAReport("it holds more than a report can")
    version = _decoded(data, _Version).schema_version
    if version.partition(".")[0] != _MAJOR:
        shown = ascii(version[:40])[1:-1]
        raise NotAReport(
            f"it has schema version {shown}, and this program reads {_MAJOR}.x: "
            "a newer codecommit-doctor may be needed"
        )
    found = _decoded(data, _lenient(Report))
    if not _CREATED.match(found.created):
        raise NotAReport("it is not a JSON report: created is not a time in UTC")
    if quotes > 2 * _MOST:  # else it has fewer items: each holds a text, or names of fields
        entries = len(found.machine) + len(found.labels)
        if _items(msgspec.to_builtins(found)) + entries > _MOST:
            raise NotAReport("it holds more than a report can")
    return found


def masked(report: Report, words: list[str]) -> Report:
    """The report with each of these words masked in every text, whatever its case."""
    wanted = sorted(filter(None, words), key=len, reverse=True)
    if not wanted:
        return report
    pattern = re.compile("|".join(map(re.escape, wanted)), re.IGNORECASE)
    values: dict[str, Any] = _each_text(msgspec.to_builtins(report), pattern)
    values["created"] = report.created
    values["schema_version"] = report.schema_version
    return parse(msgspec.json.encode(values))


def _each_text(value: Any, pattern: re.Pattern[str]) -> Any:
    if isinstance(value, str):
        return pattern.sub("…", value)
    if isinstance(value, list):
        return [_each_text(item, pattern) for item in value]
    if isinstance(value, dict):
        return {key: _each_text(item, pattern) for key, item in value.items()}
    return value


def _utf8(data: bytes) -> bytes:
    """The text in UTF-8. PowerShell's ``>`` writes UTF-16; others put a mark in front."""
    encoding = json.detect_encoding(data)
    if encoding == "utf-8":
        return data
    try:
        return data.decode(encoding).encode()
    except ValueError:
        raise NotAReport(f"it is not a JSON report: it is damaged {encoding.upper()}") from None


def _decoded(data: bytes, type: Any) -> Any:
    try:
        return msgspec.json.decode(data, type=type)
    except RecursionError:
        raise NotAReport("it is nested too deeply for a report") from None
    except (ValueError, OverflowError) as error:
        raise NotAReport(f"it is not a JSON report: {safe_text(str(error)[:300])}") from None


def _items(value: Any) -> int:
    """How many items the lists hold, at all depths."""
    if isinstance(value, list):
        return len(value) + sum(map(_items, value))
    if isinstance(value, dict):
        return sum(map(_items, value.values()))
    return 0


@cache
def _lenient(kind: Any) -> Any:
    """The type of a report's part as any version 1.x may fill it: any word, any number."""
    kind, parts = _plain(kind), get_args(_plain(kind))
    if get_origin(kind) is Literal:
        return str
    if get_origin(kind) in (Union, UnionType):
        return Union[tuple(map(_lenient, parts))]  # noqa: UP007 - of as many as there are
    if get_origin(kind) in (list, dict):
        return get_origin(kind)[tuple(map(_lenient, parts))]
    if not _is_struct(kind):
        return kind
    fields = [field for field in msgspec.structs.fields(kind) if field.type is not Counts]
    return msgspec.defstruct(
        kind.__name__,
        [
            (field.name, _lenient(field.type))
            if field.required
            else (field.name, _lenient(field.type), _default(field))
            for field in fields
        ],
        kw_only=True,
    )


def _default(field: msgspec.structs.FieldInfo) -> Any:
    if field.default_factory is msgspec.NODEFAULT:
        return field.default
    return msgspec.field(default_factory=field.default_factory)


def _fitted(value: Any, kind: Any) -> Any:
    """The value in the words and numbers that this version allows for this type."""
    if value is None:
        return None
    if kind == Seconds:
        return max(0.0, min(_LONGEST_RUN, value))
    if get_origin(kind) in (Union, UnionType):
        kind = next(part for part in get_args(kind) if part is not type(None))
    if kind == Line:
        return value if 1 <= value < 2**31 else None
    if kind in NEAREST:
        return nearest(value, kind)
    if isinstance(value, str):
        return safe_text(value)
    parts = get_args(kind)
    if isinstance(value, list):
        return [_fitted(item, parts[0]) for item in value]
    if get_origin(kind) is dict:
        return {safe_text(key): _fitted(item, parts[1]) for key, item in value.items()}
    if _is_struct(kind):
        _correct(value, kind)
        types = {field.encode_name: field.type for field in msgspec.structs.fields(kind)}
        return {name: _fitted(item, types[name]) for name, item in value.items()}
    return value


def _correct(values: dict[str, Any], kind: type[Struct]) -> None:
    """Puts right what is shown as part of a command, and keeps a status that is not known."""
    if kind is ResultItem:
        values["status"], values["summary"] = safe_status(values["status"], values["summary"])
    for name in {ResultItem: ("id",), Cause: ("check",)}.get(kind, ()):
        values[name] = safe_id(values[name])
    if kind in (ResultItem, Cause):
        values["code"] = safe_code(values["code"])


def _plain(kind: Any) -> Any:
    return get_args(kind)[0] if get_origin(kind) is Annotated else kind


def _is_struct(kind: Any) -> bool:
    return isinstance(kind, type) and issubclass(kind, Struct)
