"""What the checks of programs and of profiles make of facts."""

from __future__ import annotations

from collections.abc import Mapping
from types import SimpleNamespace
from typing import Any

import pytest

from codecommit_doctor.check import Environment, Result
from codecommit_doctor.probes.git import GitVersion
from codecommit_doctor.probes.process import Completed
from codecommit_doctor.rules.signature import Shape
from tests import facts
from tests.facts import seen

SAID = b"usage\none\n\ntwo\nInvalid choice: 'codecommit'\n"


# git


def git_version(
    text: str | None,
    outcome: Completed | None = None,
    *,
    path: str | None = "/usr/bin/git",
    system: str = "Linux",
) -> Result:
    version = GitVersion.parse(f"git version {text}") if text else None
    numbers = version.number.release if version else ()
    git = SimpleNamespace(
        path=path,
        found=("/usr/bin/git", "/opt/git"),
        version=lambda: version,
        at_least=lambda least: numbers >= tuple(map(int, least.split("."))),
        run_unconfigured=lambda *_: outcome,
    )
    return facts.ask(facts.check("git-version"), git, facts.host(system))


def ended(text: bytes = b"", **more: Any) -> Completed:
    return Completed(("git",), 0, text, **more)


@pytest.mark.parametrize(
    ("text", "outcome", "status", "code"),
    [
        ("2.40.1", None, "pass", None),
        ("1.7.9", None, "pass", None),
        ("1.7.8", None, "fail", "too-old"),
        ("2.11.0.windows.3", None, "warn", "broken-release"),
        ("2.11.0.windows.3.1", None, "warn", "broken-release"),
        ("2.11.0.windows.4", None, "pass", None),
        (None, ended(b"what?"), "fail", "no-version"),
        (None, ended(failure="can't start"), "fail", "no-version"),
        (None, ended(hung=True), "warn", "late"),
    ],
)
def test_git_version(text: str | None, outcome: Completed | None, status: str, code: str) -> None:
    result = git_version(text, outcome)
    assert seen(result) == (status, code, False)
    assert bool(result.advice) is (status != "pass")
    if text:
        assert [item.fact for item in result.evidence] == [
            f"git version {text}",
            "another git: /opt/git",
        ]


def test_what_git_said_instead_is_told() -> None:
    assert git_version(None, ended(b" what? \n")).summary.endswith("it answered 'what?'")
    assert git_version(None, ended()).summary.endswith("it answered 'nothing'")
    assert git_version(None, ended(failure="can't start")).summary.endswith("it can't start")
    assert git_version(None, ended(b"a" * 99)).summary.endswith(f"'{'a' * 80}'")


@pytest.mark.parametrize(
    ("system", "word"),
    [("Windows", "winget"), ("Darwin", "brew"), ("Linux", "apt"), ("FreeBSD", "apt")],
)
def test_without_git(system: str, word: str) -> None:
    result = git_version("2.40.1", path=None, system=system)
    assert seen(result) == ("fail", "not-found", False)
    assert word in f"{result.advice[0].text} {result.advice[0].command}"


# the command of the AWS helper


def command(
    outcome: Completed | None = None, *, helper: str | None = facts.AWS, answer: Any = None,
    found: bool = True, url: str = facts.URL,
) -> Result:  # fmt: skip
    aws_cli = facts.cli(programs={"aws": "/usr/bin/aws"} if found else {}, outcome=outcome)
    check = facts.check("aws-cli-codecommit")
    given = {
        "aws_cli": aws_cli,
        "signer": facts.signer(*([helper] if helper else []), url=url),
        "handshake": answer or facts.handshake(),
    }
    result: Result = check.function(**{name: given[name] for name in check.reads})
    return result


@pytest.mark.parametrize(
    ("outcome", "status", "code", "confirmed"),
    [
        (Completed(("aws",), 0), "pass", None, False),
        (Completed(("aws",), None, hung=True, failure="was late"), "warn", "late", False),
        (Completed(("aws",), 2, errors=SAID, failure="ended"), "fail", "no-command", True),
        (Completed(("aws",), 1, errors=b"x\n", failure="ended"), "warn", "ended-with-error", False),
    ],
)
def test_the_command(outcome: Completed, status: str, code: str | None, confirmed: bool) -> None:
    result = command(outcome)
    assert seen(result) == (status, code, confirmed)
    if status == "fail":
        said = [item.fact for item in result.evidence]
        assert said == ["one", "two", "Invalid choice: 'codecommit'"]
        assert result.advice


