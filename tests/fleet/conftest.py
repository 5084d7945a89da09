"""The fleet command as a function: files in, answer out."""

from __future__ import annotations

import json
import os
import subprocess
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from codecommit_doctor.reports.lines import Line, encode
from tests import warm
from tests.conftest import ROOT
from tests.fleet.machines import report

PATH_UNSET, SHADOWED = "use-http-path/unset", "config-shadowing/later-file"


@dataclass
class Answered:
    """What the command said."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        return json.loads(self.out)


def ask(*words: str | Path) -> Answered:
    """Runs the command as a process."""
    command = [warm.fleet(), "fleet", *map(str, words)]
    env = {
        name: text for name, text in os.environ.items() if not name.startswith(("LC_", "PYTHON"))
    }
    done = subprocess.run(
        command, capture_output=True, cwd=ROOT, env=env | {"LANG": "C.UTF-8"}, timeout=120
    )
    out, err = done.stdout.decode("utf-8", "surrogateescape"), done.stderr.decode()
    assert "Traceback" not in out + err, err
    return Answered(done.returncode, out, err)


def write(file: Path, *reports: Iterable[Line]) -> Path:
    """A file of lines."""
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(encode(line for lines in reports for line in lines))
    return file


@pytest.fixture
def fleet(tmp_path: Path) -> Path:
    """Six machines, two days, two causes; a machine with two accounts; two that changed."""
    return write(
        tmp_path / "fleet" / "lines.jsonl",
        report("a", causes=(PATH_UNSET,), labels={"site": "x", "host": "a.corp"}),
        report("b", causes=(PATH_UNSET, SHADOWED), labels={"site": "x"}, system="Windows"),
        report("c", causes=(SHADOWED,), labels={"site": "y"}, tool_version="2.0.0"),
        report("c", causes=(PATH_UNSET,), day="2026-11-10"),
        report("d", labels={"site": "y"}),
        report("d", day="2026-11-10", causes=(SHADOWED,)),
        report("e", user="me"),
        report("e", user="you", causes=(SHADOWED,)),
        report("f", day="2026-11-10", causes=(PATH_UNSET,)),
    ).parent
