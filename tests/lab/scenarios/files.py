"""Where settings stand, and how they are written."""

from __future__ import annotations

import json
from hashlib import sha1

from tests.lab.environment import AWS_HELPER, HEALTHY_GITCONFIG, Environment, Setup, Stored
from tests.lab.scenario import Scenario
from tests.lab.scenarios.texts import ASKS, FORBIDDEN, config

_STORE = "[credential]\n\thelper = store\n"
_SSO = (
    "[default]\nregion = us-east-2\nsso_session = corp\nsso_account_id = 111122223333\n"
    "sso_role_name = Dev\n[sso-session corp]\nsso_start_url = https://x.awsapps.com/start\n"
    "sso_region = us-east-1\n"
)
_TOKEN = {
    "startUrl": "https://x.awsapps.com/start",
    "region": "us-east-1",
    "accessToken": "tok",
    "expiresAt": "2024-01-01T00:00:00Z",
}


def _utf_16(machine: Environment) -> None:
    (machine.home / ".gitconfig").write_bytes(HEALTHY_GITCONFIG.encode("utf-16"))


SCENARIOS = (
    Scenario(
        name="store-by-an-includeif",
        broken="includeIf brings a store before the helper",
        setup=Setup(
            user='[includeIf "gitdir:~/clone/"]\n\tpath = ~/work.inc\n' + HEALTHY_GITCONFIG,
            files={"work.inc": _STORE},
            stored=(Stored("store"),),
        ),
        shows=FORBIDDEN,
        fails={"credential-manager-conflict"},
        may={"stored-credentials"},
        doctor=("origin",),
    ),
    Scenario(
        name="store-in-the-xdg-configuration",
        broken="~/.config/git/config is read before ~/.gitconfig",
        setup=Setup(files={".config/git/config": _STORE}, stored=(Stored("store"),)),
        shows=FORBIDDEN,
        fails={"credential-manager-conflict"},
        may={"stored-credentials"},
        fixable=True,
    ),
    Scenario(
        name="include-that-does-not-apply",
        broken="the helper stands in an includeIf of another folder",
        setup=Setup(
            user='[includeIf "gitdir:~/other/"]\n\tpath = ~/work.inc\n',
            files={"work.inc": HEALTHY_GITCONFIG},
        ),
        shows=ASKS,
        fails={"config-shadowing"},
    ),
    Scenario(
        name="helpers-emptied-by-the-environment",
        broken="GIT_CONFIG_COUNT, as a client sets it",
        setup=Setup(
            variables={
                "GIT_CONFIG_COUNT": "1",
                "GIT_CONFIG_KEY_0": "credential.helper",
                "GIT_CONFIG_VALUE_0": "",
            }
        ),
        shows=ASKS,
        fails={"config-shadowing"},
    ),
    Scenario(
        name="reset-behind-the-helper",
        broken="the empty value stands behind it",
        setup=Setup(user=config(AWS_HELPER, "\thelper =\n\tUseHttpPath = true\n")),
        shows=ASKS,
        fails={"config-shadowing"},
        fixable=True,
    ),
    Scenario(
        name="section-of-one-label-too-many",
        broken="*.amazonaws.com covers one label",
        setup=Setup(
            user=config(AWS_HELPER).replace("l]", 'l "https://*.amazonaws.com"]', 1),
        ),
        shows=ASKS,
        fails={"credential-helper"},
        fixable=True,
    ),
    Scenario(
        name="helper-with-an-unquoted-semicolon",
        broken="the rest is a comment",
        setup=Setup(user=config("!f() { aws codecommit credential-helper $@; }; f")),
        shows=ASKS,
        fails={"credential-helper"},
    ),
    Scenario(
        name="gitconfig-in-utf-16",
        broken="written by PowerShell's >",
        setup=Setup(prepare=_utf_16),
        shows="bad config line",
        fails={"git-configuration"},
        doctor=(),
    ),
    Scenario(
        name="config-section-without-the-word-profile",
        broken="[work] in ~/.aws/config",
        setup=Setup(
            user=config("!aws codecommit credential-helper --profile work $@"),
            aws_config="[work]\nregion = us-east-2\naws_access_key_id = @KEY@\n"
            "aws_secret_access_key = @SECRET@\n",
            aws_credentials="",
        ),
        shows="(work) could not be found",
        fails={"profile-exists"},
    ),
    Scenario(
        name="sso-login-has-ended",
        broken="the token in the CLI's cache is old",
        setup=Setup(
            aws_config=_SSO,
            aws_credentials="",
            files={f".aws/sso/cache/{sha1(b'corp').hexdigest()}.json": json.dumps(_TOKEN)},
        ),
        shows=ASKS,
        fails={"aws-credentials"},
    ),
    Scenario(
        name="aws-of-a-python-that-is-gone",
        broken="bad interpreter",
        setup=Setup(programs={"aws": "#!/nowhere/python\nprint(1)\n"}),
        shows=ASKS,
        fails={"aws-cli-version"},
        may={"aws-cli-codecommit"},
    ),
)
