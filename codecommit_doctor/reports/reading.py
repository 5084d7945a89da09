"""Reads a report or a bundle that came from elsewhere, and trusts nothing in it.

Nothing is unpacked to disk and nothing is run. Sizes, numbers of things and depths have limits, and
every string is made printable once more. Any minor version of schema 1 can be read: what is new in
it is left out, and a word that this version does not know is shown as what it comes nearest to.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import msgspec

from codecommit_doctor.probes.files import read_named
from codecommit_doctor.redaction import printable
from codecommit_doctor.reports.report import SCHEMA_VERSION, Counts, Report

__all__ = ["LARGEST", "Document", "Unreadable", "masked", "parse", "read"]

LARGEST = 32 * 1024 * 1024
"""Bytes of a file, and of a report inside a bundle."""

_MOST = 100_000
"""Targets, results, facts and steps of advice in one report."""

_MOST_QUOTES = 4_000_000
"""Quotes in a file: each text takes two, and far more memory than that."""

_LONGEST = 10_000
"""Characters of one text."""

_MAJOR = SCHEMA_VERSION.partition(".")[0]
_ID = re.compile(r"[a-z][a-z0-9]*(-[a-z0-9]+)*\Z")
_CODE = re.compile(r"[a-z][a-z0-9]*(-[a-z0-9]+)*/[a-z0-9]+(-[a-z0-9]+)*\Z")
_CREATED = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ\Z")
_STATUSES = ("pass", "warn", "fail", "skip", "error")
_CONFIDENCES = ("confirmed", "likely", "possible")
_VERDICTS = ("works", "not-tested", "suspected", "refused", "failed", "error", "unknown")
_OUTCOMES = ("applied", "declined", "refused", "failed", "taken-back")
_LONGEST_RUN = 1e6


class Unreadable(Exception):
    """The file can't be shown. The message is for the user."""


@dataclass(frozen=True)
class Document:
    """A report, and what the reader should know of the file that it stood in."""

    report: Report
    notices: tuple[str, ...] = ()


class _Location(msgspec.Struct):
    file: str | None
    line: int | None
    scope: str | None


class _Evidence(msgspec.Struct):
    fact: str
    origin: str
    location: _Location | None
    meaning: str = ""


class _Advice(msgspec.Struct):
    text: str
    command: str | None


class _Fix(msgspec.Struct):
    title: str
    safety: str
    guide: str
    caution: str = ""


class _Result(msgspec.Struct):
    id: str
    title: str
    status: str
    summary: str
    evidence: list[_Evidence]
    advice: list[_Advice]
    fix: _Fix | None
    docs: str
    seconds: float
    because_of: str | None = None
    distribution: str | None = None
    known: bool | None = None
    code: str | None = None
    category: str | None = None


class _Cause(msgspec.Struct):
    check: str
    confidence: str
    because: str
    code: str | None = None
    explains: list[str] = []
    rests_on: list[str] = []


class _Verdict(msgspec.Struct):
    causes: list[_Cause]
    ruled_out: list[str] = []
    not_looked_at: list[str] = []
    outcome: str = "unknown"
    summary: str = ""
    forward: str | None = None


class _Observation(msgspec.Struct):
    source: str
    text: str
    operation: str | None = None
    code: int | None = None


class _Signer(msgspec.Struct):
    kind: str
    profile: str | None = None


class _Target(msgspec.Struct):
    target: str
    url: str
    region: str | None
    repository: str | None
    results: list[_Result]
    verdict: _Verdict
    observations: list[_Observation] = []
    signer: _Signer | None = None
    left_out: list[str] = []


class _Tool(msgspec.Struct):
    name: str
    version: str


class _Outcome(msgspec.Struct):
    check: str
    title: str
    safety: str
    outcome: str
    files: list[str]
    reason: str
    can_be_undone: bool = True


class _Report(msgspec.Struct):
    """A report of any version 1.x: the words that may become more are any text here."""

    tool: _Tool
    created: str
    machine: dict[str, str]
    targets: list[_Target]
    exit_code: int
    interrupted: bool = False
    fixes: list[_Outcome] = []
    labels: dict[str, str] = {}
    fix_command: str | None = None


class _Version(msgspec.Struct):
    schema_version: str


def read(path: Path) -> Document:
    """Reads a JSON report or a bundle. Raises Unreadable."""
    try:
        data = read_named(path, LARGEST + 1)
    except OSError as error:
        raise Unreadable(f"it can't be read: {error.strerror or error}") from error
    if len(data) > LARGEST:
        raise Unreadable(f"it is larger than {LARGEST // 1024 // 1024} MB")
    if data.startswith(b"PK"):
        from codecommit_doctor.reports.unpacking import unpack

        inside, notices = unpack(data, LARGEST)
        return Document(parse(inside), notices)
    return Document(parse(data))


