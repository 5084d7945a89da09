"""The checks of the profile, the region and the AWS CLI alone: facts in, a result out."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from codecommit_doctor.check import Result
from codecommit_doctor.probes.aws_cli import CliVersion
from codecommit_doctor.probes.credential_source import Kind
from codecommit_doctor.probes.profiles import Misspelt
from codecommit_doctor.rules.signature import Shape
from tests import facts
from tests.facts import AWS, HOST, URL, entry

aws_cli_codecommit = facts.check("aws-cli-codecommit")
aws_cli_version = facts.check("aws-cli-version")
aws_region = facts.check("aws-region")
config_shadowing = facts.check("config-shadowing")
environment_overrides = facts.check("environment-overrides")
profile_exists = facts.check("profile-exists")
profile_quoting = facts.check("profile-quoting")

HELPER = "!aws codecommit credential-helper"
GRC = "codecommit::us-east-2://work@demo"


def told(result: Result) -> tuple[str, str | None]:
    return result.status.value, result.code


@pytest.fixture(autouse=True)
def no_variables(monkeypatch: pytest.MonkeyPatch) -> None:
    names = ("ACCESS_KEY_ID", "SECRET_ACCESS_KEY", "SESSION_TOKEN", "SECURITY_TOKEN", "PROFILE")
    more = ("DEFAULT_PROFILE", "REGION", "DEFAULT_REGION", "DEFAULT_OUTPUT", "CONFIG_FILE")
    for name in (*names, *more, "SHARED_CREDENTIALS_FILE", "VAULT"):
        monkeypatch.delenv(f"AWS_{name}", raising=False)


# profile-quoting


@pytest.mark.parametrize(
    ("options", "code", "right"),
    [
        ("--profile 'My Profile' $@", None, None),
        ("--profile work $@", None, None),
        ("$@", None, None),
        ("--profile My Profile $@", "unquoted", "--profile 'My Profile' $@"),
        ("--profile=My Profile --region x $@", "unquoted", "--profile='My Profile' --region x $@"),
        ("--prof My Profile $@", "unquoted", "--prof 'My Profile' $@"),
        ("--profile My $@", "first-word", "--profile 'My Profile' $@"),
        ("'--profile My Profile' $@", "option-in-quotes", "--profile 'My Profile' $@"),
        ("--profile 'My Profile $@", "open-quote", None),
        ("--profile Some Thing $@", "unquoted", "--profile 'Some Thing' $@"),
    ],
)
def test_quotes_of_the_profile(options: str, code: str | None, right: str | None) -> None:
    signer = facts.signer(f"{HELPER} {options}")
    result = facts.ask(profile_quoting, signer, facts.profiles("My Profile", "work"))
    assert told(result) == ("fail" if code else "pass", code)
    assert facts.words_of(result) == (f"{HELPER} {right}" if right else None)
    assert not code or result.fix or result.advice


def test_quotes_before_the_command() -> None:
    signer = facts.signer("!aws --profile My Profile codecommit --region x credential-helper $@")
    result = facts.ask(profile_quoting, signer, facts.profiles("My Profile"))
    right = "!aws --profile 'My Profile' codecommit --region x credential-helper $@"
    assert facts.words_of(result) == right


@pytest.mark.parametrize(
    ("helpers", "url", "code"),
    [((), URL, "no-aws-helper"), (("aws codecommit",), URL, "broken-helper"),
     ((), GRC, "no-helper-asked")],
)  # fmt: skip
def test_no_profile_to_quote(helpers: tuple[str, ...], url: str, code: str) -> None:
    result = facts.ask(profile_quoting, facts.signer(*helpers, url=url), facts.profiles())
    assert told(result) == ("skip", code)


# profile-exists


def exists(helper: str, *names: str, **more: Any) -> Result:
    return facts.ask(profile_exists, facts.signer(helper), facts.profiles(*names, **more))


@pytest.mark.parametrize(
    ("helper", "names", "status", "code"),
    [
        (f"{HELPER} --profile work", ("work",), "pass", None),
        ("!aws codecommit --profile work credential-helper", ("default",), "fail", "missing"),
        (AWS, ("default",), "pass", None),
        (AWS, ("work",), "skip", "no-profile-named"),
        ("!x aws codecommit credential-helper", ("default",), "skip", "opaque-helper"),
    ],
)
def test_the_profile_exists(
    helper: str, names: tuple[str, ...], status: str, code: str | None
) -> None:
    assert told(exists(helper, *names)) == (status, code)


def test_what_there_is_instead_is_listed() -> None:
    helper = f"{HELPER} --profile prod"
    assert exists(helper, "default", "work").summary == (
        'no profile "prod"; there are: default, work'
    )
    assert exists(helper).summary == 'no profile "prod"; there is none'
    many = exists(helper, *(f"one{number}" for number in range(10)))
    assert many.summary.endswith("one7 and 2 more")
    assert len(many.advice) == 1


@pytest.mark.parametrize(
    ("helper", "name", "right", "safety"),
    [
        (f"{HELPER} --profile Work $@", "work", f"{HELPER} --profile work $@", "safe"),
        (f"{HELPER} --profile=wrok $@", "work", f"{HELPER} --profile=work $@", "unsafe"),
        (f"{HELPER} --prof 'my work'", "My Work", f"{HELPER} --prof 'My Work'", "safe"),
        (
            "!aws codecommit --profile wrok --output json credential-helper $@",
            "work",
            "!aws codecommit --profile work --output json credential-helper $@",
            "unsafe",
        ),
    ],
)
def test_the_nearest_name_is_offered(helper: str, name: str, right: str, safety: str) -> None:
    result = exists(helper, name)
    assert told(result) == ("fail", "missing")
    assert facts.words_of(result) == right
    assert result.fix and result.fix.safety.value == safety
    assert result.summary.endswith(f"did you mean {name}?")


def test_a_section_without_its_word() -> None:
    result = exists(f"{HELPER} --profile work", "default", sections=("work",))
    assert told(result) == ("fail", "section-name")
    assert "[profile work]" in result.summary


def test_variables_name_a_profile(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_PROFILE", "")
    assert told(exists(AWS, "default")) == ("fail", "empty-variable")
    monkeypatch.setenv("AWS_PROFILE", "work")
    assert told(exists(AWS, "default")) == ("fail", "missing")
    assert exists(AWS, "default").fix is None
    assert told(exists(f"{HELPER} --profile default", "default")) == ("pass", None)
    monkeypatch.setenv("AWS_DEFAULT_PROFILE", "default")
    assert told(exists(AWS, "default")) == ("pass", None)


def test_keys_of_the_environment_need_no_profile(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "AKIA")
    assert told(exists(AWS)) == ("pass", None)


@pytest.mark.parametrize(
    ("settings", "code"),
    [
        ({"default": {"role_arn": "r", "source_profile": "gone"}}, "missing-source"),
        ({"default": {"sso_session": "gone"}}, "missing-source"),
        (
            {
                "default": {"role_arn": "r", "source_profile": "b"},
                "b": {"role_arn": "r", "source_profile": "default"},
            },
            "circle",
        ),
        ({"default": {"role_arn": "r", "source_profile": "b"}}, None),
        ({"default": {"source_profile": "gone"}}, None),
        (
            {"default": {"role_arn": "r", "source_profile": "default", "aws_access_key_id": "A"}},
            None,
        ),
    ],
)
def test_what_a_profile_needs(settings: dict[str, dict[str, str]], code: str | None) -> None:
    result = exists(AWS, "default", "b", settings=settings)
    assert told(result) == ("fail" if code else "pass", code)


def test_half_a_key_whose_other_half_has_another_name() -> None:
    """A whole key is used, whatever stands beside it."""
    misspelt = Misspelt("aws_secret_key", "aws_secret_access_key", ("/home/me/.aws/credentials", 3))
    for missing, code in (("aws_secret_access_key", "misspelt-key"), (None, None)):
        result = exists(AWS, "default", missing=missing, misspelt=(misspelt,))
        assert told(result) == ("fail" if code else "pass", code)
        assert bool(result.advice) is bool(code)
    assert exists(AWS, "default", missing="x").status.value == "pass"
    named = exists(AWS, "default", "profile default", missing="x", misspelt=(misspelt,))
    assert told(named) == ("fail", "word-in-credentials")
    assert named.advice[0].text == "Call it [default] in /home/me/.aws/credentials"
    found = exists(AWS, "default", missing="x", misspelt=(misspelt, misspelt._replace(place=None)))
    assert [item.origin.line for item in found.evidence][:1] == [3]
    assert len(found.evidence) == 2
    assert "read `aws_secret_key`: the name has to be aws_secret_access_key" in found.summary


@pytest.mark.parametrize(
    ("kind", "missing", "code"),
    [
        (Kind.NONE, None, "word-in-credentials"),
        (Kind.KEYS, "x", "word-in-credentials"),
        (Kind.KEYS, None, None),
        (Kind.ENVIRONMENT, "x", None),
        (Kind.SSO, None, None),
    ],
)
def test_a_section_of_the_other_form_beside_the_one_that_is_read(
    kind: Kind, missing: str | None, code: str | None
) -> None:
    names = ("work", "profile work")
    result = exists(f"{HELPER} --profile work", *names, kind=kind, missing=missing)
    assert told(result) == ("fail" if code else "pass", code)
    assert ("[profile work]" in result.summary) is bool(code)


@pytest.mark.parametrize(
    ("helper", "url", "keys", "step"),
    [
        (f"{HELPER} --profile zzz", URL, True, "take --profile zzz away"),
        (AWS, GRC.replace("work@", "zzz@"), True, "take zzz@ away"),
        (f"{HELPER} --profile zzz", URL, False, None),
        (AWS, URL, True, None),
    ],
)
def test_keys_of_the_environment_count_where_no_profile_is_named_outright(
    monkeypatch: pytest.MonkeyPatch, helper: str, url: str, keys: bool, step: str | None
) -> None:
    monkeypatch.setenv("AWS_PROFILE", "zzz")
    if keys:
        monkeypatch.setenv("AWS_ACCESS_KEY_ID", "AKIA")
    result = facts.ask(profile_exists, facts.signer(helper, url=url), facts.profiles("default"))
    assert told(result) == ("fail", "missing")
    assert len(result.advice) == (2 if step else 1)
    assert (step or "Name an existing profile") in result.advice[-1].text


# aws-region


def region(url: str = URL, helper: str = AWS, **settings: str) -> Result:
    profiles = facts.profiles("default", "other", settings={"default": settings})
    signer = facts.signer(*([helper] if helper else []), url=url)
    cli = facts.cli(versions={"/usr/bin/aws": facts.cli_version("1.45.11")})
    return facts.ask(aws_region, facts.target(url), signer, profiles, aws_cli=cli)


NOWHERE = "https://git-codecommit.example.com/v1/repos/demo"


@pytest.mark.parametrize(
    ("url", "helper", "settings", "status", "code"),
    [
        (URL, AWS, {}, "pass", None),
        (NOWHERE, AWS, {}, "fail", "no-region"),
        (NOWHERE, "!aws codecommit --region x credential-helper", {}, "pass", None),
        (NOWHERE, AWS, {"region": "us-east-2"}, "pass", None),
        (URL.replace("git-", "GIT-"), AWS, {}, "fail", "no-region"),
        ("codecommit://demo", "", {}, "fail", "no-region"),
        ("codecommit::us-east-2://demo", "", {}, "pass", None),
        (URL, "", {}, "skip", "no-aws-helper"),
        (URL, AWS, {"output": "csv"}, "warn", "output-format"),
        (URL, AWS, {"output": "yaml"}, "pass", None),
    ],
)
def test_the_region(
    url: str, helper: str, settings: dict[str, str], status: str, code: str | None
) -> None:
    assert told(region(url, helper, **settings)) == (status, code)


def test_the_region_of_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_REGION", "us-east-2")
    result = region(NOWHERE)
    assert told(result) == ("fail", "no-region")
    assert result.fix and result.fix.safety.value == "safe"
    monkeypatch.setenv("AWS_DEFAULT_REGION", "us-east-2")
    assert told(region(NOWHERE)) == ("pass", None)
    monkeypatch.setenv("AWS_DEFAULT_OUTPUT", "csv")
    assert told(region()) == ("warn", "output-format")


# environment-overrides


def overrides(helper: str = AWS, **settings: str) -> Result:
    profiles = facts.profiles("default", "work", settings={"default": settings})
    return facts.ask(environment_overrides, facts.signer(helper), profiles)


KEY = {"AWS_ACCESS_KEY_ID": "AKIA1", "AWS_SECRET_ACCESS_KEY": "s"}


@pytest.mark.parametrize(
    ("variables", "settings", "status", "code"),
    [
        ({}, {}, "pass", None),
        (KEY, {}, "pass", None),
        ({"AWS_ACCESS_KEY_ID": "AKIA1"}, {}, "fail", "no-secret"),
        (KEY | {"AWS_ACCESS_KEY_ID": "ASIA1"}, {}, "fail", "no-token"),
        (KEY | {"AWS_ACCESS_KEY_ID": "ASIA1", "AWS_SESSION_TOKEN": "t"}, {}, "pass", None),
        (KEY | {"AWS_ACCESS_KEY_ID": "ASIA1", "AWS_SECURITY_TOKEN": "t"}, {}, "pass", None),
        (KEY | {"AWS_SESSION_TOKEN": "t"}, {}, "fail", "other-token"),
        (KEY | {"AWS_PROFILE": "work"}, {}, "warn", "keys-over-profile"),
        (KEY | {"AWS_PROFILE": "work", "AWS_VAULT": "work"}, {}, "pass", None),
        (KEY | {"AWS_PROFILE": "default"}, {"aws_access_key_id": "AKIA1"}, "pass", None),
        (KEY, {"aws_access_key_id": "AKIA2"}, "warn", "keys-over-default"),
        (KEY, {"aws_access_key_id": "AKIA1"}, "pass", None),
        ({"AWS_PROFILE": "a", "AWS_DEFAULT_PROFILE": "b"}, {}, "warn", "two-profiles"),
        ({"AWS_PROFILE": "a", "AWS_DEFAULT_PROFILE": "a"}, {}, "pass", None),
    ],
)
def test_the_environment(
    variables: dict[str, str],
    settings: dict[str, str],
    status: str,
    code: str | None,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    assert told(overrides(**settings)) == (status, code)
    assert told(overrides(f"{HELPER} --profile work", **settings)) == ("pass", None)


def test_a_variable_that_leads_to_no_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for home in ("HOME", "USERPROFILE"):
        monkeypatch.setenv(home, str(tmp_path))
    monkeypatch.setenv("AWS_CONFIG_FILE", str(tmp_path / "gone"))
    assert told(overrides()) == ("pass", None)
    (tmp_path / ".aws").mkdir()
    (tmp_path / ".aws" / "config").write_text("", "utf-8")
    assert told(overrides()) == ("warn", "file-not-found")
    monkeypatch.setenv("AWS_CONFIG_FILE", str(tmp_path / ".aws" / "config"))
    assert told(overrides()) == ("pass", None)


# aws-cli-version


def version(
    *helpers: str, url: str = URL, handshake: Any = None, system: str = "Linux", **cli: Any
) -> Result:
    signer = facts.signer(*helpers, url=url)
    shaken = handshake or facts.handshake()
    return facts.ask(
        aws_cli_version, facts.target(url), signer, facts.cli(**cli), facts.host(system), shaken
    )


def versions(number: str, path: str = "/usr/bin/aws") -> dict[str, CliVersion]:
    return {path: facts.cli_version(number)}


@pytest.mark.parametrize(
    ("helpers", "cli", "status", "code"),
    [
        ((AWS,), {}, "pass", None),
        ((), {}, "pass", None),
        ((AWS,), {"programs": {}}, "fail", "not-found"),
        ((AWS,), {"programs": {}, "on_path": ("/x/aws",)}, "fail", "not-on-path-of-git"),
        (("!aws.cmd codecommit credential-helper",), {}, "fail", "other-name"),
        (("!aws.cmd codecommit credential-helper",), {"programs": {}}, "fail", "not-found"),
        (
            ("!aws.exe codecommit credential-helper",),
            {"programs": {"aws.cmd": "C:/x/aws.cmd"}},
            "fail",
            "other-name",
        ),
        (("!/gone/aws codecommit credential-helper",), {}, "skip", "path-not-found"),
        ((AWS,), {"versions": versions("1.7.37")}, "fail", "too-old"),
        ((AWS,), {"versions": versions("1.7.38")}, "pass", None),
        (("aws codecommit",), {"versions": versions("1.7.37")}, "skip", "broken-helper"),
        ((AWS,), {"versions": {"/usr/bin/aws": CliVersion("x", None)}}, "warn", "no-version"),
        (
            (AWS,),
            {"versions": {"/usr/bin/aws": CliVersion("x", None, failure="died")}},
            "fail",
            "does-not-run",
        ),
    ],
)
def test_the_version(
    helpers: tuple[str, ...], cli: dict[str, Any], status: str, code: str | None
) -> None:
    result = version(*helpers, **cli)
    assert told(result) == (status, code)
    assert status not in ("fail", "warn") or result.fix or result.advice


def test_another_aws_on_the_path_is_no_warning() -> None:
    both = versions("1.40.0") | versions("2.20.0", "/opt/aws")
    result = version(AWS, versions=both, on_path=("/usr/bin/aws", "/opt/aws"))
    assert told(result) == ("pass", None)
    assert "another aws: /opt/aws" in [fact.fact for fact in result.evidence]
    assert "15 July 2027" in result.advice[0].text
    assert version(AWS).advice == ()


def test_a_name_of_windows_is_replaced_in_place() -> None:
    helper = "!aws.cmd codecommit --profile work credential-helper $@"
    result = version(helper)
    assert facts.words_of(result) == helper.replace("aws.cmd", "aws")


def test_no_aws_cli_is_needed_where_another_helper_answers() -> None:
    answers = facts.handshake(Shape.GIT_CREDENTIALS, entry("store", line=2))
    assert version("store", programs={}, handshake=answers).code == "other-helper-answers"
    assert version("store", programs={}).code == "not-found"
    assert told(version(url=GRC, programs={})) == ("skip", "not-needed")


@pytest.mark.parametrize(
    ("system", "word"), [("Windows", "winget"), ("Darwin", "brew"), ("Linux", "")]
)
def test_how_to_install_it(system: str, word: str) -> None:
    advice = version(AWS, programs={}, system=system).advice[0]
    assert advice.command[:1] == ((word,) if word else ())


# aws-cli-codecommit


@pytest.mark.parametrize(
    ("helpers", "outcome", "status", "code"),
    [
        ((AWS,), (None, ""), "pass", None),
        ((AWS,), ("exited with 2", "Invalid choice: 'codecommit'"), "fail", "no-command"),
        ((AWS,), ("exited with 1", "Traceback"), "warn", "ended-with-error"),
        (("store",), (None, ""), "skip", "no-aws-helper"),
        (("!/gone/aws codecommit credential-helper",), (None, ""), "skip", "not-found"),
        (("aws codecommit",), (None, ""), "skip", "broken-helper"),
    ],
)
def test_the_commands(
    helpers: tuple[str, ...], outcome: tuple[str | None, str], status: str, code: str | None
) -> None:
    cli = facts.cli(outcome=SimpleNamespace(hung=False, failure=outcome[0], error_text=outcome[1]))
    result = facts.ask(aws_cli_codecommit, facts.signer(*helpers), cli, facts.handshake())
    assert told(result) == (status, code)
    assert result.confirmed is (status == "fail")


def test_an_alias_stands_in_place_of_the_command() -> None:
    """An answer of the AWS helper counts more than the file."""
    signer, cli = facts.signer(AWS), facts.cli(aliased=("/home/me/.aws/cli/alias", 2))
    result = facts.ask(aws_cli_codecommit, signer, cli, facts.handshake())
    assert told(result) == ("fail", "alias")
    assert result.evidence[0].origin.line == 2
    answers = facts.handshake(Shape.AWS_SIGNATURE, signer.chain[0].entry)
    assert facts.ask(aws_cli_codecommit, signer, cli, answers).status.value == "pass"


@pytest.mark.parametrize(
    ("shape", "line", "code"),
    [
        (None, 2, "opaque-helper"),
        (Shape.EMPTY, 2, "alias"),
        (Shape.EMPTY, None, "opaque-helper"),
        (Shape.OTHER, 2, "opaque-helper"),
    ],
)
def test_an_alias_is_suspected_behind_a_helper_of_more_words(
    shape: Shape | None, line: int | None, code: str
) -> None:
    """line: of the alias, if there is one."""
    signer = facts.signer("!x aws codecommit credential-helper")
    cli = facts.cli(aliased=("/home/me/.aws/cli/alias", line) if line else None)
    result = facts.ask(aws_cli_codecommit, signer, cli, facts.handshake(shape))
    assert facts.seen(result) == ("warn" if code == "alias" else "skip", code, False)


def test_an_answer_of_the_aws_helper_proves_its_commands() -> None:
    opaque = "!x aws codecommit credential-helper"
    for helpers in (("store", AWS), ("store", opaque)):
        signer = facts.signer(*helpers)
        answers = facts.handshake(Shape.AWS_SIGNATURE, signer.chain[1].entry)
        assert facts.ask(aws_cli_codecommit, signer, facts.cli(), answers).status.value == "pass"
    stored = facts.handshake(Shape.AWS_SIGNATURE, signer.chain[0].entry)
    assert facts.ask(aws_cli_codecommit, signer, facts.cli(), stored).code == "opaque-helper"


# config-shadowing


def shadowing(*helpers: Any, **git: Any) -> Result:
    return facts.ask(
        config_shadowing,
        facts.target(),
        facts.git(*helpers, **git),
        facts.signer(*helpers),
        facts.profiles(),
        facts.handshake(),
    )


def aws(profile: str, scope: str = "global", section: str = "", line: int = 2) -> Any:
    key = f"credential.{section}.helper" if section else "credential.helper"
    return entry(f"{HELPER} --profile {profile} $@", key, scope=scope, line=line)


@pytest.mark.parametrize(
    ("helpers", "status", "code"),
    [
        ((AWS,), "pass", None),
        ((aws("a"), aws("a", "local")), "pass", None),
        ((aws("a"), aws("b", "local")), "fail", "outranked"),
        ((aws("a", "local"), aws("b")), "pass", None),
        ((aws("a"), aws("b", section=f"https://{HOST}")), "fail", "outranked"),
        ((aws("a", section="https://git-codecommit.*.x"), aws("b", section=f"https://{HOST}")),
         "fail", "outranked"),
        ((aws("a"), aws("b", line=3)), "warn", "two-profiles"),
        ((aws("a"), entry("!x aws codecommit credential-helper", scope="local")), "pass", None),
        ((aws("a"), entry("aws codecommit credential-helper", scope="local")), "pass", None),
        (("store",), "skip", "no-aws-helper"),
    ],
)  # fmt: skip
def test_the_nearest_helper(helpers: tuple[Any, ...], status: str, code: str | None) -> None:
    assert told(shadowing(*helpers)) == (status, code)


def test_a_helper_that_a_reset_takes_away() -> None:
    lines = entry(AWS, line=2), entry("", line=3)
    gone = shadowing(removed=lines[:1], matching=lines)
    assert told(gone) == ("fail", "taken-away")
    assert [fact.origin.line for fact in gone.evidence] == [2, 3]
    store = entry("store", line=4)
    assert told(shadowing(store, removed=lines[:1], matching=(*lines, store))) == ("pass", None)


def test_a_helper_for_other_hosts() -> None:
    other = entry(AWS, "credential.https://x.helper")
    assert told(shadowing(others=(other,))) == ("skip", "other-hosts")
