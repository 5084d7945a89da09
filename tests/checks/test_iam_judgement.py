"""What ``iam-permissions`` says of accounts that are given as data."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from codecommit_doctor.rules import target as targets
from tests.checks.account_facts import ALL, ME, ROLE, Facts, judge, says, told
from tests.conftest import URL

PULL, PUSH = "codecommit:GitPull", "codecommit:GitPush"
MAIN = {"StringEqualsIfExists": {"codecommit:References": ["refs/heads/main"]}}
NULL = {"Null": {"codecommit:References": "false"}}
UNKNOWN = {"StringEquals": {"aws:PrincipalTag/team": "x"}}


@pytest.mark.parametrize(
    ("facts", "expected"),
    [
        ({"policies": (ALL,)}, "pass"),
        ({"policies": ()}, "pull-not-allowed"),
        ({"policies": (ALL, says("Deny", PULL))}, "pull-denied"),
        ({"policies": (ALL, says("Deny", PULL)), "refuses": True}, "pull-denied"),
        ({"policies": (ALL, says("Deny", PULL)), "refuses": False}, "contradicted"),
        ({"policies": (), "refuses": False}, "contradicted"),
        ({"policies": (ALL, says("Deny", PUSH))}, "push-denied"),
        ({"policies": (says("Allow", PULL),)}, "push-not-allowed"),
        ({"policies": (ALL,), "boundary": says("Allow", PUSH)}, "pull-not-allowed"),
        ({"policies": (ALL, says("Deny", PULL, Condition=UNKNOWN))}, "pull-depends"),
        ({"policies": (ALL, says("Deny", PULL, Condition=UNKNOWN)), "refuses": False}, "pass"),
        ({"policies": (ALL, says("Deny", PUSH, Condition=UNKNOWN))}, "pass"),
        ({"policies": (ALL, says("Deny", PULL, Condition=NULL))}, "pass"),
        ({"policies": (ALL, says("Deny", PULL, Condition={"Bool": {"kms:x": "1"}}))}, "pass"),
        ({"policies": (says("Allow", "*", Resource="arn:aws:codecommit"),)}, "pass"),
        (
            {"policies": (ALL, says("Deny", "*", Condition={"Null": {"aws:CalledVia": "true"}}))},
            "pull-denied",
        ),
        (
            {
                "role": True,
                "policies": (
                    ALL,
                    says("Deny", "*", Condition={"ArnNotLike": {"aws:PrincipalArn": ROLE}}),
                ),
            },
            "pass",
        ),
        ({"policies": None}, "policies-unseen"),
        ({"policies": None, "refuses": True}, "policies-unseen"),
        ({"signs": False}, "no-aws-helper"),
        ({"policies": (ALL,), "helper": "!X=y aws codecommit credential-helper $@"}, "pass"),
        ({"kind": "federated"}, "not-user-or-role"),
        ({"kind": "root"}, "pass"),
        ({"policies": None, "decisions": {"*": "allowed"}}, "pass"),
        ({"policies": None, "decisions": {PULL: "explicitDeny"}}, "pull-denied"),
        ({"policies": None, "decisions": {"*": "implicitDeny"}}, "pull-not-allowed"),
        ({"policies": None, "decisions": {PUSH: "implicitDeny"}}, "push-not-allowed"),
        (
            {"policies": (), "decisions": {PULL: "implicitDeny"}, "organization": False},
            "organization",
        ),
        (
            {"policies": None, "decisions": {"*": "allowed"}, "open_keys": ("aws:SourceIp",)},
            "pull-depends",
        ),
        (
            {"policies": (ALL,), "decisions": {"*": "allowed"}, "open_keys": ("aws:SourceIp",)},
            "pass",
        ),
        ({"policies": None, "decisions": {"*": "allowed"}, "open_keys": ("s3:prefix",)}, "pass"),
    ],
)
def test_decisions(facts: dict[str, Any], expected: str) -> None:
    result = judge("iam-permissions", Facts(**facts))
    assert (result.code or result.status.value) == expected
    fails = {"pull-denied", "pull-not-allowed"}
    skips = {"policies-unseen", "no-aws-helper", "not-user-or-role"}
    status = "fail" if expected in fails else "skip" if expected in skips else "warn"
    assert result.status.value == ("pass" if expected == "pass" else status)
    assert result.confirmed is (result.status.value == "fail" and facts.get("refuses") is True)


@pytest.mark.parametrize("policy", [(says("Allow", PULL),), (ALL, says("Deny", PUSH))])
@pytest.mark.parametrize(("pushes", "status"), [(False, "pass"), (True, "fail")])
def test_who_may_only_read_fails_where_a_push_is_in_question(
    policy: tuple[Any, ...], pushes: bool, status: str
) -> None:
    target = targets.parse(URL, name="here", directory=Path())._replace(pushes=pushes)
    result = judge("iam-permissions", Facts(policies=policy, refuses=False), target=target)
    assert result.status.value == status


@pytest.mark.parametrize(
    ("condition", "branch", "expected"),
    [
        (MAIN, "refs/heads/main", "push-denied"),
        (MAIN, None, "push-denied"),
        (
            {**MAIN, **NULL},
            "refs/heads/main",
            "you may pull and push, but not push to refs/heads/main",
        ),
        ({**MAIN, **NULL}, "refs/heads/side", "you may pull and push"),
        ({**MAIN, **NULL}, None, "you may pull and push, to some branches at least"),
    ],
)
def test_a_push_to_a_branch(condition: dict[str, Any], branch: str | None, expected: str) -> None:
    """The first request of a push names no branch: the Null rule."""
    policies = (ALL, says("Deny", PUSH, Condition=condition))
    result = judge("iam-permissions", Facts(policies=policies, branch=branch))
    assert (result.code or result.summary) == expected


def test_the_branch_of_a_clone_says_nothing_of_another_repository() -> None:
    policies = (ALL, says("Deny", PUSH, Condition={**MAIN, **NULL}))
    facts = Facts(policies=policies, branch="refs/heads/main", remote=None)
    assert "some branches at least" in judge("iam-permissions", facts).summary


def test_what_is_asked_for() -> None:
    denied = told(judge("iam-permissions", Facts(policies=(ALL, says("Deny", PULL)))))
    assert "remove codecommit:GitPull from the deny in policy p1 (inline, user dev)" in denied
    assert "is attached" in denied
    hidden = Facts(policies=(ALL, says("Deny", PULL)), hidden=True)
    assert "is attached" not in told(judge("iam-permissions", hidden))
    lacking = told(judge("iam-permissions", Facts(policies=())))
    assert f'{{"Effect": "Allow", "Action": ["{PULL}", "{PUSH}"]' in lacking
    assert "remove" not in lacking
    assert f"--policy-source-arn {ME}" in lacking
    bound = told(judge("iam-permissions", Facts(policies=(ALL,), boundary=says("Allow", PUSH))))
    assert "add this to the permissions boundary" in bound
    facts = Facts(policies=(), decisions={PULL: "implicitDeny"}, organization=False)
    assert "an administrator of the AWS organization" in told(judge("iam-permissions", facts))
    blind = told(judge("iam-permissions", Facts(policies=None, refuses=True)))
    assert "kms:Encrypt" in blind and PULL in blind and "session policy" in blind
    assert "kms:Encrypt" not in told(judge("iam-permissions", Facts(policies=None)))


def test_the_boundary_in_a_simulation() -> None:
    bound = Facts(policies=None, decisions={PULL: "implicitDeny"}, bounded=False)
    assert "add this to the permissions boundary" in told(judge("iam-permissions", bound))
    free = Facts(policies=None, decisions={PULL: "implicitDeny"}, bounded=True)
    assert "add this statement to a policy of the user or role" in told(
        judge("iam-permissions", free)
    )


def test_why_nothing_can_be_seen() -> None:
    result = judge("iam-permissions", Facts(policies=None, no_answer="AWS could not be reached"))
    assert "AWS could not be reached" in result.summary
    assert "iam:ListUserPolicies" in judge("iam-permissions", Facts(policies=None)).summary
    facts = Facts(policies=None, decisions={"*": "allowed"}, open_keys=("aws:SourceIp",))
    summary = judge("iam-permissions", facts).summary
    assert "aws:SourceIp" in summary and "the policies" in summary


def test_what_may_not_be_asked_is_not_asked_again() -> None:
    refused, allowed = Facts(policies=(ALL,)), Facts(decisions={"*": "allowed"})
    assert "policy p0 (inline, user dev), statement S" in told(judge("iam-permissions", refused))
    assert "iam:SimulatePrincipalPolicy" in told(judge("iam-permissions", allowed))
    assert (len(refused.asked), len(allowed.asked)) == (1, 2)


def test_without_a_repository(tmp_path: Any) -> None:
    general = targets.general("us-east-2", tmp_path, name="here")
    assert judge("iam-permissions", Facts(), target=general).code == "no-repository"


NO_MFA = {"BoolIfExists": {"aws:MultiFactorAuthPresent": "false"}}


@pytest.mark.parametrize("decisions", [None, {"*": "explicitDeny"}])
def test_a_denial_without_a_second_factor(decisions: dict[str, str] | None) -> None:
    """decisions: of IAM's simulation, which does not tell the condition."""
    policies = (ALL, says("Deny", "*", Condition=NO_MFA))
    more: dict[str, Any] = {"decisions": decisions} if decisions else {}
    result = judge("iam-permissions", Facts(policies=policies, **more))
    assert result.summary.startswith("codecommit:GitPull is denied without a second factor (MFA)")
    assert result.advice[0].text.startswith("Use a session with a second factor (MFA): policy ")
    result = judge("kms-deny", Facts(policies=policies, **more))
    assert result.code == "denied"
    assert result.summary.endswith("without a second factor (MFA)")
    assert result.advice[0].text.startswith("Use a session with a second factor (MFA)")


