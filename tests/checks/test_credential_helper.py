from __future__ import annotations

import pytest

from codecommit_doctor.rules.helper import Helper
from tests.conftest import (
    ACCESS_KEY,
    CREDENTIALS,
    GIT_CREDENTIALS,
    HEALTHY,
    HELPER,
    SYSTEM_PATH,
    URL,
    Sandbox,
)

REQUEST = "protocol=https\nhost=git-codecommit.us-east-2.amazonaws.com\npath=v1/repos/demo\n\n"
FIPS = URL.replace("git-codecommit.", "git-codecommit-fips.")
SECTION = '[credential "https://git-codecommit.*.amazonaws.com"]\n'
BODY = f"\thelper = {HELPER}\n\tUseHttpPath = true\n"

MALFORMED = [
    "aws codecommit credential-helper $@",
    "'!aws codecommit credential-helper $@'",
    "'!aws",
    "!aws codecomit credential-helper $@",
    "!aws codecommit credential-helpers $@",
    "!aws codecommit credential helper $@",
    "!aws codecommit ; credential-helper $@",
    "!aws codecommit # credential-helper $@",
    r"!aws codecommit credential-helper \\$@",
    "!aws codecommit credential-helper get",
    "!/gone/bin/aws codecommit credential-helper $@",
    "/gone/bin/aws codecommit credential-helper",
]

WELL_FORMED = [
    HELPER,
    "!aws codecommit credential-helper",
    "!aws --region us-east-2 codecommit credential-helper $@",
    "!aws codecommit credential-helper $@ --output json",
    '"!aws codecommit credential-helper $@"',
    '"!f() { aws codecommit credential-helper $@; }; f"',
    "!env AWS_PROFILE=default aws codecommit credential-helper $@",
]


def with_helper(sandbox: Sandbox, value: str) -> None:
    text = f"[credential]\n\thelper = {value}\n\tUseHttpPath = true\n"
    sandbox.healthy().write(".gitconfig", text)


def user_name(sandbox: Sandbox) -> str | None:
    """Who git would be, without asking a person."""
    sandbox.env["GIT_TERMINAL_PROMPT"] = "0"
    filled = sandbox.git("credential", "fill", input=REQUEST, check=False)
    told = dict(line.split("=", 1) for line in filled.stdout.splitlines())
    return told.get("username")


@pytest.mark.parametrize("value", MALFORMED)
def test_malformed(sandbox: Sandbox, value: str) -> None:
    with_helper(sandbox, value)
    assert user_name(sandbox) is None
    done = sandbox.examine("--skip", "credential-handshake")
    assert done.with_status("fail") == {"credential-helper"}
    assert not done.with_status("warn")
    sandbox.follow(done, "credential-helper")
    assert user_name(sandbox) == ACCESS_KEY
    assert not sandbox.examine().with_status("fail", "warn")


@pytest.mark.parametrize("value", WELL_FORMED)
def test_well_formed(sandbox: Sandbox, value: str) -> None:
    with_helper(sandbox, value)
    assert user_name(sandbox) == ACCESS_KEY
    done = sandbox.examine()
    assert done.status("credential-helper") == "pass"
    assert not done.with_status("fail", "warn")


def test_cut_off_in_a_function(sandbox: Sandbox) -> None:
    with_helper(sandbox, "!f() { aws codecommit credential-helper $@; }; f")
    assert user_name(sandbox) is None
    result = sandbox.examine().results["credential-helper"]
    assert result["status"] == "fail"
    assert "cut off" in result["summary"]


def test_an_open_quote(sandbox: Sandbox) -> None:
    with_helper(sandbox, "!aws codecommit credential-helper 'oops $@")
    assert user_name(sandbox) is None
    done = sandbox.examine("--skip", "credential-handshake")
    assert done.with_status("fail") == {"credential-helper"}


