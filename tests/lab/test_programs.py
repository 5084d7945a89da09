"""Programs of the lab that only look like real ones are held against these."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from tests.lab.programs import like_old_aws, old_aws


@pytest.mark.process
@pytest.mark.parametrize("words", [("--version",), ("codecommit", "credential-helper", "get")])
def test_the_old_aws(tmp_path: Path, words: tuple[str, ...]) -> None:
    real = old_aws()
    if real is None:
        pytest.skip("AWS CLI 1.7.36, which needs Python 2.7, is not installed")
    script = tmp_path / "aws"
    script.write_text(f"#!/bin/sh\n{like_old_aws()}", "utf-8")
    script.chmod(0o755)
    said = [
        subprocess.run([program, *words], capture_output=True, text=True, env={"COLUMNS": "80"})
        for program in (real, script)
    ]
    (real_code, real_words), (code, printed) = (
        (done.returncode, [*done.stdout.split(), "|", *done.stderr.split()]) for done in said
    )
    if "--version" in words:  # behind it stand the versions of this machine's Python and system
        real_words, printed = real_words[:2], printed[:2]
    assert (code, printed) == (real_code, real_words)
