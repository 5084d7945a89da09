"""What policies say of one action on one resource. Nothing here talks to AWS.

Source: IAM User Guide, "Policy evaluation logic": an explicit deny wins; then the identity's
policies have to allow it, and its permissions boundary as well if it has one.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import Enum
from typing import Any

from codecommit_doctor.rules.iam.conditions import Context, compile_glob, holds, matches
from codecommit_doctor.rules.iam.evaluation import (
    MalformedPolicy,
    patterns_of,
    policy_of,
    statements_of,
)

__all__ = ["Decided", "Decision", "Document", "decide"]


class Decided(str, Enum):
    """maybe: a condition or a policy variable can't be evaluated here."""

    ALLOWED = "allowed"
    DENIED = "denied"
    NOT_ALLOWED = "not allowed"
    MAYBE = "perhaps"


@dataclass(frozen=True)
class Document:
    """A policy. name: in words. boundary: it only limits."""

    name: str
    content: Mapping[str, Any] | str
    boundary: bool = False


@dataclass(frozen=True)
class Decision:
    """place: the policy and the statement that decide. doubts: what it depends on."""

    decided: Decided
    place: str = ""
    doubts: tuple[str, ...] = ()


def decide(documents: Iterable[Document], action: str, resource: str, context: Context) -> Decision:
    """Whether the policies together allow an action. Raises MalformedPolicy."""
    denials: list[Decision] = []
    grants: dict[bool, list[Decision]] = {False: []}
    for document in documents:
        grants.setdefault(document.boundary, [])
        policy = policy_of(document.content)
        version = str(policy.get("Version", "2008-10-17"))
        for number, statement in enumerate(statements_of(policy), 1):
            truth, doubts = _applies(statement, action, resource, context, version)
            if truth is False:
                continue
            denies = statement["Effect"] == "Deny"
            sure = Decided.DENIED if denies else Decided.ALLOWED
            place = f"{document.name}, statement {statement.get('Sid') or f'number {number}'}"
            found = Decision(sure if truth else Decided.MAYBE, place, doubts)
            (denials if denies else grants[document.boundary]).append(found)
    return _together(denials, grants)


def _together(denials: list[Decision], grants: dict[bool, list[Decision]]) -> Decision:
    if certain := [found for found in denials if found.decided is Decided.DENIED]:
        return certain[0]
    best = []
    for boundary, found in grants.items():
        allowed = [grant for grant in found if grant.decided is Decided.ALLOWED]
        if not found:
            place = "the permissions boundary" if boundary else "no policy allows it"
            return Decision(Decided.NOT_ALLOWED, place)
        best.append((allowed or found)[0])
    doubtful = [*denials, *(grant for grant in best if grant.decided is Decided.MAYBE)]
    return doubtful[0] if doubtful else best[0]


def _applies(
    statement: Mapping[str, Any], action: str, resource: str, context: Context, version: str
) -> tuple[bool | None, tuple[str, ...]]:
    """Whether a statement is about this request; None with the doubts if that can't be told."""
    named = _among(statement, "Action", action.lower(), None, version)
    covered = _among(statement, "Resource", resource, context, version)
    if named is False or covered is False:
        return False, ()
    condition = statement.get("Condition") or {}
    if not isinstance(condition, Mapping):
        raise MalformedPolicy("a Condition is not an object")
    held, doubts = holds(condition, context, version)
    if held is False:
        return False, ()
    if covered is None:
        doubts = [*doubts, "a variable in its Resource"]
    return (None if doubts else True), tuple(dict.fromkeys(doubts))


def _among(
    statement: Mapping[str, Any], element: str, text: str, context: Context | None, version: str
) -> bool | None:
    """Whether Action or Resource, or what their Not... leaves, has the text in it."""
    excluding = element not in statement
    key = f"Not{element}" if excluding else element
    if key not in statement:
        raise MalformedPolicy(f"a statement has neither {element} nor Not{element}")
    hit: bool | None = False
    for pattern in patterns_of(statement[key]):
        lower = pattern.lower() if element == "Action" else pattern
        glob = compile_glob(lower, context, version)
        if matches(glob, text):
            hit = True if glob.exact or hit else None
    return hit if hit is None else hit is not excluding
