"""The report: what an examination found, as data. Formats read it; nothing else is shown.

The JSON Schema of this document is published in ``schema/``. Within version 1 a field is only ever
added.
"""

from __future__ import annotations

import inspect
import re
from collections.abc import Iterable, Mapping
from datetime import datetime, timezone
from typing import TYPE_CHECKING, Annotated, Any, Literal

import msgspec
from msgspec import Meta

from codecommit_doctor import __version__
from codecommit_doctor.check import Evidence, Result, SignerKind, Status
from codecommit_doctor.engine.diagnosis import diagnose
from codecommit_doctor.engine.examination import Finding, Section
from codecommit_doctor.engine.machine import Machine
from codecommit_doctor.engine.verdict import Cause as Reason
from codecommit_doctor.engine.verdict import qualified
from codecommit_doctor.probes.unavailable import Unavailable
from codecommit_doctor.redaction import Redactor
from codecommit_doctor.redaction.command import masked_words
from codecommit_doctor.reports.exit_code import exit_code, is_unmended

if TYPE_CHECKING:
    from codecommit_doctor.reports.baseline import Baseline
    from codecommit_doctor.treatment.apply import Attempt

__all__ = ["Report", "build", "decode", "encode", "schema"]

SCHEMA_VERSION: Literal["1.1"] = "1.1"

_OUR_OWN_WORDS = frozenset(
    {
        *("schema_version", "created", "status", "confidence", "safety", "outcome", "operation"),
        *("code", "account_kind", "kind", "explains", "category"),
    }
)
"""Fields that hold nothing of the machine: no secret is looked for in them."""

_SECRET_COMMAND = "(its command holds a secret and is not shown)"
_ACCOUNT_COMMAND = "(its command names an account: --show-accounts shows it)"
"""Instead of a command with a mask in it, which would do harm."""

_ACCOUNTS = "(replace {} by the number of the account; --show-accounts shows it)"

Seconds = Annotated[float, Meta(ge=0, description="Duration in seconds.")]
StatusWord = Literal["pass", "warn", "fail", "skip", "error"]
OutcomeWord = Literal["works", "not-tested", "suspected", "refused", "failed", "error", "unknown"]
Line = Annotated[int, Meta(ge=1, description="Line number, from 1.")]


class Tool(msgspec.Struct, forbid_unknown_fields=False):
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
    safety: Literal["safe", "unsafe"]
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
    confidence: Literal["confirmed", "likely", "possible"]
    because: str
    code: str | None = None
    explains: list[str] = []
    rests_on: list[str] = []


