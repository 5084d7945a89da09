"""The AWS helper, what it needs, and the programs behind it."""

from __future__ import annotations

from tests.lab.environment import AWS_HELPER, Environment, Setup
from tests.lab.programs import MISSING
from tests.lab.scenario import Scenario
from tests.lab.scenarios.texts import ASKS, GUIDE, HOST, RESET, config, spaced_profile, url_in


def _greeting(machine: Environment) -> None:
    wrapper = machine.bin / "aws"
    wrapper.rename(machine.bin / "aws.real")
    wrapper.write_text(f'#!/bin/sh\necho Welcome\nexec "{wrapper}.real" "$@"\n')
    wrapper.chmod(0o755)


SCENARIOS = (
    Scenario(
        name="a-wrapper-that-greets",
        broken="aws is a wrapper that prints a line in front of the answer",
        setup=Setup(prepare=_greeting),
        shows="invalid credential line",
        fails={"credential-handshake"},
    ),
    Scenario(
        name="no-use-http-path",
        broken="UseHttpPath is missing",
        setup=Setup(user=config(AWS_HELPER, "")),
        shows="'path'",
        fails={"use-http-path"},
        fixable=True,
    ),
    Scenario(
        name="use-http-path-for-another-host",
        broken="UseHttpPath is set for another region's host",
        setup=Setup(
            user=config(
                AWS_HELPER,
                '[credential "https://git-codecommit.eu-west-1'
                '.amazonaws.com"]\n\tUseHttpPath = true\n',
            )
        ),
        shows="'path'",
        fails={"use-http-path"},
        fixable=True,
    ),
    Scenario(
        name="use-http-path-switched-off-in-the-clone",
        broken="the clone says false",
        setup=Setup(local="[credential]\n\tUseHttpPath = false\n"),
        shows="'path'",
        fails={"use-http-path"},
        fixable=True,
    ),
    Scenario(
        name="use-http-path-switched-off-behind-the-section",
        broken="a general false behind the section's true wins",
        setup=Setup(user=GUIDE + "[credential]\n\tUseHttpPath = false\n"),
        shows="'path'",
        fails={"use-http-path"},
        fixable=True,
    ),
    Scenario(
        name="use-http-path-is-no-boolean",
        broken="the value is misspelt",
        setup=Setup(user=config(AWS_HELPER, "\tUseHttpPath = yess\n")),
        shows="bad boolean config value 'yess' for 'credential.usehttppath'",
        fails={"use-http-path"},
        fixable=True,
    ),
    Scenario(
        name="profile-with-a-space-without-quotes",
        broken="--profile My Profile",
        setup=spaced_profile("!aws codecommit credential-helper --profile My Profile $@"),
        shows=ASKS,
        fails={"profile-quoting"},
        fixable=True,
    ),
    Scenario(
        name="profile-in-double-quotes-that-git-eats",
        broken='--profile "My Profile" in the file',
        setup=spaced_profile('!aws codecommit credential-helper --profile "My Profile" $@'),
        shows=ASKS,
        fails={"profile-quoting"},
        fixable=True,
    ),
    Scenario(
        name="profile-cut-to-its-first-word",
        broken="--profile My, and the profile is called My Profile",
        setup=spaced_profile("!aws codecommit credential-helper --profile My $@"),
        shows="The config profile (My) could not be found",
        fails={"profile-quoting"},
        fixable=True,
    ),
    Scenario(
        name="profile-with-equals-sign-without-quotes",
        broken="--profile=My Profile",
        setup=spaced_profile("!aws codecommit credential-helper --profile=My Profile $@"),
        shows=ASKS,
        fails={"profile-quoting"},
        fixable=True,
    ),
    Scenario(
        name="profile-that-does-not-exist",
        broken="a slip of the finger in the profile's name",
        setup=Setup(user=config("!aws codecommit credential-helper --profile defualt $@")),
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
        setup=Setup(user=config("aws codecommit credential-helper $@")),
        shows="'credential-aws' is not a git command",
        fails={"credential-helper"},
        fixable=True,
    ),
    Scenario(
        name="quotes-of-cmd-left-in-the-helper",
        broken="cmd handed its single quotes to git",
        setup=Setup(user=config("'!aws codecommit credential-helper $@'")),
        shows="is not a git command",
        fails={"credential-helper"},
        fixable=True,
    ),
    Scenario(
        name="helper-cut-by-cmd",
        broken="only the first word arrived",
        setup=Setup(user=config("'!aws")),
        shows=ASKS,
        fails={"credential-helper"},
        fixable=True,
    ),
    Scenario(
        name="misspelt-helper",
        broken="codecomit",
        setup=Setup(user=config("!aws codecomit credential-helper $@")),
        shows=ASKS,
        fails={"credential-helper"},
        fixable=True,
    ),
    Scenario(
        name="helper-for-another-host-alone",
        broken="the section is another region's",
        setup=Setup(user=GUIDE.replace("us-east-2", "eu-west-1")),
        shows=ASKS,
        fails={"credential-helper"},
        fixable=True,
    ),
    Scenario(
        name="fips-host-that-the-wildcard-does-not-cover",
        broken="git-codecommit.* is not git-codecommit-fips.*",
        setup=Setup(
            url=url_in("us-east-2", "git-codecommit-fips.us-east-2.amazonaws.com"),
            user=RESET.replace(HOST, "git-codecommit.*.amazonaws.com"),
        ),
        shows=ASKS,
        fails={"credential-helper"},
        fixable=True,
    ),
    Scenario(
        name="helper-names-an-aws-that-is-gone",
        broken="an absolute path of an old installation",
        setup=Setup(user=config("!/opt/gone/bin/aws codecommit credential-helper $@")),
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
        name="half-a-profile",
        broken="an access key without its secret",
        setup=Setup(aws_credentials="[default]\naws_access_key_id = @KEY@\n"),
        shows="Partial credentials found",
        fails={"aws-credentials"},
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
