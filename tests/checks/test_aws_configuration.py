"""The check aws-configuration, with files that stop the AWS CLI."""

from __future__ import annotations

from pathlib import Path

import pytest

from codecommit_doctor.probes.environment import Environment
from codecommit_doctor.probes.profiles import Profiles
from tests import facts
from tests.conftest import CREDENTIALS, HELPER, SECRET_KEY, Sandbox

ID = "aws-configuration"


@pytest.mark.parametrize("name", ["config", "credentials"])
@pytest.mark.parametrize(
    "garbage", [b"no section\n", b"[a\n", b"[a]\n[a]\n", b"\xff\xfe\x00[", b"\x00\x01\x02" * 500]
)
def test_a_file_that_stops_the_real_aws_fails(healthy: Sandbox, name: str, garbage: bytes) -> None:
    healthy.write(f".aws/{name}", garbage)
    done = healthy.examine()
    assert (done.with_status("fail"), done.code) == ({ID}, 1)
    result = done.results[ID]
    assert result["evidence"][0]["location"]["file"] == f"~/.aws/{name}"
    assert done.results["profile-quoting"]["because_of"] == ID
    assert healthy.git("credential", "fill", input=REQUEST, check=False).returncode != 0


REQUEST = "protocol=https\nhost=git-codecommit.us-east-2.amazonaws.com\npath=v1/repos/demo\n\n"


@pytest.mark.parametrize(
    "text",
    [
        "",
        "\n# nothing\n",
        "[default]\nregion = us-east-2\n",
        "[default]\r\nregion = us-east-2\r\n",
        "[default]\ns3 =\n  max_concurrent_requests = 2\n",
        "[profile \u00fcml\u00e4ut]\nregion = us-east-2\n",
        "[services x]\n[sso-session y]\nsso_region = us-east-1\n",
    ],
)
def test_a_file_that_the_real_aws_reads_passes(healthy: Sandbox, text: str) -> None:
    healthy.write(".aws/config", text)
    assert "password=" in healthy.git("credential", "fill", input=REQUEST).stdout
    done = healthy.examine("--only", ID)
    assert (done.status(ID), done.code) == ("pass", 0)


def test_the_file_that_a_variable_names_is_blamed(healthy: Sandbox) -> None:
    broken = healthy.write("other config", "[")
    healthy.env["AWS_CONFIG_FILE"] = str(broken)
    result = healthy.examine().results[ID]
    assert result["evidence"][0]["location"]["file"] == "~/other config"


def test_no_files_are_no_fault(sandbox: Sandbox) -> None:
    done = sandbox.examine("--only", ID)
    assert (done.status(ID), done.code) == ("pass", 0)
    assert [fact["fact"] for fact in done.results[ID]["evidence"]] == ["does not exist"] * 2


def test_a_secret_beside_the_fault_is_not_shown(healthy: Sandbox) -> None:
    healthy.write(".aws/credentials", CREDENTIALS + "oops\n")
    done = healthy.examine()
    assert ID in done.with_status("fail")
    assert SECRET_KEY not in done.out + done.err


@pytest.mark.parametrize("folder", [True, False])
def test_a_file_that_may_not_be_read(healthy: Sandbox, folder: bool) -> None:
    healthy.obeys_modes = True
    (healthy.home / ".aws" / ("" if folder else "credentials")).chmod(0)
    done = healthy.examine()
    result = done.results[ID]
    assert (result["status"], result["code"]) == ("fail", f"{ID}/no-permission")
    assert "mode 0000" in result["evidence"][0]["fact"]
    healthy.follow(done, ID)
    assert not healthy.examine().with_status("fail", "warn")


@pytest.mark.parametrize(("version", "status"), [("2.32.1", "warn"), ("1.44.0", "pass")])
@pytest.mark.parametrize("by", ["variable", "profile"])
def test_auto_prompt(healthy: Sandbox, version: str, status: str, by: str) -> None:
    healthy.program("aws", f"echo aws-cli/{version} Python/3.13 Linux/6 exe/x86_64")
    if by == "variable":
        healthy.env["AWS_CLI_AUTO_PROMPT"] = "on"
    else:
        healthy.write(".aws/config", "[default]\nregion = us-east-2\ncli_auto_prompt = on\n")
    result = healthy.examine("--only", ID).results[ID]
    assert result["status"] == status
    if status == "warn":
        place = result["evidence"][0]["location"]
        assert (place and place["line"]) == (None if by == "variable" else 3)