def test_only_what_comes_without_a_second_factor_is_advised_to_use_one() -> None:
    mine = says("Deny", "*", Condition={"StringEquals": {"aws:username": "dev"}})
    result = judge("iam-permissions", Facts(policies=(ALL, mine)))
    assert result.summary.startswith("codecommit:GitPull is denied: ")
    assert result.advice[0].text.startswith("Ask an IAM administrator of the account: remove")
    without = says("Deny", "*", Condition=NO_MFA)
    result = judge("kms-deny", Facts(policies=(ALL, without, mine)))
    assert result.code == "denied" and "second factor" not in told(result)
    perhaps = says("Deny", "*", Condition=NO_MFA | UNKNOWN)
    result = judge("kms-deny", Facts(policies=(ALL, perhaps)))
    assert result.code == "perhaps-denied" and "second factor" not in told(result)
    result = judge("iam-permissions", Facts(policies=(ALL, perhaps)))
    assert (result.code, "denies what comes without" in told(result)) == ("pull-depends", False)
    result = judge("kms-deny", Facts(policies=(ALL, without, without)))
    assert [step.text.count("policy p1") for step in result.advice] == [1, 0]


@pytest.mark.parametrize("decisions", [None, {"*": "implicitDeny"}])
@pytest.mark.parametrize(
    ("condition", "lacks", "step"),
    [
        (
            {"Bool": {"aws:MultiFactorAuthPresent": "true"}},
            " without a second factor (MFA)",
            "(MFA): policy p0 (inline, user dev), statement S allows only what comes with it",
        ),
        (
            {"DateLessThan": {"aws:CurrentTime": "2020-01-01T00:00:00Z"}},
            " at this time",
            "allows codecommit:GitPull, depending on aws:CurrentTime (DateLessThan",
        ),
    ],
)
def test_an_allow_whose_condition_does_not_hold(
    decisions: dict[str, str] | None, condition: dict[str, Any], lacks: str, step: str
) -> None:
    policies = (says("Allow", "*", Condition=condition),)
    more: dict[str, Any] = {"decisions": decisions} if decisions else {}
    result = judge("iam-permissions", Facts(policies=policies, refuses=True, **more))
    assert result.code == "pull-not-allowed"
    assert result.summary.startswith(f"codecommit:GitPull is not allowed{lacks}: ")
    assert step in told(result)
    assert not any("add this statement" in it.text for it in result.advice)


