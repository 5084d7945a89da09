"""A program that does not answer in time proves nothing, and is said to be late."""

from __future__ import annotations

import sys

import pytest

from codecommit_doctor.check import Check, Status, late, passed
from codecommit_doctor.engine.examination import Examination, Section
from codecommit_doctor.engine.machine import Machine
from codecommit_doctor.engine.registry import assemble
from codecommit_doctor.engine.verdict import causes
from codecommit_doctor.probes.aws_cli import CliVersion
from codecommit_doctor.probes.aws_session import AwsSession
from codecommit_doctor.probes.process import LIMIT, Completed, run
from tests.test_examination import make, target

LATE = Completed(("aws",), None, failure="did not finish within 10 seconds", hung=True)


def _section(*checks: Check) -> Section:
    (section,) = Examination(assemble(list(checks), []), Machine(), (target(),), limit=60).run()
    return section


def test_what_is_late_is_a_suspicion_and_says_so() -> None:
    section = _section(make("a", does=lambda: late("aws --version")), make("b", "a"))
    first, second = (finding.result for finding in section.findings)
    assert (first.status, first.code) == (Status.WARN, "late")
    assert first.summary == f"aws --version did not answer within {LIMIT:g} seconds"
    assert second.status is Status.PASS
    assert [cause.confidence for cause in causes(section)] == ["possible"]


def test_nothing_is_concluded_behind_a_git_that_is_late() -> None:
    section = _section(
        make("git-version", does=lambda: late("git --version", blocks="git-version")),
        make("b", "git-version", does=lambda: passed("must not run")),
    )
    second = section.findings[1].result
    assert (second.status, second.because_of) == (Status.SKIP, "git-version")
    assert second.summary == "not checked: git-version has no answer"
    assert [cause.check for cause in causes(section)] == ["git-version"]


def test_a_version_that_did_not_come_in_time_is_no_broken_program() -> None:
    version = CliVersion.of(LATE)
    assert (version.number, version.late) == (None, True)
    assert not CliVersion.of(Completed(("aws",), 1, failure="ended with exit code 1")).late


def test_a_credential_process_that_is_late_is_not_blamed() -> None:
    session = AwsSession("work", None, offline=False)
    session._programs.append(LATE)
    found = session._failed_program()
    assert found
    assert not found.unusable
    assert "gave no answer in 10 seconds" in found.reason


@pytest.mark.process
def test_a_program_whose_time_is_over_is_told_from_one_that_fails() -> None:
    assert run([sys.executable, "-c", "import time; time.sleep(60)"], limit=0.2).hung
    assert not run([sys.executable, "-c", "raise SystemExit(3)"]).hung