class Verdict(msgspec.Struct):
    """The ranked causes; none where nothing failed.

    ruled_out: ids of the checks that found nothing. not_looked_at: ids of those that could not
    look. outcome: works (Git got the refs), not-tested (nothing is wrong, and Git was not seen to
    work), suspected (warnings alone), refused (the machine is in order, and the account refuses),
    failed, error (a check had an error, and nothing failed), unknown (in reports of version 1.0).
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
    operation: Literal["fetch", "push"] | None = None
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


class FixOutcome(msgspec.Struct):
    """What became of one fix of a run with ``--fix``.

    can_be_undone: whether ``undo`` gives back all that it replaced.
    """

    check: str
    title: str
    safety: Literal["safe", "unsafe"]
    outcome: Literal["applied", "declined", "refused", "failed", "taken-back"]
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


def build(
    sections: tuple[Section, ...],
    machine: Machine,
    *,
    strict: bool = False,
    interrupted: bool = False,
    show_accounts: bool = False,
    attempts: Iterable[Attempt] = (),
    baseline: Baseline | None = None,
    labels: Mapping[str, str] | None = None,
    again: tuple[str, ...] = (),
) -> Report:
    """Makes the report and takes out of it whatever must not leave the process.

    baseline: what it knows is marked, and does not count for the exit code. A failure that was seen
    before the examination counts as one. again: the words that make the same examination.
    """
    counts = _count(sections)
    attempts = tuple(attempts)
    unmended = any(is_unmended(attempt, sections) for attempt in attempts)
    unmended |= any(section.observations for section in sections)
    report = Report(
        schema_version=SCHEMA_VERSION,
        tool=Tool("codecommit-doctor", __version__),
        created=datetime.now(timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ"),
        machine=machine.host.described(),
        targets=[_target(section, machine) for section in sections],
        counts=counts,
        exit_code=exit_code(counts, strict=strict, interrupted=interrupted, unmended=unmended),
        interrupted=interrupted,
        fixes=[_outcome(attempt) for attempt in attempts],
        labels=dict(labels or {}),
    )
    redactor = Redactor(machine.known_secrets(), show_accounts=show_accounts)
    if any(finding.result.fix for section in sections for finding in section.findings):
        report.fix_command = _fix_command(again, machine, redactor)
    report = msgspec.convert(_cleaned(msgspec.to_builtins(report), redactor), Report)
    if baseline is not None:
        report.exit_code = exit_code(
            baseline.mark(report), strict=strict, interrupted=interrupted, unmended=unmended
        )
    return report


def encode(report: Report) -> bytes:
    """The report as indented JSON, UTF-8, ending with a newline."""
    return msgspec.json.format(msgspec.json.encode(report), indent=2) + b"\n"


def decode(data: bytes) -> Report:
    """Reads a report. Raises ValueError if it is none."""
    return msgspec.json.decode(data, type=Report)


def schema() -> dict[str, Any]:
    """The JSON Schema (2020-12) of the report."""
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "codecommit-doctor report, version 1",
        **_dedented(msgspec.json.schema(Report)),
    }


def _dedented(value: Any) -> Any:
    """Descriptions come from docstrings, whose indentation Python 3.13 leaves out."""
    if isinstance(value, dict):
        return {
            key: inspect.cleandoc(item) if key == "description" else _dedented(item)
            for key, item in value.items()
        }
    return [_dedented(item) for item in value] if isinstance(value, list) else value


def _count(sections: tuple[Section, ...]) -> Counts:
    counts = Counts()
    for section in sections:
        for finding in section.findings:
            status = finding.result.status
            name = "passed" if status is Status.PASS else status.value
            setattr(counts, name, getattr(counts, name) + 1)
    return counts


def _target(section: Section, machine: Machine) -> TargetItem:
    target = section.target
    return TargetItem(
        target=target.name,
        url=target.shown_url,
        region=target.region,
        repository=target.repository,
        results=[_result(finding, machine) for finding in section.findings],
        verdict=_verdict(section, machine),
        observations=[
            ObservationItem(seen.source, seen.text, seen.operation, seen.code)
            for seen in section.observations
        ],
        signer=_signer(section, machine),
        left_out=[
            f"{item.fact} ({item.origin.text})"
            for item in map(Evidence.of_setting, machine.git(target.directory).left_out())
        ],
    )


def _verdict(section: Section, machine: Machine) -> Verdict:
    def with_status(*statuses: Status) -> list[str]:
        return [f.check.id for f in section.findings if f.result.status in statuses]

    source = machine.credentials_in_words(section.target) if _asks_aws(section) else None
    found = diagnose(section, source=source, offline=machine.offline)
    return Verdict(
        [_cause(cause) for cause in found.causes],
        ruled_out=with_status(Status.PASS),
        not_looked_at=with_status(Status.SKIP, Status.ERROR),
        outcome=found.outcome,
        summary=found.summary,
        forward=found.forward,
    )


def _cause(cause: Reason) -> Cause:
    return Cause(
        cause.check,
        cause.confidence,
        cause.because,
        cause.code,
        list(cause.explains),
        list(cause.rests_on),
    )


def _asks_aws(section: Section) -> bool:
    """Whether the examination has read who signs; the report starts no program for it."""
    return any("aws" in f.check.reads and not f.result.because_of for f in section.findings)


def _signer(section: Section, machine: Machine) -> SignerItem | None:
    if not _asks_aws(section):
        return None
    try:
        signer = machine.signer(section.target)
        profile = machine.aws(section.target).source().profile if signer.signs else None
    except Unavailable:
        return None
    return None if signer.kind is SignerKind.NOBODY else SignerItem(signer.kind.value, profile)


def _result(finding: Finding, machine: Machine) -> ResultItem:
    check, result, fix = finding.check, finding.result, finding.result.fix
    return ResultItem(
        id=check.id,
        title=check.title,
        status=result.status.value,
        summary=result.summary,
        evidence=[_evidence(item) for item in result.evidence],
        advice=_advice(result, machine),
        fix=FixItem(fix.title, fix.safety.value, fix.guide, fix.caution) if fix else None,
        docs=check.source,
        seconds=round(finding.seconds, 3),
        because_of=result.because_of,
        distribution=check.distribution,
        code=qualified(finding),
        category=check.category,
    )


def _fix_command(again: tuple[str, ...], machine: Machine, redactor: Redactor) -> str:
    """The command that carries the fixes out; without words that hold a secret."""
    plain = ("codecommit-doctor", "--fix")
    whole = machine.host.command((*plain, *again))
    return machine.host.command(plain) if redactor.masks(whole) else whole


def _outcome(attempt: Attempt) -> FixOutcome:
    fix = attempt.fix
    return FixOutcome(
        attempt.check,
        fix.title,
        fix.safety.value,
        attempt.outcome.value,
        list(attempt.files),
        attempt.reason,
        attempt.can_be_undone,
    )


def _evidence(item: Evidence) -> EvidenceItem:
    origin = item.origin
    location = Location(origin.file, origin.line or None, origin.scope) if origin.file else None
    return EvidenceItem(item.fact, origin.text, location, item.meaning)


def _advice(result: Result, machine: Machine) -> list[AdviceItem]:
    """The steps of the advice, and the fix as commands to type."""
    steps = [(item.text, item.command) for item in result.advice]
    if result.fix:
        first, *more = result.fix.commands() or ((),)
        steps += [(result.fix.title, first), *(("", command) for command in more)]
    return [_step(text, command, machine) for text, command in steps]


def _step(text: str, command: tuple[str, ...], machine: Machine) -> AdviceItem:
    """A step with its command, unless words of it have to be masked."""
    if command and masked_words(command) != command:
        return AdviceItem(f"{text} {_SECRET_COMMAND}".strip(), None)
    return AdviceItem(text, machine.host.command(command) if command else None)


def _why(command: str, redactor: Redactor) -> str:
    secret = redactor.has_secret(command.encode("utf-8", "surrogateescape"))
    return _SECRET_COMMAND if secret else _ACCOUNT_COMMAND


def _to_fill_in(advice: dict[str, Any], redactor: Redactor) -> dict[str, Any]:
    """Advice with placeholders for accounts in ARNs; without a command that can't be shown."""
    text, command = redactor.fillable(advice["text"]), redactor.fillable(advice["command"] or "")
    holes = sorted(set(re.findall(r"\bACCOUNT_\d{4}\b", f"{text} {command}")))
    why = _ACCOUNTS.format(", ".join(holes)) if holes else ""
    if redactor.masks(command):
        why, command = _why(command, redactor), ""
    end = ":" if why and text.endswith(":") else ""
    text = f"{text.removesuffix(end)} {why}".strip() + end
    return {**advice, "text": text, "command": command or None}


def _cleaned(value: Any, redactor: Redactor) -> Any:
    if isinstance(value, str):
        return redactor.clean(value)
    if isinstance(value, list):
        return [_cleaned(item, redactor) for item in value]
    if isinstance(value, dict):
        if "command" in value:
            value = _to_fill_in(value, redactor)
        return {
            key: item if key in _OUR_OWN_WORDS else _cleaned(item, redactor)
            for key, item in value.items()
        }
    return value
