"""What the checks of addresses make of facts: of protocols and of regions."""

from __future__ import annotations

from collections.abc import Mapping
from types import SimpleNamespace
from typing import Any

import pytest

from codecommit_doctor.check import Entry, Environment, Result, Target
from tests import facts
from tests.facts import URL, entry, git, seen, target

# protocol-allowed


def allowed(*entries: Entry, listed: str | None = None, url: str = URL) -> Result:
    environment = Environment({} if listed is None else {"GIT_ALLOW_PROTOCOL": listed})
    gits = git(entries=(entry("x", "core.editor"), *entries))
    return facts.ask(facts.check("protocol-allowed"), target(url), gits, environment)


def test_protocol_allowed() -> None:
    never = entry("never", "protocol.https.allow", line=1)
    assert seen(allowed()) == ("pass", None, False)
    assert seen(allowed(never, url="codecommit://demo")) == ("skip", "not-https", False)
    result = allowed(listed="ssh:file")
    assert seen(result) == ("fail", "forbidden", True)
    assert result.evidence[0].fact == "GIT_ALLOW_PROTOCOL=ssh:file"
    assert "GIT_ALLOW_PROTOCOL" in result.advice[0].text
    result = allowed(never, entry("never", "protocol.https.allow", line=7), entry("y", "a.b"))
    assert seen(result) == ("fail", "forbidden", True)
    assert result.evidence[0].origin.line == 7
    assert result.fix
    assert (result.fix.safety.value, result.advice) == ("unsafe", ())
    result = allowed(entry("never", "protocol.allow", scope="command", file=None))
    assert (result.status.value, result.fix) == ("fail", None)
    assert result.advice[0].text.startswith("Remove protocol.allow from")


# region-supported


def region_of(
    url: str = URL,
    *,
    exists: tuple[str, ...] | None = (),
    assumed: bool = False,
    variables: Mapping[str, str] | None = None,
    failures: bool = False,
    of_profiles: Mapping[str, str] | None = None,
) -> Result:
    """exists: the hosts that are found; None where none can be looked up."""
    host = SimpleNamespace(resolves=lambda name: None if exists is None else name in exists)
    settings = {name: {"region": value} for name, value in (of_profiles or {}).items()}
    profiles = SimpleNamespace(
        failures=("x",) if failures else (),
        default_name=lambda: "default",
        setting=lambda profile, name: settings.get(profile, {}).get(name),
    )
    named = target(url)._replace(assumed=assumed)
    environment = Environment(variables or {})
    return facts.ask(facts.check("region-supported"), named, profiles, host, environment)


def at(region: str) -> str:
    return URL.replace("us-east-2", region)


KNOWN = "git-codecommit.us-east-1.amazonaws.com"
FIPS, CHINA = URL.replace("git-codecommit", "git-codecommit-fips"), at("cn-north-1")


@pytest.mark.parametrize(
    ("url", "exists", "status", "code"),
    [
        (URL, None, "pass", None),
        (at("US-EAST-2"), None, "pass", None),
        ("https://example.com/v1/repos/demo", None, "skip", "unknown-host"),
        ("codecommit://demo", None, "skip", "no-region"),
        (FIPS, None, "pass", None),
        (FIPS.replace("us-east-2", "eu-west-1"), None, "fail", "no-fips"),
        (CHINA, None, "fail", "wrong-suffix"),
        (CHINA.replace(".com", ".com.cn"), None, "pass", None),
        (URL.replace(".com", ".com.cn"), None, "fail", "wrong-suffix"),
        ("codecommit::cn-north-1://demo", None, "pass", None),
        # AWS has it, CodeCommit's list does not
        (at("ap-southeast-5"), None, "warn", "not-listed"),
        (at("ap-southeast-5"), (KNOWN,), "warn", "not-listed"),
        # nobody has heard of it
        (at("us-east-7"), None, "warn", "not-listed"),
        (at("us-east-7"), (), "warn", "not-listed"),
        (at("us-east-7"), (KNOWN,), "fail", "misspelt"),
        (at("us-east-7"), (KNOWN, "git-codecommit.us-east-7.amazonaws.com"), "warn", "not-listed"),
        (at("eu-wset-1"), (), "fail", "misspelt"),
        (at("xyzzy"), (), "fail", "no-such-region"),
        (at("xyzzy"), ("git-codecommit.xyzzy.amazonaws.com",), "warn", "not-listed"),
        ("codecommit::us-east-7://demo", (KNOWN,), "fail", "misspelt"),
        ("codecommit::us-east-7://demo", ("git-codecommit.us-east-7.amazonaws.com",), "warn",
         "not-listed"),
    ],
)  # fmt: skip
def test_regions(url: str, exists: tuple[str, ...] | None, status: str, code: str | None) -> None:
    result = region_of(url, exists=exists)
    assert seen(result) == (status, code, False)
    assert bool(result.advice) is (status in ("warn", "fail"))
    assert bool(result.evidence) is (status != "skip")


def test_a_host_with_a_port_is_looked_up_without_it() -> None:
    url = at("us-east-7").replace(".com/", ".com:443/")
    assert (
        region_of(url, exists=(KNOWN, "git-codecommit.us-east-7.amazonaws.com")).code != "misspelt"
    )


