"""The check aws-cli-version, with the real aws and with others."""

from __future__ import annotations

import pytest

from codecommit_doctor.rules.signature import Shape
from tests import facts
from tests.conftest import HEALTHY, HELPER, SYSTEM_PATH, Sandbox

ID = "aws-cli-version"


def says(line: str, stream: int = 1) -> str:
    return f"echo '{line}' >&{stream}"


def test_the_real_aws(healthy: Sandbox) -> None:
    done = healthy.examine()
    assert (done.status(ID), done.with_status("fail", "warn", "error")) == ("pass", set())
    assert done.results[ID]["summary"].startswith("AWS CLI 1.")


@pytest.mark.parametrize("stream", [1, 2])
@pytest.mark.parametrize(
    ("line", "status"),
    [
        ("aws-cli/1.7.38 Python/2.7.9 Linux/3.16.0-4-amd64", "pass"),
        ("aws-cli/1.7.37 Python/2.7.9 Linux/3.16.0-4-amd64", "fail"),
        ("aws-cli/1.2.9 Python/3.4.0 Linux/3.13.0-24-generic", "fail"),
        ("aws-cli/1.10.0 Python/2.7.9 Darwin/15", "pass"),
        ("aws-cli/2.15.30 Python/3.11.8 Darwin/23.4.0 source/arm64 prompt/off", "pass"),
        ("aws-cli/0.0.0 hello", "fail"),
        ("some other aws", "warn"),
        ("", "warn"),
    ],
)
def test_versions(healthy: Sandbox, line: str, status: str, stream: int) -> None:
    healthy.program("aws", says(line, stream))
    done = healthy.examine("--only", ID)
    assert (done.status(ID), done.code) == (status, int(status == "fail"))


@pytest.mark.parametrize(
    ("script", "why"),
    [
        ("exit 1", "ended with exit code 1"),
        ("kill -KILL $$", "was ended by signal SIGKILL"),
        ("exec /nonexistent/python", "ended with exit code"),
    ],
)
def test_an_aws_that_breaks(healthy: Sandbox, script: str, why: str) -> None:
    healthy.program("aws", script)
    done = healthy.examine("--only", ID)
    assert (done.status(ID), done.code) == ("fail", 1)
    assert why in done.results[ID]["summary"]


def test_an_interpreter_that_is_gone(healthy: Sandbox) -> None:
    path = healthy.program("aws", "")
    path.write_text("#!/gone/bin/python\nprint()\n", "utf-8")
    done = healthy.examine("--only", ID)
    assert (done.status(ID), done.code) == ("fail", 1)


def test_no_aws_at_all(healthy: Sandbox) -> None:
    done = healthy.without("aws").examine("--only", ID)
    assert (done.status(ID), done.code) == ("fail", 1)
    assert "does not find aws" in done.results[ID]["summary"]
    assert done.results[ID]["advice"]


def test_a_directory_called_aws(healthy: Sandbox) -> None:
    (healthy.bin / "aws").unlink()
    (healthy.bin / "aws").mkdir()
    healthy.env["PATH"] = f"{healthy.bin}:{SYSTEM_PATH}"
    result = healthy.examine("--only", ID).results[ID]
    assert result["status"] == "fail"
    assert any("is a directory" in fact["fact"] for fact in result["evidence"])


def test_yours_but_not_gits(healthy: Sandbox) -> None:
    healthy.program("git", f'PATH={SYSTEM_PATH} exec /usr/bin/git "$@"')
    result = healthy.examine("--only", ID).results[ID]
    assert result["status"] == "fail"
    assert result["summary"] == "aws is on your PATH, but Git's own shell does not find it"
    assert str(healthy.bin / "aws") in result["advice"][0]["text"]


