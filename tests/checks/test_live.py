"""The checks that ask the service, against the lab."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from tests.lab.environment import HEALTHY_GITCONFIG, Environment, Setup, Stored
from tests.lab.service import Lab
from tests.live import examine

pytestmark = pytest.mark.server

EVERY = (
    "endpoint-reachable",
    "clock-skew",
    "aws-credentials",
    "credential-handshake",
    "git-access",
)


@pytest.fixture(scope="module")
def lab() -> Iterator[Lab]:
    with Lab() as lab:
        yield lab


def statuses(lab: Lab, folder: Path, setup: Setup, *words: str) -> dict[str, tuple[str, str]]:
    with Environment(lab, folder, setup) as machine:
        done = examine(machine, *words)
        return {id: (found["status"], found["summary"]) for id, found in done.results.items()}


def test_healthy(lab: Lab, tmp_path: Path) -> None:
    found = statuses(lab, tmp_path, Setup())
    assert {id: found[id][0] for id in EVERY} == dict.fromkeys(EVERY, "pass")
    assert not [id for id, (status, _) in found.items() if status in ("warn", "fail", "error")]


def test_temporary_credentials(lab: Lab, tmp_path: Path) -> None:
    found = statuses(lab, tmp_path, Setup(session=timedelta(hours=1)))
    assert {id: found[id][0] for id in EVERY} == dict.fromkeys(EVERY, "pass")


def test_offline_nothing_reaches_the_network(lab: Lab, tmp_path: Path) -> None:
    before = len(lab.journal.entries)
    found = statuses(lab, tmp_path, Setup(), "--offline")
    assert found["credential-handshake"][0] == "pass"
    assert {found[id][0] for id in ("endpoint-reachable", "clock-skew", "git-access")} == {"skip"}
    assert len(lab.journal.entries) == before


def test_no_such_host(lab: Lab, tmp_path: Path) -> None:
    url = "https://git-codecommit.eu-west-9.amazonaws.com/v1/repos/demo"
    words = ("--skip", "region-supported")
    status, summary = statuses(lab, tmp_path, Setup(url=url, exists=False), *words)[
        "endpoint-reachable"
    ]
    assert status == "fail"
    assert "proxy refuses the way" in summary or "looked up" in summary


def test_a_ca_that_git_does_not_know(lab: Lab, tmp_path: Path) -> None:
    setup = Setup(variables={"GIT_SSL_CAINFO": "/etc/ssl/certs/ca-certificates.crt"})
    status, summary = statuses(lab, tmp_path, setup, "--only", "endpoint-reachable")[
        "endpoint-reachable"
    ]
    assert (status, "does not trust" in summary) == ("fail", True)


@pytest.mark.parametrize(
    ("proxy", "says"),
    [("http://127.0.0.1:9", "does not answer"), ("http://proxy.invalid:1", "does not answer")],
)
def test_a_wrong_proxy_of_gits_own(lab: Lab, tmp_path: Path, proxy: str, says: str) -> None:
    setup = Setup(user=f"{HEALTHY_GITCONFIG}[http]\n\tproxy = {proxy}\n")
    with Environment(lab, tmp_path, setup) as machine:
        found = examine(machine, "--only", "endpoint-reachable").results["endpoint-reachable"]
    assert (found["status"], says in found["summary"]) == ("fail", True), found
    assert any("~/.gitconfig, line 5" in e["origin"] + e["fact"] for e in found["evidence"]), found


@pytest.mark.parametrize(
    ("minutes", "status"), [(-4, "pass"), (4, "pass"), (8, "warn"), (-8, "warn"), (20, "fail")]
)
def test_the_clock(lab: Lab, tmp_path: Path, minutes: int, status: str) -> None:
    setup = Setup(clock_behind=timedelta(minutes=minutes))
    assert statuses(lab, tmp_path, setup, "--only", "clock-skew")["clock-skew"][0] == status


def test_a_wrong_clock_is_the_one_cause(lab: Lab, tmp_path: Path) -> None:
    with Environment(lab, tmp_path, Setup(clock_behind=timedelta(minutes=30))) as machine:
        assert examine(machine).with_status("fail") == {"clock-skew"}


def test_an_expired_session_is_the_one_cause(lab: Lab, tmp_path: Path) -> None:
    with Environment(lab, tmp_path, Setup(session=timedelta(minutes=-5))) as machine:
        done = examine(machine)
    assert done.with_status("fail") == {"aws-credentials"}
    assert "have expired" in done.results["aws-credentials"]["summary"]
    assert done.results["git-access"]["because_of"] == "aws-credentials"


def test_no_permission(lab: Lab, tmp_path: Path) -> None:
    status, summary = statuses(lab, tmp_path, Setup(policies=()))["git-access"]
    assert (status, "403" in summary) == ("fail", True)


def test_a_stale_password_that_a_store_kept(lab: Lab, tmp_path: Path) -> None:
    setup = Setup(
        user="[credential]\n\thelper = store\n\tUseHttpPath = true\n", stored=(Stored("store"),)
    )
    words = ("--only", "credential-handshake", "--only", "git-access")
    found = statuses(lab, tmp_path, setup, *words)
    assert found["credential-handshake"][0] == "fail"
    assert "40 minutes ago" in found["credential-handshake"][1]


@pytest.mark.parametrize("helper", ["store", "cache", "manager"])
@pytest.mark.parametrize("policies", [("AWSCodeCommitPowerUser",), ()])
def test_no_store_gains_or_loses_an_entry(
    lab: Lab, tmp_path: Path, helper: str, policies: tuple[str, ...]
) -> None:
    """Neither when the password is good (Git offers it to all helpers) nor when it is refused."""
    chain = f"\thelper = {helper}\n\thelper = !aws codecommit credential-helper $@\n"
    setup = Setup(
        user=f"[credential]\n{chain}\tUseHttpPath = true\n",
        policies=policies,
        stored=(Stored(helper, password="@PASSWORD@"),),
    )
    with Environment(lab, tmp_path, setup) as machine:
        before = _kept(machine, helper)
        words = ("--skip", "credential-manager-conflict")
        found = examine(machine, *words).results["git-access"]
        assert found["status"] == ("pass" if policies else "fail"), found
        assert _kept(machine, helper) == before
        assert not list((tmp_path / "tmp").glob("codecommit-doctor-*"))


def _kept(machine: Environment, helper: str) -> object:
    """All that a store holds for the host: its files, or what the daemon answers."""
    if helper == "cache":
        request = f"protocol=https\nhost={machine.host}\npath={machine.path.lstrip('/')}\n\n"
        return machine.run("git", "credential-cache", "get", input=request).stdout
    files = [machine.home / ".git-credentials", *machine.home.joinpath(".gcm").rglob("*")]
    return {file: file.read_bytes() for file in files if file.is_file()}


def test_a_repository_that_sets_who_may_read_is_sent_no_password(lab: Lab, tmp_path: Path) -> None:
    setup = Setup(local="[http]\n\tsslVerify = false\n")
    status, summary = statuses(lab, tmp_path, setup)["git-access"]
    assert (status, "not trusted to choose how Git connects" in summary) == ("skip", True)


def test_a_process_with_sessions_of_a_few_minutes(lab: Lab, tmp_path: Path) -> None:
    """The AWS helper of today reads key, token and secret at different refreshes."""
    setup = Setup(session=timedelta(minutes=5), aws_credentials="")

    def prepare(machine: Environment) -> None:
        user = machine.user
        machine.write(
            "brings",
            "#!/bin/sh\n"
            'printf \'{"Version": 1, "AccessKeyId": "%s", "SecretAccessKey": "%s", '
            '"SessionToken": "%s", "Expiration": "%s"}\' '
            f"{user.access_key} {user.secret} {user.token} "
            '"$(date -u -d "+5 minutes" +%Y-%m-%dT%H:%M:%SZ)"\n',
        ).chmod(0o700)
        program = str(machine.home / "brings")
        machine.write(".aws/config", f"[default]\ncredential_process = '{program}'\n")

    with Environment(lab, tmp_path, setup) as machine:
        prepare(machine)
        found = examine(machine).results
    assert found["aws-credentials"]["status"] == "warn", found["aws-credentials"]
    assert found["credential-handshake"]["status"] == "pass", found["credential-handshake"]
