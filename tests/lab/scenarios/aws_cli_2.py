"""The real AWS CLI 2 as the helper, with the logins that are common."""

from __future__ import annotations

import hashlib
import json
from datetime import timedelta

from tests.lab.environment import (
    HEALTHY_AWS_CONFIG,
    HEALTHY_GITCONFIG,
    HEALTHY_POLICIES,
    Environment,
    Setup,
)
from tests.lab.programs import AWS_CLI_2
from tests.lab.scenario import Scenario
from tests.lab.scenarios.texts import ASKS

_CLI = {"aws": AWS_CLI_2}
_SSO = (
    "[default]\nregion = us-east-2\nsso_session = corp\nsso_account_id = 123456789012\n"
    "sso_role_name = dev\n[sso-session corp]\nsso_start_url = https://x.awsapps.com/start\n"
    "sso_region = us-east-1\nsso_registration_scopes = sso:account:access\n"
)
_PROMPTS = HEALTHY_AWS_CONFIG + "cli_auto_prompt = on\n"
_PROCESS = '[default]\nregion = us-east-2\ncredential_process = cat "@HOME@/keys.json"\n'
_KEYS = '{"Version": 1, "AccessKeyId": "@KEY@", "SecretAccessKey": "@SECRET@"}'
_NO_TOKEN = {
    "AWS_ROLE_ARN": "arn:aws:iam::123456789012:role/dev",
    "AWS_WEB_IDENTITY_TOKEN_FILE": "@HOME@/no-token",
}


def _session_name() -> str:
    """The file in ``~/.aws/cli/cache`` for a role of an sso-session, named as botocore does."""
    words = {"sessionName": "corp", "roleName": "dev", "accountId": "123456789012"}
    text = json.dumps(words, sort_keys=True, separators=(",", ":"))
    return hashlib.sha1(text.encode()).hexdigest()


_SESSION = json.dumps(
    {
        "ProviderType": "sso",
        "Credentials": {
            "AccessKeyId": "@KEY@",
            "SecretAccessKey": "@SECRET@",
            "SessionToken": "@TOKEN@",
            "Expiration": "2099-01-01T00:00:00Z",
        },
    }
)
_TOKEN = json.dumps(
    {"accessToken": "t", "expiresAt": "2099-01-01T00:00:00Z", "region": "us-east-1"}
)
_TOKEN_FILE = f".aws/sso/cache/{hashlib.sha1(b'corp').hexdigest()}.json"


_MAY_ASSUME = {
    "Version": "2012-10-17",
    "Statement": [{"Effect": "Allow", "Action": "sts:AssumeRole", "Resource": "*"}],
}


def _role(machine: Environment) -> None:
    """The helper's profile is a role that rests on the keys of another one."""
    arn = machine.account.role("deploy", "AWSCodeCommitReadOnly")
    file = machine.home / ".aws" / "config"
    role = f"[profile role]\nregion = us-east-2\nrole_arn = {arn}\nsource_profile = default\n"
    file.write_text(file.read_text("utf-8") + role, "utf-8")


SCENARIOS = (
    Scenario(name="aws-cli-2-with-keys", setup=Setup(programs=_CLI)),
    Scenario(
        name="aws-cli-2-with-a-role",
        setup=Setup(
            user=HEALTHY_GITCONFIG.replace("$@", "--profile role $@"),
            policies=(*HEALTHY_POLICIES, _MAY_ASSUME),
            programs=_CLI,
            prepare=_role,
        ),
    ),
    Scenario(
        name="aws-cli-2-with-a-credential-process",
        setup=Setup(
            aws_config=_PROCESS, aws_credentials="", files={"keys.json": _KEYS}, programs=_CLI
        ),
    ),
    Scenario(
        name="aws-cli-2-with-a-credential-process-that-fails",
        broken="its file is gone",
        setup=Setup(aws_config=_PROCESS, aws_credentials="", programs=_CLI),
        shows="No such file",
        fails={"aws-credentials"},
    ),
    Scenario(
        name="aws-cli-2-with-a-session-of-sso",
        setup=Setup(
            aws_config=_SSO,
            aws_credentials="",
            session=timedelta(hours=1),
            files={f".aws/cli/cache/{_session_name()}.json": _SESSION, _TOKEN_FILE: _TOKEN},
            programs=_CLI,
        ),
    ),
    Scenario(
        name="aws-cli-2-without-a-login-of-sso",
        broken="aws sso login was never run",
        setup=Setup(aws_config=_SSO, aws_credentials="", programs=_CLI),
        shows=ASKS,
        fails={"aws-credentials"},
    ),
    Scenario(
        name="aws-cli-2-without-the-token-of-a-web-identity",
        broken="AWS_WEB_IDENTITY_TOKEN_FILE leads to no file",
        setup=Setup(aws_config="", aws_credentials="", variables=_NO_TOKEN, programs=_CLI),
        shows="No such file",
        fails={"aws-credentials"},
    ),
    Scenario(
        name="auto-prompt-in-the-profile",
        broken="AWS CLI 2 prompts for its options",
        setup=Setup(aws_config=_PROMPTS, programs=_CLI),
        shows="Unknown options: protocol=https",
        fails={"credential-handshake"},
        warns={"aws-configuration"},
        fixable=True,
    ),
    Scenario(
        name="auto-prompt-by-a-variable",
        broken="AWS CLI 2 prompts for its options",
        setup=Setup(variables={"AWS_CLI_AUTO_PROMPT": "on"}, programs=_CLI),
        shows="Unknown options: protocol=https",
        fails={"credential-handshake"},
        warns={"aws-configuration"},
        fixable=True,
    ),
    Scenario(
        name="auto-prompt-after-an-error-alone",
        setup=Setup(aws_config=_PROMPTS.replace(" on\n", " on-partial\n"), programs=_CLI),
    ),
)