def test_a_bad_one_behind_a_good_one(healthy: Sandbox) -> None:
    healthy.write(".gitconfig", HEALTHY + "[credential]\n\thelper = aws codecommit cred-helper\n")
    assert user_name(healthy) == ACCESS_KEY
    assert healthy.examine().status("credential-helper") == "warn"


@pytest.mark.parametrize(
    "url",
    [
        FIPS,
        "https://git-codecommit.cn-north-1.amazonaws.com.cn/v1/repos/demo",
        "https://vpce-0a1b-2c.git-codecommit.us-east-2.vpce.amazonaws.com/v1/repos/demo",
    ],
)
def test_for_other_hosts_only(healthy: Sandbox, url: str) -> None:
    healthy.write(".gitconfig", SECTION + BODY)
    assert healthy.examine().status("credential-helper") == "pass"
    healthy.git("remote", "set-url", "origin", url)
    done = healthy.examine("--skip", "credential-handshake")
    assert done.with_status("fail") == {"credential-helper"}
    healthy.follow(done, "credential-helper")
    assert not healthy.examine().with_status("fail", "warn")


def test_another_region_keeps_its_profile(healthy: Sandbox) -> None:
    helper = HELPER.replace("$@", "--profile other $@")
    west = URL.replace("us-east-2", "us-west-2")
    text = f'[credential "https://git-codecommit.us-west-2.amazonaws.com"]\n\thelper = {helper}\n'
    healthy.write(".gitconfig", text + "\tUseHttpPath = true\n")
    healthy.write(".aws/config", "[profile other]\nregion = us-west-2\n")
    healthy.follow(healthy.examine(), "credential-helper")
    assert healthy.examine().status("credential-helper") == "pass"
    assert (
        healthy.examine(west).results["credential-helper"]["evidence"][0]["fact"].endswith(helper)
    )


def test_a_section_without_a_helper(healthy: Sandbox) -> None:
    healthy.write(".gitconfig", SECTION + "\tUseHttpPath = true\n")
    done = healthy.examine("--skip", "credential-handshake")
    assert done.with_status("fail") == {"credential-helper"}
    healthy.follow(done, "credential-helper")
    assert not healthy.examine().with_status("fail", "warn")


def test_nothing_configured(healthy: Sandbox) -> None:
    healthy.write(".gitconfig", "")
    done = healthy.examine("--skip", "credential-handshake")
    assert done.with_status("fail", "warn") == {"credential-helper"}
    assert (done.code, done.results["credential-helper"]["fix"]["safety"]) == (1, "safe")
    healthy.follow(done, "credential-helper")
    assert not healthy.examine().with_status("fail", "warn")


def test_nothing_configured_and_no_aws_profile(sandbox: Sandbox) -> None:
    result = sandbox.examine().results["credential-helper"]
    assert result["status"] == "warn"
    assert result["fix"]["safety"] == "unsafe"


@pytest.mark.parametrize("helper", ["store", "corp --get", "!my-own --get"])
def test_git_credentials_in_another_helper(sandbox: Sandbox, helper: str) -> None:
    """Offline, a helper that is not known is not run."""
    for name in ("git-credential-corp", "my-own"):
        sandbox.program(name, "exit 1")
    sandbox.write(".gitconfig", f"[credential]\n\thelper = {helper}\n")
    sandbox.write(".git-credentials", GIT_CREDENTIALS)
    assert sandbox.examine().status("credential-helper") == "skip"


@pytest.mark.parametrize("helper", ["manager", "store", "cache --timeout=60"])
def test_another_helper_that_holds_nothing(healthy: Sandbox, helper: str) -> None:
    healthy.write(".gitconfig", f"[credential]\n\thelper = {helper}\n")
    done = healthy.examine()
    assert done.with_status("fail", "warn") == {"credential-helper"}
    assert done.results["credential-helper"]["status"] == "fail"
    healthy.follow(done, "credential-helper")
    assert not healthy.examine().with_status("fail", "warn")


