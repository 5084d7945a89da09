"""The tab key: in a real bash, zsh and fish; PowerShell is held against its rules."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests import warm
from tests.conftest import Sandbox

pytestmark = pytest.mark.process

LINE = """
eval "$(_CODECOMMIT_DOCTOR_COMPLETE=source_bash codecommit-doctor)"
COMP_WORDS=(codecommit-doctor {words}) COMP_CWORD={last}
"$(complete -p codecommit-doctor | sed 's/.*-F \\([^ ]*\\).*/\\1/')" codecommit-doctor
printf '%s\\n' "${{COMPREPLY[@]}}"
"""


def offered(sandbox: Sandbox, words: str) -> list[str]:
    """What bash offers for a line of which these words are typed."""
    program(sandbox)
    done = subprocess.run(
        ["bash", "--norc", "-c", LINE.format(words=words, last=len(words.split()))],
        cwd=sandbox.clone,
        env=sandbox.env,
        capture_output=True,
        text=True,
        timeout=90,
    )
    assert done.stderr == ""
    return done.stdout.split()


def program(sandbox: Sandbox, installed: str | None = None) -> None:
    path = sandbox.bin / "codecommit-doctor"
    if not path.exists():
        path.symlink_to(installed or warm.doctor())


OFFERED = (
    ("--only credential-h", ["credential-handshake", "credential-helper"]),
    ("--format js", ["json", "jsonl"]),
    ("view --format js", ["json", "jsonl"]),
    ("ori", ["origin"]),
    ("expl", ["explain", "explain-error"]),
    ("--off", ["--offline"]),
)
"""What is typed, and what every shell offers."""


@pytest.mark.parametrize(("words", "expected"), OFFERED)
def test_bash(sandbox: Sandbox, words: str, expected: list[str]) -> None:
    assert offered(sandbox, words) == expected


def asked(sandbox: Sandbox, shell: str, words: str, **more: str) -> str:
    """What the program answers to a shell that completes this line."""
    program(sandbox)
    variables = {
        "_CODECOMMIT_DOCTOR_COMPLETE": f"complete_{shell}",
        "_TYPER_COMPLETE_ARGS": f"codecommit-doctor {words}",
        **more,
    }
    done = subprocess.run(
        ["codecommit-doctor"],
        cwd=sandbox.clone,
        env={**sandbox.env, **variables},
        executable=sandbox.bin / "codecommit-doctor",
        capture_output=True,
        text=True,
        timeout=90,
    )
    assert done.stderr == ""
    return done.stdout


@pytest.mark.parametrize(("words", "expected"), OFFERED)
def test_zsh(sandbox: Sandbox, words: str, expected: list[str]) -> None:
    """``_arguments '*: :((("json"\\:"help" ...))'``, which zsh's own completion takes."""
    answer = asked(sandbox, "zsh", words)
    assert re.match(r"_arguments '\*: :\(\(.*\)\)'\s*\Z", answer, re.DOTALL)
    assert re.findall(r'^(?:_arguments .*?\(\()?"([\w-]+)"', answer, re.MULTILINE) == expected


@pytest.mark.skipif(shutil.which("zsh") is None, reason="zsh is not installed")
def test_zsh_takes_the_script(sandbox: Sandbox) -> None:
    program(sandbox, str(Path(sys.executable).with_name("codecommit-doctor")))
    line = (
        "autoload -Uz compinit && compinit -u -d $HOME/.zdump; "
        'eval "$(_CODECOMMIT_DOCTOR_COMPLETE=source_zsh codecommit-doctor)"; '
        "print $_comps[codecommit-doctor]"
    )
    done = subprocess.run(
        ["zsh", "-f", "-c", line],
        cwd=sandbox.clone,
        env=sandbox.env,
        capture_output=True,
        text=True,
        timeout=90,
    )
    assert (done.stdout.strip(), done.stderr) == ("_codecommit_doctor_completion", "")


@pytest.mark.skipif(shutil.which("fish") is None, reason="fish is not installed")
@pytest.mark.parametrize(("words", "expected"), OFFERED)
def test_fish(sandbox: Sandbox, words: str, expected: list[str]) -> None:
    program(sandbox)
    line = (
        "_CODECOMMIT_DOCTOR_COMPLETE=source_fish codecommit-doctor | source; "
        f'complete -C "codecommit-doctor {words}"'
    )
    done = subprocess.run(
        ["fish", "--no-config", "-c", line],
        cwd=sandbox.clone,
        env=sandbox.env,
        capture_output=True,
        text=True,
        timeout=90,
    )
    assert [row.split("\t")[0] for row in done.stdout.splitlines()] == expected


@pytest.mark.parametrize(("words", "expected"), OFFERED)
@pytest.mark.parametrize("shell", ["powershell", "pwsh"])
def test_powershell(sandbox: Sandbox, shell: str, words: str, expected: list[str]) -> None:
    """Its script splits each line at ``:::`` into the word and the help."""
    last = words.split()[-1]
    answer = asked(sandbox, shell, words, _TYPER_COMPLETE_WORD_TO_COMPLETE=last)
    rows = [row.split(":::") for row in answer.splitlines() if row.strip()]
    assert [row[0] for row in rows] == expected
    assert all(len(row) == 2 and row[1] for row in rows)


@pytest.mark.parametrize(
    "before", ["--only", "--skip", "--require", "doctor --only", "--offline --skip", "explain"]
)
def test_ids_of_checks(sandbox: Sandbox, before: str) -> None:
    found = offered(sandbox, f"{before} credential-")
    assert found == ["credential-handshake", "credential-helper", "credential-manager-conflict"]


def test_nothing_begins_like_that(sandbox: Sandbox) -> None:
    assert offered(sandbox, "--only nonsense") == []


def test_commands(sandbox: Sandbox) -> None:
    assert offered(sandbox, "expl") == ["explain", "explain-error"]


def test_checks_are_loaded_only_to_be_offered() -> None:
    line = "import sys, codecommit_doctor.cli.app; sys.exit({!r} in sys.modules)"
    line = line.format("codecommit_doctor.engine.registry")
    assert subprocess.run([sys.executable, "-c", line]).returncode == 0
