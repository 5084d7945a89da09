"""The examples: as their own systems want them, and every command in them runs."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml
from junitparser import JUnitXml

from tests.conftest import HEALTHY, ROOT, URL, Sandbox

EXAMPLES = ROOT / "examples"
SCRIPTS = Path(sys.executable).parent


def loaded(name: str) -> Any:
    return yaml.safe_load((EXAMPLES / name).read_text("utf-8"))


def tool(name: str, *words: str | Path) -> None:
    command = [sys.executable, "-m", name.replace("-", "_"), *words]
    done = subprocess.run(command, capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stdout + done.stderr


def buildspec() -> tuple[dict[str, str], str]:
    spec = loaded("buildspec.yml")
    phases = [spec["phases"][phase]["commands"] for phase in ("install", "build")]
    lines = [line for commands in phases for line in commands if "ls-remote" not in line]
    return spec["env"]["variables"], "\n".join(lines)


def github() -> tuple[dict[str, str], str]:
    workflow = loaded("github-actions.yml")
    steps = workflow["jobs"]["preflight"]["steps"]
    return workflow["env"], "\n".join(step["run"] for step in steps if "run" in step)


def gitlab() -> tuple[dict[str, str], str]:
    job = loaded("gitlab-ci.yml")["codecommit-preflight"]
    return job["variables"], "\n".join([*job["before_script"], *job["script"]])


def jenkins() -> tuple[dict[str, str], str]:
    text = (EXAMPLES / "Jenkinsfile").read_text("utf-8")
    script = re.search(r"sh '''(.*?)'''", text, re.DOTALL)
    assert script
    return dict(re.findall(r"([A-Z_]+) = '(.*)'", text)), script[1]


SYSTEMS = {
    "buildspec": (buildspec, "reports/codecommit-doctor.xml"),
    "github": (github, "codecommit-doctor.json"),
    "gitlab": (gitlab, "codecommit-doctor.xml"),
    "jenkins": (jenkins, "codecommit-doctor.xml"),
}


def run(sandbox: Sandbox, system: str, **env: str) -> subprocess.CompletedProcess[str]:
    """Runs an example's commands one after the other; what they install is there already."""
    doctor = SCRIPTS / "codecommit-doctor"
    (sandbox.bin / "codecommit-doctor").symlink_to(doctor)
    make = f'mkdir -p "$3/bin"; ln -s "$0" "$3/bin/python"; ln -s "{doctor}" "$3/bin/"'
    sandbox.program(
        "python3",
        f'case "$2" in pip) [ "$3" = install ] ;; venv) {make} ;; *) exit 9 ;; esac',
    )
    variables, script = SYSTEMS[system][0]()
    assert variables["REPOSITORY_URL"] == URL
    return subprocess.run(
        ["bash", "-e", "-c", script],
        cwd=sandbox.clone,
        env={**sandbox.env, "CI": "true", "AWS_REGION": "us-east-2", **variables, **env},
        capture_output=True,
        text=True,
        timeout=120,
    )


@pytest.mark.parametrize("system", SYSTEMS)
def test_commands_run_and_write_the_report(healthy: Sandbox, system: str) -> None:
    if system in ("github", "gitlab"):
        healthy.write(".gitconfig", "")  # their own commands configure it
    own = {"CODECOMMIT_DOCTOR_OFFLINE": "true", "CODECOMMIT_DOCTOR_REQUIRE": "use-http-path"}
    done = run(healthy, system, **own)
    assert done.returncode == 0, done.stdout + done.stderr
    report = healthy.clone / SYSTEMS[system][1]
    if report.suffix == ".json":
        assert json.loads(report.read_bytes())["counts"]["fail"] == 0
    else:
        (suite,) = JUnitXml.fromstring(report.read_bytes())
        assert {case.name for case in suite} >= {"git-version", "use-http-path"}


@pytest.mark.parametrize("system", SYSTEMS)
def test_preflight_does_not_pass_by_not_looking(healthy: Sandbox, system: str) -> None:
    done = run(healthy, system, CODECOMMIT_DOCTOR_OFFLINE="true")
    assert done.returncode == 1, done.stdout + done.stderr
    assert "required, but skipped" in done.stdout
    assert (healthy.clone / SYSTEMS[system][1]).exists()


def test_github_takes_a_baseline_if_there_is_one(healthy: Sandbox) -> None:
    healthy.write(".gitconfig", HEALTHY)
    words = (
        "--require",
        "git-access",
        "--report",
        f"json={healthy.clone}/codecommit-baseline.json",
    )
    assert healthy.doctor(URL, "--offline", *words).code == 1
    done = run(healthy, "github", CODECOMMIT_DOCTOR_OFFLINE="true")
    assert done.returncode == 0, done.stdout + done.stderr
    assert "(known before)" in done.stdout


def test_buildspec_collects_the_file_that_is_written() -> None:
    spec = loaded("buildspec.yml")
    (report,) = spec["reports"].values()
    assert spec["version"] == 0.2
    assert report["file-format"] == "JUNITXML"
    assert f"{report['base-directory']}/{report['files'][0]}" == SYSTEMS["buildspec"][1]


@pytest.mark.parametrize(
    ("schema", "name"),
    [("vendor.github-workflows", "github-actions.yml"), ("vendor.gitlab-ci", "gitlab-ci.yml")],
)
def test_systems_own_schemas(schema: str, name: str) -> None:
    tool("check-jsonschema", "--builtin-schema", schema, EXAMPLES / name)


def test_pre_commit_takes_hook_and_example(healthy: Sandbox) -> None:
    tool("pre-commit", "validate-manifest", ROOT / ".pre-commit-hooks.yaml")
    tool("pre-commit", "validate-config", EXAMPLES / "pre-commit-config.yaml")
    (hook,) = yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text("utf-8"))
    (used,) = loaded("pre-commit-config.yaml")["repos"][0]["hooks"]
    assert used["id"] == hook["id"]
    (healthy.bin / hook["entry"]).symlink_to(SCRIPTS / hook["entry"])
    for args in (hook["args"], used["args"]):
        done = subprocess.run(
            [healthy.bin / hook["entry"], *args], cwd=healthy.clone, env=healthy.env
        )
        assert done.returncode == 0
