"""What the checks of policies tell of accounts that are given as data, beyond the judgement."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import replace

from codecommit_doctor.check import Result, Target, parse
from codecommit_doctor.rules.iam.context import ABSENT, Context
from codecommit_doctor.rules.iam.kms import REAL_ACTIONS
from tests.checks.account_facts import (
    ACCOUNT,
    ALL,
    LEFT_TO_IAM,
    MINE,
    URL,
    Facts,
    judge,
    key,
    says,
    told,
)

PULL, PUSH = "codecommit:GitPull", "codecommit:GitPush"
NOTHING = dict.fromkeys(REAL_ACTIONS, "implicitDeny")
TAG = {"StringLike": {"aws:PrincipalTag/x": "*"}}


def facts_of(result: Result) -> list[str]:
    return [item.fact for item in result.evidence]


def at(url: str) -> Target:
    return parse(url, name="here", directory=Path())


@pytest.mark.parametrize("id", ["iam-permissions", "kms-deny"])
def test_the_region_and_the_identity(id: str) -> None:
    corporate = at("https://codecommit.corp.example/v1/repos/demo")
    in_paris = at(URL.replace("us-east-2", "eu-west-3"))
    denied: dict[str, Any] = {"policies": (says("Deny", "*"),)}
    result = judge(id, Facts(region="us-west-1", **denied), target=in_paris)
    assert "eu-west-3" in told(result) and "us-west-1" not in told(result)
    assert "us-west-1" in told(judge(id, Facts(region="us-west-1", **denied), target=corporate))
    nowhere = judge(id, Facts(region=None, **denied), target=corporate)
    assert (nowhere.status.value, nowhere.code in ("no-region", "no-repository")) == ("skip", True)
    unknown = judge(id, Facts(kind="unknown"))
    assert (unknown.status.value, unknown.code) == ("skip", "identity-unknown")


@pytest.mark.parametrize("id", ["iam-permissions", "kms-deny"])
def test_the_role_of_a_session(id: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Its path is not in the session's name: without PrincipalArn the plain name stands in."""
    facts = Facts(role=True, policies=(says("Deny", "*"),))
    assert f"--policy-source-arn arn:aws:iam::{ACCOUNT}:role/build/ci" in told(judge(id, facts))
    state = Context.state

    def unknown(self: Context, name: str) -> Any:
        return ABSENT if name == "aws:PrincipalArn" else state(self, name)

    monkeypatch.setattr(Context, "state", unknown)
    assert f"--policy-source-arn arn:aws:iam::{ACCOUNT}:role/ci " in told(judge(id, facts))


# iam-permissions

READ_ONLY = ("AWSCodeCommitReadOnly", True)
NONE_OF = "none of AWSCodeCommitPowerUser, AWSCodeCommitReadOnly, AWSCodeCommitFullAccess is"


@pytest.mark.parametrize(
    ("facts", "said"),
    [
        ({"policies": (says("Allow", PULL),), "named": (READ_ONLY,)}, "to pull, not to push"),
        ({"policies": (), "named": (READ_ONLY,)}, "AWSCodeCommitReadOnly is attached"),
        ({"policies": (ALL, says("Deny", PUSH)), "named": ()}, NONE_OF),
        ({"policies": (), "named": (("AWSCodeCommitReadOnly", False),)}, NONE_OF),
        ({"policies": (), "named": (("AdministratorAccess", True),)}, NONE_OF),
        ({"policies": (), "hidden": True}, None),
        ({"policies": None, "decisions": {"*": "implicitDeny"}}, None),
        ({"policies": (ALL,), "named": (READ_ONLY,)}, None),
    ],
)
def test_which_policies_of_aws_are_attached(facts: dict[str, Any], said: str | None) -> None:
    found = [fact for fact in facts_of(judge("iam-permissions", Facts(**facts))) if "atta" in fact]
    assert len(found) == (said is not None)
    assert not said or said in found[0]


def test_a_policy_of_that_name_that_is_no_managed_one() -> None:
    """The boundary allows nothing by itself."""
    facts = Facts(policies=(), named=(READ_ONLY,))
    attached = facts.attached()
    boundary = replace(attached.policies[-1], kind="boundary")
    facts.attached = lambda: replace(attached, policies=(boundary,))  # type: ignore[method-assign]
    assert any(NONE_OF in fact for fact in facts_of(judge("iam-permissions", facts)))


def test_decisions_are_told_with_what_they_depend_on() -> None:
    depends = judge("iam-permissions", Facts(policies=(ALL, says("Deny", PULL, Condition=TAG))))
    pull, push = facts_of(depends)[1:3]
    assert ", depends on aws:PrincipalTag/x" in pull
    assert "depends" not in push


# kms-deny


