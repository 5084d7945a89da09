"""Probes: found by their files, typed by their decorators, made once for the same arguments."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from graphlib import TopologicalSorter
from typing import Any

import pytest

from codecommit_doctor import probes
from codecommit_doctor.check import Check
from codecommit_doctor.engine.machine import Machine
from codecommit_doctor.engine.registry import load
from codecommit_doctor.probes.aws import aws
from codecommit_doctor.probes.handshake import handshake
from codecommit_doctor.probes.host import Host
from tests import facts
from tests.conftest import Sandbox


def parameters(made: Callable[..., Any]) -> dict[str, str]:
    """The names that a probe or a check asks for, with the types that it writes there."""
    function = vars(made).get("__init__", made) if inspect.isclass(made) else made
    found = inspect.signature(function).parameters.values()
    return {p.name: p.annotation for p in found if p.name != "self" and p.default is p.empty}


def kind(name: str) -> str:
    """The type of what a probe hands out."""
    if name == "target":
        return "Target"
    made = probes.find(name)
    assert made, name
    return made.__name__ if inspect.isclass(made) else str(made.__annotations__["return"])


@pytest.mark.parametrize("check", load().checks, ids=lambda check: check.id)
def test_a_check_writes_the_types_of_its_probes(check: Check) -> None:
    assert parameters(check.function) == {name: kind(name) for name in check.reads}


@pytest.mark.parametrize("name", probes.names())
def test_a_probe_asks_for_probes_and_says_what_it_is(name: str) -> None:
    made = probes.find(name)
    assert made
    assert inspect.getdoc(made)
    if inspect.isclass(made) and "__init__" not in vars(made):
        return
    assert parameters(made) == {asked: kind(asked) for asked in parameters(made)}


def test_no_probe_asks_for_itself() -> None:
    asked = {name: parameters(probes.find(name) or print) for name in probes.names() if name}
    own = {name: [one for one in names if one in asked] for name, names in asked.items()}
    assert list(TopologicalSorter(own).static_order())


@pytest.mark.parametrize("name", ["nonsense", "process", "once", "_guard", "target"])
def test_what_is_no_probe(name: str) -> None:
    assert probes.find(name) is None


def test_a_probe_is_made_once_for_the_same_arguments(
    healthy: Sandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("os.environ", dict(healthy.env))
    machine = Machine()
    one = facts.target()._replace(directory=healthy.clone)
    other = one._replace(path="/v1/repos/other", repository="other")
    assert machine.read(Host) is machine.read(Host, one)
    assert machine.read(handshake, one) is machine.read(handshake, one._replace())
    assert machine.read(handshake, one) is not machine.read(handshake, other)
    assert machine.read(aws, one).policies is machine.read(aws, other).policies
