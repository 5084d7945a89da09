"""A program that starts warm does what it does when it starts cold."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import pytest

from tests import warm
from tests.conftest import ACCESS_KEY, CREDENTIALS, HEALTHY, HELPER, Sandbox
from tests.leftovers import sleeper, still_running, wait_for

REQUEST = "protocol=https\nhost=git-codecommit.us-east-2.amazonaws.com\n"
WITH_PATH = REQUEST + "path=v1/repos/demo\n\n"
GET = ("codecommit", "credential-helper", "get")
if sys.platform != "linux":
    pytest.skip("all programs start cold here", allow_module_level=True)
COLD_AWS = (str(warm.cold_aws()),)


def start(
    sandbox: Sandbox, program: Sequence[str], *words: str, input: str = "", **variables: str
) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [*program, *words],
        input=input,
        cwd=sandbox.clone,
        env=sandbox.env | variables,
        capture_output=True,
        text=True,
        timeout=60,
    )


def settled(done: subprocess.CompletedProcess[str]) -> tuple[int, str, str]:
    """All that it did, but what changes with the time."""
    out = re.sub(r"\d{8}T\d{6}Z[0-9a-f]{64}", "SIGNATURE", done.stdout)
    out = re.sub(r'"(seconds|created)": ("[^"]*"|[\d.]+)', r'"\1"', out)
    return done.returncode, out, done.stderr


@pytest.mark.parametrize(
    ("words", "input", "variables"),
    [
        (GET, WITH_PATH, {}),
        (GET, REQUEST, {}),
        (GET, WITH_PATH.replace("amazonaws", "example"), {}),
        ((*GET, "--profile", "My Profile"), WITH_PATH, {}),
        ((*GET, "--profile", "nobody"), WITH_PATH, {}),
        (("--profile", "half", *GET), WITH_PATH, {}),
        (GET, WITH_PATH, {"AWS_SHARED_CREDENTIALS_FILE": "/nowhere", "AWS_CONFIG_FILE": "none"}),
        (GET, WITH_PATH, {"AWS_ACCESS_KEY_ID": "ASIAX", "AWS_SECRET_ACCESS_KEY": "y"}),
        (GET, WITH_PATH, {"AWS_DATA_PATH": "/nowhere"}),
        (("codecommit", "credential-helper", "store"), WITH_PATH, {}),
        (("codecommit",), "", {}),
        (("--version",), "", {}),
        (("configure", "get", "region"), "", {}),
        (("configure", "list-profiles"), "", {}),
    ],
)
def test_the_aws_command(
    healthy: Sandbox, words: tuple[str, ...], input: str, variables: dict[str, str]
) -> None:
    keys = CREDENTIALS.replace("default", "My Profile")
    half = f"[half]\naws_access_key_id = {ACCESS_KEY}\n"
    healthy.write(".aws/credentials", CREDENTIALS + keys + half)
    before = start(healthy, [str(warm.aws())], *GET, input=WITH_PATH)  # leaves nothing behind
    assert before.returncode == 0
    warmly, cold = (
        settled(start(healthy, program, *words, input=input, **variables))
        for program in ((str(warm.aws()),), COLD_AWS)
    )
    assert warmly == cold


@pytest.mark.parametrize(
    ("words", "variables"),
    [
        ((), {}),
        (("--format", "json"), {}),
        (("--version",), {}),
        (("--only", "no-such-check"), {}),
        ((), {"PYTHONIOENCODING": "cp437"}),
        ((), {"PYTHONIOENCODING": "ascii:replace"}),
        ((), {"LC_ALL": "C"}),
        (("checks",), {"COLUMNS": "60"}),
    ],
)
def test_the_doctor(sandbox: Sandbox, words: tuple[str, ...], variables: dict[str, str]) -> None:
    sandbox.healthy().write(".gitconfig", HEALTHY.replace("true", "false"))
    if "--version" not in words and "checks" not in words:
        words = ("--offline", *words)
    warmly, cold = (
        subprocess.run(
            [*program, *words],
            cwd=sandbox.clone,
            env=sandbox.env | variables,
            capture_output=True,
            stdin=subprocess.DEVNULL,
        )
        for program in ((warm.doctor(),), warm.COLD_DOCTOR)
    )
    texts = [(done.returncode, times_gone(done.stdout), done.stderr) for done in (warmly, cold)]
    assert texts[0] == texts[1]


def times_gone(out: bytes) -> object:
    """A report without the times in it; what is no report, as it is."""
    try:
        report = json.loads(out)
    except ValueError:
        return out
    report["created"] = ""
    for target in report["targets"]:
        for result in target["results"]:
            result["seconds"] = 0
    return report


def test_what_runs_is_a_fork_of_the_server(sandbox: Sandbox) -> None:
    """Else the tests would be slow, and nobody would see why."""
    git, log = shutil.which("git"), sandbox.home / "parents"
    sandbox.program("git", f"tr '\\0' ' ' </proc/$PPID/cmdline >>'{log}'\nexec {git} \"$@\"")
    start(sandbox, [warm.doctor()], "--offline", "--only", "git-version")
    assert "server.py" in log.read_text("utf-8")


def test_it_ends_with_whoever_started_it(healthy: Sandbox, tmp_path: Path) -> None:
    marker = sleeper(tmp_path)
    healthy.write(".aws/config", f"[default]\ncredential_process = {marker} 300\n")
    healthy.write(".aws/credentials", "")
    client = subprocess.Popen(
        [warm.aws(), *GET], env=healthy.env, stdin=subprocess.PIPE, stdout=subprocess.DEVNULL
    )
    assert client.stdin
    client.stdin.write(WITH_PATH.encode())
    client.stdin.close()
    wait_for(marker)
    client.kill()
    client.wait()
    assert still_running(marker) == []


def test_the_helper_of_the_sandbox_is_the_real_one(healthy: Sandbox) -> None:
    assert HELPER.startswith("!aws ")
    assert healthy.git("credential", "fill", input=WITH_PATH).stdout.count(ACCESS_KEY) == 1


def test_the_home_directory_is_that_of_the_client(healthy: Sandbox) -> None:
    """What was worked out at an import too, as the file of the AWS CLI's aliases."""
    healthy.write(".aws/cli/alias", "[toplevel]\nhallo = !echo hallo from here\n")
    for program in ((str(warm.aws()),), COLD_AWS):
        done = start(healthy, program, "hallo")
        assert (done.returncode, done.stdout) == (0, "hallo from here\n"), done.stderr
