"""The account: its keys, who is asked about its policies, and machines with more than one git."""

from __future__ import annotations

import shutil
from collections.abc import Callable

from tests.lab.environment import HEALTHY_GITCONFIG, HEALTHY_POLICIES, Environment, Setup
from tests.lab.scenario import Scenario
from tests.lab.scenarios.texts import FORBIDDEN, RESET, denied


def _allowed(*actions: str) -> dict[str, object]:
    statement = {"Effect": "Allow", "Action": list(actions), "Resource": "*"}
    return {"Version": "2012-10-17", "Statement": [statement]}


def _denied_without_mfa(element: str, *actions: str) -> dict[str, object]:
    """As AWS's guide writes it: "AWS: Allows MFA-authenticated IAM users to manage their own"."""
    condition = {"BoolIfExists": {"aws:MultiFactorAuthPresent": "false"}}
    statement = {"Effect": "Deny", element: [*actions], "Resource": "*", "Condition": condition}
    return {"Version": "2012-10-17", "Statement": [statement]}


def _with_key(state: str) -> Callable[[Environment], None]:
    """Encrypts the repository with a key of the account, in this state."""

    def prepare(environment: Environment) -> None:
        key = environment.account.kms_key()
        environment.account.repository("demo", key=key)
        environment.account.backend("kms", environment.region).keys[key].key_state = state

    return prepare


def _as_root(environment: Environment) -> None:
    root = environment.account.root()
    text = "[default]\naws_access_key_id = {}\naws_secret_access_key = {}\n"
    environment.write(".aws/credentials", text.format(root.access_key, root.secret))


def _key_denied_in_a_group(environment: Environment) -> None:
    environment.account.group("g", denied("kms:Decrypt"))
    environment.account.iam.add_user_to_group("g", "dev")


def _key_denied_by_the_boundary(environment: Environment) -> None:
    allow = {"Effect": "Allow", "Action": "*", "Resource": "*"}
    deny = {"Effect": "Deny", "Action": "kms:*", "Resource": "*"}
    document = {"Version": "2012-10-17", "Statement": [allow, deny]}
    environment.account.bound("user", "dev", environment.account.policy("Bound", document))


def _repository_of_the_client(environment: Environment) -> None:
    """A second account, with a profile of its own on the machine, has the repository."""
    account = environment.lab.account("aws")
    user = account.user("dev", *HEALTHY_POLICIES)
    account.repository("demo", environment.region)
    text = environment.setup.aws_credentials + (
        f"[client]\naws_access_key_id = {user.access_key}\naws_secret_access_key = {user.secret}\n"
    )
    environment.write(".aws/credentials", text)


def _repository_elsewhere(environment: Environment) -> None:
    environment.account.repository("demo", "eu-west-1")


USES_KEYS = _allowed("kms:Encrypt", "kms:Decrypt", "kms:ReEncrypt*", "kms:GenerateDataKey*")
CAN_LOOK_AT_KEYS = (*HEALTHY_POLICIES, _allowed("kms:DescribeKey"), USES_KEYS)
SIMULATES_ONLY = ("AWSCodeCommitPowerUser", _allowed("iam:SimulatePrincipalPolicy"))
READS_ONLY = (*HEALTHY_POLICIES, denied("iam:SimulatePrincipalPolicy"))

TERMINAL_GIT = f'GIT_CONFIG_SYSTEM="@HOME@/terminal" exec {shutil.which("git")} "$@"'
"""A git of the terminal with a system configuration of its own; behind it is the machine's."""

