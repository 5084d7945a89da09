"""What the checks of the AWS CLI's files, variables and options make of facts."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from codecommit_doctor.check import AwsConfigEdit, AwsFile, Entry, Environment, Result
from codecommit_doctor.probes.aws_cli import CliVersion
from codecommit_doctor.probes.files import Unreadable
from tests import facts
from tests.facts import AWS, entry, seen

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
    assert found["other-home"].summary.startswith("config is in Git's home")
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


# aws-region

NOWHERE = "https://git-codecommit.example.com/v1/repos/demo"


def region(
    url: str = NOWHERE,
    helper: str | None = AWS,
    *,
    variables: Mapping[str, str] | None = None,
    cli: str = "1.45.11",
    **settings: dict[str, str],
) -> Result:
    """settings: by profile. cli: the version of the AWS CLI."""
    return facts.ask(
        facts.check("aws-region"),
        facts.target(url),
        facts.signer(*([helper] if helper else []), url=url),
        facts.profiles("default", *settings, settings=settings),
        Environment(variables or {}),
        facts.cli(versions={"/usr/bin/aws": facts.cli_version(cli)}),
    )


BOTH = {"AWS_REGION": "us-east-1", "AWS_DEFAULT_REGION": "us-east-2"}


@pytest.mark.parametrize(
    ("cli", "variables", "value"),
    [
        ("1.45.11", BOTH, "us-east-2"),
        ("2.9.19", BOTH, "us-east-1"),
        ("1.45.11", {"AWS_REGION": "us-east-1"}, None),
        ("2.9.19", {"AWS_REGION": "us-east-1"}, "us-east-1"),
        ("2.9.19", {"AWS_REGION": "", "AWS_DEFAULT_REGION": "us-east-2"}, "us-east-2"),
        ("2.9.19", {"AWS_DEFAULT_REGION": "us-east-2"}, "us-east-2"),
    ],
)
def test_each_program_reads_its_own_variables(
    cli: str, variables: dict[str, str], value: str | None
) -> None:
    result = region(variables=variables, cli=cli)
    assert (result.status.value, result.summary) == (
        ("pass", f"the region is {value}")
        if value
        else ("fail", "no region is configured for the profile default, and the address names none")
    )
    grc = region("codecommit://demo", None, variables=variables, cli=cli)
    assert (grc.status.value == "pass") is ("AWS_DEFAULT_REGION" in variables)


@pytest.mark.parametrize(
    ("variables", "settings", "value", "safety"),
    [
        ({}, {}, None, None),
        ({"AWS_REGION": "eu-west-1"}, {}, "eu-west-1", "safe"),
        ({}, {"work": {"region": "us-east-2"}}, "us-east-2", "unsafe"),
        (
            {},
            {"work": {"region": "us-east-2"}, "x": {"region": "us-east-2"}},
            "us-east-2",
            "unsafe",
        ),
        ({}, {"work": {"region": "us-east-2"}, "x": {"region": "eu-west-1"}}, None, None),
    ],
)
def test_a_missing_region(
    variables: dict[str, str], settings: dict[str, Any], value: str | None, safety: str | None
) -> None:
    result = region(variables=variables, **settings)
    assert seen(result) == ("fail", "no-region", False)
    assert "write --region into the helper" in result.advice[0].text
    assert (
        "which AWS CLI 1 and git-remote-codecommit do not read" in str(result.evidence)
    ) is bool(variables)
    if value:
        assert result.fix
        assert result.fix.edits == (AwsConfigEdit("default", "region", value),)
    assert (result.fix and result.fix.safety.value) == safety
    grc = region("codecommit://demo", None, variables=variables)
    assert "codecommit::REGION://NAME" in grc.advice[0].text


def test_an_output_format_that_does_not_exist() -> None:
    csv = {"output": "csv"}
    named = "!aws codecommit --region us-east-2 credential-helper $@"
    for result in (
        region(facts.URL, default=csv),
        region(helper=named, default=csv),
        region(default=csv | {"region": "us-east-2"}),
        region(variables={"AWS_DEFAULT_REGION": "us-east-2"}, default=csv),
    ):
        assert seen(result) == ("warn", "output-format", False)
        assert result.fix
        assert result.fix.edits == (AwsConfigEdit("default", "output", "json"),)
    result = region(facts.URL, variables={"AWS_DEFAULT_OUTPUT": "csv"})
    assert (result.fix, len(result.advice)) == (None, 1)


# environment-overrides

KEYS = {"AWS_ACCESS_KEY_ID": "AKIA1", "AWS_SECRET_ACCESS_KEY": "s"}


def overrides(
    variables: Mapping[str, str],
    *,
    refused: bool | None = None,
    lost: tuple[str, str | None] | None = None,
    keys: Mapping[str, str] | None = None,
) -> Result:
    """keys: the access key of each profile. lost: a variable that leads to no file."""
    settings = {name: {"aws_access_key_id": key} for name, key in (keys or {}).items()}
    profiles = SimpleNamespace(by_name=lambda: settings, file_not_found=lambda: lost)
    return facts.ask(
        facts.check("environment-overrides"),
        facts.signer(AWS),
        profiles,
        Environment(variables),
        SimpleNamespace(refused=lambda _: refused),
    )


TWO = {"AWS_PROFILE": "a", "AWS_DEFAULT_PROFILE": "b"}


@pytest.mark.parametrize(
    ("variables", "keys", "status", "code", "advice"),
    [
        (TWO, {}, "warn", "two-profiles", "Unset AWS_DEFAULT_PROFILE, or"),
        (KEYS | {"AWS_SESSION_TOKEN": "t"}, {}, "fail", "other-token", "Unset AWS_SESSION_TOKEN"),
        ({"AWS_ACCESS_KEY_ID": "A"}, {}, "fail", "no-secret", "Unset AWS_ACCESS_KEY_ID, or"),
        (KEYS | {"AWS_ACCESS_KEY_ID": "ASIA"}, {}, "fail", "no-token", "Unset AWS_ACCESS_KEY_ID"),
        (KEYS | {"AWS_PROFILE": "a"}, {}, "warn", "keys-over-profile", "Unset AWS_ACCESS_KEY_ID"),
        (KEYS, {"default": "AKIA2"}, "warn", "keys-over-default", "Unset AWS_ACCESS_KEY_ID and"),
        (KEYS | {"AWS_ACCESS_KEY_ID": "ASIA", "AWS_SESSION_TOKEN": "t"}, {"default": "AKIA2"},
         "pass", None, ""),
        (KEYS | {"AWS_PROFILE": "a"}, {"a": "AKIA1", "default": "AKIA2"}, "pass", None, ""),
    ],
)  # fmt: skip
def test_what_contradicts_itself(
    variables: dict[str, str], keys: dict[str, str], status: str, code: str | None, advice: str
) -> None:
    result = overrides(variables, keys=keys)
    assert seen(result) == (status, code, False)
    assert "".join(step.text for step in result.advice).startswith(advice)
    works = overrides(variables, refused=False, keys=keys)
    assert works.status.value == ("fail" if status == "fail" else "pass")
    if status == "warn":
        assert works.summary.endswith("; Git gets the refs anyway")
        assert works.evidence == result.evidence
        assert overrides(variables, refused=True, keys=keys).status.value == "warn"
    elif code is None:
        assert works.summary == "the environment overrides nothing"


def test_a_file_that_is_not_found() -> None:
    usual = overrides({}, lost=("AWS_CONFIG_FILE", "/home/me/.aws/config"))
    quoted = overrides({}, lost=("AWS_CONFIG_FILE", None))
    for result in (usual, quoted):
        assert seen(result) == ("warn", "file-not-found", False)
    assert usual.summary.endswith("/home/me/.aws/config is not read")
    assert usual.advice[0].text == "Unset or correct AWS_CONFIG_FILE"
    assert "quotes or spaces" in quoted.summary
    assert "without them" in quoted.advice[0].text


# profile-quoting

HELPER = "!aws codecommit credential-helper"


def quoting(*helpers: str | Entry, names: tuple[str, ...] = (), line: str | None = None) -> Result:
    """line: as it is written in the file."""
    return facts.ask(
        facts.check("profile-quoting"),
        facts.signer(*helpers),
        facts.profiles(*names),
        SimpleNamespace(line=lambda *_: line),
    )


@pytest.mark.parametrize(
    ("options", "names", "code", "words"),
    [
        ("$@", (), None, "names no profile"),
        ("--profile work $@", ("work",), None, "names the profile work"),
        ("--profile 'My Work' $@", ("My Work",), None, "names the profile My Work"),
        ("--profile 'My Work $@", ("My Work",), "open-quote", "is not closed"),
        ("--profile My Work $@", ("My Work",), "unquoted", "'My Work' has spaces"),
        ("--profile My Work $@", (), "unquoted", "'My Work' has spaces"),
        ("--profile My $@", ("My Work",), "first-word", "there is only 'My Work'"),
        ("--profile My $@", ("My Work", "My Home"), None, "names the profile My"),
        ("--profile My $@", ("My", "My Work"), None, "names the profile My"),
        ("--profile My Work $@", ("My Work Now",), "unquoted", "'My Work Now' has"),
        ("--profile My Work $@", ("My Work", "My Home"), "unquoted", "'My Work' has spaces"),
        ("--profile '\"My Work\"' $@", ("My Work",), "first-word", "there is only 'My Work'"),
        ("'--profile My' Work $@", ("My Work",), "option-in-quotes", "enclose the option"),
        ("--profile gone $@", ("work",), None, "names the profile gone"),
        ("'--profile My Work' $@", ("My Work",), "option-in-quotes", "enclose the option"),
    ],
)
def test_quotes(options: str, names: tuple[str, ...], code: str | None, words: str) -> None:
    result = quoting(f"{HELPER} {options}", names=names)
    assert seen(result) == ("fail" if code else "pass", code, False)
    assert words in result.summary
    if code not in (None, "open-quote"):
        meant = names[0] if names else "My Work"
        assert f"--profile '{meant}'" in str(facts.words_of(result))
        by_command = entry(f"{HELPER} {options}", scope="command", file=None)
        advised = quoting(by_command, names=names)
        assert advised.fix is None
        assert [step.text for step in advised.advice] == [
            f"Write --profile '{meant}' in the helper"
        ]


def test_only_a_plain_aws_helper_is_judged() -> None:
    opaque = "!AWS_X=y aws codecommit credential-helper --profile My $@"
    assert quoting(opaque, names=("My Work",)).code == "opaque-helper"
    broken = "aws codecommit credential-helper --profile My"
    assert quoting(broken, names=("My Work",)).code == "broken-helper"
    unclosed = "aws codecommit credential-helper --profile 'My"
    assert quoting(unclosed, names=("My Work",)).code == "broken-helper"
    assert seen(quoting(AWS, broken)) == ("pass", None, False)
    assert quoting(f"{HELPER} --profile '' $@", names=(" My Work",)).status.value == "pass"


@pytest.mark.parametrize(
    ("value", "line", "shown"),
    [
        ("--profile My Work $@", 'helper = x --profile "My Work" $@', True),
        ("--profile My Work $@", "helper = x --profile My Work $@", False),
        ("--profile My Work $@", 'helper = "x" \\', False),
        ('--profile "My" Work $@', 'helper = x --profile \\"My\\" Work $@', False),
        ("--profile My Work $@", None, False),
    ],
)
def test_the_line_as_it_is_written(value: str, line: str | None, shown: bool) -> None:
    result = quoting(entry(f"{HELPER} {value}", line=7), names=("My Work",), line=line)
    assert result.code == "unquoted"
    assert len(result.evidence) == 1 + shown
    if shown:
        assert result.evidence[1].fact.endswith(f"the double quotes: {line}")
        assert result.evidence[1].origin.file == "/home/me/.gitconfig"
