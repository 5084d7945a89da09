"""Preflight: what is known does not count, what is required has to be looked at, and every report
goes where it was sent.
"""

from __future__ import annotations

import json
import stat
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from codecommit_doctor import __version__
from codecommit_doctor.formats import NAMES
from codecommit_doctor.reports.baseline import Baseline, identity
from codecommit_doctor.reports.reading import NotAReport, parse
from codecommit_doctor.reports.report import encode
from tests.conftest import HEALTHY, VALIDATOR, Sandbox
from tests.formats.reports import example

BROKEN = HEALTHY.replace("true", "false")


def read(data: bytes) -> Baseline:
    return Baseline.of(parse(data))


def test_known_failure_does_not_count_and_a_new_one_does(healthy: Sandbox, tmp_path: Path) -> None:
    only = ("--only", "use-http-path", "--only", "profile-quoting")
    healthy.write(".gitconfig", BROKEN)
    before = tmp_path / "before.json"
    first = healthy.doctor("--offline", *only, "--report", f"json={before}")
    assert first.code == 1
    again = healthy.examine(*only, "--baseline", str(before))
    assert (again.code, again.report["counts"]["fail"]) == (0, 1)
    assert again.results["use-http-path"]["known"] is True
    assert again.results["profile-quoting"]["known"] is None
    healthy.write(
        ".gitconfig", BROKEN.replace("credential-helper", "credential-helper --profile a b")
    )
    worse = healthy.examine(*only, "--baseline", str(before))
    assert worse.code == 1
    assert worse.results["profile-quoting"]["known"] is False


def test_everything_is_known_to_itself(tmp_path: Path) -> None:
    report = example()
    counts = read(encode(report)).mark(report)
    assert (counts.fail, counts.warn, counts.error) == (0, 0, 1)
    known = [result.known for result in report.targets[0].results]
    assert known == [True, True, None, None, None]


@pytest.mark.parametrize(
    ("field", "value"),
    [("summary", "another answers first"), ("status", "warn"), ("id", "other")],
)
def test_another_problem_is_new(tmp_path: Path, field: str, value: str) -> None:
    baseline = read(encode(example()))
    report = example()
    setattr(report.targets[0].results[0], field, value)
    baseline.mark(report)
    assert report.targets[0].results[0].known is False


def test_same_problem_of_another_repository_is_new(tmp_path: Path) -> None:
    baseline = read(encode(example()))
    report = example()
    report.targets[0].url += "2"
    baseline.mark(report)
    assert report.targets[0].results[0].known is False


def test_other_words_of_another_version_are_the_same_problem(tmp_path: Path) -> None:
    before = example()
    before.tool.version = "0.0.1"
    before.targets[0].results[0].code = "conflict/answers-first"
    baseline = read(encode(before))
    report = example()
    first = report.targets[0].results[0]
    first.summary, first.code = "in other words", "conflict/answers-first"
    assert (baseline.mark(report).fail, first.known) == (0, True)
    first.code = "conflict/stores"
    assert (baseline.mark(report).fail, first.known) == (1, False)
    before.tool.version = __version__
    first.code = "conflict/answers-first"
    assert read(encode(before)).mark(report).fail == 1


def test_baseline_of_the_first_schema_still_works(tmp_path: Path) -> None:
    old = json.loads(encode(example()))
    old["schema_version"] = "1.0"
    for result in old["targets"][0]["results"]:
        del result["code"]
    report = example()
    report.targets[0].results[0].code = "conflict/answers-first"
    assert read(json.dumps(old).encode()).mark(report).fail == 0


def test_numbers_and_masks_do_not_make_a_problem_new() -> None:
    report = example()
    target, result = report.targets[0], report.targets[0].results[0]
    result.summary = "the signature of AKIA…WXYZ is 40 minutes old"
    first = identity(target, result)
    result.summary = "the signature of ASIA…1234 is 41 minutes old"
    assert identity(target, result) == first


def test_later_minor_version_is_read_and_another_major_is_not(tmp_path: Path) -> None:
    plain = json.loads(encode(example()))
    read(json.dumps({**plain, "schema_version": "1.9", "more": [1]}).encode())
    with pytest.raises(NotAReport, match=r"schema version 2\.0"):
        read(json.dumps({**plain, "schema_version": "2.0"}).encode())


