"""Which KMS actions that CodeCommit needs does a policy deny, and for certain or perhaps?

Nothing here talks to AWS. CodeCommit calls AWS KMS in the name of whoever runs git, in a forward
access session, so a deny in that one's policies stops it although nothing needs to be allowed.

Sources: CodeCommit User Guide, "AWS Key Management Service and encryption for AWS CodeCommit
repositories"; IAM User Guide, "Forward access sessions", "IAM JSON policy element reference",
"AWS global condition context keys"; AWS KMS Developer Guide, "AWS KMS condition keys".
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from codecommit_doctor.rules.iam.conditions import (
    ANY,
    HEX_DIGIT,
    Context,
    Glob,
    compile_glob,
    holds,
    matches,
)

__all__ = [
    "NEEDED",
    "NO_KEY",
    "REAL_ACTIONS",
    "Denial",
    "Key",
    "MalformedPolicy",
    "denials",
    "patterns_of",
    "policy_of",
    "request_context",
    "statements_of",
]

NEEDED: dict[str, tuple[str, ...]] = {
    "kms:Encrypt": ("kms:Encrypt",),
    "kms:Decrypt": ("kms:Decrypt",),
    "kms:ReEncrypt*": ("kms:ReEncryptFrom", "kms:ReEncryptTo", "kms:ReEncrypt"),
    "kms:GenerateDataKey": ("kms:GenerateDataKey",),
    "kms:GenerateDataKeyWithoutPlaintext": ("kms:GenerateDataKeyWithoutPlaintext",),
    "kms:DescribeKey": ("kms:DescribeKey",),
}
"""The six actions, with the names that a policy may give them."""

_PLACEHOLDER = "kms:ReEncrypt"
"""Named by CodeCommit's guide, but KMS itself asks for ReEncryptFrom and ReEncryptTo."""

REAL_ACTIONS = tuple(name for names in NEEDED.values() for name in names if name != _PLACEHOLDER)
"""The actions by the names that KMS asks IAM for."""

_LONGEST_SESSION = timedelta(hours=36)
"""Of sts:GetSessionToken; a role's lasts 12 hours at most. Source: AWS STS API Reference."""

NO_KEY = "00000000-0000-0000-0000-000000000000"
"""Stands for a key that does not exist yet, or whose id must be made up."""

_UNKNOWN_ID = "-".join(HEX_DIGIT * length for length in (8, 4, 4, 4, 12))


class MalformedPolicy(ValueError):
    """A policy document that IAM itself would not accept. The message says what is wrong."""


@dataclass(frozen=True)
class Key:
    """The AWS managed key behind alias/aws/codecommit. key_id: None if it can't be seen.

    An alias is no key: a Resource with the ARN of an alias does not cover operations on its key.
    Source: AWS KMS Developer Guide, "Using IAM policies with AWS KMS".
    """

    partition: str
    region: str
    account: str
    key_id: str | None = None

    def arn(self, unknown: str = NO_KEY) -> str:
        """The key's ARN. unknown: what stands for an id that is not known."""
        place = f"arn:{self.partition}:kms:{self.region}:{self.account}"
        return f"{place}:key/{self.key_id or unknown}"


@dataclass(frozen=True)
class Denial:
    """A statement that denies. sid: its Sid, or "number N". actions: those of NEEDED.

    certain: it covers the key and its condition holds. doubts: why it is not certain.
    """

    sid: str
    actions: tuple[str, ...]
    certain: bool
    doubts: tuple[str, ...] = ()


def request_context(
    *,
    partition: str,
    region: str,
    account: str,
    now: datetime,
    user_name: str | None = None,
    user_id: str | None = None,
    principal_arn: str | None = None,
    long_term: bool = False,
) -> Context:
    """What is known of the request that CodeCommit makes to KMS for a user or a role's session.

    user_name: None for a role's session. long_term: signed with an access key that never expires,
    so that no session exists which could have an age or a second factor. ViaAWSService is true in
    every forward access session. AWS managed keys have no tags.
    """
    values = {
        "aws:PrincipalAccount": (account,),
        "aws:PrincipalIsAWSService": ("false",),
        "aws:PrincipalType": ("User" if user_name else "AssumedRole",),
        "aws:RequestedRegion": (region,),
        "aws:ResourceAccount": (account,),
        "aws:SecureTransport": ("true",),
        "aws:ViaAWSService": ("true",),
        "kms:CallerAccount": (account,),
        "kms:ResourceAliases": ("alias/aws/codecommit",),
    }
    absent = {"aws:ResourceTag/"}
    present = {"kms:ViaService", "aws:userid", "aws:PrincipalArn"}
    dates = {"aws:CurrentTime": (now, now), "aws:EpochTime": (now, now)}
    if partition in ("aws", "aws-us-gov"):  # the documents do not say how it looks elsewhere
        values["kms:ViaService"] = (f"codecommit.{region}.amazonaws.com",)
    if user_name:
        values["aws:username"] = (user_name,)
    else:
        absent.add("aws:username")
    if user_id:
        values["aws:userid"] = (user_id,)
    if principal_arn:
        values["aws:PrincipalArn"] = (principal_arn,)
    if long_term:
        absent |= {"aws:MultiFactorAuthPresent", "aws:MultiFactorAuthAge", "aws:TokenIssueTime"}
    else:
        dates["aws:TokenIssueTime"] = (now - _LONGEST_SESSION, now)
    return Context(values, frozenset(absent), frozenset(present), dates)


