"""Addresses, taken apart."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from codecommit_doctor.rules.target import (
    HostKind,
    Target,
    Transport,
    general,
    looks_like_codecommit,
    parse,
)

HERE = Path()
PUBLIC = "git-codecommit.us-east-2.amazonaws.com"


def of(url: str) -> Target:
    return parse(url, name="t", directory=HERE)


@pytest.mark.parametrize(
    ("host", "kind", "region", "suffix"),
    [
        (PUBLIC, HostKind.PUBLIC, "us-east-2", "amazonaws.com"),
        (PUBLIC.upper(), HostKind.PUBLIC, "US-EAST-2", "amazonaws.com"),
        (
            "git-codecommit-fips.us-gov-west-1.amazonaws.com",
            HostKind.FIPS,
            "us-gov-west-1",
            "amazonaws.com",
        ),
        (
            "git-codecommit.cn-north-1.amazonaws.com.cn",
            HostKind.PUBLIC,
            "cn-north-1",
            "amazonaws.com.cn",
        ),
        (
            "vpce-0a1b-xyz.git-codecommit.us-east-1.vpce.amazonaws.com",
            HostKind.VPC,
            "us-east-1",
            "amazonaws.com",
        ),
        (
            "vpce-0a1b-xyz-us-east-1a.git-codecommit-fips.us-east-1.vpce.amazonaws.com",
            HostKind.VPC,
            "us-east-1",
            "amazonaws.com",
        ),
        ("codecommit.us-east-1.amazonaws.com", HostKind.UNKNOWN, None, ""),
        ("git-codecommit.amazonaws.com", HostKind.UNKNOWN, None, ""),
        ("git-codecommit.us-east-1.amazonaws.com.evil.example", HostKind.UNKNOWN, None, ""),
        ("evil.git-codecommit.us-east-1.amazonaws.com", HostKind.UNKNOWN, None, ""),
        ("git-codecommit.us-east-1.amazonaws.com.", HostKind.UNKNOWN, None, ""),
        ("console.aws.amazon.com", HostKind.UNKNOWN, None, ""),
        ("[::1]", HostKind.UNKNOWN, None, ""),
        ("", HostKind.UNKNOWN, None, ""),
    ],
)
@pytest.mark.parametrize("port", ["", ":443"])
def test_hosts(host: str, kind: HostKind, region: str | None, suffix: str, port: str) -> None:
    target = of(f"https://{host}{port}/v1/repos/demo")
    assert (target.host_kind, target.region, target.suffix) == (kind, region, suffix)
    assert target.host == host + port
    assert (target.transport, target.repository) == (Transport.HTTPS, "demo")


@pytest.mark.parametrize(
    ("path", "repository"),
    [
        ("/v1/repos/demo", "demo"),
        ("/v1/repos/demo/", "demo"),
        ("//v1/repos/demo", "demo"),
        ("/v1/repos/demo.git", "demo.git"),
        ("/v1/repos/My.Repo_1-x", "My.Repo_1-x"),
        ("/v1/repos/a%20b", "a b"),
        ("/v1/repos/", None),
        ("/v1/repos", None),
        ("/v1/repos/a/b", None),
        ("/v2/repos/demo", None),
        ("/demo", None),
        ("/", None),
        ("", None),
    ],
)
def test_paths(path: str, repository: str | None) -> None:
    assert of(f"https://{PUBLIC}{path}").repository == repository
    assert of(f"https://{PUBLIC}{path}").path == path


@pytest.mark.parametrize(
    ("url", "region", "profile", "repository"),
    [
        ("codecommit://demo", None, None, "demo"),
        ("codecommit://me@demo", None, "me", "demo"),
        ("codecommit::eu-west-1://demo", "eu-west-1", None, "demo"),
        ("codecommit::eu-west-1://my profile@demo", "eu-west-1", "my profile", "demo"),
        ("codecommit::eu-west-1://a@b@demo", "eu-west-1", "a", "b@demo"),
        ("codecommit::://demo", None, None, "demo"),
        ("codecommit::eu-west-1://", "eu-west-1", None, None),
    ],
)
def test_addresses_of_git_remote_codecommit(
    url: str, region: str | None, profile: str | None, repository: str | None
) -> None:
    target = of(url)
    assert target.transport is Transport.REMOTE_HELPER
    assert (target.region, target.profile, target.repository) == (region, profile, repository)
    assert target.shown_url == url


@pytest.mark.parametrize(
    ("url", "transport", "region"),
    [
        (f"ssh://{PUBLIC}/v1/repos/demo", Transport.SSH, "us-east-2"),
        (f"ssh://APKAEXAMPLE@{PUBLIC}/v1/repos/demo", Transport.SSH, "us-east-2"),
        (f"SSH://{PUBLIC}/v1/repos/demo", Transport.OTHER, "us-east-2"),
        (f"HTTPS://{PUBLIC}/v1/repos/demo", Transport.OTHER, "us-east-2"),
        (f"http://{PUBLIC}/v1/repos/demo", Transport.OTHER, "us-east-2"),
        (f"ftp://{PUBLIC}/v1/repos/demo", Transport.OTHER, "us-east-2"),
        (f"other://{PUBLIC}/v1/repos/demo", Transport.OTHER, "us-east-2"),
        (f"git@{PUBLIC}:v1/repos/demo", Transport.SSH, "us-east-2"),
        (f"{PUBLIC}:/v1/repos/demo", Transport.SSH, "us-east-2"),
        ("git@github.com:v1/repos/demo", Transport.OTHER, None),
        ("/srv/git/demo", Transport.OTHER, None),
        ("", Transport.OTHER, None),
    ],
)
def test_transports(url: str, transport: Transport, region: str | None) -> None:
    assert (of(url).transport, of(url).region) == (transport, region)


@pytest.mark.parametrize(("begin", "user"), [("me@", "me"), ("", None)])
def test_host_and_path_are_read_as_ssh(begin: str, user: str | None) -> None:
    target = of(f"{begin}{PUBLIC}:/v1/repos/demo")
    assert (target.user, target.host, target.path) == (user, PUBLIC, "/v1/repos/demo")
    assert target.repository == "demo"


@pytest.mark.parametrize(
    ("info", "user"),
    [
        ("me", "me"),
        ("me:hunter2", "me"),
        ("me%40corp:hunter2", "me@corp"),
        ("me:hunt@er2", "me"),
        (":hunter2", ""),
        ("", None),
    ],
)
def test_no_password_is_shown(info: str, user: str | None) -> None:
    target = of(f"https://{info}@{PUBLIC}/v1/repos/demo")
    assert (target.user, target.host) == (user, PUBLIC)
    assert target.shown_url == f"https://…@{PUBLIC}/v1/repos/demo"
    assert b"hunter" not in target.credential_request


def test_the_request_is_what_git_would_ask() -> None:
    target = of(f"https://me@{PUBLIC}:8443/v1/repos/demo/")
    assert target.credential_request == (
        b"protocol=https\nhost=git-codecommit.us-east-2.amazonaws.com:8443\n"
        b"path=v1/repos/demo\nusername=me\n\n"
    )


@given(url=st.text() | st.text("codeimt:/@.-%?#[]ab\n\0\udcff").map(lambda t: "https://" + t))
def test_nothing_is_too_odd_to_be_read(url: str) -> None:
    target = of(url)
    request = target.credential_request
    assert request.endswith(b"\n\n") and request.count(b"\n\n") == 1 and b"\0" not in request
    assert isinstance(target.shown_url, str) and isinstance(looks_like_codecommit(url), bool)


WORD = st.text("abcXYZ019!$&'()*+,;=:%@", min_size=1)


@given(user=WORD, rest=st.sampled_from([PUBLIC, f"{PUBLIC}:1/v1/repos/x", "x.example/a@b"]))
def test_no_password_is_shown_whatever_it_is(user: str, rest: str) -> None:
    target = of(f"https://{user}:s3cr3t@{rest}")
    assert "s3cr3t" not in target.shown_url
    assert re.match(r"https://…@", target.shown_url)


@pytest.mark.parametrize(
    ("url", "looks"),
    [
        (f"https://{PUBLIC}/v1/repos/x", True),
        (f"HTTPS://{PUBLIC.upper()}/v1/repos/x", True),
        ("codecommit::eu-west-1://x", True),
        (f"ssh://{PUBLIC}/v1/repos/x", True),
        ("https://us-east-1.console.aws.amazon.com/codesuite/codecommit/repositories/x", True),
        ("https://github.com/x/y", False),
        ("https://github.com/x/y?codecommit", False),
        ("/srv/codecommit/x", False),
        ("file:///srv/codecommit", False),
        (f"me@{PUBLIC}:v1/repos/x", True),
        (f"{PUBLIC}:v1/repos/x", True),
        ("git@github.com:v1/repos/codecommit", False),
    ],
)
def test_what_looks_like_codecommit(url: str, looks: bool) -> None:
    assert looks_like_codecommit(url) is looks


UNENCODED = f"https://me:hun/ter2@{PUBLIC}"


@pytest.mark.parametrize(
    ("url", "shown", "has_password"),
    [
        (f"https://{PUBLIC}/v1/repos/x", f"https://{PUBLIC}/v1/repos/x", False),
        (f"https://me@{PUBLIC}/v1", f"https://…@{PUBLIC}/v1", False),
        (f"https://me:@{PUBLIC}/v1", f"https://…@{PUBLIC}/v1", False),
        (f"https://me:pw@{PUBLIC}/v1", f"https://…@{PUBLIC}/v1", True),
        (f"https://:pw@{PUBLIC}/v1", f"https://…@{PUBLIC}/v1", True),
        (UNENCODED, f"https://…@{PUBLIC}", True),
        (f"{UNENCODED}/v1/repos/x", f"https://…@{PUBLIC}/v1/repos/x", True),
        ("codecommit://me@x", "codecommit://me@x", False),
        ("codecommit://me:pw@x", "codecommit://me:pw@x", False),
        ("/srv/git/x", "/srv/git/x", False),
        (f"me@{PUBLIC}:v1/repos/x", f"…@{PUBLIC}:v1/repos/x", False),
        (f"{PUBLIC}:v1/repos/x", f"{PUBLIC}:v1/repos/x", False),
        ("git@github.com:x/y", "git@github.com:x/y", False),
        (f"ssh://me@{PUBLIC}/v1", f"ssh://…@{PUBLIC}/v1", False),
    ],
)
def test_what_is_shown_of_an_address(url: str, shown: str, has_password: bool) -> None:
    assert (of(url).shown_url, of(url).has_password) == (shown, has_password)


def test_a_password_with_a_slash_hides_nothing_of_the_rest() -> None:
    target = parse(f"{UNENCODED}/v1/repos/x", name="n", directory=HERE, remote="origin")
    assert target.unencoded
    assert (target.url, target.remote) == (f"{UNENCODED}/v1/repos/x", "origin")
    assert (target.host, target.user, target.repository) == (PUBLIC, "me", "x")


def test_no_line_of_a_request_is_made_by_an_address() -> None:
    request = of(f"https://me%0Ahost=evil%00@{PUBLIC}/v1/repos/X").credential_request
    assert request == (
        f"protocol=https\nhost={PUBLIC}\npath=v1/repos/X\nusername=mehost=evil\n\n".encode()
    )


@pytest.mark.parametrize(("path", "line"), [("", b""), ("/", b""), ("/X", b"path=X\n")])
def test_a_request_without_a_path_has_no_line_for_it(path: str, line: bytes) -> None:
    request = of(f"https://{PUBLIC}{path}").credential_request
    assert request == f"protocol=https\nhost={PUBLIC}\n".encode() + line + b"\n"


def test_targets_are_told_apart_by_their_name_address_and_place() -> None:
    one = of(f"https://{PUBLIC}/v1/repos/x")
    assert hash(one) == hash(of(f"https://{PUBLIC}/v1/repos/x"))
    others = [
        of(f"https://{PUBLIC}/v1/repos/y"),
        parse(one.url, name="other", directory=HERE),
        parse(one.url, name="t", directory=HERE / "x"),
        parse(one.url, name="t", directory=HERE, remote="origin"),
    ]
    assert hash(one) not in {hash(other) for other in others}


@pytest.mark.parametrize(
    ("url", "looks"),
    [
        (f"{UNENCODED}/v1/repos/x", True),
        (f"ftp://{PUBLIC}/v1/repos/x", False),
        ("https://codecomit.example/x", True),
        ("https://code-commit.example/x", True),
        ("https://git.us-east-1.amazonaws.com/v1/repos/x", True),
        ("https://bucket.s3.amazonaws.com/x", False),
        ("https://example.com/v1/repos/x", False),
        ("https://console.aws.amazon.com/s3/buckets?x=codecommit", False),
    ],
)
def test_the_host_decides_what_looks_like_codecommit(url: str, looks: bool) -> None:
    assert looks_like_codecommit(url) is looks


@pytest.mark.parametrize(
    ("region", "host", "expected"),
    [
        ("us-east-2", None, (PUBLIC, HostKind.PUBLIC, "us-east-2", "amazonaws.com")),
        (
            "cn-north-1",
            None,
            (
                "git-codecommit.cn-north-1.amazonaws.com.cn",
                HostKind.PUBLIC,
                "cn-north-1",
                "amazonaws.com.cn",
            ),
        ),
        (
            "us-east-2",
            "git-codecommit-fips.us-east-1.amazonaws.com",
            (
                "git-codecommit-fips.us-east-1.amazonaws.com",
                HostKind.FIPS,
                "us-east-1",
                "amazonaws.com",
            ),
        ),
        ("us-east-2", "git.example", ("git.example", HostKind.UNKNOWN, None, "")),
    ],
)
def test_the_example_address_of_a_region(
    region: str, host: str | None, expected: tuple[str, HostKind, str | None, str]
) -> None:
    target = general(region, HERE, name="n", host=host)
    assert (target.host, target.host_kind, target.region, target.suffix) == expected
    assert target.url == f"https://{expected[0]}/v1/repos/"


@pytest.mark.parametrize("region", ["us-east-2", "cn-north-1", "us-gov-west-1"])
def test_the_example_address_of_a_region_is_read_back(region: str) -> None:
    target = general(region, HERE, name="n")
    again = of(target.url)
    assert target.assumed and (again.region, again.host) == (region, target.host)
    assert (again.suffix, again.host_kind) == (target.suffix, target.host_kind)