def test_git_credentials_in_netrc(sandbox: Sandbox) -> None:
    host = "git-codecommit.us-east-2.amazonaws.com"
    sandbox.write(".netrc", f"machine {host} login me-at-123456789012 password x/y=\n")
    assert sandbox.examine().status("credential-helper") == "skip"


def test_askpass(sandbox: Sandbox) -> None:
    sandbox.env["GIT_ASKPASS"] = "/bin/true"
    assert sandbox.examine().status("credential-helper") == "skip"


WINDOWS = [
    {"SSH_ASKPASS": "/usr/bin/my-askpass"},
    {"GIT_ASKPASS": "/usr/bin/ksshaskpass"},
    {"GIT_ASKPASS": "/usr/libexec/git-core/git-gui--askpass"},
    {"GIT_ASKPASS": "/usr/share/code/resources/app/extensions/git/dist/askpass.sh"},
    {"GIT_ASKPASS": "/opt/x/askpass.sh", "VSCODE_GIT_ASKPASS_MAIN": "/opt/x/askpass-main.js"},
    {"GIT_ASKPASS": "C:\\Users\\x\\AppData\\Local\\Programs\\Microsoft VS Code\\resources"
     "\\app\\extensions\\git\\dist\\askpass.sh"},
]  # fmt: skip


@pytest.mark.parametrize("variables", WINDOWS, ids=range(len(WINDOWS)))
def test_a_window_that_asks_a_person_is_no_answer(
    sandbox: Sandbox, variables: dict[str, str]
) -> None:
    sandbox.write(".aws/credentials", CREDENTIALS)
    sandbox.env.update(variables)
    assert sandbox.examine().results["credential-helper"]["code"].endswith("/none-configured")


def test_helper_of_github_only(sandbox: Sandbox) -> None:
    text = '[credential "https://github.com"]\n\thelper = !/usr/bin/gh auth git-credential\n'
    sandbox.write(".gitconfig", text)
    assert sandbox.examine().status("credential-helper") == "warn"


def test_two_faults(sandbox: Sandbox) -> None:
    text = "[credential]\n\thelper = store\n\thelper = aws codecommit credential-helper $@\n"
    sandbox.healthy().write(".gitconfig", text)
    done = sandbox.examine("--skip", "credential-handshake")
    found = {"credential-helper", "credential-manager-conflict", "use-http-path"}
    assert done.with_status("fail") == found


def test_aws_not_found_is_another_check(healthy: Sandbox) -> None:
    (healthy.bin / "aws").unlink()
    healthy.env["PATH"] = SYSTEM_PATH
    done = healthy.examine("--skip", "credential-handshake")
    assert done.with_status("fail") == {"aws-cli-version"}


def test_other_addresses(healthy: Sandbox) -> None:
    assert healthy.examine("codecommit://demo").status("credential-helper") == "skip"
    assert healthy.examine("https://git-codecommit.x.org/v1/repos/a").status(
        "credential-helper"
    ) == ("skip")


@pytest.mark.parametrize(
    ("value", "is_meant"),
    [
        ("manager", False),
        ("!gh auth git-credential", False),
        ("!f() { aws secretsmanager get-secret-value; }; f", False),
        ("!aws-vault exec me -- aws codecommit credential-helper $@", True),
        ("!'C:/Program Files/Amazon/AWSCLIV2/aws.exe' codecomit credential-helper $@", True),
        ("“!aws codecommit credential-helper $@”", True),
    ],
)
def test_what_is_taken_for_the_aws_helper(value: str, is_meant: bool) -> None:
    assert Helper(value).is_meant_as_aws is is_meant


def test_a_wrapper_is_left_alone() -> None:
    helper = Helper("!aws-vault exec me -- aws codecommit credential-helper $@")
    assert helper.flaw is None
    assert helper.corrected == helper.value


def test_options_are_kept() -> None:
    helper = Helper("aws codecomit --profile 'codecommit  user' credential-helper get $@")
    right = "!aws codecommit --profile 'codecommit  user' credential-helper $@"
    assert helper.corrected == right
