"""What is asked of the network, held by counts: nothing twice, and little for a further clone."""

from __future__ import annotations

from collections import Counter

import pytest

from bench.online import chain, clones, look
from tests.lab.journal import Entry
from tests.lab.plugin import Machine

pytestmark = pytest.mark.server

_OF_GIT = 3
"""Requests for the refs: one to see the host, and those of ``git ls-remote``, without a password
and with it.
"""

MOST = {"GetRepository": 1, "SimulatePrincipalPolicy": 2}
"""Requests to AWS for one repository. What a push asks first and what it asks then are simulated
each in its own context.
"""


def _counted(entries: tuple[Entry, ...]) -> Counter[str]:
    return Counter(entry.operation.rpartition(":")[2] or entry.method for entry in entries)


def test_nothing_is_asked_twice(machine: Machine) -> None:
    found = _counted(look(machine()))
    assert found.pop("git-upload-pack") == _OF_GIT
    assert found.pop("POST") == 1
    assert found.pop("SimulatePrincipalPolicy") == MOST["SimulatePrincipalPolicy"] + 1  # and KMS
    assert set(found.values()) == {1}, found


def test_a_further_clone_asks_only_for_its_repository(machine: Machine) -> None:
    here = machine()
    few, many = 2, 6
    first = _counted(look(here, "--all-repositories", str(clones(here, few))))
    all_ = _counted(look(here, "--all-repositories", str(clones(here, many))))
    more = {name: number / (many - few) for name, number in (all_ - first).items()}
    assert more == {**MOST, "git-upload-pack": 2, "POST": 1}


def test_the_chain_is_what_the_last_request_waited_for() -> None:
    def entry(name: str, began: float, ended: float) -> Entry:
        return Entry("GET", "", "", name, 200, began=began, ended=ended)

    entries = [entry("a", 0, 1), entry("b", 0, 3), entry("c", 1.5, 4), entry("d", 4.5, 6)]
    assert [it.operation for it in chain([*entries, entry("e", 3.5, 5)])] == ["a", "c", "d"]
    assert chain([]) == []
