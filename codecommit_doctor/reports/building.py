"""Makes the report of an examination, and takes out of it whatever must not leave the process."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from copy import copy
from dataclasses import replace
from datetime import datetime, timezone
from typing import TYPE_CHECKING, Any, TypeVar

import msgspec

from codecommit_doctor import __version__
from codecommit_doctor.check import Advice, Check, Evidence, Result, SignerKind, Status
from codecommit_doctor.engine.diagnosis import diagnose
from codecommit_doctor.engine.examination import Finding, Section
from codecommit_doctor.engine.machine import Machine
from codecommit_doctor.engine.verdict import qualified
from codecommit_doctor.probes.environment import Environment
from codecommit_doctor.probes.evidence import NO_FILE
from codecommit_doctor.probes.unavailable import Unavailable
from codecommit_doctor.redaction import Redactor, in_force, masked_words
from codecommit_doctor.reports.exit_code import exit_code, is_unmended
from codecommit_doctor.reports.names import learn_names
from codecommit_doctor.reports.report import (
    SCHEMA_VERSION,
    AdviceItem,
    Cause,
    Counts,
    EvidenceItem,
    FixItem,
    FixOutcome,
    Location,
    ObservationItem,
    Report,
    ResultItem,
    SignerItem,
    TargetItem,
    Tool,
    Verdict,
)

if TYPE_CHECKING:
    from codecommit_doctor.reports.baseline import Baseline
    from codecommit_doctor.treatment.apply import Attempt

__all__ = ["build", "cleaned"]

Item = TypeVar("Item", Report, TargetItem, ResultItem)

_OUR_OWN_WORDS = frozenset(
    {
        *("schema_version", "created", "status", "confidence", "safety", "outcome", "operation"),
        *("code", "account_kind", "kind", "explains", "category"),
        *("check", "because_of", "ruled_out", "not_looked_at"),
    }
)
"""Fields that hold nothing of the machine: no secret is looked for in them."""

_SECRET_COMMAND = "(its command holds a secret and is not shown)"
_ACCOUNT_COMMAND = "(its command names an account: --show-accounts shows it)"
"""Instead of a command with a mask in it, which would do harm."""

_ACCOUNTS = "(replace {} by the number of the account; --show-accounts shows it)"


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
    counts = Counts.of(f.result.status.value for section in sections for f in section.findings)
    attempts = tuple(attempts)
    unmended = any(is_unmended(attempt, sections) for attempt in attempts)
    unmended |= any(section.observations for section in sections)
    report = Report(
        schema_version=SCHEMA_VERSION,
        tool=Tool("codecommit-doctor", __version__),
        created=datetime.now(timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ"),
        machine=machine.host.described(),
        targets=[],
        counts=counts,
        exit_code=exit_code(counts, strict=strict, interrupted=interrupted, unmended=unmended),
        interrupted=interrupted,
        fixes=[_outcome(attempt) for attempt in attempts],
    )
    redactor = machine.redactor(show_accounts=show_accounts)
    if any(finding.result.fix for section in sections for finding in section.findings):
        report.fix_command = _fix_command(again, machine, redactor)
    if names := in_force():
        learn_names(names, sections, machine)
    report = cleaned(report, redactor)
    items = _Items(machine, redactor)
    report.targets = [items.target(section) for section in sections]
    if in_force():
        report = cleaned(report, redactor)  # of the names that were learned meanwhile
    report.labels = {redactor.clean(k): redactor.clean(v) for k, v in (labels or {}).items()}
    if baseline is not None:
        report.exit_code = exit_code(
            baseline.mark(report), strict=strict, interrupted=interrupted, unmended=unmended
        )
    return report


def rehearse(
    checks: Iterable[Check], findings: Iterable[Finding], machine: Machine, *, show_accounts: bool
) -> Report:
    """A report of results alone, for nobody to see: the real one cleans their texts no more.

    checks: those whose results are still to come.
    """
    redactor = machine.redactor(show_accounts=show_accounts)
    for check in checks:
        redactor.clean(check.title)
        redactor.clean(check.source)
    items = _Items(machine, redactor)
    results = [items.result(finding) for finding in findings]
    target = TargetItem("", "", None, None, results, Verdict([], [], []))
    tool = Tool("codecommit-doctor", __version__)
    return Report(SCHEMA_VERSION, tool, "2000-01-01T00:00:00Z", {}, [target], Counts(), 0)


class _Items:
    """Makes the cleaned items of a report. Of equal results each check's is made once."""

    def __init__(self, machine: Machine, redactor: Redactor) -> None:
        self._machine, self._redactor = machine, redactor
        # names that are learned meanwhile count in what was made before, too
        self._results: dict[object, Any] = {} if in_force() else redactor.made

    def target(self, section: Section) -> TargetItem:
        """The item of a target, with its results."""
        item = cleaned(_target(section, self._machine), self._redactor)
        item.results = [self.result(finding) for finding in section.findings]
        return item

    def result(self, finding: Finding) -> ResultItem:
        """The item of a result."""
        known = (finding.check.id, id(finding.result))
        if known not in self._results:  # with the result, whose id is in use as long as it is there
            made = cleaned(_result(finding, self._machine), self._redactor)
            self._results[known] = (made, finding.result)
        item: ResultItem = copy(self._results[known][0])
        item.seconds = round(finding.seconds, 3)
        return item


