from __future__ import annotations

from tests.conftest import Sandbox

ID = "aws-cli-codecommit"
OLD = (
    'test "$1" = --version && { echo aws-cli/1.20.0 Python/3.8.0; exit 0; }\n'
    "echo \"aws: error: argument command: Invalid choice: 'codecommit', valid choices are:\" >&2\n"
    "exit 2"
)


def test_the_helper_answered(healthy: Sandbox) -> None:
    found = healthy.examine("--only", ID).results[ID]
    assert (found["status"], found["summary"]) == ("pass", "the AWS helper answered Git")


def test_the_helper_failed_for_another_reason(healthy: Sandbox) -> None:
    healthy.write(".aws/credentials", "")
    found = healthy.examine("--only", ID).results[ID]
    assert (found["status"], "has the CodeCommit" in found["summary"]) == ("pass", True)


def test_no_such_command(healthy: Sandbox) -> None:
    healthy.program("aws", OLD)
    found = healthy.examine("--only", ID).results[ID]
    assert found["status"] == "fail"
    assert "Invalid choice" in found["evidence"][0]["fact"]


def test_no_aws_helper(sandbox: Sandbox) -> None:
    assert sandbox.examine("--only", ID).status(ID) == "skip"
