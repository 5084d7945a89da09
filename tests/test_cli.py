"""The command line as a person or a script types it."""

from __future__ import annotations

import json
import os
import re
import stat
import subprocess
import sys
from pathlib import Path

import pytest
from typer.main import get_command

from codecommit_doctor import __version__
from codecommit_doctor.cli.app import app
from codecommit_doctor.cli.commands import NAMES
from tests import warm
from tests.conftest import HEALTHY, HELPER, URL, VALIDATOR, Finished, Sandbox

COMMANDS = sorted(getattr(get_command(app), "commands"))  # noqa: B009
SCRIPTS = Path(sys.executable).parent
WARNS = f"[credential]\n\thelper = !false\n\thelper = {HELPER}\n\tUseHttpPath = true\n"


def without_times(done: Finished) -> object:
    text = json.dumps({**done.report, "created": ""})
    return json.loads(text, object_hook=lambda d: {k: v for k, v in d.items() if k != "seconds"})


def shell(sandbox: Sandbox, line: str) -> Finished:
    sandbox.env["DOCTOR"] = f"{warm.doctor()} --offline"
    done = subprocess.run(
        ["bash", "-c", f"set -o pipefail; {line}"],
        cwd=sandbox.clone,
        env=sandbox.env,
        capture_output=True,
        text=True,
        timeout=90,
    )
    assert "Traceback" not in done.stderr, done.stderr
    return Finished(done.returncode, done.stdout, done.stderr)


def test_doctor_need_not_be_said(healthy: Sandbox) -> None:
    words = ("--offline", "--format", "json", "--only", "git-version", "--only", "use-http-path")
    said, unsaid = healthy.doctor("doctor", *words), healthy.doctor(*words)
    said.report, unsaid.report = json.loads(said.out), json.loads(unsaid.out)
    assert without_times(said) == without_times(unsaid)


@pytest.mark.parametrize(
    ("words", "target"),
    [
        ((URL,), URL),
        (("origin",), "origin"),
        ((".",), "origin"),
        (("--strict", "origin"), "origin"),
        (("origin", "--strict"), "origin"),
        (("--only=git-version",), "origin"),
        (("--offline", "-v", "--", "origin"), "origin"),
    ],
)
def test_address_remote_folder_or_option_may_stand_first(
    healthy: Sandbox, words: tuple[str, ...], target: str
) -> None:
    done = healthy.doctor(*words, *(() if "--" in words else ("--offline", "--verbose")))
    assert done.code == 0
    assert done.out.split()[0] == target


def test_path_of_a_clone_elsewhere(healthy: Sandbox, tmp_path: Path) -> None:
    done = healthy.examine(str(healthy.clone), cwd=tmp_path)
    assert done.report["targets"][0]["repository"] == "demo"


@pytest.mark.process
@pytest.mark.parametrize("name", ["codecommit-doctor", "git-codecommit-doctor"])
def test_installed_scripts(name: str) -> None:
    program = SCRIPTS / (f"{name}.exe" if os.name == "nt" else name)
    if not program.exists():
        pytest.skip("not installed: the doctor as a package of this Python")
    done = subprocess.run([program, "--version"], capture_output=True, text=True)
    assert (done.returncode, done.stdout) == (0, f"codecommit-doctor {__version__}\n")


def test_as_a_command_of_git(healthy: Sandbox) -> None:
    (healthy.bin / "git-codecommit-doctor").symlink_to(SCRIPTS / "git-codecommit-doctor")
    done = healthy.git("codecommit-doctor", "--offline", "--format", "json", "origin")
    report = json.loads(done.stdout)
    VALIDATOR.validate(report)
    assert report["targets"][0]["target"] == "origin"


def test_version(sandbox: Sandbox) -> None:
    done = sandbox.doctor("--version")
    assert (done.code, done.out) == (0, f"codecommit-doctor {__version__}\n")


@pytest.mark.parametrize("command", ["", *COMMANDS])
@pytest.mark.parametrize("option", ["--help", "-h"])
def test_help_of_each_command(sandbox: Sandbox, command: str, option: str) -> None:
    done = sandbox.doctor(*filter(None, [command]), option)
    assert done.code == 0
    assert done.out.startswith(f"Usage: codecommit-doctor {command}".strip())
    assert all(len(line) <= 80 for line in done.out.splitlines())


