"""What ``kms-deny`` says of accounts that are given as data."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from codecommit_doctor.check import Status
from codecommit_doctor.rules import target as targets
from codecommit_doctor.rules.iam.kms import REAL_ACTIONS
from tests.checks.account_facts import (
    ACCOUNT,
    ALL,
    LEFT_TO_IAM,
    MANAGED,
    ME,
    MINE,
    OTHER,
    REGION,
    ROLE,
    Facts,
    judge,
    key,
    may_not,
    says,
    told,
)
from tests.conftest import URL

DENY = says("Deny", "kms:Decrypt")
SIX = ["kms:Encrypt", "kms:Decrypt", "kms:ReEncrypt*", "kms:GenerateDataKey*", "kms:DescribeKey"]
SESSION = says("Allow", "kms:*", Principal={"AWS": f"arn:aws:sts::{ACCOUNT}:assumed-role/ci/s"})
NOTHING = dict.fromkeys(REAL_ACTIONS, "implicitDeny")


def said(**facts: Any) -> tuple[str, str | None]:
    result = judge("kms-deny", Facts(**facts))
    return result.status.value, result.code


@pytest.mark.parametrize(
    ("facts", "expected"),
    [
        # the repository's own key, 1
        ({"key": MINE, "policies": (ALL, says("Deny", SIX, NotResource=key(MINE)))}, "pass"),
        ({"key": MINE, "policies": (ALL, says("Deny", SIX, Resource=key(MINE)))}, "denied"),
        ({"key": key(MINE), "policies": (ALL, says("Deny", SIX, Resource=key(MINE)))}, "denied"),
        ({"key": MINE, "policies": (ALL, says("Deny", SIX, Resource=key(OTHER)))}, "pass"),
        ({"policies": (says("Deny", SIX, NotResource=key(MINE)),)}, "denied"),
        ({"key": "", "policies": (says("Deny", SIX, NotResource=key(MINE)),)}, "denied"),
        ({"key": "alias/mine", "policies": (ALL, says("Deny", SIX, Resource=key(MINE)))}, "denied"),
        (
            {
                "key": "",
                "policies": (
                    says(
                        "Deny",
                        SIX,
                        Condition={
                            "ForAnyValue:StringLike": {"kms:ResourceAliases": "alias/aws/*"}
                        },
                    ),
                ),
            },
            "denied",
        ),
        # both keys where it is not known, 4
        ({"key": None, "policies": (says("Deny", SIX, NotResource=key(MINE)),)}, "perhaps-denied"),
        ({"key": None, "policies": (says("Deny", SIX),)}, "denied"),
        ({"key": None, "policies": (says("Deny", SIX, Resource=f"{key('*')}"),)}, "denied"),
        (
            {"key": None, "policies": (says("Deny", SIX, Resource="arn:aws:s3:::*"),)},
            "pass",
        ),
        (
            {
                "key": None,
                "aliases": False,
                "policies": (says("Deny", SIX, NotResource=key(OTHER)),),
                "decisions": dict.fromkeys(REAL_ACTIONS, "explicitDeny"),
            },
            "perhaps-denied",
        ),
        # a session that may be mine
        (
            {"key": MINE, "policies": (ALL,), "key_policy": SESSION, "role": True, "refuses": True},
            "perhaps-not-allowed",
        ),
        # everybody but me, 2
        (
            {"policies": (says("Deny", "*", Condition={"ArnNotLike": {"aws:PrincipalArn": ME}}),)},
            "pass",
        ),
        (
            {
                "role": True,
                "policies": (
                    says("Deny", "*", Condition={"ArnNotLike": {"aws:PrincipalArn": ROLE}}),
                ),
            },
            "pass",
        ),
        # kinds 5 to 9 and 11
        ({"policies": (says("Deny", "*", Resource="arn:aws:kms"),)}, "denied"),
        (
            {"policies": (says("Deny", "*", Resource="arn:aws:kms:${aws:RequestedRegion}:*:*"),)},
            "pass",
        ),
        (
            {
                "policies": (
                    says(
                        "Deny",
                        "*",
                        Condition={"ArnLike": {"aws:PrincipalArn": "arn:aws:*:*:*:role/x"}},
                    ),
                )
            },
            "pass",
        ),
        (
            {
                "policies": (
                    says(
                        "Deny",
                        "*",
                        Condition={"StringLike": {"kms:ResourceAliases": "alias/aws/*"}},
                    ),
                )
            },
            "perhaps-denied",
        ),
        (
            {"policies": (says("Deny", "*", Condition={"Null": {"aws:TagKeys": "TRUE"}}),)},
            "denied",
        ),
        (
            {
                "role": True,
                "policies": (says("Deny", "*", Resource=key("${aws:username}")),),
            },
            "pass",
        ),
        (
            {
                "policies": (
                    says("Deny", "*", Condition={"Null": {"codecommit:References": "false"}}),
                )
            },
            "pass",
        ),
        # git has the last word
        ({"policies": (DENY,), "refuses": False}, "contradicted"),
        ({"policies": (DENY,), "refuses": True}, "denied"),
        (
            {
                "policies": (says("Deny", "*", Condition={"Bool": {"aws:x": "true"}}),),
                "refuses": False,
            },
            "pass",
        ),
        # a boundary
        ({"policies": (ALL,), "boundary": DENY}, "denied"),
        ({"policies": (ALL,), "boundary": says("Allow", "codecommit:*")}, "pass"),
        # what can't be seen
        ({"policies": None}, "policies-unseen"),
        ({"policies": None, "refuses": False}, "pass"),
        ({"kind": "federated"}, "not-user-or-role"),
        ({"kind": "root"}, "pass"),
    ],
)
def test_denies(facts: dict[str, Any], expected: str) -> None:
    status, code = said(**facts)
    assert (code or status) == expected
    fails = {
        "denied": "fail",
        "pass": "pass",
        "policies-unseen": "skip",
        "not-user-or-role": "skip",
    }
    assert status == fails.get(expected, "warn")


@pytest.mark.parametrize(
    ("facts", "expected"),
    [
        ({"policies": (ALL,)}, "pass"),
        ({"policies": (says("Allow", SIX),)}, "pass"),
        ({"policies": (ALL,), "key_policy": LEFT_TO_IAM}, "pass"),
        ({"policies": (), "key_policy": LEFT_TO_IAM}, "not-allowed"),
        ({"policies": (), "key_policy": LEFT_TO_IAM, "refuses": True}, "not-allowed"),
        ({"policies": (), "key_policy": LEFT_TO_IAM, "refuses": False}, "pass"),
        (
            {
                "policies": (says("Allow", ["kms:Decrypt", "kms:DescribeKey"]),),
                "key_policy": LEFT_TO_IAM,
                "refuses": False,
            },
            "pass",
        ),
        ({"policies": ()}, "perhaps-not-allowed"),
        ({"policies": (), "refuses": True}, "not-allowed"),
        ({"policies": (), "refuses": False}, "pass"),
        ({"policies": (), "key_policy": says("Allow", "kms:*", Principal={"AWS": ME})}, "pass"),
        ({"policies": (), "key_policy": says("Allow", "kms:*", Principal="*")}, "pass"),
        (
            {"policies": (ALL,), "key_policy": says("Allow", "kms:*", Principal={"AWS": ROLE})},
            "not-allowed",
        ),
        (
            {"policies": (ALL,), "key_policy": says("Deny", "kms:*", Principal="*")},
            "denied",
        ),
        (
            {
                "policies": (ALL,),
                "key_policy": {
                    "Version": "2012-10-17",
                    "Statement": [
                        *LEFT_TO_IAM["Statement"],
                        *says("Deny", "kms:Decrypt", Principal={"AWS": ME})["Statement"],
                    ],
                },
            },
            "denied",
        ),
        ({"policies": None, "decisions": NOTHING, "refuses": True}, "not-allowed"),
        ({"policies": None, "decisions": {"*": "allowed"}}, "pass"),
        (
            {"policies": None, "decisions": NOTHING, "key_policy": LEFT_TO_IAM},
            "not-allowed",
        ),
        (
            {
                "policies": (
                    says("Allow", SIX, Condition={"StringLike": {"aws:PrincipalTag/x": "*"}}),
                ),
                "key_policy": LEFT_TO_IAM,
                "refuses": True,
            },
            "perhaps-not-allowed",
        ),
        ({"policies": (ALL,), "boundary": says("Allow", "iam:*"), "refuses": True}, "not-allowed"),
        # whether it is a customer managed one is not known
        ({"aliases": False, "policies": (), "refuses": True}, "key-unknown"),
        ({"aliases": False, "policies": (), "refuses": False}, "pass"),
        ({"aliases": False, "policies": (ALL,), "refuses": True}, "pass"),
        ({"aliases": False, "manager": "CUSTOMER", "policies": (), "refuses": True}, "not-allowed"),
        ({"aliases": False, "manager": "AWS", "policies": (), "refuses": True}, "pass"),
        ({"key": None, "policies": (), "refuses": True}, "key-unknown"),
        (
            {
                "key": None,
                "policies": (says("Allow", SIX, Resource=key(MANAGED)),),
                "refuses": True,
            },
            "key-unknown",
        ),
        ({"key": None, "policies": (ALL,), "refuses": True}, "pass"),
    ],
)
def test_a_customer_managed_key_needs_an_allow(facts: dict[str, Any], expected: str) -> None:
    status, code = said(**{"key": MINE, **facts})
    assert (code or status) == expected
    assert (status == "fail") is (expected in ("not-allowed", "denied"))


def test_a_push_needs_more_of_the_key_than_a_pull() -> None:
    target = targets.parse(URL, name="here", directory=Path())._replace(pushes=True)
    policies = (says("Allow", ["kms:Decrypt", "kms:DescribeKey"]),)
    facts = Facts(key=MINE, policies=policies, key_policy=LEFT_TO_IAM, refuses=False)
    assert judge("kms-deny", facts, target=target).code == "push-not-allowed"


DENIED = {"kms:Decrypt": "explicitDeny"}


@pytest.mark.parametrize(
    ("facts", "expected"),
    [
        ({"policies": None, "decisions": DENIED}, "denied"),
        ({"policies": None, "decisions": {"*": "allowed"}}, "pass"),
        # keys of other statements, 10
        ({"policies": None, "decisions": DENIED, "open_keys": ("s3:prefix", "ec2:x")}, "denied"),
        ({"policies": None, "decisions": {"*": "allowed"}, "open_keys": ("iam:x",)}, "pass"),
        ({"policies": (DENY,), "decisions": DENIED, "open_keys": ("aws:SourceIp",)}, "denied"),
        ({"policies": (), "decisions": {"*": "allowed"}, "open_keys": ("aws:SourceIp",)}, "pass"),
        ({"policies": (), "decisions": DENIED, "open_keys": ("aws:SourceIp",)}, "pass"),
        ({"policies": None, "decisions": DENIED, "open_keys": ("aws:SourceIp",)}, "perhaps-denied"),
        (
            {"policies": None, "decisions": {"*": "allowed"}, "open_keys": ("aws:SourceIp",)},
            "policies-unseen",
        ),
        ({"policies": None, "decisions": {"*": "allowed"}, "organization": True}, "pass"),
        # an organization, 3
        (
            {"policies": (), "decisions": DENIED, "organization": False, "sources": ()},
            "organization",
        ),
        ({"policies": (), "decisions": NOTHING, "organization": False}, "organization"),
        ({"policies": (DENY,), "decisions": DENIED, "organization": False}, "denied"),
        (
            {
                "policies": (),
                "decisions": DENIED,
                "organization": False,
                "sources": (),
                "refuses": False,
            },
            "pass",
        ),
        # IAM's word against what was read: neither is certain
        ({"policies": (), "decisions": DENIED, "sources": ()}, "perhaps-denied"),
    ],
)
def test_the_simulation(facts: dict[str, Any], expected: str) -> None:
    status, code = said(**facts)
    assert (code or status) == expected


def test_simulation_and_reading_get_the_same_context() -> None:
    facts = Facts(policies=(), decisions={"*": "allowed"})
    judge("kms-deny", facts)
    (context,) = facts.asked
    for name, value in {
        "aws:PrincipalArn": ME,
        "aws:userid": "AIDA",
        "aws:PrincipalType": "User",
        "aws:ResourceAccount": ACCOUNT,
        "aws:PrincipalIsAWSService": "false",
        "aws:RequestedRegion": REGION,
        "aws:username": "dev",
        "aws:ViaAWSService": "true",
        "kms:ViaService": f"codecommit.{REGION}.amazonaws.com",
        "kms:CallerAccount": ACCOUNT,
        "kms:ResourceAliases": "alias/aws/codecommit",
        "aws:CalledVia": "codecommit.amazonaws.com",
    }.items():
        assert context.state(name) == (value,)


def test_what_is_asked_for() -> None:
    denied = told(judge("kms-deny", Facts(policies=(says("Deny", "kms:*"),))))
    assert "remove kms:Encrypt, kms:Decrypt, kms:ReEncrypt*, kms:GenerateDataKey, " in denied
    assert "policy p0 (inline, user dev), statement S" in denied
    assert '"Condition": {"StringNotEquals": {"kms:ViaService": "codecommit.' in denied
    assert f"simulate-principal-policy --policy-source-arn {ME} --action-names" in denied
    lacking = told(judge("kms-deny", Facts(key=MINE, policies=(), refuses=True)))
    assert '{"Effect": "Allow", "Action": ["kms:Encrypt", "kms:Decrypt"' in lacking
    assert f'"Resource": "{key(MINE)}"' in lacking
    assert "get-key-policy" in lacking and "not seen: the key's policy" in lacking
    assert "remove" not in lacking
    bound = told(judge("kms-deny", Facts(policies=(ALL,), boundary=says("Deny", "kms:*"))))
    assert "who sets permissions boundaries" in bound
    by_key = says("Allow", "kms:*", Principal={"AWS": ROLE})
    others = told(judge("kms-deny", Facts(key=MINE, policies=(ALL,), key_policy=by_key)))
    assert "an administrator of the key (kms:PutKeyPolicy)" in others
    scp = Facts(policies=(), decisions=DENIED, organization=False, sources=())
    assert "an administrator of the AWS organization" in told(judge("kms-deny", scp))
    blind = told(judge("kms-deny", Facts(policies=None, refuses=True)))
    assert "no policy may deny kms:Encrypt" in blind and "iam:ListUserPolicies" in blind


def test_doubts_are_told() -> None:
    other = told(
        judge("kms-deny", Facts(key=None, policies=(says("Deny", SIX, NotResource=key(MINE)),)))
    )
    assert "; it may or may not cover the repository's KMS key | " in other
    condition = {"IpAddress": {"aws:SourceIp": "192.0.2.0/24"}}
    home = told(judge("kms-deny", Facts(policies=(says("Deny", SIX, Condition=condition),))))
    assert "; it depends on aws:SourceIp | " in home
    assert "does not allow" not in home


def test_a_managed_key_needs_no_allow_and_no_word_about_one() -> None:
    managed = told(judge("kms-deny", Facts(policies=None, refuses=True)))
    assert "customer managed" not in managed
    unknown = told(judge("kms-deny", Facts(key=None, policies=None, refuses=True)))
    assert "if it is a customer managed key, they must be allowed on it" in unknown
    assert "does not allow" not in told(judge("kms-deny", Facts(key=None, policies=())))


def test_without_a_region_or_an_identity(tmp_path: Any) -> None:
    elsewhere = targets.parse("https://example.com/x", name="x", directory=tmp_path)
    facts = Facts(policies=())
    assert judge("kms-deny", facts, target=elsewhere).status is not Status.FAIL

    def nobody() -> Any:
        raise may_not("sts:GetCallerIdentity")

    facts.identity = nobody  # type: ignore[method-assign]
    assert judge("kms-deny", facts).code == "identity-unknown"


def test_a_policy_that_is_none_is_told() -> None:
    result = judge("kms-deny", Facts(policies=({"Statement": "x"},)))
    assert result.code == "policies-unseen"
    assert "policy p0 of user dev can't be understood: it has no Statement" in told(result)
