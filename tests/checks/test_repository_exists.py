from __future__ import annotations

import pytest

from tests.lab.environment import URL
from tests.lab.plugin import Machine
from tests.live import examine

pytestmark = pytest.mark.server
ID = "repository-exists"
READS = ("AWSCodeCommitReadOnly",)


def test_there(machine: Machine) -> None:
    assert examine(machine(), "--only", ID).status(ID) == "pass"


def test_in_another_region(machine: Machine) -> None:
    box = machine(exists=False)
    box.account.repository("demo", "eu-west-1")
    done = examine(box)
    assert done.with_status("fail") == {ID}
    assert done.results[ID]["summary"] == "demo is not in us-east-2 but in eu-west-1"
    assert done.report["targets"][0]["verdict"]["causes"][0]["confidence"] == "confirmed"
    assert done.results["git-access"]["because_of"] == ID
    box.run("git", "remote", "set-url", "origin", "@URL@", cwd=box.clone)
    right = "https://git-codecommit.eu-west-1.amazonaws.com/v1/repos/demo"
    assert any(right in str(item["command"]) for item in done.results[ID]["advice"])


def test_nowhere(machine: Machine) -> None:
    done = examine(machine(exists=False), "--only", ID)
    assert "there is no repository demo in us-east-2" in done.results[ID]["summary"]
    assert "list-repositories" in done.results[ID]["advice"][0]["command"]


def test_slip_in_the_name_offers_the_nearest_repository(machine: Machine) -> None:
    box = machine(url=f"{URL}o", exists=False)
    box.account.repository("demo", "us-east-2")
    done = examine(box, "--only", ID)
    result = done.results[ID]
    assert result["summary"].endswith("; did you mean demo?")
    assert (result["code"], result["fix"]["safety"]) == (f"{ID}/not-found", "unsafe")
    assert result["advice"][0]["command"].endswith(URL)


def test_no_permission(machine: Machine) -> None:
    done = examine(machine(policies=()), "--only", ID)
    assert done.status(ID) == "skip"
    assert "may not call codecommit:GetRepository" in done.results[ID]["summary"]


def test_offline(machine: Machine) -> None:
    assert examine(machine(), "--only", ID, "--offline").status(ID) == "skip"
