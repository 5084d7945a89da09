"""The suite: machines as they are met in the field. Each entry is proved with real git first."""

from __future__ import annotations

from datetime import timedelta

from tests.lab.environment import (
    AWS_HELPER,
    HEALTHY_AWS_CREDENTIALS,
    HEALTHY_GITCONFIG,
    HEALTHY_POLICIES,
    URL,
    Setup,
    Stored,
)
from tests.lab.programs import MISSING
from tests.lab.scenario import Scenario

FORBIDDEN = "The requested URL returned error: 403"
ASKS = "could not read Username for"
HOST = "git-codecommit.us-east-2.amazonaws.com"
NAMED = "!aws codecommit credential-helper --profile 'My Profile' $@"

RESET = (
    f'[credential "https://{HOST}"]\n\thelper =\n\thelper = {AWS_HELPER}\n\tUseHttpPath = true\n'
)
GUIDE = f'[credential "https://{HOST}"]\n\thelper = {AWS_HELPER}\n\tUseHttpPath = true\n'


def _config(helper: str, more: str = "\tUseHttpPath = true\n") -> str:
    return f"[credential]\n\thelper = {helper}\n{more}"


def _spaced_profile(helper: str) -> Setup:
    """Credentials stand in a profile whose name has a space; there is no other."""
    return Setup(
        user=_config(helper),
        aws_config="[profile My Profile]\nregion = us-east-2\n",
        aws_credentials=HEALTHY_AWS_CREDENTIALS.replace("[default]", "[My Profile]"),
    )


def _denied(*actions: str, resource: str = "*") -> dict[str, object]:
    statement = {"Sid": "No", "Effect": "Deny", "Action": list(actions), "Resource": resource}
    return {"Version": "2012-10-17", "Statement": [statement]}


def _url(region: str, host: str = "", name: str = "demo") -> str:
    host = host or f"git-codecommit.{region}.amazonaws.com"
    return f"https://{host}/v1/repos/{name}"


HEALTHY = (
    Scenario(name="the-guide-word-for-word"),
    Scenario(name="offline-look-at-a-healthy-machine", offline=True),
    Scenario(name="section-of-one-host", setup=Setup(user=GUIDE)),
    Scenario(
        name="reset-behind-a-manager",
        setup=Setup(
            system="[credential]\n\thelper = manager\n",
            user=RESET,
            stored=(Stored("manager"),),
        ),
    ),
    Scenario(
        name="reset-behind-a-store-with-a-stale-password",
        setup=Setup(
            system="[credential]\n\thelper = store\n", user=RESET, stored=(Stored("store"),)
        ),
    ),
    Scenario(
        name="section-with-a-wildcard",
        setup=Setup(user=RESET.replace(HOST, "git-codecommit.*.amazonaws.com")),
    ),
    Scenario(
        name="manager-for-another-host",
        setup=Setup(
            user='[credential "https://github.com"]\n\thelper = manager\n' + HEALTHY_GITCONFIG
        ),
    ),
    Scenario(name="profile-with-a-space-in-single-quotes", setup=_spaced_profile(NAMED)),
    Scenario(
        name="profile-with-a-space-in-escaped-double-quotes",
        setup=_spaced_profile('!aws codecommit credential-helper --profile \\"My Profile\\" $@'),
    ),
    Scenario(
        name="helper-without-its-last-word",
        setup=Setup(user=_config("!aws codecommit credential-helper")),
    ),
    Scenario(name="temporary-credentials", setup=Setup(session=timedelta(hours=1))),
    Scenario(
        name="credentials-of-the-environment-alone",
        setup=Setup(
            aws_config="",
            aws_credentials="",
            variables={"AWS_ACCESS_KEY_ID": "@KEY@", "AWS_SECRET_ACCESS_KEY": "@SECRET@"},
        ),
    ),
    Scenario(
        name="git-credentials-in-a-store",
        setup=Setup(
            user="[credential]\n\thelper = store\n",
            git_credentials="Active",
            stored=(Stored("store", "@SERVICEUSER@", "@SERVICEPASSWORD@", path=False),),
        ),
    ),
    Scenario(
        name="fips-host",
        setup=Setup(url=_url("us-east-2", "git-codecommit-fips.us-east-2.amazonaws.com")),
    ),
    Scenario(
        name="host-in-china",
        setup=Setup(
            url=_url("cn-north-1", "git-codecommit.cn-north-1.amazonaws.com.cn"),
            aws_config="[default]\nregion = cn-north-1\n",
        ),
    ),
    Scenario(
        name="vpc-endpoint",
        setup=Setup(url=_url("us-east-2", "vpce-0a1b.git-codecommit.us-east-2.vpce.amazonaws.com")),
    ),
    Scenario(name="helper-in-the-clone-itself", setup=Setup(user="", local=HEALTHY_GITCONFIG)),
    Scenario(
        name="settings-in-an-included-file",
        setup=Setup(user="[include]\n\tpath = work.inc\n", files={"work.inc": HEALTHY_GITCONFIG}),
    ),
    Scenario(
        name="windows-line-endings", setup=Setup(user=HEALTHY_GITCONFIG.replace("\n", "\r\n"))
    ),
)

