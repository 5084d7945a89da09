"""What the pages tell people to type, typed; and their facts held against the code's."""

from __future__ import annotations

import os
import re
import subprocess
from pathlib import Path
from types import SimpleNamespace

import pytest

import codecommit_doctor
from codecommit_doctor.check import Check
from codecommit_doctor.engine.recognition import recognise
from codecommit_doctor.engine.registry import load
from codecommit_doctor.probes.endpoint import Reach
from codecommit_doctor.reports.report import SCHEMA_VERSION
from codecommit_doctor.rules import versions
from codecommit_doctor.rules.page import BLOCK, HEADINGS, PLACEHOLDERS, sections
from tests import facts
from tests.conftest import ROOT, SYSTEM_PATH
from tests.facts import check
from tests.page_commands import by_hand, docs, every_command, filled, listed

OF_SH = pytest.mark.skipif(
    os.name == "nt", reason="commands of sh; tests/windows types those of cmd"
)

CHECKS = sorted(load().checks, key=lambda found: found.id)
HOST = "git-codecommit.us-east-2.amazonaws.com"


def lines(page: str) -> list[str]:
    """What stands in the blocks of a page, and between backticks."""
    written = [line.strip() for block in BLOCK.finditer(page) for line in block[3].splitlines()]
    return written + re.findall(r"`([^`\n]+)`", BLOCK.sub("", page))


def typed(line: str, home: Path, settings: str) -> subprocess.CompletedProcess[str]:
    """A line of a page in a POSIX shell, with placeholders filled in."""
    (home / ".gitconfig").write_text(settings, "utf-8")
    line = filled(line, {"HOST": HOST, "NAME": "demo"})
    env = {"HOME": str(home), "PATH": SYSTEM_PATH, "GIT_CONFIG_NOSYSTEM": "1"}
    return subprocess.run(
        ["sh", "-c", line], cwd=home, env=env, capture_output=True, text=True, check=False
    )


@pytest.mark.parametrize("page", CHECKS, ids=lambda found: found.id)
def test_no_command_waits_for_input_or_goes_over_several_lines(page: Check) -> None:
    for line in lines(page.page):
        assert not line.endswith("\\"), line
        if re.search(r"git credential(-\w+)? (erase|fill)", line) and line != "git credential fill":
            assert re.match(r"(printf|echo|set|\$env:)", line), line


NO_MESSAGES = re.compile(
    r"git( pull| push| credential fill)?|kms:.*|aws/codecommit|alice.*-at-\d+"
    r"|Invalid choice|No such file or directory"
)
"""What stands between backticks and is no message, or one that has too many meanings."""


@pytest.mark.parametrize("page", CHECKS, ids=lambda found: found.id)
def test_every_symptom_of_a_page_leads_back_to_it(page: Check) -> None:
    found = re.search(r"## Symptom\n(.*?)\n## ", page.page, re.DOTALL)
    assert found
    for said in (" ".join(text.split()) for text in re.findall(r"`([^`]+)`", found[1])):
        if NO_MESSAGES.fullmatch(said):
            continue
        led = {id for told in recognise(said, CHECKS) for id in told.checks}
        assert page.id in led or (page.effect and led), said


@pytest.mark.parametrize("page", CHECKS, ids=lambda found: found.id)
def test_every_page_has_all_sections(page: Check) -> None:
    found = sections(page.page)
    assert tuple(found) == HEADINGS
    assert all(text.strip() for text in found.values())
    assert all(system in found["By hand"] for system in ("Windows", "macOS", "Linux"))
    declared = found["Fix safety"].startswith("There is no automatic fix")
    assert declared != page.can_fix
    assert page.can_fix == ("safe" in found["Fix safety"])


@pytest.mark.parametrize("page", CHECKS, ids=lambda found: found.id)
def test_every_placeholder_is_explained_on_its_page(page: Check) -> None:
    text = sections(page.page)["By hand"]
    commands = "\n".join(block[3] for block in BLOCK.finditer(text))
    told = set(re.findall(r"(?m)^- `([A-Z]+)`: ", text))
    assert told <= set(PLACEHOLDERS)
    words = set(re.findall(r"(?<![\w$:%])[A-Z]{2,}(?![\w=%])", commands))
    assert words - {"HEAD"} == told


def test_every_command_is_listed_with_where_it_is_tried() -> None:
    assert set(listed()) == every_command()
    groups = set(listed().values())
    assert all(re.fullmatch(r"sh|cmd|sh, cmd|not tried: [\w ,;']{20,}", group) for group in groups)


@pytest.mark.parametrize("page", CHECKS, ids=lambda found: found.id)
def test_what_is_no_longer_said(page: Check) -> None:
    for wrong in (
        "credential.UseHttpPath true",
        "%USERPROFILE%\\_netrc",
        "%USERPROFILE%\\.gitconfig",
        "RequestTimeTooSkewed",
    ):
        assert wrong not in page.page


@pytest.mark.process
@OF_SH
def test_the_line_that_erases_a_stored_password(tmp_path: Path) -> None:
    (line,) = [one for one in lines(check("stored-credentials").page) if "credential-store" in one]
    file = tmp_path / ".git-credentials"
    file.write_text(f"https://key:password@{HOST}\nhttps://me:token@other.example\n", "utf-8")
    assert typed(line, tmp_path, "").returncode == 0
    assert file.read_text("utf-8") == "https://me:token@other.example\n"


