"""From a printed text to the causes that fit, without a look at the machine."""

from __future__ import annotations

import subprocess

import pytest

from codecommit_doctor.engine.registry import load
from codecommit_doctor.rules.error_texts import SYMPTOMS, recognise
from tests import warm
from tests.conftest import HELPER, URL, Sandbox

IDS = [check.id for check in load().checks]

PRINTED = [
    # git and libcurl
    (f"fatal: unable to access '{URL}/': The requested URL returned error: 403",
     "credential-manager-conflict"),
    ("fatal: could not read Username for 'https://git-codecommit.us-east-2.amazonaws.com': "
     "terminal prompts disabled", "credential-helper"),
    ("fatal: could not read Username for 'https://h': No such device or address",
     "credential-helper"),
    (f"fatal: unable to access '{URL}/': Could not resolve host: git-codecommit.x.amazonaws.com",
     "region-supported"),
    (f"fatal: repository '{URL}/' not found", "repository-url"),
    ("fatal: bad boolean config value 'yess' for 'credential.usehttppath'", "git-configuration"),
    ("fatal: bad config line 3 in file /home/x/.gitconfig", "git-configuration"),
    ("fatal: unable to access 'x': SSL certificate problem: unable to get local issuer certificate",
     "endpoint-reachable"),
    ("fatal: unable to access 'x': Received HTTP code 407 from proxy after CONNECT",
     "endpoint-reachable"),
    ("fatal: unable to access 'x': CONNECT tunnel failed, response 502", "endpoint-reachable"),
    ("git: 'remote-codecommit' is not a git command. See 'git --help'.", "remote-helper"),
    ("fatal: Unable to find remote helper for 'codecommit'", "remote-helper"),
    ("git: 'credential-aws' is not a git command. See 'git --help'.", "credential-helper"),
    ("git: 'credential-manager-core' is not a git command. See 'git --help'.",
     "credential-manager-conflict"),
    # the aws command and its shell
    ("'path'", "use-http-path"),
    ("aws codecommit credential-helper $@ get: 1: aws: not found", "aws-cli-version"),
    ("aws codecommit credential-helper $@ get: aws: command not found", "aws-cli-version"),
    ("The config profile (My) could not be found", "profile-quoting"),
    ("aws: error: argument subcommand: Invalid choice, valid choices are:", "profile-quoting"),
    ("Unable to parse config file: /home/x/.aws/config", "aws-configuration"),
    ("Error when retrieving token from sso: Token has expired and refresh failed",
     "aws-credentials"),
    ("Error loading SSO Token: Token for work does not exist", "aws-credentials"),
    ("Unable to locate credentials. You can configure credentials by running \"aws login\".",
     "aws-credentials"),
    ("'NoneType' object has no attribute 'secret_key'", "aws-credentials"),
    # Git Credential Manager
    ("fatal: Failed to write item to store. [0x6f7]\nfatal: The stub received bad data",
     "credential-manager-conflict"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "first"), PRINTED, ids=range(len(PRINTED)))
def test_a_text_leads_to_its_likeliest_cause(text: str, first: str) -> None:
    assert recognise(text, IDS)[0].checks[0] == first


def test_every_check_that_a_symptom_names_exists() -> None:
    assert {check for symptom in SYMPTOMS for check in symptom.checks} <= set(IDS)


def test_other_texts_mean_nothing() -> None:
    assert recognise("Already up to date.", IDS) == []


def test_what_real_git_prints_is_recognised(sandbox: Sandbox) -> None:
    sandbox.write(".gitconfig", f"[credential]\n\thelper = {HELPER}\n")
    asked = sandbox.git(
        "credential", "fill", input="protocol=https\nhost=h.amazonaws.com\npath=p\n\n", check=False
    )
    assert recognise(asked.stderr, IDS)[0].checks == ("use-http-path",)


def test_by_argument_and_through_a_pipe(sandbox: Sandbox) -> None:
    text = PRINTED[0][0]
    told = sandbox.doctor("explain-error", text)
    assert told.code == 0
    assert "refused what it was sent" in told.out
    assert told.out.index("credential-manager-conflict") < told.out.index("kms-deny")
    piped = subprocess.run(
        [warm.doctor(), "explain-error"],
        input=text.encode() + b"\n\xff\x1b[31m",
        env=sandbox.env,
        capture_output=True,
        timeout=60,
    )
    assert piped.stdout.decode() == told.out


def test_exit_codes_for_unknown_texts_and_for_none(sandbox: Sandbox) -> None:
    assert sandbox.doctor("explain-error", "all is well").code == 1
    assert sandbox.doctor("explain-error").code == 2