BROKEN = (
    Scenario(
        name="store-before-the-helper-replays-a-stale-signature",
        broken="a store in the system's configuration answers first",
        setup=Setup(system="[credential]\n\thelper = store\n", stored=(Stored("store"),)),
        shows=FORBIDDEN,
        fails={"credential-manager-conflict"},
        may={"stored-credentials"},
    ),
    Scenario(
        name="manager-before-the-helper-replays-a-stale-signature",
        broken="Git Credential Manager in the system's configuration answers first",
        setup=Setup(system="[credential]\n\thelper = manager\n", stored=(Stored("manager"),)),
        shows=FORBIDDEN,
        fails={"credential-manager-conflict"},
    ),
    Scenario(
        name="the-guides-section-does-not-reset",
        broken="the section of the guide stands behind the manager, which is asked all the same",
        setup=Setup(
            system="[credential]\n\thelper = manager\n", user=GUIDE, stored=(Stored("manager"),)
        ),
        shows=FORBIDDEN,
        fails={"credential-manager-conflict"},
    ),
    Scenario(
        name="cache-before-the-helper",
        broken="a cache answers first",
        setup=Setup(
            user=_config("cache", f"\thelper = {AWS_HELPER}\n\tUseHttpPath = true\n"),
            stored=(Stored("cache"),),
        ),
        shows=FORBIDDEN,
        fails={"credential-manager-conflict"},
    ),
    Scenario(
        name="store-before-the-helper-in-the-clone",
        broken="the clone's own configuration adds a store before its helper",
        setup=Setup(
            user="",
            local=_config("store", f"\thelper = {AWS_HELPER}\n\tUseHttpPath = true\n"),
            stored=(Stored("store"),),
        ),
        shows=FORBIDDEN,
        fails={"credential-manager-conflict"},
        may={"stored-credentials"},
    ),
    Scenario(
        name="store-behind-the-helper",
        broken="it works, but each signature is stored",
        setup=Setup(user=_config(AWS_HELPER, "\thelper = store\n\tUseHttpPath = true\n")),
        warns={"credential-manager-conflict"},
    ),
    Scenario(
        name="general-store-behind-the-reset",
        broken="the reset stands before a general helper, which is asked all the same",
        setup=Setup(user=RESET + "[credential]\n\thelper = store\n", stored=(Stored("store"),)),
        warns={"credential-manager-conflict"},
    ),
    Scenario(
        name="no-use-http-path",
        broken="UseHttpPath is missing",
        setup=Setup(user=_config(AWS_HELPER, "")),
        shows="'path'",
        fails={"use-http-path"},
    ),
    Scenario(
        name="use-http-path-for-another-host",
        broken="UseHttpPath is set for another region's host",
        setup=Setup(
            user=_config(
                AWS_HELPER,
                '[credential "https://git-codecommit.eu-west-1'
                '.amazonaws.com"]\n\tUseHttpPath = true\n',
            )
        ),
        shows="'path'",
        fails={"use-http-path"},
    ),
    Scenario(
        name="use-http-path-switched-off-in-the-clone",
        broken="the clone says false",
        setup=Setup(local="[credential]\n\tUseHttpPath = false\n"),
        shows="'path'",
        fails={"use-http-path"},
    ),
    Scenario(
        name="use-http-path-switched-off-behind-the-section",
        broken="a general false behind the section's true wins",
        setup=Setup(user=GUIDE + "[credential]\n\tUseHttpPath = false\n"),
        shows="'path'",
        fails={"use-http-path"},
    ),
    Scenario(
        name="use-http-path-is-no-boolean",
        broken="the value is misspelt",
        setup=Setup(user=_config(AWS_HELPER, "\tUseHttpPath = yess\n")),
        shows="bad boolean config value 'yess' for 'credential.usehttppath'",
        fails={"use-http-path"},
    ),
    Scenario(
        name="profile-with-a-space-without-quotes",
        broken="--profile My Profile",
        setup=_spaced_profile("!aws codecommit credential-helper --profile My Profile $@"),
        shows=ASKS,
        fails={"profile-quoting"},
    ),
    Scenario(
        name="profile-in-double-quotes-that-git-eats",
        broken='--profile "My Profile" in the file',
        setup=_spaced_profile('!aws codecommit credential-helper --profile "My Profile" $@'),
        shows=ASKS,
        fails={"profile-quoting"},
    ),
    Scenario(
        name="profile-cut-to-its-first-word",
        broken="--profile My, and the profile is called My Profile",
        setup=_spaced_profile("!aws codecommit credential-helper --profile My $@"),
        shows="The config profile (My) could not be found",
        fails={"profile-quoting"},
    ),
    Scenario(
        name="profile-with-equals-sign-without-quotes",
        broken="--profile=My Profile",
        setup=_spaced_profile("!aws codecommit credential-helper --profile=My Profile $@"),
        shows=ASKS,
        fails={"profile-quoting"},
    ),
    Scenario(
        name="profile-that-does-not-exist",
        broken="a slip of the finger in the profile's name",
        setup=Setup(user=_config("!aws codecommit credential-helper --profile defualt $@")),
        shows="The config profile (defualt) could not be found",
        fails={"profile-exists"},
    ),
    Scenario(
        name="profile-of-the-environment-that-does-not-exist",
        broken="AWS_PROFILE names nothing",
        setup=Setup(variables={"AWS_PROFILE": "work"}),
        shows="The config profile (work) could not be found",
        fails={"profile-exists"},
    ),
    Scenario(
        name="helper-without-exclamation-mark",
        broken="Git takes the value for a git command",
        setup=Setup(user=_config("aws codecommit credential-helper $@")),
        shows="'credential-aws' is not a git command",
        fails={"credential-helper"},
    ),
    Scenario(
        name="quotes-of-cmd-left-in-the-helper",
        broken="cmd handed its single quotes to git",
        setup=Setup(user=_config("'!aws codecommit credential-helper $@'")),
        shows="is not a git command",
        fails={"credential-helper"},
    ),
    Scenario(
        name="helper-cut-by-cmd",
        broken="only the first word arrived",
        setup=Setup(user=_config("'!aws")),
        shows=ASKS,
        fails={"credential-helper"},
    ),
    Scenario(
        name="misspelt-helper",
        broken="codecomit",
        setup=Setup(user=_config("!aws codecomit credential-helper $@")),
        shows=ASKS,
        fails={"credential-helper"},
    ),
    Scenario(
        name="helper-for-another-host-alone",
        broken="the section is another region's",
        setup=Setup(user=GUIDE.replace("us-east-2", "eu-west-1")),
        shows=ASKS,
        fails={"credential-helper"},
    ),
    Scenario(
        name="fips-host-that-the-wildcard-does-not-cover",
        broken="git-codecommit.* is not git-codecommit-fips.*",
        setup=Setup(
            url=_url("us-east-2", "git-codecommit-fips.us-east-2.amazonaws.com"),
            user=RESET.replace(HOST, "git-codecommit.*.amazonaws.com"),
        ),
        shows=ASKS,
        fails={"credential-helper"},
    ),
    Scenario(
        name="helper-names-an-aws-that-is-gone",
        broken="an absolute path of an old installation",
        setup=Setup(user=_config("!/opt/gone/bin/aws codecommit credential-helper $@")),
        shows="not found",
        fails={"credential-helper"},
        may={"aws-cli-version"},
    ),
    Scenario(
        name="no-aws",
        broken="the AWS CLI is not there",
        setup=Setup(programs={"aws": MISSING}),
        shows="not found",
        fails={"aws-cli-version"},
    ),
    Scenario(
        name="aws-cli-without-codecommit",
        broken="AWS CLI 1.7.36",
        setup=Setup(programs={"aws": "1.7.36"}),
        shows=ASKS,
        fails={"aws-cli-version"},
    ),
    Scenario(
        name="git-too-old",
        broken="Git 1.7.8 says of itself that it is too old",
        setup=Setup(programs={"git": "1.7.8"}),
        fails={"git-version"},
    ),
    Scenario(
        name="malformed-gitconfig",
        broken="a bracket is missing",
        setup=Setup(user="[credential\n\thelper = x\n"),
        shows="bad config line 1 in file",
        fails={"git-configuration"},
        doctor=(),
    ),
    Scenario(
        name="malformed-aws-config",
        broken="garbage in ~/.aws/config",
        setup=Setup(aws_config="no section\n"),
        shows="Unable to parse config file",
        fails={"aws-configuration"},
    ),
    Scenario(
        name="region-with-a-slip",
        broken="us-esat-2",
        setup=Setup(url=_url("us-esat-2"), exists=False),
        shows="unable to access",
        fails={"region-supported"},
        may={"repository-url"},
    ),
    Scenario(
        name="region-without-codecommit",
        broken="CodeCommit is not in eu-south-2",
        setup=Setup(url=_url("eu-south-2"), exists=False),
        shows="unable to access",
        fails={"region-supported"},
    ),
    Scenario(
        name="china-without-its-suffix",
        broken="amazonaws.com for cn-north-1",
        setup=Setup(url=_url("cn-north-1"), exists=False),
        shows="unable to access",
        fails={"region-supported"},
        may={"repository-url"},
    ),
    Scenario(
        name="kms-denied-inline",
        broken="an inline policy denies kms:Decrypt",
        setup=Setup(policies=(*HEALTHY_POLICIES, _denied("kms:Decrypt"))),
        shows=FORBIDDEN,
        fails={"kms-deny"},
        may={"git-access"},
    ),
    Scenario(
        name="kms-denied-by-wildcard",
        broken="a policy denies kms:*",
        setup=Setup(policies=(*HEALTHY_POLICIES, _denied("kms:*"))),
        shows=FORBIDDEN,
        fails={"kms-deny"},
        may={"git-access"},
    ),
    Scenario(
        name="pull-is-denied",
        broken="an explicit deny of codecommit:GitPull",
        setup=Setup(policies=(*HEALTHY_POLICIES, _denied("codecommit:GitPull"))),
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
        name="half-a-profile",
        broken="an access key without its secret",
        setup=Setup(aws_credentials="[default]\naws_access_key_id = @KEY@\n"),
        shows="Partial credentials found",
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
        name="repository-does-not-exist",
        broken="a slip in the repository's name",
        setup=Setup(url=_url("us-east-2", name="demoo"), exists=False),
        shows="not found",
        fails={"repository-exists"},
        may={"git-access"},
    ),
    Scenario(
        name="dot-git-behind-the-name",
        broken="CodeCommit's addresses have no .git",
        setup=Setup(url=f"{URL}.git", exists=False),
        shows="not found",
        fails={"repository-url"},
        may={"repository-exists", "git-access"},
        doctor=("origin",),
    ),
    Scenario(
        name="password-in-netrc",
        broken="what stands in .netrc is sent before any helper is asked",
        setup=Setup(files={".netrc": "machine @HOST@\nlogin someone\npassword @STALE@\n"}),
        shows=FORBIDDEN,
        fails={"authorization-override"},
        may={"git-access"},
    ),
    Scenario(
        name="authorization-in-an-extra-header",
        broken="a header that a CI job left over",
        setup=Setup(
            user=HEALTHY_GITCONFIG + '[http "https://@HOST@"]\n\textraHeader = '
            '"Authorization: Basic c29tZW9uZTpzb21ldGhpbmc="\n'
        ),
        shows=FORBIDDEN,
        fails={"authorization-override"},
        may={"git-access"},
    ),
    Scenario(
        name="password-in-the-address",
        broken="user:password@ in the remote",
        setup=Setup(url=URL.replace("https://", "https://someone:@STALE@@"), exists=True),
        git=("ls-remote", "origin"),
        shows=FORBIDDEN,
        fails={"authorization-override"},
        may={"git-access", "repository-url"},
        doctor=("origin",),
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
        name="two-helpers-the-wider-one-answers",
        broken="the clone names a profile, but the global helper is asked first",
        setup=Setup(
            aws_config="[default]\nregion = us-east-2\n[profile work]\nregion = us-east-2\n",
            aws_credentials="[default]\naws_access_key_id = AKIAIOSFODNN7EXAMPLE\n"
            f"aws_secret_access_key = {'x' * 40}\n"
            + HEALTHY_AWS_CREDENTIALS.replace("[default]", "[work]"),
            local="[credential]\n\thelper = !aws codecommit credential-helper --profile work $@\n",
        ),
        shows=FORBIDDEN,
        fails={"config-shadowing"},
        may={"aws-credentials", "git-access", "aws-identity"},
    ),
    Scenario(
        name="remote-helper-is-not-installed",
        broken="a codecommit:: address without git-remote-codecommit",
        setup=Setup(),
        git=("ls-remote", "codecommit::us-east-2://demo"),
        shows="is not a git command",
        fails={"remote-helper"},
        doctor=("codecommit::us-east-2://demo",),
    ),
)

