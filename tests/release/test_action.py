"""The GitHub action, with all that it installs."""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path

import pytest

from codecommit_doctor import __version__
from tests.actions_runner import Job
from tests.conftest import URL
from tests.lab.plugin import Machine
from tools.sources import copy_sources

pytestmark = pytest.mark.server


def test_it_installs_itself_with_the_packages_of_its_lock(
    tools: None, machine: Machine, tmp_path: Path
) -> None:
    healthy = machine()
    temp = tmp_path / "temp"
    temp.mkdir()
    variables = healthy.environ() | {"CODECOMMIT_DOCTOR_OFFLINE": "true"}
    inputs = {"python": sys.executable, "repository": URL, "require": "use-http-path"}
    copy_sources(tmp_path / "source")  # a build leaves files behind
    job = Job(
        healthy.clone,
        temp,
        variables,
        inputs,
        installing=os.environ,
        source=tmp_path / "source",
    ).run()
    assert job.code == 0, job.said
    assert (temp / "codecommit-doctor" / "bin" / "codecommit-doctor").is_file()
    report = json.loads(Path(job.told("report")).read_bytes())
    assert report["tool"]["version"] == __version__
    assert report["counts"]["fail"] == 0
