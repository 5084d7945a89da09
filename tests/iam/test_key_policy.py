"""Whom a key's policy allows and denies, by itself and together with IAM policies."""

from __future__ import annotations

from datetime import datetime, timezone
from typing import Any

import pytest

from codecommit_doctor.rules.iam.context import Caller, kms_request
from codecommit_doctor.rules.iam.kms import Allow, Denial, denials, missing_allow
from codecommit_doctor.rules.iam.policy import Decided, Decision, Request

NOW = datetime(2026, 11, 23, 12, tzinfo=timezone.utc)
ACCOUNT = "111122223333"
ROOT = f"arn:aws:iam::{ACCOUNT}:root"
ANA = f"arn:aws:iam::{ACCOUNT}:user/eng/ana"
BOB = f"arn:aws:iam::{ACCOUNT}:user/bob"
ROLE = f"arn:aws:iam::{ACCOUNT}:role/Deploy"
OF_ROLE = f"arn:aws:sts::{ACCOUNT}:assumed-role/Deploy/s"
OTHER_ROOT = "arn:aws:iam::999999999999:root"
USER = Caller("aws", ACCOUNT, "ana", "AIDAEXAMPLE", ANA, long_term=True)
SESSION = Caller("aws", ACCOUNT, user_id="AROAEXAMPLE:s", arn=ROLE)
UNREAD = Caller("aws", ACCOUNT, user_id="AROAEXAMPLE:s")
KEY = f"arn:aws:kms:us-east-1:{ACCOUNT}:key/1234abcd-12ab-34cd-56ef-1234567890ab"
DECRYPT = "kms:Decrypt"
YES = Decision(Decided.ALLOWED, "policy p, statement s")
NO = Decision(Decided.NOT_ALLOWED, "all policies that apply")
DENIED = Decision(Decided.DENIED, "policy d, statement s")
PERHAPS = Decision(Decided.MAYBE, "policy m, statement s", ("aws:SourceIp",))
UNKNOWN = {"StringEquals": {"aws:PrincipalTag/x": "y"}}


def statement(principal: Any, effect: str = "Allow", **more: Any) -> dict[str, Any]:
    named = {} if principal is None else {"Principal": principal}
    return {"Effect": effect, "Action": "kms:*", "Resource": "*", **named, **more}


def document(*statements: dict[str, Any]) -> dict[str, Any]:
    return {"Version": "2012-10-17", "Statement": list(statements)}


def request(caller: Caller) -> Request:
    return Request(KEY, kms_request(caller, "us-east-1", NOW))


def lacks(policy: Any, iam: Decision, caller: Caller = USER) -> Allow:
    return missing_allow({DECRYPT: iam}, policy, request(caller), caller)


@pytest.mark.parametrize(
    ("principal", "caller", "alone", "with_iam"),
    [
        ("*", USER, True, True),
        ({"AWS": "*"}, USER, True, True),
        ({"AWS": ["x", "*"]}, USER, True, True),
        ({"AWS": ANA}, USER, True, True),
        ({"AWS": [BOB, ANA]}, USER, True, True),
        ({"AWS": BOB}, USER, False, False),
        ({"AWS": ROOT}, USER, False, True),
        ({"AWS": ACCOUNT}, USER, False, True),
        ({"AWS": OTHER_ROOT}, USER, False, False),
        ({"Service": "x.amazonaws.com"}, USER, False, False),
        (None, USER, None, None),
        ({"AWS": 5}, USER, None, None),
        ({"AWS": ROLE}, SESSION, True, True),
        ({"AWS": OF_ROLE}, SESSION, None, None),
        ({"AWS": OF_ROLE}, USER, False, False),
        ({"AWS": ROLE}, UNREAD, None, None),
        ({"AWS": [BOB, ROLE]}, UNREAD, None, None),
        ({"AWS": BOB}, UNREAD, False, False),
        ({"AWS": [BOB, OF_ROLE]}, SESSION, None, None),
        ({"AWS": BOB}, SESSION, False, False),
        ({"AWS": "*"}, UNREAD, True, True),
    ],
)
def test_whom_a_key_policy_allows(
    principal: Any, caller: Caller, alone: bool | None, with_iam: bool | None
) -> None:
    policy = document(statement(principal))
    for iam, expected in ((NO, alone), (YES, with_iam)):
        found = lacks(policy, iam, caller)
        assert found.missing == ((DECRYPT,) if expected is False else ())
        assert found.perhaps == ((DECRYPT,) if expected is None else ())


@pytest.mark.parametrize(
    ("policy", "iam", "expected"),
    [
        (document(statement({"AWS": ROOT})), YES, Allow()),
        (document(statement({"AWS": ROOT})), NO, Allow((DECRYPT,), (), (), NO.place)),
        (document(statement({"AWS": ROOT})), DENIED, Allow((DECRYPT,), (), (), DENIED.place)),
        (
            document(statement({"AWS": ROOT})),
            PERHAPS,
            Allow((), (DECRYPT,), ("aws:SourceIp",), PERHAPS.place),
        ),
        (document(statement({"AWS": BOB})), YES, Allow((DECRYPT,), (), (), "the key's policy")),
        (document(), NO, Allow((DECRYPT,), (), (), "the key's policy")),
        (
            document(statement({"AWS": ROOT}, Condition=UNKNOWN)),
            YES,
            Allow((), (DECRYPT,), (), YES.place),
        ),
        (
            document(statement({"AWS": ROOT}, "Deny"), statement({"AWS": ANA}, Action="kms:Enc*")),
            YES,
            Allow((DECRYPT,), (), (), "the key's policy"),
        ),
        (
            document(statement("*", Action="kms:Encrypt"), statement({"AWS": ANA})),
            NO,
            Allow(),
        ),
        (None, YES, Allow()),
        (None, NO, Allow((), (DECRYPT,), (), NO.place)),
        (None, PERHAPS, Allow((), (DECRYPT,), ("aws:SourceIp",), PERHAPS.place)),
    ],
)
def test_what_is_lacking_and_where(policy: Any, iam: Decision, expected: Allow) -> None:
    assert lacks(policy, iam) == expected


def test_several_actions_are_told_with_the_first_place() -> None:
    by_iam = {"kms:Encrypt": YES, DECRYPT: NO, "kms:DescribeKey": PERHAPS, "kms:x": DENIED}
    policy = document(statement({"AWS": ROOT}))
    assert missing_allow(by_iam, policy, request(USER), USER) == Allow(
        (DECRYPT, "kms:x"), ("kms:DescribeKey",), ("aws:SourceIp",), NO.place
    )


@pytest.mark.parametrize(
    ("principal", "caller", "denied", "doubts"),
    [
        ("*", USER, True, ()),
        ({"AWS": ANA}, USER, True, ()),
        ({"AWS": ROOT}, USER, True, ()),
        ({"AWS": ACCOUNT}, SESSION, True, ()),
        ({"AWS": BOB}, USER, False, ()),
        ({"AWS": OTHER_ROOT}, USER, False, ()),
        (None, USER, None, ("Principal",)),
        ({"AWS": ROLE}, UNREAD, None, ("Principal",)),
    ],
)
def test_whom_a_key_policy_denies(
    principal: Any, caller: Caller, denied: bool | None, doubts: tuple[str, ...]
) -> None:
    policy = document(statement(principal, "Deny", Action=DECRYPT))
    found = denials(policy, [request(caller)], caller)
    expected = Denial("number 1", (DECRYPT,), denied is True, doubts)
    assert found == (() if denied is False else (expected,))
