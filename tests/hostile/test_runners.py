"""No name or value of a clone's is a command to the CI system that shows what the doctor prints."""

from __future__ import annotations

import json
import re

import pytest

from codecommit_doctor import formats
from codecommit_doctor.redaction import Redactor, inert_json, printable
from codecommit_doctor.reports.report import encode
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
    "::error file=C:/a.py::x",
    "::error title=a: b,file=::x",
    "##octopus[setVariable name='x']",
    "##VSO[task.prependpath]x",
]
TAKEN = re.compile(r"(?im)^\s*::[a-z-]+(?: .*?)?::|##[a-z]*\[")


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


ODD = ["\x7f", "\x9b2J", "\u202e", "\u200b", "\u2028", "\U000e0041", "\ue000", "\u0085"]


@pytest.mark.parametrize("text", [*COMMANDS, "\\##vso[x]", "ä##[b]", "# #", "é…", *ODD])
def test_json_has_the_value_and_no_command(text: str) -> None:
    made = encode([text, {text: "x"}]).decode("utf-8")
    assert json.loads(made) == [text, {text: "x"}]
    assert not TAKEN.search(made)
    assert not any(part in made for part in ODD)
    assert inert_json(made.encode()) == made.encode()


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
    for form in formats.NAMES:
        done = healthy.doctor("--offline", "-v", "--format", form)
        ours = r"(?m)^::(?:error|warning|notice) [^:\n]*::" if form == "github" else r"\A\Z"
        assert not TAKEN.search(re.sub(ours, "", done.out + done.err)), form