def test_auto_prompt_after_an_error_is_harmless(healthy: Sandbox) -> None:
    healthy.program("aws", "echo aws-cli/2.32.1 Python/3.13 Linux/6 exe/x86_64")
    healthy.env["AWS_CLI_AUTO_PROMPT"] = "on-partial"
    assert healthy.examine("--only", ID).status(ID) == "pass"


@pytest.mark.parametrize("name", ["config", "credentials"])
@pytest.mark.parametrize(
    ("data", "words"),
    [
        (CREDENTIALS.encode("utf-16"), "it is written in UTF-16"),
        (CREDENTIALS.encode("utf-16-le"), "it is written in UTF-16"),
        (b"\xef\xbb\xbf" + CREDENTIALS.encode(), "it begins with a byte order mark"),
    ],
)
def test_what_an_editor_of_windows_wrote_is_named(
    healthy: Sandbox, name: str, data: bytes, words: str
) -> None:
    healthy.write(f".aws/{name}", data)
    assert healthy.git("credential", "fill", input=REQUEST, check=False).returncode != 0
    done = healthy.examine("--only", ID)
    assert done.status(ID) == "fail"
    assert words in done.results[ID]["summary"]


def test_a_hidden_ending_is_named(healthy: Sandbox) -> None:
    file = healthy.home / ".aws" / "credentials"
    file.rename(file.with_name("credentials.txt"))
    result = healthy.examine("--only", ID).results[ID]
    assert (result["status"], result["code"]) == ("warn", f"{ID}/hidden-ending")
    assert "does not read credentials.txt" in result["summary"]
    file.write_text(CREDENTIALS, "utf-8")
    assert healthy.examine("--only", ID).status(ID) == "pass"


@pytest.mark.parametrize("there", [True, False])
def test_files_in_the_other_home(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, there: bool
) -> None:
    """Git's home on Windows is a share here; the AWS CLI reads its own home alone."""
    share, own = tmp_path / "share", tmp_path / "own"
    for folder in (share, own) if there else (share,):
        (folder / ".aws").mkdir(parents=True)
        (folder / ".aws" / "credentials").write_text(CREDENTIALS, "utf-8")
    monkeypatch.setattr("codecommit_doctor.probes.profiles.git_home", lambda: share)
    for name in ("HOME", "USERPROFILE"):
        monkeypatch.setenv(name, str(own))
    for name in ("AWS_CONFIG_FILE", "AWS_SHARED_CREDENTIALS_FILE"):
        monkeypatch.delenv(name, raising=False)
    found = facts.ask(facts.check(ID), Profiles(), facts.cli(), Environment(), facts.signer())
    assert found.code == (None if there else "other-home")
    assert there or found.evidence[0].origin.file == str(share / ".aws" / "credentials")


LINES = {
    "export AWS_ACCESS_KEY_ID=x\n": (1, "a line is in front of the first [profile]"),
    "[default]\nregion = us-east-2\n[default]\n": (3, "[default] is there twice"),
    "[default]\nregion = a\nregion = b\n": (3, "region is there twice in [default]"),
    "[default]\nregion = a\nAKIAIOSFODNN7EXAMPLE\n": (
        3,
        "a line is neither [profile] nor NAME = VALUE",
    ),
}


@pytest.mark.parametrize("name", ["config", "credentials"])
@pytest.mark.parametrize("text", LINES, ids=range(len(LINES)))
def test_the_line_is_named(healthy: Sandbox, name: str, text: str) -> None:
    healthy.write(f".aws/{name}", text.encode())
    result = healthy.examine("--only", ID).results[ID]
    line, words = LINES[text]
    assert result["evidence"][0]["location"]["line"] == line
    assert words in result["summary"]


@pytest.mark.parametrize(
    "helper",
    [HELPER.replace("$@", "--no-cli-auto-prompt $@"), "!env AWS_CLI_AUTO_PROMPT=off aws x"],
)
def test_a_helper_that_never_prompts(healthy: Sandbox, helper: str) -> None:
    healthy.program("aws", "echo aws-cli/2.32.1 Python/3.13 Linux/6 exe/x86_64")
    healthy.env["AWS_CLI_AUTO_PROMPT"] = "on"
    healthy.write(".gitconfig", f"[credential]\n\thelper = {helper}\n\tUseHttpPath = true\n")
    assert healthy.examine("--only", ID).status(ID) == "pass"
