"""An account as data, for the checks of policies: what AWS would answer, without AWS."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from codecommit_doctor.check import Check, Result, Status, Target
from codecommit_doctor.engine.registry import load
from codecommit_doctor.probes.aws import Repository, Unavailable
from codecommit_doctor.probes.policies import (
    Attached,
    AttachedPolicy,
    Identity,
    PolicySource,
    Simulated,
)
from codecommit_doctor.rules import target as targets
from codecommit_doctor.rules.iam.context import ABSENT, Caller, Context
from tests.facts import AWS, host
from tests.facts import signer as signer_facts

ACCOUNT, REGION = "111122223333", "us-east-2"
ME = f"arn:aws:iam::{ACCOUNT}:user/dev"
ROLE = f"arn:aws:iam::{ACCOUNT}:role/build/ci"
MANAGED, MINE, OTHER = (
    "11111111-aaaa-4aaa-8aaa-aaaaaaaaaaaa",
    "22222222-bbbb-4bbb-8bbb-bbbbbbbbbbbb",
    "33333333-cccc-4ccc-8ccc-cccccccccccc",
)
URL = f"https://git-codecommit.{REGION}.amazonaws.com/v1/repos/demo"


def key(id: str) -> str:
    return f"arn:aws:kms:{REGION}:{ACCOUNT}:key/{id}"


def says(effect: str, action: Any, **more: Any) -> dict[str, Any]:
    """A policy of one statement."""
    resource = {} if "NotResource" in more else {"Resource": "*"}
    body = {"Sid": "S", "Effect": effect, "Action": action, **resource, **more}
    return {"Version": "2012-10-17", "Statement": [body]}


ALL = says("Allow", "*")
LEFT_TO_IAM = says("Allow", "kms:*", Principal={"AWS": f"arn:aws:iam::{ACCOUNT}:root"})


def may_not(action: str) -> Unavailable:
    return Unavailable(f"profile default may not call {action}", action)


@dataclass
class Facts:
    """What AWS answers. None where that may not be asked.

    policies: of the user or role. boundary: its permissions boundary. key: the repository's, None
    if CodeCommit may not be asked, "" if it names none. aliases: whether they may be listed.
    manager: of the key, as DescribeKey says. key_policy: of a customer managed key. decisions: by
    action, what the simulation says; by itself it may not be asked. open_keys: that it misses.
    no_answer: why the simulation failed, if it was not for a missing permission. refuses: whether
    CodeCommit refuses the password that Git sends. region: of the profile. named: managed policies
    that are attached besides, by name, and whether they are AWS's. hidden: others can't be seen.
    """

    policies: tuple[Mapping[str, Any], ...] | None = ()
    boundary: Mapping[str, Any] | None = None
    role: bool = False
    kind: str = ""
    key: str | None = MANAGED
    aliases: bool = True
    manager: str | None = None
    key_policy: Mapping[str, Any] | None = None
    decisions: Mapping[str, str] | None = None
    open_keys: tuple[str, ...] = ()
    organization: bool | None = None
    bounded: bool | None = None
    sources: tuple[PolicySource, ...] = (PolicySource("guard", "IAM Policy", 3),)
    no_answer: str = ""
    refuses: bool | None = None
    signs: bool = True
    helper: str = AWS
    branch: str | None = None
    remote: str | None = "origin"
    region: str | None = REGION
    named: tuple[tuple[str, bool], ...] = ()
    hidden: bool = False
    asked: list[Context] = field(default_factory=list)

    # what checks read, as the probes offer it

    profile, offline = None, False

    def identity(self) -> Identity:
        if self.kind == "unknown":
            raise may_not("sts:GetCallerIdentity")
        kind = self.kind or ("role-session" if self.role else "user")
        arn = f"arn:aws:sts::{ACCOUNT}:assumed-role/ci/s" if self.role else ME
        name = "ci" if self.role else "dev"
        return Identity(arn, ACCOUNT, kind, name, "aws", "AIDA", not self.role)

    def caller(self) -> Caller:
        if self.role:
            return Caller("aws", ACCOUNT, None, "AROA:s", ROLE)
        return Caller("aws", ACCOUNT, "dev", "AIDA", ME, long_term=True)

    def list_aliases(self, region: str) -> tuple[tuple[str, str], ...]:
        if not self.aliases:
            raise may_not("kms:ListAliases")
        return (("alias/aws/codecommit", MANAGED), ("alias/mine", MINE))

    def repository(self, name: str, region: str) -> Repository | None:
        if self.key is None:
            raise may_not("codecommit:GetRepository")
        arn = f"arn:aws:codecommit:{REGION}:{ACCOUNT}:{name}"
        return Repository(name, arn, region, ACCOUNT, self.key or None)

    def describe_key(self, key_id: str, region: str) -> dict[str, Any]:
        if self.manager is None:
            raise may_not("kms:DescribeKey")
        return {"KeyManager": self.manager, "KeyState": "Enabled"}

    def policy_of_key(self, key_id: str, region: str) -> str:
        import json

        if self.key_policy is None:
            raise may_not("kms:GetKeyPolicy")
        return json.dumps(self.key_policy)

    def attached(self) -> Attached:
        if self.policies is None:
            raise may_not("iam:ListUserPolicies")
        owner = "role ci" if self.role else "user dev"
        found = [
            AttachedPolicy(f"p{number}", "inline", owner, policy)
            for number, policy in enumerate(self.policies)
        ]
        if self.boundary is not None:
            found.append(AttachedPolicy("Edge", "boundary", owner, self.boundary))
        other = says("Allow", "s3:*")
        found += [
            AttachedPolicy(name, "managed", owner, other, of_aws) for name, of_aws in self.named
        ]
        return Attached(tuple(found), (("x", may_not("iam:GetPolicy")),) if self.hidden else ())

    def simulate(
        self, actions: tuple[str, ...], resource: str, context: Context
    ) -> tuple[Simulated, ...]:
        self.asked.append(context)
        if self.no_answer:
            raise Unavailable(self.no_answer)
        if self.decisions is None:
            raise may_not("iam:SimulatePrincipalPolicy")
        missing = tuple(name for name in self.open_keys if context.state(name) != ABSENT)
        return tuple(self._simulated(action, missing) for action in actions)

    def _simulated(self, action: str, missing: tuple[str, ...]) -> Simulated:
        decision = (self.decisions or {}).get(action, (self.decisions or {}).get("*", "allowed"))
        sources = self.sources if decision == "explicitDeny" else ()
        return Simulated(action, decision, sources, missing, self.organization, self.bounded)


class _Policies:
    def __init__(self, facts: Facts) -> None:
        self.identity, self.caller, self.aliases = facts.identity, facts.caller, facts.list_aliases
        self.attached, self.simulate = facts.attached, facts.simulate


class _Aws:
    def __init__(self, facts: Facts) -> None:
        self.policies, self.region, self.signs = _Policies(facts), facts.region, facts.signs
        self.profile = None
        self.identity, self.repository = facts.identity, facts.repository
        self.key, self.key_policy = facts.describe_key, facts.policy_of_key


class _Endpoint:
    def __init__(self, facts: Facts) -> None:
        self._facts = facts

    def refused(self, handshake: object) -> bool | None:
        return self._facts.refuses


class _Git:
    def __init__(self, facts: Facts) -> None:
        self._facts = facts

    def branch(self) -> str | None:
        return self._facts.branch


def the_check(id: str) -> Check:
    found = load().get(id)
    assert found
    return found


def judge(id: str, facts: Facts, *, target: Target | None = None) -> Result:
    """What the check says of the account."""
    target = target or targets.parse(URL, name="here", directory=Path())
    target = target._replace(remote=facts.remote)
    aws = _Aws(facts)
    every: dict[str, Any] = {
        "target": target,
        "git": _Git(facts),
        "aws": aws,
        "policies": aws.policies,
        "handshake": None,
        "signer": signer_facts(*([facts.helper] if facts.signs else [])),
        "endpoint": _Endpoint(facts),
        "host": host(),
    }
    check = the_check(id)
    result: Result = check.function(**{name: every[name] for name in check.reads})
    assert (result.code is None) is (result.status is Status.PASS), result
    assert result.advice or result.status not in (Status.WARN, Status.FAIL), result
    assert result.confirmed is (result.status is Status.FAIL and facts.refuses is True), result
    return result


def told(result: Result) -> str:
    """All that a result says, in one text."""
    lines = [result.summary, *(f"{item.fact} | {item.origin.text}" for item in result.evidence)]
    return "\n".join([*lines, *(f"{a.text} {' '.join(a.command)}" for a in result.advice)])
