"""What must not leave the process does not, and what is harmless stays as it is."""

from __future__ import annotations

import string
import unicodedata
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from codecommit_doctor.redaction import Redactor, printable
from tests.conftest import ACCESS_KEY, HELPER, SECRET_KEY, URL, Sandbox

SIGNATURE = "20261123T120000Z" + "0a1b2c3d" * 8
UPPER = string.ascii_uppercase + string.digits
BASE64 = string.ascii_letters + string.digits + "/+"


@pytest.fixture
def plain(monkeypatch: pytest.MonkeyPatch) -> Redactor:
    """A redactor of somebody called ann, with no secrets in the environment."""
    monkeypatch.setattr("os.environ", {"HOME": "/home/ann", "LOGNAME": "ann"})
    return Redactor()


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        (ACCESS_KEY, "AKIA…MPLE"),
        ("key ASIAIOSFODNN7EXAMPLE.", "key ASIA…MPLE."),
        (f"username={ACCESS_KEY}%FwoGZXIvYXdzEJr//token==", "username=AKIA…MPLE%…"),
        (f"password={SIGNATURE}", "password=…"),
        (f"said {SIGNATURE}", "said …"),
        (SECRET_KEY, "…"),
        (f"key={SECRET_KEY}", "key=…"),
        (f"aws_secret_access_key = {SECRET_KEY}", "aws_secret_access_key = …"),
        ("aws_session_token=IQoJb3JpZ2luX2VjEJr", "aws_session_token=…"),
        ('{"SecretAccessKey": "a b c"}', '{"SecretAccessKey": …}'),
        ("X-Amz-Security-Token=abc/def%3D", "X-Amz-Security-Token=…"),
        ("Authorization: Basic dXNlcjpwYXNzd29yZA==", "Authorization: Basic …"),
        ("authorization: Bearer abcdefghijk", "authorization: Bearer …"),
        ("authorization: hunter2 and more\nnext", "authorization: …\nnext"),
        ("authorization: Custom hunter2", "authorization: …"),
        ("http.proxy=me:hunter2@proxy:3128", "http.proxy=…@proxy:3128"),
        ("ssh://me:hunter2@host/path", "ssh://…@host/path"),
        ("curl --password hunter2 x", "curl --password … x"),
        ("https://user:hunter2@host/path", "https://…@host/path"),
        ("https://user:hun@ter@host/path", "https://…@host/path"),
        ("https://user:hun/ter+2=@host/path", "https://…@host/path"),
        ("https://user:h@n/ter@host/path", "https://…@host/path"),
        ("machine h.test login me password hunter2", "machine h.test login me password …"),
        ("HTTPS://token@host", "HTTPS://…@host"),
        ("http://u:p@proxy:3128", "http://…@proxy:3128"),
        ("arn:aws:iam::123456789012:user/x", "arn:aws:iam::…9012:user/x"),
        ("Admin-123456789012", "Admin-…9012"),
        ("/home/ann/.gitconfig", "~/.gitconfig"),
        ("file:/home/ann", "file:~"),
        ("'/home/ann' and /home/ann, too", "'~' and ~, too"),
        ("/mnt/home/ann/x", "/mnt/home/~/x"),
        ("/mnt/c/Users/ann/x", "/mnt/c/Users/~/x"),
        ("C:\\Users\\ann\\.aws", "C:\\Users\\~\\.aws"),
    ],
)
def test_secret_or_personal(plain: Redactor, text: str, shown: str) -> None:
    assert plain.clean(text) == shown


@pytest.mark.parametrize(
    "text",
    [
        "",
        URL,
        HELPER,
        "credential.helper=manager",
        "/usr/lib/git-core/git-credential-store",
        "C:/Program Files/Git/etc/gitconfig, line 12 (system)",
        "/home/anne/.gitconfig",
        "/home/ann-other/.gitconfig",
        "313d271a1c2e9d1b4f5a6b7c8d9e0f1a2b3c4d5e",
        "us-gov-west-1",
        "aws-cli/2.15.30 Python/3.11.8 Linux/5.15.0-1053-aws exe/x86_64.ubuntu.22",
        "git version 2.39.3 (Apple Git-146)",
        "git config --global --replace-all credential.UseHttpPath true",
        "https://host:8080/path@v2",
        "Größe: 日本 ✓ – “quoted”",
        "two\nlines",
        "the token has expired",
        "12345678901",
        "1234567890123",
        "codecommit::us-east-1://profile@repository",
    ],
)
def test_harmless_stays(plain: Redactor, text: str) -> None:
    assert plain.clean(text) == text


@pytest.mark.parametrize(
    ("home", "shown"),
    [
        ("/nowhere/service", "/nowhere/service"),
        ("/nowhere/ann", "~"),
        ("/home/another", "~"),
        ("/Users/Another", "~"),
    ],
)
def test_a_home_that_is_not_there_is_shown_unless_it_names_a_person(
    monkeypatch: pytest.MonkeyPatch, home: str, shown: str
) -> None:
    monkeypatch.setattr("os.environ", {"HOME": home, "LOGNAME": "ann"})
    assert Redactor().clean(f"HOME is {home}/x") == f"HOME is {shown}/x"


