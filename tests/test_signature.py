from __future__ import annotations

import subprocess
from datetime import datetime, timedelta, timezone
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from codecommit_doctor.rules.access_key import Keys
from codecommit_doctor.rules.signature import (
    Flaw,
    Judgement,
    Resource,
    Shape,
    judge,
    masked,
    sign,
)
from codecommit_doctor.rules.target import parse
from tests.conftest import ACCESS_KEY, SECRET_KEY, URL, Sandbox

NOW = datetime(2026, 3, 4, 5, 6, 7, tzinfo=timezone.utc)
STAMP = "20260304T050607"
KEYS = Keys("the profile default", ACCESS_KEY, SECRET_KEY)
OTHER = Keys(
    "the profile other", "AKIAI44QH8DHBEXAMPLE", "je7MtGbClwBF/2Zp9Utk/h3yCo8nvbEXAMPLEKEY"
)
SESSION = Keys("the profile sso", "ASIAIOSFODNN7EXAMPLE", SECRET_KEY, "FwoGZXIvYXdzEBYaDD")
RESOURCE = Resource.of(parse(URL, name="", directory=Path()))


def judged(
    keys: Keys = KEYS,
    resource: Resource = RESOURCE,
    *,
    known: tuple[Keys, ...] = (KEYS, OTHER, SESSION),
    username: str | None = None,
    minutes: float = 1,
    other_paths: tuple[str, ...] = (),
) -> Judgement:
    """What is said of a password made with these keys for this resource, some minutes later."""
    if username is None:
        username = f"{keys.access_key}%{keys.token}" if keys.token else keys.access_key
    now = NOW + timedelta(minutes=minutes)
    password = f"{STAMP}Z{sign(keys, resource, STAMP)}"
    return judge(username, password, RESOURCE, known, now, other_paths=other_paths)


@pytest.mark.parametrize("keys", [KEYS, SESSION])
def test_right(keys: Keys) -> None:
    found = judged(keys)
    assert (found.shape, found.verified, found.refused) == (Shape.AWS_SIGNATURE, True, False)
    assert (found.owner, found.age) == (keys.owner, 60)
    assert found.access_key == f"{keys.access_key[:4]}…MPLE"


@pytest.mark.parametrize(
    ("resource", "flaw", "says"),
    [
        (Resource(RESOURCE.host, "", RESOURCE.region), Flaw.PATH, "no path"),
        (Resource(RESOURCE.host, "v1/repos/demo.git", RESOURCE.region), Flaw.PATH, "demo.git"),
        (Resource(RESOURCE.host, "v1/repos/mate", RESOURCE.region), Flaw.PATH, "another path"),
        (Resource(RESOURCE.host, RESOURCE.path, "eu-west-1"), Flaw.REGION, "eu-west-1"),
        (
            Resource("git-codecommit.eu-west-1.amazonaws.com", RESOURCE.path, "eu-west-1"),
            Flaw.HOST,
            "git-codecommit.eu-west-1",
        ),
        (
            Resource("git-codecommit-fips.us-east-2.amazonaws.com", RESOURCE.path, "us-east-2"),
            Flaw.HOST,
            "-fips",
        ),
    ],
)
def test_signed_for_something_else(resource: Resource, flaw: Flaw, says: str) -> None:
    found = judged(resource=resource, other_paths=("/v1/repos/mate",))
    assert (found.verified, found.flaws) == (False, (flaw,))
    assert says in found.explanation[0]


def test_signed_with_the_secret_of_another_profile() -> None:
    found = judged(OTHER, username=KEYS.access_key)
    assert found.flaws == (Flaw.SECRET,)
    assert "the profile other" in found.explanation[0]


def test_a_secret_that_nobody_knows() -> None:
    found = judged(Keys("", ACCESS_KEY, "x" * 40))
    assert found.flaws == (Flaw.UNEXPLAINED,)


def test_without_the_keys_it_is_neither_right_nor_wrong() -> None:
    found = judged(known=(OTHER,))
    assert (found.verified, found.owner, found.refused) == (None, None, False)


