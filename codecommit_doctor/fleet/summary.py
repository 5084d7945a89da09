"""What many machines have in common: the answers that a fleet's owner asks for first."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from typing import Any, Literal

import msgspec

from codecommit_doctor.fleet.engine import Fleet
from codecommit_doctor.reports.collecting import LeftOut
from codecommit_doctor.reports.report import schema_of
from codecommit_doctor.rules.codes import meaning
from codecommit_doctor.rules.pseudonym import machine_pseudonym

__all__ = ["Summary", "never_reported", "schema", "summarize"]

FLEET_VERSION: Literal["1.0"] = "1.0"
_MOST_GROUPS = 20
"""Groups of one kind that are told of: those with the most machines in trouble."""

_MOST_KINDS = 20
"""Kinds of groups that are told of: those with the most machines."""

_MOST_DAYS = 400

_MOST_CAUSES = 3
"""Causes of one group."""


class CauseCount(msgspec.Struct):
    """On how many machines a cause is the first one.

    share: of all machines, from 0 to 1. further: machines on which it comes after another cause.
    meaning: in one sentence; null for a code that this version does not know.
    """

    cause: str
    machines: int
    share: float
    further: int
    meaning: str | None


class GroupCause(msgspec.Struct):
    """share: of the machines in the group, from 0 to 1."""

    cause: str
    machines: int
    share: float


class Group(msgspec.Struct):
    """Machines with one system, tool version, kind of account, or label.

    ill: machines that have a cause. causes: the most frequent ones.
    """

    kind: str
    name: str
    machines: int
    ill: int
    causes: list[GroupCause]


class Day(msgspec.Struct):
    """machines: those that reported on this day, UTC. ill: how many of them had a cause."""

    day: str
    machines: int
    ill: int


class Change(msgspec.Struct):
    """What became of a cause since the reports that are compared with.

    change: new, new machine (one that did not report before), vanished, not seen again (the machine
    has not reported since).
    """

    change: Literal["new", "new machine", "vanished", "not seen again"]
    cause: str
    machines: int


class Outcome(msgspec.Struct):
    """On how many machines a verdict has this outcome."""

    outcome: str
    machines: int


class Unread(msgspec.Struct):
    """A file, or lines of it, that could not be read."""

    file: str
    reason: str


class Summary(msgspec.Struct):
    """Counts over the newest report of each machine, account and target.

    ill: machines with a cause. changes: null where nothing was compared. never_reported: names of
    the expected machines that are in no report; null where none were named.
    """

    fleet_version: Literal["1.0"]
    files: int
    machines: int
    ill: int
    reports: int
    first_day: str | None
    last_day: str | None
    outcomes: list[Outcome]
    causes: list[CauseCount]
    groups: list[Group]
    days: list[Day]
    changes: list[Change] | None
    never_reported: list[str] | None
    left_out: list[Unread]


def summarize(
    fleet: Fleet,
    *,
    files: int,
    left_out: Iterable[LeftOut],
    compared: bool,
    expected: list[str] | None,
) -> Summary:
    """Asks the views.

    Args:
        files: how many were looked at.
        compared: whether there is something earlier to compare with.
        expected: names of machines that should have reported.
    """
    (machines, ill, reports, first, last) = fleet.view("totals", "1").rows[0]
    return Summary(
        fleet_version=FLEET_VERSION,
        files=files,
        machines=machines,
        ill=ill,
        reports=reports,
        first_day=first,
        last_day=last,
        outcomes=[Outcome(*row) for row in fleet.view("outcomes", "machines desc, outcome").rows],
        causes=[
            CauseCount(cause, machines, share, further, meaning(cause))
            for cause, machines, share, further in fleet.view(
                "causes", "machines desc, further desc, cause"
            ).rows
        ],
        groups=_groups(fleet),
        days=[Day(*row) for row in fleet.view("days", "day").rows[-_MOST_DAYS:]],
        changes=_changes(fleet) if compared else None,
        never_reported=None if expected is None else never_reported(fleet, expected),
        left_out=[Unread(str(entry.path), entry.reason) for entry in left_out],
    )


def never_reported(fleet: Fleet, expected: Iterable[str]) -> list[str]:
    """The names of which no report tells: by pseudonym, whole or before the first dot, or by the
    label ``host``.
    """
    rows = fleet.ask(
        "select distinct machine, lower(labels['host']) from lines"
        " where line = 'verdict' and part = 'now'"
    ).rows
    seen, hosts = {row[0] for row in rows}, {row[1] for row in rows}

    def has_reported(name: str) -> bool:
        forms = {name, name.partition(".")[0]}
        return any(machine_pseudonym(form) in seen or form.lower() in hosts for form in forms)

    return [name for name in dict.fromkeys(expected) if not has_reported(name)]


def schema() -> dict[str, Any]:
    """The JSON Schema of the summary."""
    return schema_of(Summary, "codecommit-doctor fleet, version 1")


def _groups(fleet: Fleet) -> list[Group]:
    causes: dict[tuple[str, str], list[GroupCause]] = {}
    for kind, name, *cause in fleet.view("group_causes", "machines desc, cause").rows:
        causes.setdefault((kind, name), []).append(GroupCause(*cause))
    sizes = fleet.view("group_sizes", "kind, ill desc, machines desc, name").rows
    members: Counter[str] = Counter()
    for kind, _, machines, _ in sizes:
        members[kind] += machines
    kinds = {kind for kind, _ in members.most_common(_MOST_KINDS)}
    told: Counter[str] = Counter()
    groups = []
    for kind, name, machines, ill in sizes:
        told[kind] += 1
        if kind in kinds and told[kind] <= _MOST_GROUPS:
            found = causes.get((kind, name), [])[:_MOST_CAUSES]
            groups.append(Group(kind, name, machines, ill, found))
    return groups


def _changes(fleet: Fleet) -> list[Change]:
    return [Change(*row) for row in fleet.view("changes", "1, machines desc, cause").rows]