def test_help_names_all_exit_codes(sandbox: Sandbox) -> None:
    text = " ".join(sandbox.doctor("--help").out.split())
    for meaning in ("0 nothing failed", "1 something failed", "2 wrong", "3 the doctor", "4 warn"):
        assert meaning in text
    assert "130" in text


def test_each_file_of_commands_is_one() -> None:
    assert {*NAMES, "help"} == set(COMMANDS)


@pytest.mark.parametrize("shell_name", ["bash", "zsh", "fish"])
def test_completion_script_names_the_command(sandbox: Sandbox, shell_name: str) -> None:
    sandbox.env["_CODECOMMIT_DOCTOR_COMPLETE"] = f"source_{shell_name}"
    done = sandbox.doctor()
    assert "codecommit-doctor" in done.out
    assert "_CODECOMMIT_DOCTOR_COMPLETE=complete_" in done.out
    assert "python" not in done.out


def test_completion_offers_the_commands(sandbox: Sandbox) -> None:
    sandbox.env |= {
        "_CODECOMMIT_DOCTOR_COMPLETE": "complete_bash",
        "COMP_WORDS": "codecommit-doctor ch",
        "COMP_CWORD": "1",
    }
    assert sandbox.doctor().out.split() == ["checks"]


def test_checks_lists_each_check_once_with_its_question(sandbox: Sandbox) -> None:
    done = sandbox.doctor("checks")
    ids = [line.split()[0] for line in done.out.splitlines()]
    assert done.code == 0
    assert ids == sorted(set(ids))
    assert {"git-version", "use-http-path", "kms-deny"} <= set(ids)
    assert all(len(line.split(maxsplit=1)) == 2 for line in done.out.splitlines())


def test_explain_shows_the_page_of_each_check(sandbox: Sandbox) -> None:
    done = sandbox.doctor("explain", "use-http-path")
    assert done.code == 0
    assert done.out.startswith("# use-http-path: ")
    assert "## By hand" in done.out
    assert "Comes after: git-version" in done.out
    assert "## Source\n<https://" in done.out


def test_explain_offers_the_nearest_id(sandbox: Sandbox) -> None:
    done = sandbox.doctor("explain", "use-htp-path")
    assert (done.code, done.out) == (2, "")
    assert "did you mean use-http-path?" in done.err
    assert "see: codecommit-doctor checks" in sandbox.doctor("explain", "\x1b[31mzzz").err


def test_only_and_skip(healthy: Sandbox) -> None:
    only = healthy.examine("--only", "git-version", "--only", "use-http-path")
    assert list(only.results) == ["git-version", "use-http-path"]
    without = healthy.examine("--skip", "git-version")
    assert "git-version" not in without.results
    assert "use-http-path" in without.results
    assert healthy.examine("--only", "git-version", "--skip", "git-version").results == {}


@pytest.mark.parametrize(
    "words",
    [
        ("--only", "no-such-check"),
        ("--skip", "no-such-check"),
        ("--no-such-option",),
        ("--format", "yaml"),
        ("--timeout", "soon"),
        ("--timeout", "0"),
        ("--only",),
        ("explain", "no-such-check"),
        ("checks", "too-much"),
        ("no-such-remote",),
        ("https://github.com/owner/project.git",),
    ],
)
def test_wrong_usage_is_told_on_standard_error_alone(
    healthy: Sandbox, words: tuple[str, ...]
) -> None:
    done = healthy.doctor(*words)
    assert (done.code, done.out) == (2, "")
    wrong = words[-1] if len(words) == 1 or words[0] in ("--only", "--skip") else ""
    assert wrong in done.err
    assert done.err.strip()


def test_exit_codes_of_pass_fail_and_error(healthy: Sandbox) -> None:
    assert healthy.examine().code == 0
    assert healthy.examine("--strict").code == 0
    healthy.write(".gitconfig", HEALTHY.replace("true", "false"))
    assert healthy.examine().code == 1
    assert healthy.examine("--strict").code == 1
    healthy.program("aws", "sleep 300")
    assert healthy.examine("--timeout", "2").code == 3


def test_exit_code_of_warnings(healthy: Sandbox) -> None:
    healthy.write(".gitconfig", WARNS)
    done = healthy.examine()
    assert (done.code, done.with_status("warn")) == (0, {"credential-manager-conflict"})
    assert done.with_status("fail", "error") == set()
    assert healthy.examine("--strict").code == 4


