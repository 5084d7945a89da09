"""``run -- COMMAND``: the command as it is, and an examination only if git failed at CodeCommit."""

from __future__ import annotations

import pytest

from tests.conftest import HELPER, URL, Sandbox


def test_the_commands_output_and_exit_code_are_its_own(healthy: Sandbox) -> None:
    done = healthy.doctor("run", "--offline", "--", "sh", "-c", "echo out; echo err >&2; exit 7")
    assert (done.code, done.out, done.err) == (7, "out\n", "err\n")


def test_a_command_that_works_is_not_looked_behind(healthy: Sandbox) -> None:
    done = healthy.doctor("run", "--", "git", "remote")
    assert (done.code, done.out, done.err) == (0, "origin\n", "")


@pytest.mark.parametrize(("name", "code"), [("no-such-program-anywhere", 127), ("/", 126)])
def test_a_command_that_can_not_be_run(healthy: Sandbox, name: str, code: int) -> None:
    done = healthy.doctor("run", "--", name)
    assert done.code == code
    assert "can't be run" in done.err


def test_another_failure_of_git_is_left_alone(healthy: Sandbox) -> None:
    done = healthy.doctor("run", "--offline", "--", "git", "checkout", "no-such-branch")
    assert done.code == 1
    assert "Cause" not in done.err


def test_a_failure_at_codecommit_is_examined_for_its_address(healthy: Sandbox) -> None:
    healthy.write(".gitconfig", f"[credential]\n\thelper = {HELPER}\n")
    address = URL.replace("us-east-2", "us-esat-2")
    healthy.env["HTTPS_PROXY"] = "http://127.0.0.1:9"
    done = healthy.doctor("run", "--offline", "--", "git", "ls-remote", address)
    assert (done.code, done.out) == (128, "")
    assert address in done.err
    assert "did you mean us-east-2?" in done.err


def test_a_command_ended_by_a_signal(healthy: Sandbox) -> None:
    assert healthy.doctor("run", "--", "sh", "-c", "kill -TERM $$").code == 143
