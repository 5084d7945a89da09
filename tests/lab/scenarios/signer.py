"""Whose keys the helper signs with, and how it is told."""

from __future__ import annotations

from datetime import timedelta

from tests.lab.environment import AWS_HELPER, HEALTHY_AWS_CREDENTIALS, Environment, Setup
from tests.lab.scenario import Scenario
from tests.lab.scenarios.texts import ASKS, FORBIDDEN, config

_CONFIG = "[default]\nregion = us-east-2\n[profile work]\nregion = us-east-2\n"
_WORK = HEALTHY_AWS_CREDENTIALS.replace("[default]", "[work]")
_REJECTED = (
    f"[default]\naws_access_key_id = AKIAIOSFODNN7EXAMPLE\naws_secret_access_key = {'x' * 40}\n"
)
_ROLE = "[profile work]\nregion = us-east-2\nrole_arn = arn:aws:iam::123456789012:role/r\n"


def _work(helper: str, **more: object) -> Setup:
    """Good keys stand in the profile work alone."""
    settings: dict[str, object] = {"aws_config": _CONFIG, "aws_credentials": _WORK} | more
    return Setup(user=config(helper), **settings)  # type: ignore[arg-type]


def _beside_rejected_ones(helper: str) -> Setup:
    """Good keys stand in the profile work, and the default profile has keys that AWS refuses."""
    return _work(helper, aws_credentials=_WORK + _REJECTED)


def _aws_in_a_spaced_folder(machine: Environment) -> None:
    folder = machine.home / "my bin"
    folder.mkdir()
    (machine.bin / "aws").rename(folder / "aws")


SCENARIOS = (
    *(
        Scenario(name=f"helper-that-chooses-by-{how}", setup=_work(helper))
        for how, helper in {
            "an-assignment": "!AWS_PROFILE=work aws codecommit credential-helper $@",
            "env": "!env AWS_PROFILE=work aws codecommit credential-helper $@",
            "a-function": '"!f() { aws codecommit credential-helper --profile work $@; }; f"',
            "an-expansion": '!aws --profile \\"${X:-work}\\" codecommit credential-helper $@',
            "an-export": '"!export AWS_PROFILE=work; aws codecommit credential-helper $@"',
        }.items()
    ),
    Scenario(
        name="helper-that-names-the-operation-for-a-shell-of-its-own",
        setup=Setup(user=config("\"!sh -c 'aws codecommit credential-helper get'\"")),
        offline=True,
    ),
    *(
        Scenario(
            name=f"profile-option-with-{how}",
            broken="the AWS CLI does not know it",
            setup=_beside_rejected_ones(f"!aws codecommit credential-helper {option} work $@"),
            shows=ASKS,
            fails={"credential-helper"},
            fixable=True,
        )
        for how, option in {"one-dash": "-profile", "a-long-dash": "—profile"}.items()
    ),
    Scenario(
        name="words-of-cmd-behind-the-helper",
        broken="%* instead of $@",
        setup=Setup(user=config("!aws codecommit credential-helper %*")),
        shows=ASKS,
        fails={"credential-helper"},
        fixable=True,
    ),
    Scenario(
        name="program-in-a-spaced-folder-without-quotes",
        broken="the shell sees two words",
        setup=Setup(
            user=config("!@HOME@/my bin/aws codecommit credential-helper $@"),
            prepare=_aws_in_a_spaced_folder,
        ),
        shows=ASKS,
        fails={"credential-helper"},
        may={"aws-cli-version"},
        fixable=True,
    ),
    Scenario(
        name="profile-variable-set-to-nothing",
        broken='AWS_PROFILE=""',
        setup=Setup(variables={"AWS_PROFILE": ""}),
        shows="The config profile () could not be found",
        fails={"profile-exists"},
    ),
    Scenario(
        name="source-profiles-in-a-circle",
        broken="work rests on other, and other on work",
        setup=_work(
            "!aws codecommit credential-helper --profile work $@",
            aws_config=_ROLE
            + "source_profile = other\n"
            + _ROLE.replace("work", "other")
            + "source_profile = work\n",
            aws_credentials="",
        ),
        shows="Infinite loop",
        fails={"profile-exists"},
    ),
    Scenario(
        name="credential-process-that-prints-no-json",
        broken="credential_process = echo hello",
        setup=_work(
            "!aws codecommit credential-helper --profile work $@",
            aws_config="[profile work]\nregion = us-east-2\ncredential_process = echo hello\n",
            aws_credentials="",
        ),
        shows=ASKS,
        fails={"aws-credentials"},
    ),
    Scenario(
        name="temporary-keys-that-have-expired",
        broken="a session of two hours ago, with its token",
        setup=Setup(session=timedelta(hours=-1)),
        shows=FORBIDDEN,
        fails={"aws-credentials"},
        may={"git-access", "aws-identity", "credential-handshake"},
    ),
    Scenario(
        name="rejected-keys-in-the-environment",
        broken="they count more than the default profile, which is well",
        setup=Setup(
            variables={
                "AWS_ACCESS_KEY_ID": "AKIAIOSFODNN7EXAMPLE",
                "AWS_SECRET_ACCESS_KEY": "x" * 40,
            }
        ),
        shows=FORBIDDEN,
        fails={"aws-credentials"},
        may={"git-access", "aws-identity", "credential-handshake", "environment-overrides"},
    ),
    Scenario(
        name="wrapper-that-keeps-the-question-back",
        broken="it starts the AWS CLI with no standard input, as docker run does without -i",
        setup=Setup(
            user=config("!wrapped codecommit credential-helper $@"),
            programs={"wrapped": 'exec aws "$@" </dev/null'},
        ),
        shows="'host'",
        fails={"credential-handshake"},
    ),
    Scenario(
        name="helper-of-another-kind-that-crashes",
        broken="what the helper of CodeBuild prints with git 2.46",
        setup=Setup(
            user=config("codebuild"),
            aws_config="",
            aws_credentials="",
            programs={
                "git-credential-codebuild": "echo 'duplicate key: capability[] [authtype, state]'"
                " >&2; exit 1"
            },
        ),
        shows="duplicate key",
        fails={"credential-handshake"},
    ),
    Scenario(
        name="role-that-may-not-be-assumed",
        broken="sts:AssumeRole is denied",
        setup=_work(
            "!aws codecommit credential-helper --profile work $@",
            aws_config=_CONFIG + "role_arn = arn:aws:iam::123456789012:role/r\n"
            "source_profile = default\n",
            aws_credentials=HEALTHY_AWS_CREDENTIALS,
        ),
        shows=ASKS,
        fails={"aws-credentials"},
    ),
    Scenario(
        name="credentials-file-that-is-a-folder",
        broken="AWS_SHARED_CREDENTIALS_FILE leads to a folder",
        setup=Setup(variables={"AWS_SHARED_CREDENTIALS_FILE": "@HOME@/.aws"}),
        shows=ASKS,
        fails={"aws-credentials"},
        warns={"environment-overrides"},
    ),
    Scenario(
        name="profile-with-rejected-keys-beside-a-good-one",
        broken="the helper names no profile, and the default one has been revoked",
        setup=_beside_rejected_ones(AWS_HELPER),
        shows=FORBIDDEN,
        fails={"aws-credentials"},
        may={"git-access", "aws-identity", "credential-handshake"},
    ),
)
