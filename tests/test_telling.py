"""The telling sentence: what real programs print when they fail, and the line that says why."""

from __future__ import annotations

import pytest

from codecommit_doctor.rules.telling import fatal_words, spoken_reason, telling_sentence, told_why

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


@pytest.mark.parametrize(
    ("said", "why"),
    [
        ("fatal: aws: not found", "aws: not found"),
        ("aws: [ERROR]: it failed", "it failed"),
        ("ERROR: it failed", "it failed"),
        ("first\nsecond", "second"),
        ("it failed\nsecond", "it failed"),
        ("it failed\nit was denied", "it failed"),
        (f"hello\n{ASKS}", "hello"),
        (f"{ASKS}\nerror: unable to read askpass response", "unable to read askpass response"),
        (f"{RAISED}x.y.LoginFailed:\n", "LoginFailed"),
        (f"{RAISED}ValueError: a\n{RAISED}KeyError: 'b'\n", "KeyError: 'b'"),
        (f"{RAISED}KeyError: 'b'\nit failed", "it failed"),
        (f"{RAISED}KeyError: 'b'\nhello", "hello"),
        (f"{RAISED}KeyError: X", "KeyError: X"),
        (f"{RAISED}\tstill inside failed\nValueError: a", "a"),
        (f"{RAISED}ValueError: a\nOSError: disk failed", "a"),
        ("usage: aws\n  ^^^^\nhint: it failed\nNOTE: x\nit", "it"),
        ("it failed " + "x" * 400, "it failed " + "x" * 290),
    ],
)
def test_which_line_is_taken(said: str, why: str) -> None:
    assert telling_sentence(said) == why


@pytest.mark.parametrize(
    ("said", "why"),
    [
        ("the session of A1234567890123456789 expired", "the session of … expired"),
        ("the session of ABCDEFGHIJKLMNOPQRSTUVWXYZ expired",) * 2,
        ("the session 12345678901234567890 expired",) * 2,
        ("the session A123456789012345678 expired",) * 2,
        (f"{RAISED}ValueError: please come back", "please come back"),
        (f"hello there\n{RAISED}KeyError: 'x y'", ""),
        ("expired", ""),
        ("all is well", ""),
        ("", ""),
    ],
)
def test_no_secret_is_in_a_spoken_reason(said: str, why: str) -> None:
    assert spoken_reason(said) == why


@pytest.mark.parametrize(
    ("said", "told"),
    [
        ("hello", True),
        (f"{ASKS}\nhello", True),
        (RAISED + "x.LoginFailed: no", True),
        (RAISED + "KeyError: 'b'", False),
        (f"hello\n{RAISED}KeyError: 'b'", True),
        (f"{ASKS}\n{RAISED}x.TypeError: b", False),
    ],
)
def test_a_reason_of_its_own(said: str, told: bool) -> None:
    assert told_why(said) is told


FATAL = {
    "fatal: bad config line 3 in file x": "fatal: bad config line 3 in file x",
    "warning: x\nwarning: x\nfatal: y\nhint: z": "fatal: y",
    "error: no word of git's last": "error: no word of git's last",
    "fatal: unknown repository extension found:\n\trefstorage\n":
        "fatal: unknown repository extension found: refstorage",
    "fatal: unknown repository extensions found:\n\ta\n\tb\n":
        "fatal: unknown repository extensions found: a b",
    "fatal: unknown repository extensions found:\n\ta\n\tb\n\tc\n\td\n\te\n":
        "fatal: unknown repository extensions found: a b c d",
    "fatal: exceeded maximum include depth (10) while including\n\tx\nfrom\n\ty\nThis might be":
        "fatal: exceeded maximum include depth (10) while including x from y This might be",
    "fatal: detected dubious ownership in repository at 'x'\nTo add an exception, call:\n\n\tgit":
        "fatal: detected dubious ownership in repository at 'x'",
}  # fmt: skip


@pytest.mark.parametrize("said", FATAL)
def test_the_words_with_which_git_ends(said: str) -> None:
    assert fatal_words(said) == FATAL[said]