SCENARIOS = (
    Scenario(
        name="kms-denied-and-only-a-simulation-is-allowed",
        broken="a policy denies kms:Decrypt; the user may not read it, but ask IAM for a decision",
        setup=Setup(policies=(*SIMULATES_ONLY, denied("kms:Decrypt"))),
        shows=FORBIDDEN,
        fails={"kms-deny"},
        may={"git-access"},
    ),
    Scenario(
        name="kms-denied-and-no-simulation-is-allowed",
        broken="a policy denies kms:Decrypt; the user may read it, but not ask IAM for a decision",
        setup=Setup(policies=(*READS_ONLY, denied("kms:Decrypt"))),
        shows=FORBIDDEN,
        fails={"kms-deny"},
        may={"git-access"},
    ),
    Scenario(
        name="pull-denied-and-only-a-simulation-is-allowed",
        broken="a policy denies codecommit:GitPull; the user may not read it",
        setup=Setup(policies=(*SIMULATES_ONLY, denied("codecommit:GitPull"))),
        shows=FORBIDDEN,
        fails={"iam-permissions"},
        may={"git-access"},
    ),
    Scenario(
        name="everything-denied-without-a-second-factor",
        broken="a policy denies all, the reading of policies too, to what comes without MFA",
        setup=Setup(
            policies=(
                "AWSCodeCommitPowerUser",
                _denied_without_mfa("NotAction", "sts:GetSessionToken"),
            )
        ),
        shows=FORBIDDEN,
        fails={"git-access"},
    ),
    Scenario(
        name="codecommit-denied-without-a-second-factor",
        broken="a policy that can be read denies CodeCommit to what comes without MFA",
        setup=Setup(policies=(*HEALTHY_POLICIES, _denied_without_mfa("Action", "codecommit:*"))),
        shows=FORBIDDEN,
        fails={"iam-permissions"},
        may={"git-access"},
    ),
    Scenario(
        name="policies-that-nobody-may-see",
        setup=Setup(policies=("AWSCodeCommitPowerUser", denied("iam:*"))),
    ),
    Scenario(
        name="key-of-the-repository-is-disabled",
        broken="a customer managed key is switched off",
        setup=Setup(policies=CAN_LOOK_AT_KEYS, exists=False, prepare=_with_key("Disabled")),
        shows=FORBIDDEN,
        fails={"kms-key"},
        may={"git-access"},
    ),
    Scenario(
        name="key-of-the-repository-will-be-deleted",
        broken="a customer managed key waits for its deletion",
        setup=Setup(policies=CAN_LOOK_AT_KEYS, exists=False, prepare=_with_key("PendingDeletion")),
        shows=FORBIDDEN,
        fails={"kms-key"},
        may={"git-access"},
    ),
    Scenario(
        name="key-of-the-repository-is-enabled",
        setup=Setup(policies=CAN_LOOK_AT_KEYS, exists=False, prepare=_with_key("Enabled")),
    ),
    Scenario(
        name="keys-of-the-root-user",
        broken="it works, but nobody should use the keys of the root user",
        setup=Setup(prepare=_as_root),
        warns={"aws-identity"},
    ),
    Scenario(
        name="git-of-an-application-with-a-manager",
        broken="the terminal's git works; another one, behind it on the PATH, has a manager",
        setup=Setup(
            system="[credential]\n\thelper = manager\n",
            files={"terminal": ""},
            programs={"git": TERMINAL_GIT},
        ),
        warns={"git-installations"},
    ),
    Scenario(
        name="system-instead-of-global-seems-to-help",
        setup=Setup(system=HEALTHY_GITCONFIG, user=""),
    ),
    Scenario(
        name="system-instead-of-global-and-another-git",
        broken="--system replaced the manager of the terminal's git; another git has its own file",
        setup=Setup(
            system="[credential]\n\thelper = manager\n",
            user="",
            files={"terminal": HEALTHY_GITCONFIG},
            programs={"git": TERMINAL_GIT},
        ),
        warns={"git-installations"},
    ),
    Scenario(
        name="two-gits-and-a-reset-that-both-read",
        setup=Setup(
            system="[credential]\n\thelper = manager\n",
            user=RESET,
            files={"terminal": ""},
            programs={"git": TERMINAL_GIT},
        ),
    ),
    Scenario(
        name="output-format-that-does-not-exist",
        broken="the AWS CLI stops at every command that prints, but the helper works",
        setup=Setup(aws_config="[default]\nregion = us-east-2\noutput = jsn\n"),
        warns={"aws-region"},
    ),
    Scenario(
        name="remote-helper-address-without-a-region",
        broken="codecommit:: takes the region from the profile, which names none",
        setup=Setup(
            aws_config="[default]\noutput = json\n",
            programs={"git-remote-codecommit": "echo region is missing >&2; exit 1"},
        ),
        git=("ls-remote", "codecommit://demo"),
        shows="region is missing",
        fails={"aws-region"},
        doctor=("codecommit://demo",),
    ),
    *(
        Scenario(
            name=f"kms-denied-{how}",
            broken="a policy denies the key",
            setup=Setup(prepare=prepare),
            shows=FORBIDDEN,
            fails={"kms-deny"},
            may={"git-access"},
        )
        for how, prepare in {
            "in-a-group": _key_denied_in_a_group,
            "by-the-boundary": _key_denied_by_the_boundary,
        }.items()
    ),
    Scenario(
        name="kms-denied-in-other-regions-alone",
        setup=Setup(
            policies=(*HEALTHY_POLICIES, denied("kms:*", resource="arn:aws:kms:eu-west-1:*:key/*"))
        ),
    ),
    Scenario(
        name="repository-of-another-profile",
        broken="the account of the profile client has it, and the helper names no profile",
        setup=Setup(exists=False, prepare=_repository_of_the_client),
        shows="not found",
        fails={"repository-exists"},
        may={"git-access"},
    ),
    Scenario(
        name="repository-in-another-region",
        broken="it is in eu-west-1",
        setup=Setup(
            exists=False,
            prepare=_repository_elsewhere,
        ),
        shows="not found",
        fails={"repository-exists"},
        may={"git-access"},
        git=("ls-remote", "origin"),
        doctor=("origin",),
    ),
)