def denials(document: Mapping[str, Any] | str, key: Key, context: Context) -> tuple[Denial, ...]:
    """The statements of a policy that deny, or perhaps deny, CodeCommit the use of the key.

    Raises MalformedPolicy if the document is not a policy.
    """
    policy = policy_of(document)
    version = str(policy.get("Version", "2008-10-17"))
    found = []
    for number, statement in enumerate(statements_of(policy), 1):
        if statement.get("Effect") == "Deny":
            denial = _denial(statement, number, version, key, context)
            found += [denial] if denial else []
    return tuple(found)


def _denial(
    statement: Mapping[str, Any], number: int, version: str, key: Key, context: Context
) -> Denial | None:
    actions = tuple(needed for needed in NEEDED if _names(statement, needed))
    if not actions:
        return None
    covered = _covers(statement, version, key, context)
    if covered is False:
        return None
    condition = statement.get("Condition") or {}
    if not isinstance(condition, Mapping):
        raise MalformedPolicy("a Condition is not an object")
    held, doubtful = holds(condition, context, version)
    if held is False:
        return None
    doubts = [] if covered else ["it may or may not cover the key aws/codecommit"]
    doubts += [f"it depends on {name}" for name in dict.fromkeys(doubtful)]
    sid = str(statement.get("Sid") or f"number {number}")
    return Denial(sid, actions, not doubts, tuple(doubts))


def _names(statement: Mapping[str, Any], needed: str) -> bool:
    """Whether the statement is about this one of the six actions."""
    if "Action" in statement:
        patterns = patterns_of(statement["Action"])
        return any(_is_among(name, patterns) for name in NEEDED[needed])
    if "NotAction" in statement:
        patterns = patterns_of(statement["NotAction"])
        real = [name for name in NEEDED[needed] if name in REAL_ACTIONS]
        return any(not _is_among(name, patterns) for name in real)
    raise MalformedPolicy("a statement has neither Action nor NotAction")


def _is_among(action: str, patterns: list[str]) -> bool:
    return any(matches(compile_glob(text.lower()), action.lower()) for text in patterns)


def _covers(statement: Mapping[str, Any], version: str, key: Key, context: Context) -> bool | None:
    """Whether the statement is about the key; None if that can't be told."""
    excluding = "Resource" not in statement
    if excluding and "NotResource" not in statement:
        raise MalformedPolicy("a statement has neither Resource nor NotResource")
    texts = patterns_of(statement["NotResource" if excluding else "Resource"])
    found = {_is_key(compile_glob(text, context, version), key) for text in texts}
    covered = True if True in found else None if None in found else False
    return covered if covered is None else covered is not excluding


def _is_key(pattern: Glob, key: Key) -> bool | None:
    """Whether a Resource pattern is the key: True, False, or None for perhaps.

    IAM's documents describe ARNs field by field, yet a lone * is everything. Where reading a
    pattern by fields and reading it as a whole differ, the answer is None.
    """
    arn = key.arn(_UNKNOWN_ID)
    complete = _completed(pattern)

    def readings(guess: bool) -> tuple[bool, bool]:
        whole = any(matches(form, arn, guess=guess) for form in (pattern, complete))
        return whole, _matches_by_field(complete, arn, guess=guess)

    if not any(readings(guess=True)):
        return False
    return True if pattern.exact and all(readings(guess=False)) else None


def _completed(pattern: Glob) -> Glob:
    """An ARN with fewer than six fields, the missing ones filled with wildcards.

    Source: IAM User Guide, "IAM JSON policy elements: Resource", on incomplete ARNs.
    """
    colons = pattern.parts.count(":")
    if pattern.parts[:4] != tuple("arn:") or colons >= 5:
        return pattern
    return Glob(pattern.parts + (":", ANY) * (5 - colons), pattern.exact)


def _matches_by_field(pattern: Glob, arn: str, *, guess: bool) -> bool:
    if pattern.parts[:4] != tuple("arn:"):
        return matches(pattern, arn, guess=guess)
    fields: list[list[str]] = [[]]
    for part in pattern.parts:
        if part == ":" and len(fields) < 6:
            fields.append([])
        else:
            fields[-1].append(part)
    pairs = zip(fields, arn.split(":", 5), strict=True)
    return all(matches(Glob(tuple(field)), text, guess=guess) for field, text in pairs)


def policy_of(document: Mapping[str, Any] | str) -> Mapping[str, Any]:
    """A policy document as an object. Raises MalformedPolicy."""
    try:
        policy = json.loads(document) if isinstance(document, str) else document
    except (ValueError, RecursionError):
        raise MalformedPolicy("it is not JSON") from None
    if not isinstance(policy, Mapping):
        raise MalformedPolicy("it is not an object")
    return policy


def statements_of(policy: Mapping[str, Any]) -> Iterable[Mapping[str, Any]]:
    """The statements of a policy, of which there may be one without a list around it."""
    statements = policy.get("Statement")
    statements = [statements] if isinstance(statements, Mapping) else statements
    if not isinstance(statements, list):
        raise MalformedPolicy("it has no Statement")
    for statement in statements:
        if not isinstance(statement, Mapping) or statement.get("Effect") not in ("Allow", "Deny"):
            raise MalformedPolicy("a statement neither allows nor denies")
        yield statement


def patterns_of(value: Any) -> list[str]:
    """The texts of an Action or a Resource."""
    texts = [value] if isinstance(value, str) else value
    if not isinstance(texts, list) or not all(isinstance(text, str) for text in texts):
        raise MalformedPolicy("an Action or a Resource is neither a text nor a list of texts")
    return texts
