"""Several faults at once: some of the many groups that ``python -m tests.lab.pairs`` makes."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from tests.lab.environment import Setup
from tests.lab.pairs import Group, faults, groups, play, together
from tests.lab.service import Lab

_NAMES = (
    ("reset-behind-the-helper", "kms-denied-in-a-group"),
    ("tls-library-of-another-system", "gitconfig-in-utf-16"),
    ("aws-of-a-python-that-is-gone", "authorization-in-an-extra-header"),
    ("malformed-aws-config", "helpers-emptied-by-the-environment"),
    ("manager-before-the-helper-replays-a-stale-signature", "https-forbidden-by-the-configuration"),
    ("password-in-netrc", "no-use-http-path"),
    ("host-changed-by-a-rule", "session-token-is-missing"),
    ("no-use-http-path", "kms-denied-inline"),
    ("helper-without-exclamation-mark", "pull-is-denied"),
    ("helper-without-exclamation-mark", "dot-git-behind-the-name"),
    ("proxy-that-is-not-there", "password-in-netrc"),
    ("use-http-path-is-no-boolean", "helpers-emptied-by-the-environment"),
    ("use-http-path-switched-off-in-the-clone", "profile-cut-to-its-first-word"),
    ("auto-prompt-in-the-profile", "wrong-secret"),
    ("half-a-profile", "clock-an-hour-behind"),
    (
        "no-aws-helper-and-a-clone-that-resets-to-an-empty-store",
        "profile-with-a-space-without-quotes",
    ),
)
"""Each was answered wrongly once, or stands for a kind."""


def _named(names: tuple[str, ...]) -> Group:
    chosen = tuple(next(it for it in faults() if it.name == name) for name in names)
    setup = together(chosen[0].setup, chosen[1].setup)
    assert setup
    return Group(chosen, setup)


def test_machines_that_contradict_each_other_are_no_pair() -> None:
    assert together(Setup(user="a"), Setup(user="b")) is None
    assert together(Setup(system="a"), Setup(local="b")) == Setup(system="a", local="b")
    assert together(Setup(files={"a": ""}), Setup(files={"a": ""})) is None


def test_there_are_thousands_of_pairs() -> None:
    assert sum(1 for _ in groups(2)) > 2000


@pytest.mark.server
@pytest.mark.parametrize("names", _NAMES, ids="+".join)
def test_two_faults_at_once(names: tuple[str, ...], lab: Lab, tmp_path: Path) -> None:
    wrong = play(_named(names), lab, tmp_path / "machine")
    assert not wrong, "\n".join(wrong)


@pytest.mark.server
def test_three_faults_that_fix_mends_all(lab: Lab, tmp_path: Path) -> None:
    group = _named(("store-before-the-helper-replays-a-stale-signature", "no-use-http-path"))
    clone = "[credential]\n\tUseHttpPath = false\n"
    switched = next(f for f in faults() if f.name == "use-http-path-switched-off-in-the-clone")
    setup = replace(group.setup, local=clone)
    wrong = play(Group((*group.faults, switched), setup), lab, tmp_path / "machine")
    assert not wrong, "\n".join(wrong)
