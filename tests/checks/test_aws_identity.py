from __future__ import annotations

import pytest

from tests.lab.plugin import Machine
from tests.live import examine

pytestmark = pytest.mark.server
ID = "aws-identity"
FILE = "[default]\naws_access_key_id = {}\naws_secret_access_key = {}\n{}"


def test_a_user(machine: Machine) -> None:
    found = examine(machine(), "--only", ID).results[ID]
    assert (found["status"], "Git credentials fit" in found["summary"]) == ("pass", True)


def test_the_root_user(machine: Machine) -> None:
    box = machine()
    root = box.account.root()
    box.write(".aws/credentials", FILE.format(root.access_key, root.secret, ""))
    assert examine(box, "--only", ID).status(ID) == "warn"


def test_a_role(machine: Machine) -> None:
    box = machine()
    role = box.account.assume(box.account.role("dev", "AWSCodeCommitPowerUser"))
    token = f"aws_session_token = {role.token}\n"
    box.write(".aws/credentials", FILE.format(role.access_key, role.secret, token))
    found = examine(box, "--only", ID).results[ID]
    assert (found["status"], "only IAM users" in found["summary"]) == ("pass", True)


def test_offline(machine: Machine) -> None:
    assert examine(machine(), "--only", ID, "--offline").status(ID) == "skip"