def test_accounts_are_shown_if_asked_for() -> None:
    arn = "arn:aws:iam::123456789012:user/x"
    assert Redactor(show_accounts=True).clean(arn) == arn


def test_known_secrets_are_found_anywhere_the_longest_first() -> None:
    redactor = Redactor(["hunter22", "hunter22-and-more", "short"])
    assert redactor.clean("xhunter22-and-morey hunter22!") == "x…y …!"
    assert redactor.clean("a short way") == "a short way"


@pytest.mark.parametrize(
    "name", ["AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN", "GITHUB_TOKEN", "DB_PASSWORD"]
)
def test_secrets_of_the_environment_are_known(monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    monkeypatch.setenv(name, "plain-words-only")
    assert Redactor().clean("see plain-words-only here") == "see … here"


def test_paths_to_secrets_are_no_secrets(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "token-file"
    file.touch()
    monkeypatch.setattr("os.environ", {"HOME": "/home/ann", "AWS_X_TOKEN": str(file)})
    assert Redactor().clean(f"reads {file}") == f"reads {file}"


def test_secrets_of_the_aws_files_are_known(
    sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    from codecommit_doctor.probes.profiles import Profiles

    file = "[a b]\naws_secret_access_key = only words\n[c]\naws_session_token=more words\n"
    sandbox.write(".aws/credentials", file)
    sandbox.write(".aws/config", "[profile d]\nregion = us-east-2\nmy_password = third word\n")
    monkeypatch.setattr("os.environ", dict(sandbox.env))
    assert Profiles().secrets() == {"only words", "more words", "third word"}


@given(
    st.text(UPPER, min_size=16, max_size=16), st.sampled_from(["AKIA", "ASIA"]), st.text(" :,'\"\n")
)
def test_no_access_key_survives(rest: str, prefix: str, around: str) -> None:
    key = prefix + rest
    cleaned = Redactor().clean(around + key + around)
    assert key not in cleaned
    assert f"{prefix}…{rest[-4:]}" in cleaned


@given(st.text(BASE64, min_size=40, max_size=40), st.sampled_from([" ", "=", "'", '"', ":", "\n"]))
@example("a1B" + "x" * 37, "=")
def test_no_secret_access_key_survives(secret: str, before: str) -> None:
    kinds = (string.ascii_lowercase, string.ascii_uppercase, string.digits)
    if all(set(secret) & set(kind) for kind in kinds):
        assert secret not in Redactor().clean(f"x{before}{secret} y")


@given(
    st.text(string.ascii_letters, min_size=1),
    st.text(BASE64 + "@:!$&*(),;=-._~%", min_size=1).filter(lambda word: not word[0].isdigit()),
)
def test_no_password_of_an_address_survives(user: str, password: str) -> None:
    cleaned = Redactor().clean(f"fatal: https://{user}:{password}@host.test/path")
    assert cleaned == "fatal: https://…@host.test/path"


@given(st.text())
def test_what_is_cleaned_is_printable_and_cleaning_it_again_changes_nothing(text: str) -> None:
    cleaned = Redactor().clean(text)
    assert printable(cleaned) == cleaned
    assert Redactor().clean(cleaned) == cleaned


@pytest.mark.parametrize(
    "piece",
    [
        "x",
        "secret",
        "token=",
        "proxy",
        "proxy=a:",
        "http://a:",
        "authorization: ",
        "machine ",
        "a1B",
    ],
)
def test_long_texts_are_cleaned_as_well(piece: str) -> None:
    """A rule that looks at each part of a text from each of its places would take minutes."""
    assert Redactor().clean(piece * (200_000 // len(piece)))


@given(st.text())
def test_printable_keeps_what_is_and_escapes_the_rest(text: str) -> None:
    shown = printable(text)
    for char in shown:
        assert char == "\n" or unicodedata.category(char) not in (
            "Cc",
            "Cf",
            "Cs",
            "Co",
            "Zl",
            "Zp",
        )
    if all(char == "\n" or char.isprintable() for char in text):
        assert shown == text
    shown.encode("utf-8")


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("\x1b[31m", "\\x1b[31m"),
        ("\x9b31m", "\\x9b31m"),
        ("\u202e", "\\u202e"),
        ("\r\b\t", "\\r\\x08\\t"),
        ("caf\udce9", "caf\\xe9"),
        ("\ud800", "\\ud800"),
        ("\u2028", "\\u2028"),
        ("\U000e0041", "\\U000e0041"),
        ("a\nb", "a\nb"),
        ("naïve 日本", "naïve 日本"),
    ],
)
def test_printable(text: str, shown: str) -> None:
    assert printable(text) == shown


def test_accounts_in_arns_can_be_filled_in() -> None:
    text = "--arn arn:aws:iam::111122223333:user/x of 444455556666"
    assert Redactor().fillable(text) == "--arn arn:aws:iam::ACCOUNT_3333:user/x of 444455556666"
    assert Redactor(show_accounts=True).fillable(text) == text
