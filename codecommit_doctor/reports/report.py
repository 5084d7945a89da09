"""The report as data: what an examination found. Formats read it; nothing else is shown.

The JSON Schema of this document is published in ``schema/``. Within version 1 a field is only ever
added.
"""

from __future__ import annotations

import inspect
from collections import Counter
from collections.abc import Iterable, Iterator
from typing import Annotated, Any, Literal

import msgspec
from msgspec import Meta

from codecommit_doctor.redaction import inert_json

__all__ = [
    *("DIALECT", "SCHEMA_VERSION", "Counts", "Report", "decode", "dedented", "encode"),
    *("encoded_parts", "schema", "schema_of"),
]

DIALECT = "https://json-schema.org/draft/2020-12/schema"
SCHEMA_VERSION: Literal["1.1"] = "1.1"

Seconds = Annotated[float, Meta(ge=0, description="Duration in seconds.")]
StatusWord = Literal["pass", "warn", "fail", "skip", "error"]
OutcomeWord = Literal["works", "not-tested", "suspected", "refused", "failed", "error", "unknown"]
ConfidenceWord = Literal["confirmed", "likely", "possible"]
SafetyWord = Literal["safe", "unsafe"]
FixWord = Literal["applied", "declined", "refused", "failed", "taken-back"]
OperationWord = Literal["fetch", "push"]
Line = Annotated[int, Meta(ge=1, description="Line number, from 1.")]


class Tool(msgspec.Struct):
    """What made the report."""

    name: str
    version: str


class Location(msgspec.Struct):
    """Where a fact was read, for programs."""

    file: str | None
    line: Line | None
    scope: str | None


class EvidenceItem(msgspec.Struct):
    """A fact with its origin. meaning: what it does here, in a few words; may be empty."""

    fact: str
    origin: str
    location: Location | None
    meaning: str = ""


class AdviceItem(msgspec.Struct):
    """One step towards the cure. command: for the shell named under ``machine``."""

    text: str
    command: str | None


class FixItem(msgspec.Struct):
    """The cure that ``--fix`` offers. caution: of an unsafe one, what else it changes."""

    title: str
    safety: SafetyWord
    guide: str
    caution: str = ""


class ResultItem(msgspec.Struct):
    """What one check says of one target.

    known: whether the baseline has this failure or warning; null for other results, and where there
    is no baseline. code: the kind of finding, as ``check/code``; null for what passed.
    category: the group that the check is shown in.
    """

    id: str
    title: str
    status: StatusWord
    summary: str
    evidence: list[EvidenceItem]
    advice: list[AdviceItem]
    fix: FixItem | None
    docs: str
    seconds: Seconds
    because_of: str | None = None
    distribution: str | None = None
    known: bool | None = None
    code: str | None = None
    category: str | None = None


class Cause(msgspec.Struct):
    """One reason for the trouble, the most likely first.

    explains: what was seen to fail because of it, as ``check/code``. rests_on: how that is known.
    """

    check: str
    confidence: ConfidenceWord
    because: str
    code: str | None = None
    explains: list[str] = []
    rests_on: list[str] = []


class Verdict(msgspec.Struct):
    """The ranked causes; none where nothing failed.

    ruled_out: ids of the checks that found nothing. not_looked_at: ids of those that could not
    look. outcome: works (Git got the refs), not-tested (nothing is wrong, and Git was not seen to
    work), suspected (warnings alone), refused (the machine is in order, and the account refuses),
    failed (a check failed), error (a check had an error, and nothing failed), unknown (in reports
    of version 1.0).
    summary: the outcome in one sentence. forward: a text for whoever manages the account.
    """

    causes: list[Cause]
    ruled_out: list[str] = []
    not_looked_at: list[str] = []
    outcome: OutcomeWord = "unknown"
    summary: str = ""
    forward: str | None = None