@pytest.mark.parametrize(
    ("url", "exists", "words"),
    [
        (at("us-east-7"), None, "did you mean us-east-"),
        (at("us-east-7"), ("git-codecommit.us-east-7.amazonaws.com",),
         "but git-codecommit.us-east-7.amazonaws.com exists"),
        (FIPS.replace("us-east-2", "us-east-7"), ("git-codecommit-fips.us-east-7.amazonaws.com",),
         "but git-codecommit-fips.us-east-7.amazonaws.com exists"),
        ("codecommit::us-east-7://demo", ("git-codecommit.us-east-7.amazonaws.com",),
         "but git-codecommit.us-east-7.amazonaws.com exists"),
        (at("ap-southeast-5"), None, None),
        (at("mars-central-1"), ("git-codecommit.mars-central-1.amazonaws.com",), "exists"),
    ],
)  # fmt: skip
def test_what_is_said_of_a_region_that_is_not_listed(
    url: str, exists: tuple[str, ...] | None, words: str | None
) -> None:
    result = region_of(url, exists=exists)
    assert result.code == "not-listed"
    assert words in result.summary if words else "mean" not in result.summary
    assert ("exists" in result.summary) is bool(exists)


@pytest.mark.parametrize(
    ("more", "region", "origin"),
    [
        ({"variables": {"AWS_DEFAULT_REGION": "eu-west-1"}}, "eu-west-1", "AWS_DEFAULT_REGION"),
        ({"variables": {"AWS_REGION": "eu-west-1"}}, None, ""),
        ({"of_profiles": {"work": "eu-west-1", "default": "x"}}, "eu-west-1", "profile work"),
        ({"of_profiles": {"work": "eu-west-1"}, "failures": True}, None, ""),
        ({"of_profiles": {"default": "eu-west-1"}}, None, ""),
    ],
)
def test_the_region_of_git_remote_codecommit(
    more: dict[str, Any], region: str | None, origin: str
) -> None:
    result = region_of("codecommit://work@demo", **more)
    assert seen(result) == (("pass", None, False) if region else ("skip", "no-region", False))
    if region:
        assert result.evidence[0].fact == f"region {region}"
        assert result.evidence[0].origin.text.endswith(origin)
    assert region_of("codecommit://demo", of_profiles={"default": "eu-west-1"}).code is None
    elsewhere = region_of("https://example.com/v1/repos/demo", **more)
    assert elsewhere.code == "unknown-host"
    assert region_of("https://example.com/x", assumed=True).code == "no-region"


def test_names_that_can_not_be_looked_up_prove_nothing() -> None:
    host = SimpleNamespace(resolves=lambda name: name == KNOWN or None)
    profiles = SimpleNamespace(failures=())
    check = facts.check("region-supported")
    result = facts.ask(check, target(at("us-east-7")), profiles, host, Environment())
    assert seen(result) == ("warn", "not-listed", False)


def test_a_misspelt_region_of_the_environment() -> None:
    misspelt = {"AWS_DEFAULT_REGION": "us-esat-2"}
    result = region_of("codecommit://demo", variables=misspelt)
    assert seen(result) == ("fail", "misspelt", False)
    assert "did you mean us-east-2?" in result.summary


def test_a_misspelt_region_of_the_default_profile() -> None:
    (step,) = region_of("codecommit://demo", of_profiles={"default": "us-esat-2"}).advice
    assert step.command[-3:] == ("us-east-2", "--profile", "default")


def test_where_the_region_was_read() -> None:
    def origin(named: Target) -> str:
        profiles = SimpleNamespace(failures=())
        check, host = facts.check("region-supported"), SimpleNamespace()
        return facts.ask(check, named, profiles, host, Environment()).evidence[0].origin.text

    assert origin(target()) == "address given"
    assert origin(facts.cloned()) == "address of origin"
    assert origin(target()._replace(assumed=True)).startswith("command line, environment")


@pytest.mark.parametrize(
    ("url", "remote", "command", "text"),
    [
        (at("us-esat-2"), None, (), "Use the host git-codecommit.us-east-2.amazonaws.com"),
        (at("US-ESAT-2"), None, (), "Use the host git-codecommit.us-east-2.amazonaws.com"),
        (at("us-esat-2"), "origin", ("git", "remote", "set-url", "origin", URL), "Correct"),
        ("codecommit::us-esat-2://demo", None, (), "Use the address codecommit::us-east-2://demo"),
        (CHINA, "origin", ("git", "remote", "set-url", "origin", f"{CHINA[:-len('/v1/repos/demo')]}"
                           ".cn/v1/repos/demo"), "Correct"),
        (FIPS.replace("us-east-2", "eu-west-1"), None, (),
         "Use git-codecommit.eu-west-1.amazonaws.com, or one of ca-central-1"),
    ],
)  # fmt: skip
def test_the_right_address(
    url: str, remote: str | None, command: tuple[str, ...], text: str
) -> None:
    profiles, host = SimpleNamespace(failures=()), SimpleNamespace(resolves=lambda _: False)
    named = target(url)._replace(remote=remote)
    result = facts.ask(facts.check("region-supported"), named, profiles, host, Environment())
    (step,) = result.advice
    assert step.command == command
    assert step.text.startswith(text)
