"""A section that is taken for another host's is one that git does not apply."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest

from codecommit_doctor.probes.git_config import Entry
from codecommit_doctor.probes.harmless import _is_for_another_host
from tests import facts

HOST = "git-codecommit.us-east-2.amazonaws.com"

PATTERNS = {
    "https://source.developers.google.com": True,
    "https://source.developers.google.com/p/x": True,
    "http://example.com:8080": True,
    f"https://{HOST}": False,
    f"https://{HOST.upper()}/v1/repos/demo": False,
    "https://*.amazonaws.com": False,
    "https://git-codecommit.*.amazonaws.com": False,
    f"https://example.com@{HOST}": False,
    f"https://example.com:443@{HOST}": False,
    f"https://example.com:x@{HOST}": False,
    f"https://example.com%2f@{HOST}": False,
    "example.com": False,
    HOST: False,
    "https:///v1": False,
}
"""Sections, and whether they are left out of the question at a glance."""


@pytest.mark.process
@pytest.mark.skipif(os.name != "posix", reason="git is asked with a shell's helper")
@pytest.mark.parametrize("pattern", PATTERNS)
def test_git_does_not_apply_it_either(pattern: str, tmp_path: Path) -> None:
    entry = Entry(f"credential.{pattern}.helper", "x", "~/.gitconfig", "global")
    elsewhere = _is_for_another_host(entry, facts.target())
    assert elsewhere == PATTERNS[pattern]
    helper = '"!echo username=u; echo password=p; :"'
    config = f'[credential "{pattern}"]\n\thelper = {helper}\n'
    (tmp_path / ".gitconfig").write_text(config, "utf-8")
    environment = {"HOME": str(tmp_path), "PATH": os.environ["PATH"]}
    done = subprocess.run(
        ["git", "credential", "fill"],
        input=facts.target().credential_request,
        env=environment | {"GIT_TERMINAL_PROMPT": "0", "GIT_CONFIG_NOSYSTEM": "1"},
        cwd=tmp_path,
        capture_output=True,
        timeout=30,
    )
    applied = b"password=p" in done.stdout
    assert not (elsewhere and applied)
    assert applied or pattern != f"https://{HOST}"  # else it was never asked
