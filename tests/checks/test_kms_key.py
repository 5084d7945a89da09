from __future__ import annotations

import pytest

from tests.lab.environment import HEALTHY_POLICIES, Environment
from tests.lab.plugin import Machine
from tests.live import examine

pytestmark = pytest.mark.server
ID = "kms-key"
READS_KEYS = {
    "Version": "2012-10-17",
    "Statement": {"Effect": "Allow", "Action": "kms:*", "Resource": "*"},
}


def with_key(box: Environment, state: str) -> Environment:
    key = box.account.kms_key()
    box.account.repository("demo", key=key)
    box.account.backend("kms", "us-east-2").keys[key].key_state = state
    return box


@pytest.mark.parametrize(
    ("state", "status"),
    [
        ("Enabled", "pass"),
        ("Disabled", "fail"),
        ("PendingDeletion", "fail"),
        ("Unavailable", "fail"),
        ("Updating", "warn"),
    ],
)
def test_states(machine: Machine, state: str, status: str) -> None:
    box = with_key(machine(policies=(*HEALTHY_POLICIES, READS_KEYS), exists=False), state)
    found = examine(box, "--only", ID).results[ID]
    assert found["status"] == status, found


def test_the_key_of_aws(machine: Machine) -> None:
    found = examine(machine(policies=(*HEALTHY_POLICIES, READS_KEYS)), "--only", ID).results[ID]
    assert found["status"] == "pass", found


def test_no_permission(machine: Machine) -> None:
    found = examine(machine(), "--only", ID).results[ID]
    assert (found["status"], "kms:DescribeKey" in found["summary"]) == ("skip", True)
