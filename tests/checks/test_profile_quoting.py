"""The check profile-quoting, on real environments, and its cure."""

from __future__ import annotations

import pytest

from tests.conftest import CREDENTIALS, Sandbox

ID = "profile-quoting"
ALONE = ("--skip", "aws-credentials")
"""A profile of the name's first word has no credentials either: that check may say so too."""

PROFILES = "[profile 'My Profile']\nregion = us-east-2\n[profile other]\n[default]\n"


def with_options(sandbox: Sandbox, options: str, *, before: str = "") -> None:
    """options: as they stand in the file, where git reads quotes and backslashes itself."""
    sandbox.write(".aws/config", PROFILES)
    names = ("default", "My Profile", "other", "Bob's Profile")
    keys = "".join(CREDENTIALS.replace("default", name) for name in names)
    sandbox.write(".aws/credentials", keys)
    helper = f"!aws {before}codecommit credential-helper {options}"
    sandbox.write(".gitconfig", f"[credential]\n\tUseHttpPath = true\n\thelper = {helper}\n")


@pytest.mark.parametrize(
    "options",
    [
        "$@",
        "--profile other $@",
        "--profile 'My Profile' $@",
        "--profile='My Profile' $@",
        "'--profile=My Profile' $@",
        r"--profile \"My Profile\" $@",
        r"--profile My\\ Profile $@",
        "$@ --profile 'My Profile'",
        "--profile 'My Profile'",
        "--region us-east-2 --profile 'My Profile' --output json $@",
    ],
)
def test_right(healthy: Sandbox, options: str) -> None:
    with_options(healthy, options)
    done = healthy.examine()
    assert (done.status(ID), done.with_status("fail", "warn", "error")) == ("pass", set())
    assert done.results[ID]["evidence"][0]["location"]["line"] == 3


@pytest.mark.parametrize(
    "options",
    [
        "--profile My Profile $@",
        "--profile=My Profile $@",
        '--profile "My Profile" $@',
        '"--profile My Profile" $@',
        "'--profile My Profile' $@",
        r"--profile 'My' Profile $@",
        "$@ --profile My Profile",
        "--profile My Profile",
        "--profile My Profile --region us-east-2 $@",
        "--region us-east-2 --profile My Profile $@",
        "--profile My $@",
        "--profile=My $@",
        "--profile \u2018My Profile\u2019 $@",
    ],
)
def test_wrong_and_cured_by_what_is_advised(healthy: Sandbox, options: str) -> None:
    with_options(healthy, options)
    done = healthy.examine(*ALONE)
    assert (done.with_status("fail"), done.code) == ({ID}, 1)
    result = done.results[ID]
    assert result["evidence"][0]["location"] == {
        "file": "~/.gitconfig",
        "line": 3,
        "scope": "global",
    }
    for _ in range(2):
        assert healthy.follow(done, ID)
    cured = healthy.examine()
    assert cured.with_status("fail", "warn", "error") == set()
    assert cured.results[ID]["summary"] == "the helper names the profile My Profile"
    answer = healthy.git("credential", "fill", input="url=" + ADDRESS + "\n\n")
    assert "password=20" in answer.stdout


ADDRESS = "https://git-codecommit.us-east-2.amazonaws.com/v1/repos/demo"


def test_options_before_the_command_are_read_too(healthy: Sandbox) -> None:
    with_options(healthy, "$@", before="--profile 'My Profile' ")
    assert healthy.examine().status(ID) == "pass"
    with_options(healthy, "$@", before="--profile My Profile ")
    done = healthy.examine(*ALONE)
    assert done.with_status("fail") == {ID}
    healthy.follow(done, ID)
    assert healthy.examine().status(ID) == "pass"


def test_the_double_quotes_of_the_file_are_shown(healthy: Sandbox) -> None:
    with_options(healthy, '--profile "My Profile" $@')
    facts = [fact["fact"] for fact in healthy.examine().results[ID]["evidence"]]
    assert any('"My Profile"' in fact and "removes the double quotes" in fact for fact in facts)


def test_an_open_quote(healthy: Sandbox) -> None:
    with_options(healthy, "--profile 'My Profile $@")
    done = healthy.examine(*ALONE)
    assert ID in done.with_status("fail") or "credential-helper" in done.with_status("fail")


@pytest.mark.parametrize("options", ["--profile Mine $@", "--profile nobody $@"])
def test_a_name_without_spaces_is_not_its_matter(healthy: Sandbox, options: str) -> None:
    with_options(healthy, options)
    assert healthy.examine("--only", ID).status(ID) == "pass"


def test_other_helpers_of_the_key_stay(healthy: Sandbox) -> None:
    with_options(healthy, "--profile My Profile $@")
    with (healthy.home / ".gitconfig").open("a", encoding="utf-8") as file:
        file.write("\thelper = !gh auth git-credential\n\thelper = !aws --version\n")
    done = healthy.examine(*ALONE)
    assert done.with_status("fail") == {ID}
    healthy.follow(done, ID)
    helpers = healthy.git("config", "--get-all", "credential.helper").stdout.splitlines()
    assert helpers == [
        "!aws codecommit credential-helper --profile 'My Profile' $@",
        "!gh auth git-credential",
        "!aws --version",
    ]


def test_a_name_with_an_apostrophe_is_quoted_for_sh(healthy: Sandbox) -> None:
    with_options(healthy, "--profile Bob\\\\'s Profile $@")
    healthy.write(".aws/config", '[profile "Bob\'s Profile"]\nregion = us-east-2\n')
    done = healthy.examine(*ALONE)
    assert done.with_status("fail") == {ID}
    healthy.follow(done, ID)
    assert healthy.examine().status(ID) == "pass"
    assert "Bob's Profile" in healthy.examine().results[ID]["summary"]
