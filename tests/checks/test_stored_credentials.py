from __future__ import annotations

from datetime import datetime, timezone

import pytest

from tests.conftest import ACCESS_KEY, HEALTHY, Sandbox

HOST = "git-codecommit.us-east-2.amazonaws.com"
PATH = "/v1/repos/demo"
STALE = f"20200101T000000Z{'0a' * 32}"
STORE = "[credential]\n\thelper = store\n\tUseHttpPath = true\n"
OTHERS = f"https://me:word@example.org\nhttps://x:y@{HOST}/v1/repos/other\n"


def line(password: str, user: str = ACCESS_KEY, path: str = PATH) -> str:
    return f"https://{user}:{password}@{HOST}{path}\n"


def fix(sandbox: Sandbox) -> None:
    done = sandbox.doctor("--fix", "--yes", "--offline")
    assert STALE not in done.out + done.err


def test_a_stale_signature_that_answers(healthy: Sandbox) -> None:
    healthy.write(".gitconfig", STORE)
    healthy.write(".git-credentials", OTHERS + line(STALE))
    done = healthy.examine("--skip", "credential-handshake")
    assert done.with_status("fail") == {"stored-credentials"}
    assert STALE not in done.out
    fix(healthy)
    assert (healthy.home / ".git-credentials").read_text("utf-8") == OTHERS
    assert not healthy.examine().with_status("fail", "warn")


def test_behind_the_aws_helper(healthy: Sandbox) -> None:
    healthy.write(".gitconfig", HEALTHY + "\thelper = store\n")
    healthy.write(".git-credentials", line(STALE))
    done = healthy.examine()
    assert not done.with_status("fail", "warn")
    result = done.results["stored-credentials"]
    assert (result["status"], result["fix"]) == ("pass", None)
    assert result["evidence"][0]["location"]["line"] == 1
    assert "Delete that line" in result["advice"][0]["text"]


def test_before_the_aws_helper_it_is_the_conflict(healthy: Sandbox) -> None:
    healthy.system_config.write_text("[credential]\n\thelper = store\n", "utf-8")
    healthy.write(".git-credentials", OTHERS + line(STALE))
    done = healthy.examine("--skip", "credential-handshake")
    assert done.with_status("fail") == {"credential-manager-conflict"}
    assert done.results["stored-credentials"]["because_of"] == "credential-manager-conflict"
    fix(healthy)
    assert (healthy.home / ".git-credentials").read_text("utf-8") == OTHERS
    assert not healthy.examine().with_status("fail", "warn")


@pytest.mark.parametrize("option", ["--file={}", "--file {}"])
def test_in_another_file(healthy: Sandbox, option: str) -> None:
    healthy.write(".gitconfig", STORE.replace("store", "store " + option.format("~/secrets")))
    healthy.write("secrets", line(STALE))
    result = healthy.examine("--skip", "credential-handshake").results["stored-credentials"]
    assert result["status"] == "fail"
    assert result["evidence"][0]["location"]["line"] == 1


def test_in_the_other_usual_file(healthy: Sandbox) -> None:
    healthy.write(".gitconfig", STORE)
    healthy.write(".config/git/credentials", line(STALE))
    done = healthy.examine("--skip", "credential-handshake")
    assert done.status("stored-credentials") == "fail"


def test_an_access_key_as_git_credentials(healthy: Sandbox) -> None:
    healthy.write(".gitconfig", STORE)
    healthy.write(".git-credentials", line("abcdef"))
    done = healthy.examine("--skip", "credential-handshake")
    assert done.status("stored-credentials") == "fail"


@pytest.mark.parametrize(
    "text",
    [
        "",
        line("word%2F%3D", "me-at-123456789012"),
        line(STALE, path=""),
        line(STALE, path="/v1/repos/another"),
        line(datetime.now(timezone.utc).strftime("%Y%m%dT%H%M%SZ") + "0a" * 32),
    ],
)
def test_nothing_that_would_be_refused(healthy: Sandbox, text: str) -> None:
    healthy.write(".gitconfig", STORE)
    healthy.write(".git-credentials", text)
    done = healthy.examine("--skip", "credential-handshake")
    assert done.status("stored-credentials") == "pass"


def test_without_paths_any_path_answers(healthy: Sandbox) -> None:
    healthy.write(".gitconfig", "[credential]\n\thelper = store\n")
    healthy.write(".git-credentials", line(STALE, path="/v1/repos/another"))
    done = healthy.examine("--skip", "credential-handshake")
    assert done.status("stored-credentials") == "fail"


def test_no_store(healthy: Sandbox) -> None:
    healthy.write(".git-credentials", line(STALE))
    assert healthy.examine().status("stored-credentials") == "skip"


def test_an_entry_that_ends_as_lines_of_windows_do_is_not_taken_for_an_answer(
    healthy: Sandbox,
) -> None:
    """Git reads the return as a part of the host."""
    healthy.write(".gitconfig", "[credential]\n\thelper = store\n")
    healthy.write(".git-credentials", line("word", path="").replace("\n", "\r\n"))
    healthy.env["GIT_TERMINAL_PROMPT"] = "0"
    request = f"protocol=https\nhost={HOST}\n\n"
    assert healthy.git("credential", "fill", input=request, check=False).returncode != 0
    result = healthy.examine("--only", "stored-credentials").results["stored-credentials"]
    assert result["summary"] == "no password is stored for this address"