def test_required_check_that_was_skipped_has_failed(healthy: Sandbox) -> None:
    only = ("--only", "kms-deny", "--only", "git-version")
    assert healthy.examine(*only).code == 0
    done = healthy.examine(*only, "--require", "kms-deny", "--require", "git-version")
    assert done.code == 1
    assert done.statuses() == {"git-version": "pass", "kms-deny": "fail"}
    assert done.results["kms-deny"]["summary"].startswith("required, but skipped: ")
    assert done.report["targets"][0]["verdict"]["causes"][0]["check"] == "kms-deny"


def test_what_follows_from_a_failure_is_no_cause_of_its_own(sandbox: Sandbox) -> None:
    sandbox.write(".gitconfig", "[broken")
    done = sandbox.examine("--require", "use-http-path")
    assert done.status("use-http-path") == "skip"
    assert done.report["counts"]["fail"] == 1
    causes = [cause["check"] for cause in done.report["targets"][0]["verdict"]["causes"]]
    assert causes
    assert "use-http-path" not in causes


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("--require", "zzz"), "there is no check zzz"),
        (("--require", "kms-deny", "--skip", "kms-deny"), "kms-deny is required, but left out"),
        (("--require", "kms-deny", "--only", "git-version"), "kms-deny is required, but left out"),
        (("--report", "junit"), "wants FORMAT=FILE"),
        (("--report", "junit="), "wants FORMAT=FILE"),
        (("--report", "yaml=x"), "knows no format 'yaml'"),
        (("--report", "json=-"), "--format is for standard output"),
        (("--report", "json=/nowhere/x"), "/nowhere/x can't be written: No such file"),
        (("--report", "json=."), "can't be written: Is a directory"),
        (("--report", "json=x", "--report", "junit=./x"), "same file"),
        (("--report", "json=x", "--output", "x"), "same file"),
    ],
)
def test_wrong_usage_is_told_before_anything_is_looked_at(
    sandbox: Sandbox, words: tuple[str, ...], told: str
) -> None:
    done = sandbox.doctor(*words)
    assert (done.code, done.out) == (2, "")
    assert told in done.err
    assert list(sandbox.clone.iterdir()) == [sandbox.clone / ".git"]


def test_several_reports_of_one_run(healthy: Sandbox, tmp_path: Path) -> None:
    names = NAMES
    words = [f"--report={name}={tmp_path / name}" for name in names]
    done = healthy.doctor("--offline", "--only", "git-version", *words)
    assert (done.code, done.err) == (0, "")
    assert "1 passed" in done.out
    assert {stat.S_IMODE((tmp_path / name).stat().st_mode) for name in names} == {0o600}
    VALIDATOR.validate(json.loads((tmp_path / "json").read_bytes()))
    assert (tmp_path / "console").read_text("utf-8") == done.out
    assert (tmp_path / "github").read_text("utf-8").startswith("::notice")


def test_report_that_fails_at_last_does_not_keep_back_the_others(
    healthy: Sandbox, tmp_path: Path
) -> None:
    late = "x." * 125  # too long only for the temporary file beside it
    words = (f"--report=json={tmp_path}/{late}", f"--report=junit={tmp_path}/junit")
    done = healthy.doctor("--offline", "--only", "git-version", *words)
    assert done.code == 2
    assert f"{late} can't be written" in done.err
    assert "1 passed" in done.out
    assert (tmp_path / "junit").exists()


@pytest.fixture
def on_a_terminal(healthy: Sandbox) -> Callable[..., tuple[int, str]]:
    """Runs the doctor on a terminal, as some CI systems do."""

    def run(*words: str, **env: str) -> tuple[int, str]:
        import pexpect  # needs a POSIX terminal

        child = pexpect.spawn(
            sys.executable,
            ["-m", "codecommit_doctor", "--offline", *words],
            cwd=healthy.clone,
            env={**healthy.env, "TERM": "xterm-256color", **env},
            encoding="utf-8",
            timeout=60,
        )
        child.expect(pexpect.EOF)
        child.close()
        return child.exitstatus, child.before

    return run


def test_ci_job_is_not_coloured_nor_asked(
    healthy: Sandbox, on_a_terminal: Callable[..., tuple[int, str]]
) -> None:
    healthy.write(".gitconfig", BROKEN)
    code, text = on_a_terminal("--fix", "--only", "use-http-path", CI="true")
    assert code == 1
    assert "\x1b" not in text
    assert "[y/N]" not in text
    assert "--yes applies without asking" in text


@pytest.mark.parametrize("env", [{"CI": "true", "FORCE_COLOR": "1"}, {"CI": "false"}, {}])
def test_colours_can_be_asked_for(
    on_a_terminal: Callable[..., tuple[int, str]], env: dict[str, str]
) -> None:
    assert "\x1b[" in on_a_terminal("--only", "git-version", **env)[1]