class ObservationItem(msgspec.Struct):
    """A failure of Git that was seen before the examination.

    source: the command. text: its last words. code: its exit code.
    """

    source: str
    text: str
    operation: OperationWord | None = None
    code: int | None = None


class SignerItem(msgspec.Struct):
    """Who makes the password that Git sends. profile: of the AWS files, if that is known."""

    kind: str
    profile: str | None = None


class TargetItem(msgspec.Struct):
    """One address, and all that was found for it.

    left_out: settings that the clone brings and that were not used while looking.
    """

    target: str
    url: str
    region: str | None
    repository: str | None
    results: list[ResultItem]
    verdict: Verdict
    observations: list[ObservationItem] = []
    signer: SignerItem | None = None
    left_out: list[str] = []


class Counts(msgspec.Struct):
    """How many results have which status, over all targets."""

    passed: Annotated[int, Meta(ge=0)] = msgspec.field(name="pass", default=0)
    warn: Annotated[int, Meta(ge=0)] = 0
    fail: Annotated[int, Meta(ge=0)] = 0
    skip: Annotated[int, Meta(ge=0)] = 0
    error: Annotated[int, Meta(ge=0)] = 0

    @classmethod
    def of(cls, statuses: Iterable[str]) -> Counts:
        """Counts words of ``StatusWord``."""
        counted = Counter(statuses)
        return cls(*(counted[field.encode_name] for field in msgspec.structs.fields(cls)))


class FixOutcome(msgspec.Struct):
    """What became of one fix of a run with ``--fix``.

    can_be_undone: whether ``undo`` gives back all that it replaced.
    """

    check: str
    title: str
    safety: SafetyWord
    outcome: FixWord
    files: list[str]
    reason: str
    can_be_undone: bool = True


class Report(msgspec.Struct):
    """The whole report. created: UTC, RFC 3339. labels: what the user wants to be in it.

    fix_command: what carries the fixes out, for the shell named under ``machine``; null where no
    result has a fix.
    """

    schema_version: Literal["1.0", "1.1"]
    tool: Tool
    created: Annotated[str, Meta(pattern=r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$")]
    machine: dict[str, str]
    targets: list[TargetItem]
    counts: Counts
    exit_code: int
    interrupted: bool = False
    fixes: list[FixOutcome] = []
    labels: dict[str, str] = {}
    fix_command: str | None = None


def encode(document: object) -> bytes:
    """A report, or any other document, as indented JSON, UTF-8, ending with a newline."""
    return inert_json(msgspec.json.format(msgspec.json.encode(document), indent=2)) + b"\n"


def encoded_parts(report: Report) -> Iterator[bytes]:
    """The bytes of ``encode``, target by target: a report of many clones is long."""
    whole = encode(msgspec.structs.replace(report, targets=[]))
    before, empty, behind = whole.partition(b'"targets": [')  # no string has quotes as they are
    yield before + empty
    between = b"\n    "
    for target in report.targets:
        yield between + encode(target).rstrip().replace(b"\n", b"\n    ")
        between = b",\n    "
    yield (b"\n  " if report.targets else b"") + behind


def decode(data: bytes) -> Report:
    """Reads a report. Raises ValueError if it is none."""
    return msgspec.json.decode(data, type=Report)


def schema() -> dict[str, Any]:
    """The JSON Schema of the report."""
    return schema_of(Report, "codecommit-doctor report, version 1")


def schema_of(kind: type, title: str) -> dict[str, Any]:
    """The JSON Schema (2020-12) of a document."""
    return {"$schema": DIALECT, "title": title, **dedented(msgspec.json.schema(kind))}


def dedented(value: Any) -> Any:
    """Descriptions come from docstrings, whose indentation Python 3.13 leaves out."""
    if isinstance(value, dict):
        return {
            key: inspect.cleandoc(item) if key == "description" else dedented(item)
            for key, item in value.items()
        }
    return [dedented(item) for item in value] if isinstance(value, list) else value
