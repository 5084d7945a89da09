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
    in_words,
    is_git_user,
    is_version_1,
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
    assert (found.flaws, found.verified) == ((Flaw.SECRET,), False)
    assert "the profile other" in found.explanation[0]


def test_a_secret_that_nobody_knows() -> None:
    found = judged(Keys("", ACCESS_KEY, "x" * 40))
    assert (found.flaws, found.verified) == ((Flaw.UNEXPLAINED,), False)


@pytest.mark.parametrize(
    ("asked", "signed", "says"),
    [
        (
            Resource(RESOURCE.host, "v1/repos/demo.git", "us-east-2"),
            RESOURCE,
            "it was signed for another path: /v1/repos/demo",
        ),
        (
            RESOURCE,
            Resource(RESOURCE.host, "v1/repos/X", "us-east-2"),
            "it was signed for another path: /v1/repos/X",
        ),
        (
            Resource("git.example", "v1/repos/demo", "us-east-2"),
            Resource("git.example", "v1/repos/demo", "us-west-2"),
            "it was signed for the region us-west-2",
        ),
        (
            Resource(f"{RESOURCE.host}:443", "v1/repos/demo", "us-east-2"),
            Resource("git-codecommit-fips.us-east-1.amazonaws.com", "v1/repos/demo", "us-east-1"),
            "it was signed for git-codecommit-fips.us-east-1.amazonaws.com",
        ),
    ],
)
def test_what_it_was_signed_for_is_named(asked: Resource, signed: Resource, says: str) -> None:
    password = f"{STAMP}Z{sign(KEYS, signed, STAMP)}"
    found = judge(ACCESS_KEY, password, asked, (KEYS,), NOW, other_paths=("v1/repos/X/",))
    assert (found.verified, found.explanation) == (False, (says,))


def test_without_the_keys_it_is_neither_right_nor_wrong() -> None:
    found = judged(known=(OTHER,))
    assert (found.verified, found.owner, found.refused) == (None, None, False)