def test_an_alias_in_the_place_of_the_command() -> None:
    aliased = facts.cli(aliased=("/home/me/.aws/cli/alias", 3))
    result = facts.ask(facts.check("aws-cli-codecommit"), facts.signer(facts.AWS), aliased)
    assert seen(result) == ("fail", "alias", True)
    assert result.advice[0].text.endswith("/home/me/.aws/cli/alias, line 3")


def test_where_the_command_is_not_tried() -> None:
    assert seen(command(helper=None)) == ("skip", "no-aws-helper", False)
    remote_helper = command(helper=None, url="codecommit::us-east-2://work@demo")
    assert seen(remote_helper) == ("skip", "no-helper-asked", False)
    git_credentials = facts.handshake(Shape.GIT_CREDENTIALS, facts.entry(facts.AWS, line=2))
    assert command(Completed(("aws",), 1, failure="x"), answer=git_credentials).code
    assert seen(command(found=False)) == ("skip", "not-found", False)
    bad = Completed(("aws",), 1, failure="ended")
    own, other = facts.entry(facts.AWS, line=2), facts.entry("store")
    signed = Shape.AWS_SIGNATURE
    assert command(bad, answer=facts.handshake(signed, own)).status.value == "pass"
    assert command(bad, answer=facts.handshake(signed, other)).status.value == "warn"
    assert command(bad, answer=facts.handshake(Shape.EMPTY)).status.value == "warn"
    opaque = "!AWS_PROFILE=work aws codecommit credential-helper $@"
    unknown = facts.signer(opaque).unknown()
    assert unknown
    assert command(bad, helper=opaque).code == unknown.code


# profiles

Settings = Mapping[str, Mapping[str, str]]
ROLE = {"role_arn": "arn:x"}
KEYS = {"aws_access_key_id": "AKIA"}


def profile(
    settings: Settings, named: str = "", variables: Mapping[str, str] | None = None, **more: Any
) -> Result:
    option = f" --profile {named}" if named else ""
    helper = f"!aws{option} codecommit credential-helper $@"
    known = facts.profiles(*settings, settings=settings, **more)
    check = facts.check("profile-exists")
    given = {
        "signer": facts.signer(helper),
        "profiles": known,
        "environment": Environment(variables or {}),
    }
    result: Result = check.function(**{name: given[name] for name in check.reads})
    return result


@pytest.mark.parametrize(
    ("settings", "named", "variables", "status", "code"),
    [
        ({"default": {}}, "", {}, "pass", None),
        ({}, "", {}, "skip", "no-profile-named"),
        ({}, "", {"AWS_ACCESS_KEY_ID": "AKIA"}, "pass", None),
        ({"work": {}}, "work", {}, "pass", None),
        ({"work": {}}, "", {"AWS_PROFILE": "work"}, "pass", None),
        ({"default": {}}, "", {"AWS_PROFILE": "work"}, "fail", "missing"),
        ({"default": {}}, "work", {}, "fail", "missing"),
        ({"default": {}}, "", {"AWS_PROFILE": ""}, "fail", "empty-variable"),
        ({"work": {}}, "work", {"AWS_PROFILE": "gone"}, "pass", None),
        ({"a": ROLE | {"source_profile": "b"}, "b": {}}, "a", {}, "pass", None),
        ({"a": {"source_profile": "gone"}}, "a", {}, "pass", None),
        ({"a": ROLE | {"source_profile": "gone"}}, "a", {}, "fail", "missing-source"),
        ({"default": ROLE | {"source_profile": "gone"}}, "", {}, "fail", "missing-source"),
        ({"a": ROLE | {"source_profile": "a"}}, "a", {}, "fail", "circle"),
        (
            {"a": ROLE | KEYS | {"source_profile": "a"}},
            "a",
            {},
            "pass",
            None,
        ),
        (
            {"a": ROLE | {"source_profile": "b"}, "b": ROLE | {"source_profile": "a"}},
            "a",
            {},
            "fail",
            "circle",
        ),
        (
            {"a": ROLE | {"source_profile": "b"}, "b": ROLE | {"source_profile": "c"}},
            "a",
            {},
            "fail",
            "missing-source",
        ),
        ({"a": {"sso_session": "s"}}, "a", {}, "fail", "missing-source"),
        ({"a": ROLE}, "a", {}, "pass", None),
        ({"a": KEYS | ROLE | {"source_profile": "gone"}}, "a", {}, "fail", "missing-source"),
        (
            {"a": ROLE | {"source_profile": "b"}, "b": KEYS | ROLE | {"source_profile": "a"}},
            "a",
            {},
            "pass",
            None,
        ),
        (
            {"a": KEYS | ROLE | {"source_profile": "b"}, "b": ROLE | {"source_profile": "a"}},
            "b",
            {},
            "pass",
            None,
        ),
        (
            {"a": ROLE | {"web_identity_token_file": "f", "source_profile": "gone"}},
            "a",
            {},
            "pass",
            None,
        ),
    ],
)
def test_profiles(
    settings: Settings, named: str, variables: Mapping[str, str], status: str, code: str | None
) -> None:
    result = profile(settings, named, variables)
    assert seen(result) == (status, code, False)
    assert bool(result.fix or result.advice) is (status == "fail")