@pytest.mark.process
@OF_SH
def test_the_line_that_asks_the_helpers(tmp_path: Path) -> None:
    page = lines(check("credential-handshake").page)
    (line,) = [one for one in page if one.startswith("echo url=") and "GIT_ASKPASS= git" in one]
    settings = "[credential]\n\tUseHttpPath = true\n"
    helper = '\thelper = "!f() { cat >asked; echo username=u; echo password=p; }; f"\n'
    done = typed(line, tmp_path, settings + helper)
    assert "password=p" in done.stdout.splitlines(), done.stderr
    asked = (tmp_path / "asked").read_text("utf-8").splitlines()
    assert {f"host={HOST}", "path=v1/repos/demo"} <= set(asked)
    silent = typed(line, tmp_path, settings + "\thelper =\n")
    assert "terminal prompts disabled" in silent.stderr


@pytest.mark.process
@OF_SH
def test_the_line_for_the_path_speaks_of_one_host(tmp_path: Path) -> None:
    (line,) = by_hand("use-http-path", "It is missing", languages=("shell",))
    assert typed(line, tmp_path, "").returncode == 0
    assert "[credential]" not in (tmp_path / ".gitconfig").read_text("utf-8")


@pytest.mark.process
@OF_SH
def test_the_helper_with_a_full_path_of_windows_can_be_read(tmp_path: Path) -> None:
    (line,) = [
        one for one in lines(check("aws-cli-version").page) if one.startswith("helper = !'C:/")
    ]
    settings = f"[credential]\n\t{line}\n"
    read = typed("git config credential.helper", tmp_path, settings)
    assert read.stdout.strip() == line.removeprefix("helper = ")
    bad = typed("git config credential.helper", tmp_path, settings.replace("/", "\\"))
    assert "bad config line" in bad.stderr


@pytest.mark.parametrize("helper", ["osxkeychain", "libsecret", "wincred", "cache", "manager"])
def test_how_to_erase_is_one_optional_command(helper: str) -> None:
    helpers = (helper, facts.AWS)
    found = facts.ask(
        facts.check("credential-manager-conflict"),
        facts.target(),
        facts.git(*helpers),
        facts.signer(*helpers),
        facts.handshake(),
        facts.host(),
    )
    (step,) = found.advice
    assert step.optional
    assert bool(step.command) == (helper != "manager")
    reads = helper in ("osxkeychain", "libsecret", "wincred")
    assert bool(step.lines) == reads
    if reads:
        assert step.command == ("git", f"credential-{helper}", "erase")
        assert step.lines == ("protocol=https", f"host={HOST}", "")


@pytest.mark.parametrize(("version", "repeats"), [((2, 44), True), ((2, 45), False)])
def test_an_old_keychain_helper_erases_one_entry_each_time(
    version: tuple[int, ...], repeats: bool
) -> None:
    helpers = ("osxkeychain", facts.AWS)
    found = facts.ask(
        facts.check("credential-manager-conflict"),
        facts.target(),
        facts.git(*helpers, version=version),
        facts.signer(*helpers),
        facts.handshake(),
        facts.host(),
    )
    assert ("repeat it" in " ".join(step.text for step in found.advice)) == repeats


@pytest.mark.parametrize(
    ("system", "commands"),
    [
        ("Windows", [("net", "start", "w32time"), ("w32tm", "/resync")]),
        ("Darwin", [("sudo", "sntp", "-sS", "time.apple.com")]),
        ("Linux", [("sudo", "timedatectl", "set-ntp", "true")]),
    ],
)
def test_how_to_set_the_clock(system: str, commands: list[tuple[str, ...]]) -> None:
    reach = Reach(401, True, 1000.0, None, None, "", 0.1)
    endpoint = SimpleNamespace(unavailable_reason=lambda: None, reach=lambda: reach)
    found = facts.ask(
        facts.check("clock-skew"), facts.target(), endpoint, facts.host(system), SimpleNamespace()
    )
    assert [step.command for step in found.advice] == commands


_VERSION = re.compile(r"(?<![\w./-])\d+(?:\.\d+)+(?:\(\d\)|\.[a-z]+\.\d)?")
PAGES = {check.id: check.page for check in CHECKS} | docs()
CONSTANTS = [getattr(versions, name) for name in versions.__all__]
KNOWN = {SCHEMA_VERSION, "1.0", *(one for one in CONSTANTS if isinstance(one, str))}


@pytest.mark.parametrize("name", PAGES)
def test_every_version_on_a_page_is_one_of_the_code(name: str) -> None:
    faulty = " ".join(versions.GIT_FAULTY.values())
    for found in _VERSION.findall(PAGES[name]):
        assert found in KNOWN or f"Git for Windows {found} " in faulty, found


@pytest.mark.parametrize("name", versions.__all__)
def test_every_version_of_the_list_is_used_by_the_code(name: str) -> None:
    package = Path(codecommit_doctor.__file__).parent  # installed elsewhere on Windows
    files = [*package.rglob("*.py"), *(ROOT / "checks").glob("*.py")]
    assert any(f"versions.{name}" in file.read_text("utf-8") for file in files)
