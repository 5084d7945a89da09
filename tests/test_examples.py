"""The examples: as their own systems want them, and every command in them runs."""

from __future__ import annotations

import hashlib
import re
import subprocess
import sys
import tarfile
from pathlib import Path
from typing import Any

import pytest
import yaml
from junitparser import JUnitXml

from codecommit_doctor import __version__
from tests.actions_runner import ACTION
from tests.conftest import ROOT, URL, Sandbox
from tools.release.manifests.ci import filled
from tools.release.source import HOMEPAGE

EXAMPLES = ROOT / "examples"
SCRIPTS = Path(sys.executable).parent


def text_of(name: str, sum: str = "0" * 64) -> str:
    """An example as a release has it."""
    return filled((EXAMPLES / name).read_text("utf-8"), __version__, sum)


def loaded(name: str, sum: str = "0" * 64) -> Any:
    return yaml.safe_load(text_of(name, sum))


def tool(name: str, *words: str | Path) -> None:
    command = [sys.executable, "-m", name.replace("-", "_"), *words]
    done = subprocess.run(command, capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stdout + done.stderr


def check_schema(schema: str, file: Path) -> None:
    tool("check-jsonschema", "--builtin-schema", schema, file)


def doctor_script() -> str:
    """A line of shell that is the doctor."""
    return f'exec "{SCRIPTS / "codecommit-doctor"}" "$@"'


def released(sandbox: Sandbox, version: str) -> str:
    """Has curl download a release whose folder starts this doctor; the sum of its file."""
    name = f"codecommit-doctor-{version}-linux-x86_64"
    folder = sandbox.home / "release" / name
    folder.mkdir(parents=True)
    program = folder / "codecommit-doctor"
    program.write_text(f"#!/bin/sh\n{doctor_script()}\n", "utf-8")
    program.chmod(0o755)
    file = folder.parent / f"{name}.tar.gz"
    with tarfile.open(file, "w:gz") as archive:
        archive.add(folder, name)
    url = f"{HOMEPAGE}/releases/download/v{version}/{file.name}"
    sandbox.program("curl", f'[ "$1 $2" = "-fsSLO {url}" ] && cp "{file}" .')
    return hashlib.sha256(file.read_bytes()).hexdigest()


def buildspec(sum: str) -> tuple[dict[str, str], str]:
    spec = loaded("buildspec.yml", sum)
    phases = [spec["phases"][phase]["commands"] for phase in ("install", "build")]
    lines = [line for commands in phases for line in commands if "ls-remote" not in line]
    return spec["env"]["variables"], "\n".join(lines)


def gitlab(sum: str) -> tuple[dict[str, str], str]:
    job = loaded("gitlab-ci.yml", sum)["codecommit-preflight"]
    return job["variables"], "\n".join([*job["before_script"], *job["script"]])


def jenkins(sum: str) -> tuple[dict[str, str], str]:
    text = text_of("Jenkinsfile", sum)
    script = re.search(r"sh '''(.*?)'''", text, re.DOTALL)
    assert script
    lines = [line for line in script[1].splitlines() if "ls-remote" not in line]
    return dict(re.findall(r"([A-Z_0-9]+) = '(.*)'", text)), "\n".join(lines)


SYSTEMS = {
    "buildspec": (buildspec, "reports/codecommit-doctor.xml"),
    "gitlab": (gitlab, "codecommit-doctor.xml"),
    "jenkins": (jenkins, "codecommit-doctor.xml"),
}


def run(sandbox: Sandbox, system: str, **env: str) -> subprocess.CompletedProcess[str]:
    """Runs an example's commands one after the other; what pip installs is there already."""
    sandbox.program("python3", '[ "$2 $3" = "pip install" ]')
    variables, script = SYSTEMS[system][0](released(sandbox, __version__))
    assert variables["REPOSITORY_URL"] == URL
    own = {"CI": "true", "AWS_REGION": "us-east-2", "WORKSPACE_TMP": str(sandbox.home)}
    return subprocess.run(
        ["bash", "-e", "-c", script],
        cwd=sandbox.clone,
        env={**sandbox.env, **own, **variables, **env},
        capture_output=True,
        text=True,
        timeout=120,
    )


@pytest.mark.parametrize("system", SYSTEMS)
def test_commands_run_and_write_the_report(healthy: Sandbox, system: str) -> None:
    if system != "buildspec":
        healthy.write(".gitconfig", "")  # their own commands configure it
    own = {"CODECOMMIT_DOCTOR_OFFLINE": "true", "CODECOMMIT_DOCTOR_REQUIRE": "use-http-path"}
    done = run(healthy, system, **own)
    assert done.returncode == 0, done.stdout + done.stderr
    report = healthy.clone / SYSTEMS[system][1]
    (suite,) = JUnitXml.fromstring(report.read_bytes())
    assert {case.name for case in suite} >= {"git-version", "use-http-path"}


@pytest.mark.parametrize("system", SYSTEMS)
def test_another_file_than_the_one_of_the_sum_is_not_run(healthy: Sandbox, system: str) -> None:
    done = run(healthy, system, DOCTOR_SHA256="0" * 64)
    assert done.returncode == 1
    assert "FAILED" in done.stdout
    assert not list(healthy.clone.glob("codecommit-doctor-*/"))


@pytest.mark.parametrize("system", SYSTEMS)
def test_preflight_does_not_pass_by_not_looking(healthy: Sandbox, system: str) -> None:
    done = run(healthy, system, CODECOMMIT_DOCTOR_OFFLINE="true")
    assert done.returncode == 1, done.stdout + done.stderr
    assert "required, but skipped" in done.stdout
    assert (healthy.clone / SYSTEMS[system][1]).exists()


def test_github_uses_the_action_with_inputs_that_it_has(healthy: Sandbox) -> None:
    steps = loaded("github-actions.yml")["jobs"]["preflight"]["steps"]
    (used,) = [step for step in steps if step.get("uses", "").startswith("codecommit-doctor/")]
    assert set(used["with"]) <= set(ACTION["inputs"])
    told = re.findall(r"steps\.doctor\.outputs\.([\w-]+)", text_of("github-actions.yml"))
    assert set(told) <= set(ACTION["outputs"])
    assert used["id"] == "doctor"
    assert used["with"]["repository"] == URL


def unpinned(text: str) -> list[str]:
    """Words of a recipe by which it gets code that may be another one tomorrow."""
    found = re.findall(r"git\+https\S+|curl[^\n]*\|[^\n]*", text)
    for line in re.findall(r"(?:pip install|pipx run)[^\n]*", text):
        if "--require-hashes" not in line and "==@VERSION@" not in line:
            found.append(line)
    for used in re.findall(r"uses: (\S+)", text):
        if not re.search(r"@[0-9a-f]{40}$", used) and not used.endswith(("@v@VERSION@", "@COMMIT")):
            found.append(used)
    downloads, sums = text.count("curl -"), len(re.findall(r"\| sha256sum --check$", text, re.M))
    return found + ["a download without a sum"] * (downloads - sums)


def recipes() -> list[Path]:
    places = (EXAMPLES.rglob("*"), [ROOT / "action.yml"], (ROOT / "templates").iterdir())
    return [path for place in places for path in place if path.is_file()]


def test_no_recipe_installs_what_is_not_pinned() -> None:
    assert unpinned("pip install -q awscli\n") == ["pip install -q awscli"]
    assert unpinned("uses: actions/checkout@v4\n") == ["actions/checkout@v4"]
    assert len(unpinned("curl -LO https://example.com/x\n")) == 1
    found = {path.name: unpinned(path.read_text("utf-8")) for path in recipes()}
    assert len(found) > 10
    assert {name: words for name, words in found.items() if words} == {}


def test_jenkins_asks_the_aws_cli_and_leaves_the_agent_as_it_was(healthy: Sandbox) -> None:
    before = (healthy.home / ".gitconfig").read_bytes()
    done = run(healthy, "jenkins", CODECOMMIT_DOCTOR_OFFLINE="true")
    assert "required, but skipped" in done.stdout
    assert (healthy.home / ".gitconfig").read_bytes() == before
    written = (healthy.home / "gitconfig").read_text("utf-8")
    assert "helper = !aws codecommit credential-helper $@" in written
    assert "withCredentials" in text_of("Jenkinsfile")


def test_buildspec_collects_the_file_that_is_written() -> None:
    spec = loaded("buildspec.yml")
    (report,) = spec["reports"].values()
    assert spec["version"] == 0.2
    assert report["file-format"] == "JUNITXML"
    assert f"{report['base-directory']}/{report['files'][0]}" == SYSTEMS["buildspec"][1]


@pytest.mark.process
@pytest.mark.parametrize(
    ("schema", "name"),
    [("vendor.github-workflows", "github-actions.yml"), ("vendor.gitlab-ci", "gitlab-ci.yml")],
)
def test_systems_own_schemas(schema: str, name: str, tmp_path: Path) -> None:
    (tmp_path / name).write_text(text_of(name), "utf-8")
    check_schema(schema, tmp_path / name)


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
