"""Machines on which all is well: nothing may fail or warn."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from threading import Thread

from tests.lab.environment import (
    HEALTHY_AWS_CONFIG,
    HEALTHY_AWS_CREDENTIALS,
    HEALTHY_GITCONFIG,
    Environment,
    Setup,
    Stored,
)
from tests.lab.scenario import Scenario
from tests.lab.scenarios.texts import GUIDE, HOST, RESET, config, spaced_profile, url_in

NAMED = "!aws codecommit credential-helper --profile 'My Profile' $@"


def _role_of_a_build(machine: Environment) -> None:
    """A server hands out the keys of a role, as the agent of CodeBuild and ECS does.

    The real one has the address 169.254.170.2, or for the FULL_URI also the loopback.
    """
    keys = machine.account.assume(machine.account.role("build", "AWSCodeCommitReadOnly"))
    assert keys.expires
    answer = {
        "AccessKeyId": keys.access_key,
        "SecretAccessKey": keys.secret,
        "Token": keys.token,
        "Expiration": f"{keys.expires:%Y-%m-%dT%H:%M:%SZ}",
    }

    class Agent(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.end_headers()
            self.wfile.write(json.dumps(answer).encode())

        def log_message(self, format: str, *args: object) -> None:
            pass

    server = HTTPServer(("127.0.0.1", 0), Agent)
    Thread(target=server.serve_forever, daemon=True).start()
    uri = f"http://127.0.0.1:{server.server_port}/v2/credentials/0123"
    variables = {"AWS_CONTAINER_CREDENTIALS_FULL_URI": uri, "AWS_DEFAULT_REGION": "us-east-2"}
    machine.setup = replace(machine.setup, variables=variables)
    for name in ("config", "credentials"):
        (machine.home / ".aws" / name).unlink()


SCENARIOS = (
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
    Scenario(name="profile-with-a-space-in-single-quotes", setup=spaced_profile(NAMED)),
    Scenario(
        name="profile-with-a-space-in-escaped-double-quotes",
        setup=spaced_profile('!aws codecommit credential-helper --profile \\"My Profile\\" $@'),
    ),
    Scenario(
        name="helper-without-its-last-word",
        setup=Setup(user=config("!aws codecommit credential-helper")),
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
        setup=Setup(url=url_in("us-east-2", "git-codecommit-fips.us-east-2.amazonaws.com")),
    ),
    Scenario(
        name="host-in-china",
        setup=Setup(
            url=url_in("cn-north-1", "git-codecommit.cn-north-1.amazonaws.com.cn"),
            aws_config="[default]\nregion = cn-north-1\n",
        ),
    ),
    Scenario(
        name="vpc-endpoint",
        setup=Setup(
            url=url_in("us-east-2", "vpce-0a1b.git-codecommit.us-east-2.vpce.amazonaws.com")
        ),
    ),
    Scenario(
        name="user-name-in-the-address",
        setup=Setup(url="https://dev@git-codecommit.us-east-2.amazonaws.com/v1/repos/demo"),
    ),
    Scenario(
        name="somebody-who-may-only-read",
        setup=Setup(policies=("AWSCodeCommitReadOnly", "IAMReadOnlyAccess")),
    ),
    Scenario(
        name="variable-that-leads-to-no-file",
        setup=Setup(variables={"AWS_CONFIG_FILE": "@HOME@/nowhere"}),
    ),
    Scenario(
        name="two-variables-for-the-profile",
        setup=Setup(
            variables={"AWS_PROFILE": "default", "AWS_DEFAULT_PROFILE": "other"},
            aws_config=HEALTHY_AWS_CONFIG + "[profile other]\nregion = us-east-2\n",
            aws_credentials=HEALTHY_AWS_CREDENTIALS
            + HEALTHY_AWS_CREDENTIALS.replace("[default]", "[other]"),
        ),
    ),
    Scenario(
        name="role-of-a-codebuild-project",
        setup=Setup(
            user="[credential]\n\thelper = !aws codecommit credential-helper $@\n"
            "\tUseHttpPath = true\n",
            prepare=_role_of_a_build,
        ),
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
