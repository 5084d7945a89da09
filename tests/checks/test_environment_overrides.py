from __future__ import annotations

import pytest

from tests.conftest import ACCESS_KEY, CREDENTIALS, HEALTHY, HELPER, SECRET_KEY, Sandbox

OTHER = "AKIAI44QH8DHBEXAMPLE"
TEMPORARY = "ASIAIOSFODNN7EXAMPLE"
TOKEN = "FwoGZXIvYXdzEXAMPLETOKEN"
KEYS = {"AWS_ACCESS_KEY_ID": OTHER, "AWS_SECRET_ACCESS_KEY": SECRET_KEY}
SESSION = {**KEYS, "AWS_ACCESS_KEY_ID": TEMPORARY, "AWS_SESSION_TOKEN": TOKEN}

HEALTHY_ENVIRONMENTS: list[dict[str, str]] = [
    {},
    SESSION,
    {**KEYS, "AWS_ACCESS_KEY_ID": ACCESS_KEY},
    {"AWS_PROFILE": "work"},
    {"AWS_PROFILE": "work", "AWS_DEFAULT_PROFILE": "work"},
    {**KEYS, "AWS_ACCESS_KEY_ID": ACCESS_KEY, "AWS_PROFILE": "work"},
    {"AWS_REGION": "eu-west-1"},
]

OVERRIDDEN: list[dict[str, str]] = [
    KEYS,
    {**KEYS, "AWS_PROFILE": "work"},
    {**SESSION, "AWS_PROFILE": "work"},
    {"AWS_PROFILE": "work", "AWS_DEFAULT_PROFILE": "default"},
    {"AWS_CONFIG_FILE": "/gone/config"},
]

BROKEN: list[dict[str, str]] = [
    {"AWS_ACCESS_KEY_ID": OTHER},
    {**KEYS, "AWS_ACCESS_KEY_ID": TEMPORARY},
    {**KEYS, "AWS_SESSION_TOKEN": TOKEN},
]


@pytest.fixture
def work(healthy: Sandbox) -> Sandbox:
    healthy.write(".aws/credentials", CREDENTIALS + CREDENTIALS.replace("default", "work"))
    return healthy


@pytest.mark.parametrize("env", HEALTHY_ENVIRONMENTS)
def test_healthy(work: Sandbox, env: dict[str, str]) -> None:
    work.env.update(env)
    done = work.examine()
    assert done.status("environment-overrides") == "pass"
    assert not done.with_status("fail", "warn")


@pytest.mark.parametrize("env", OVERRIDDEN)
def test_overridden(work: Sandbox, env: dict[str, str]) -> None:
    work.env.update(env)
    done = work.examine()
    assert done.status("environment-overrides") == "warn"
    assert TOKEN not in done.out


@pytest.mark.parametrize("env", BROKEN)
def test_broken(work: Sandbox, env: dict[str, str]) -> None:
    work.env.update(env)
    done = work.examine("--skip", "credential-handshake", "--skip", "aws-credentials")
    assert done.with_status("fail") == {"environment-overrides"}


@pytest.mark.parametrize("env", [*OVERRIDDEN[:4], *BROKEN])
def test_a_profile_in_the_helper_wins(work: Sandbox, env: dict[str, str]) -> None:
    work.env.update(env)
    text = HEALTHY.replace("$@", "--profile work $@")
    assert HELPER not in text
    work.write(".gitconfig", text)
    assert work.examine().status("environment-overrides") == "pass"


def test_only_keys_in_the_environment(work: Sandbox) -> None:
    (work.home / ".aws/credentials").unlink()
    work.env.update(KEYS)
    assert not work.examine().with_status("fail", "warn")
