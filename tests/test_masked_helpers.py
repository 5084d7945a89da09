"""A word of a helper is shown only if it is known to be harmless, else masked everywhere."""

from __future__ import annotations

import base64
import string
import zipfile
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from codecommit_doctor.formats import NAMES
from codecommit_doctor.redaction import Redactor
from codecommit_doctor.redaction.command import masked_words
from codecommit_doctor.redaction.helper import masked_helper, secrets_of_helper
from codecommit_doctor.redaction.settings import masked_value, secrets_of_setting
from tests.conftest import CREDENTIALS, HELPER, Sandbox

AWS = "aws codecommit credential-helper"
HARMLESS = [
    HELPER,
    f'!{AWS} "$@"',
    f"!{AWS} --profile work $@",
    f"!{AWS} --profile 'My Profile' --region us-east-2 $@",
    "!aws --profile=work --no-verify-ssl codecommit credential-helper $@",
    f"!AWS_PROFILE=work {AWS} $@",
    "!'C:/Program Files/Amazon/AWSCLIV2/aws.exe' codecommit credential-helper $@",
    r"!C:\Program Files\Amazon\AWSCLIV2\aws.exe codecommit credential-helper %*",
    f"!/usr/bin/env {AWS} $@",
    f"'!{AWS} $@'",
    "!aws codecomit credential-help $@",
    "!aws codecommit credential helper $@",
    f"!{AWS} –profile work $@",
    "manager",
    "store",
    "osxkeychain",
    "cache --timeout=3600",
    "!gh auth git-credential",
    "/usr/lib/git-core/git-credential-store",
    "my-own-helper",
]


@pytest.mark.parametrize("value", HARMLESS)
def test_what_is_known_is_shown(value: str) -> None:
    assert masked_helper(value) == value
    assert secrets_of_helper(value) == set()


PLACES = [
    "!vault exec {} -- aws codecommit credential-helper $@",
    "!aws-vault exec {} -- aws codecommit credential-helper $@",
    "!aws codecommit credential-helper $@ ; curl -u me:{} https://x.test",
    "!aws codecommit credential-helper $@ && curl -ume:{} https://x.test",
    "!login --pin {} && aws codecommit credential-helper $@",
    "!login -p{} || aws codecommit credential-helper $@",
    "!aws codecommit credential-helper --token {} $@",
    "!aws codecommit credential-helper --token={} $@",
    "!aws codecommit credential-helper '--token {}' $@",
    "!aws codecommit credential-helper {} $@",
    "!aws codecommit credential-helper $@ # {}",
    "!TOKEN={} aws codecommit credential-helper $@",
    "!env TOKEN='{}' aws codecommit credential-helper $@",
    "!export X={}; aws codecommit credential-helper $@",
    "!aws codecommit credential-helper --endpoint-url https://me:{}@x.test $@",
    "!aws codecommit credential-helper --profile me:{}@x $@",
    "!sh -c 'echo {} | aws codecommit credential-helper $@'",
    '!sh -c "{}; aws codecommit credential-helper $@"',
    "!echo {} | aws codecommit credential-helper $@",
    "!aws codecommit credential-helper $@ < {}",
    "!aws codecommit credential-helper $(cat {}) $@",
    "!aws codecommit credential-helper `pass {}` $@",
    "!f() {{ aws codecommit credential-helper $@; }}; f {}",
    "!f() {{ echo username=me; echo password={}; }}; f",
    "!f() {{ echo username={}; }}; f",
    "!printf 'username=x\\npassword=%s\\n' {}",
    "!curl -H 'X-Vault-Token: {}' https://x.test",
    "!docker run -e TOKEN={} amazon/aws-cli codecommit credential-helper $@",
    "/opt/helper {}",
    "helper-of-ours --key {}",
    "store --file={}",
    "cache --socket {}",
    "'!aws codecommit credential-helper --secret {} $@",
]
SECRETS = st.text(string.ascii_letters + string.digits, min_size=8, max_size=30).map(
    lambda rest: f"q7Z{rest}"
)


