from __future__ import annotations

import hashlib
import json
from datetime import datetime, timedelta, timezone
from types import SimpleNamespace
from typing import Any

import pytest

from codecommit_doctor.probes.credential_source import CredentialSource, Kind
from codecommit_doctor.rules.access_key import Keys
from tests import facts
from tests.conftest import ACCESS_KEY, HELPER, SECRET_KEY, Sandbox

ID = "aws-credentials"
URL = "https://x.awsapps.com/start"
SSO = (
    "[profile p]\nsso_session = corp\nsso_account_id = 111122223333\nsso_role_name = dev\n"
    f"[sso-session corp]\nsso_start_url = {URL}\nsso_region = us-east-1\n"
)


def with_profile(box: Sandbox, config: str) -> Sandbox:
    helper = HELPER.replace("$@", "--profile p $@")
    box.write(".gitconfig", f"[credential]\n\thelper = {helper}\n\tUseHttpPath = true\n")
    box.write(".aws/config", config)
    return box


def logged_in(box: Sandbox, hours: float, name: str = "corp", **more: Any) -> Sandbox:
    """A token of IAM Identity Center that ends in some hours."""
    ends = datetime.now(timezone.utc) + timedelta(hours=hours)
    token = {"accessToken": "t", "expiresAt": ends.strftime("%Y-%m-%dT%H:%M:%SZ"), **more}
    key = hashlib.sha1(name.encode()).hexdigest()
    box.write(f".aws/sso/cache/{key}.json", json.dumps(token))
    return box


def result(box: Sandbox, status: str) -> dict[str, Any]:
    done = box.examine("--only", ID)
    found: dict[str, Any] = done.results[ID]
    assert found["status"] == status, found
    return found


def test_a_key(healthy: Sandbox) -> None:
    assert "the profile default" in result(healthy, "pass")["summary"]


def test_no_helper(sandbox: Sandbox) -> None:
    result(sandbox, "skip")


def test_nothing(healthy: Sandbox) -> None:
    healthy.write(".aws/credentials", "")
    assert "no AWS credentials" in result(healthy, "fail")["summary"]


def test_half_a_key(healthy: Sandbox) -> None:
    healthy.write(".aws/credentials", f"[default]\naws_access_key_id = {ACCESS_KEY}\n")
    assert "aws_secret_access_key is missing" in result(healthy, "fail")["summary"]


def test_the_environment_counts(healthy: Sandbox) -> None:
    healthy.env["AWS_ACCESS_KEY_ID"] = ACCESS_KEY
    assert "environment" in result(healthy, "fail")["summary"]
    healthy.env["AWS_SECRET_ACCESS_KEY"] = SECRET_KEY
    assert "environment" in result(healthy, "pass")["summary"]


def test_unless_the_helper_names_a_profile(healthy: Sandbox) -> None:
    healthy.env["AWS_ACCESS_KEY_ID"] = ACCESS_KEY
    keys = f"aws_access_key_id = {ACCESS_KEY}\naws_secret_access_key = {SECRET_KEY}\n"
    with_profile(healthy, f"[profile p]\n{keys}")
    assert "the profile p" in result(healthy, "pass")["summary"]


def test_a_login_that_was_never_made(healthy: Sandbox) -> None:
    healthy.program("aws", "echo aws-cli/2.32.0 Python/3.13 Linux/6 exe/x86_64")
    found = result(with_profile(healthy, SSO), "fail")
    assert "not logged in: the profile p" in found["summary"]
    assert found["advice"][0]["command"] == "aws sso login --profile p"


@pytest.mark.parametrize("renewable", [False, True])
def test_a_login_that_has_ended(healthy: Sandbox, renewable: bool) -> None:
    more = {"refreshToken": "r"} if renewable else {}
    logged_in(with_profile(healthy, SSO), -30, **more)
    found = result(healthy, "skip" if renewable else "fail")
    assert renewable or "ended 1 day ago" in found["summary"]


def test_a_login_that_lasts(healthy: Sandbox) -> None:
    logged_in(with_profile(healthy, SSO), 1)
    assert "offline" in result(healthy, "skip")["summary"]


