"""The report for a person: readable in a pipe, on a terminal, and with hostile words in it."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from codecommit_doctor.redaction import printable
from tests import warm
from tests.conftest import CREDENTIALS, HEALTHY, HELPER, URL, Finished, Sandbox

ANSI = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]")
COLOUR = re.compile(r"\x1b\[[0-9;]*3[0-7][0-9;]*m")
HOSTILE = (
    "\x1b[31mred\x1b[0m"  # colour
    "\x1b]0;owned\x07"  # a new title for the window
    "\x9b31mred"  # the introducer as one character
    "a\u202etxt.exe\u202c\u2066b\u2069"  # bidirectional overrides
    "good\b\b\b\bevil"
    "a\u200bb"  # no width at all
    "a\u2028b"  # another end of line
)
BROKEN = f"""[credential]
\thelper = manager
\thelper = {HELPER.replace("$@", "--profile My Profile $@")}
\thelper = store
"""


@pytest.fixture
def ill(healthy: Sandbox) -> Sandbox:
    """A machine with several failures and a warning."""
    healthy.write(".gitconfig", BROKEN)
    healthy.write(".aws/credentials", CREDENTIALS + CREDENTIALS.replace("default", "My Profile"))
    return healthy


def raw(sandbox: Sandbox, *words: str) -> bytes:
    done = subprocess.run(
        [warm.doctor(), "--offline", *words],
        cwd=sandbox.clone,
        env=sandbox.env,
        capture_output=True,
        timeout=90,
    )
    assert b"Traceback" not in done.stderr, done.stderr
    return done.stdout


def on_terminal(sandbox: Sandbox, *words: str, columns: int = 80) -> str:
    import pexpect  # needs a POSIX terminal

    child = pexpect.spawn(
        sys.executable,
        ["-m", "codecommit_doctor", "--offline", *words],
        cwd=str(sandbox.clone),
        env={"TERM": "xterm-256color", **sandbox.env},
        encoding="utf-8",
        dimensions=(50, columns),
        timeout=90,
    )
    child.expect(pexpect.EOF)
    child.close()
    return str(child.before)


def too_long(text: str, width: int = 80) -> list[str]:
    """Lines that are wider and could have been broken: commands are meant to be one line."""
    return [
        line
        for line in text.splitlines()
        if len(line) > width and not re.match(r"      (git|aws) ", line) and " " in line.strip()
    ]


def test_report_of_a_healthy_machine_fits_a_screen(healthy: Sandbox) -> None:
    lines = raw(healthy).decode().splitlines()
    assert lines[0] == f"origin  {URL}"
    assert re.match(r"\d+ passed", lines[-1])
    assert len(lines) <= 24


def test_cause_stands_first_then_failures_then_warnings_then_the_rest(ill: Sandbox) -> None:
    text = raw(ill).decode()
    lines = text.splitlines()
    assert lines[1].startswith("Cause: ")
    kinds = re.findall(r"^(✗ FAIL|! WARN|✓ \d+ passed|– )", text, re.MULTILINE)
    order = ["✗ FAIL", "! WARN", "✓", "– "]
    ranks = [next(n for n, kind in enumerate(order) if found.startswith(kind)) for found in kinds]
    assert ranks == sorted(ranks)
    assert {0, 2} <= set(ranks)
    assert re.fullmatch(r"\d+ failed, .*passed.*", lines[-1])


def test_each_failure_shows_evidence_and_what_to_do(ill: Sandbox) -> None:
    text = raw(ill, "--only", "use-http-path").decode()
    assert "UseHttpPath is not set for this address" in text
    assert "from ~/.gitconfig, line " in text
    assert "      git config --global --replace-all credential.UseHttpPath true\n" in text
    assert "more: codecommit-doctor explain use-http-path" in text


@pytest.mark.parametrize("words", [(), ("--verbose",)])
def test_pipe_gets_80_columns_and_no_escapes(ill: Sandbox, words: tuple[str, ...]) -> None:
    ill.env |= {"COLUMNS": "200", "TERM": "xterm-256color"}
    text = raw(ill, *words).decode()
    assert "\x1b" not in text
    assert too_long(text) == []


def test_long_names_break_nothing(healthy: Sandbox) -> None:
    long = "-".join(["repository"] * 9)
    healthy.git("remote", "set-url", "origin", URL.replace("demo", long))
    text = raw(healthy).decode()
    assert long in text
    assert too_long(text) == []


def test_terminal_gets_colours_and_its_own_width(ill: Sandbox) -> None:
    text = on_terminal(ill, columns=60)
    assert COLOUR.search(text)
    assert too_long(ANSI.sub("", text), 60) == []


@pytest.mark.parametrize("variable", [("NO_COLOR", "1"), ("TERM", "dumb")])
def test_terminal_that_wants_no_colours_gets_none(ill: Sandbox, variable: tuple[str, str]) -> None:
    ill.env |= dict([variable])
    text = on_terminal(ill)
    assert "FAIL" in text
    assert not COLOUR.search(text)


@pytest.mark.parametrize("encoding", ["cp437", "cp1252", "ascii"])
@pytest.mark.parametrize("words", [("--verbose",), ("--format", "json")])
def test_old_code_pages_are_no_crash(ill: Sandbox, encoding: str, words: tuple[str, ...]) -> None:
    ill.env["PYTHONIOENCODING"] = encoding
    ill.git("remote", "rename", "origin", "ursprung-日本")
    data = raw(ill, *words)
    if "json" in words:
        assert b'"counts"' in data
        return
    text = data.decode(encoding)
    assert "X FAIL" in text
    assert "✗" not in text
    assert "\\u65e5\\u672c" in text


def test_utf8_is_kept(healthy: Sandbox) -> None:
    healthy.git("remote", "rename", "origin", "ursprüng-日本")
    assert raw(healthy).decode().startswith("ursprüng-日本  https")


def harmless(text: str) -> bool:
    """Nothing but printable characters, spaces and ends of lines."""
    return printable(text) == text


@pytest.mark.parametrize("evil", [HOSTILE, "good\revil"], ids=["escapes", "carriage-return"])
@pytest.mark.parametrize("form", ["console", "json"])
def test_escapes_in_configuration_reach_no_terminal(healthy: Sandbox, evil: str, form: str) -> None:
    healthy.write(".aws/config", f"[default]\nregion = us-east-2\n[profile {evil}]\nregion = x\n")
    healthy.program("aws", "echo aws-cli/2.15.30 Python/3.11.8 Linux/1 exe/x")
    healthy.write(
        ".gitconfig",
        f"[credential]\n\thelper = /bin/{evil}\n\thelper = {HELPER} --profile {evil} Two\n"
        f"\tUseHttpPath = {evil}\n",
    )
    config = healthy.clone / ".git" / "config"
    text = config.read_text("utf-8").replace('"origin"', f'"{evil}"')
    config.write_bytes(text.encode())
    for words in (
        (),
        ("origin",),
        (f"{URL}{evil}",),
        (evil,),
        ("--region", evil),
        ("--only", evil),
    ):
        done = healthy.doctor("--offline", "--verbose", "--format", form, *words)
        assert harmless(done.out), (words, done.out)
        assert harmless(done.err), (words, done.err)


@pytest.mark.parametrize("markup", ["[red]", "[/]", "[bold red]x[/bold red]", "[link=x]y", ":bug:"])
def test_markup_is_shown_as_it_is(healthy: Sandbox, markup: str) -> None:
    text = f"[credential]\n\thelper = {HELPER}\n\tUseHttpPath = {markup}\n"
    healthy.write(".gitconfig", text)
    for text in (raw(healthy).decode(), ANSI.sub("", on_terminal(healthy, columns=100))):
        assert f"bad boolean config value '{markup}'" in " ".join(text.split())


def test_each_target_has_its_own_section(healthy: Sandbox) -> None:
    other = "https://git-codecommit.eu-west-1.amazonaws.com/v1/repos/other"
    healthy.git("remote", "add", "backup", other)
    healthy.write(
        ".gitconfig",
        HEALTHY + '[credential "https://git-codecommit.eu-west-1.amazonaws.com"]\n'
        "\tUseHttpPath = false\n",
    )
    sections = re.split(r"^(?=\w+  https://)", raw(healthy).decode(), flags=re.MULTILINE)[1:]
    by_name = {section.split()[0]: section for section in sections}
    assert set(by_name) == {"origin", "backup"}
    assert "FAIL use-http-path" in by_name["backup"]
    assert "FAIL" not in by_name["origin"]
    done: Finished = healthy.examine()
    assert {t["repository"] for t in done.report["targets"]} == {"demo", "other"}


def test_verbose_shows_the_evidence_of_what_passed(healthy: Sandbox) -> None:
    assert "git version 2" not in raw(healthy).decode()
    text = raw(healthy, "--verbose").decode()
    assert re.search(r"^✓ ok git-version  Git \d", text, re.MULTILINE)
    assert re.search(r"^      from output of .*git --version$", text, re.MULTILINE)


def slow(sandbox: Sandbox) -> None:
    """An aws that answers when the test lets it: once, it waits for a pipe to be opened."""
    gate = sandbox.home / "gate"
    os.mkfifo(gate)
    sandbox.program(
        "aws",
        f"[ -p '{gate}' ] && read line < '{gate}' && rm '{gate}'\n"
        "echo aws-cli/2.15.30 Python/3.11.8 L/1 exe/x",
    )


def test_progress_is_shown_on_a_terminal_and_gone_when_the_report_comes(healthy: Sandbox) -> None:
    slow(healthy)
    import pexpect  # needs a POSIX terminal

    child = pexpect.spawn(
        sys.executable,
        ["-m", "codecommit_doctor", "--offline"],
        cwd=str(healthy.clone),
        env={"TERM": "xterm", **healthy.env},
        encoding="utf-8",
        timeout=60,
    )
    child.expect("looking at aws-cli-version")
    Path(healthy.home, "gate").write_text("go on\n", "utf-8")
    child.expect(pexpect.EOF)
    child.close()
    after = str(child.before)
    assert "\x1b[2K" in after  # the line of progress is erased
    assert "looking at" not in after.rpartition("\x1b[2K")[2]
    assert re.search(r"\d+ passed, \d+ skipped", ANSI.sub("", after))


def test_progress_stands_on_standard_error_alone(healthy: Sandbox, tmp_path: Path) -> None:
    slow(healthy)
    import pexpect  # needs a POSIX terminal

    child = pexpect.spawn(
        "/bin/sh",
        ["-c", f"'{sys.executable}' -m codecommit_doctor --offline > '{tmp_path}/out'"],
        cwd=str(healthy.clone),
        env={"TERM": "xterm", **healthy.env},
        encoding="utf-8",
        timeout=60,
    )
    child.expect("looking at aws-cli-version")
    Path(healthy.home, "gate").write_text("go on\n", "utf-8")
    child.expect(pexpect.EOF)
    child.close()
    text = (tmp_path / "out").read_text("utf-8")
    assert text.startswith("origin  https://")
    assert "looking" not in text
    assert "\x1b" not in text


def test_pipes_see_no_progress(healthy: Sandbox) -> None:
    healthy.program("aws", "sleep 2; echo aws-cli/2.15.30 Python/3.11.8 Linux/1 exe/x")
    done = healthy.doctor("--offline")
    assert done.err == ""
    assert "looking" not in done.out
