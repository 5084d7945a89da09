"""No name or value of a clone's is a command to the CI system that shows what the doctor prints."""

from __future__ import annotations

import re

import pytest

from codecommit_doctor.redaction import Redactor, printable
from tests.conftest import Sandbox

COMMANDS = [
    "::error::x",
    "::error file=a.py,line=1::x",
    "::add-mask::x",
    "::stop-commands::x",
    "::SET-OUTPUT name=a::x",
    "##vso[task.setvariable variable=PATH]x",
    "##[error]x",
    "##teamcity[buildStop comment='x']",
]
TAKEN = re.compile(r"(?im)^\s*::[a-z-]+(?: [^:\n]*)?::|##\[|##vso\[|^\s*##teamcity\[")


@pytest.mark.parametrize("command", COMMANDS)
@pytest.mark.parametrize("before", ["", "  ", "x\n", "name ", "\t"])
def test_a_command_is_written_out(command: str, before: str) -> None:
    for clean in (printable, Redactor().clean):
        shown = clean(before + command)
        assert not TAKEN.search(shown)
        assert (clean(shown), shown.endswith("x") or "x'" in shown) == (shown, True)


@pytest.mark.parametrize(
    "text",
    ["codecommit::us-east-2://me@demo", "a::b::c", "http://[::1]:8080/", "C::x", "# a ## b", "::"],
)
def test_what_is_no_command_stays(text: str) -> None:
    assert printable(text) == text


def test_names_in_a_clone(healthy: Sandbox) -> None:
    config = healthy.clone / ".git" / "config"
    sections = "".join(
        f'[remote "{command}"]\n\turl = "https://git-codecommit.us-east-2.amazonaws.com/v1/'
        f'repos/x\\n{command}"\n'
        for command in COMMANDS
    )
    config.write_text(config.read_text("utf-8") + sections, "utf-8")
    modules = f'[submodule "{COMMANDS[3]}"]\n\tpath = x\n\turl = "../x\\n{COMMANDS[3]}"\n'
    (healthy.clone / ".gitmodules").write_text(modules, "utf-8")
    for form in ("console", "markdown", "line"):
        done = healthy.doctor("--offline", "-v", "--format", form)
        assert not TAKEN.search(done.out + done.err), form
