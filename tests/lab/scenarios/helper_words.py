"""The words of helpers, as public set-ups have them, and what else stands in the chain."""

from __future__ import annotations

import shutil
from dataclasses import replace
from pathlib import Path

from tests.lab.environment import HEALTHY_AWS_CREDENTIALS, HEALTHY_GITCONFIG, Environment, Setup
from tests.lab.programs import MISSING
from tests.lab.scenario import Scenario
from tests.lab.scenarios.texts import ASKS, FORBIDDEN, HOST, config

WORK = Setup(
    aws_config="[profile work]\nregion = us-east-2\n",
    aws_credentials=HEALTHY_AWS_CREDENTIALS.replace("[default]", "[work]"),
)
"""A machine that has no profile but work."""

NETRC = Path("/usr/share/doc/git/contrib/credential/netrc/git-credential-netrc.perl")

MIDDLE = {
    "profile": "!aws codecommit --profile work credential-helper $@",
    "profile-and-equals-sign": "!aws codecommit --profile=work credential-helper $@",
    "region-and-output": "!aws --profile work codecommit --region us-east-2 --output json "
    "credential-helper $@",
    "no-verify-ssl": "!aws --profile work codecommit credential-helper --no-verify-ssl $@",
    "abbreviation": "!aws codecommit --prof work credential-helper $@",
}

OPAQUE = {
    "variable-in-front": "!AWS_PROFILE=work aws codecommit credential-helper $@",
    "env": "!env AWS_PROFILE=work aws codecommit credential-helper $@",
    "function": '"!f() { AWS_PROFILE=work aws codecommit credential-helper $@; }; f"',
}


def with_helper(helper: str, more: str = "\tUseHttpPath = true\n") -> Setup:
    return replace(WORK, user=config(helper, more))


def _with_netrc(machine: Environment) -> None:
    script = machine.bin / "git-credential-netrc"
    shutil.copyfile(NETRC, script)
    script.chmod(0o755)


def _aws_in_a_folder_with_spaces(machine: Environment) -> None:
    folder = machine.home / "my tools"
    folder.mkdir()
    (folder / "aws").symlink_to(shutil.which("aws", path=machine.environ()["PATH"]) or "")


def _aws_below_the_home(machine: Environment) -> None:
    folder = machine.home / "my-tools"
    folder.mkdir()
    (folder / "aws").symlink_to(machine.bin / "aws")


HEALTHY = (
    *(
        Scenario(name=f"global-option-between-the-words-{name}", setup=with_helper(helper))
        for name, helper in MIDDLE.items()
    ),
    *(
        Scenario(name=f"opaque-helper-{name}", setup=with_helper(helper))
        for name, helper in OPAQUE.items()
    ),
    Scenario(
        name="profile-in-a-variable",
        setup=replace(
            with_helper("!aws codecommit --profile ${PROFILE} credential-helper $@"),
            variables={"PROFILE": "work"},
        ),
    ),
    Scenario(
        name="netrc-helper-without-an-entry-before-the-aws-helper",
        setup=Setup(
            system="[credential]\n\thelper = netrc\n",
            files={".authinfo": "machine example.com login me password x\n"},
            prepare=_with_netrc,
        ),
    ),
    Scenario(
        name="git-credentials-by-an-insteadof-rule",
        setup=Setup(
            user=f'[url "https://@SERVICEUSER@:@SERVICEPASSWORD@@{HOST}/"]\n'
            f"\tinsteadOf = https://{HOST}/\n",
            git_credentials="Active",
        ),
        doctor=(),
    ),
)

