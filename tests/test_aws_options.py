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


READ: list[tuple[str, object, object]] = [
    ("codecommit credential-helper get", ("get", None, None), ("get", None, None)),
    ("codecommit credential-helper store", ("store", None, None), ("store", None, None)),
    ("codecommit credential-helper erase", ("erase", None, None), ("erase", None, None)),
    (
        "codecommit credential-helper --profile work get",
        ("get", "work", None),
        ("get", "work", None),
    ),
    (
        "--profile work codecommit credential-helper get",
        ("get", "work", None),
        ("get", "work", None),
    ),
    (
        "codecommit --profile=work credential-helper get",
        ("get", "work", None),
        ("get", "work", None),
    ),
    ("codecommit credential-helper get --prof work", ("get", "work", None), ("get", "work", None)),
    ("codecommit credential-helper --p work get", ("get", "work", None), ("get", "work", None)),
    (
        "codecommit credential-helper --region us-east-2 get",
        ("get", None, "us-east-2"),
        ("get", None, "us-east-2"),
    ),
    (
        "codecommit credential-helper --reg=eu-west-1 get",
        ("get", None, "eu-west-1"),
        ("get", None, "eu-west-1"),
    ),
    ("codecommit credential-helper --profile= get", ("get", None, None), ("get", None, None)),
    ("codecommit credential-helper --profile get get", ("get", "get", None), ("get", "get", None)),
    (
        "codecommit credential-helper --ignore-host-check get",
        ("get", None, None),
        ("get", None, None),
    ),
    (
        "codecommit credential-helper get --ignore-host-check",
        ("get", None, None),
        ("get", None, None),
    ),
    ("codecommit credential-helper get --ignore", ("get", None, None), ("get", None, None)),
    ("codecommit credential-helper store --ignore-host-check", None, None),
    ("codecommit credential-helper erase --ignore-host-check", None, None),
    (
        "codecommit --ignore-host-check credential-helper get",
        ("get", None, None),
        ("get", None, None),
    ),
    (
        "codecommit credential-helper --debug --no-verify-ssl --no-paginate --no-sign-request get",
        ("get", None, None),
        ("get", None, None),
    ),
    ("codecommit credential-helper --no-cli-pager get", None, ("get", None, None)),
    ("codecommit credential-helper --no-cli-auto-prompt get", None, ("get", None, None)),
    ("codecommit credential-helper --v2-debug get", ("get", None, None), None),
    ("codecommit credential-helper --output json get", ("get", None, None), ("get", None, None)),
    ("codecommit credential-helper --output yaml get", None, ("get", None, None)),
    ("codecommit credential-helper --output yaml-stream get", None, ("get", None, None)),
    ("codecommit credential-helper --output csv get", None, None),
    ("codecommit credential-helper --color on get", ("get", None, None), ("get", None, None)),
    ("codecommit credential-helper --color loud get", None, None),
    (
        "codecommit credential-helper --query a --endpoint-url https://x --ca-bundle x get",
        ("get", None, None),
        ("get", None, None),
    ),
    (
        "codecommit credential-helper --cli-read-timeout 5 --cli-connect-timeout 6 get",
        ("get", None, None),
        ("get", None, None),
    ),
    ("codecommit credential-helper --cli-read-timeout soon get", None, None),
    ("codecommit credential-helper --cli-binary-format base64 get", None, ("get", None, None)),
    ("codecommit credential-helper --unknown get", None, None),
    ("codecommit credential-helper stray get", None, None),
    ("codecommit credential-helper get stray", None, None),
    ("codecommit credential-helper get get", None, None),
    ("codecommit credential-helper", None, None),
    ("codecommit get", None, None),
    ("s3 credential-helper get", None, None),
    ("codecommit list-repositories get", None, None),
    ("stray codecommit credential-helper get", None, None),
    ("codecommit credential-helper list", None, None),
    ("-p work codecommit credential-helper get", None, None),
    ("codecommit credential-helper --cli get", None, None),
    ("", None, None),
]
"""Words, and what AWS CLI 1.46.3 and 2.9.19 made of them: operation, profile, region."""


