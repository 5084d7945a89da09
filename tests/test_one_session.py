"""Every setting holds for every command that examines, wherever it is written."""

from __future__ import annotations

import json
import subprocess
import time
import zipfile
from collections.abc import Callable, Mapping
from itertools import product
from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import fields

from codecommit_doctor.cli.settings import Settings
from tests import warm
from tests.conftest import CREDENTIALS, HEALTHY, URL, Sandbox

NOT_WRITTEN = {"origins", "notices"}
COMMANDS = ("doctor", "--all-repositories", "--watch", "run", "bundle")

Report = Mapping[str, Any]


def examined(machine: Sandbox, command: str, folder: Path, *words: str) -> tuple[Report, str]:
    """The report of a command, and what it showed to a person. words: options before a target."""
    file, zip_file = folder / "report.json", folder / "bundle.zip"
    for old in (file, zip_file):
        old.unlink(missing_ok=True)
    written = f"json={file}"
    if command == "bundle":
        done = machine.doctor("bundle", "--yes", "--output", str(zip_file), *words)
        with zipfile.ZipFile(zip_file) as inside:
            return json.loads(inside.read("report.json")), done.err
    if command == "run":
        failing = ("git", "ls-remote", "origin")
        done = machine.doctor("run", "--report", written, *words, "--", *failing)
        return json.loads(file.read_bytes()), done.err
    if command == "--watch":
        return json.loads(watched(machine, file, *words)), ""
    more = ("--all-repositories", str(machine.home)) if command != "doctor" else ()
    done = machine.doctor(*more, "--report", written, *words)
    return json.loads(file.read_bytes()), done.out


def watched(machine: Sandbox, file: Path, *words: str) -> bytes:
    """The first report of ``--watch``, which is then ended."""
    with subprocess.Popen(
        [warm.doctor(), "--watch", "--report", f"json={file}", *words],
        cwd=machine.clone,
        env=machine.env,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    ) as watcher:
        assert watcher.stdout
        assert watcher.stdout.readline(), watcher.communicate()[1]
        while not file.exists() and watcher.poll() is None:
            time.sleep(0.02)
        watcher.kill()
    return file.read_bytes()


def results(report: Report) -> dict[str, Any]:
    return {result["id"]: result for result in report["targets"][0]["results"]}


def is_required(report: Report) -> bool:
    return bool(results(report)["kms-deny"]["summary"].startswith("required, but skipped"))


def is_late(report: Report) -> bool:
    return any("0.4" in result["summary"] for result in results(report).values())


def says(word: str) -> Callable[[Report], bool]:
    return lambda report: word in json.dumps(report["targets"])


EFFECTS: dict[str, tuple[str, Callable[[Report], bool]]] = {
    "only": ("git-version", lambda report: list(results(report)) == ["git-version"]),
    "skip": ("git-version", lambda report: "git-version" not in results(report)),
    "require": ("kms-deny", is_required),
    "label": ("room=4", lambda report: bool(report["labels"] == {"room": "4"})),
    "offline": ("true", says("--offline is set")),
    "strict": ("true", lambda report: bool(report["exit_code"] == 4)),
    "timeout": ("0.4", is_late),
    "profile": ("second", says("profile second")),
    "region": ("eu-west-3", lambda report: bool(report["targets"][0]["region"] == "eu-west-3")),
}
"""A value of each setting, and what it makes of the report."""

WITHOUT_EFFECT = {
    ("strict", "run"): "a failure was seen, which counts more than warnings",
    ("region", "run"): "the address of the git that failed names one",
    ("region", "--all-repositories"): "the addresses of the clones name one",
}


@pytest.fixture
def machine(healthy: Sandbox) -> Sandbox:
    """One warning, two profiles, and a proxy that does not answer."""
    healthy.write(".gitconfig", f"[credential]\n\thelper = !false\n{HEALTHY}")
    healthy.write(".aws/credentials", CREDENTIALS + CREDENTIALS.replace("default", "second"))
    healthy.env["HTTPS_PROXY"] = "http://127.0.0.1:9"
    return healthy


def write(machine: Sandbox, name: str, value: str, place: str) -> None:
    if place == "environment":
        machine.env[f"CODECOMMIT_DOCTOR_{name.upper()}"] = value
    else:
        machine.git("config", "--global", f"codecommit-doctor.{name}", value)


WITHOUT: dict[tuple[str, str], Report] = {}
"""The reports of machines without any setting, by the command and by what they are like."""


