from __future__ import annotations

from typing import Any

import pytest

from tests.lab.plugin import Machine
from tests.live import examine

pytestmark = pytest.mark.server
ID = "iam-permissions"
POWER, READS, LOOKS = "AWSCodeCommitPowerUser", "AWSCodeCommitReadOnly", "IAMReadOnlyAccess"


def statement(effect: str, action: object, **more: object) -> dict[str, Any]:
    body = {"Effect": effect, "Action": action, "Resource": "*", **more}
    return {"Version": "2012-10-17", "Statement": [body]}


NO_SIMULATION = statement("Deny", "iam:SimulatePrincipalPolicy")
NO_PULL = statement("Deny", "codecommit:GitPull")
NO_PUSH = statement("Deny", "codecommit:*Push")
BRANCHES = {"StringEqualsIfExists": {"codecommit:References": ["refs/heads/main"]}}
NULL = {"Null": {"codecommit:References": "false"}}
FROM_HOME = {"NotIpAddress": {"aws:SourceIp": ["203.0.113.0/24"]}}


@pytest.mark.parametrize("blind", [(), (NO_SIMULATION,)])
@pytest.mark.parametrize(
    ("policies", "status", "says"),
    [
        ((POWER,), "pass", "pull and push"),
        ((READS,), "pass", "GitPush is not allowed"),
        ((POWER, NO_PULL), "fail", "GitPull is denied"),
        ((POWER, NO_PUSH), "pass", "GitPush is denied"),
        ((), "fail", "GitPull is not allowed"),
        ((POWER, statement("Deny", "codecommit:GitPush", Condition=BRANCHES)), "pass", "denied"),
        (
            (POWER, statement("Deny", "codecommit:GitPush", Condition={**BRANCHES, **NULL})),
            "pass",
            "pull and push",
        ),
        ((statement("Allow", "codecommit:Git*"),), "pass", "pull and push"),
    ],
)
def test_policies(
    machine: Machine, policies: tuple[Any, ...], blind: tuple[Any, ...], status: str, says: str
) -> None:
    done = examine(machine(policies=(*policies, LOOKS, *blind)), "--only", ID)
    found = done.results[ID]
    assert (found["status"], says in found["summary"]) == (status, True), found
    if status == "fail":
        assert done.report["targets"][0]["verdict"]["causes"][0]["confidence"] == "confirmed"


@pytest.mark.parametrize(
    ("policies", "named"),
    [
        ((READS,), "AWSCodeCommitReadOnly is attached: enough to pull, not to push"),
        ((POWER, NO_PULL), "AWSCodeCommitPowerUser is attached: enough to pull and push"),
        (("AWSCodeCommitFullAccess", NO_PULL), "AWSCodeCommitFullAccess is attached: more than"),
        ((), "none of AWSCodeCommitPowerUser, AWSCodeCommitReadOnly, "),
    ],
)
def test_the_policies_of_aws_are_said_by_name(
    machine: Machine, policies: tuple[Any, ...], named: str
) -> None:
    done = examine(machine(policies=(*policies, LOOKS)), "--only", ID)
    facts = [item["fact"] for item in done.results[ID]["evidence"]]
    assert [fact for fact in facts if fact.startswith(named)], facts
    assert len([fact for fact in facts if "AWSCodeCommit" in fact]) == 1, facts


def test_a_policy_of_the_same_name_is_not_that_of_aws(machine: Machine) -> None:
    box = machine(policies=(LOOKS,))
    arn = box.account.policy(POWER, statement("Allow", "codecommit:ListRepositories"))
    box.account.iam.attach_user_policy(arn, "dev")
    facts = [item["fact"] for item in examine(box, "--only", ID).results[ID]["evidence"]]
    assert [fact for fact in facts if fact.startswith("none of ")], facts


def test_what_git_gets_is_the_last_word(machine: Machine) -> None:
    """A condition that can't be evaluated from here, and holds not."""
    deny = statement("Deny", "codecommit:GitPull", Condition={"Bool": {"aws:Other": "true"}})
    done = examine(machine(policies=(POWER, LOOKS, deny)), "--only", ID)
    assert done.status(ID) == "pass", done.results[ID]


def test_a_boundary(machine: Machine) -> None:
    box = machine(policies=(POWER, LOOKS, NO_SIMULATION))
    only = statement("Allow", ["codecommit:GitPush", "iam:Get*", "iam:List*", "sts:*"])
    box.account.bound("user", "dev", box.account.policy("only", only))
    found = examine(box, "--only", ID).results[ID]
    assert found["status"] == "fail", found


def test_policies_that_can_not_be_seen(machine: Machine) -> None:
    found = examine(machine(policies=(POWER,)), "--only", ID, "--show-accounts").results[ID]
    assert found["status"] == "skip"
    assert "may not call iam:" in found["summary"]
    assert "simulate-principal-policy" in found["advice"][0]["command"]


def test_the_one_cause(machine: Machine) -> None:
    done = examine(machine(policies=(POWER, LOOKS, NO_PULL)))
    assert done.with_status("fail") == {ID}
    assert done.results["git-access"]["because_of"] == ID
