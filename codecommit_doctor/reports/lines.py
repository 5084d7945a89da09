"""A report as flat lines, for tables of many machines: one for each check and target, one for each
verdict.

The JSON Schema of a line is published in ``schema/``. Within version 1 a field is only ever added.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Iterator
from typing import Annotated, Any, Literal

import msgspec
from msgspec import Meta

from codecommit_doctor.redaction import inert_json
from codecommit_doctor.reports.report import ConfidenceWord, OutcomeWord, StatusWord, schema_of
from codecommit_doctor.reports.words import nearest, safe_code, safe_id, safe_status, safe_text

__all__ = ["LINES_VERSION", "Line", "encode", "lines_of", "schema"]

LINES_VERSION: Literal["1.0"] = "1.0"

Created = Annotated[str, Meta(pattern=r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$")]
MachineId = Annotated[str, Meta(pattern="^m-[0-9a-f]{16}$")]
AccountId = Annotated[str, Meta(pattern="^a-[0-9a-f]{16}$")]
ReportId = Annotated[str, Meta(pattern="^[0-9a-f]{16}$")]
Rank = Annotated[int, Meta(ge=1, le=1_000_000)]


class Line(msgspec.Struct, omit_defaults=True, kw_only=True):
    """One result of a check, or one verdict. What is null is left out.

    line: check, or verdict. report: the same in all lines of one report, and in no other. created:
    UTC. machine, account: pseudonyms; none in reports of older versions. check, code, status,
    summary: of the result; in a verdict the check and the code of its first cause, the outcome, and
    the outcome in one sentence. rank: the place of the finding among the causes, from 1.
    confidence: of that cause.
    """

    jsonl_version: Annotated[str, Meta(pattern=r"^1\.\d+$")]
    line: Literal["check", "verdict"]
    report: ReportId
    created: Created
    tool_version: str
    status: StatusWord | OutcomeWord
    summary: str
    system: str | None = None
    account_kind: str | None = None
    labels: dict[str, str] = {}
    machine: MachineId | None = None
    account: AccountId | None = None
    target: str | None = None
    region: str | None = None
    repository: str | None = None
    signer: str | None = None
    check: str | None = None
    code: str | None = None
    rank: Rank | None = None
    confidence: ConfidenceWord | None = None


def lines_of(report: Any) -> list[Line]:
    """The lines of a report, or of what ``reading.admitted`` gives: what it says is data."""
    machine = {key: safe_text(value) for key, value in report.machine.items()}
    common = {
        "jsonl_version": LINES_VERSION,
        "report": "",
        "created": report.created,
        "tool_version": safe_text(report.tool.version),
        "system": machine.get("system"),
        "account_kind": machine.get("account_kind"),
        "labels": {safe_text(key): safe_text(value) for key, value in report.labels.items()},
        "machine": _pseudonym("m", machine.get("id")),
        "account": _pseudonym("a", machine.get("account")),
    }
    lines = [line for target in report.targets for line in _of_target(target, common)]
    digest = hashlib.sha256(encode(lines)).hexdigest()[:16]
    for line in lines:
        line.report = digest
    return lines


def encode(lines: Iterable[Line]) -> bytes:
    """The lines as JSON Lines, UTF-8."""
    return b"".join(inert_json(_encoder.encode(line)) + b"\n" for line in lines)


def schema() -> dict[str, Any]:
    """The JSON Schema of a line."""
    return schema_of(Line, "codecommit-doctor line, version 1")


_PSEUDONYM = re.compile(r"[am]-[0-9a-f]{16}\Z")
_encoder = msgspec.json.Encoder()


def _pseudonym(kind: str, text: str | None) -> str | None:
    return text if text and text[0] == kind and _PSEUDONYM.match(text) else None


def _of_target(target: Any, common: dict[str, Any]) -> Iterator[Line]:
    common = {
        **common,
        "target": safe_text(target.target),
        "region": target.region and safe_text(target.region),
        "repository": target.repository and safe_text(target.repository),
        "signer": safe_text(target.signer.kind) if target.signer else None,
    }
    causes = target.verdict.causes
    ranks = {safe_id(cause.check): rank for rank, cause in reversed(list(enumerate(causes, 1)))}
    for result in target.results:
        status, summary = safe_status(result.status, result.summary)
        rank = ranks.get(safe_id(result.id))
        yield Line(
            line="check",
            check=safe_id(result.id),
            code=safe_code(result.code),
            status=status,
            summary=summary,
            rank=rank,
            confidence=nearest(causes[rank - 1].confidence, ConfidenceWord) if rank else None,
            **common,
        )
    first = causes[0] if causes else None
    yield Line(
        line="verdict",
        check=safe_id(first.check) if first else None,
        code=safe_code(first.code) if first else None,
        status=nearest(target.verdict.outcome, OutcomeWord),
        summary=safe_text(target.verdict.summary or (first.because if first else "")),
        confidence=nearest(first.confidence, ConfidenceWord) if first else None,
        **common,
    )
