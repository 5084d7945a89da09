"""What the checks of the AWS CLI's files make of facts."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from codecommit_doctor.check import AwsFile, Environment, Result
from codecommit_doctor.probes.aws_cli import CliVersion
from codecommit_doctor.probes.files import Unreadable
from tests import facts
from tests.facts import AWS, seen

LOCKED = Unreadable(Path("/home/me/.aws/config"), "root", 0o600)

# aws-configuration


def configuration(
    helper: str | None = AWS,
    *,
    setting: str | None = None,
    variables: Mapping[str, str] | None = None,
    version: str | None = "2.15.0",
    installed: str | None = None,
    place: tuple[str, int] | None = None,
    path: bool = True,
    **files: Any,
) -> Result:
    """setting: of auto-prompt. files: what the profiles tell of the AWS CLI's files."""
    facts_of_files = {"failures": (), "in_git_home": (), "misnamed": ()} | files
    config = AwsFile("/home/me/.aws/config", None, True)
    named = AwsFile("/x/credentials", "AWS_SHARED_CREDENTIALS_FILE", False)
    profiles = SimpleNamespace(
        failures=facts_of_files["failures"],
        in_git_home=lambda: facts_of_files["in_git_home"],
        misnamed=lambda: facts_of_files["misnamed"],
        default_name=lambda: "work",
        setting=lambda profile, name: {("work", "cli_auto_prompt"): setting}.get((profile, name)),
        place=lambda *_: place,
        names=lambda: ("default", "work"),
        files=lambda: (config, named),
    )
    asked = CliVersion("", None) if version is None else facts.cli_version(version)
    cli = SimpleNamespace(
        seen_by_git=lambda program: "/usr/bin/aws" if path and program == "aws" else None,
        installed=lambda _: facts.cli_version(installed) if installed else None,
        version=lambda _: asked,
    )
    signer = facts.signer(*([helper] if helper else []))
    return facts.ask(
        facts.check("aws-configuration"), profiles, cli, Environment(variables or {}), signer
    )


def test_files_that_are_read() -> None:
    result = configuration()
    assert seen(result) == ("pass", None, False)
    assert [(item.fact, item.origin.text, item.origin.file) for item in result.evidence] == [
        ("read", "/home/me/.aws/config", "/home/me/.aws/config"),
        ("does not exist", "/x/credentials (by AWS_SHARED_CREDENTIALS_FILE)", "/x/credentials"),
    ]


def test_files_that_are_not_read() -> None:
    broken = AwsFile("/home/me/.aws/config", None, True, "no section", None, 7)
    locked = AwsFile("/home/me/.aws/config", None, True, "Permission denied", LOCKED)
    elsewhere = (Path("/git/.aws/config"), Path("/git/.aws/credentials"))
    hidden = (Path("/home/me/.aws/config.txt"),)
    found = {
        "unreadable": configuration(failures=(broken, locked)),
        "no-permission": configuration(failures=(locked, broken)),
        "other-home": configuration(in_git_home=elsewhere),
        "hidden-ending": configuration(misnamed=hidden),
    }
    for code, result in found.items():
        status = "fail" if code in ("unreadable", "no-permission") else "warn"
        assert seen(result) == (status, code, False)
        assert len(result.advice) == 1
    first = found["unreadable"].evidence[0]
    assert (first.fact, first.origin.file, first.origin.line) == ("no section", broken.path, 7)
    assert "no section" in found["unreadable"].summary
    assert "Permission denied" in found["no-permission"].summary
    assert found["no-permission"].evidence[0].origin.file == str(LOCKED.path)
    assert found["other-home"].summary.startswith("config stands in Git's home")
    assert found["other-home"].advice[0].text.endswith("/.aws")
    assert len(found["other-home"].evidence) == 2
    assert found["hidden-ending"].summary.endswith("config.txt: its name has to be config")


@pytest.mark.parametrize(
    ("setting", "variable", "version", "helper", "status"),
    [
        ("on", None, "2.0.0", AWS, "warn"),
        (None, "ON", "2.15.0", AWS, "warn"),
        ("off", "on", "2.15.0", AWS, "warn"),
        ("on", "off", "2.15.0", AWS, "pass"),
        ("on-partial", None, "2.15.0", AWS, "pass"),
        (None, None, "2.15.0", AWS, "pass"),
        ("on", None, "1.44.0", AWS, "pass"),
        ("on", None, None, AWS, "pass"),
        ("on", None, "2.15.0", None, "pass"),
        ("on", None, "2.15.0", "!aws --no-cli-auto-prompt codecommit credential-helper $@", "pass"),
    ],
)
def test_auto_prompt(
    setting: str | None, variable: str | None, version: str | None, helper: str | None, status: str
) -> None:
    variables = {"AWS_CLI_AUTO_PROMPT": variable} if variable else {}
    result = configuration(helper, setting=setting, variables=variables, version=version)
    assert seen(result) == (status, "auto-prompt" if status == "warn" else None, False)
    if result.code:
        assert "--no-cli-auto-prompt" in str(facts.words_of(result))
        named = "AWS_CLI_AUTO_PROMPT" if variable else "profile work"
        assert result.evidence[0].origin.text.endswith(named)
        assert (f"set {named}" if variable else "instead of on there") in result.advice[0].text


def test_where_auto_prompt_is_set() -> None:
    result = configuration(setting="on", place=("/home/me/.aws/config", 3), installed="2.3.0")
    assert (result.evidence[0].origin.file, result.evidence[0].origin.line) == (
        "/home/me/.aws/config",
        3,
    )
    assert "AWS CLI 2.3.0 prompts" in result.summary
    assert configuration(setting="on", path=False).status.value == "pass"