COMBINED = (
    Scenario(
        name="no-use-http-path-and-no-quotes",
        broken="two faults in one helper",
        setup=Setup(
            user=_config("!aws codecommit credential-helper --profile My Profile $@", ""),
            aws_config="[profile My Profile]\nregion = us-east-2\n",
            aws_credentials=HEALTHY_AWS_CREDENTIALS.replace("[default]", "[My Profile]"),
        ),
        shows=ASKS,
        fails={"use-http-path", "profile-quoting"},
    ),
    Scenario(
        name="manager-first-and-no-use-http-path",
        broken="the manager replays, and behind it the helper would not work either",
        setup=Setup(
            system="[credential]\n\thelper = store\n",
            user=_config(AWS_HELPER, ""),
            stored=(Stored("store", path=False),),
        ),
        shows=FORBIDDEN,
        fails={"credential-manager-conflict", "use-http-path"},
        may={"stored-credentials"},
    ),
    Scenario(
        name="kms-denied-and-store-first",
        broken="a policy and a store",
        setup=Setup(
            system="[credential]\n\thelper = store\n",
            stored=(Stored("store"),),
            policies=(*HEALTHY_POLICIES, _denied("kms:*")),
        ),
        shows=FORBIDDEN,
        fails={"credential-manager-conflict", "kms-deny"},
        may={"stored-credentials", "git-access"},
    ),
)

FIXABLE = frozenset(
    [
        "store-before-the-helper-replays-a-stale-signature",
        "manager-before-the-helper-replays-a-stale-signature",
        "the-guides-section-does-not-reset",
        "cache-before-the-helper",
        "store-before-the-helper-in-the-clone",
        "no-use-http-path",
        "use-http-path-for-another-host",
        "use-http-path-switched-off-in-the-clone",
        "use-http-path-switched-off-behind-the-section",
        "use-http-path-is-no-boolean",
        "profile-with-a-space-without-quotes",
        "profile-in-double-quotes-that-git-eats",
        "profile-cut-to-its-first-word",
        "profile-with-equals-sign-without-quotes",
        "helper-without-exclamation-mark",
        "quotes-of-cmd-left-in-the-helper",
        "helper-cut-by-cmd",
        "misspelt-helper",
        "helper-for-another-host-alone",
        "fips-host-that-the-wildcard-does-not-cover",
        "two-helpers-the-wider-one-answers",
        "no-use-http-path-and-no-quotes",
        "manager-first-and-no-use-http-path",
    ]
)
"""Scenarios whose cure lies on the machine: after ``--fix --yes`` the same git command works."""

SCENARIOS = (*HEALTHY, *BROKEN, *COMBINED)
