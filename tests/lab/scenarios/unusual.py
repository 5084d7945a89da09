"""Machines that look strange, and on which all is well."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta

from tests.lab.environment import (
    AWS_HELPER,
    HEALTHY_AWS_CREDENTIALS,
    HEALTHY_GITCONFIG,
    HEALTHY_POLICIES,
    URL,
    Environment,
    Setup,
    Stored,
)
from tests.lab.scenario import Scenario
from tests.lab.scenarios.texts import HOST, config

_WORK = "[profile work]\nregion = us-east-2\n"
_WORK_KEYS = HEALTHY_AWS_CREDENTIALS.replace("[default]", "[work]")
_LOCKED = URL.replace("demo", "locked")


def _section(repository: str, profile: str) -> str:
    helper = f"!aws codecommit credential-helper --profile {profile} $@"
    return (
        f'[credential "https://{HOST}/v1/repos/{repository}"]\n'
        f"\thelper =\n\thelper = {helper}\n\tUseHttpPath = true\n"
    )


def _deny(*actions: str, condition: Mapping[str, object]) -> dict[str, object]:
    statement = {"Effect": "Deny", "Action": actions, "Resource": "*", "Condition": condition}
    return {"Version": "2012-10-17", "Statement": [statement]}


def _aws_in_a_spaced_folder(machine: Environment) -> None:
    folder = machine.home / "my tools"
    folder.mkdir()
    (machine.bin / "aws").rename(folder / "aws")


def _assume(machine: Environment) -> None:
    arn = machine.account.role("deployer", *HEALTHY_POLICIES)
    role = f"role_arn = {arn}\nsource_profile = default\nregion = us-east-2\n"
    machine.write(".aws/config", f"[profile deploy]\n{role}")


def _key_of_its_own(machine: Environment) -> None:
    allowed = {
        "Effect": "Allow",
        "Principal": {"AWS": machine.user.caller.arn},
        "Action": "kms:*",
        "Resource": "*",
    }
    policy = {"Version": "2012-10-17", "Statement": [allowed]}
    key = machine.account.kms_key(policy=policy)
    machine.account.repository("locked", machine.region, key=key)


def _byte_order_mark(machine: Environment) -> None:
    file = machine.home / ".gitconfig"
    file.write_bytes(b"\xef\xbb\xbf" + file.read_bytes())


SCENARIOS = (
    Scenario(
        name="aws-only-at-a-quoted-path-with-a-space",
        setup=Setup(
            user=config("!'@HOME@/my tools/aws' codecommit credential-helper $@"),
            prepare=_aws_in_a_spaced_folder,
        ),
    ),
    Scenario(
        name="helper-program-of-a-name-of-its-own",
        setup=Setup(
            user=config("codecommit-work"),
            aws_config=_WORK,
            aws_credentials=_WORK_KEYS,
            programs={
                "git-credential-codecommit-work": "#!/bin/sh\n"
                'exec aws --profile work codecommit credential-helper "$@"\n'
            },
        ),
    ),
    Scenario(
        name="helper-from-git-config-count",
        setup=Setup(
            user="",
            variables={
                "GIT_CONFIG_COUNT": "2",
                "GIT_CONFIG_KEY_0": "credential.helper",
                "GIT_CONFIG_VALUE_0": AWS_HELPER,
                "GIT_CONFIG_KEY_1": "credential.UseHttpPath",
                "GIT_CONFIG_VALUE_1": "true",
            },
        ),
    ),
    Scenario(
        name="included-for-clones-with-a-codecommit-remote",
        setup=Setup(
            user='[includeIf "hasconfig:remote.*.url:https://git-codecommit.*.amazonaws.com/**"]\n'
            "\tpath = ~/cc.inc\n",
            files={"cc.inc": HEALTHY_GITCONFIG},
        ),
        git=("ls-remote", "origin"),
        doctor=(),
    ),
    Scenario(
        name="section-of-one-repository-beside-another-with-a-lost-profile",
        setup=Setup(
            user=_section("demo", "work") + _section("other", "gone"),
            aws_config=_WORK,
            aws_credentials=_WORK_KEYS,
        ),
    ),
    Scenario(
        name="role-assumed-from-another-profile",
        setup=Setup(
            user=config("!aws codecommit credential-helper --profile deploy $@"),
            prepare=_assume,
            policies=(
                {
                    "Version": "2012-10-17",
                    "Statement": [{"Effect": "Allow", "Action": "sts:*", "Resource": "*"}],
                },
            ),
        ),
    ),
    Scenario(
        name="temporary-keys-of-the-environment-beside-a-dead-default",
        setup=Setup(
            session=timedelta(hours=1),
            aws_credentials="[default]\naws_access_key_id = AKIAIOSFODNN7EXAMPLE\n"
            f"aws_secret_access_key = {'x' * 40}\n",
            variables={
                "AWS_ACCESS_KEY_ID": "@KEY@",
                "AWS_SECRET_ACCESS_KEY": "@SECRET@",
                "AWS_SESSION_TOKEN": "@TOKEN@",
            },
        ),
    ),
    Scenario(
        name="profile-of-the-helper-wins-over-a-lost-one",
        setup=Setup(
            user=config("!aws codecommit credential-helper --profile work $@"),
            aws_config=_WORK,
            aws_credentials=_WORK_KEYS,
            variables={"AWS_PROFILE": "nosuch"},
        ),
    ),
    Scenario(
        name="git-credentials-with-their-user-name-configured",
        setup=Setup(
            user="[credential]\n\thelper = store\n"
            f'[credential "https://{HOST}"]\n\tusername = @SERVICEUSER@\n',
            git_credentials="Active",
            stored=(Stored("store", "@SERVICEUSER@", "@SERVICEPASSWORD@", path=False),),
        ),
    ),
    Scenario(
        name="push-to-main-denied-by-the-guides-condition",
        setup=Setup(
            policies=(
                *HEALTHY_POLICIES,
                _deny(
                    "codecommit:GitPush",
                    "codecommit:DeleteBranch",
                    condition={
                        "StringEqualsIfExists": {"codecommit:References": ["refs/heads/main"]},
                        "Null": {"codecommit:References": "false"},
                    },
                ),
            )
        ),
    ),
    Scenario(
        name="kms-denied-for-other-services-alone",
        setup=Setup(
            policies=(
                *HEALTHY_POLICIES,
                _deny(
                    "kms:*",
                    condition={"StringNotLike": {"kms:ViaService": "codecommit.*.amazonaws.com"}},
                ),
            )
        ),
    ),
    Scenario(
        name="repository-with-a-key-of-its-own",
        setup=Setup(prepare=_key_of_its_own),
        git=("ls-remote", _LOCKED),
        doctor=(_LOCKED,),
    ),
    Scenario(
        name="byte-order-mark-crlf-and-a-value-in-three-lines",
        setup=Setup(
            user="# mine\r\n[credential]\r\n\thelper = !aws \\\r\n  codecommit \\\r\n"
            "  credential-helper $@ ; note\r\n\tUseHttpPath = on\r\n",
            prepare=_byte_order_mark,
        ),
    ),
)
