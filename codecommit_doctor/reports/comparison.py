"""What differs between two reports: of a machine that works, and of one that does not.

The differences that explain most come first. How long something took or how old it is differs from
run to run and is not counted; neither is the line at which a fact stands.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Literal

import msgspec

from codecommit_doctor.reports.report import (
    EvidenceItem,
    Report,
    ResultItem,
    StatusWord,
    TargetItem,
)

__all__ = ["Comparison", "Difference", "MachineFact", "Side", "compare", "lines"]

_TIMES = re.compile(
    r"\b\d{4}-\d\d-\d\d[T ]\d\d:\d\d(?::\d\d)?Z?|\b\d{8}T\d{6}Z"
    r"|\b\d+(?:\.\d+)?(?= ?(?:ms|s|seconds?|minutes?|hours?|days?)\b)"
)
_LINE_NUMBER = re.compile(r", line \d+(?=: )")
_BAD = ("fail", "error")
_TROUBLE = (*_BAD, "warn")
_ABSENT = "not checked"
_LAST_TROUBLE = 4
"""The last rank at which something is wrong on a side."""

_MOST_FACTS = 20


_CONFIGURATION = ("git-config.txt", "aws-config.txt")
"""Files of settings whose differences are shown at once."""

Settings = dict[str, list[str]] | None
Rank = Literal[1, 2, 3, 4, 5, 6]


class LocatedFact(msgspec.Struct, frozen=True):
    """A fact that one side has and the other has not."""

    fact: str
    origin: str


class Opinion(msgspec.Struct):
    """What a check says on one side. facts: those that the other side has not."""

    status: StatusWord
    summary: str
    facts: list[LocatedFact] = []


class Difference(msgspec.Struct):
    """A check that says something else on the two sides; None where it was not run.

    rank: 1 failed on one side and passed on the other, 2 failed on one side alone, 3 warned on one
    side alone, 4 the same trouble in other words or with other facts, 5 another status, 6 other
    facts where all is well.
    """

    rank: Rank
    target: str
    check: str
    a: Opinion | None
    b: Opinion | None


class MachineFact(msgspec.Struct):
    """A fact of the machine itself that differs."""

    name: str
    a: str | None
    b: str | None


class Side(msgspec.Struct):
    """One of the two reports."""

    file: str
    created: str
    version: str
    targets_alone: list[str] = []


class FileDifference(msgspec.Struct):
    """Lines of a file of settings, in bundles, that one side has and the other has not."""

    file: str
    a: list[str]
    b: list[str]


class Comparison(msgspec.Struct):
    """All that differs. same: nothing does. settings: of two bundles."""

    schema_version: Literal["1.0"]
    same: bool
    a: Side
    b: Side
    differences: list[Difference]
    machine: list[MachineFact]
    settings: list[FileDifference] = []


def compare(
    a: Report,
    b: Report,
    names: tuple[str, str] = ("A", "B"),
    settings: tuple[Settings, Settings] = (None, None),
) -> Comparison:
    """Compares two reports. names: of their files. settings: of the bundles that they were in."""
    pairs, alone = _paired(a.targets, b.targets)
    differences = [found for pair in pairs for found in _of_targets(*pair)]
    differences.sort(key=lambda difference: difference.rank)
    machine = [
        MachineFact(name, a.machine.get(name), b.machine.get(name))
        for name in {**a.machine, **b.machine}
        if a.machine.get(name) != b.machine.get(name)
    ]
    ours, theirs = (
        Side(name, report.created, f"{report.tool.name} {report.tool.version}", lone)
        for name, report, lone in zip(names, (a, b), alone, strict=True)
    )
    files = list(_of_settings(*settings))
    same = not (differences or machine or any(alone) or a.tool != b.tool or files)
    return Comparison("1.0", same, ours, theirs, differences, machine, files)


def _of_settings(a: Settings, b: Settings) -> Iterator[FileDifference]:
    """File by file; neither a line's number nor its place in the file counts."""
    for name in {**a, **b} if a is not None and b is not None else ():
        ours, theirs = (
            {
                _still(_LINE_NUMBER.sub("", line)): line
                for line in side.get(name, [])
                if line.strip()
            }
            for side in (a or {}, b or {})
        )
        only_a = [line for key, line in ours.items() if key not in theirs]
        only_b = [line for key, line in theirs.items() if key not in ours]
        if only_a or only_b:
            yield FileDifference(name, only_a, only_b)


def _paired(
    a: list[TargetItem], b: list[TargetItem]
) -> tuple[list[tuple[TargetItem, TargetItem]], tuple[list[str], list[str]]]:
    """Targets that belong together: the same address, else the same name, else the only ones."""
    pairs: list[tuple[TargetItem, TargetItem]] = []
    left, right = list(a), list(b)
    for key in ("url", "target"):
        there: dict[str, list[TargetItem]] = {}
        for target in right:
            there.setdefault(getattr(target, key), []).append(target)
        rest = []
        for target in left:
            if others := there.get(getattr(target, key)):
                pairs.append((target, others.pop(0)))
            else:
                rest.append(target)
        left, right = rest, [target for others in there.values() for target in others]
    if len(left) == len(right) == 1:
        pairs.append((left.pop(), right.pop()))
    return pairs, ([target.url for target in left], [target.url for target in right])


