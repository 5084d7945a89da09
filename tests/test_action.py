"""The composite GitHub action and the GitLab component: valid, and run as their runners would."""

from __future__ import annotations

import json
import re
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml

from codecommit_doctor import __version__
from tests.actions_runner import ACTION, Job
from tests.conftest import ROOT, URL, Sandbox
from tests.test_examples import check_schema, doctor_script, released

COMPONENT = ROOT / "templates" / "preflight.yml"

FAKE_PYTHON = """\
case "$1 $2" in
    "-m venv") mkdir -p "$3/bin"; cp "$0" "$3/bin/python"
        printf '%s\\n' '#!/bin/sh' {doctor} >"$3/bin/codecommit-doctor"
        chmod +x "$3/bin/codecommit-doctor" ;;
    "-m pip") echo "$@" >>'{log}' ;;
    *) exit 9 ;;
esac
"""


def use(sandbox: Sandbox, tmp_path: Path, **inputs: str) -> Job:
    """Uses the action; what it installs is there already."""
    temp = tmp_path / "a temp"
    temp.mkdir()
    log = sandbox.home / "pip.log"
    doctor = f"'{doctor_script()}'"
    python = sandbox.program("python-for-action", FAKE_PYTHON.format(doctor=doctor, log=log))
    variables = {**sandbox.env, "CODECOMMIT_DOCTOR_OFFLINE": "true"}
    given = {name.replace("_", "-"): value for name, value in inputs.items()}
    return Job(sandbox.clone, temp, variables, {"python": str(python), **given}).run()


@pytest.mark.process
def test_github_takes_the_action() -> None:
    check_schema("vendor.github-actions", ROOT / "action.yml")
    for name in ("inputs", "outputs"):
        assert all(told["description"] for told in ACTION[name].values())


def test_a_healthy_clone_passes(healthy: Sandbox, tmp_path: Path) -> None:
    job = use(healthy, tmp_path, repository=URL, require="use-http-path")
    assert (job.code, job.told("exit-code")) == (0, "0"), job.said
    assert json.loads(Path(job.told("report")).read_bytes())["counts"]["fail"] == 0
    assert json.loads(Path(job.told("sarif")).read_bytes())["version"] == "2.1.0"
    assert "::notice title=codecommit-doctor::" in job.said
    assert job.summary.startswith("#")
    assert job.used == {}


def test_installs_nothing_without_a_hash(healthy: Sandbox, tmp_path: Path) -> None:
    use(healthy, tmp_path)
    calls = (healthy.home / "pip.log").read_text("utf-8").splitlines()
    assert len(calls) == 2
    assert "--require-hashes" in calls[0]
    files = re.findall(r"--requirement (\S+)", calls[0])
    assert len(files) == 2
    for file in files:
        assert "--hash=sha256:" in Path(file).read_text("utf-8")
    assert calls[1].endswith(f"--no-deps --no-build-isolation {ROOT}")


def test_what_is_found_fails_the_job_and_is_uploaded(healthy: Sandbox, tmp_path: Path) -> None:
    healthy.write(".gitconfig", "[credential]\n\thelper = !aws codecommit credential-helper\n")
    job = use(healthy, tmp_path, repository=URL, require="", sarif="true")
    assert (job.code, job.told("exit-code")) == (1, "1"), job.said
    assert re.search(r"^::error .*title=use-http-path", job.said, re.M)
    ((action, words),) = job.used.items()
    assert re.fullmatch(r"github/codeql-action/upload-sarif@[0-9a-f]{40}", action)
    assert json.loads(Path(words["sarif_file"]).read_bytes())["runs"][0]["results"]


def test_a_baseline_and_what_is_required(healthy: Sandbox, tmp_path: Path) -> None:
    (tmp_path / "1").mkdir()
    (tmp_path / "2").mkdir()
    job = use(healthy, tmp_path / "1", repository=URL)
    assert job.code == 1
    assert "required, but skipped" in job.said
    job = use(healthy, tmp_path / "2", repository=URL, baseline=job.told("report"))
    assert job.code == 0, job.said


def test_inputs_are_words_and_no_part_of_a_script(healthy: Sandbox, tmp_path: Path) -> None:
    job = use(healthy, tmp_path, repository="$(touch seen); --fix", require="")
    assert job.told("exit-code") in ("1", "2")
    assert not (healthy.clone / "seen").exists()


def component(**inputs: str) -> Any:
    """The component's job, with its inputs filled in as GitLab does."""
    head, body = COMPONENT.read_text("utf-8").split("\n---\n")
    declared = yaml.safe_load(head)["spec"]["inputs"]
    for name, told in declared.items():
        assert set(told) <= {"default", "description", "options", "regex", "type"}
        value = inputs.get(name, told.get("default"))
        assert value is not None, f"{name} has to be given"
        if "regex" in told:
            assert re.search(told["regex"], value)
        shown = str(value).lower() if isinstance(value, bool) else value
        body = body.replace(f"$[[ inputs.{name} ]]", shown)
    assert "$[[" not in body
    return yaml.safe_load(body)


def test_gitlab_takes_the_component_and_its_job_runs(healthy: Sandbox, tmp_path: Path) -> None:
    sum = released(healthy, __version__)
    image = "registry.example.com/git-and-aws@sha256:" + "0" * 64
    jobs = component(repository=URL, version=__version__, sha256=sum, image=image)
    (tmp_path / "job.yml").write_text(yaml.safe_dump(jobs), "utf-8")
    check_schema("vendor.gitlab-ci", tmp_path / "job.yml")
    (job,) = jobs.values()
    own = {"CODECOMMIT_DOCTOR_OFFLINE": "true"}
    for required, code in (("use-http-path", 0), ("git-access", 1)):
        job["variables"]["CODECOMMIT_DOCTOR_REQUIRE"] = required
        done = subprocess.run(
            ["bash", "-eo", "pipefail", "-c", "\n".join(job["script"])],
            cwd=healthy.clone,
            env={**healthy.env, "CI": "true", **own, **job["variables"]},
            capture_output=True,
            text=True,
            timeout=120,
        )
        assert done.returncode == code, done.stdout + done.stderr
        for file in job["artifacts"]["reports"].values():
            assert (healthy.clone / file).exists()


def test_the_component_names_no_release_of_its_own() -> None:
    with pytest.raises(AssertionError, match="version has to be given"):
        component(repository=URL)
