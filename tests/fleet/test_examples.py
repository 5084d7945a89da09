"""The recipes that run the doctor everywhere, as far as their own worlds can be had here."""

from __future__ import annotations

import json
import shlex
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import boto3
import pytest
import tree_sitter
import tree_sitter_powershell
import yaml
from moto import mock_aws

from tests import warm
from tests.conftest import ROOT, Sandbox
from tests.formats.test_jsonl import valid

FOLDER = ROOT / "examples" / "fleet"
DOCUMENT = (FOLDER / "ssm-document.yml").read_text("utf-8")
SCRIPTS = sorted((FOLDER / "intune").glob("*.ps1"))


def loaded(name: str) -> Any:
    return yaml.safe_load((FOLDER / name).read_text("utf-8"))


def shell(sandbox: Sandbox, script: str, **own: str) -> subprocess.CompletedProcess[str]:
    (sandbox.bin / "codecommit-doctor").symlink_to(warm.doctor())
    sandbox.program("pipx", 'shift 3; exec "$@"')
    return subprocess.run(
        ["sh", "-ec", script],
        cwd=sandbox.clone,
        env={**sandbox.env, "CODECOMMIT_DOCTOR_OFFLINE": "true", **own},
        capture_output=True,
        text=True,
        timeout=120,
    )


@pytest.mark.parametrize("broken", [False, True])
@pytest.mark.parametrize("name", ["github-actions.yml", "gitlab-ci.yml"])
def test_a_scheduled_job_leaves_lines_whatever_is_found(
    healthy: Sandbox, name: str, broken: bool
) -> None:
    if broken:
        healthy.write(".gitconfig", "[credential]\n\thelper = !aws codecommit credential-helper\n")
    if name.startswith("github"):
        script = loaded(name)["jobs"]["examine"]["steps"][0]["run"]
    else:
        script = "\n".join(loaded(name)["examine"]["script"])
    done = shell(healthy, script, AGENT="build-1")
    assert done.returncode == 0, done.stderr
    (file,) = healthy.clone.glob("*build-1.jsonl")
    lines = valid(file.read_bytes())
    assert {line["labels"]["host"] for line in lines} == {"build-1"}
    assert lines[-1]["status"] == ("failed" if broken else "not-tested")


@pytest.mark.parametrize("name", ["github-actions.yml", "gitlab-ci.yml"])
def test_the_summary_names_agents_that_never_reported(healthy: Sandbox, name: str) -> None:
    if name.startswith("github"):
        examine = loaded(name)["jobs"]["examine"]["steps"][0]["run"]
        summary = "mkdir lines; mv *.jsonl lines\n"
        summary += loaded(name)["jobs"]["summary"]["steps"][1]["run"]
    else:
        examine = "\n".join(loaded(name)["examine"]["script"])
        summary = "\n".join(step for step in loaded(name)["summary"]["script"] if "pip" not in step)
    page = healthy.clone / "summary.md"
    script = f"{examine}\n{summary}"
    done = shell(healthy, script, AGENT="build-1", GITHUB_STEP_SUMMARY=str(page))
    assert done.returncode == 0, done.stderr
    told = page.read_text("utf-8") if page.exists() else done.stdout
    assert "build-2" in told.replace("\\", "") and "Never reported" in told