def test_output_is_private_whole_and_instead_of_standard_output(
    healthy: Sandbox, tmp_path: Path
) -> None:
    path = tmp_path / "réport.json"
    done = healthy.doctor("--offline", "--format", "json", "--output", str(path))
    assert (done.code, done.out) == (0, "")
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    VALIDATOR.validate(json.loads(path.read_text("utf-8")))
    path.chmod(0o644)
    assert healthy.doctor("--offline", "--output", str(path)).code == 0
    assert path.read_text("utf-8").startswith("– Offline")
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert "\x1b" not in path.read_text("utf-8")


def test_output_through_a_link_writes_what_it_leads_to(healthy: Sandbox, tmp_path: Path) -> None:
    (tmp_path / "real").write_text("old", "utf-8")
    (tmp_path / "link").symlink_to(tmp_path / "real")
    assert healthy.doctor("--offline", "--output", str(tmp_path / "link")).code == 0
    assert (tmp_path / "link").is_symlink()
    assert (tmp_path / "real").read_text("utf-8").startswith("– Offline")


def test_output_that_fails_half_way_leaves_the_old_file_alone(
    healthy: Sandbox, tmp_path: Path
) -> None:
    folder = tmp_path / "reports"
    folder.mkdir()
    (folder / "report").write_text("old", "utf-8")
    done = shell(healthy, f"ulimit -f 8; $DOCTOR --format json --output '{folder}/report'")
    assert (done.code, done.out) == (2, "")
    assert "report can't be written: File too large" in done.err
    assert [path.name for path in folder.iterdir()] == ["report"]
    assert (folder / "report").read_text("utf-8") == "old"


@pytest.mark.parametrize("name", ["", "missing/report", "clone/.git/HEAD/report"])
def test_output_that_can_not_be_is_wrong_usage(healthy: Sandbox, name: str) -> None:
    done = healthy.doctor("--offline", "--output", str(healthy.home / name))
    assert (done.code, done.out) == (2, "")
    assert "can't be written" in done.err


def test_standard_output_is_the_report_alone(healthy: Sandbox) -> None:
    healthy.git("remote", "set-url", "origin", "https://github.com/owner/project.git")
    done = healthy.examine()  # would not parse with anything else around it
    assert "no remote of this clone leads to CodeCommit" in done.err
    assert done.report["targets"][0]["target"] == "this machine"


@pytest.mark.parametrize("form", ["console", "json"])
def test_closed_pipe_is_no_error(healthy: Sandbox, form: str) -> None:
    done = shell(healthy, f"$DOCTOR --format {form} | true; echo ${{PIPESTATUS[0]}}")
    assert (done.out, done.err) == ("0\n", "")
    healthy.write(".gitconfig", HEALTHY.replace("true", "false"))
    done = shell(healthy, f"$DOCTOR --format {form} | true; echo ${{PIPESTATUS[0]}}")
    assert (done.out, done.err) == ("1\n", "")


def test_first_line_can_be_taken_by_head(healthy: Sandbox) -> None:
    done = shell(healthy, "$DOCTOR | head -1")
    assert (done.code, done.err) == (0, "")
    assert re.fullmatch("– Offline, for demo in us-east-2: .*\n", done.out)


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no /dev/full")
@pytest.mark.parametrize("form", ["console", "json"])
def test_full_disk_behind_standard_output_is_told(healthy: Sandbox, form: str) -> None:
    done = shell(healthy, f"$DOCTOR --format {form} > /dev/full")
    assert done.code == 2
    assert "the report can't be written: No space left on device" in done.err


@pytest.mark.parametrize("closed", [">&-", "2>&-", ">&- 2>&-", "<&-"])
def test_closed_streams_are_no_crash(healthy: Sandbox, closed: str) -> None:
    assert shell(healthy, f"$DOCTOR {closed}").code == 0


def test_directory_that_is_gone_is_told(sandbox: Sandbox) -> None:
    script = SCRIPTS / "codecommit-doctor"
    done = shell(sandbox, f"mkdir gone; cd gone; rmdir ../gone; '{script}' --offline")
    assert (done.code, done.out) == (2, "")
    assert done.err == "codecommit-doctor: the current directory is gone\n"