def cleaned(item: Item, redactor: Redactor) -> Item:
    """A report, or a part of one, without what must not leave the process."""
    return msgspec.convert(_masked(msgspec.to_builtins(item), redactor), type(item))


def _target(section: Section, machine: Machine) -> TargetItem:
    """The item without its results."""
    target = section.target
    return TargetItem(
        target=target.name,
        url=target.shown_url,
        region=target.region,
        repository=target.repository,
        results=[],
        verdict=_verdict(section, machine),
        observations=msgspec.convert(
            section.observations, list[ObservationItem], from_attributes=True
        ),
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
    found = diagnose(section, source=source, offline=machine.wanted.offline)
    return Verdict(
        msgspec.convert(found.causes, list[Cause], from_attributes=True),
        ruled_out=with_status(Status.PASS),
        not_looked_at=with_status(Status.SKIP, Status.ERROR),
        outcome=found.outcome,
        summary=found.summary,
        forward=found.forward,
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
        seconds=0.0,
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
    steps = [item for item in result.advice if not item.optional]
    if result.fix:
        first, *more = result.fix.commands() or ((),)
        steps += [Advice(result.fix.title, first), *(Advice("", command) for command in more)]
    steps += [
        replace(item, text=f"Optional: {item.text[:1].lower()}{item.text[1:]}")
        for item in result.advice
        if item.optional
    ]
    return [*(_step(item, machine) for item in steps), *_for_the_environment(result, machine)]


def _for_the_environment(result: Result, machine: Machine) -> list[AdviceItem]:
    """The line to type where no fix reaches a setting, because a variable brings it."""
    places = [item for item in result.evidence if item.origin.text == NO_FILE]
    keys = [item.fact.partition("=")[0] for item in places]
    is_wrong = result.status in (Status.FAIL, Status.WARN)
    if result.fix or not is_wrong or not any(map(machine.read(Environment).sets, keys)):
        return []
    text = "Remove the settings that GIT_CONFIG_COUNT adds"
    return [AdviceItem(text, machine.host.unset(["GIT_CONFIG_COUNT"]))]


def _step(step: Advice, machine: Machine) -> AdviceItem:
    """A step with its command, unless words of it have to be masked."""
    if step.command and masked_words(step.command) != step.command:
        return AdviceItem(f"{step.text} {_SECRET_COMMAND}".strip(), None)
    command = machine.host.command(step.command, step.lines) if step.command else None
    return AdviceItem(step.text, command)


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


def _masked(value: Any, redactor: Redactor) -> Any:
    if isinstance(value, str):
        return redactor.clean(value)
    if isinstance(value, list):
        return [_masked(item, redactor) for item in value]
    if isinstance(value, dict):
        if "command" in value:
            value = _to_fill_in(value, redactor)
        return {
            key: item if key in _OUR_OWN_WORDS else _masked(item, redactor)
            for key, item in value.items()
        }
    return value
