"""What CodeCommit needs of AWS KMS in the caller's name, and what policies say of it.

Of the AWS managed key aws/codecommit nothing needs to be allowed, but nothing may be denied. With
a customer managed key the caller must be allowed the same actions on that key: by the key's own
policy, or by IAM policies if the key's policy leaves it to them (it names the account).

Sources: CodeCommit User Guide, "AWS Key Management Service and encryption for AWS CodeCommit
repositories"; AWS KMS Developer Guide, "Key policies in AWS KMS" and "Default key policy".
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from msgspec import Struct

from codecommit_doctor.rules.iam.context import Caller
from codecommit_doctor.rules.iam.patterns import HEX_DIGIT
from codecommit_doctor.rules.iam.policy import (
    Decided,
    Decision,
    Request,
    Statement,
    statements_of,
)
from codecommit_doctor.rules.iam.truth import Truth, agreed, all_of, any_of

__all__ = [
    "NEEDED",
    "NO_KEY",
    "REAL_ACTIONS",
    "Allow",
    "Denial",
    "denials",
    "key_arn",
    "missing_allow",
    "unknown_keys",
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

NO_KEY = "00000000-0000-0000-0000-000000000000"
"""Stands for a key that does not exist yet, or whose id must be made up."""

_SINGLE_REGION = "-".join(HEX_DIGIT * length for length in (8, 4, 4, 4, 12))
_MULTI_REGION = f"mrk-{HEX_DIGIT * 32}"


def key_arn(partition: str, region: str, account: str, key: str) -> str:
    """The ARN of a key that CodeCommit names by its ARN or by its id."""
    return key if key.startswith("arn:") else f"arn:{partition}:kms:{region}:{account}:key/{key}"


def unknown_keys(partition: str, region: str, account: str, *, managed: bool) -> tuple[str, ...]:
    """ARNs for a key whose id is not known. A customer managed key may be a multi-Region key."""
    ids = [_SINGLE_REGION] if managed else [_SINGLE_REGION, _MULTI_REGION]
    return tuple(key_arn(partition, region, account, id) for id in ids)


class Denial(Struct, frozen=True):
    """A statement that denies. sid: its Sid, or "number N". actions: those of NEEDED.

    certain: it covers the key and its condition holds. doubts: condition keys on which that
    depends; "Resource" where it may or may not cover the key. keys: all that its condition names.
    """

    sid: str
    actions: tuple[str, ...]
    certain: bool
    doubts: tuple[str, ...] = ()
    keys: tuple[str, ...] = ()


class Allow(Struct, frozen=True):
    """Which of the real actions a customer managed key's caller is not allowed, and why not.

    missing: certainly. perhaps: depending on doubts. place: where the allow ends.
    """

    missing: tuple[str, ...] = ()
    perhaps: tuple[str, ...] = ()
    doubts: tuple[str, ...] = ()
    place: str = ""


def denials(
    document: Mapping[str, Any] | str,
    requests: Iterable[Request],
    caller: Caller | None = None,
) -> tuple[Denial, ...]:
    """The statements of a policy that deny, or perhaps deny, CodeCommit the use of the key.

    Args:
        requests: one for each key that it may be; what is certain holds for all of them.
        caller: for a key's policy: whom its Principal has to name.

    Raises:
        MalformedPolicy: the document is no policy.
    """
    cases = tuple(requests)
    found = []
    for statement in statements_of(document):
        actions = tuple(needed for needed in NEEDED if _concerns(statement, needed))
        named = True if caller is None else _named(statement, caller)
        if not statement.denies or not actions:
            continue
        answers = [statement.applies(request) for request in cases]
        truths = {truth for truth, _ in answers}
        truth = all_of([named, agreed(truths)])
        if truth is False:
            continue
        doubts = dict.fromkeys(doubt for _, doubts in answers for doubt in doubts)
        doubts |= {"Principal": None} if named is None else {}
        doubts |= {"Resource": None} if False in truths else {}
        keys = statement.condition_keys
        found.append(Denial(statement.name, actions, truth is True, tuple(doubts), keys))
    return tuple(found)


def missing_allow(
    by_iam: Mapping[str, Decision],
    key_policy: Mapping[str, Any] | str | None,
    request: Request,
    caller: Caller,
) -> Allow:
    """What the caller lacks for a customer managed key. Raises MalformedPolicy.

    Args:
        by_iam: what the caller's IAM policies say of each of REAL_ACTIONS.
        key_policy: None if it can't be read; then only what IAM policies allow is certain.
    """
    lacking: dict[Truth, list[str]] = {False: [], None: [], True: []}
    doubts: dict[str, None] = {}
    place = ""
    for action, decision in by_iam.items():
        allows = {Decided.ALLOWED: True, Decided.MAYBE: None}.get(decision.decided, False)
        direct, left_to_iam = _by_key_policy(key_policy, action, request, caller)
        truth = any_of([direct, all_of([left_to_iam, allows])])
        if key_policy is None and allows:
            truth = True  # nothing speaks against it
        lacking[truth].append(action)
        if truth is not True:
            place = place or ("the key's policy" if left_to_iam is False else decision.place)
            doubts |= dict.fromkeys(decision.doubts)
    return Allow(tuple(lacking[False]), tuple(lacking[None]), tuple(doubts), place)


def _by_key_policy(
    policy: Mapping[str, Any] | str | None, action: str, request: Request, caller: Caller
) -> tuple[Truth, Truth]:
    """Whether a key's policy allows the caller itself, and whether it leaves it to IAM policies."""
    if policy is None:
        return None, None
    direct: list[Truth] = []
    account: list[Truth] = []
    for statement in statements_of(policy):
        if statement.denies or not statement.names(action):
            continue
        truth = statement.applies(request)[0]
        direct.append(all_of([truth, _named(statement, caller)]))
        account.append(all_of([truth, _is_account_named(statement, caller)]))
    return any_of(direct), any_of(account)


def _concerns(statement: Statement, needed: str) -> bool:
    """Whether a statement is about one of the six; what NotAction leaves out are real names."""
    every = NEEDED[needed]
    real = [name for name in every if name in REAL_ACTIONS]
    return any(map(statement.names, real if "NotAction" in statement.elements else every))


def _principals(statement: Statement) -> list[str] | None:
    """Whom a key policy's statement names; None if it names all but some.

    Source: IAM User Guide, "AWS JSON policy elements: Principal".
    """
    principal = statement.elements.get("Principal")
    if principal is None:
        return None
    if isinstance(principal, Mapping):
        principal = principal.get("AWS", [])
    names = [principal] if isinstance(principal, str) else principal
    return [str(name) for name in names] if isinstance(names, list) else None


def _named(statement: Statement, caller: Caller) -> Truth:
    """Whether it names the caller itself: everybody, the user, the role or the role's session."""
    names = _principals(statement)
    if names is None:
        return None
    if "*" in names:
        return True
    if statement.denies and _is_account_named(statement, caller):
        return True
    if caller.arn is None:
        return None if any(":role/" in name for name in names) else False
    if caller.arn in names:
        return True
    sessions = any(":assumed-role/" in name for name in names)
    return None if sessions and caller.user_name is None else False


def _is_account_named(statement: Statement, caller: Caller) -> Truth:
    """Whether it names the caller's account, so that the account's IAM policies decide."""
    names = _principals(statement)
    if names is None:
        return None
    root = f"arn:{caller.partition}:iam::{caller.account}:root"
    return bool({caller.account, root} & set(names))
