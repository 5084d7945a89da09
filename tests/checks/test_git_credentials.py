from __future__ import annotations

import pytest

from tests.lab.environment import Stored
from tests.lab.plugin import Machine
from tests.live import examine

pytestmark = pytest.mark.server
ID = "git-credentials"
STORE = "[credential]\n\thelper = store\n\tUseHttpPath = true\n"
SENT = (Stored("store", "@SERVICEUSER@", "@SERVICEPASSWORD@"),)


@pytest.mark.parametrize(
    ("state", "status", "says"),
    [
        ("Active", "pass", "active"),
        ("Inactive", "fail", "are inactive"),
        ("", "fail", "no Git credentials of that user name"),
    ],
)
def test_sent(machine: Machine, state: str, status: str, says: str) -> None:
    box = machine(user=STORE, git_credentials=state, stored=SENT)
    found = examine(box, "--only", ID).results[ID]
    assert (found["status"], says in found["summary"]) == (status, True), found


def test_healthy(machine: Machine) -> None:
    done = examine(machine(user=STORE, git_credentials="Active", stored=SENT))
    assert done.status("git-access") == "pass", done.results["git-access"]


def test_not_sent(machine: Machine) -> None:
    assert examine(machine(), "--only", ID).status(ID) == "skip"


def test_of_somebody_else(machine: Machine) -> None:
    stored = (Stored("store", "eve-at-999999999999", "hunter2"),)
    found = examine(machine(user=STORE, stored=stored), "--only", ID).results[ID]
    assert (found["status"], "another account" in found["summary"]) == ("skip", True)


def test_the_second_set_of_the_user_is_deleted(machine: Machine) -> None:
    """USER+1-at-ACCOUNT: gone for certain only where CodeCommit refuses it, as here."""
    box = machine(user=STORE, git_credentials="Active")
    box.store(Stored("store", f"dev+1-at-{box.account.id}", "hunter2"))
    found = examine(box, "--only", ID).results[ID]
    assert (found["status"], found["code"]) == ("fail", f"{ID}/gone"), found