def test_a_login_in_the_old_form(healthy: Sandbox) -> None:
    config = f"[profile p]\nsso_start_url = {URL}\nsso_region = us-east-1\n"
    logged_in(with_profile(healthy, config), -1, URL)
    assert "ended 1 hour ago" in result(healthy, "fail")["summary"]


def test_a_session_that_is_left_of_an_ended_login(healthy: Sandbox) -> None:
    logged_in(with_profile(healthy, SSO), -1)
    ends = datetime.now(timezone.utc) + timedelta(minutes=30)
    session = {
        "AccessKeyId": "ASIAIOSFODNN7EXAMPLE",
        "SecretAccessKey": SECRET_KEY,
        "SessionToken": "t",
        "Expiration": ends.strftime("%Y-%m-%dT%H:%M:%SZ"),
    }
    healthy.write(".aws/cli/cache/x.json", json.dumps({"Credentials": session}))
    result(healthy, "skip")


def test_aws_login(healthy: Sandbox) -> None:
    healthy.program("aws", "echo aws-cli/2.32.0 Python/3.13 Linux/6 exe/x86_64")
    with_profile(healthy, "[profile p]\nlogin_session = arn:aws:iam::111122223333:user/a\n")
    found = result(healthy, "fail")
    assert found["advice"][0]["command"] == "aws login --profile p"


@pytest.mark.parametrize(
    "settings",
    [
        "credential_process = touch ran",
        "role_arn = arn:aws:iam::111122223333:role/r\nsource_profile = default",
        "role_arn = arn:aws:iam::111122223333:role/r\nsource_profile = p",
    ],
)
def test_what_can_not_be_told_offline(healthy: Sandbox, settings: str) -> None:
    with_profile(healthy, f"[profile p]\n{settings}\n")
    result(healthy, "skip")
    assert not list(healthy.home.rglob("ran"))


def test_a_process_that_fails(healthy: Sandbox) -> None:
    with_profile(healthy, "[profile p]\ncredential_process = sh -c 'echo 53cr3t >&2; exit 1'\n")
    done = healthy.examine("--only", ID, offline=False)
    assert done.status(ID) == "fail"
    assert (
        "credential_process of the profile p failed: ended with exit code 1"
        in done.results[ID]["summary"]
    )
    assert "53cr3t" not in done.out


def test_the_words_of_a_process_that_fails(healthy: Sandbox) -> None:
    script = f"echo 'token {SECRET_KEY} of the session has expired' >&2; exit 1"
    with_profile(healthy, "[profile p]\ncredential_process = brings\n")
    healthy.program("brings", script)
    done = healthy.examine("--only", ID, offline=False)
    assert done.results[ID]["summary"].endswith("failed: token … of the session has expired")


def test_sessions_of_a_few_minutes(healthy: Sandbox) -> None:
    script = healthy.bin / "brings"
    script.write_text(
        '#!/bin/sh\nprintf \'{"Version": 1, "AccessKeyId": "ASIAIOSFODNN7EXAMPLE", '
        '"SecretAccessKey": "x", "SessionToken": "t", "Expiration": "%s"}\' '
        '"$(date -u -d "+5 minutes" +%Y-%m-%dT%H:%M:%SZ)"\n'
    )
    script.chmod(0o755)
    with_profile(healthy, f"[profile p]\ncredential_process = {script}\n")
    done = healthy.examine("--only", ID, offline=False)
    assert done.status(ID) == "warn"
    assert "less than 15 minutes" in done.results[ID]["summary"]


def test_a_login_that_belongs_to_another_user(sandbox: Sandbox) -> None:
    logged_in(with_profile(sandbox, SSO), 5)
    sandbox.obeys_modes = True
    (token,) = (sandbox.home / ".aws/sso/cache").iterdir()
    token.chmod(0)
    found = result(sandbox, "fail")
    assert found["code"] == f"{ID}/no-permission"
    assert "mode 0000" in found["evidence"][0]["fact"]
    assert "may not be read" in found["summary"]


