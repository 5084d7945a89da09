"""Programs that are not there, that are no program's name, or that may not be executed."""

from __future__ import annotations

from typing import Any

import pytest

from codecommit_doctor.check import Environment, Result, Unstartable
from codecommit_doctor.redaction.helper import masked_helper
from codecommit_doctor.rules.helper import Helper
from tests import facts
from tests.conftest import SECRET_KEY, Sandbox
from tests.facts import AWS, seen, target

ADDRESS = "codecommit::us-east-2://demo"
THERE = Unstartable("/opt/bin/mine", "644")


@pytest.mark.parametrize(
    ("written", "right"),
    [
        ("! 'aws codecommit credential-helper $@'", AWS),
        ('!"aws codecommit credential-helper $@"', AWS),
        ("!'aws codecommit' credential-helper $@", AWS),
        (
            "!'aws --profile x codecommit credential-helper' $@",
            "!aws --profile x codecommit credential-helper $@",
        ),
        (
            "!'/opt/my aws/aws codecommit credential-helper $@'",
            "!'/opt/my aws/aws' codecommit credential-helper $@",
        ),
        ("!'aws' codecommit credential-helper $@", None),
        ("!'/opt/aws codecommit/aws' codecommit credential-helper $@", None),
        ("!\"aws\" 'codecommit' credential-helper $@", None),
    ],
)
def test_a_command_in_one_pair_of_quotes(written: str, right: str | None) -> None:
    helper = Helper(written)
    assert (helper.flaw is None) == (right is None)
    assert helper.corrected == (right or written)
    assert masked_helper(written) == written
    assert SECRET_KEY not in masked_helper(f"!'aws codecommit credential-helper {SECRET_KEY}'")


@pytest.mark.parametrize(
    ("written", "program"),
    [
        ("!mine get-token", "mine"),
        ("mine --x", "git-credential-mine"),
        ("store", "git-credential-store"),
        ("/opt/mine --x", "/opt/mine"),
        ("!'/opt/my x' --y", "/opt/my x"),
        ("!f() { mine; }; f", None),
        ("!A=1 mine", None),
        ("!exec mine", None),
        ("!echo x | mine", None),
        ("!$LOST/mine", "/mine"),
        ("", None),
    ],
)
def test_what_git_looks_for(written: str, program: str | None) -> None:
    assert Helper(written, {}).program == program


def helper(*written: str, profiles: tuple[str, ...] = ("default",), **cli: Any) -> Result:
    return facts.ask(
        facts.check("credential-helper"),
        target=target(),
        git=facts.git(*written),
        signer=facts.signer(*written),
        aws_cli=facts.cli(**{"programs": {}} | cli),
        profiles=facts.profiles(*profiles),
    )


@pytest.mark.parametrize(
    ("written", "cli", "status", "code"),
    [
        (("!mine",), {"absent": ("mine",)}, "fail", "helper-not-found"),
        (
            ("mine", "!other"),
            {"absent": ("git-credential-mine", "other")},
            "fail",
            "helper-not-found",
        ),
        (("mine", "store"), {"absent": ("git-credential-mine",)}, "skip", "other-helper"),
        (("!mine",), {}, "skip", "other-helper"),
        (("!mine",), {"modes": {"mine": THERE}}, "fail", "no-permission"),
        (("!f() { mine; }; f",), {}, "skip", "other-helper"),
        (("!mine aws codecommit credential-helper",), {}, "fail", "wrapper-not-found"),
        (
            ("!mine aws codecommit credential-helper",),
            {"modes": {"mine": THERE}},
            "fail",
            "no-permission",
        ),
    ],
)
def test_a_helper_that_is_not_there(
    written: tuple[str, ...], cli: Any, status: str, code: str
) -> None:
    result = helper(*written, **cli)
    assert seen(result) == (status, code, False)
    if code == "no-permission":
        assert "its mode (644)" in result.summary
        assert result.advice[0].command == ("chmod", "a+x", "/opt/bin/mine")
    if code == "helper-not-found":
        assert result.fix
        assert seen(helper(*written, profiles=(), **cli)) == (status, code, False)


def test_the_mode_of_an_aws_is_the_business_of_its_own_check() -> None:
    written = "!/opt/bin/mine/aws codecommit credential-helper $@"
    modes = {"/opt/bin/mine/aws": THERE}
    assert helper(written, modes=modes).status.value == "pass"
    result = facts.ask(
        facts.check("aws-cli-version"),
        target=target(),
        aws_cli=facts.cli(programs={}, modes=modes),
        signer=facts.signer(written),
        handshake=facts.handshake(),
        host=facts.host(),
    )
    assert seen(result) == ("fail", "no-permission", False)


@pytest.mark.parametrize("address", ["codecommit::us-east-2://demo", "codecommit://demo", "https"])
def test_how_a_profile_is_named(address: str) -> None:
    url = facts.URL if address == "https" else address
    variables = {"AWS_ACCESS_KEY_ID": "AKIAIOSFODNN7EXAMPLE"}
    result = facts.ask(
        facts.check("environment-overrides"),
        target=target(url),
        signer=facts.signer(AWS, url=url),
        profiles=facts.profiles("default"),
        environment=Environment(variables),
        endpoint=None,
        handshake=facts.handshake(),
    )
    shown = (
        "the helper"
        if address == "https"
        else "the address: " + address.replace("//", "//PROFILE@")
    )
    assert result.advice[0].text == f"Unset AWS_ACCESS_KEY_ID, or name the profile in {shown}"


def test_a_program_without_its_execute_permission(healthy: Sandbox) -> None:
    healthy.obeys_modes = True
    for name in ("aws", "git-remote-codecommit"):
        healthy.program(name, "exit 0").chmod(0o640)
    done = healthy.examine("--skip", "credential-handshake")
    assert done.with_status("fail") == {"aws-cli-version"}
    assert done.results["aws-cli-version"]["code"].endswith("/no-permission")
    healthy.follow(done, "aws-cli-version")
    assert (
        not healthy.examine("--skip", "credential-handshake")
        .results["aws-cli-version"]["summary"]
        .endswith("execute it")
    )
    done = healthy.examine(ADDRESS)
    assert done.results["remote-helper"]["code"].endswith("/no-permission")
    assert "(640)" in done.results["remote-helper"]["summary"]


def test_a_home_that_is_no_folder(healthy: Sandbox) -> None:
    healthy.env["HOME"] = "/nowhere/home"
    done = healthy.examine()
    said = done.results["git-configuration"]["summary"]
    assert said.startswith("HOME is /nowhere/home, which is not a folder")