def without(machine: Sandbox, command: str, name: str, folder: Path) -> Report:
    """What a command reports before the setting is written; examined once for equal machines."""
    like = name if name in ("offline", "region") else "usual"
    if (command, like) not in WITHOUT:
        WITHOUT[command, like] = examined(machine, command, folder)[0]
    return WITHOUT[command, like]


def test_every_setting_is_tried() -> None:
    assert {*EFFECTS, "format"} == {field.name for field in fields(Settings)} - NOT_WRITTEN


@pytest.mark.parametrize(
    ("name", "command"),
    [pair for pair in product(EFFECTS, COMMANDS) if pair not in WITHOUT_EFFECT],
)
def test_a_setting_holds(machine: Sandbox, tmp_path: Path, command: str, name: str) -> None:
    number = list(EFFECTS).index(name)
    value, has_effect = EFFECTS[name]
    if name != "offline":
        write(machine, "offline", "true", "git")
    if name == "timeout":
        machine.program("aws", "sleep 3; echo aws-cli/2.15.0 Python/3.11")
    if name == "region":
        machine.git("remote", "remove", "origin")
    place = ("git", "environment")[(number + COMMANDS.index(command)) % 2]
    assert name == "timeout" or not has_effect(without(machine, command, name, tmp_path))
    write(machine, name, value, place)
    assert has_effect(examined(machine, command, tmp_path)[0]), place


@pytest.mark.parametrize("command", ["doctor", "--all-repositories", "run"])
def test_the_format_holds(machine: Sandbox, tmp_path: Path, command: str) -> None:
    write(machine, "offline", "true", "git")
    write(machine, "format", "markdown", "git")
    assert "## codecommit-doctor: " in examined(machine, command, tmp_path)[1]


@pytest.mark.parametrize("command", COMMANDS)
@pytest.mark.parametrize(
    ("name", "value", "told"),
    [
        ("timeout", "soon", "wrong setting: timeout is 'soon'"),
        ("skip", "git-versoin", "did you mean git-version?"),
        ("require", "no-such", "there is no check no-such (environment variable"),
        ("region", "us-esat-1", "did you mean us-east-1?"),
        ("profile", "none", "CODECOMMIT_DOCTOR_PROFILE"),
    ],
)
def test_a_wrong_setting_is_told(
    machine: Sandbox, tmp_path: Path, command: str, name: str, value: str, told: str
) -> None:
    write(machine, name, value, "environment")
    words = {
        "doctor": (),
        "--all-repositories": ("--all-repositories", str(machine.home)),
        "--watch": ("--watch",),
        "run": ("run", "--", "git", "ls-remote", "origin"),
        "bundle": ("bundle", "--yes", "--output", str(tmp_path / "b.zip")),
    }[command]
    done = machine.doctor(*words)
    assert done.code == (128 if command == "run" else 2)
    assert told in done.err
    assert not (tmp_path / "b.zip").exists()


@pytest.mark.parametrize(
    ("command", "again"),
    [
        ("doctor", ""),
        ("bundle", ""),
        ("--watch", ""),
        ("--all-repositories", " --all-repositories ''\"$HOME\"''"),
        ("run", " origin"),
    ],
)
def test_the_fix_is_asked_for_where_the_examination_was(
    machine: Sandbox, tmp_path: Path, command: str, again: str
) -> None:
    machine.write(".gitconfig", HEALTHY.replace("true", "false"))
    write(machine, "offline", "true", "git")
    report, _ = examined(machine, command, tmp_path)
    assert report["fix_command"] == f"codecommit-doctor --fix{again}"


@pytest.mark.parametrize(
    ("words", "again"),
    [
        (("-C", "clone", "ls-remote", "origin"), "clone"),
        (("ls-remote", URL), URL),
    ],
)
def test_the_fix_after_a_run_elsewhere(
    machine: Sandbox, words: tuple[str, ...], again: str
) -> None:
    """Where the git that failed stood is where ``--fix`` has to look."""
    machine.write(".gitconfig", HEALTHY.replace("true", "false"))
    file = machine.home / "report.json"
    told = ("run", "--offline", "--report", f"json={file}", "--", "git", *words)
    machine.doctor(*told, cwd=machine.home)
    command = json.loads(file.read_bytes())["fix_command"]
    assert command.startswith("codecommit-doctor --fix ")
    assert command.rstrip("'").endswith(again)
    fixed = subprocess.run(
        [
            "sh",
            "-c",
            command.replace("codecommit-doctor", warm.doctor()) + " --offline --yes",
        ],
        cwd=machine.home,
        env=machine.env,
        capture_output=True,
        text=True,
        timeout=90,
    )
    assert "applied: use-http-path" in fixed.stderr
