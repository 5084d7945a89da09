"""The words of an AWS helper, read as the AWS CLI's own parsers read them.

The same lists of words are given to the parsers of the AWS CLI 1 of this environment and, where it
is there, of the AWS CLI 2 whose modules lie in the folder of AWSCLI2_MODULES, as in an unpacked
package of a Linux distribution.
"""

from __future__ import annotations

import json
import os
import random
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from codecommit_doctor.rules.aws_options import Call, is_option, read

SCRIPT = Path(__file__).with_name("aws_reads.py")
PROFILES = ("work", "My Profile", "get", "credential-helper", "-", "a=b")
MODULES = os.environ.get("AWSCLI2_MODULES", "")
NO_CLI_2 = pytest.mark.skipif(not MODULES, reason="AWS CLI 2 is not installed: AWSCLI2_MODULES")

OPTIONS = [
    *([f"--{cut}", name] for cut in ("profile", "prof", "p") for name in PROFILES),
    *([f"--profile={name}"] for name in PROFILES),
    *([option] for option in ("--profile=", "--reg=us-east-1", "--region=")),
    *(["--region", name] for name in ("us-east-2", "eu-west-1", "")),
    *(["--output", name] for name in ("json", "text", "yaml", "yaml-stream", "csv")),
    *(["--color", name] for name in ("on", "off", "loud")),
    *(["--cli-read-timeout", value] for value in ("5", "soon")),
    *(["--cli-r=7"], ["--cli-connect", "5"], ["--ca-bundle", "x"], ["--ca", "x"]),
    *(["--endpoint-url", "https://x"], ["--end=https://x"], ["--query", "a"], ["--q=a"]),
    *([flag] for flag in ("--debug", "--no-verify-ssl", "--no-verify", "--no-paginate")),
    *([flag] for flag in ("--no-sign-request", "--no-cli-pager", "--no-cli-p", "--no")),
    *([flag] for flag in ("--ignore-host-check", "--ignore", "--unknown", "--unknown=x")),
    *([flag] for flag in ("-profile", "-p", "--", "-", "--version", "--cli-binary-format")),
    *(["--cli-binary-format", "base64"], ["--co", "on"], ["--cli", "x"], ["-1"]),
    *(["stray"], ["get"], ["store"], [""], ["s3"], ["--profile x"], ["--output=json"]),
]
COMMAND = [["codecommit"], ["credential-helper"]]


def lines(count: int, seed: int) -> list[list[str]]:
    """Lists of words: the command with up to three options, each somewhere in it."""
    chance = random.Random(seed)
    made = [[word for part in (*COMMAND, ["get"]) for word in part]]
    made += [
        [w for part in parts for w in part]
        for option in OPTIONS
        for at in range(4)
        for parts in [[*[*COMMAND, ["get"]][:at], option, *[*COMMAND, ["get"]][at:]]]
    ]
    while len(made) < count:
        parts = [*COMMAND, [chance.choice(["get", "get", "store", "erase"])]]
        for _ in range(chance.randint(0, 3)):
            parts.insert(chance.randint(0, len(parts)), chance.choice(OPTIONS))
        if chance.random() < 0.05:
            parts.pop(chance.randrange(len(parts)))
        made.append([word for part in parts for word in part])
    return made


def real(python: str, words: list[list[str]], home: Path, modules: str = "") -> list[object]:
    """What the real AWS CLI runs, or None."""
    sections = "".join(f"[profile '{name}']\n" for name in PROFILES)
    (home / "config").write_text(sections, "utf-8")
    env = {"HOME": str(home), "AWS_CONFIG_FILE": str(home / "config"), "LANG": "C.UTF-8"}
    env |= {"PYTHONPATH": modules} if modules else {}
    env |= {"AWS_EC2_METADATA_DISABLED": "true", "PATH": os.environ["PATH"]}
    done = subprocess.run(
        [python, str(SCRIPT)], input=json.dumps(words).encode(), env=env, capture_output=True
    )
    assert done.returncode == 0, done.stderr.decode()
    return list(json.loads(done.stdout))


def ours(words: list[str], major: int) -> object:
    call = read(words, major=major)
    assert (call.failure is None) == (call.operation is not None)
    return None if call.failure else [call.operation, call.profile, call.region]


def differences(major: int, found: list[object], words: list[list[str]]) -> list[str]:
    pairs = zip(words, found, strict=True)
    return [f"{w}: {ours(w, major)}, and not {r}" for w, r in pairs if ours(w, major) != r]


@pytest.mark.process
def test_aws_cli_1_reads_them_so(tmp_path: Path) -> None:
    words = lines(400, seed=1)
    found = real(sys.executable, words, tmp_path)
    assert sum(result is not None for result in found) > len(words) / 4
    assert not differences(1, found, words)


@NO_CLI_2
@pytest.mark.process
def test_aws_cli_2_reads_them_so(tmp_path: Path) -> None:
    words = [line for line in lines(600, seed=2) if line[-1] != "--"]
    python = shutil.which("python3", path="/usr/bin") or "python3"
    found = real(python, words, tmp_path, MODULES)
    assert sum(result is not None for result in found) > len(words) / 4
    assert not differences(2, found, words)


@pytest.mark.parametrize(
    ("options", "failure"),
    [
        (["--unknown"], "the AWS CLI does not know its option --unknown"),
        (["stray"], "the AWS CLI stops at its word stray"),
        (["--output", "csv"], "the AWS CLI does not take the value of its option --output"),
        (["--no"], "its option --no may mean several options of the AWS CLI"),
        (["--version"], "with its option --version the AWS CLI does something else"),
        (
            ["--cli-auto-prompt"],
            "with its option --cli-auto-prompt the AWS CLI does something else",
        ),
    ],
)
def test_the_reason_is_told(options: list[str], failure: str) -> None:
    words = ["codecommit", "credential-helper", *options, "get"]
    assert read(words, major=2).failure == failure


def test_the_last_option_without_a_value_has_none() -> None:
    words = ["codecommit", "credential-helper", "get", "--profile"]
    assert read(words, major=2).failure == "its option --profile has no value"


def test_versions_differ_in_their_options() -> None:
    words = ["codecommit", "credential-helper", "--no-cli-pager", "get"]
    assert read(words, major=2) == Call(operation="get")
    assert read(words, major=1).failure == "the AWS CLI does not know its option --no-cli-pager"


@pytest.mark.parametrize(
    ("word", "is_it"),
    [("--profile", True), ("--prof", True), ("--region", False), ("profile", False), ("-p", False)],
)
def test_an_option_cut_short_is_known(word: str, is_it: bool) -> None:
    assert is_option(word, "--profile") is is_it