SCENARIOS = (
    *HEALTHY,
    Scenario(
        name="profile-between-the-words-does-not-exist",
        broken="the profile of a helper whose options stand between its words",
        setup=replace(
            with_helper("!aws codecommit --profile wrok credential-helper $@"),
            variables={"AWS_PROFILE": MISSING},
        ),
        shows="The config profile (wrok) could not be found",
        fails={"profile-exists"},
    ),
    Scenario(
        name="options-between-the-words-and-no-use-http-path",
        broken="UseHttpPath is missing beside a helper whose options stand between its words",
        setup=with_helper("!aws codecommit --profile work credential-helper $@", ""),
        shows="'path'",
        fails={"use-http-path"},
        fixable=True,
    ),
    Scenario(
        name="profile-in-an-empty-variable",
        broken="--profile takes the next word",
        setup=with_helper("!aws codecommit credential-helper --profile ${PROFILE} $@"),
        shows=ASKS,
        fails={"credential-helper"},
    ),
    Scenario(
        name="wrapper-that-is-not-installed",
        broken="aws-vault is not there",
        setup=with_helper("!aws-vault exec work -- aws codecommit credential-helper $@"),
        shows="aws-vault: not found",
        fails={"credential-helper"},
    ),
    Scenario(
        name="token-of-another-service-before-the-aws-helper",
        broken="a function answers for every host",
        setup=Setup(
            user='[credential]\n\thelper = "!f() { echo username=oauth2; echo password=abc; }; f"\n'
            + HEALTHY_GITCONFIG
        ),
        shows=FORBIDDEN,
        fails={"credential-manager-conflict"},
        fixable=True,
    ),
    Scenario(
        name="netrc-helper-with-an-entry-before-the-aws-helper",
        broken="git-credential-netrc answers with an old signature",
        setup=Setup(
            system="[credential]\n\thelper = netrc -f @HOME@/.authinfo\n".replace("@HOME@/", "~/"),
            files={".authinfo": f"machine {HOST} login @GITUSER@ password @STALE@\n"},
            prepare=_with_netrc,
        ),
        shows=FORBIDDEN,
        fails={"credential-manager-conflict"},
        fixable=True,
    ),
    Scenario(
        name="use-http-path-misspelt",
        broken="UserHttpPath, as it has been printed",
        setup=Setup(
            user=config("!aws codecommit credential-helper $@", "    UserHttpPath = true\n")
        ),
        shows="'path'",
        fails={"use-http-path"},
        fixable=True,
    ),
    Scenario(
        name="a-space-that-was-pasted",
        broken="a no-break space between aws and codecommit, as web pages have it",
        setup=Setup(user=config("!aws\u00a0codecommit credential-helper $@")),
        shows="not found",
        fails={"credential-helper"},
        fixable=True,
    ),
    Scenario(
        name="pipe-that-keeps-the-operation",
        broken="Git adds its word to the last program of the pipe",
        setup=Setup(
            user="[credential]\n\tUseHttpPath = true\n\thelper = "
            '"!aws codecommit credential-helper $@ | tee /dev/null"\n'
        ),
        shows="aws: error: ",
        fails={"credential-helper"},
    ),
    Scenario(
        name="function-that-keeps-the-operation",
        broken="the function does not hand its words on",
        setup=Setup(
            user="[credential]\n\tUseHttpPath = true\n\thelper = "
            '"!f() { aws codecommit credential-helper; }; f"\n'
        ),
        shows="aws: error: ",
        fails={"credential-helper"},
    ),
    Scenario(
        name="two-settings-on-one-line",
        broken="UseHttpPath stands behind the helper on its line",
        setup=Setup(
            user="[credential]\n\thelper = !aws codecommit credential-helper $@ "
            "UseHttpPath = true\n"
        ),
        shows="Invalid choice",
        fails={"credential-helper", "use-http-path"},
        fixable=True,
    ),
    Scenario(
        name="aws-cmd-on-linux",
        broken="the helper of a Windows machine",
        setup=Setup(user=config("!aws.cmd codecommit credential-helper $@")),
        shows="aws.cmd: not found",
        fails={"aws-cli-version"},
        fixable=True,
    ),
    Scenario(
        name="path-with-spaces-without-quotes",
        broken="the shell ends the program's path at the first space",
        setup=Setup(
            user=config("!@HOME@/my tools/aws codecommit --region us-east-2 credential-helper $@"),
            prepare=_aws_in_a_folder_with_spaces,
        ),
        shows="not found",
        fails={"credential-helper"},
        fixable=True,
    ),
    Scenario(
        name="home-with-spaces-without-quotes",
        broken="the shell looks for spaces in what $HOME stands for",
        setup=Setup(
            home="my self",
            user='[credential]\n\thelper = "!$HOME/my-tools/aws codecommit credential-helper $@"\n'
            "\tUseHttpPath = true\n",
            prepare=_aws_below_the_home,
        ),
        shows="not found",
        fails={"credential-helper"},
        fixable=True,
    ),
    Scenario(
        name="alias-of-the-aws-cli",
        broken="an alias stands in place of the AWS CLI's command codecommit",
        setup=Setup(files={".aws/cli/alias": "[toplevel]\ncodecommit = !echo hello\n"}),
        shows=ASKS,
        fails={"aws-cli-codecommit"},
        may={"credential-handshake"},
    ),
    Scenario(
        name="windows-path-on-linux",
        broken="the helper of a Windows machine, with cmd's arguments",
        setup=Setup(
            user=config(
                r"C:\\Program Files\\Amazon\\AWSCLIV2\\aws.exe codecommit credential-helper %*"
            )
        ),
        shows=ASKS,
        fails={"credential-helper"},
    ),
)