def _of_targets(a: TargetItem, b: TargetItem) -> Iterator[Difference]:
    name = a.target if a.target == b.target else f"{a.target} / {b.target}"
    ours, theirs = ({r.id: r for r in target.results} for target in (a, b))
    for id in {**ours, **theirs}:
        one, other = ours.get(id), theirs.get(id)
        if difference := _of_results(name, id, one, other):
            yield difference


def _of_results(
    target: str, id: str, a: ResultItem | None, b: ResultItem | None
) -> Difference | None:
    facts_a, facts_b = _facts(a), _facts(b)
    opinions = (_opinion(a, facts_a, facts_b), _opinion(b, facts_b, facts_a))
    if (a.status if a else None) != (b.status if b else None):
        return Difference(_rank(a, b), target, id, *opinions)
    assert a and b  # noqa: S101 - one of them is there, and both have the same status
    if _still(a.summary) == _still(b.summary) and facts_a.keys() == facts_b.keys():
        return None
    return Difference(4 if a.status in _TROUBLE else 6, target, id, *opinions)


def _rank(a: ResultItem | None, b: ResultItem | None) -> Rank:
    statuses = {result.status for result in (a, b) if result}
    failing = [status for status in statuses if status in _BAD]
    if len(failing) == 1:
        return 1 if "pass" in statuses else 2
    if failing:
        return 4
    return 3 if "warn" in statuses else 5


def _facts(result: ResultItem | None) -> dict[tuple[str, str], LocatedFact]:
    """The facts by what makes them the same in two reports: the words, and the scope."""
    items = result.evidence if result else []
    return {
        (_still(item.fact), _scope(item)): LocatedFact(item.fact, item.origin) for item in items
    }


def _scope(item: EvidenceItem) -> str:
    return (item.location.scope or "") if item.location else ""


def _opinion(
    result: ResultItem | None,
    own: dict[tuple[str, str], LocatedFact],
    other: dict[tuple[str, str], LocatedFact],
) -> Opinion | None:
    if result is None:
        return None
    return Opinion(
        result.status, result.summary, [fact for key, fact in own.items() if key not in other]
    )


def _still(text: str) -> str:
    """The text without what is another in every run."""
    return _TIMES.sub("#", text)


def lines(comparison: Comparison, *, verbose: bool = False) -> Iterator[str]:
    """The comparison for a person. verbose: also what differs where nothing is wrong."""
    for name, side in _sides(comparison):
        yield f"{name}  {side.file}  ({side.created}, {side.version})"
    yield ""
    rank = 0
    told = [it for it in comparison.differences if verbose or it.rank <= _LAST_TROUBLE]
    for difference in told:
        if difference.rank != rank:
            rank = difference.rank
            yield _HEADINGS[rank]
        yield from _told(difference)
    if hidden := len(comparison.differences) - len(told):
        yield f"{hidden} more differ{'s' if hidden == 1 else ''} without a problem (-v shows them)."
    yield from _settings_told(comparison.settings, verbose)
    if comparison.machine:
        yield "The machines:"
        for fact in comparison.machine:
            yield f"  {fact.name}: A {fact.a or 'unknown'}, B {fact.b or 'unknown'}"
        yield ""
    for name, side in _sides(comparison):
        for url in side.targets_alone:
            yield f"Only in {name}: {url}"
    yield _total(comparison)


_HEADINGS = {
    1: "Fails on one side and passes on the other:",
    2: "Fails on one side only:",
    3: "Warns on one side only:",
    4: "The same problem with other words or facts:",
    5: "Checked on one side only:",
    6: "No problem on either side, but other facts:",
}


def _sides(comparison: Comparison) -> tuple[tuple[str, Side], tuple[str, Side]]:
    return ("A", comparison.a), ("B", comparison.b)


def _told(difference: Difference) -> Iterator[str]:
    yield f"  {difference.check}  ({difference.target})"
    for name, opinion in (("A", difference.a), ("B", difference.b)):
        if opinion is None:
            yield f"    {name} {_ABSENT}"
            continue
        yield f"    {name} {opinion.status}: {opinion.summary}"
        for fact in opinion.facts[:_MOST_FACTS]:
            yield f"        only {name}: {fact.fact}"
            yield f"                from {fact.origin}"
        if more := len(opinion.facts[_MOST_FACTS:]):
            yield f"        and {more} more"
    yield ""


def _settings_told(files: list[FileDifference], verbose: bool) -> Iterator[str]:
    for found in files:
        if not verbose and found.file not in _CONFIGURATION:
            yield f"{found.file} differs, too (-v shows it)."
            continue
        yield f"{found.file}:"
        for name, only in (("A", found.a), ("B", found.b)):
            shown = only if verbose else only[:_MOST_FACTS]
            yield from (f"  only {name}: {line.strip()}" for line in shown)
            if more := len(only) - len(shown):
                yield f"  and {more} more only in {name} (-v shows them)"
        yield ""


def _total(comparison: Comparison) -> str:
    if comparison.same:
        return "Nothing differs."
    if comparison.differences:
        checks = len(comparison.differences)
        return f"{checks} check{'' if checks == 1 else 's'} differ{'s' if checks == 1 else ''}."
    return "No check differs."
