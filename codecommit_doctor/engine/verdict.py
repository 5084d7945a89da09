"""From results to causes: what was seen to fail, and the conditions that explain it.

Checks are of two kinds. An *effect* asks whether something works, as ``git-access`` does; a
*condition* asks how the machine or the account is set up, and declares in ``explains=`` which
effects it can stop. An effect is a cause only where no condition explains it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from typing import Literal

from msgspec import Struct, structs

from codecommit_doctor.check import Check, Result, Status
from codecommit_doctor.engine.examination import Finding, Section
from codecommit_doctor.rules.observation import Observation, Operation
from codecommit_doctor.rules.telling import telling_sentence

__all__ = [
    "ACCESS",
    "Cause",
    "Confidence",
    "Seen",
    "causes",
    "explainers",
    "qualified",
    "seen",
    "settle",
]

Confidence = Literal["confirmed", "likely", "possible"]

ACCESS = "git-access"
"""The effect that stands for the whole way: what Git does at CodeCommit."""

_RANKS: tuple[Confidence, ...] = ("confirmed", "likely", "possible")
_WRONG = (Status.FAIL, Status.WARN)


class Seen(Struct, frozen=True):
    """A failure that was seen. id: ``check/code``, or the check's id where the code is not known.

    text: all the words that came with it. finding: of our own examination; None if somebody else
    saw it. operation: what was tried, None where that is not known.
    """

    id: str
    summary: str
    text: str
    finding: Finding | None = None
    operation: Operation | None = None


class Cause(Struct, frozen=True):
    """One reason for the trouble.

    check: its id. code: ``check/code``, None where the result has none. explains: ids of what was
    seen to fail because of it. rests_on: how that is known, one sentence each.
    """

    check: str
    confidence: Confidence
    because: str
    code: str | None = None
    explains: tuple[str, ...] = ()
    rests_on: tuple[str, ...] = ()


def qualified(finding: Finding) -> str | None:
    """The code of a result as reports write it, ``check/code``; None if it has none.

    What the examination itself says of a check has the same codes everywhere: ``error``, and
    ``blocked`` for a skip because of a failure.
    """
    result = finding.result
    code = result.code
    if code is None:
        code = (
            "error" if result.status is Status.ERROR else "blocked" if result.because_of else None
        )
    return f"{finding.check.id}/{code}" if code else None


def settle(section: Section) -> Section:
    """The section, in which what was seen has the last word.

    A condition that was only concluded, and that explains nothing but effects that were seen to
    succeed, was misjudged: its failure becomes a warning. An effect that failed because of a
    condition that failed is no second failure: it becomes a skip, with all that was seen, because
    of the condition whose own words those are, if only a suspected one.
    """
    failures = seen(section)
    worked = {
        f.check.id for f in section.findings if f.check.effect and f.result.status is Status.PASS
    }

    def judged(finding: Finding) -> Finding:
        check, result = finding.check, finding.result
        if result.status is not Status.FAIL or check.effect or result.confirmed:
            return finding
        effects = {_check_of(id) for id in check.explains}
        if (
            not effects
            or not effects <= worked
            or any(_can_explain(check, it, section) for it in failures)
        ):
            return finding
        summary = f"misjudged, because Git works all the same: {result.summary}"
        return structs.replace(finding, result=replace(result, status=Status.WARN, summary=summary))

    conditions = [f for f in section.findings if not f.check.effect and f.result.status in _WRONG]

    def followed(finding: Finding) -> Finding:
        it = next((it for it in failures if it.finding is finding), None)
        if it is None or finding.result.status is not Status.FAIL:
            return finding
        able = [f for f in conditions if _can_explain(f.check, it, section)]
        proved = [f.check for f in able if f.result.status is Status.FAIL]
        if not proved:
            return finding
        met = (f.check for f in able if _is_met(f.check, it))
        cause = next(met, proved[0]).id
        result = replace(
            finding.result,
            status=Status.SKIP,
            summary=f"{finding.result.summary}, because of {cause}",
            advice=(),
            fix=None,
            because_of=cause,
        )
        return structs.replace(finding, result=result)

    settled = [followed(judged(f)) for f in section.findings]
    return structs.replace(section, findings=tuple(_led_back(f, settled) for f in settled))


def _led_back(finding: Finding, settled: list[Finding]) -> Finding:
    """A skip because of an effect leads to what that effect failed of."""
    result = finding.result
    over = (f for f in settled if f.check.effect and f.check.id == result.because_of)
    effect = next(over, None)
    if effect is None or effect.result.because_of is None:
        return finding
    cause = effect.result.because_of
    only_warns = any(f.check.id == cause and f.result.status is Status.WARN for f in settled)
    word = "warned" if only_warns else "failed"
    summary = result.summary.replace(f": {effect.check.id} failed", f": {cause} {word}")
    return structs.replace(finding, result=replace(result, summary=summary, because_of=cause))


def seen(section: Section) -> tuple[Seen, ...]:
    """What was seen to fail: by the checks of effects, and before the examination."""
    found = [
        Seen(
            qualified(finding) or finding.check.id,
            finding.result.summary,
            "\n".join([finding.result.summary, *(item.fact for item in finding.result.evidence)]),
            finding,
        )
        for finding in section.findings
        if finding.check.effect and _was_seen(finding.result)
    ]
    effects = [finding.check for finding in section.findings if finding.check.effect]
    ssh = [f for f in section.findings if (f.check.id, f.result.code) == (ACCESS, "ssh")]
    hint = f". {ssh[0].result.summary}" if ssh else ""
    return (*found, *(_observed(it, effects, hint) for it in section.observations))


def _was_seen(result: Result) -> bool:
    """Whether an effect failed; settled ones are skips with evidence of their own."""
    return result.status in _WRONG or bool(result.because_of and result.code)


def _observed(observation: Observation, effects: Iterable[Check], hint: str) -> Seen:
    """Which effect an observation stands for, by the texts that the effects declare."""
    lines = [line.strip() for line in observation.text.splitlines() if line.strip()]
    text = "\n".join(lines)
    why = telling_sentence(text).rstrip(".") or "it gave no reason"
    summary = f"{observation.source} failed: {why}{hint}"
    for check in effects:
        for symptom in check.symptoms:
            if re.search(symptom.pattern, text, re.IGNORECASE | re.MULTILINE):
                id = f"{check.id}/{symptom.code}" if symptom.code else check.id
                return Seen(id, summary, text, None, observation.operation)
    return Seen(ACCESS, summary, text, None, observation.operation)


def causes(section: Section) -> list[Cause]:
    """The reasons, what has to be mended first at the top.

    That is what stops Git first, unless its own cure has to wait for another one.

    confirmed: reproduced, or its own words were seen. likely: proved to be wrong, or suspected and
    the explanation of what was seen. possible: suspected. A result that follows from another
    failure is no cause of its own. Suspicions come last; else what stops Git earlier comes first.
    """
    failures = seen(section)
    stage = _stages(section, failures)
    found = [
        _condition(finding, [it for it in failures if _can_explain(finding.check, it, section)])
        for status in _WRONG
        for finding in section.findings
        if finding.result.status is status
        and finding.result.because_of in (None, finding.check.id)
        and not finding.check.effect
    ]
    explained = {id for cause in found for id in cause.explains}
    open_ = [it for it in failures if it.id not in explained]
    found += [_effect(it) for it in open_ if not _follows(it, open_)]
    found.sort(
        key=lambda cause: (
            cause.confidence == "possible",
            stage(cause),
            _RANKS.index(cause.confidence),
            not cause.explains,
        )
    )
    return _mendable(found, {f.check.id: f.result.mend_first for f in section.findings})


def _mendable(causes: list[Cause], needs: Mapping[str, tuple[str, ...]]) -> list[Cause]:
    """The causes in their order, each behind those that have to be mended before it.

    needs: for each check, the ids of those.
    """
    placed: set[str] = set()
    ordered: list[Cause] = []

    def place(id: str) -> None:
        if id in placed:
            return
        placed.add(id)
        for other in needs.get(id, ()):
            place(other)
        ordered.extend(cause for cause in causes if cause.check == id)

    for cause in causes:
        place(cause.check)
    return ordered


def _stages(
    section: Section, failures: tuple[Seen, ...]
) -> Callable[[Cause], tuple[int, bool, bool, bool, int]]:
    """How far Git comes in spite of a cause, as something to sort by.

    That is the place of the first effect that the cause can stop; whether it stops it by some of
    its failures alone, or the effect was seen to fail of something else; whether the words of that
    failure are not the cause's own; whether it is only suspected; and how early the cause stands on
    the way to the effect. The order is that of ``after``, in the check of the whole way and in the
    one of each effect.
    """
    narrow = {f.check.id: f.result.explains for f in section.findings}
    checks = {finding.check.id: finding.check for finding in section.findings}
    whole = checks.get(ACCESS)
    way = [id for id in whole.after if id in checks and checks[id].effect] if whole else []
    way.append(ACCESS)
    failed = {_check_of(it.id) for it in failures}
    suspected = {f.check.id for f in section.findings if f.result.status is Status.WARN}

    def stage(cause: Cause) -> tuple[int, bool, bool, bool, int]:
        check = checks.get(cause.check)
        named = {cause.check, *map(_check_of, check.explains if check else ())}
        place, effect = next(((n, it) for n, it in enumerate(way) if it in named), (len(way), ""))
        explained = {cause.check, *map(_check_of, cause.explains)}
        before = checks[effect].after if effect in checks else ()
        within = before.index(cause.check) if cause.check in before else len(before)
        limited = narrow.get(cause.check)
        partly = limited is not None and effect not in limited
        is_met = any(
            _check_of(it.id) == effect
            and it.id in cause.explains
            and _is_met(checks[cause.check], it)
            for it in failures
        )
        is_suspected = cause.check in suspected
        elsewhere = partly or effect in failed - explained
        return place, elsewhere, not is_met, is_suspected, within

    return stage


def _condition(finding: Finding, explained: list[Seen]) -> Cause:
    result = finding.result
    meets = [it for it in explained if _is_met(finding.check, it)]
    is_sure = bool(meets) or result.confirmed
    confidence: Confidence
    if result.status is Status.FAIL or explained:
        confidence = "confirmed" if is_sure else "likely"
    else:
        confidence = "possible"
    rests_on = [f"{item.fact} ({item.origin.text})" for item in result.evidence]
    rests_on += [f"seen: {it.summary}" for it in explained]
    return Cause(
        finding.check.id,
        confidence,
        result.summary,
        qualified(finding),
        tuple(dict.fromkeys(it.id for it in explained)),
        tuple(rests_on),
    )


def _effect(it: Seen) -> Cause:
    """What was seen and nothing explains."""
    confidence: Confidence = "confirmed"
    evidence: tuple[str, ...] = ()
    if it.finding:
        result = it.finding.result
        is_warning = result.status is Status.WARN
        confidence = "possible" if is_warning else "confirmed" if result.confirmed else "likely"
        evidence = tuple(f"{item.fact} ({item.origin.text})" for item in result.evidence)
    code = it.id if "/" in it.id else None
    return Cause(_check_of(it.id), confidence, it.summary, code, (), evidence)


def _follows(it: Seen, others: Iterable[Seen]) -> bool:
    """Whether another effect that failed explains this one, or is the same, seen by ourselves."""
    for other in others:
        if other is it or other.finding is None:
            continue
        if _check_of(it.id) == other.finding.check.id or _covers(other.finding.check, it.id):
            return True
    return False


def _can_explain(check: Check, it: Seen, section: Section) -> bool:
    """Whether a condition explains a failure: by itself, or by an effect that comes before it.

    An effect that worked in between rules the latter out, unless what failed earlier works by now.
    Whether a push works is not tried.
    """
    if _covers(check, it.id):
        return True
    passes = {f.check.id for f in section.findings if f.result.status is Status.PASS}
    is_over = it.operation != "push" and _check_of(it.id) in passes
    between = [
        f.check
        for f in section.findings
        if f.check.effect and f.check.id != _check_of(it.id) and _covers(f.check, it.id)
    ]
    return any(
        _check_of(id) == link.id and (link.id not in passes or is_over)
        for id in check.explains
        for link in between
    )


def explainers(id: str, checks: Iterable[Check]) -> list[str]:
    """Ids of the conditions that declare this very effect, the most typical first.

    A check declares first what it is typical for. What acts through an effect in between, as a
    wrong password does, is more frequent than what acts directly.
    """
    checks = list(checks)
    code = id.partition("/")[2]
    links = [check.id for check in checks if check.effect and _covers(check, id)]
    ways = [*(f"{link}/{code}" if code else link for link in links), id]
    ranked = [
        (check.explains.index(way), ways.index(way), number, check.id)
        for number, check in enumerate(checks)
        if not check.effect
        for way in ways
        if way in check.explains
    ]
    return list(dict.fromkeys(check for *_, check in sorted(ranked)))


def _covers(check: Check, id: str) -> bool:
    """Whether ``explains=`` names this effect: all of a check, or one finding of it."""
    whole = _check_of(id)
    return any(
        named in (id, whole) or (id == whole and _check_of(named) == whole)
        for named in check.explains
    )


def _is_met(check: Check, it: Seen) -> bool:
    """Whether what was seen has a text by which people meet this condition."""
    return any(
        re.search(symptom.pattern, it.text, re.IGNORECASE | re.MULTILINE)
        for symptom in check.symptoms
    )


def _check_of(id: str) -> str:
    return id.partition("/")[0]