@pytest.mark.parametrize(
    ("minutes", "flaws"),
    [
        (0, ()),
        (15, ()),
        (-5, ()),
        (14.9, ()),
        (15.1, (Flaw.OLD,)),
        (60 * 24 * 90, (Flaw.OLD,)),
        (-4, ()),
        (-6, (Flaw.FUTURE,)),
    ],
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


def test_a_key_that_needs_a_session_token() -> None:
    """The key of a session that does not look like one."""
    odd = Keys("x", ACCESS_KEY, SECRET_KEY, "token")
    found = judged(KEYS, known=(odd,))
    assert (found.flaws, found.explanation) == (
        (Flaw.TOKEN_MISSING,),
        ("its key needs a session token",),
    )


def test_a_session_ends_at_its_end() -> None:
    def ending(minutes: float | None, token: str | None = SESSION.token) -> Keys:
        end = None if minutes is None else NOW + timedelta(minutes=minutes)
        return Keys("x", SESSION.access_key, SECRET_KEY, token, end)

    def flaws(*known: Keys) -> tuple[Flaw, ...]:
        return judged(SESSION, known=known).flaws

    assert flaws(ending(1)) == (Flaw.EXPIRED,)
    assert flaws(ending(1.1)) == ()
    assert flaws(ending(None)) == ()
    assert flaws(ending(0), ending(5)) == ()
    assert flaws(ending(0), ending(None)) == ()
    assert flaws(ending(0), ending(5, "another")) == (Flaw.EXPIRED,)
    assert flaws(ending(5), ending(0, "another")) == ()


def test_keys_without_a_token_do_not_end() -> None:
    ended = Keys("x", ACCESS_KEY, SECRET_KEY, None, NOW - timedelta(hours=1))
    assert judged(KEYS, known=(ended,)).flaws == (Flaw.EXPIRED,)


def test_an_access_key_with_its_secret_is_no_git_user() -> None:
    found = judge(ACCESS_KEY, SECRET_KEY, RESOURCE, (), NOW)
    assert found.access_key == f"{ACCESS_KEY[:4]}…{ACCESS_KEY[-4:]}"
    assert found.explanation == ("an access key is not a user name of Git credentials",)
    assert judge("alice", "x", RESOURCE, (), NOW) == Judgement(Shape.OTHER)
    assert is_git_user("alice-at-111122223333") and not is_git_user("alice")


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


@pytest.mark.parametrize(
    ("token", "first"),
    [
        ("FwoGZXIvYXdzEBYaDD", True),
        ("IQoJb3JpZ2luX2VjEBY", False),
        ("FwoGZXIvYXdz", True),
        ("", False),
        ("\u00e4", False),
        ("abc", False),
        ("x" * 16 + "FwoGZXIvYXdz", False),
    ],
)
def test_a_session_token_of_version_1(token: str, first: bool) -> None:
    assert is_version_1(token) is first


@pytest.mark.parametrize(
    ("host", "region", "expected"),
    [
        ("git-codecommit.us-east-2.amazonaws.com", None, "us-east-2"),
        ("git-codecommit.us-east-2.amazonaws.com", "eu-west-1", "us-east-2"),
        ("git-codecommit-fips.us-west-2.amazonaws.com:443", "eu-west-1", "us-west-2"),
        ("vpce-0a.git-codecommit.us-east-1.vpce.amazonaws.com", None, "us-east-1"),
        ("git.example", "eu-west-1", "eu-west-1"),
        ("git.example", None, ""),
    ],
)
def test_the_region_that_a_signature_is_for(host: str, region: str | None, expected: str) -> None:
    target = parse(f"https://{host}/v1/repos/X/", name="", directory=Path())
    assert Resource.of(target, region) == Resource(host, "v1/repos/X", expected)


@pytest.mark.parametrize(
    ("key", "shown"),
    [("AKIA1234", "…"), ("AKIA12345", "AKIA…2345"), (ACCESS_KEY, "AKIA…MPLE")],
)
def test_what_is_shown_of_an_access_key(key: str, shown: str) -> None:
    assert masked(key) == shown


@pytest.mark.parametrize(
    ("host", "path", "region", "signature"),
    [
        (
            "git-codecommit.us-east-2.amazonaws.com",
            "v1/repos/demo",
            "us-east-2",
            "a37e0c265d5bbef877ad6097433075b1ee267274372bb3ca889365bc4b18b69c",
        ),
        (
            "git-codecommit-fips.us-east-1.amazonaws.com:443",
            "v1/repos/demo",
            "us-east-1",
            "bd67699ae646f06e8f952deaf664d2b701261e36bd3270e0c2e85870db71c2fb",
        ),
        (
            "git-codecommit.cn-north-1.amazonaws.com.cn",
            "v1/repos/demo",
            "cn-north-1",
            "473dac459f58b49286f1abf1738c9ea65781274533b717e01f194b361bcc83f7",
        ),
        (
            "vpce-0abc-1.git-codecommit.eu-west-1.vpce.amazonaws.com",
            "v1/repos/demo",
            "eu-west-1",
            "bd1ad56a2b8f8837b31f9100150261ffc70b3d69d43e22a539c236ba092171cb",
        ),
        (
            "codecommit.example.amazonaws.com",
            "v1/repos/demo",
            "us-east-2",
            "9a9cfe4f47f9d40aba447cbdd1747f99659568a4a729886fd7c1cb3eb99ba380",
        ),
        (
            "git-codecommit.us-east-2.amazonaws.com",
            "v1/repos/ä%20b",
            "us-east-2",
            "57a9dc9868433af9840ffee94d4c8d272d19df5c293c8973b3be0805122bf947",
        ),
        (
            "git-codecommit.us-east-2.amazonaws.com",
            "v1/repos/x#y?z",
            "us-east-2",
            "87c5f85d234cd090719ed007a46e383573d51c8065a4b3e522bddd6df162a20d",
        ),
        (
            "git-codecommit.us-east-2.amazonaws.com",
            "",
            "us-east-2",
            "d2b1d9f081e12cf21863cc9b3fb89ac29c4b569d83450bacc1479b4fe7204c36",
        ),
    ],
)
def test_a_signature_that_the_aws_cli_made(
    host: str, path: str, region: str, signature: str
) -> None:
    """Made by ``awscli.customizations.codecommit`` of AWS CLI 1.46 at this time."""
    assert sign(KEYS, Resource(host, path, region), STAMP) == signature


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (-5, "0 seconds"),
        (0.9, "0 seconds"),
        (1, "1 second"),
        (59, "59 seconds"),
        (60, "1 minute"),
        (179, "2 minutes"),
        (3599, "59 minutes"),
        (3600, "1 hour"),
        (7200, "2 hours"),
        (86399, "23 hours"),
        (86400, "1 day"),
        (3 * 86400 - 1, "2 days"),
    ],
)
def test_a_time_span_in_words(seconds: float, words: str) -> None:
    assert in_words(timedelta(seconds=seconds)) == words


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


def test_the_moment_has_two_digits_everywhere() -> None:
    stamp = "20261112T131415"
    now = datetime(2026, 11, 12, 13, 14, 15, tzinfo=timezone.utc)
    found = judge(ACCESS_KEY, f"{stamp}Z{sign(KEYS, RESOURCE, stamp)}", RESOURCE, (KEYS,), now)
    assert (found.verified, found.signed_at) == (True, now)
