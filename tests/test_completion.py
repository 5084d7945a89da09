"""The tab key in a real bash."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from tests.conftest import Sandbox

LINE = """
eval "$(_CODECOMMIT_DOCTOR_COMPLETE=source_bash codecommit-doctor)"
COMP_WORDS=(codecommit-doctor {words}) COMP_CWORD={last}
"$(complete -p codecommit-doctor | sed 's/.*-F \\([^ ]*\\).*/\\1/')" codecommit-doctor
printf '%s\\n' "${{COMPREPLY[@]}}"
"""


def offered(sandbox: Sandbox, words: str) -> list[str]:
    """What bash offers for a line of which these words are typed."""
    program = sandbox.bin / "codecommit-doctor"
    if not program.exists():
        program.symlink_to(Path(sys.executable).with_name("codecommit-doctor"))
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
