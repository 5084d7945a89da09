"""Who signs, and what that user may do."""

from __future__ import annotations

from datetime import timedelta

from tests.lab.environment import HEALTHY_AWS_CREDENTIALS, HEALTHY_POLICIES, Setup, Stored
from tests.lab.scenario import Scenario
from tests.lab.scenarios.texts import ASKS, FORBIDDEN, denied

SCENARIOS = (
    Scenario(
        name="kms-denied-inline",
        broken="an inline policy denies kms:Decrypt",
        setup=Setup(policies=(*HEALTHY_POLICIES, denied("kms:Decrypt"))),
        shows=FORBIDDEN,
        fails={"kms-deny"},
        may={"git-access"},
    ),
    Scenario(
        name="kms-denied-by-wildcard",
        broken="a policy denies kms:*",
        setup=Setup(policies=(*HEALTHY_POLICIES, denied("kms:*"))),
        shows=FORBIDDEN,
        fails={"kms-deny"},
        may={"git-access"},
    ),
    Scenario(
        name="pull-is-denied",
        broken="an explicit deny of codecommit:GitPull",
        setup=Setup(policies=(*HEALTHY_POLICIES, denied("codecommit:GitPull"))),
        shows=FORBIDDEN,
        fails={"iam-permissions"},
        may={"git-access"},
    ),
    Scenario(
        name="pull-is-not-allowed",
        broken="no policy speaks of CodeCommit",
        setup=Setup(policies=("IAMReadOnlyAccess",)),
        shows=FORBIDDEN,
        fails={"iam-permissions"},
        may={"git-access", "repository-exists"},
    ),
    Scenario(
        name="wrong-secret",
        broken="the secret key belongs to another access key",
        setup=Setup(aws_credentials=HEALTHY_AWS_CREDENTIALS.replace("@SECRET@", "x" * 40)),
        shows=FORBIDDEN,
        fails={"aws-credentials"},
        may={"git-access", "aws-identity", "credential-handshake"},
    ),
    Scenario(
        name="session-token-is-missing",
        broken="temporary credentials without their token",
        setup=Setup(
            session=timedelta(hours=1),
            aws_credentials=HEALTHY_AWS_CREDENTIALS.replace("@TOKENLINE@", ""),
        ),
        shows=FORBIDDEN,
        fails={"aws-credentials"},
        may={"git-access", "aws-identity", "credential-handshake"},
    ),
    Scenario(
        name="no-credentials-at-all",
        broken="no keys anywhere",
        setup=Setup(aws_credentials=""),
        shows=ASKS,
        fails={"aws-credentials"},
    ),
    Scenario(
        name="clock-an-hour-behind",
        broken="the clock of the machine is wrong",
        setup=Setup(clock_behind=timedelta(hours=1)),
        shows=FORBIDDEN,
        fails={"clock-skew"},
        may={"git-access", "aws-credentials", "aws-identity"},
    ),
    Scenario(
        name="git-credentials-are-inactive",
        broken="the service-specific credential is inactive",
        setup=Setup(
            user="[credential]\n\thelper = store\n",
            git_credentials="Inactive",
            stored=(Stored("store", "@SERVICEUSER@", "@SERVICEPASSWORD@", path=False),),
        ),
        shows=FORBIDDEN,
        fails={"git-credentials"},
        may={"git-access", "stored-credentials"},
    ),
    Scenario(
        name="keys-of-the-environment-win",
        broken="expired keys in the environment win over the default profile",
        setup=Setup(
            variables={
                "AWS_ACCESS_KEY_ID": "ASIAIOSFODNN7EXAMPLE",
                "AWS_SECRET_ACCESS_KEY": "y" * 40,
                "AWS_SESSION_TOKEN": "z" * 200,
            }
        ),
        shows=FORBIDDEN,
        fails={"aws-credentials"},
        may={"environment-overrides", "git-access", "aws-identity"},
    ),
    Scenario(
        name="access-key-in-quotes",
        broken="the key was written as a shell wants it",
        setup=Setup(
            aws_credentials='[default]\naws_access_key_id = "@KEY@"\n'
            'aws_secret_access_key = "@SECRET@"\n'
        ),
        shows=FORBIDDEN,
        fails={"aws-credentials"},
        may={"git-access", "stored-credentials"},
    ),
    Scenario(
        name="halves-of-the-key-changed",
        broken="the ID stands where the secret belongs, and the other way round",
        setup=Setup(
            aws_credentials="[default]\naws_access_key_id = @SECRET@\n"
            "aws_secret_access_key = @KEY@\n"
        ),
        shows=FORBIDDEN,
        fails={"aws-credentials"},
        may={"git-access", "stored-credentials"},
    ),
    Scenario(
        name="quotes-of-cmd-in-the-environment",
        broken='set AWS_ACCESS_KEY_ID="AKIA..." keeps its quotes',
        setup=Setup(
            variables={"AWS_ACCESS_KEY_ID": '"@KEY@"', "AWS_SECRET_ACCESS_KEY": '"@SECRET@"'}
        ),
        shows=FORBIDDEN,
        fails={"aws-credentials"},
        may={"environment-overrides", "git-access", "stored-credentials"},
    ),
)
