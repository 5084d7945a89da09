"""Decides whether policies let a principal do something: explicit deny, then allow, then nothing.

An evaluator of its own, written from the IAM User Guide ("Policy evaluation logic") and sharing
nothing with the doctor's or moto's, so that each can prove the others wrong.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from tests.lab.conditions import Context, as_list, fill_in, glob, holds

if TYPE_CHECKING:
    from tests.lab.identities import Caller

ALLOWED, EXPLICIT_DENY, IMPLICIT_DENY = "allowed", "explicitDeny", "implicitDeny"


@dataclass(frozen=True)
class Policy:
    """A policy document as text, and where it is attached.

    kind: "user", "group", "role", "aws-managed", "user-managed" or "session", as
    SimulatePrincipalPolicy names its sources.
    """

    name: str
    kind: str
    text: str

    def statements(self) -> list[Mapping[str, Any]]:
        return as_list(json.loads(self.text)["Statement"])

    def condition_keys(self) -> set[str]:
        """Every condition key that it names, also as a variable, whatever its statements are about.

        Source: IAM API Reference, EvaluationResult, MissingContextValues.
        """
        found = set(re.findall(r"\$\{([^*?$,}]+)", self.text))
        for statement in self.statements():
            for tests in statement.get("Condition", {}).values():
                found |= set(tests)
        return found

    def place_of(self, statement: Mapping[str, Any]) -> tuple[int, int]:
        """Where a statement begins and ends in the text, in characters."""
        for found in re.finditer("{", self.text):
            value, end = json.JSONDecoder().raw_decode(self.text, found.start())
            if value == statement:
                return found.start(), end
        return 0, len(self.text)


Match = tuple[Policy, Mapping[str, Any]]
"""A statement that decided, and the policy it stands in."""


@dataclass(frozen=True)
class PolicySet:
    """All that applies to a principal. boundary: None without one. session: the session policy."""

    identity: tuple[Policy, ...] = ()
    boundary: Policy | None = None
    session: Policy | None = None


@dataclass(frozen=True)
class Decision:
    """matched: what decided. missing: condition keys without a value.

    boundary_allows: None without a boundary.
    """

    verdict: str
    matched: tuple[Match, ...] = ()
    missing: frozenset[str] = frozenset()
    boundary_allows: bool | None = None

    @property
    def allowed(self) -> bool:
        return self.verdict == ALLOWED


@dataclass
class _Found:
    allow: list[Match] = field(default_factory=list)
    deny: list[Match] = field(default_factory=list)


def decide(
    policies: PolicySet, action: str, resource: str = "*", context: Context | None = None
) -> Decision:
    """One action, such as codecommit:GitPull, on one resource's ARN.

    context: values of condition keys, by lower case key.
    """
    context = context or {}
    identity = _search(policies.identity, action, resource, context)
    limits = [
        _search([limit], action, resource, context)
        for limit in (policies.boundary, policies.session)
        if limit is not None
    ]
    every = [*policies.identity, *filter(None, (policies.boundary, policies.session))]
    named = {key for policy in every for key in policy.condition_keys()}
    missing = frozenset(key for key in named if key.lower() not in context)
    boundary = bool(limits[0].allow and not limits[0].deny) if policies.boundary else None
    denies = identity.deny + [match for limit in limits for match in limit.deny]
    if denies:
        return Decision(EXPLICIT_DENY, tuple(denies), missing, boundary)
    if identity.allow and all(limit.allow for limit in limits):
        return Decision(ALLOWED, tuple(identity.allow), missing, boundary)
    return Decision(IMPLICIT_DENY, (), missing, boundary)


def _search(policies: Iterable[Policy], action: str, resource: str, context: Context) -> _Found:
    """Which of the policies have a statement that applies."""
    found = _Found()
    for policy in policies:
        for statement in policy.statements():
            if not _covers(statement, action, resource, context):
                continue
            if holds(statement.get("Condition", {}), context):
                (found.deny if statement["Effect"] == "Deny" else found.allow).append(
                    (policy, statement)
                )
    return found


def _covers(statement: Mapping[str, Any], action: str, resource: str, context: Context) -> bool:
    if "Action" in statement:
        named = any(glob(p, action, ignore_case=True) for p in as_list(statement["Action"]))
    else:
        named = not any(glob(p, action, ignore_case=True) for p in as_list(statement["NotAction"]))
    if not named:
        return False
    if "NotResource" in statement:
        return not _hits(statement["NotResource"], resource, context)
    return _hits(statement.get("Resource", "*"), resource, context)


def _hits(patterns: Any, resource: str, context: Context) -> bool:
    return any(_hit(pattern, resource, context) for pattern in as_list(patterns))


def _hit(pattern: str, resource: str, context: Context) -> bool:
    """Field by field; fields that are not there are wildcards, variables stand in the last one."""
    if pattern == "*" or not pattern.startswith("arn:"):
        return glob(pattern, resource)
    fields = pattern.split(":", 5)
    fields += ["*"] * (6 - len(fields))
    fields[5] = fill_in(fields[5], context)
    if len(resource.split(":", 5)) < 6:  # an action without a resource
        return False
    return all(map(glob, fields, resource.split(":", 5)))


@dataclass(frozen=True)
class ByKey:
    """What a key's policy says: itself, by leaving it to the account's IAM policies, by a deny."""

    directly: bool = False
    by_account: bool = False
    denied: bool = False


@dataclass(frozen=True)
class KeyPolicy:
    """Source: AWS KMS Developer Guide, "Key policies in AWS KMS"."""

    text: str

    def decide(self, caller: Caller, action: str, key: str, context: Context) -> ByKey:
        found = {"directly": False, "by_account": False, "denied": False}
        root = f"arn:{caller.account.partition}:iam::{caller.account.id}:root"
        for statement in as_list(json.loads(self.text)["Statement"]):
            if not _covers(statement, action, key, context):
                continue
            if not holds(statement.get("Condition", {}), context):
                continue
            principal = statement.get("Principal", {})
            names = as_list(principal if isinstance(principal, str) else principal.get("AWS", []))
            direct = bool({"*", caller.arn, caller.principal_arn} & set(names))
            by_account = bool({root, caller.account.id} & set(names))
            if statement["Effect"] == "Deny":
                found["denied"] |= direct or by_account
            else:
                found["directly"] |= direct
                found["by_account"] |= by_account
        return ByKey(**found)
