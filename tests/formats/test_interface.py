"""What a format is: one file that declares itself."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

import codecommit_doctor
from codecommit_doctor import formats
from codecommit_doctor.check import Check, failed, passed, skipped
from codecommit_doctor.engine.examination import Finding
from codecommit_doctor.engine.machine import Machine
from codecommit_doctor.reports.building import rehearse
from codecommit_doctor.reports.report import encode, encoded_parts
from tests.formats import reports

SHOUT = '''
"""The number of targets, loudly."""

from __future__ import annotations

from typing import TYPE_CHECKING

from codecommit_doctor.formats import Written

if TYPE_CHECKING:
    from codecommit_doctor.reports.report import Report

__all__ = ["FORMAT"]


def _render(report: Report) -> str:
    return f"{len(report.targets)} TARGET!\\n"


FORMAT = Written(_render)
'''


@pytest.mark.parametrize("name", formats.NAMES)
def test_every_module_declares_a_format(name: str) -> None:
    assert isinstance(formats.load(name), formats.Drawn | formats.Written)
    assert isinstance(formats.render(reports.example(), name), bytes)


@pytest.mark.process
@pytest.mark.parametrize("name", formats.NAMES)
def test_every_format_can_be_rehearsed(name: str) -> None:
    check = Check("a", "Is it?", "", "", lambda: passed("fine"))
    found = [Finding(check, result) for result in (passed("fine"), failed("ill"), skipped("late"))]
    report = rehearse([check], found, Machine(), show_accounts=False)
    assert isinstance(formats.render(report, name), bytes)


@pytest.mark.parametrize("number", [0, 1, 3])
def test_json_is_written_target_by_target(number: int) -> None:
    report = reports.example()
    report.targets[0].url = '"targets": ['
    report.targets *= number
    parts = list(encoded_parts(report))
    assert len(parts) == number + 2
    assert b"".join(parts) == encode(report) == formats.render(report, "json")


@pytest.mark.process
def test_no_format_is_loaded_to_know_their_names() -> None:
    script = (
        "import sys, codecommit_doctor.formats as f\n"
        "print(*(name for name in f.NAMES if f'codecommit_doctor.formats.{name}' in sys.modules))"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True)
    assert (done.returncode, done.stdout.strip()) == (0, ""), done.stderr


@pytest.mark.process
def test_a_new_format_is_one_file(tmp_path: Path) -> None:
    package = Path(codecommit_doctor.__file__).parent
    copy = tmp_path / "codecommit_doctor"
    shutil.copytree(package, copy, ignore=shutil.ignore_patterns("__pycache__"))
    (copy / "formats" / "shout.py").write_text(SHOUT, "utf-8")
    (tmp_path / "report.json").write_bytes(encode(reports.example()))

    def run(*words: str) -> str:
        done = subprocess.run(
            [sys.executable, "-m", "codecommit_doctor", *words],
            env={**os.environ, "PYTHONPATH": str(tmp_path)},
            capture_output=True,
            text=True,
            cwd=tmp_path,
        )
        assert done.returncode == 0, done.stderr
        return done.stdout

    assert "1 TARGET!" in run("view", "report.json", "--format", "shout")
    assert "shout" in " ".join(run("doctor", "--help").split())