@pytest.mark.parametrize("place", PLACES)
@settings(max_examples=20)  # of letters and digits alone, in each of many places
@given(secret=SECRETS)
def test_every_other_word_is_masked(place: str, secret: str) -> None:
    value = place.format(secret)
    assert secret not in masked_helper(value)
    assert "…" in masked_helper(value)
    knowing = Redactor(secrets_of_setting("credential.helper", value))
    assert secret not in knowing.clean(f"the AWS CLI stops at its word {secret}")
    assert secret not in knowing.clean(f"https://x.test/?a={secret} me:{secret}@host '{secret}'")


@given(st.text())
def test_any_text_can_be_masked(value: str) -> None:
    assert isinstance(masked_helper(value), str)
    assert isinstance(secrets_of_helper(value), set)


@pytest.mark.parametrize(
    "value",
    [
        "http//me:{}@proxy.test:1",
        "http:/me:{}@proxy.test:1",
        "htp://me:{}@proxy.test:1",
        "http://me:{} x@proxy.test:1",
        "http://me:x {}@proxy.test:1",
        "me:{}@proxy.test",
        "me:{}",
        "http://me:{}",
        "http://{}@proxy.test",
        "http%3A%2F%2Fme%3A{}%40proxy.test",
        "http://me:a@b/{}@proxy.test",
        "http://proxy.test/?password={}",
        "http://proxy.test/#{}",
        "https://me:1/{}@proxy.test/x",
    ],
)
@given(secret=SECRETS)
def test_addresses_however_malformed(value: str, secret: str) -> None:
    shown = masked_value("http.proxy", value.format(secret))
    assert secret not in shown
    assert "…" in shown


@pytest.mark.parametrize(
    "value", ["http://proxy.test:3128", "proxy.test:3128", "socks5h://127.0.0.1:1080/", "[::1]:80"]
)
def test_addresses_without_secrets_stay(value: str) -> None:
    assert masked_value("http.proxy", value) == value


@pytest.mark.parametrize(
    ("words", "shown"),
    [
        (("git", "config", "--list", "-z"), "git config --list -z"),
        (("git", "-c", "http.proxy=http://a:hunter2@p", "x"), "git -c http.proxy=http://…@p x"),
        (("git", "-c", "http.extraHeader=A: hunter2", "x"), "git -c http.extraHeader=… x"),
        (("git", "config", "credential.helper", "!x hunter2"), "git config credential.helper !x …"),
        (("git", "config", "user.password", "hunter2"), "git config user.password …"),
        (("git", "ls-remote", "https://a:hunter2@h/p"), "git ls-remote https://…@h/p"),
        (("curl", "-u", "me:hunter2"), "curl -u …"),
        (("x", "--token", "hunter2", "y"), "x --token … y"),
        (("x", "--api-key=hunter2"), "x --api-key=…"),
    ],
)
def test_commands(words: tuple[str, ...], shown: str) -> None:
    assert Redactor().command(words) == shown


def test_a_command_of_a_fix_is_not_masked_where_all_is_known() -> None:
    pattern = r"^!aws codecommit credential-helper --profile 'a b' \$@$"
    words = ("git", "config", "--global", "--replace-all", "credential.helper", HELPER, pattern)
    assert masked_words(words) == words
    hidden = (*words[:-1], r"^!aws codecommit credential-helper hunter2 \$@$")
    assert masked_words(hidden)[-1] == "…"


SECRET = "q7Zhunter2hunter"