@pytest.mark.parametrize(("line", "one", "two"), READ)
def test_as_both_versions_read_them(line: str, one: object, two: object) -> None:
    told = [ours(line.split(), major) for major in (1, 2)]
    assert [tuple(found) if isinstance(found, list) else found for found in told] == [one, two]


@pytest.mark.parametrize(
    ("line", "failure"),
    [
        ("codecommit credential-helper", "it has no operation"),
        ("codecommit", "it ends before the words codecommit credential-helper"),
        ("", "it ends before the words codecommit credential-helper"),
        ("s3 get", "the AWS CLI stops at its word s3"),
        ("codecommit list get", "the AWS CLI stops at its word list"),
        ("codecommit credential-helper list", "the AWS CLI stops at its word list"),
        ("codecommit credential-helper get x -y", "the AWS CLI stops at its word x"),
        ("codecommit credential-helper get -y x", "the AWS CLI does not know its option -y"),
        ("codecommit credential-helper get --region", "its option --region has no value"),
        (
            "codecommit credential-helper get --cli-read-timeout soon",
            "the AWS CLI does not accept the value of its option --cli-read-timeout",
        ),
        (
            "codecommit credential-helper store --ignore-host-check",
            "the AWS CLI does not know its option --ignore-host-check",
        ),
        (
            "codecommit credential-helper --version get",
            "with its option --version the AWS CLI does something else",
        ),
    ],
)
def test_each_reason(line: str, failure: str) -> None:
    assert read(line.split(), major=1).failure == failure


@pytest.mark.parametrize(
    ("words", "stray"),
    [
        (["codecommit", "credential-helper", "get"], ()),
        (["codecommit", "credential-helper", "a", "b", "get"], ("a", "b")),
        (["codecommit", "x", "credential-helper", "store"], ("x",)),
        (["s3", "codecommit", "credential-helper"], ("s3",)),
        (["credential-helper", "codecommit"], ("credential-helper",)),
        (["codecommit", "credential-helper", "codecommit"], ("codecommit",)),
        (["codecommit", "credential-helper", "--unknown", "-y"], ()),
        (["codecommit", "credential-helper", "--profile x", "erase"], ("--profile x",)),
        (["codecommit", "credential-helper", "--profile", "x", "y"], ("y",)),
    ],
)
def test_words_that_belong_to_nothing(words: list[str], stray: tuple[str, ...]) -> None:
    assert read(words, major=2).stray == stray


def test_what_was_read_before_the_aws_cli_stopped() -> None:
    found = read(["codecommit", "x", "--profile", "a", "--region=b", "get"], major=2)
    assert (found.profile, found.region, found.operation) == ("a", "b", None)


@pytest.mark.parametrize(
    ("options", "failure"),
    [
        (["--unknown"], "the AWS CLI does not know its option --unknown"),
        (["stray"], "the AWS CLI stops at its word stray"),
        (["--output", "csv"], "the AWS CLI does not accept the value of its option --output"),
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
    [
        ("--profile", True),
        ("--prof", True),
        ("--p", True),
        ("--region", False),
        ("--", False),
        ("profile", False),
        ("-p", False),
    ],
)
def test_an_option_cut_short_is_known(word: str, is_it: bool) -> None:
    assert is_option(word, "--profile") is is_it


def test_options_with_dashes_in_them_and_ambiguous_ones() -> None:
    assert is_option("--ca-bundle", "--ca-bundle")
    assert not is_option("--c", "--color")


def test_an_empty_region_is_none_and_there_is_no_help() -> None:
    words = ["codecommit", "credential-helper", "get"]
    assert read(["--region", "", *words], major=2) == Call(operation="get")
    assert read(["-h", *words], major=2).failure == "the AWS CLI does not know its option -h"
