"""Which protocols Git may use, held against git itself."""

from __future__ import annotations

import itertools
import os

import pytest

from codecommit_doctor.rules.protocol import forbidden_by
from tests.conftest import Sandbox

_SETTINGS = ("", "always", "user", "never", "NEVER", "nevr")


@pytest.mark.parametrize("own", _SETTINGS)
def test_as_git_decides(sandbox: Sandbox, own: str) -> None:
    sandbox.program("git-remote-codecommit", "exit 3")
    cases = itertools.product(_SETTINGS, (None, "codecommit", "https"), (None, "off"))
    for general, listed, from_user in cases:
        given = {"protocol.codecommit.allow": own, "protocol.allow": general}
        settings = [(key, value) for key, value in given.items() if value]
        variables = {"GIT_ALLOW_PROTOCOL": listed, "GIT_PROTOCOL_FROM_USER": from_user}
        told = {name: value for name, value in variables.items() if value is not None}
        words = [word for key, value in settings for word in ("-c", f"{key}={value}")]
        for name in variables:
            sandbox.env.pop(name, None)
        sandbox.env |= told
        done = sandbox.git(*words, "ls-remote", "codecommit::us-east-2://demo", check=False)
        refused = "not allowed" in done.stderr or "unknown value" in done.stderr
        assert bool(forbidden_by("codecommit", settings, told)) == refused, (settings, told)


OWN, GENERAL = "protocol.codecommit.allow", "protocol.allow"


@pytest.mark.parametrize(
    ("protocol", "entries", "variables", "forbidden"),
    [
        ("codecommit", {}, {}, None),
        ("codecommit", {}, {"GIT_PROTOCOL_FROM_USER": "0"}, OWN),
        ("codecommit", {}, {"GIT_PROTOCOL_FROM_USER": "FALSE"}, OWN),
        ("codecommit", {}, {"GIT_PROTOCOL_FROM_USER": "no"}, OWN),
        ("codecommit", {}, {"GIT_PROTOCOL_FROM_USER": "off"}, OWN),
        ("codecommit", {}, {"GIT_PROTOCOL_FROM_USER": ""}, OWN),
        ("codecommit", {}, {"GIT_PROTOCOL_FROM_USER": "1"}, None),
        ("codecommit", {}, {"GIT_PROTOCOL_FROM_USER": "on"}, None),
        ("codecommit", {OWN: "always"}, {"GIT_PROTOCOL_FROM_USER": "0"}, None),
        ("codecommit", {OWN: "NEVER"}, {}, OWN),
        ("codecommit", {OWN: "nevr"}, {}, OWN),
        ("codecommit", {OWN: "user", GENERAL: "never"}, {}, None),
        ("codecommit", {GENERAL: "never"}, {}, GENERAL),
        ("codecommit", {GENERAL: "user"}, {"GIT_PROTOCOL_FROM_USER": "0"}, GENERAL),
        ("codecommit", {GENERAL: "always", "x.y": "never"}, {}, None),
        ("codecommit", {OWN: "always"}, {"GIT_ALLOW_PROTOCOL": "https:ssh"}, "GIT_ALLOW_PROTOCOL"),
        ("codecommit", {OWN: "never"}, {"GIT_ALLOW_PROTOCOL": "https:codecommit"}, None),
        ("codecommit", {}, {"GIT_ALLOW_PROTOCOL": ""}, "GIT_ALLOW_PROTOCOL"),
        ("https", {}, {"GIT_PROTOCOL_FROM_USER": "0"}, None),
        ("https", {OWN: "never"}, {}, None),
        ("https", {GENERAL: "never"}, {}, GENERAL),
        ("ext", {}, {}, "protocol.ext.allow"),
    ],
)
def test_what_keeps_git_from_a_protocol(
    protocol: str, entries: dict[str, str], variables: dict[str, str], forbidden: str | None
) -> None:
    assert forbidden_by(protocol, list(entries.items()), variables) == forbidden


def test_the_last_of_several_values_counts() -> None:
    assert forbidden_by("https", [(GENERAL, "never"), (GENERAL, "always")], {}) is None


def test_a_submodule_is_nothing_that_a_person_named() -> None:
    assert forbidden_by("codecommit", [], {}, submodule=True) == "protocol.codecommit.allow"
    assert forbidden_by("https", [], dict(os.environ), submodule=True) is None
    allowed = [("protocol.codecommit.allow", "always")]
    assert forbidden_by("codecommit", allowed, {}, submodule=True) is None
