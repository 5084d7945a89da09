"""Policy documents, and what they decide about one request.

Source: IAM User Guide, "Policy evaluation logic": an explicit deny wins; then the identity's
policies have to allow it, and its permissions boundary as well if it has one. "IAM JSON policy
element reference" for the elements of a statement.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from enum import Enum
from typing import Any

from msgspec import Struct

from codecommit_doctor.rules.iam.conditions import holds, values_of
from codecommit_doctor.rules.iam.context import Context
from codecommit_doctor.rules.iam.patterns import compile_glob, match, match_resource
from codecommit_doctor.rules.iam.truth import Truth, any_of, negated

__all__ = [
    "Decided",
    "Decision",
    "Document",
    "MalformedPolicy",
    "Request",
    "Statement",
    "decide",
    "statements_of",
]


_SHOWN = 3
"""How many values of a condition are told."""


class MalformedPolicy(ValueError):
    """A policy document that IAM itself would not accept. The message says what is wrong."""


class Request(Struct, frozen=True):
    """What is asked for: a resource's ARN, and all that is known of the request."""

    resource: str
    context: Context


class Statement(Struct, frozen=True):
    """One statement of a policy. name: its Sid, or "number N". version: of the policy."""

    elements: Mapping[str, Any]
    name: str
    version: str

    @property
    def denies(self) -> bool:
        return bool(self.elements["Effect"] == "Deny")

    @property
    def condition_keys(self) -> tuple[str, ...]:
        """The keys that its condition names, whatever it wants of them."""
        condition = self.elements.get("Condition") or {}
        return tuple(dict.fromkeys(key for block in condition.values() for key in block))

    def unmet(self, request: Request) -> tuple[str, ...]:
        """The keys of its condition that are known not to be as it wants them.

        Empty where it is about another resource.
        """
        if self._covers(request) is False:
            return ()
        condition = self.elements.get("Condition") or {}
        return tuple(
            dict.fromkeys(
                str(key)
                for operator, tests in condition.items()
                for key, wanted in (tests.items() if isinstance(tests, Mapping) else ())
                if holds({operator: {key: wanted}}, request.context, self.version)[0] is False
            )
        )

    def worded(self, keys: Iterable[str]) -> tuple[str, ...]:
        """What its condition says of some keys, as ``aws:SourceIp (NotIpAddress 192.0.2.0/24)``."""
        condition = self.elements.get("Condition") or {}
        words = []
        for key in keys:
            tests = [
                f"{operator} {', '.join(values[:_SHOWN])}{' ...' * (len(values) > _SHOWN)}"
                for operator, block in condition.items()
                if isinstance(block, Mapping) and key in block
                for values in [values_of(block[key])]
            ]
            words.append(f"{key} ({'; '.join(tests)})" if tests else key)
        return tuple(words)

    def validate(self) -> None:
        """Raises MalformedPolicy for what IAM would not accept."""
        self._listed("Action")
        self._listed("Resource")
        if not isinstance(self.elements.get("Condition") or {}, Mapping):
            raise MalformedPolicy("a Condition is not an object")

    def names(self, action: str) -> bool:
        """Whether it is about an action. "Actions are case-insensitive": element Action."""
        patterns, excluding = self._listed("Action")
        globs = (compile_glob(pattern.lower()) for pattern in patterns)
        return any(match(glob, action.lower()) for glob in globs) is not excluding

    def applies(self, request: Request) -> tuple[Truth, tuple[str, ...]]:
        """Whether it is about the request's resource and its condition holds; else the doubts.

        A doubt is a condition key, or "Resource".
        """
        covered = self._covers(request)
        if covered is False:
            return False, ()
        self.validate()
        condition = self.elements.get("Condition") or {}
        held, doubts = holds(condition, request.context, self.version)
        if held is False:
            return False, ()
        if covered is None:
            doubts = ["Resource", *doubts]
        return (None if doubts else True), tuple(dict.fromkeys(doubts))

    def _covers(self, request: Request) -> Truth:
        patterns, excluding = self._listed("Resource")
        found = any_of(
            match_resource(pattern, request.resource, request.context, self.version)
            for pattern in patterns
        )
        return negated(found) if excluding else found

    def _listed(self, element: str) -> tuple[list[str], bool]:
        """The texts of an element, or those of its Not... form, and whether it is that one."""
        excluding = element not in self.elements
        key = f"Not{element}" if excluding else element
        if key not in self.elements:
            raise MalformedPolicy(f"a statement has neither {element} nor Not{element}")
        value = self.elements[key]
        texts = [value] if isinstance(value, str) else value
        if not isinstance(texts, list) or not all(isinstance(text, str) for text in texts):
            raise MalformedPolicy(f"{key} is neither a text nor a list of texts")
        return texts, excluding