def test_a_path_that_git_bash_rewrote(healthy: Sandbox) -> None:
    healthy.write(".aws/credentials", "")
    name = "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI"
    healthy.env[name] = "C:/Program Files/Git/v2/credentials/0123-4567"
    found = result(healthy, "fail")
    assert found["code"] == f"{ID}/path-converted"
    assert "MSYS_NO_PATHCONV=1" in found["advice"][0]["text"]
    assert "0123-4567" not in json.dumps(found)


_LOGIN = "[profile p]\nregion = us-east-2\nlogin_session = arn:aws:iam::111122223333:user/dev\n"


def test_an_aws_cli_that_can_not_read_aws_login(healthy: Sandbox) -> None:
    """The real AWS CLI 1 of the tests has no awscrt, and no command export-credentials either."""
    found = result(with_profile(healthy, _LOGIN), "fail")
    assert found["code"] == f"{ID}/cannot-read-aws-login"
    assert [step["command"] for step in found["advice"]] == [None]
    assert "AWS CLI 2.32" in found["advice"][0]["text"]


@pytest.mark.parametrize(("version", "reads"), [("2.31.0", False), ("2.32.0", True)])
def test_an_aws_cli_2_and_aws_login(healthy: Sandbox, version: str, reads: bool) -> None:
    healthy.program("aws", f"echo aws-cli/{version} Python/3.13 Linux/6 exe/x86_64")
    found = result(with_profile(healthy, _LOGIN), "fail")
    assert (found["code"] == f"{ID}/not-logged-in") == reads
    commands = [step["command"] or "" for step in found["advice"]]
    if reads:
        assert commands[0] == "aws login --profile p"
    else:
        assert [step["text"] for step in found["advice"]] == [
            "Use AWS CLI 2.32 or later for the helper"
        ]


@pytest.mark.parametrize("version", ["1.44.0", "2.15.0"])
def test_commands_that_the_aws_cli_has(sandbox: Sandbox, version: str) -> None:
    with_profile(sandbox, SSO)
    sandbox.program("aws", f"echo aws-cli/{version} Python/3.13 Linux/6 exe/x86_64")
    (step,) = result(sandbox, "fail")["advice"]
    assert bool(step["command"]) == version.startswith("2.")
    assert ("AWS CLI 1.44.0 has no `aws sso login`" in step["text"]) == version.startswith("1.")


V1, V2 = "FwoGZXIvYXdzEXAMPLETOKEN", "IQoJb3JpZ2luX2VjEXAMPLE"


@pytest.mark.parametrize(
    ("region", "token", "refused", "status"),
    [
        ("ap-east-1", V1, None, "warn"),
        ("ap-east-1", V1, True, "warn"),
        ("ap-east-1", V1, False, "pass"),
        ("me-south-1", "FQoGZXIvYXdzEXAMPLETOKEN", True, "warn"),
        ("ap-east-1", V2, True, "pass"),
        ("ap-east-1", "no base64 at all", True, "pass"),
        ("ap-east-1", "", True, "pass"),
        ("us-east-2", V1, True, "pass"),
        ("eu-west-3", V1, True, "pass"),
    ],
)
def test_a_session_token_of_version_1(
    region: str, token: str, refused: bool | None, status: str
) -> None:
    aws = SimpleNamespace(
        signs=True,
        offline=False,
        source=lambda: CredentialSource(Kind.KEYS, "work"),
        keys=lambda: Keys("work", "ASIAIOSFODNN7EXAMPLE", "secret", token),
        identity=lambda: SimpleNamespace(arn="arn:aws:sts::111122223333:assumed-role/dev/me"),
    )
    found = facts.ask(
        facts.check(ID),
        facts.target(f"https://git-codecommit.{region}.amazonaws.com/v1/repos/demo"),
        aws,
        facts.cli(),
        facts.profiles("work"),
        facts.host(),
        facts.signer(facts.AWS),
        SimpleNamespace(refused=lambda _: refused),
        facts.handshake(),
    )
    assert found.status.value == status, found
    assert (found.code == "global-token") == (status == "warn")
    assert not token or token not in repr(found)
