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

ANSI = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]|\x1b\]8;[^\x1b]*\x1b\\")
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
        if len(line) > width
        and not re.match(
            r"(  By hand: |          )  (git|aws) |  Why:      codecommit-doctor ", line
        )
        and " " in line.strip()
    ]


def test_healthy_machine_is_one_line_and_the_totals(healthy: Sandbox) -> None:
    healthy.git("remote", "rename", "origin", "upstream")
    verdict, *rest, numbers = raw(healthy).decode().splitlines()
    assert verdict.startswith("– Offline, for demo in us-east-2: ")
    assert re.fullmatch(r"\d+ passed, \d+ not checked \(-v shows them\)", numbers)
    assert len(rest) <= 1


def test_cause_stands_first_and_the_totals_last(ill: Sandbox) -> None:
    lines = raw(ill).decode().splitlines()
    assert lines[0] == f"origin  {URL}"
    assert re.match("✗ [A-Za-z]", lines[1])
    marks = [line[0] for line in lines if line[:2] in ("✗ ", "! ")]
    assert marks == sorted(marks, key="✗!".index)
    totals = next(line for line in lines if "not checked" in line)
    wrong = f"{marks.count('✗')} problems?, {marks.count('!')} warnings?, "
    assert re.fullmatch(rf"{wrong}\d+ passed, \d+ not checked \(-v shows them\)", totals)
    assert re.fullmatch(r"\d problems can be fixed: codecommit-doctor --fix", lines[-1])


def test_each_failure_shows_evidence_and_what_to_do(ill: Sandbox) -> None:
    text = raw(ill, "--only", "use-http-path").decode()
    assert "UseHttpPath is off for this address" in text
    assert re.search(r"^    credential.helper=.*  ~/.gitconfig:\d", text, re.MULTILINE)
    assert "  Fix:      codecommit-doctor --fix   (shows the change, then asks)\n" in text
    key = "credential.https://git-codecommit.*.amazonaws.com.UseHttpPath"
    assert f" git config --global --replace-all '{key}' true\n" in text
    assert "  Why:      codecommit-doctor explain use-http-path/unset" in text


def test_passed_and_skipped_are_grouped_behind_verbose(ill: Sandbox) -> None:
    text = raw(ill, "--verbose").decode()
    groups = re.findall(r"^(?!origin)([A-Z][a-z ]+)$", text, re.MULTILINE)
    assert groups == [
        *("Programs", "Configuration", "Credentials", "Address and region", "Account", "Network")
    ]
    short = raw(ill).decode()
    assert text.endswith(short[-60:].partition("(-v")[2].partition("\n")[2])
    assert "git-version" not in short
    assert text.index("git-version") < text.index("  Why:")


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
    assert "✗ " in ANSI.sub("", text)
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
    assert "\nX " in text.replace("\r\n", "\n")
    assert "✗" not in text
    assert "\\u65e5\\u672c" in text


def test_utf8_is_kept(healthy: Sandbox) -> None:
    healthy.git("remote", "rename", "origin", "ursprüng-日本")
    assert raw(healthy, "-v").decode().startswith("ursprüng-日本  https")


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
    text = raw(healthy).decode()
    assert text.startswith(f"backup  {other}\n✗ ")
    assert re.search(r"^  Why: .* use-http-path", text, re.MULTILINE)
    assert "\n– origin: Offline, for demo in us-east-2" in text
    assert text.count("✗") == 1
    done: Finished = healthy.examine()
    assert {t["repository"] for t in done.report["targets"]} == {"demo", "other"}


def test_verbose_shows_the_evidence_of_what_passed(healthy: Sandbox) -> None:
    assert "git version 2" not in raw(healthy).decode()
    text = raw(healthy, "--verbose").decode()
    assert re.search(r"^✓ git-version  Git \d", text, re.MULTILINE)
    assert re.search(r"^    git version 2\.[\d.]+ \(output of .*git --version\)$", text, re.M)


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
    assert re.search(r"\d+ passed, \d+ not checked", ANSI.sub("", after))


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
    assert text.startswith(("origin  https://", "– Offline"))
    assert "looking" not in text
    assert "\x1b" not in text


def test_pipes_see_no_progress(healthy: Sandbox) -> None:
    healthy.program("aws", "sleep 2; echo aws-cli/2.15.30 Python/3.11.8 Linux/1 exe/x")
    done = healthy.doctor("--offline")
    assert done.err == ""
    assert "looking" not in done.out
