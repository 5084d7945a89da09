"""``run -- COMMAND``: the command as it is, and an examination only if git failed at CodeCommit."""

from __future__ import annotations

import json
import sys
import zipfile
from pathlib import Path

import pytest

from codecommit_doctor.engine.traced import failures_in
from codecommit_doctor.probes.fills import events_in
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


@pytest.mark.parametrize("instead", ["mkfifo", "ln -s /dev/zero"])
def test_something_else_in_the_place_of_gits_trace(healthy: Sandbox, instead: str) -> None:
    script = f'rm -f "$GIT_TRACE2_EVENT"; {instead} "$GIT_TRACE2_EVENT"; exit 3'
    assert healthy.doctor("run", "--", "sh", "-c", script).code == 3


PUSH = '{"event": "start", "sid": "a", "argv": ["git", "push"]}'


@pytest.mark.parametrize(
    "line",
    [
        "[" * 100_000,
        "[1]",
        '{"event": "start", "sid": "b", "argv": 5}',
        '{"event": "child_start", "sid": ["b"], "child_class": 1, "child_id": [], "argv": []}',
        '{"event": "child_exit", "sid": "b", "code": "x"}',
        '{"event": "def_param", "sid": "a", "param": ["PWD"], "value": {}}',
        '{"event": "def_param", "sid": "a", "param": "PWD", "value": "x\\u0000y"}',
        '{"event": "error", "sid": "a", "msg": "repository at /' + "x" * 5000 + '"}',
        '{"event": "exit", "sid": "a", "code": true}',
    ],
)
def test_a_trace_that_git_did_not_write(tmp_path: Path, line: str) -> None:
    trace = tmp_path / "trace"
    trace.write_text(f"{PUSH}\n{line}\n\udcff\n", "utf-8", "surrogateescape")
    (failure,) = failures_in(events_in(trace))
    assert (failure.observation.source, failure.folder) == ("git push", Path.cwd())


def test_a_folder_with_a_name_that_is_too_long(healthy: Sandbox) -> None:
    assert healthy.doctor("run", "--offline", "--", "git", "-C", "x" * 5000, "push").code == 128


def test_a_command_ended_by_a_signal(healthy: Sandbox) -> None:
    assert healthy.doctor("run", "--", "sh", "-c", "kill -TERM $$").code == 143


ELSEWHERE = URL.replace("us-east-2", "us-esat-2")
"""An address at a host that does not exist: what is found for it is told by its region."""


def test_git_of_another_folder(healthy: Sandbox) -> None:
    healthy.git("remote", "set-url", "origin", ELSEWHERE)
    done = healthy.doctor(
        "run", "--offline", "--", "git", "-C", "clone", "fetch", "-q", cwd=healthy.home
    )
    assert done.code == 128
    assert "origin" in done.err
    assert "did you mean us-east-2?" in done.err


@pytest.mark.parametrize(
    "command",
    [
        ["sh", "-c", "cd clone && git fetch -q"],
        [
            sys.executable,
            "-c",
            "import subprocess as s; exit(s.call(['git', 'fetch', '-q'], cwd='clone'))",
        ],
        ["git", "--git-dir=clone/.git", "fetch", "-q"],
        ["sh", "-c", "GIT_DIR=clone/.git git fetch -q"],
    ],
    ids=["shell", "program", "git-dir", "variable"],
)
def test_the_folder_of_whatever_git_failed(healthy: Sandbox, command: list[str]) -> None:
    """The clone takes UseHttpPath away again, which only a look into its own settings shows."""
    healthy.git("config", "credential.UseHttpPath", "false")
    healthy.env["HTTPS_PROXY"] = "http://127.0.0.1:9"
    report = healthy.home / "report.json"
    done = healthy.doctor(
        "run", "--offline", "--report", f"json={report}", "--", *command, cwd=healthy.home
    )
    assert done.code == 128
    target = json.loads(report.read_bytes())["targets"][0]
    results = {result["id"]: result for result in target["results"]}
    assert (target["target"], results["use-http-path"]["status"]) == ("origin", "fail")
    where = [fact["location"] for fact in results["use-http-path"]["evidence"]]
    assert "~/clone/.git/config" in [place["file"] for place in where if place]


