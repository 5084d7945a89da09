"""The telling sentence: what real programs print when they fail, and the line that says why."""

from __future__ import annotations

import pytest

from codecommit_doctor.rules.telling import telling_sentence, told_why

ASKS = "fatal: could not read Username for 'https://x': terminal prompts disabled"
RAISED = 'Traceback (most recent call last):\n  File "x.py", line 3, in f\n    raise X\n'

SAID = {
    "git alone": (ASKS, ASKS.removeprefix("fatal: ")),
    "a credential process through botocore": (
        RAISED + "botocore.exceptions.CredentialRetrievalError: Error when retrieving credentials "
        "from custom-process: SSO session expired\n",
        "Error when retrieving credentials from custom-process: SSO session expired",
    ),
    "a program that speaks before Python gives up": (
        "not logged in\n" + RAISED + "json.decoder.JSONDecodeError: Expecting value: line 1",
        "not logged in",
    ),
    "Python alone": (
        RAISED + "json.decoder.JSONDecodeError: Expecting value: line 1 column 1 (char 0)",
        "JSONDecodeError: Expecting value: line 1 column 1 (char 0)",
    ),
    "auto-prompt of the AWS CLI 2": (
        "warning: invalid credential line: > aws codecommit credential-helper get\n\n"
        "usage: aws [options] <command> <subcommand> [<subcommand> ...] [parameters]\n"
        "To see help text, you can run:\n\n  aws help\n  aws <command> help\n\n"
        "aws: error: Unknown options: protocol=https\nBrokenPipeError: [Errno 32] Broken pipe\n"
        + ASKS,
        "Unknown options: protocol=https",
    ),
    "the helper of CodeBuild": (
        "duplicate key: capability[] [authtype, state]\n" + ASKS,
        "duplicate key: capability[] [authtype, state]",
    ),
    "a shell": (
        "env: 'aws': No such file or directory\n" + ASKS,
        "env: 'aws': No such file or directory",
    ),
    "the AWS CLI": (
        "\nError loading SSO Token: Token for corp does not exist\n" + ASKS,
        "Error loading SSO Token: Token for corp does not exist",
    ),
    "a repository that git can't read": (
        "The following profile was not found: x. Available profiles are: y.\n"
        "fatal: Could not read from remote repository.\n\n"
        "Please make sure you have the correct access rights\nand the repository exists.",
        "The following profile was not found: x. Available profiles are: y.",
    ),
    "nothing": ("", ""),
}


@pytest.mark.parametrize(("said", "why"), SAID.values(), ids=SAID)
def test_the_line_that_says_why(said: str, why: str) -> None:
    assert telling_sentence(said) == why


@pytest.mark.parametrize("name", SAID)
def test_whether_a_program_gave_a_reason(name: str) -> None:
    assert told_why(SAID[name][0]) == (name not in ("git alone", "Python alone", "nothing"))
