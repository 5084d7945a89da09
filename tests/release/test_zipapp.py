"""One file, run by a Python that has no packages, somewhere else."""

from __future__ import annotations

import re
import shutil
import subprocess
import zipfile
from pathlib import Path

import pytest

from codecommit_doctor import __version__
from tests.conftest import HEALTHY, ROOT, Sandbox
from tests.release.conftest import Release
from tests.release.test_channels import bare_python

pytestmark = pytest.mark.process


@pytest.fixture
def file(release: Release) -> Path:
    return release.file("*.pyz")


def test_it_needs_nothing_else(file: Path, healthy: Sandbox, tmp_path: Path) -> None:
    bare = bare_python(tmp_path / "bare")
    healthy.write(".gitconfig", HEALTHY.replace("true", "false"))
    moved = tmp_path / "a folder" / "doctor.pyz"
    moved.parent.mkdir()
    shutil.copy(file, moved)

    def run(*words: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [bare, moved, *words],
            cwd=healthy.clone,
            env=healthy.env,
            capture_output=True,
            text=True,
        )

    told = run("--version")
    assert (told.returncode, told.stdout) == (0, f"codecommit-doctor {__version__}\n")
    told = run("--offline", "--quiet")
    assert (told.returncode, told.stderr) == (1, "")
    assert told.stdout.startswith("FAIL origin: UseHttpPath")
    told = run("--offline", "--format", "html")
    assert told.returncode == 1
    assert "<h1>" in told.stdout
    assert run("checks").stdout.count("\n") == _checks()


def _checks() -> int:
    from codecommit_doctor.engine.registry import load

    return len(load().checks)


def test_what_aws_is_asked_for_is_in_it(file: Path) -> None:
    call = re.compile(r'\.ask(?:_all|_in)?\(\s*(?:region,\s*)?"([\w-]+)"')
    texts = (path.read_text("utf-8") for path in (ROOT / "codecommit_doctor").rglob("*.py"))
    asked = {service for text in texts for service in call.findall(text)}
    assert {"codecommit", "iam", "kms", "sts"} <= asked
    with zipfile.ZipFile(file) as archive:
        names = archive.namelist()
    for service in asked:
        assert any(f"botocore/data/{service}/" in name for name in names)
    assert not any("botocore/data/ec2/" in name for name in names)