@pytest.mark.parametrize(
    ("facts", "status", "code"),
    [
        ({"policies": (), "decisions": NOTHING, "organization": False}, "warn", "organization"),
        ({"policies": (ALL, says("Deny", "kms:*")), "refuses": True}, "fail", "denied"),
        ({"policies": (ALL, says("Deny", "kms:*")), "refuses": False}, "warn", "contradicted"),
        ({"key": MINE, "policies": (), "key_policy": LEFT_TO_IAM, "refuses": True}, "fail",
         "not-allowed"),
        ({"key": MINE, "policies": (), "key_policy": LEFT_TO_IAM, "refuses": False}, "pass", None),
        ({"key": MINE, "policies": (), "key_policy": LEFT_TO_IAM}, "fail", "not-allowed"),
        ({"key": MINE, "policies": (says("Allow", "kms:*", Condition=TAG),), "refuses": True},
         "warn", "perhaps-not-allowed"),
        ({"key": MINE, "policies": (says("Allow", "kms:*", Condition=TAG),), "refuses": True,
          "key_policy": LEFT_TO_IAM}, "warn", "perhaps-not-allowed"),
        ({"key": MINE, "policies": (), "refuses": None}, "warn", "perhaps-not-allowed"),
        ({"key": MINE, "policies": (ALL,), "refuses": True}, "pass", None),
        ({"aliases": False, "key": MINE, "policies": (), "refuses": None}, "pass", None),
    ],
)  # fmt: skip
def test_the_right_to_the_key(facts: dict[str, Any], status: str, code: str | None) -> None:
    result = judge("kms-deny", Facts(**facts))
    assert (result.status.value, result.code) == (status, code)
    conditions = any("PrincipalTag" in str(policy) for policy in facts["policies"])
    if code == "perhaps-not-allowed":
        assert ("depends on aws:PrincipalTag/x" in result.summary) is conditions


def test_a_push_that_lacks_a_right_is_a_warning() -> None:
    allow = says("Allow", ["kms:Decrypt", "kms:DescribeKey"])
    facts = Facts(key=MINE, policies=(allow,), key_policy=LEFT_TO_IAM, refuses=False)
    for pushes, status in ((False, "pass"), (True, "warn")):
        result = judge("kms-deny", facts, target=at(URL)._replace(pushes=pushes))
        assert result.status.value == status
        assert "not all that a push needs" in result.summary
    lacks = Facts(key=MINE, policies=(), key_policy=LEFT_TO_IAM, refuses=False)
    result = judge("kms-deny", lacks, target=at(URL)._replace(pushes=True))
    assert result.summary.startswith("Git gets the refs: no policy keeps")


def test_what_is_shown_of_the_key() -> None:
    lacking = judge("kms-deny", Facts(key=MINE, policies=(), key_policy=LEFT_TO_IAM))
    (fact,) = [fact for fact in facts_of(lacking) if fact.startswith("does not allow")]
    assert "kms:Encrypt" in fact
    allowed = judge("kms-deny", Facts(key=MINE, policies=(ALL,), key_policy=LEFT_TO_IAM))
    assert not [fact for fact in facts_of(allowed) if "allow" in fact or "organization" in fact]
    scp = judge("kms-deny", Facts(policies=(), decisions=NOTHING, organization=False))
    assert "not allowed by the organization" in facts_of(scp)
    open_keys = Facts(policies=None, decisions={"*": "allowed"}, open_keys=("aws:SourceIp",))
    assert "depends on aws:SourceIp" in facts_of(judge("kms-deny", open_keys))


def test_who_is_asked_to_lift_a_denial() -> None:
    simulated = Facts(policies=None, decisions={"kms:Decrypt": "explicitDeny"}, sources=())
    result = judge("kms-deny", simulated)
    assert "the policy that the command names" in told(result)
    assert "iam:SimulatePrincipalPolicy" in [item.origin.text for item in result.evidence]
    named = told(judge("kms-deny", Facts(policies=(says("Deny", "kms:*", Resource=key(MINE)),),
                                         key=MINE)))  # fmt: skip
    assert "policy p0 (inline, user dev)" in named
    assert "the policy that the command names" not in named


def test_who_can_say_where_the_key_is_not_known() -> None:
    unknown = judge("kms-deny", Facts(aliases=False, key=MINE, policies=(), refuses=True))
    assert (unknown.status.value, unknown.code) == ("skip", "key-unknown")
    assert "if it is a customer managed key" in unknown.advice[0].text
    blind = judge("kms-deny", Facts(policies=None))
    assert "missing: iam:" in blind.summary
    odd = Facts(policies=({"Statement": "x"},), no_answer="AWS could not be reached")
    assert "missing:" not in judge("kms-deny", odd).summary
