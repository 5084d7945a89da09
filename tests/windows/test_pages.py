"""Lines of the pages for cmd, typed in cmd."""

from __future__ import annotations

import re

import pytest

from codecommit_doctor.rules.page import BLOCK
from tests.facts import check
from tests.page_commands import SET_BEFORE, by_hand, filled, listed
from tests.windows.machine import GOOD, HELPER, URL, Ran, Windows

SECTION = f"credential.{URL.partition('/v1')[0]}"
OLD = "username=AKIAIOSFODNN7EXAMPLE\\npassword=20200101T000000Z" + "0" * 64
VALUES = {
    "HOST": URL.split("/")[2],
    "NAME": "demo",
    "PROFILE": "default",
    "FILE": "C:/ca.pem",
    "FOLDER": "C:/srv/demo",
}


def _line(id: str, start: str) -> str:
    """The one line of a page's blocks that begins so, for the repository of the machine."""
    lines = [line for block in BLOCK.finditer(check(id).page) for line in block[3].splitlines()]
    (line,) = {line.strip() for line in lines if line.strip().startswith(start)}
    return filled(line, VALUES)


def _type(windows: Windows, line: str) -> Ran:
    return windows.run_line(f'cmd /d /s /c "{filled(line, VALUES)}"')


def test_the_line_that_asks_the_helpers(windows: Windows) -> None:
    """By way of a file: the cmd of wine hands nothing through a pipe, not even to find."""
    line = _line("credential-handshake", 'set "GCM_INTERACTIVE=never"')
    before, _, behind = line.partition("| ")
    done = windows.run_line(f'cmd /d /s /c "{before}>asked & {behind} <asked"')
    assert re.search(r"password=\d{8}T\d{6}Z[0-9a-f]{64}", done.out), done


@pytest.mark.parametrize(("text", "is_read"), [("/", True), ("\\", False)])
def test_the_helper_with_a_full_path(windows: Windows, text: str, is_read: bool) -> None:
    line = _line("aws-cli-version", "helper = !'C:/").replace("/", text)
    windows.write(".gitconfig", f"[credential]\n\t{line}\n\tUseHttpPath = true\n")
    done = windows.fill()
    assert ("password=" in done.out, "bad config line" in done.err) == (is_read, not is_read), done


@pytest.mark.parametrize("line", [line for line in listed("cmd") if not line.startswith('set "')])
def test_the_command_works(windows: Windows, line: str) -> None:
    if set_before := SET_BEFORE.get(line):
        scope = "--local" if "--local" in line else "--global"
        key, value = filled(set_before, VALUES).split()
        assert windows.git("config", scope, key, value).code == 0
    done = _type(windows, line)
    assert done.code == 0, done


@pytest.mark.parametrize(
    ("system", "user", "page", "heading"),
    [
        ("[credential]\n\thelper = manager\n", GOOD, "credential-manager-conflict", ""),
        ("", GOOD.replace("!aws", "aws"), "credential-helper", "With the default profile"),
        ("", GOOD.replace(HELPER, f"'{HELPER}'"), "credential-helper", "With the default profile"),
        ("", "", "credential-helper", "With the default profile"),
        (
            "",
            GOOD.replace("$@", "--profile No Such $@"),
            "profile-quoting",
            "",
        ),
        (
            "",
            GOOD.replace("$@", "--profile defualt $@"),
            "profile-exists",
            "Name a profile that exists",
        ),
        ("", f"{GOOD}\thelper =\n", "config-shadowing", "An empty value takes the helper away"),
        ("", GOOD.replace("true", "false"), "use-http-path", "It is missing"),
    ],
)
def test_the_page_alone_cures_the_machine(
    windows: Windows, system: str, user: str, page: str, heading: str
) -> None:
    windows.system(system)
    windows.write(".gitconfig", user)
    windows.python_program(
        f"{windows.git_folder}\\mingw64\\libexec\\git-core\\git-credential-manager.exe",
        f"import sys\nif sys.argv[1:] == ['get']:\n    print('{OLD}')\n",
    )
    fresh = re.compile(r"password=(?!20200101)\d{8}T\d{6}Z[0-9a-f]{64}")
    assert not fresh.search(windows.fill().out)
    for line in by_hand(page, heading, languages=("bat", "shell")):
        if "--local" not in line:
            _type(windows, line)
    done = windows.fill()
    assert fresh.search(done.out), done