def test_a_clone_does_not_see_the_settings_of_the_clone_around_it(sandbox: Sandbox) -> None:
    sandbox.healthy().write(".gitconfig", "")
    sandbox.git("config", "credential.helper", HELPER)
    sandbox.git("config", "credential.UseHttpPath", "true")
    sandbox.env["HTTPS_PROXY"] = "http://127.0.0.1:9"
    done = sandbox.doctor("run", "--offline", "--", "git", "clone", "-q", URL, "elsewhere")
    assert done.code == 128
    assert "config-shadowing" in done.err or "credential-helper" in done.err


def test_settings_of_the_clone_command_itself(sandbox: Sandbox) -> None:
    sandbox.healthy().write(".gitconfig", "")
    sandbox.env["HTTPS_PROXY"] = "http://127.0.0.1:9"
    words = ["clone", "-q", "-c", f"credential.helper={HELPER}", URL, "elsewhere"]
    done = sandbox.doctor("run", "--offline", "--", "git", *words)
    assert done.code == 128
    assert "UseHttpPath" in done.err


def test_the_variables_of_the_git_that_failed(healthy: Sandbox) -> None:
    healthy.env["HTTPS_PROXY"] = "http://127.0.0.1:9"
    done = healthy.doctor("run", "--offline", "--", "sh", "-c", "AWS_PROFILE=nosuch git fetch -q")
    assert done.code == 128
    assert "profile-exists" in done.err
    assert "nosuch" in done.err


def test_keys_that_the_command_set_are_not_guessed_at(healthy: Sandbox) -> None:
    healthy.env["HTTPS_PROXY"] = "http://127.0.0.1:9"
    command = f"AWS_ACCESS_KEY_ID=AKIAOTHERKEY00000000 AWS_SECRET_ACCESS_KEY={'s' * 40} git fetch"
    done = healthy.doctor("run", "--offline", "--", "sh", "-c", command)
    assert "AWS keys of its own" in done.err
    assert "aws-credentials" not in done.err


def test_a_folder_that_is_gone(healthy: Sandbox) -> None:
    command = f"d=$(mktemp -d) && cd $d && git clone -q {ELSEWHERE} x; c=$?; rm -rf $d; exit $c"
    done = healthy.doctor("run", "--offline", "--", "sh", "-c", command)
    assert done.code == 128
    assert "is gone" in done.err
    assert "did you mean us-east-2?" in done.err


def test_an_address_of_git_remote_codecommit(healthy: Sandbox) -> None:
    healthy.git("remote", "set-url", "origin", "codecommit::us-east-2://demo")
    done = healthy.doctor("run", "--offline", "--", "git", "fetch")
    assert done.code == 128
    assert "Git does not find git-remote-codecommit" in done.err


def test_a_protocol_that_is_not_allowed(healthy: Sandbox) -> None:
    """Git names no address where it stops before it has started anything."""
    healthy.git("remote", "set-url", "origin", "codecommit::us-east-2://demo")
    healthy.git("config", "protocol.codecommit.allow", "never")
    report = healthy.home / "report.json"
    words = ["--offline", "--report", f"json={report}"]
    assert healthy.doctor("run", *words, "--", "git", "pull").code == 1
    assert json.loads(report.read_bytes())["targets"][0]["target"] == "origin"


def test_another_server_is_left_alone(healthy: Sandbox) -> None:
    healthy.git("remote", "add", "other", "https://127.0.0.1:9/demo.git")
    done = healthy.doctor("run", "--offline", "--", "git", "fetch", "-q", "other")
    assert done.code == 128
    assert "codecommit" not in done.err


def test_what_was_tried_again_with_success_is_no_failure() -> None:
    def told(sid: str, code: int) -> list[dict[str, object]]:
        words = ["git", "remote-https", "origin", URL]
        events: list[dict[str, object]] = [
            {"event": "start", "argv": ["git", "fetch"]},
            {"event": "child_start", "child_class": "remote-https", "argv": words},
            {"event": "exit", "code": code},
        ]
        return [{**event, "sid": sid} for event in events]

    assert failures_in([*told("a", 128), *told("b", 0)]) == ()
    (failure,) = failures_in([*told("a", 0), *told("b", 128)])
    assert (failure.address, failure.remote, failure.observation.code) == (URL, "origin", 128)