def told_and_kept(sandbox: Sandbox, tmp_path: Path, *words: str) -> list[str]:
    """All that the program says and leaves behind: every format, fixes, undo, bundle, its state."""
    quick = ("--offline", "--skip", "aws-cli-version", "--skip", "aws-cli-codecommit", *words)
    files = {name: tmp_path / f"report.{name}" for name in NAMES}
    wanted = [word for name, path in files.items() for word in ("--report", f"{name}={path}")]
    said = [sandbox.doctor("--verbose", "--debug", *quick, *wanted)]
    said.append(sandbox.doctor("--fix", "--yes", "--unsafe-fixes", *quick))
    said.append(sandbox.doctor("undo"))
    said.append(sandbox.doctor("bundle", "--yes", "--offline", "--output", f"{tmp_path}/b.zip"))
    texts = [done.out + done.err for done in said]
    texts += [path.read_text("utf-8") for path in files.values() if path.exists()]
    with zipfile.ZipFile(tmp_path / "b.zip") as bundle:
        texts += [bundle.read(name).decode() for name in bundle.namelist()]
    state = sandbox.home / ".local" / "state"
    return [*texts, *(file.read_text("utf-8") for file in state.rglob("*") if file.is_file())]


def is_nowhere(texts: list[str]) -> None:
    forms = {
        SECRET,
        *(base64.b64encode(b" " * n + SECRET.encode())[4:16].decode() for n in range(3)),
    }
    for text in texts:
        assert not [form for form in forms if form in text]


@pytest.mark.parametrize("place", PLACES[::3])
def test_nowhere_in_what_the_whole_program_says_and_keeps(
    sandbox: Sandbox, tmp_path: Path, place: str
) -> None:
    sandbox.write(".aws/credentials", CREDENTIALS)
    sandbox.git("config", "--global", "credential.helper", place.format(SECRET))
    is_nowhere(told_and_kept(sandbox, tmp_path))


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("http.proxy", "http//me:{}@proxy.test:1"),
        ("http.proxy", "http://me:x {}@proxy.test:1"),
        ("http.proxy", "http%3A%2F%2Fme%3A{}%40proxy.test"),
        ("http.https://git-codecommit.us-east-2.amazonaws.com.proxy", "me:{}@proxy.test"),
        ("http.extraHeader", "Authorization: Basic {}"),
        ("http.extraHeader", "X-Anything: {}"),
        ("http.cookieFile", "/dev/null?token={}"),
        ("remote.origin.url", "https://u-at-111122223333:{}@git-codecommit.us-east-2.amazonaws.com/v1/repos/d"),
        ("remote.origin.url", "https://u:a/{}+x=@git-codecommit.us-east-2.amazonaws.com/v1/repos/demo"),
        ("remote.origin.url", "https://git-codecommit.us-east-2.amazonaws.com/v1/repos/d?password=%3D{}"),
        ("remote.origin.pushurl", "https://me:{}@git-codecommit.us-east-2.amazonaws.com/v1/repos/d"),
        ("url.https://me:{}@git-codecommit.us-east-2.amazonaws.com/.insteadOf", "https://git-codecommit.us-east-2.amazonaws.com/"),
        ("credential.https://me:{}@git-codecommit.us-east-2.amazonaws.com.helper", "store"),
        ("credential.username", "AKIAIOSFODNN7EXAMPLE%{}"),
    ],
)  # fmt: skip
def test_settings_of_git_with_a_secret_in_them(
    healthy: Sandbox, tmp_path: Path, key: str, value: str
) -> None:
    healthy.git("config", "--global", key.format(SECRET), value.format(SECRET))
    is_nowhere(told_and_kept(healthy, tmp_path))


@pytest.mark.parametrize(
    "words",
    [
        ("https://me:{}@git-codecommit.us-east-2.amazonaws.com/v1/repos/demo",),
        ("me:{}@git-codecommit.us-east-2.amazonaws.com/v1/repos/demo",),
        ("https://git-codecommit.us-east-2.amazonaws.com/v1/repos/demo?token={}",),
        ("https//me:{}@git-codecommit.us-east-2.amazonaws.com/v1/repos/demo",),
    ],
)
def test_arguments_with_a_secret_in_them(
    healthy: Sandbox, tmp_path: Path, words: tuple[str, ...]
) -> None:
    is_nowhere(told_and_kept(healthy, tmp_path, *(word.format(SECRET) for word in words)))
