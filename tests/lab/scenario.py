"""Scenarios: a machine, what real git shows on it, and what the doctor must say of it.

    Scenario(
        name="stale-password-in-store",
        broken="a store before the AWS helper replays a signature of 40 minutes ago",
        setup=Setup(system="[credential]\\n\\thelper = store\\n", stored=(Stored("store"),)),
        shows="The requested URL returned error: 403",
        fails={"credential-manager-conflict"},
    )

``play()`` first proves with git that the machine is as broken, or as healthy, as the scenario
says, then runs the doctor as a process and judges its report.
"""

from __future__ import annotations

import json
import subprocess
from collections.abc import Collection
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tests import warm
from tests.lab.by_hand import follow, typed
from tests.lab.environment import SIGNATURE, Environment, Setup
from tests.lab.service import Lab

_LIMIT = 120.0
"""Seconds for the doctor."""


@dataclass(frozen=True, kw_only=True)
class Scenario:
    """One entry of the suite.

    broken: in words; "" for a healthy machine. git: the command that proves it. shows: what git
    then prints; "" if it works. fails: the checks that must fail, and no others may. may: checks
    that may fail or warn too, because the same fault shows there. warns: checks that must warn.
    doctor: words for the doctor, with the @NAMES@ of Setup. fixable: the cure lies on the machine:
    after ``--fix --yes`` the same git command works. A machine without any of fails, warns and may
    is clean: no warning, no failure.
    """

    name: str
    broken: str = ""
    setup: Setup = field(default_factory=Setup)
    git: tuple[str, ...] = ("ls-remote", "@URL@")
    shows: str = ""
    fails: Collection[str] = frozenset()
    warns: Collection[str] = frozenset()
    may: Collection[str] = frozenset()
    doctor: tuple[str, ...] = ("@URL@",)
    offline: bool = False
    fixable: bool = False

    @property
    def clean(self) -> bool:
        return not (self.fails or self.warns or self.may)


@dataclass
class Diagnosis:
    """What the doctor printed. report: its JSON; {} if there was none."""

    code: int
    out: str
    err: str
    report: dict[str, Any] = field(default_factory=dict)

    @property
    def results(self) -> dict[str, dict[str, Any]]:
        """The results of the first target, by the id of the check."""
        return {result["id"]: result for result in self.report["targets"][0]["results"]}

    def with_status(self, *statuses: str) -> set[str]:
        return {id for id, result in self.results.items() if result["status"] in statuses}

    def explain(self) -> str:
        """For the message of a failed test."""
        lines = [
            f"{result['status']:5} {id}: {result['summary']}"
            for id, result in self.results.items()
            if result["status"] != "pass"
        ]
        return "\n".join([f"exit code {self.code}", *lines, self.err])


def play(scenario: Scenario, lab: Lab, folder: Path, *, undone: bool = True) -> Diagnosis:
    """The whole of a scenario, in an empty folder. undone: see mend()."""
    with Environment(lab, folder, scenario.setup) as environment:
        prove(scenario, environment)
        diagnosis = diagnose(environment, *scenario.doctor, offline=scenario.offline)
        judge(scenario, diagnosis)
        by_hand(scenario, environment, diagnosis)
        if scenario.fixable:
            mend(scenario, environment, diagnosis, undone=undone)
        return diagnosis


def prove(scenario: Scenario, environment: Environment) -> None:
    """Real git must work, or break with the text that the scenario names."""
    done = environment.git(*scenario.git)
    seen = f"{done.returncode}\n{done.stdout}{done.stderr}\n{environment.lab.journal}"
    assert (done.returncode == 0) == (not scenario.shows), f"{scenario.name}: git gave {seen}"
    shown = environment.fill_in(scenario.shows)
    assert shown in done.stdout + done.stderr, f"{scenario.name}: no {shown!r} in {seen}"


def diagnose(environment: Environment, *words: str, offline: bool = False) -> Diagnosis:
    """Runs the doctor as a process in the clone; whatever it prints must be free of secrets."""
    network = ["--offline"] if offline else []
    command = [warm.doctor(), "--format", "json", *network]
    done = subprocess.run(
        [*command, *map(environment.fill_in, words)],
        cwd=environment.clone,
        env=environment.environ(),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        timeout=_LIMIT,
        start_new_session=True,
    )
    out, err = done.stdout.decode("utf-8"), done.stderr.decode("utf-8")
    diagnosis = Diagnosis(done.returncode, out, err)
    assert_no_secret(environment, out, err)
    assert "Traceback" not in err, err
    assert done.returncode in (0, 1, 4), f"{done.returncode}\n{out}\n{err}"
    diagnosis.report = json.loads(out)
    assert diagnosis.report["exit_code"] == done.returncode
    return diagnosis


