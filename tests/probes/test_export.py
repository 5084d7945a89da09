"""Keys of a login that our botocore can't read, asked of the user's own AWS CLI."""

from __future__ import annotations

import json
import os
import shlex
import shutil
import sys
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import botocore.credentials
import pytest
from botocore.exceptions import MissingDependencyException

from codecommit_doctor.probes.aws_session import AwsSession, Unavailable
from codecommit_doctor.probes.export import exported_keys
from codecommit_doctor.probes.principal import principal
from codecommit_doctor.rules.target import parse
from tests.conftest import ACCESS_KEY, SECRET_KEY, Sandbox

pytestmark = pytest.mark.skipif(os.name == "nt", reason="the programs are shell scripts")

MODULES = os.environ.get("AWSCLI2_MODULES", "")
ANSWER = {
    "Version": 1,
    "AccessKeyId": "ASIAIOSFODNN7EXAMPLE",
    "SecretAccessKey": SECRET_KEY,
    "SessionToken": "t0ken",
    "Expiration": "2099-01-01T00:00:00Z",
}
ENDED = "Unable to retrieve credentials: Your session has expired. Please reauthenticate"


@pytest.fixture
def machine(inside: Sandbox) -> Sandbox:
    """A profile of ``aws login`` that botocore can't read here: there is no awscrt."""
    inside.write(".aws/config", "[profile l]\nlogin_session = arn:aws:iam::111122223333:user/a\n")
    return inside


@pytest.fixture(autouse=True)
def no_crt(monkeypatch: pytest.MonkeyPatch) -> None:
    """What botocore says where awscrt is missing."""

    def load(self: object) -> None:
        raise MissingDependencyException(msg="awscrt")

    monkeypatch.setattr(botocore.credentials.LoginProvider, "load", load)


def keys(*, asks_cli: bool = True) -> Any:
    return AwsSession("l", "us-east-1", offline=False, asks_cli=asks_cli).keys()


def answering(machine: Sandbox, answer: object) -> None:
    machine.write("answer", json.dumps(answer))
    home = shlex.quote(str(machine.home))
    machine.program("aws", f'echo "$*" $AWS_CLI_AUTO_PROMPT >>{home}/asked; cat {home}/answer')


def test_the_keys_of_the_aws_cli_sign(machine: Sandbox) -> None:
    answering(machine, ANSWER)
    session = AwsSession("l", "us-east-1", offline=False, asks_cli=True)
    found = session.keys()
    assert (found.secret, found.token, found.expires and found.expires.year) == (
        SECRET_KEY,
        "t0ken",
        2099,
    )
    assert not session.long_term()
    client = session._client("sts")
    assert client._request_signer._credentials.access_key == ANSWER["AccessKeyId"]
    asked = (machine.home / "asked").read_text().splitlines()
    assert asked == ["configure export-credentials --profile l --format process off"]


def test_a_botocore_that_passes_the_login_over(
    machine: Sandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Before 1.41 it knows no such login and finds nothing."""
    session = AwsSession("l", "us-east-1", offline=False)
    session._session()
    monkeypatch.delattr(botocore.credentials, "LoginProvider")
    monkeypatch.setattr("botocore.session.Session.get_credentials", lambda self: None)
    with pytest.raises(Unavailable, match="can't read this kind of login") as unread:
        session.keys()
    assert not unread.value.unusable


def test_it_is_not_asked_for_a_profile_that_a_clone_names(machine: Sandbox) -> None:
    answering(machine, ANSWER)
    with pytest.raises(Unavailable, match="can't read this kind of login"):
        keys(asks_cli=False)
    assert not (machine.home / "asked").exists()


@pytest.mark.parametrize(
    ("said", "code", "reason", "proved"),
    [
        (ENDED, 255, "Your session has expired", True),
        ("Could not connect to the endpoint URL", 255, "Could not connect", False),
        ("aws: error: argument subcommand: Invalid choice, valid choices are:", 2, "botoc", False),
        ("", 255, "ended with exit code 255", False),
    ],
)
def test_an_aws_cli_that_gives_none(
    machine: Sandbox, said: str, code: int, reason: str, proved: bool
) -> None:
    machine.program("aws", f"echo {shlex.quote(said)} >&2; exit {code}")
    with pytest.raises(Unavailable, match=reason) as refused:
        keys()
    assert refused.value.unusable is proved


@pytest.mark.parametrize("answer", [[], {}, {**ANSWER, "SecretAccessKey": 1}, "x", None])
def test_an_answer_that_is_none(machine: Sandbox, answer: object) -> None:
    answering(machine, answer)
    assert exported_keys("l", "the profile l") is None


def test_the_secret_is_not_told(machine: Sandbox) -> None:
    machine.program("aws", f"echo Error: invalid key {SECRET_KEY} >&2; exit 1")
    with pytest.raises(Unavailable) as refused:
        keys()
    assert SECRET_KEY not in refused.value.reason


@pytest.mark.skipif(not MODULES, reason="AWS CLI 2 is not installed: AWSCLI2_MODULES")
def test_real_aws_cli_2(machine: Sandbox) -> None:
    script = Path(MODULES).parents[2] / "bin" / "aws"
    machine.program("aws", f'PYTHONPATH={MODULES} exec /usr/bin/python3 {script} "$@"')
    keyed = f"aws_access_key_id = {ACCESS_KEY}\naws_secret_access_key = {SECRET_KEY}\n"
    machine.write(".aws/config", f"[default]\ncli_auto_prompt = on\n[profile l]\n{keyed}")
    found = exported_keys("l", "the profile l")
    assert found and (found.secret, found.token) == (SECRET_KEY, None)
    with pytest.raises(Unavailable, match="nope"):
        exported_keys("nope", "the profile nope")


def test_real_aws_cli_1_has_no_such_command(machine: Sandbox) -> None:
    program = shutil.which("aws", path=os.path.dirname(sys.executable)) or shutil.which("aws")
    if program is None:
        pytest.skip("the AWS CLI is not installed")
    machine.program("aws", f'exec {shlex.quote(program)} "$@"')
    assert exported_keys("l", "the profile l") is None


@pytest.mark.parametrize(
    ("yours", "profile", "wanted", "asked"),
    [
        (True, "p", None, True),
        (False, "p", None, False),
        (False, "p", "p", True),
        (False, None, None, True),
    ],
)
def test_whose_choice_a_profile_is(
    yours: bool, profile: str | None, wanted: str | None, asked: bool
) -> None:
    by = SimpleNamespace(entry=SimpleNamespace(is_yours=yours))
    signer: Any = SimpleNamespace(by=by, profile=profile, region=None, signs=True, aws_helpers=[by])
    wish: Any = SimpleNamespace(profile=wanted, region=None, offline=False)
    target = parse("codecommit::us-east-2://p@demo", name="demo", directory=Path())
    assert principal(target, signer, wish).yours is asked


def test_an_address_that_was_typed_is_yours() -> None:
    signer: Any = SimpleNamespace(by=None, profile="p", region=None, signs=True, aws_helpers=[])
    wish: Any = SimpleNamespace(profile=None, region=None, offline=False)
    target = parse("codecommit::us-east-2://p@demo", name="demo", directory=Path())
    assert principal(target, signer, wish).yours
    assert not principal(target._replace(remote="origin"), signer, wish).yours