def second(sandbox: Sandbox, version: str, folder: str = "second") -> None:
    place = sandbox.home / folder
    place.mkdir()
    (place / "aws").write_text(f"#!/bin/sh\necho aws-cli/{version} Python/3 x/y exe/z\n", "utf-8")
    (place / "aws").chmod(0o755)
    sandbox.env["PATH"] = f"{sandbox.bin}:{place}:{SYSTEM_PATH}"


@pytest.mark.parametrize(
    ("version", "folder", "status"),
    [("2.1.0", "second", "pass"), ("1.40.0", "second", "pass"), ("2.1.0", "shims", "pass")],
)
def test_one_that_hides_another(healthy: Sandbox, version: str, folder: str, status: str) -> None:
    second(healthy, version, folder)
    done = healthy.examine("--only", ID)
    assert (done.status(ID), done.code) == (status, 0)
    assert any("another aws: ~/" in fact["fact"] for fact in done.results[ID]["evidence"])


def test_the_program_that_the_helper_names_counts(healthy: Sandbox) -> None:
    healthy.program("aws", says("aws-cli/1.0.0 Python/2 x/y"))
    second(healthy, "2.1.0", "my tools")
    for program in (f"'{healthy.home}/my tools/aws'", "~/my\\\\ tools/aws"):
        helper = HELPER.replace("aws", program, 1)
        healthy.write(".gitconfig", HEALTHY.replace(HELPER, helper))
        done = healthy.examine("--only", ID)
        assert done.with_status("fail") == set(), done.results[ID]
    healthy.write(".gitconfig", HEALTHY)
    assert healthy.examine("--only", ID).status(ID) == "fail"


@pytest.mark.parametrize(
    "helper",
    [
        "!f() { aws codecommit credential-helper $@; }; f",
        "!aws-vault exec me -- aws codecommit credential-helper $@",
        "!AWS_PROFILE=x aws codecommit credential-helper $@",
        "!~/.local/bin/aws codecommit credential-helper $@",
    ],
)
def test_a_helper_that_starts_aws_in_its_own_way_is_not_blamed(
    healthy: Sandbox, helper: str
) -> None:
    healthy.write(".gitconfig", HEALTHY.replace(HELPER, f'"{helper}"'))
    assert healthy.examine("--only", ID).with_status("fail", "error") == set()


@pytest.mark.parametrize(
    ("host", "version", "code"),
    [
        ("git-codecommit-fips.us-east-2.amazonaws.com", "1.16.129", "too-old-for-host"),
        ("git-codecommit-fips.us-east-2.amazonaws.com", "1.16.130", None),
        ("vpce-0a1-b2c.git-codecommit.us-east-2.vpce.amazonaws.com", "1.16.9", "too-old-for-host"),
        ("vpce-0a1-b2c.git-codecommit.us-east-2.vpce.amazonaws.com", "2.0.0", None),
        ("git-codecommit.us-east-2.amazonaws.com", "1.16.129", None),
    ],
)
def test_too_old_for_a_host(healthy: Sandbox, host: str, version: str, code: str | None) -> None:
    healthy.git("remote", "set-url", "origin", f"https://{host}/v1/repos/demo")
    healthy.program("aws", says(f"aws-cli/{version} Python/3.6.0 Linux/4.14 botocore/1.12.0"))
    found = healthy.examine("--only", ID).results[ID]
    assert found["code"] == (f"{ID}/{code}" if code else None), found


@pytest.mark.parametrize(("version", "status"), [("1.18.7", "fail"), ("1.18.8", "pass")])
def test_a_blank_line_behind_the_question(version: str, status: str) -> None:
    said = ("not enough values to unpack (expected 2, got 1)",)
    found = facts.ask(
        facts.check(ID),
        facts.target(),
        facts.signer(facts.AWS),
        facts.cli(versions={"/usr/bin/aws": facts.cli_version(version)}),
        facts.host(),
        facts.handshake(Shape.EMPTY, said=said),
    )
    assert (found.status.value, found.code == "blank-line") == (status, status == "fail")
