from __future__ import annotations

import pytest

from tests.conftest import HEALTHY, URL, Sandbox

HOST = "git-codecommit.us-east-2.amazonaws.com"
CODE = "QUtJQTpzZWNyZXQtc2VjcmV0"
HEADER = f"Authorization: Basic {CODE}"
WORD = "pa55-word/x"
GIT_USER = "me-at-123456789012"


def with_settings(sandbox: Sandbox, text: str) -> None:
    sandbox.healthy().write(".gitconfig", HEALTHY + text)


@pytest.mark.parametrize(
    "section",
    [
        f'[http "https://{HOST}"]',
        '[http "https://git-codecommit.*.amazonaws.com"]',
        f'[http "https://{HOST}/v1/repos/demo"]',
        "[http]",
    ],
)
def test_extra_header(sandbox: Sandbox, section: str) -> None:
    with_settings(sandbox, f"{section}\n\textraHeader = {HEADER}\n")
    done = sandbox.examine("--skip", "credential-handshake")
    assert done.with_status("fail") == {"authorization-override"}
    assert CODE not in done.out
    sandbox.follow(done, "authorization-override")
    assert not sandbox.examine().with_status("fail", "warn")


@pytest.mark.parametrize(
    "text",
    [
        f'[http "https://github.com/"]\n\textraHeader = {HEADER}\n',
        "[http]\n\textraHeader = X-Trace: on\n",
        f"[http]\n\textraHeader = {HEADER}\n\textraHeader =\n",
        f"[http]\n\textraHeader = {HEADER}\n"
        f'[http "https://{HOST}"]\n\textraHeader =\n[http]\n\textraHeader = {HEADER}\n',
        "[http]\n\temptyAuth = auto\n",
        "[http]\n\temptyAuth = 0\n",
        "[http]\n\temptyAuth\n\temptyAuth =\n",
        '[http "https://tfs.example.org"]\n\temptyAuth = true\n',
    ],
)
def test_headers_that_do_no_harm(sandbox: Sandbox, text: str) -> None:
    with_settings(sandbox, text)
    done = sandbox.examine()
    assert done.status("authorization-override") == "pass"
    assert not done.with_status("fail", "warn")


def test_header_of_the_environment(healthy: Sandbox) -> None:
    healthy.env.update(
        GIT_CONFIG_COUNT="1", GIT_CONFIG_KEY_0="http.extraHeader", GIT_CONFIG_VALUE_0=HEADER
    )
    result = healthy.examine().results["authorization-override"]
    assert (result["status"], result["fix"]) == ("fail", None)


def test_password_in_the_address(healthy: Sandbox) -> None:
    healthy.git("remote", "set-url", "origin", URL.replace("://", "://me:pa55word@"))
    done = healthy.examine("--skip", "credential-handshake")
    assert done.with_status("fail") == {"authorization-override"}
    assert "pa55word" not in done.out
    healthy.follow(done, "authorization-override")
    assert not healthy.examine().with_status("fail", "warn")


@pytest.mark.parametrize(
    "entry",
    [
        f"machine {HOST} login me password {WORD}\n",
        f"machine {HOST}\n  login me\n  password {WORD}\n",
        f'machine {HOST.upper()} login "me" password "{WORD}"\n',
        f"machine example.org login x password y\n# a comment\ndefault login me password {WORD}\n",
        f"macdef init\ncd /\n\nmachine {HOST} login me password {WORD}\n",
        f"machine {HOST} login AKIAIOSFODNN7EXAMPLE password 20200101T000000Z{'0a' * 32}\n",
    ],
)
def test_netrc(healthy: Sandbox, entry: str) -> None:
    healthy.write(".netrc", entry)
    done = healthy.examine("--skip", "credential-handshake")
    assert done.with_status("fail") == {"authorization-override"}
    assert WORD not in done.out
    healthy.write(".netrc", "")
    assert not healthy.examine().with_status("fail", "warn")


@pytest.mark.parametrize(
    "entry",
    [
        f"machine github.com login me password {WORD}\n",
        f"# machine {HOST} login me password {WORD}\n",
        f"macdef init\nmachine {HOST} login me password {WORD}\n\n",
        f"machine {HOST}\n",
        "\x00\xff machine",
    ],
)
def test_netrc_of_others(healthy: Sandbox, entry: str) -> None:
    healthy.write(".netrc", entry)
    assert not healthy.examine().with_status("fail", "warn")


def test_git_credentials_in_netrc(healthy: Sandbox) -> None:
    healthy.write(".netrc", f"machine {HOST} login {GIT_USER} password {WORD}\n")
    assert healthy.examine().status("authorization-override") == "warn"
    healthy.write(".gitconfig", "")
    done = healthy.examine()
    assert done.status("authorization-override") == "pass"
    assert not done.with_status("fail", "warn")


def test_git_credentials_in_the_address(sandbox: Sandbox) -> None:
    sandbox.git("remote", "set-url", "origin", URL.replace("://", f"://{GIT_USER}:abcdef@"))
    done = sandbox.examine()
    assert done.status("authorization-override") == "pass"
    assert not done.with_status("fail", "warn")


@pytest.mark.parametrize("value", [" = true", "", " = 1", " = 0x2", " = 1k", " = Yes"])
def test_empty_auth(sandbox: Sandbox, value: str) -> None:
    with_settings(sandbox, f"[http]\n\temptyAuth{value}\n")
    done = sandbox.examine()
    assert done.with_status("warn") == {"authorization-override"}
    sandbox.follow(done, "authorization-override")
    assert not sandbox.examine().with_status("fail", "warn")


def test_two_faults(sandbox: Sandbox) -> None:
    with_settings(sandbox, f"[http]\n\textraHeader = {HEADER}\n")
    text = (sandbox.home / ".gitconfig").read_text("utf-8").replace("UseHttpPath = true", "")
    sandbox.write(".gitconfig", text)
    done = sandbox.examine("--skip", "credential-handshake")
    assert done.with_status("fail") == {"authorization-override", "use-http-path"}


def test_headers_in_two_files(healthy: Sandbox) -> None:
    header = f'[http "https://{HOST}"]\n\textraHeader = {HEADER}\n'
    healthy.write(".gitconfig", HEALTHY + header)
    local = healthy.clone / ".git" / "config"
    local.write_text(local.read_text("utf-8") + header, "utf-8")
    done = healthy.doctor("--offline", "--fix", "--yes", "--skip", "credential-handshake")
    assert done.code == 0, done.out + done.err
    for file in (healthy.home / ".gitconfig", local):
        assert CODE not in file.read_text("utf-8")
