"""Profiles, held against botocore's own session."""

from __future__ import annotations

from pathlib import Path

import pytest
from botocore.session import Session
from hypothesis import given
from hypothesis import strategies as st

from codecommit_doctor.probes.profiles import Profiles
from tests.conftest import CREDENTIALS, SECRET_KEY, Sandbox

CONFIG = (
    "[default]\nregion = us-east-2\n[profile 'My Profile']\nregion = eu-west-1\n"
    "[profile plain]\noutput = json\n[sso-session s]\nsso_region = us-east-1\n"
)


def test_names_of_both_files(inside: Sandbox) -> None:
    inside.write(".aws/config", CONFIG)
    inside.write(".aws/credentials", CREDENTIALS + "[only here]\naws_access_key_id = x\n")
    assert set(Profiles().names()) == {"default", "My Profile", "plain", "only here"}
    assert Profiles().by_name()["default"]["region"] == "us-east-2"
    assert Profiles().by_name()["default"]["aws_secret_access_key"] == SECRET_KEY


def test_the_files_that_variables_name(inside: Sandbox, monkeypatch: pytest.MonkeyPatch) -> None:
    inside.write(".aws/config", CONFIG)
    config = inside.write("else where/c", "[profile x]\n")
    inside.write("else where/d", "[y]\na = b\n")
    monkeypatch.setenv("AWS_CONFIG_FILE", str(config))
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", "~/else where/d")
    profiles = Profiles()
    assert profiles.names() == ("x", "y")
    assert [file.path for file in profiles.files()] == [
        str(config),
        str(inside.home / "else where" / "d"),
    ]
    assert [file.variable for file in profiles.files()] == [
        "AWS_CONFIG_FILE",
        "AWS_SHARED_CREDENTIALS_FILE",
    ]


def test_missing_files_are_no_failure(inside: Sandbox) -> None:
    profiles = Profiles()
    assert (profiles.names(), profiles.failures) == ((), ())
    assert [file.exists for file in profiles.files()] == [False, False]


@pytest.mark.parametrize("name", ["config", "credentials"])
@pytest.mark.parametrize(
    "garbage", [b"\xff\xfe\x00[", b"no section\n", b"[a\n", b"[a]\nb\n", b"[a]\n[a]\n", b"\0" * 99]
)
def test_garbage_is_a_failure_of_its_file_where_botocore_says_so(
    inside: Sandbox, name: str, garbage: bytes
) -> None:
    path = inside.write(f".aws/{name}", garbage)
    profiles = Profiles()
    try:
        Session().full_config  # noqa: B018
    except Exception:
        assert [file.path for file in profiles.failures] == [str(path)]
        assert SECRET_KEY not in str(profiles.failures)
    else:
        assert profiles.failures == ()


@pytest.mark.parametrize("name", ["config", "credentials"])
def test_a_directory_in_a_files_place_is_never_an_exception(inside: Sandbox, name: str) -> None:
    (inside.home / ".aws" / name).mkdir(parents=True)
    assert Profiles().names() == ()


@pytest.mark.parametrize(
    ("env", "profile", "region"),
    [
        ({}, None, ("us-east-2",)),
        ({}, "My Profile", ("eu-west-1",)),
        ({}, "plain", ()),
        ({}, "none", ()),
        ({"AWS_PROFILE": "My Profile"}, None, ("eu-west-1",)),
        ({"AWS_DEFAULT_PROFILE": "plain"}, None, ()),
        ({"AWS_REGION": "a", "AWS_DEFAULT_REGION": "b"}, None, ("a", "b", "us-east-2")),
        ({"AWS_REGION": "", "AWS_DEFAULT_REGION": "b"}, "My Profile", ("b", "eu-west-1")),
        ({"AWS_REGION": "us-east-2"}, None, ("us-east-2",)),
    ],
)
def test_the_regions_that_programs_may_take(
    inside: Sandbox,
    monkeypatch: pytest.MonkeyPatch,
    env: dict[str, str],
    profile: str | None,
    region: tuple[str, ...],
) -> None:
    inside.write(".aws/config", CONFIG)
    for name, value in env.items():
        monkeypatch.setenv(name, value)
    assert Profiles().regions(profile) == region


def test_secrets_are_known_wherever_they_stand(inside: Sandbox) -> None:
    inside.write(".aws/credentials", CREDENTIALS + "[x]\naws_session_token = FwoG\n")
    inside.write(".aws/config", "[profile y]\ns3 =\n  my_password = deep\n  other = x\n")
    assert Profiles().secrets() == {SECRET_KEY, "FwoG", "deep"}


NAMES = st.text("ab C'\"-_.\u00e4", min_size=1, max_size=8).filter(lambda name: "\n" not in name)
HEADERS = st.one_of(
    NAMES.map(lambda n: f"[{n}]"),
    NAMES.map(lambda n: f"[profile {n}]"),
    NAMES.map(lambda n: f"[profile '{n}']"),
    NAMES.map(lambda n: f'[profile "{n}"]'),
    NAMES.map(lambda n: f"[sso-session {n}]"),
    st.just("[default]"),
    st.just("[profile default]"),
)


@given(config=st.lists(HEADERS, max_size=5), credentials=st.lists(HEADERS, max_size=4))
def test_names_are_those_of_botocore(
    tmp_path_factory: pytest.TempPathFactory, config: list[str], credentials: list[str]
) -> None:
    folder = tmp_path_factory.mktemp("aws")
    with pytest.MonkeyPatch.context() as patch:
        for name, headers in {
            "CONFIG_FILE": config,
            "SHARED_CREDENTIALS_FILE": credentials,
        }.items():
            path = Path(folder, name)
            path.write_text("".join(f"{header}\nregion = x\n" for header in headers), "utf-8")
            patch.setenv(f"AWS_{name}", str(path))
        profiles = Profiles()
        try:
            expected = set(Session().available_profiles)
        except Exception:
            assert profiles.failures
        else:
            assert set(profiles.names()) == expected
