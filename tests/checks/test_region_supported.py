"""The check region-supported, on real clones, and its cure."""

from __future__ import annotations

import pytest
from botocore.session import Session

from codecommit_doctor.rules.regions import (
    FIPS,
    LISTED,
    all_regions,
    is_plausible,
    served_regions,
)
from tests.conftest import URL, Sandbox

ID = "region-supported"


def at(sandbox: Sandbox, host: str) -> None:
    sandbox.git("remote", "set-url", "origin", f"https://{host}/v1/repos/demo")


REGIONS = sorted(
    region
    for partition in ("aws", "aws-us-gov", "aws-cn")
    for region in Session().get_available_regions("codecommit", partition_name=partition)
)


def test_every_region_of_botocore_is_served(healthy: Sandbox) -> None:
    ends = {region: ".cn" if region.startswith("cn-") else "" for region in REGIONS}
    urls = [f"https://git-codecommit.{r}.amazonaws.com{end}/v1/repos/x" for r, end in ends.items()]
    done = healthy.examine("--only", ID, *urls)
    statuses = {t["region"]: t["results"][0]["status"] for t in done.report["targets"]}
    assert statuses == dict.fromkeys(REGIONS, "pass")
    assert len(REGIONS) >= 29


def test_every_fips_endpoint_is_served(healthy: Sandbox) -> None:
    urls = [f"https://git-codecommit-fips.{r}.amazonaws.com/v1/repos/x" for r in sorted(FIPS)]
    done = healthy.examine("--only", ID, *urls)
    assert done.report["counts"]["pass"] == len(FIPS) == 7


@pytest.mark.parametrize(
    "host",
    [
        "vpce-0ab-cd.git-codecommit.us-east-1.vpce.amazonaws.com",
        "vpce-0ab-cd.git-codecommit-fips.us-east-1.vpce.amazonaws.com",
        "git-codecommit.us-east-1.amazonaws.com:443",
        "git-codecommit.US-EAST-1.amazonaws.com",
    ],
)
def test_other_hosts_of_codecommit(healthy: Sandbox, host: str) -> None:
    at(healthy, host)
    done = healthy.examine("--only", ID)
    assert (done.status(ID), done.code) == ("pass", 0)


@pytest.mark.parametrize(
    ("host", "right"),
    [
        ("git-codecommit.us-esat-2.amazonaws.com", "git-codecommit.us-east-2.amazonaws.com"),
        ("git-codecommit.us-east2.amazonaws.com", "git-codecommit.us-east-2.amazonaws.com"),
        ("git-codecommit.eu-west-l.amazonaws.com", "git-codecommit.eu-west-1.amazonaws.com"),
        ("git-codecommit.cn-north-1.amazonaws.com", "git-codecommit.cn-north-1.amazonaws.com.cn"),
        ("git-codecommit.us-east-2.amazonaws.com.cn", "git-codecommit.us-east-2.amazonaws.com"),
        (
            "git-codecommit-fips.us-esat-1.amazonaws.com",
            "git-codecommit-fips.us-east-1.amazonaws.com",
        ),
    ],
)
def test_a_wrong_host_is_cured_by_what_is_advised(healthy: Sandbox, host: str, right: str) -> None:
    at(healthy, host)
    done = healthy.examine()
    assert (ID in done.with_status("fail"), done.code) == (True, 1)
    assert done.results[ID]["evidence"][0]["origin"] == "address of origin"
    for _ in range(2):
        assert healthy.follow(done, ID)
    assert healthy.git("remote", "get-url", "origin").stdout.strip() == (
        f"https://{right}/v1/repos/demo"
    )
    assert healthy.examine().with_status("fail") == set()


@pytest.mark.parametrize(
    ("host", "says"),
    [
        ("git-codecommit.mars.amazonaws.com", "there is no region mars"),
        ("git-codecommit-fips.eu-west-1.amazonaws.com", "eu-west-1 has no FIPS endpoint"),
    ],
)
def test_no_such_host(healthy: Sandbox, host: str, says: str) -> None:
    at(healthy, host)
    done = healthy.examine("--only", ID)
    assert done.with_status("fail") == {ID}
    assert says in done.results[ID]["summary"]
    assert done.results[ID]["advice"]


@pytest.mark.parametrize("region", ["eu-south-2", "ca-west-1", "ap-southeast-4", "us-east-9"])
@pytest.mark.parametrize(
    "form", ["https://git-codecommit.{}.amazonaws.com/v1/repos/x", "codecommit::{}://x"]
)
def test_a_region_that_may_have_been_opened_since(healthy: Sandbox, region: str, form: str) -> None:
    done = healthy.examine("--only", ID, form.format(region))
    assert done.with_status("warn") == {ID}
    assert LISTED in done.results[ID]["summary"]


def test_names_that_aws_gives_no_region() -> None:
    assert all(map(is_plausible, all_regions()))
    assert not any(map(is_plausible, ["us-esat-2", "us-east2", "eu-west-l", "mars", "eu--1", ""]))


@pytest.mark.parametrize(
    ("words", "env", "status"),
    [
        ((), {}, "pass"),
        ((), {"AWS_REGION": "eu-west-1"}, "pass"),
        ((), {"AWS_REGION": "eu-wset-1"}, "fail"),
        (("--region", "us-east-9"), {}, "warn"),
        (("--region", "cn-north-1"), {}, "pass"),
        (("codecommit::eu-west-1://demo",), {}, "pass"),
        (("codecommit::eu-wset-1://demo",), {}, "fail"),
        (("codecommit://demo",), {}, "pass"),
        (("codecommit://demo",), {"AWS_DEFAULT_REGION": "nowhere"}, "fail"),
        (("ssh://git-codecommit.us-east-2.amazonaws.com/v1/repos/x",), {}, "pass"),
    ],
)
def test_outside_a_clone(
    healthy: Sandbox, words: tuple[str, ...], env: dict[str, str], status: str
) -> None:
    healthy.env |= env
    done = healthy.examine("--only", ID, *words, cwd=healthy.home)
    assert done.status(ID) == status


def test_no_region_at_all_is_no_verdict(sandbox: Sandbox) -> None:
    done = sandbox.examine("--only", ID, cwd=sandbox.home)
    assert (done.status(ID), done.code) == ("skip", 0)


def test_a_correct_address_is_not_blamed_for_a_password(healthy: Sandbox) -> None:
    healthy.git("remote", "set-url", "origin", URL.replace("//", "//me:hunter2@"))
    done = healthy.examine()
    assert done.status(ID) == "pass"
    assert "hunter2" not in done.out


@pytest.mark.parametrize("name", ["", "gone"])
def test_regions_are_known_whatever_the_aws_settings_say(
    monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    monkeypatch.setenv("AWS_PROFILE", name)
    served_regions.cache_clear()
    assert "us-east-2" in served_regions()
