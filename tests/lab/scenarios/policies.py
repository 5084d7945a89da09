"""What the account refuses: IAM and KMS, for users, roles, boundaries and customer managed keys."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from tests.lab.environment import HEALTHY_POLICIES, Environment, Setup
from tests.lab.scenario import Scenario
from tests.lab.scenarios.texts import FORBIDDEN, denied

_USE = ("kms:Encrypt", "kms:Decrypt", "kms:ReEncrypt*", "kms:GenerateDataKey*", "kms:DescribeKey")
_READS_ONLY = (*HEALTHY_POLICIES, denied("iam:SimulatePrincipalPolicy"))
_POWER = "AWSCodeCommitPowerUser"


def _statement(effect: str, *actions: str, **more: Any) -> dict[str, Any]:
    resource = {} if "NotResource" in more else {"Resource": "*"}
    body = {"Sid": "S", "Effect": effect, "Action": list(actions), **resource, **more}
    return {"Version": "2012-10-17", "Statement": [body]}


def _key(
    *policies: dict[str, Any], key_policy: dict[str, Any] | None = None
) -> Callable[[Environment], None]:
    """A customer managed key, and policies of the user in which @KEY@ stands for its ARN."""

    def prepare(environment: Environment) -> None:
        account = environment.account
        key = account.kms_key(environment.region, policy=key_policy)
        account.repository("demo", environment.region, key=key)
        arn = account.arn("kms", f"key/{key}", environment.region)
        _attach(environment, *policies, KEY=arn)

    return prepare


def _managed_key(*policies: dict[str, Any]) -> Callable[[Environment], None]:
    """The key aws/codecommit; @KEY@ stands for its ARN in policies of the user."""

    def prepare(environment: Environment) -> None:
        key = environment.account.codecommit_key(environment.region)
        arn = environment.account.arn("kms", f"key/{key}", environment.region)
        _attach(environment, *policies, KEY=arn)

    return prepare


def _attach(environment: Environment, *policies: dict[str, Any], **names: str) -> None:
    for number, policy in enumerate(policies):
        text = json.dumps(policy)
        for name, value in {"ME": environment.user.caller.arn, **names}.items():
            text = text.replace(f"@{name}@", value)
        environment.account.iam.put_user_policy("dev", f"extra-{number}", text)


def _as_role(*policies: Any, bound: dict[str, Any] | None = None) -> Callable[[Environment], None]:
    """The machine has a session of a role with a path."""

    def prepare(environment: Environment) -> None:
        account = environment.account
        role = account.role("ci", *policies, path="/build/")
        if bound:
            account.bound("role", "ci", account.policy("Edge", bound))
        session = account.assume(role)
        text = (
            f"[default]\naws_access_key_id = {session.access_key}\n"
            f"aws_secret_access_key = {session.secret}\naws_session_token = {session.token}\n"
        )
        environment.write(".aws/credentials", text)

    return prepare


_BY_KEY = {"Version": "2012-10-17", "Statement": []}
_NOT_ME = {"ArnNotLike": {"aws:PrincipalArn": "@ME@"}}
_SEVERAL_READ = {
    "only-reading": _READS_ONLY,
    "simulation-and-reading": HEALTHY_POLICIES,
}

SCENARIOS = (
    Scenario(
        name="only-our-key-may-be-used",
        setup=Setup(
            policies=(*HEALTHY_POLICIES, _statement("Allow", *_USE)),
            exists=False,
            prepare=_key(_statement("Deny", *_USE, NotResource="@KEY@")),
        ),
    ),
    Scenario(
        name="only-our-key-may-be-used-and-nothing-else-is-known",
        setup=Setup(
            policies=(
                *(_POWER, _statement("Allow", *_USE), denied("codecommit:GetRepository")),
                "IAMReadOnlyAccess",
            ),
            exists=False,
            prepare=_key(_statement("Deny", *_USE, NotResource="@KEY@")),
        ),
    ),
    *(
        Scenario(
            name=f"kms-denied-for-the-repository-s-own-key-with-{how}",
            broken="a policy denies kms:Decrypt on the customer managed key of the repository",
            setup=Setup(
                policies=(*policies, _statement("Allow", *_USE)),
                exists=False,
                prepare=_key(_statement("Deny", "kms:Decrypt", Resource="@KEY@")),
            ),
            shows=FORBIDDEN,
            fails={"kms-deny"},
            may={"git-access", "repository-exists"},
        )
        for how, policies in _SEVERAL_READ.items()
    ),
    *(
        Scenario(
            name=f"customer-managed-key-that-nothing-allows-with-{how}",
            broken="the key's policy leaves it to IAM policies, and they do not speak of the key",
            setup=Setup(
                policies=(*policies, _statement("Allow", "kms:ListAliases")),
                exists=False,
                prepare=_key(),
            ),
            shows=FORBIDDEN,
            fails={"kms-deny"},
            may={"git-access", "kms-key"},
        )
        for how, policies in {
            **_SEVERAL_READ,
            "the-key-s-policy": (*HEALTHY_POLICIES, _statement("Allow", "kms:GetKeyPolicy")),
        }.items()
    ),
    Scenario(
        name="customer-managed-key-that-can-not-be-told-from-the-one-of-aws",
        broken="nothing allows the key, and neither its aliases nor its manager may be seen",
        setup=Setup(exists=False, prepare=_key()),
        shows=FORBIDDEN,
        fails={"git-access"},
    ),
    Scenario(
        name="customer-managed-key-with-a-policy-of-its-own-for-others",
        broken="IAM policies allow the key, but the key's policy does not leave it to them",
        setup=Setup(
            policies=(*HEALTHY_POLICIES, _statement("Allow", "kms:*")),
            exists=False,
            prepare=_key(key_policy=_BY_KEY),
        ),
        shows=FORBIDDEN,
        fails={"kms-deny"},
        may={"git-access", "kms-key"},
    ),
    *(
        Scenario(
            name=f"everybody-but-me-is-denied-with-{how}",
            setup=Setup(
                policies=policies,
                prepare=_managed_key(_statement("Deny", "kms:*", Condition=_NOT_ME)),
            ),
        )
        for how, policies in _SEVERAL_READ.items()
    ),
    Scenario(
        name="only-the-key-of-aws-may-be-used-and-aliases-are-not-listed",
        setup=Setup(
            policies=(*HEALTHY_POLICIES, denied("kms:ListAliases")),
            prepare=_managed_key(_statement("Deny", *_USE, NotResource="@KEY@")),
        ),
    ),
    Scenario(
        name="kms-denied-by-a-short-arn",
        broken="arn:aws:kms stands for all of KMS",
        setup=Setup(policies=(*_READS_ONLY, _statement("Deny", "kms:*", Resource="arn:aws:kms"))),
        shows=FORBIDDEN,
        fails={"kms-deny"},
        may={"git-access"},
    ),
    Scenario(
        name="pull-is-allowed-by-a-short-arn",
        setup=Setup(
            policies=(
                "IAMReadOnlyAccess",
                denied("iam:SimulatePrincipalPolicy"),
                _statement("Allow", "codecommit:*", Resource="arn:aws:codecommit:us-east-2"),
            )
        ),
    ),
    Scenario(
        name="variables-before-the-fifth-colon-are-not-filled-in",
        setup=Setup(
            policies=(
                *_READS_ONLY,
                _statement("Deny", "kms:*", Resource="arn:aws:kms:${aws:RequestedRegion}:*:key/*"),
            )
        ),
    ),
    Scenario(
        name="arns-are-compared-part-by-part",
        setup=Setup(
            policies=(
                *_READS_ONLY,
                _statement(
                    "Deny",
                    "kms:*",
                    Condition={"ArnLike": {"aws:PrincipalArn": "arn:aws:*:user/dev"}},
                ),
            )
        ),
    ),
    Scenario(
        name="null-in-capital-letters",
        broken="Null with True: the request has no aws:TagKeys",
        setup=Setup(
            policies=(
                *_READS_ONLY,
                _statement("Deny", "kms:Encrypt", Condition={"Null": {"aws:TagKeys": "True"}}),
            )
        ),
        shows=FORBIDDEN,
        fails={"kms-deny"},
        may={"git-access"},
    ),
    Scenario(
        name="kms-denied-and-other-statements-name-other-keys",
        broken="certain all the same: those keys are of statements about something else",
        setup=Setup(
            policies=(
                *HEALTHY_POLICIES,
                denied("kms:Decrypt"),
                _statement(
                    "Allow", "s3:*", Condition={"Bool": {"aws:MultiFactorAuthPresent": True}}
                ),
            )
        ),
        shows=FORBIDDEN,
        fails={"kms-deny"},
        may={"git-access"},
    ),
    Scenario(
        name="a-role-whose-user-name-is-denied",
        setup=Setup(
            prepare=_as_role(
                *HEALTHY_POLICIES,
                _statement("Deny", "*", Resource="arn:aws:kms:*:*:key/${aws:username}"),
                _statement("Deny", "kms:*", Condition={"StringLike": {"aws:username": "*"}}),
            )
        ),
    ),
    Scenario(
        name="a-role-that-is-denied-by-its-arn",
        broken="aws:PrincipalArn of a session is the role's ARN",
        setup=Setup(
            prepare=_as_role(
                *HEALTHY_POLICIES,
                _statement(
                    "Deny",
                    "kms:*",
                    Condition={"ArnLike": {"aws:PrincipalArn": "arn:aws:iam::*:role/build/*"}},
                ),
            )
        ),
        shows=FORBIDDEN,
        fails={"kms-deny"},
        may={"git-access"},
    ),
    Scenario(
        name="a-role-whose-boundary-allows-no-pull",
        broken="the permissions boundary allows IAM alone",
        setup=Setup(
            prepare=_as_role(
                *HEALTHY_POLICIES, bound=_statement("Allow", "iam:*", "codecommit:Get*", "kms:*")
            )
        ),
        shows=FORBIDDEN,
        fails={"iam-permissions"},
        may={"git-access"},
    ),
    Scenario(
        name="requests-of-aws-services-alone-are-denied",
        broken="aws:ViaAWSService is true when CodeCommit asks KMS",
        setup=Setup(
            policies=(
                *_READS_ONLY,
                _statement(
                    "Deny", "kms:Decrypt", Condition={"Bool": {"aws:ViaAWSService": "true"}}
                ),
            )
        ),
        shows=FORBIDDEN,
        fails={"kms-deny"},
        may={"git-access"},
    ),
    Scenario(
        name="conditions-that-do-not-hold",
        setup=Setup(
            policies=(
                *_READS_ONLY,
                _statement(
                    "Deny", "kms:*", Condition={"NumericLessThan": {"aws:EpochTime": "1577836800"}}
                ),
                _statement(
                    "Deny",
                    "kms:*",
                    Condition={"DateEquals": {"aws:CurrentTime": "2020-01-01T00:00:00Z"}},
                ),
                _statement("Deny", "*", Condition={"StringLike": {"aws:RequestTag/team": "*"}}),
                _statement(
                    "Deny", "codecommit:GitPull", Condition={"StringLike": {"kms:ViaService": "*"}}
                ),
                _statement(
                    "Deny",
                    "kms:*",
                    Condition={"ForAnyValue:StringEquals": {"aws:CalledVia": ["s3.amazonaws.com"]}},
                ),
            )
        ),
    ),
)
