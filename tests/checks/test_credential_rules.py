"""What the check aws-credentials makes of facts."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta, timezone
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from codecommit_doctor.check import (
    AwsFile,
    CredentialSource,
    Environment,
    Keys,
    Kind,
    Result,
    Unavailable,
)
from codecommit_doctor.engine.machine import Machine
from codecommit_doctor.probes.aws_cli import CliVersion
from codecommit_doctor.probes.aws_session import _lacking, _supplier
from codecommit_doctor.probes.files import Unreadable
from codecommit_doctor.rules.aws_file import misspelt_keys
from tests import facts
from tests.facts import AWS, seen

NOW = datetime(2026, 1, 2, tzinfo=timezone.utc)
HOUR = timedelta(hours=1)
LOCKED = Unreadable(Path("/home/me/.aws/sso/cache/x.json"), "root", 0o600)
ALIVE = Keys("dev", "AKIAIOSFODNN7EXAMPLE", "secret")
VERSION_1 = "ZXIvYXdzZXIvYXdz"  # er/awser/aws
GRC = "codecommit::us-east-2://work@demo"


def source(kind: Kind, profile: str | None = "work", **more: Any) -> CredentialSource:
    return CredentialSource(kind, profile, **more)


def credentials(
    source: CredentialSource,
    keys: Keys | Unavailable = ALIVE,
    *,
    offline: bool = False,
    version: str | None = "2.32.0",
    installed: str | None = None,
    reads_login: bool | None = True,
    refused: bool | None = None,
    session: bool = False,
    signs: bool = True,
    helper: str = AWS,
    path: bool = True,
    url: str = facts.URL,
    variables: Mapping[str, str] | None = None,
    others: tuple[str, ...] = (),
    folder: bool = False,
) -> Result:
    """keys: what AWS makes of them; an Unavailable is raised. version: of the AWS CLI.

    others: profiles beside the default one that have keys. folder: stands where the config file
    would.
    """

    def told() -> Keys:
        if isinstance(keys, Unavailable):
            raise keys
        return keys

    aws = SimpleNamespace(
        signs=signs,
        offline=offline,
        source=lambda: source,
        keys=told,
        identity=lambda: SimpleNamespace(arn="arn:aws:iam::111122223333:user/dev"),
        has_session=lambda _: session,
    )
    asked = CliVersion("", None) if version is None else facts.cli_version(version)
    cli = SimpleNamespace(
        seen_by_git=lambda: "/usr/bin/aws" if path else None,
        reads_login=lambda _: reads_login,
        installed=lambda _: facts.cli_version(installed) if installed else None,
        version=lambda _: asked,
    )
    files = [AwsFile("/home/me/.aws/config", None, exists=not folder, other_kind=folder)]
    profiles = SimpleNamespace(
        place=lambda profile, name: (f"/home/me/{profile}/{name}", 3),
        files=lambda: files,
        names=lambda: ("default", *others),
        source=lambda name: CredentialSource(Kind.KEYS if name in others else Kind.NONE, name),
    )
    host = SimpleNamespace(now=lambda: NOW, unset=lambda names: f"unset {' '.join(names)}")
    signer = facts.signer(*([] if url == GRC else [helper]), url=url)
    endpoint = SimpleNamespace(refused=lambda _: refused)
    return facts.ask(
        facts.check("aws-credentials"),
        facts.target(url),
        aws,
        cli,
        profiles,
        host,
        signer,
        endpoint,
        facts.handshake(),
        Environment(variables or {}),
    )


SSO = source(Kind.SSO, logged_in=True, ends=NOW + HOUR)
ENDED = source(Kind.SSO, logged_in=True, ends=NOW - HOUR)
NEVER = source(Kind.SSO, logged_in=False)


@pytest.mark.parametrize(
    ("source", "status", "code"),
    [
        (source(Kind.KEYS, missing="the secret"), "fail", "incomplete"),
        (source(Kind.NONE), "fail", "none"),
        (source(Kind.ENVIRONMENT, None, missing="the secret"), "fail", "incomplete"),
        (source(Kind.KEYS, malformed="the secret is odd"), "fail", "malformed"),
        (source(Kind.SSO, locked=LOCKED), "fail", "no-permission"),
        (NEVER, "fail", "not-logged-in"),
        (ENDED, "fail", "login-ended"),
        (source(Kind.SSO, logged_in=True, ends=NOW), "fail", "login-ended"),
        (source(Kind.SSO, logged_in=True, ends=NOW - HOUR, renewable=True), "skip", "offline"),
        (source(Kind.SSO, logged_in=True), "skip", "offline"),
        (source(Kind.ROLE, logged_in=False), "skip", "offline"),
        (SSO, "skip", "offline"),
        (source(Kind.PROCESS), "skip", "offline"),
        (source(Kind.KEYS), "pass", None),
        (source(Kind.ENVIRONMENT, None), "pass", None),
    ],
)
def test_what_the_files_tell(source: CredentialSource, status: str, code: str | None) -> None:
    result = credentials(source, offline=True)
    assert seen(result) == (status, code, False)
    assert bool(result.advice) is (status == "fail")
    assert result.evidence
    assert ("AWS was not asked" in result.summary) is (status == "pass")


def test_why_there_are_no_credentials() -> None:
    none = source(Kind.NONE, "default")
    texts = [step.text for step in credentials(none, others=("work", "x")).advice]
    assert len(texts) == 2 and "NAME@: work or x" in texts[1]
    assert len(credentials(source(Kind.NONE), others=("x",)).advice) == 1  # that one was named
    assert len(credentials(none).advice) == 1
    many = credentials(none, others=tuple(f"p{number}" for number in range(9)))
    assert many.advice[1].text.endswith("p6 or p7")
    shown = credentials(none, folder=True)
    assert shown.advice[0].text.startswith("Put a file in the place of /home/me/.aws/config,")
    assert shown.evidence[-1].fact == "is no file, and not read"


def test_a_session_that_is_left_of_a_login() -> None:
    for ended in (NEVER, ENDED):
        assert credentials(ended, session=True).status.value == "pass"
    assert credentials(ENDED).summary == "the login of the profile work ended 1 hour ago"


@pytest.mark.parametrize(
    ("source", "fact", "place", "words"),
    [
        (
            source(Kind.KEYS, malformed="the secret access key is odd"),
            "aws_secret_access_key",
            "/home/me/work/aws_secret_access_key",
            "Correct aws_access_key_id",
        ),
        (
            source(Kind.KEYS, malformed="the access key ID is odd"),
            "aws_access_key_id",
            "/home/me/work/aws_access_key_id",
            "Correct aws_access_key_id",
        ),
        (
            source(Kind.ENVIRONMENT, None, malformed="the access key ID is odd"),
            "aws_access_key_id",
            None,
            "Set AWS_ACCESS_KEY_ID",
        ),
    ],
)
def test_a_malformed_key(
    source: CredentialSource, fact: str, place: str | None, words: str
) -> None:
    result = credentials(source)
    assert (result.evidence[0].fact, result.evidence[0].origin.file) == (fact, place)
    assert result.advice[0].text.startswith(words)


@pytest.mark.parametrize(
    ("value", "kind", "code"),
    [
        ("C:/Program Files/Git/v2/credentials/x", Kind.CONTAINER, "path-converted"),
        ("c:\\Git\\v2\\x", Kind.CONTAINER, "path-converted"),
        ("/v2/credentials/x", Kind.CONTAINER, "offline"),
        ("C:/Git/v2/x", Kind.INSTANCE, "offline"),
    ],
)
def test_a_path_that_git_bash_rewrote(value: str, kind: Kind, code: str) -> None:
    variables = {"AWS_CONTAINER_CREDENTIALS_RELATIVE_URI": value}
    result = credentials(source(kind, None), offline=True, variables=variables)
    assert result.code == code
    if code == "path-converted":
        assert seen(result) == ("fail", code, False)
        assert (len(result.advice), "credentials/x" in str(result)) == (1, False)
        assert value.partition("/v2")[0] in result.summary


# what AWS answers


@pytest.mark.parametrize(
    ("keys", "status", "code"),
    [
        (ALIVE, "pass", None),
        (Keys("dev", "A", "s", "t", NOW + timedelta(minutes=15)), "pass", None),
        (Keys("dev", "A", "s", "t", NOW + timedelta(minutes=14)), "warn", "short-lived"),
        (Unavailable("needs MFA", code="MFA"), "warn", "second-factor"),
        (Unavailable("no network"), "skip", "not-asked"),
        (Unavailable("AWS refuses", unusable=True), "fail", "unusable"),
    ],
)
def test_what_aws_answers(keys: Keys | Unavailable, status: str, code: str | None) -> None:
    result = credentials(source(Kind.PROCESS), keys)
    assert seen(result) == (status, code, status == "fail")
    assert bool(result.advice) is (status in ("warn", "fail"))
    if status == "pass":
        assert "AWS accepts" in result.summary


@pytest.mark.parametrize("mfa", [False, True])
@pytest.mark.parametrize("session", [False, True])
@pytest.mark.parametrize("url", [facts.URL, GRC])
def test_a_second_factor_offline(mfa: bool, session: bool, url: str) -> None:
    """session: one is left on this machine, which may be that of the role."""
    role = source(Kind.ROLE, mfa=mfa, base=source(Kind.KEYS))
    result = credentials(role, offline=True, session=session, url=url)
    if mfa and not session:
        helper = url == facts.URL
        assert seen(result) == ("warn" if helper else "skip", "second-factor", False)
        assert bool(result.advice) is helper
        assert ("on the terminal" in result.summary) is not helper
    else:
        assert seen(result) == ("skip", "offline", False)


def test_git_remote_codecommit_asks_for_a_second_factor_itself() -> None:
    needs = Unavailable("needs MFA", code="MFA")
    result = credentials(source(Kind.ROLE, mfa=True, base=source(Kind.KEYS)), needs, url=GRC)
    assert seen(result) == ("skip", "second-factor", False)


def test_what_is_refused_and_how_it_is_mended() -> None:
    refused = Unavailable("AWS refuses", unusable=True)
    variables = {"AWS_ACCESS_KEY_ID": "A", "AWS_SECRET_ACCESS_KEY": "s", "AWS_PROFILE": "work"}
    result = credentials(source(Kind.ENVIRONMENT, None), refused, variables=variables)
    assert seen(result) == ("fail", "environment-refused", True)
    assert result.advice[0].text.endswith("unset AWS_ACCESS_KEY_ID AWS_SECRET_ACCESS_KEY")
    assert len(result.evidence) == 2
    for kind, temporary, code, place in (
        (Kind.KEYS, True, "temporary-key-refused", "/home/me/work/aws_session_token"),
        (Kind.KEYS, False, "unusable", "/home/me/work/aws_access_key_id"),
        (Kind.PROCESS, False, "unusable", "/home/me/work/credential_process"),
        (Kind.ROLE, True, "unusable", "/home/me/work/role_arn"),
    ):
        result = credentials(source(kind, temporary=temporary), refused)
        assert seen(result) == ("fail", code, True)
        assert result.summary == "AWS refuses"
        assert result.evidence[-1].origin.file == place
        assert ("temporary" in result.advice[0].text) is (code == "temporary-key-refused")
    nameless = credentials(source(Kind.KEYS, None, temporary=True), refused)
    assert nameless.evidence[-1].origin.file == "/home/me/default/aws_session_token"


@pytest.mark.parametrize("denied", [False, True])
@pytest.mark.parametrize(
    ("kind", "temporary", "setting", "code"),
    [
        (Kind.KEYS, True, "aws_session_token", "temporary-key-refused"),
        (Kind.KEYS, False, "aws_access_key_id", "unusable"),
        (Kind.PROCESS, False, "credential_process", "unusable"),
    ],
)
def test_what_a_role_rests_on_is_named(
    kind: Kind, temporary: bool, setting: str, code: str, denied: bool
) -> None:
    base = source(kind, "base", temporary=temporary)
    reason = "AccessDenied" if denied else "ExpiredToken"
    refused = Unavailable("AWS refuses", unusable=True, code=reason)
    result = credentials(source(Kind.ROLE, "work", base=base), refused)
    assert result.code == ("unusable" if denied else code)
    assert result.evidence[0].origin.file == "/home/me/work/role_arn"
    if denied:  # the role's own policy decides
        assert len(result.evidence) == 1
    else:
        assert result.summary == "AWS refuses; it rests on the profile base"
        assert result.evidence[-1].origin.file == f"/home/me/base/{setting}"


def test_a_role_that_rests_on_its_own_profile() -> None:
    refused = Unavailable("AWS refuses", unusable=True)
    own = source(Kind.ROLE, base=source(Kind.KEYS))
    assert credentials(own, refused).summary == "AWS refuses"


@pytest.mark.parametrize("one", [source(Kind.INSTANCE), source(Kind.KEYS, None)])
def test_where_no_line_says_how_credentials_are_had(one: CredentialSource) -> None:
    refused = Unavailable("AWS refuses", unusable=True)
    fact = credentials(one, refused).evidence[0]
    assert (fact.fact, fact.origin.file) == (one.kind.value, None)


@pytest.mark.parametrize(
    ("kind", "words"),
    [
        (Kind.CONTAINER, "the container's role"),
        (Kind.INSTANCE, "the instance's role"),
        (Kind.KEYS, "profile default"),
    ],
)
def test_a_role_of_the_machine_is_no_profile(
    monkeypatch: pytest.MonkeyPatch, kind: Kind, words: str
) -> None:
    machine = Machine()
    aws = SimpleNamespace(signs=True, source=lambda: source(kind)._replace(profile="default"))
    monkeypatch.setattr(machine, "aws", lambda _: aws)
    assert machine.credentials_in_words(facts.target()) == words


@pytest.mark.parametrize("name", ["RELATIVE", "FULL"])
def test_the_variable_of_a_container_is_named(name: str) -> None:
    variable = f"AWS_CONTAINER_CREDENTIALS_{name}_URI"
    refused = Unavailable("AWS refuses", unusable=True)
    result = credentials(source(Kind.CONTAINER), refused, variables={variable: "/v2/x"})
    assert variable in result.evidence[0].origin.text


@pytest.mark.parametrize(
    ("printed", "why"),
    [
        (b"please log in", "no JSON"),
        (b"[]", "no JSON object"),
        (b"{}", "no Version"),
        (b'{"Version": 2}', "its Version is not 1"),
        (b'{"Version": 1}', "no AccessKeyId"),
        (b'{"Version": 1, "AccessKeyId": "A"}', "no SecretAccessKey"),
        (b'{"Version": 1, "AccessKeyId": "A", "SecretAccessKey": "s"}', "no usable key"),
    ],
)
def test_what_a_credential_process_lacks(printed: bytes, why: str) -> None:
    assert _lacking(printed) == why


def test_a_container_that_does_not_answer_is_named() -> None:
    from botocore.exceptions import CredentialRetrievalError

    silent = 'Could not connect to the endpoint URL: "http://127.0.0.1:9/v2/guid"'
    error = CredentialRetrievalError(provider="container-role", error_msg=silent)
    why = "the container gives no credentials to the profile x: no answer from http://127.0.0.1:9"
    assert _supplier(error, "the profile x") == why


@pytest.mark.parametrize(
    ("source", "command"),
    [
        (NEVER, "aws sso login --profile work"),
        (source(Kind.ROLE, logged_in=True), "aws sso login --profile work"),
        (source(Kind.ROLE), "aws sts get-caller-identity --profile work"),
        (source(Kind.LOGIN, logged_in=True), "aws login --profile work"),
        (source(Kind.KEYS), "aws configure --profile work"),
        (source(Kind.KEYS, None), "aws configure --profile default"),
        (source(Kind.NONE), "aws configure --profile work"),
        (source(Kind.PROCESS), "aws sts get-caller-identity --profile work"),
        (source(Kind.INSTANCE, None), "aws sts get-caller-identity"),
    ],
)
@pytest.mark.parametrize("version", ["2.0.0", "1.44.0", None])
def test_the_way_to_new_ones(source: CredentialSource, command: str, version: str | None) -> None:
    refused = Unavailable("AWS refuses", unusable=True)
    result = credentials(source, refused, version=version)
    step = result.advice[0]
    if version == "1.44.0" and "login" in command:
        assert "AWS CLI 1.44.0 has no `" + command.partition(" --")[0] + "`" in step.text
        assert step.command == ()
        assert credentials(source, refused, version="1.1.0", installed="2.0.0").advice[0].command
        assert credentials(source, refused, version="1.1.0", path=False).advice[0].command
    else:
        assert " ".join(step.command) == command


def test_only_what_this_aws_cli_lacks_is_taken_away() -> None:
    soon = Keys("dev", "A", "s", "t", NOW + timedelta(minutes=5))
    result = credentials(SSO, soon, version="1.44.0")
    texts = [
        "Get credentials that last an hour or longer",
        "Log in with AWS CLI 2; AWS CLI 1.44.0 has",
    ]
    assert [step.text[:41] for step in result.advice] == [text[:41] for text in texts]


@pytest.mark.parametrize(
    ("source", "fact", "origin"),
    [
        (source(Kind.KEYS), "an access key", "profile work"),
        (
            source(Kind.SSO, session="corp"),
            "IAM Identity Center (SSO), session corp",
            "profile work",
        ),
        (source(Kind.ENVIRONMENT, None), "environment variables", "AWS_ACCESS_KEY_ID"),
        (source(Kind.WEB_IDENTITY, None), "a role by web identity", "AWS_WEB_IDENTITY_TOKEN_FILE"),
    ],
)
def test_the_origin_of_credentials(source: CredentialSource, fact: str, origin: str) -> None:
    found = credentials(source, offline=True).evidence[0]
    assert found.fact == fact
    assert found.origin.text.endswith(origin)


# what the AWS CLI and the region can't take


@pytest.mark.parametrize(
    ("kind", "reads", "version", "more", "code", "steps"),
    [
        (Kind.LOGIN, False, "2.31.0", {}, "cannot-read-aws-login", 1),
        (Kind.LOGIN, False, "2.0.0", {}, "cannot-read-aws-login", 1),
        (Kind.LOGIN, False, "1.44.0", {}, "cannot-read-aws-login", 1),
        (Kind.LOGIN, False, None, {}, "cannot-read-aws-login", 1),
        (Kind.LOGIN, None, "2.31.0", {}, None, 0),
        (Kind.LOGIN, True, "2.32.0", {}, None, 0),
        (Kind.SSO, False, "2.31.0", {}, None, 0),
        (Kind.LOGIN, False, "2.31.0", {"path": False}, None, 0),
        (Kind.LOGIN, False, "2.31.0", {"url": GRC}, None, 0),
    ],
)
def test_a_login_that_this_aws_cli_can_not_read(
    kind: Kind, reads: bool | None, version: str | None, more: dict[str, Any], code: str | None,
    steps: int,
) -> None:  # fmt: skip
    result = credentials(source(kind), reads_login=reads, version=version, **more)
    assert seen(result) == ("fail" if code else "pass", code, False)
    assert len(result.advice) == steps
    if code:
        asked = credentials(source(kind), reads_login=False, installed=version, version=None)
        assert asked.summary == result.summary
        assert result.summary.startswith(f"AWS CLI {version} can't read")
        assert ("older than" in result.summary) is (version in ("2.0.0", "2.31.0"))


OPT_IN = "https://git-codecommit.ap-east-1.amazonaws.com/v1/repos/demo"


@pytest.mark.parametrize(
    ("token", "url", "refused", "code"),
    [
        (VERSION_1, OPT_IN, None, "global-token"),
        (VERSION_1, OPT_IN, True, "global-token"),
        (VERSION_1, OPT_IN, False, None),
        (VERSION_1, facts.URL, None, None),
        (VERSION_1, "https://codecommit.corp.example/v1/repos/demo", None, None),
        ("IQoJb3JpZ2luX2Vj", OPT_IN, None, None),
        (None, OPT_IN, None, None),
    ],
)
def test_a_token_of_version_1(
    token: str | None, url: str, refused: bool | None, code: str | None
) -> None:
    keys = Keys("dev", "ASIA", "s", token)
    for profile in ("work", None):
        result = credentials(source(Kind.ROLE, profile), keys, url=url, refused=refused)
        assert seen(result) == ("warn" if code else "pass", code, False)
        if code:
            assert result.advice[0].command[-1] == (profile or "default")
            assert "ap-east-1" in result.summary
    short = Keys("dev", "ASIA", "s", token, NOW)
    assert credentials(source(Kind.ROLE), short, url=url).code == "short-lived"
    gone = credentials(source(Kind.KEYS), Unavailable("no"), offline=True, url=url)
    assert gone.status.value == "pass"


def test_who_signs_must_be_known() -> None:
    opaque = "!AWS_PROFILE=work aws codecommit credential-helper $@"
    unknown = facts.signer(opaque).unknown()
    assert unknown
    result = credentials(source(Kind.NONE), signs=False, helper=opaque)
    assert (result.status.value, result.code) == ("skip", unknown.code)
    assert credentials(source(Kind.NONE), helper=opaque).code == "none"
    assert credentials(source(Kind.NONE), signs=False).code == "none"


def test_names_that_are_meant_for_a_key() -> None:
    id, secret = "aws_access_key_id", "aws_secret_access_key"
    for name in (
        "export " + id,
        "set " + id,
        "SETX  " + id,
        "accesskeyid",
        "aws_access_key",
        "access key id",
    ):
        assert misspelt_keys([name, secret]) == {name: id}
    for name in ("$env:" + secret, "secretaccesskey", "aws_secret_key", "aws_secret_acces_key"):
        assert misspelt_keys([id, name]) == {name: secret}
    innocent = ("aws_session_token", "region", "role_arn", "mfa_serial", "sso_account_id", "key")
    assert misspelt_keys(innocent) == {}
    assert misspelt_keys([id, secret, "aws_access_key"]) == {}
    assert misspelt_keys([id]) == misspelt_keys([secret]) == {}