def test_a_denial_that_began_is_told_with_its_time() -> None:
    since = {"DateGreaterThan": {"aws:CurrentTime": "2020-01-01T00:00:00Z"}}
    result = judge("iam-permissions", Facts(policies=(ALL, says("Deny", "*", Condition=since))))
    assert result.summary.startswith("codecommit:GitPull is denied at this time: ")
    assert "aws:CurrentTime (DateGreaterThan 2020-01-01T00:00:00Z)" in result.advice[0].text


def test_what_a_policy_variable_hides() -> None:
    """A statement without conditions names no key that one could ask about."""
    hidden = says("Allow", PULL, Resource="arn:aws:codecommit:*:*:${aws:PrincipalTag/team}")
    result = judge("iam-permissions", Facts(policies=(hidden, says("Allow", PUSH))))
    assert result.code == "pull-depends"
    assert result.advice[0].text.startswith("Ask an IAM administrator of the account: add this")


def test_a_statement_that_depends_on_the_network() -> None:
    away = {"NotIpAddress": {"aws:SourceIp": "10.0.0.0/8"}}
    denies = says("Deny", PULL, Condition=away)
    result = judge("iam-permissions", Facts(policies=(ALL, denies), refuses=True))
    assert result.code == "pull-depends"
    texts = [step.text for step in result.advice]
    assert texts[0] == "Try it from the network or the VPN that the policy names"
    assert "denies codecommit:GitPull, depending on aws:SourceIp" in texts[1]
