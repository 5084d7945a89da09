"""The session with AWS, on botocores that are built in another way than the one we know."""

from __future__ import annotations

import inspect
import json
from pathlib import Path

import botocore.configloader
import botocore.credentials
import botocore.session
import botocore.utils
import pytest

from codecommit_doctor.probes.aws_session import AwsSession, Unavailable
from codecommit_doctor.rules.access_key import Keys
from tests.conftest import ACCESS_KEY, SECRET_KEY, Sandbox

CONFIG = """\
[profile program]
credential_process = {program}
[profile keys]
aws_access_key_id = {key}
aws_secret_access_key = {secret}
[profile role]
role_arn = arn:aws:iam::111122223333:role/dev
source_profile = program
[profile second-factor]
role_arn = arn:aws:iam::111122223333:role/dev
source_profile = keys
mfa_serial = arn:aws:iam::111122223333:mfa/me
"""

CLASSES = [
    botocore.credentials.AssumeRoleProvider,
    botocore.credentials.CanonicalNameCredentialSourcer,
    botocore.credentials.ConfigProvider,
    botocore.credentials.CredentialProvider,
    botocore.credentials.CredentialResolver,
    botocore.credentials.Credentials,
    botocore.credentials.EnvProvider,
    botocore.credentials.ProcessProvider,
    botocore.credentials.ProfileProviderBuilder,
    botocore.credentials.SSOProvider,
    botocore.credentials.SharedCredentialProvider,
    botocore.session.Session,
    botocore.utils.JSONFileCache,
]

NAMES = [
    (owner, name)
    for owner in CLASSES
    for name, value in vars(owner).items()
    if inspect.isfunction(value) or name in ("METHOD", "CANONICAL_NAME")
]
"""What a later botocore may call something else."""


@pytest.fixture
def machine(inside: Sandbox, monkeypatch: pytest.MonkeyPatch) -> Sandbox:
    """Profiles of each kind that is made anew; no network is reached."""
    monkeypatch.setenv("HTTPS_PROXY", "http://127.0.0.1:9")
    answer = {"Version": 1, "AccessKeyId": ACCESS_KEY, "SecretAccessKey": SECRET_KEY}
    inside.write("answer", json.dumps(answer))
    program = inside.program("keys", f"cat '{inside.home}/answer'")
    config = CONFIG.format(program=program, key=ACCESS_KEY, secret=SECRET_KEY)
    inside.write(".aws/config", config)
    return inside


def keys(profile: str) -> Keys:
    return AwsSession(profile, "us-east-1", offline=False).keys()


def refusal(profile: str) -> Unavailable:
    with pytest.raises(Unavailable) as refused:
        keys(profile)
    return refused.value


@pytest.mark.parametrize("profile", ["keys", "program"])
def test_keys_are_found(machine: Sandbox, profile: str) -> None:
    assert keys(profile).secret == SECRET_KEY


@pytest.mark.parametrize("profile", ["program", "role"])
def test_a_program_is_run_within_bounds(machine: Sandbox, profile: str) -> None:
    """A role's source profile is asked in the same way as a profile itself."""
    machine.program("keys", "echo log in first >&2; exit 3")
    found = refusal(profile)
    assert "the credential_process of" in found.reason
    assert "log in first" in found.reason
    assert found.unusable


def test_nobody_is_prompted(machine: Sandbox) -> None:
    assert refusal("second-factor").code == "MFA"


def test_no_session_is_written_to_the_cache_of_the_aws_cli(machine: Sandbox) -> None:
    with pytest.raises(Unavailable, match="over the network"):
        keys("role")
    assert not (machine.home / ".aws" / "cli").exists()


@pytest.mark.parametrize(
    ("owner", "name"), NAMES, ids=[f"{owner.__name__}.{name}" for owner, name in NAMES]
)
def test_what_botocore_calls_otherwise_proves_nothing(
    machine: Sandbox, monkeypatch: pytest.MonkeyPatch, owner: type, name: str
) -> None:
    """Without it the keys are found, or the reason is botocore and no fault of the user's."""
    monkeypatch.delattr(owner, name)
    for profile in ("keys", "program", "second-factor"):
        try:
            assert keys(profile).secret == SECRET_KEY
        except Unavailable as unseen:
            assert unseen.code == "MFA" or not unseen.unusable, unseen.reason
            assert "can't be read" not in unseen.reason


@pytest.mark.parametrize("name", ["AssumeRoleProvider", "ProcessProvider", "CredentialResolver"])
def test_a_constructor_that_takes_something_else(
    machine: Sandbox, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    class Other(getattr(botocore.credentials, name)):  # type: ignore[misc]
        def __init__(self) -> None: ...

    monkeypatch.setattr(botocore.credentials, name, Other)
    found = refusal("keys")
    assert (
        found.reason == f"the doctor's own botocore {botocore.__version__} failed here (TypeError)"
    )
    assert not found.unusable


def test_a_check_is_skipped_then(
    machine: Sandbox, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    from codecommit_doctor.engine.registry import load
    from codecommit_doctor.engine.session import Session

    machine.healthy()
    monkeypatch.delattr(botocore.credentials.CredentialResolver, "load_credentials")
    catalogue = load().select(("aws-credentials",), ())
    look = Session((), catalogue).look()
    (finding,) = look.sections[0].findings
    assert finding.result.status.value == "skip"
    assert "own botocore" in finding.result.summary