@pytest.mark.process
@pytest.mark.parametrize(
    ("schema", "name"),
    [("vendor.github-workflows", "github-actions.yml"), ("vendor.gitlab-ci", "gitlab-ci.yml")],
)
def test_systems_own_schemas(schema: str, name: str) -> None:
    words = [sys.executable, "-m", "check_jsonschema", "--builtin-schema", schema]
    words.append(str(FOLDER / name))
    done = subprocess.run(words, capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stdout + done.stderr


def test_systems_manager_takes_the_document_and_sends_it() -> None:
    with mock_aws():
        ssm = boto3.client("ssm", "us-east-2", aws_access_key_id="x", aws_secret_access_key="y")
        made = ssm.create_document(
            Name="CodeCommitDoctor",
            Content=DOCUMENT,
            DocumentType="Command",
            DocumentFormat="YAML",
        )["DocumentDescription"]
        assert made["SchemaVersion"] == "2.2"
        assert {parameter["Name"] for parameter in made["Parameters"]} == {"Program", "Arguments"}
        sent = ssm.send_command(
            DocumentName="CodeCommitDoctor",
            InstanceIds=["i-0123456789abcdef0"],
            OutputS3BucketName="lines",
        )["Command"]
        assert sent["OutputS3BucketName"] == "lines"


@pytest.mark.parametrize(("code", "ends"), [(0, 0), (1, 0), (4, 0), (2, 2), (3, 3)])
def test_the_document_examines_login_users_alone(sandbox: Sandbox, code: int, ends: int) -> None:
    accounts = (
        "root:x:0:0::/root:/bin/bash\ndaemon:x:1:1::/:/usr/sbin/nologin\n"
        "ann:x:1000:1000::/home/ann:/bin/bash\nbot:x:1001:1001::/:/bin/false\n"
        "bob:x:1002:1002::/home/bob:/bin/zsh\nnobody:x:65534:65534::/:/bin/sh\n"
    )
    sandbox.program("getent", f"cat <<'E'\n{accounts}E")
    program = sandbox.program("doctor", f'echo "$@"; exit {code}')
    (step,) = yaml.safe_load(DOCUMENT)["mainSteps"]
    script = "\n".join(step["inputs"]["runCommand"])
    script = script.replace("{{ Program }}", str(program)).replace("{{ Arguments }}", "--offline")
    done = shell(sandbox, script, AWS_SSM_INSTANCE_ID="i-1")
    assert done.returncode == ends
    assert done.stdout.splitlines() == [
        f"--user {name} --format jsonl --label host=i-1 --offline" for name in ("ann", "bob")
    ]


def nodes(node: tree_sitter.Node) -> list[tree_sitter.Node]:
    return [node, *(inner for child in node.children for inner in nodes(child))]


@pytest.mark.parametrize("script", SCRIPTS, ids=lambda path: path.stem)
def test_powershell_can_parse_the_scripts(script: Path) -> None:
    data = script.read_bytes()
    assert data.isascii()
    parser = tree_sitter.Parser(tree_sitter.Language(tree_sitter_powershell.language()))
    root = parser.parse(data).root_node
    assert not root.has_error
    commands = [
        node.children[0].text.decode()
        for node in nodes(root)
        if node.type == "command" and node.children[0].text
    ]
    own = [name for name in commands if "-" in name]
    assert set(own) <= {"Get-Command", "Select-Object", "Write-Output"}
    text = data.decode()
    assert text.count("2>$null") == text.count("& $program")
    assert "Substring(0, 2000)" in text
    assert [line for line in text.splitlines() if line][-1] == "exit 0"


def test_the_scripts_are_a_pair() -> None:
    assert [path.name for path in SCRIPTS] == ["detect.ps1", "remediate.ps1"]
    assert "exit 1" in SCRIPTS[0].read_text("utf-8")
    assert "--fix --yes" in SCRIPTS[1].read_text("utf-8")
    assert "--fix" not in SCRIPTS[0].read_text("utf-8")


@pytest.mark.process
def test_systemd_takes_the_units(tmp_path: Path) -> None:
    for unit in FOLDER.glob("codecommit-doctor.*"):
        shutil.copy(unit, tmp_path)
    units = sorted(map(str, tmp_path.iterdir()))
    program = shutil.which("systemd-analyze") or "true"  # where there is none, nothing can be said
    done = subprocess.run([program, "verify", "--man=no", *units], capture_output=True, text=True)
    told = [line for line in done.stderr.splitlines() if "codecommit-doctor" in line]
    assert (len(units), told) == (2, [])


def test_the_service_writes_lines(healthy: Sandbox) -> None:
    text = (FOLDER / "codecommit-doctor.service").read_text("utf-8")
    (start,) = [line for line in text.splitlines() if line.startswith("ExecStart=")]
    words = (
        start.partition("=")[2].replace("%S", shlex.quote(str(healthy.home))).replace("%l", "here")
    )
    (healthy.home / "codecommit-doctor").mkdir()
    done = shell(healthy, words)
    assert done.returncode in (0, 1, 4), done.stderr
    lines = valid((healthy.home / "codecommit-doctor" / "lines.jsonl").read_bytes())
    assert lines[0]["labels"] == {"host": "here"}


def test_every_recipe_says_the_rules_of_its_world() -> None:
    named = [path for path in FOLDER.rglob("*") if path.suffix in (".yml", ".ps1", ".service")]
    assert len(named) == 9
    for path in named:
        if path.name not in ("playbook.yml", "main.yml") or "tasks" in path.parts:
            assert "rules of " in path.read_text("utf-8"), path
    assert json.dumps(loaded("ansible/playbook.yml"))