@pytest.mark.parametrize(
    ("minutes", "flaws"),
    [(14.9, ()), (15.1, (Flaw.OLD,)), (60 * 24 * 90, (Flaw.OLD,)), (-4, ()), (-6, (Flaw.FUTURE,))],
)
def test_age(minutes: float, flaws: tuple[Flaw, ...]) -> None:
    assert judged(minutes=minutes).flaws == flaws


def test_a_temporary_key_without_its_token() -> None:
    found = judged(SESSION, username=SESSION.access_key)
    assert found.flaws == (Flaw.TOKEN_MISSING,)
    assert judged(SESSION, username=SESSION.access_key, known=()).flaws == (Flaw.TOKEN_MISSING,)


def test_a_token_of_another_session() -> None:
    found = judged(SESSION, username=f"{SESSION.access_key}%older")
    assert found.flaws == (Flaw.TOKEN_OTHER,)
    assert "older" not in repr(found)


def test_an_expired_session() -> None:
    ended = Keys("x", SESSION.access_key, SECRET_KEY, SESSION.token, NOW - timedelta(hours=1))
    assert judged(SESSION, known=(ended,)).flaws == (Flaw.EXPIRED,)


@pytest.mark.parametrize(
    ("username", "password", "shape"),
    [
        ("", "", Shape.EMPTY),
        (ACCESS_KEY, "", Shape.EMPTY),
        ("alice-at-111122223333", "R2l0IGNyZWRlbnRpYWxzIG9mIElBTS4uLg==", Shape.GIT_CREDENTIALS),
        ("alice+1-at-111122223333", "hunter2", Shape.GIT_CREDENTIALS),
        ("alice-at-111122223333+1", "hunter2", Shape.OTHER),
        ("alice@example.com", "hunter2", Shape.OTHER),
        (ACCESS_KEY, SECRET_KEY, Shape.OTHER),
        (ACCESS_KEY, "20261399T000000Z" + "0" * 64, Shape.OTHER),
    ],
)
def test_other_shapes(username: str, password: str, shape: Shape) -> None:
    found = judge(username, password, RESOURCE, (KEYS,), NOW)
    assert found.shape is shape
    assert not password or password not in repr(found)


@given(st.text(max_size=80), st.text(max_size=90))
def test_any_text_is_judged(username: str, password: str) -> None:
    judge(username, password, RESOURCE, (KEYS, SESSION), NOW)


def test_nothing_secret_is_shown() -> None:
    assert SECRET_KEY not in repr(KEYS)
    assert str(SESSION.token) not in repr(SESSION)
    assert masked("AKIA") == "…"


HOSTS = [
    "git-codecommit.us-east-2.amazonaws.com",
    "git-codecommit-fips.us-east-1.amazonaws.com:443",
    "git-codecommit.cn-north-1.amazonaws.com.cn",
    "vpce-0abc-1.git-codecommit.eu-west-1.vpce.amazonaws.com",
    "codecommit.example.amazonaws.com",
]


@pytest.mark.parametrize(
    ("host", "path"),
    [
        *((host, "v1/repos/demo") for host in HOSTS),
        *((HOSTS[0], path) for path in ("v1/repos/ä%20b", "v1/repos/x#y?z", "")),
    ],
)
def test_as_the_aws_command_signs(healthy: Sandbox, host: str, path: str) -> None:
    request = f"protocol=https\nhost={host}\npath={path}\n\n"
    programs = [str(healthy.bin / "aws")]
    if Path("/usr/bin/aws").exists():
        programs.append("/usr/bin/aws")
    for program in programs:
        done = subprocess.run(
            [program, "codecommit", "credential-helper", "get"],
            input=request.encode(),
            env=healthy.env,
            capture_output=True,
            timeout=60,
        )
        answer = dict(line.split("=", 1) for line in done.stdout.decode().splitlines())
        stamp, _, signature = answer["password"].partition("Z")
        region = Resource.of(
            parse(f"https://{host}/x", name="", directory=Path()), "us-east-2"
        ).region
        assert sign(KEYS, Resource(host, path, region), stamp) == signature