def statements_of(document: Mapping[str, Any] | str) -> Iterable[Statement]:
    """The statements of a policy; there may be one without a list. Raises MalformedPolicy."""
    try:
        policy = json.loads(document) if isinstance(document, str) else document
    except (ValueError, RecursionError):
        raise MalformedPolicy("it is not JSON") from None
    if not isinstance(policy, Mapping):
        raise MalformedPolicy("it is not an object")
    version = str(policy.get("Version", "2008-10-17"))
    statements = policy.get("Statement")
    statements = [statements] if isinstance(statements, Mapping) else statements
    if not isinstance(statements, list):
        raise MalformedPolicy("it has no Statement")
    for number, statement in enumerate(statements, 1):
        if not isinstance(statement, Mapping) or statement.get("Effect") not in ("Allow", "Deny"):
            raise MalformedPolicy("a statement neither allows nor denies")
        yield Statement(statement, str(statement.get("Sid") or f"number {number}"), version)


class Decided(str, Enum):
    """perhaps: a condition or a policy variable can't be evaluated here."""

    ALLOWED = "allowed"
    DENIED = "denied"
    NOT_ALLOWED = "not allowed"
    MAYBE = "perhaps"


class Document(Struct, frozen=True):
    """A policy. name: in words. boundary: a permissions boundary, which only limits."""

    name: str
    content: Mapping[str, Any] | str
    boundary: bool = False


class Decision(Struct, frozen=True):
    """place: the policy and the statement that decide. doubts: what it depends on.

    limit: "boundary" or "organization" if that decides, and not a policy of the identity's.
    keys: condition keys of the statement that decides. denies: it is one that denies. wants: what
    it says of the keys that are open or that decide, key by key. offer: where nothing allows, the
    statement that would if its condition held; keys and wants are then about what it lacks.
    """

    decided: Decided
    place: str = ""
    doubts: tuple[str, ...] = ()
    limit: str = ""
    keys: tuple[str, ...] = ()
    denies: bool = False
    wants: tuple[str, ...] = ()
    offer: str = ""


def decide(documents: Iterable[Document], action: str, request: Request) -> Decision:
    """Whether the policies together allow an action. Raises MalformedPolicy."""
    denials: list[Decision] = []
    grants: dict[bool, list[Decision]] = {False: []}
    offers: dict[bool, Decision] = {}
    for document in documents:
        grants.setdefault(document.boundary, [])
        for statement in statements_of(document.content):
            if not statement.names(action):
                continue
            truth, doubts = statement.applies(request)
            place = f"{document.name}, statement {statement.name}"
            if truth is False:
                if not statement.denies and (unmet := statement.unmet(request)):
                    offer = _none(document.boundary, unmet, statement.worded(unmet), place)
                    offers.setdefault(document.boundary, offer)
                continue
            sure = Decided.DENIED if statement.denies else Decided.ALLOWED
            limit = "boundary" if document.boundary else ""
            decided = sure if truth else Decided.MAYBE
            keys = statement.condition_keys
            wants = statement.worded(doubts or keys)
            found = Decision(decided, place, doubts, limit, keys, statement.denies, wants)
            (denials if statement.denies else grants[document.boundary]).append(found)
    return _together(denials, grants, offers)


def _none(
    boundary: bool, keys: tuple[str, ...] = (), wants: tuple[str, ...] = (), offer: str = ""
) -> Decision:
    """Nothing allows it."""
    place = "the permissions boundary" if boundary else "all policies that apply"
    limit = "boundary" if boundary else ""
    return Decision(Decided.NOT_ALLOWED, place, (), limit, keys, False, wants, offer)


def _together(
    denials: list[Decision], grants: dict[bool, list[Decision]], offers: dict[bool, Decision]
) -> Decision:
    """offers: what is said where nothing allows, by whether that is the boundary."""
    if certain := [found for found in denials if found.decided is Decided.DENIED]:
        return certain[0]
    best = []
    for boundary, found in grants.items():
        allowed = [grant for grant in found if grant.decided is Decided.ALLOWED]
        if not found:
            return offers.get(boundary) or _none(boundary)
        best.append((allowed or found)[0])
    doubtful = [*denials, *(grant for grant in best if grant.decided is Decided.MAYBE)]
    return doubtful[0] if doubtful else best[0]
