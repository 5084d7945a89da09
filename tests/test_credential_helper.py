"""Values of credential.helper, read as git, its shell and the AWS CLI read them."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from codecommit_doctor.redaction.helper import masked_helper
from codecommit_doctor.rules.helper import CREDENTIAL_STORES, Helper
from tests import warm
from tests.conftest import ACCESS_KEY, SECRET_KEY

AWS = "!aws codecommit credential-helper"


@pytest.mark.parametrize(
    ("value", "name"),
    [
        ("manager", "manager"),
        ("manager-core", "manager-core"),
        ("manager-ui", "manager-ui"),
        ("manager.exe", "manager"),
        ("wincred", "wincred"),
        ("osxkeychain", "osxkeychain"),
        ("store", "store"),
        ("store --file ~/.my credentials", "store"),
        ("cache --timeout=3600", "cache"),
        ("oauth -device", "oauth"),
        ("netrc -f ~/.netrc.gpg", "netrc"),
        ("/usr/lib/git-core/git-credential-libsecret", "libsecret"),
        ("/usr/share/git/credential/gnome-keyring/git-credential-gnome-keyring", "gnome-keyring"),
        ("/usr/local/bin/git-credential-manager", "manager"),
        ("C:/Git/mingw64/bin/git-credential-manager.exe", "manager"),
        ("C:/Program\\ Files/Git/mingw64/bin/git-credential-manager-core.exe", "manager-core"),
        ("/mnt/c/Program\\ Files/Git/mingw64/bin/git-credential-manager.exe", "manager"),
        ("/mnt/c/Program\\ Files/Git/mingw64/bin/git-credential-wincred.exe", "wincred"),
        ('!"C:/Program Files/Git/mingw64/bin/git-credential-manager.exe"', "manager"),
        ("C:/Program\\ Files\\ \\(x86\\)/GCM/git-credential-manager-core.exe", "manager-core"),
        ("!C:/Program\\ Files\\ (x86)/GCM/git-credential-manager.exe", "manager"),
        ("C:\\Program Files\\Git\\git-credential-wincred.exe", "wincred"),
        ("helper-selector", "helper-selector"),
        ("!'/opt/my tools/git-credential-oauth' -v", "oauth"),
        ("!git credential-manager", "manager"),
        ("!git credential-cache --timeout 60", "cache"),
        ("!git-credential-store --file x", "store"),
        ("!/usr/bin/git credential-osxkeychain", "osxkeychain"),
        ("!git.exe credential-manager", "manager"),
        ("! git credential-store", "store"),
    ],
)
def test_helpers_that_keep_passwords_are_known_in_every_form(value: str, name: str) -> None:
    helper = Helper(value)
    assert (helper.name, helper.credential_store) == (name, CREDENTIAL_STORES[name])
    assert not helper.is_aws and not helper.is_for_other_hosts


@pytest.mark.parametrize(
    ("value", "name"),
    [
        ("git-credential-manager", "git-credential-manager"),
        ("my-own", "my-own"),
        ("!pass show git", "pass"),
        ("/opt/company/login", "login"),
        ("", ""),
        ("!", "!"),
        ("!'", "'"),
    ],
)
def test_others_are_not_taken_for_them(value: str, name: str) -> None:
    assert (Helper(value).name, Helper(value).credential_store) == (name, None)


@pytest.mark.parametrize(
    "value",
    [
        "!gh auth git-credential",
        "!/usr/bin/gh auth git-credential",
        "!/opt/homebrew/bin/gh auth git-credential",
        "!'C:\\Program Files\\GitHub CLI\\gh.exe' auth git-credential",
        '!"C:/Program Files/GitHub CLI/gh.exe" auth git-credential',
        "!glab auth git-credential",
        "gcloud.sh",
        "!gcloud auth git-helper --account=me@example.com --ignore-unknown $@",
    ],
)
def test_helpers_of_other_services_are_known(value: str) -> None:
    assert Helper(value).is_for_other_hosts
    assert Helper(value).credential_store is None


@pytest.mark.parametrize(
    ("value", "is_aws"),
    [
        (f"{AWS} $@", True),
        ("aws codecommit credential-helper $@", True),
        ("!aws --profile x codecommit credential-helper $@", True),
        ("!aws  codecommit   credential-helper", True),
        ("'!aws codecommit credential-helper $@'", True),
        ("!/usr/local/bin/aws codecommit credential-helper $@", True),
        ("!f() { aws codecommit credential-helper $@; }; f", True),
        ("!aws codecommit credential-helpers $@", False),
        ("!aws codecommit get-repository", False),
        ("aws", False),
    ],
)
def test_the_aws_helper_is_known(value: str, is_aws: bool) -> None:
    assert Helper(value).is_aws is is_aws


@pytest.mark.parametrize(
    ("words", "program", "profile", "stray"),
    [
        ("aws codecommit credential-helper $@", "aws", None, ()),
        ('aws codecommit credential-helper "$@"', "aws", None, ()),
        ("aws codecommit credential-helper", "aws", None, ()),
        ("aws codecommit credential-helper get", "aws", None, ()),
        ("aws codecommit credential-helper --profile x $@", "aws", "x", ()),
        ("aws codecommit credential-helper --profile=x $@", "aws", "x", ()),
        ("aws --profile x codecommit credential-helper $@", "aws", "x", ()),
        ("aws codecommit credential-helper $@ --profile x", "aws", "x", ()),
        ("aws codecommit credential-helper --profile 'My P' $@", "aws", "My P", ()),
        ("aws codecommit credential-helper --profile='My P' $@", "aws", "My P", ()),
        ("aws codecommit credential-helper '--profile=My P' $@", "aws", "My P", ()),
        ('aws codecommit credential-helper --profile "My P" $@', "aws", "My P", ()),
        (r"aws codecommit credential-helper --profile My\ P $@", "aws", "My P", ()),
        ("aws codecommit credential-helper --profile My P $@", "aws", "My", ("P",)),
        ("aws codecommit credential-helper --profile=My P Q $@", "aws", "My", ("P", "Q")),
        ("aws codecommit credential-helper --profile a --profile b $@", "aws", "b", ()),
        ("aws codecommit credential-helper --profile", "aws", "get", ()),
        ("aws --region us-east-1 codecommit credential-helper $@", "aws", None, ()),
        ("aws codecommit credential-helper --ignore-host-check $@", "aws", None, ()),
        ("aws codecommit credential-helper '--profile My P' $@", "aws", None, ("--profile My P",)),
        ("/opt/my\\ bin/aws codecommit credential-helper $@", "/opt/my bin/aws", None, ()),
        ("'C:/My Files/aws.exe' codecommit credential-helper", "C:/My Files/aws.exe", None, ()),
        ("aws codecommit --profile x credential-helper $@", "aws", "x", ()),
        ("aws --prof=x codecommit --output json credential-helper $@", "aws", "x", ()),
    ],
)
def test_the_aws_helper_taken_apart(
    words: str, program: str, profile: str | None, stray: tuple[str, ...]
) -> None:
    aws = Helper("!" + words).aws
    assert (aws.program, aws.profile, aws.stray) == (program, profile, stray)
    assert not aws.unbalanced and not aws.snippet


@pytest.mark.parametrize("quote", ["'", '"'])
def test_an_open_quote_is_seen(quote: str) -> None:
    assert Helper(f"{AWS} --profile {quote}My P $@").aws.unbalanced


@pytest.mark.parametrize(
    "value",
    [
        "!f() { aws codecommit credential-helper $@; }; f",
        "!aws codecommit credential-helper $@ | tee /tmp/x",
        "!cd /tmp && aws codecommit credential-helper $@",
        "!aws codecommit credential-helper --profile $(cat ~/p) $@",
        "!aws codecommit credential-helper --profile $P $@",
        '!aws codecommit credential-helper --profile "$P" $@',
        '!aws codecommit credential-helper --profile "`cat p`" $@',
        "!aws codecommit credential-helper $@ 2>/dev/null",
        "!aws codecommit credential-helper $@ # comment",
        "!aws codecommit credential-helper --profile ~/x $@",
        "!aws codecommit credential-helper --profile My* $@",
        "!AWS_PROFILE=x aws codecommit credential-helper $@",
    ],
)
def test_words_that_only_a_shell_can_tell_are_not_guessed(value: str) -> None:
    assert Helper(value).aws.snippet


@pytest.mark.parametrize(
    "value",
    [
        "!f() { echo password=hunter2; }; f",
        "!printf 'password=%s' hunter2",
        "!echo username=x; echo password=hunter2",
        "!curl -H `hunter2`",
        "!gh auth git-credential; echo password=hunter2",
    ],
)
def test_a_snippet_that_may_hold_a_secret_is_not_shown(value: str) -> None:
    assert "hunter2" not in masked_helper(value)


PLAIN = st.text("ab C'\"\\$@-/\u00fc", max_size=25)


@given(text=PLAIN)
def test_plain_words_are_those_of_a_real_sh(text: str) -> None:
    helper = Helper(f"{AWS} {text}")
    line = f"aws() {{ printf '%s\\0' \"$@\"; }}; {helper.value[1:]} get"
    done = subprocess.run(["sh", "-c", line, "sh"], capture_output=True)
    aws = helper.aws
    assert aws.unbalanced == (done.returncode != 0)
    if aws.unbalanced or aws.snippet or "$" in text:
        return
    words = done.stdout.decode().split("\0")[:-1]
    strays = [word for word in words[2:] if not word.startswith("-") or " " in word]
    assert [*aws.stray] == [word for word in strays if word != "get"]


FORMS = {
    "": True,
    "--profile default": True,
    "--profile=default": True,
    "--profile 'My Profile'": True,
    '--profile "My Profile"': True,
    r"--profile My\ Profile": True,
    "--profile My Profile": False,
    "--profile=My Profile": False,
    "'--profile My Profile'": False,
    "'--profile=My Profile'": True,
    "--profile default stray": False,
    "stray": False,
    "--region us-east-2": True,
    "--region us east 2": False,
    "--ignore-host-check": True,
    "--no-verify-ssl": True,
    "--debug": True,
    "--color off --output json": True,
    "--query x": True,
    "--cli-read-timeout 5 --cli-connect-timeout 5": True,
    "--ca-bundle /nonexistent": True,
}


@pytest.mark.machine
@pytest.mark.parametrize(("options", "right"), FORMS.items())
def test_stray_words_are_those_that_the_real_aws_stops_at(
    tmp_path: Path, options: str, right: bool
) -> None:
    keys = f"aws_access_key_id = {ACCESS_KEY}\naws_secret_access_key = {SECRET_KEY}\n"
    (tmp_path / "credentials").write_text(f"[default]\n{keys}[My Profile]\n{keys}", "utf-8")
    env = {
        "PATH": f"{warm.aws().parent}{os.pathsep}{os.environ['PATH']}",
        "HOME": str(tmp_path),
        "LANG": "C.UTF-8",
        "AWS_SHARED_CREDENTIALS_FILE": str(tmp_path / "credentials"),
    }
    request = b"protocol=https\nhost=git-codecommit.us-east-2.amazonaws.com\npath=v1/repos/x\n\n"
    line = f"aws codecommit credential-helper {options} get"
    done = subprocess.run(["sh", "-c", line], input=request, env=env, capture_output=True)
    assert (b"password=" in done.stdout) is right, done.stderr
    assert (Helper(f"{AWS} {options} $@").aws.stray == ()) is right


@given(value=st.text())
def test_nothing_is_too_odd_to_be_read(value: str) -> None:
    helper = Helper(value)
    told = (
        helper.name,
        masked_helper(value),
        helper.credential_store,
        helper.is_for_other_hosts,
        helper.aws,
    )
    assert len(told) == 5


@pytest.mark.parametrize("variable", ["$HOME", "${HOME}", "$TOOLS"])
def test_a_variable_with_spaces_in_its_value_is_quoted(variable: str) -> None:
    spaced = {"HOME": "/home/my self", "TOOLS": "/opt/my\ttools"}
    value = f"!{variable}/bin/aws codecommit credential-helper $@"
    helper = Helper(value, spaced)
    assert helper.flaw and variable.strip("${}") in helper.flaw
    assert helper.corrected == f'!"{variable}/bin/aws" codecommit credential-helper $@'
    assert helper.rewritten(helper.corrected).flaw is None
    assert Helper(value, {"HOME": "/home/me", "TOOLS": "/opt"}).flaw is None
    assert Helper("!~/bin/aws codecommit credential-helper $@", spaced).flaw is None