def parse(data: bytes) -> Report:
    """Reads a JSON report of any version 1.x. Raises Unreadable."""
    data = data.removeprefix(b"\xef\xbb\xbf")  # PowerShell puts it in front
    if data.count(b'"') > _MOST_QUOTES:
        raise Unreadable("it holds more than a report can")
    version = _decoded(data, _Version).schema_version
    if version.partition(".")[0] != _MAJOR:
        shown = ascii(version[:40])[1:-1]
        raise Unreadable(
            f"it has schema version {shown}, and this program reads {_MAJOR}.x: "
            "a newer codecommit-doctor may be needed"
        )
    found = _decoded(data, _Report)
    if not _CREATED.match(found.created):
        raise Unreadable("it is no report: created is not a time in UTC")
    if _things(found) > _MOST:
        raise Unreadable("it holds more than a report can")
    tamed: dict[str, Any] = _tamed(msgspec.to_builtins(found))
    return _converted(tamed)


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


def _decoded(data: bytes, type: Any) -> Any:
    try:
        return msgspec.json.decode(data, type=type)
    except RecursionError:
        raise Unreadable("it is nested too deeply for a report") from None
    except (ValueError, OverflowError) as error:
        raise Unreadable(f"it is no report: {_safe(str(error)[:300])}") from None


def _things(report: _Report) -> int:
    results = [result for target in report.targets for result in target.results]
    inner = sum(len(result.evidence) + len(result.advice) for result in results)
    verdicts = [target.verdict for target in report.targets]
    named = sum(len(v.causes) + len(v.ruled_out) + len(v.not_looked_at) for v in verdicts)
    named += sum(len(c.explains) + len(c.rests_on) for v in verdicts for c in v.causes)
    named += sum(len(target.observations) + len(target.left_out) for target in report.targets)
    files = sum(len(fix.files) + 1 for fix in report.fixes)
    described = len(report.machine) + len(report.labels)
    return len(report.targets) + len(results) + inner + named + files + described


def _converted(values: dict[str, Any]) -> Report:
    """The report in the words of this version."""
    for target in values["targets"]:
        for result in target["results"]:
            _result(result)
        for cause in target["verdict"]["causes"]:
            cause["check"] = _id(cause["check"])
            cause["confidence"] = _known(cause["confidence"], _CONFIDENCES, "possible")
            cause["code"] = _code(cause["code"])
        target["verdict"]["outcome"] = _known(target["verdict"]["outcome"], _VERDICTS, "unknown")
        for seen in target["observations"]:
            if seen["operation"] not in ("fetch", "push"):
                seen["operation"] = None
    for fix in values["fixes"]:
        fix["safety"] = _known(fix["safety"], ("safe", "unsafe"), "unsafe")
        fix["outcome"] = _known(fix["outcome"], _OUTCOMES, "failed")
    values["schema_version"] = SCHEMA_VERSION
    values["counts"] = {}
    values["exit_code"] = max(0, min(255, values["exit_code"]))
    report = msgspec.convert(values, Report)
    report.counts = _counts(report)
    return report


def _result(result: dict[str, Any]) -> None:
    """Puts right what a later version, or somebody's hand, wrote of one result."""
    result["id"] = _id(result["id"])
    result["code"] = _code(result["code"])
    if result["status"] not in _STATUSES:
        result["summary"] = f"status {result['status']!r}, new to this version: {result['summary']}"
        result["status"] = "skip"
    result["seconds"] = max(0.0, min(_LONGEST_RUN, result["seconds"]))
    if result["fix"]:
        result["fix"]["safety"] = _known(result["fix"]["safety"], ("safe", "unsafe"), "unsafe")
    for item in result["evidence"]:
        where = item["location"]
        if where and where["line"] is not None and not 1 <= where["line"] < 2**31:
            where["line"] = None


def _counts(report: Report) -> Counts:
    """Counted again: what stands in the file may be anything."""
    counts = Counts()
    for target in report.targets:
        for result in target.results:
            name = "passed" if result.status == "pass" else result.status
            setattr(counts, name, getattr(counts, name) + 1)
    return counts


def _known(word: str, words: tuple[str, ...], otherwise: str) -> str:
    return word if word in words else otherwise


def _id(text: str) -> str:
    """An id as it can be: it is shown as part of a command."""
    return text if len(text) <= 100 and _ID.match(text) else "unknown-check"


def _code(text: str | None) -> str | None:
    """A code as it can be, for the same reason."""
    return text if text and len(text) <= 200 and _CODE.match(text) else None


def _tamed(value: Any) -> Any:
    if isinstance(value, str):
        return _safe(value)
    if isinstance(value, list):
        return [_tamed(item) for item in value]
    if isinstance(value, dict):
        return {_safe(key): _tamed(item) for key, item in value.items()}
    return value


def _safe(text: str) -> str:
    cut = len(text) - _LONGEST
    return printable(text) if cut <= 0 else f"{printable(text[:_LONGEST])}… ({cut} more)"
