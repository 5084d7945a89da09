from __future__ import annotations

import pytest

from codecommit_doctor.rules.target import looks_like_codecommit
from tests.conftest import URL, Sandbox

HOST = "https://git-codecommit.us-east-2.amazonaws.com"
BROWSE = "codesuite/codecommit/repositories/demo/browse?region=us-east-2"

REPAIRED = [
    f"{URL}.git",
    f"{URL}.git/",
    "http://git-codecommit.us-east-2.amazonaws.com/v1/repos/demo",
    "https://codecommit.us-east-2.amazonaws.com/v1/repos/demo",
    "https://git-codecomit.us-east-2.amazonaws.com/v1/repos/demo",
    f"https://us-east-2.console.aws.amazon.com/{BROWSE}",
    f"https://console.aws.amazon.com/{BROWSE}",
    "https://console.aws.amazon.com/codecommit/home?region=us-east-2#/repository/demo/browse/HEAD",
    f"{HOST}/demo",
    f"{HOST}/v1/demo",
    f"{HOST}/V1/repos/demo",
    f"{URL} ",
    f"{URL}\u200b",
    f"{URL}\u00a0",
]

WELL_FORMED = [
    URL,
    f"{URL}/",
    f"{HOST}:443/v1/repos/demo",
    "https://git-codecommit-fips.us-east-2.amazonaws.com/v1/repos/a.b-c_D",
    "https://git-codecommit.cn-north-1.amazonaws.com.cn/v1/repos/demo",
    "https://vpce-0a1b-2c.git-codecommit.us-east-2.vpce.amazonaws.com/v1/repos/demo",
    "ssh://APKAEIBAERJR2EXAMPLE@git-codecommit.us-east-2.amazonaws.com/v1/repos/demo",
    "codecommit::us-east-2://work@demo",
    "codecommit://demo",
]

BEYOND_REPAIR = [
    f"{HOST}/v1/repos/",
    f"{HOST}/v1/repos/{'a' * 101}",
    f"{HOST}/v1/repos/my%20repo",
    "https://git-codecommit.amazonaws.com/v1/repos/demo",
    "https://git-codecommit.example.org/v1/repos/demo",
    "codecommit::us-east-2://work@demo.git",
]

WITH_A_HOST = [
    "codecommit::https://git-codecommit.us-east-2.amazonaws.com/v1/repos/demo",
    "codecommit://git-codecommit.us-east-2.amazonaws.com/v1/repos/demo",
    "codecommit::us-east-2://git-codecommit.us-east-2.amazonaws.com/v1/repos/demo",
]


def set_url(sandbox: Sandbox, url: str) -> None:
    sandbox.git("remote", "set-url", "origin", url)


@pytest.mark.parametrize("url", REPAIRED)
def test_repaired(healthy: Sandbox, url: str) -> None:
    set_url(healthy, url)
    done = healthy.examine()
    assert done.with_status("fail") == {"repository-url"}
    assert not done.with_status("warn")
    healthy.follow(done, "repository-url")
    assert healthy.git("remote", "get-url", "origin").stdout.rstrip("\n") == URL
    assert not healthy.examine().with_status("fail", "warn")


@pytest.mark.parametrize("url", WITH_A_HOST)
def test_the_remote_helpers_address_has_no_host(healthy: Sandbox, url: str) -> None:
    set_url(healthy, url)
    done = healthy.examine()
    assert done.status("repository-url") == "fail"
    healthy.follow(done, "repository-url")
    right = "codecommit::us-east-2://demo"
    assert healthy.git("remote", "get-url", "origin").stdout.rstrip("\n") == right


@pytest.mark.parametrize("url", WELL_FORMED)
def test_well_formed(healthy: Sandbox, url: str) -> None:
    set_url(healthy, url)
    assert healthy.examine().status("repository-url") == "pass"


@pytest.mark.parametrize("url", BEYOND_REPAIR)
def test_beyond_repair(healthy: Sandbox, url: str) -> None:
    set_url(healthy, url)
    result = healthy.examine().results["repository-url"]
    assert result["status"] == "fail"
    assert result["fix"] is None
    assert result["advice"]


def test_a_user_name_does_not_disturb_the_aws_helper(healthy: Sandbox) -> None:
    set_url(healthy, URL.replace("://", "://me@"))
    assert not healthy.examine().with_status("fail", "warn")


def test_user_name_of_git_credentials(healthy: Sandbox) -> None:
    healthy.write(".gitconfig", "[credential]\n\thelper = cache\n")
    set_url(healthy, URL.replace("://", "://me-at-123456789012@"))
    assert healthy.examine().status("repository-url") == "pass"


def test_capital_letters_in_the_host(healthy: Sandbox) -> None:
    set_url(healthy, URL.replace("git-codecommit", "Git-CodeCommit"))
    done = healthy.examine()
    assert done.status("repository-url") == "warn"
    healthy.follow(done, "repository-url")
    assert healthy.examine().status("repository-url") == "pass"


def test_one_of_several_addresses(healthy: Sandbox) -> None:
    healthy.git("remote", "set-url", "origin", f"{URL}.git")
    healthy.git("remote", "set-url", "--add", "origin", "https://example.org/mirror")
    done = healthy.examine()
    healthy.follow(done, "repository-url")
    urls = healthy.git("config", "--get-all", "remote.origin.url").stdout.split()
    assert urls == [URL, "https://example.org/mirror"]


def test_a_rule_spoils_it(healthy: Sandbox) -> None:
    healthy.git("config", "url.http://git-codecommit.us-east-2.insteadOf", HOST[:34])
    result = healthy.examine().results["repository-url"]
    assert result["status"] == "fail"
    assert "insteadof" in result["evidence"][1]["fact"]
    assert result["fix"] is None


def test_a_rule_abbreviates(healthy: Sandbox) -> None:
    healthy.git("config", f"url.{HOST}/v1/repos/.insteadOf", "cc:")
    set_url(healthy, "cc:demo")
    assert healthy.examine().status("repository-url") == "pass"


@pytest.mark.parametrize(
    ("url", "is_meant"),
    [
        (URL, True),
        ("https://github.com/aws/git-remote-codecommit", False),
        ("https://gitlab.example.org/team/codecommit-doctor.git", False),
        ("https://console.aws.amazon.com/codecommit/home", True),
        ("https://console.aws.amazon.com/s3/home?x=codecommit", False),
        ("https://us-east-2.console.aws.amazon.com/codesuite/codecommit/repositories/x", True),
        ("https://git.us-east-2.amazonaws.com/v1/repos/x", True),
        ("https://d111111abcdef8.example.com/v1/repos/x", False),
        ("codecommit://x", True),
        ("git@example.org:codecommit", False),
    ],
)
def test_what_is_taken_for_codecommit(url: str, is_meant: bool) -> None:
    assert looks_like_codecommit(url) is is_meant