def test_a_session_that_is_there() -> None:
    assert profile({"a": {"sso_session": "s"}}, "a", sessions=("s",)).status.value == "pass"


@pytest.mark.parametrize(
    ("known", "named", "near", "safe"),
    [
        ("work", "Work", "work", True),
        ("work", "wrok", "work", False),
        ("work", "WORK", "work", True),
        ("work", "zzz", None, False),
    ],
)
def test_the_nearest_name(known: str, named: str, near: str | None, safe: bool) -> None:
    result = profile({known: {}}, named)
    assert result.code == "missing"
    assert bool(result.fix) is (near is not None)
    if near:
        assert result.summary.endswith(f"did you mean {near}?")
        assert result.fix
        assert (result.fix.safety.value == "safe") is safe
        assert f"--profile {near}" in str(facts.words_of(result))
    else:
        assert result.summary.endswith("there are: work")


def test_a_variable_is_not_corrected_in_the_helper() -> None:
    result = profile({"work": {}}, "", {"AWS_PROFILE": "wrok"})
    assert (result.code, result.fix) == ("missing", None)
    assert result.evidence[0].fact == "profile wrok"
    assert "AWS_PROFILE" in result.evidence[0].origin.text
    result = profile({"work": {}}, "", {"AWS_PROFILE": "'work' "})
    assert "Quotes and spaces belong to the name" in result.summary
    assert profile({"X": {}}, "", {"AWS_PROFILE": "'X'"}).summary.endswith("belong to the name")
    result = profile({"default": {}}, "", {"AWS_PROFILE": ""})
    assert result.summary.startswith("AWS_PROFILE is empty")


@pytest.mark.parametrize("url", ["codecommit://wrok@demo", facts.URL])
def test_where_no_file_names_the_profile(url: str) -> None:
    """An address or a setting of the command line does."""
    helper = "!aws --profile wrok codecommit credential-helper $@"
    signer = facts.signer(facts.entry(helper, scope="command", file=None), url=url)
    result = facts.ask(facts.check("profile-exists"), signer, facts.profiles("work"))
    assert (result.code, result.fix) == ("missing", None)
    assert result.advice[0].text.startswith("Name an existing profile")


def test_who_signs_must_be_known() -> None:
    signer = facts.signer("!AWS_PROFILE=work aws codecommit credential-helper $@")
    unknown = signer.unknown()
    assert unknown
    result = facts.ask(facts.check("profile-exists"), signer, facts.profiles(), Environment({}))
    assert (result.status.value, result.code) == ("skip", unknown.code)


def test_files_are_named_with_what_was_found() -> None:
    result = profile({"default": {}}, "zzz")
    assert [(item.fact, item.origin.text) for item in result.evidence[1:]] == [
        ("no profile zzz", "/home/me/.aws/config"),
        ("does not exist", "/home/me/.aws/credentials"),
    ]


def test_what_there_is_is_listed() -> None:
    assert profile({}, "zzz").summary.endswith("there is none")
    many: Settings = {f"p{number}": {} for number in range(10)}
    assert profile(many, "zzz").summary.endswith("p7 and 2 more")
    eight: Settings = {f"p{number}": {} for number in range(8)}
    assert profile(eight, "zzz").summary.endswith("p7")


def test_a_section_without_the_word_profile() -> None:
    result = profile({"default": {}}, "zzz", sections=("zzz",))
    assert result.code == "section-name"
    assert "[profile zzz]" in result.advice[0].text
    assert profile({"zzzz": {}}, "zzz", sections=("zzz",)).fix is None
    variables = {"AWS_CONFIG_FILE": "/x"}
    assert len(profile({"default": {}}, "zzz", variables).advice) == 2


def test_a_section_of_the_credentials_with_the_word_profile() -> None:
    result = profile({"default": {}, "profile zzz": {}}, "zzz")
    assert result.code == "word-in-credentials"
    assert result.advice[0].text.startswith("Call it [zzz] in ")
    assert result.fix is None
    variables = {"AWS_SHARED_CREDENTIALS_FILE": "/x"}
    assert len(profile({"default": {}}, "zzz", variables).advice) == 2
    assert len(profile({"default": {}}, "zzz").advice) == 1