def test_a_push_is_told_from_a_fetch(healthy: Sandbox, tmp_path: Path) -> None:
    trace = tmp_path / "trace"
    healthy.git("-c", "user.name=x", "-c", "user.email=x@x", "commit", "-q", "--allow-empty", "-mx")
    healthy.env |= {"GIT_TRACE2_EVENT": str(trace), "HTTPS_PROXY": "http://127.0.0.1:9"}
    healthy.git("push", "-q", "origin", "HEAD", check=False)
    healthy.git("fetch", "-q", check=False)
    seen = failures_in(map(json.loads, trace.read_text("utf-8").splitlines()))
    assert [one.observation.operation for one in seen] == ["push", "fetch"]
    assert [one.observation.source for one in seen] == ["git push", "git fetch"]
    assert all("unable to access" in one.observation.text for one in seen)


def test_a_report_and_a_bundle(healthy: Sandbox) -> None:
    healthy.env["HTTPS_PROXY"] = "http://127.0.0.1:9"
    words = ["--offline", "--report", "json=r.json", "--bundle", "b.zip"]
    done = healthy.doctor("run", *words, "--", "sh", "-c", "cd .. && git -C clone fetch -q")
    assert done.code == 128
    assert json.loads((healthy.clone / "r.json").read_bytes())["targets"][0]["url"] == URL
    with zipfile.ZipFile(healthy.clone / "b.zip") as bundle:
        assert "report.json" in bundle.namelist()


def test_a_report_that_can_not_be_written_stops_before_the_command(healthy: Sandbox) -> None:
    done = healthy.doctor("run", "--report", "json=/nowhere/r.json", "--", "touch", "ran")
    assert done.code == 2
    assert not (healthy.clone / "ran").exists()


def test_settings_are_honoured(healthy: Sandbox) -> None:
    healthy.git("config", "--global", "codecommit-doctor.offline", "true")
    healthy.git("config", "--global", "codecommit-doctor.skip", "region-supported")
    healthy.git("remote", "set-url", "origin", ELSEWHERE)
    done = healthy.doctor("run", "--", "git", "fetch")
    assert done.code == 128
    assert "did you mean" not in done.err


def test_a_program_left_behind_may_go_on_writing(healthy: Sandbox) -> None:
    """It holds the trace open; the exit code stays the command's."""
    script = f"sleep 3 >/dev/null 2>&1 & git ls-remote {ELSEWHERE}"
    done = healthy.doctor("run", "--offline", "--", "sh", "-c", script)
    assert done.code == 128
    assert "did you mean us-east-2?" in done.err


def test_a_submodule(healthy: Sandbox) -> None:
    """Cloned by a git that a git started, without the settings of the clone around it."""
    healthy.write("clone/.gitmodules", f'[submodule "s"]\n\tpath = s\n\turl = {URL}\n')
    healthy.git("update-index", "--add", "--cacheinfo", f"160000,{'1' * 40},s")
    healthy.write(".gitconfig", "")
    healthy.git("config", "credential.helper", HELPER)
    healthy.git("config", "credential.UseHttpPath", "true")
    healthy.env["HTTPS_PROXY"] = "http://127.0.0.1:9"
    report = healthy.home / "report.json"
    words = ["run", "--offline", "--report", f"json={report}", "--"]
    assert healthy.doctor(*words, "git", "submodule", "update", "--init").code
    (target,) = json.loads(report.read_bytes())["targets"]
    assert target["url"] == URL
    assert target["verdict"]["causes"]


def test_a_package_manager(healthy: Sandbox) -> None:
    """pip clones into a folder that is gone when it ends."""
    report = healthy.home / "report.json"
    words = ["run", "--offline", "--report", f"json={report}", "--"]
    pip = (sys.executable, "-m", "pip", "install", "--no-input", "--target", "there")
    assert healthy.doctor(*words, *pip, f"git+{ELSEWHERE}").code == 1
    (target,) = json.loads(report.read_bytes())["targets"]
    assert target["url"] == ELSEWHERE
    assert target["verdict"]["causes"][0]["check"] == "region-supported"