def judge(scenario: Scenario, diagnosis: Diagnosis) -> None:
    """The cause found, and nothing innocent blamed."""
    failed, warned = diagnosis.with_status("fail"), diagnosis.with_status("warn")
    seen = f"{scenario.name}:\n{diagnosis.explain()}"
    assert not diagnosis.with_status("error"), seen
    assert failed >= set(scenario.fails), seen
    assert warned >= set(scenario.warns), seen
    known = {*scenario.fails, *scenario.may}
    assert failed <= known, f"innocent: {failed - known}; {seen}"
    known |= set(scenario.warns)
    assert warned <= known, f"innocent: {warned - known}; {seen}"
    assert diagnosis.code == (1 if failed else 0), seen


def by_hand(scenario: Scenario, environment: Environment, diagnosis: Diagnosis) -> None:
    """Every printed command does what it says; those of a cure on the machine make git work."""
    before = _bytes(environment)
    number = follow(environment, diagnosis.report)
    if scenario.fixable:
        assert number, diagnosis.explain()
        works = environment.git(*scenario.git)
        assert works.returncode == 0, works.stderr + str(environment.lab.journal)
    for path, data in before.items():
        path.write_bytes(data)


def mend(
    scenario: Scenario, environment: Environment, diagnosis: Diagnosis, *, undone: bool = True
) -> None:
    """The printed command with ``--yes`` makes the same git command work.

    undone: a second time it changes nothing, and ``undo`` undoes it.
    """
    before = _gitconfigs(environment)
    network = () if len(scenario.fails) > 1 else ("--offline",)  # git itself has the last word
    _fix_as_printed(environment, diagnosis.report["fix_command"], *network, "--yes")
    works = environment.git(*scenario.git)
    assert works.returncode == 0, works.stderr + str(environment.lab.journal)
    mended = _gitconfigs(environment)
    assert mended != before
    if undone:
        _undo(scenario, environment, mended, before)


def _undo(
    scenario: Scenario,
    environment: Environment,
    mended: dict[str, bytes],
    before: dict[str, bytes],
) -> None:
    again = run(environment, "--offline", "--fix", "--yes", *scenario.doctor)
    assert _gitconfigs(environment) == mended, again.stderr
    while (done := run(environment, "undo")).returncode == 0:
        pass
    assert done.returncode == 2, done.stderr
    assert _gitconfigs(environment) == before


def _fix_as_printed(environment: Environment, line: str, *words: str) -> None:
    """Types the command for the fixes that the report names, with more words behind it."""
    program = environment.bin / "codecommit-doctor"
    if not program.exists():
        program.symlink_to(warm.doctor())
    done = typed(environment, " ".join([line, *words]))
    assert_no_secret(environment, done.stdout.decode(), done.stderr.decode())


def _bytes(environment: Environment) -> dict[Path, bytes]:
    """The files that a command of the advice may change."""
    aws = (environment.home / ".aws" / name for name in ("config", "credentials"))
    paths = (
        environment.system_config,
        environment.home / ".gitconfig",
        environment.clone / ".git" / "config",
        *aws,
    )
    return {path: path.read_bytes() for path in paths if path.is_file()}


def _gitconfigs(environment: Environment) -> dict[str, bytes]:
    paths = (
        environment.system_config,
        environment.home / ".gitconfig",
        environment.clone / ".git" / "config",
    )
    return {path.name: path.read_bytes() for path in paths}


def run(environment: Environment, *words: str) -> subprocess.CompletedProcess[str]:
    """Runs the doctor as a person does; whatever it prints must be free of secrets."""
    done = subprocess.run(
        [warm.doctor(), *map(environment.fill_in, words)],
        cwd=environment.clone,
        env=environment.environ(),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=_LIMIT,
    )
    assert_no_secret(environment, done.stdout, done.stderr)
    return done


def assert_no_secret(environment: Environment, *texts: str) -> None:
    """No secret of the machine, no signature at all, and no access key id in full."""
    private = environment.planted() | {environment.user.access_key}
    for text in texts:
        leaks = [secret[:4] + "..." for secret in private if secret in text]
        assert not leaks, f"printed: {leaks}"
        assert not SIGNATURE.search(text), "printed: a signature"
