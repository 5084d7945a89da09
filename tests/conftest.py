"""Environments for tests: a home of its own, real git, the real aws command, and the doctor."""

from __future__ import annotations

import ctypes
import gc
import json
import os
import shutil
import stat
import subprocess
import sys
import tempfile
from collections.abc import Callable, Generator
from dataclasses import dataclass, field
from functools import cache
from importlib import import_module
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from tests import warm

ROOT = Path(__file__).parent.parent
SCHEMA = json.loads((ROOT / "schema" / "report-1.1.json").read_text("utf-8"))
GIT_CREDENTIALS = "https://me-at-123456789012:x%2Fy%3D@git-codecommit.us-east-2.amazonaws.com\n"
VALIDATOR = jsonschema.Draft202012Validator(SCHEMA)
SYSTEM_PATH = "/usr/bin:/bin:/usr/sbin:/sbin"

URL = "https://git-codecommit.us-east-2.amazonaws.com/v1/repos/demo"
HELPER = "!aws codecommit credential-helper $@"
HEALTHY = f"[credential]\n\thelper = {HELPER}\n\tUseHttpPath = true\n"

ACCESS_KEY = "AKIAIOSFODNN7EXAMPLE"
SECRET_KEY = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"
CREDENTIALS = f"[default]\naws_access_key_id = {ACCESS_KEY}\naws_secret_access_key = {SECRET_KEY}\n"


@dataclass
class Finished:
    """What the doctor did: its exit code, both streams, and the report if it was JSON."""

    code: int
    out: str
    err: str
    report: dict[str, Any] = field(default_factory=dict)

    @property
    def results(self) -> dict[str, dict[str, Any]]:
        """The results of the first target, by the id of the check."""
        return {result["id"]: result for result in self.report["targets"][0]["results"]}

    def status(self, check: str) -> str:
        status: str = self.results[check]["status"]
        return status

    def statuses(self) -> dict[str, str]:
        return {id: result["status"] for id, result in self.results.items()}

    def with_status(self, *statuses: str) -> set[str]:
        return {id for id, status in self.statuses().items() if status in statuses}


def powerless() -> None:
    """Takes root's right to ignore modes away from the process that is about to start."""
    if sys.platform != "linux":
        return
    libc = ctypes.CDLL(None)
    drop, override, search, owner = 24, 1, 2, 3
    for capability in (override, search, owner):
        libc.prctl(drop, capability, 0, 0, 0)


@cache
def _new_clone() -> dict[str, bytes | None]:
    """What ``git init`` and ``git remote add`` make, without its examples; None for a folder."""
    with tempfile.TemporaryDirectory() as folder:
        variables = {"HOME": folder, "PATH": SYSTEM_PATH, "GIT_CONFIG_SYSTEM": os.devnull}
        for words in (["init", "--quiet"], ["remote", "add", "origin", URL]):
            subprocess.run([_git(), *words], cwd=folder, env=variables, check=True)
        return {
            str(path.relative_to(folder)): None if path.is_dir() else path.read_bytes()
            for path in sorted(Path(folder).rglob("*"))
            if path.suffix != ".sample"
        }


def _git() -> str:
    return shutil.which("git") or "git"


class Sandbox:
    """A home directory with a space and an umlaut in its name, and a clone in it.

    Programs: the system's, and ``aws`` of the environment that runs the tests. No configuration of
    the machine reaches it: GIT_CONFIG_SYSTEM leads to a file of its own.
    """

    def __init__(self, folder: Path) -> None:
        self.home = folder / "hö me"
        self.bin = folder / "bin"
        self.clone = self.home / "clone"
        self.system_config = folder / "gitconfig-system"
        self.obeys_modes = False
        for made in (self.home, self.bin, folder / "tmp"):
            made.mkdir()
        self.system_config.write_text("", "utf-8")
        (self.bin / "aws").symlink_to(warm.aws())
        self.env = {
            "HOME": str(self.home),
            "PATH": f"{self.bin}:{SYSTEM_PATH}",
            "TMPDIR": str(folder / "tmp"),
            "GIT_CONFIG_SYSTEM": str(self.system_config),
            "LANG": "C.UTF-8",
            "AWS_EC2_METADATA_DISABLED": "true",
        }
        for path, data in _new_clone().items():
            made = self.clone / path
            made.parent.mkdir(parents=True, exist_ok=True)
            if data is None:
                made.mkdir()
            else:
                made.write_bytes(data)

    def write(self, name: str, text: str | bytes) -> Path:
        """Writes a file of the home directory."""
        path = self.home / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(text.encode() if isinstance(text, str) else text)
        return path

    def healthy(self) -> Sandbox:
        """Everything as the AWS guide wants it."""
        self.write(".gitconfig", HEALTHY)
        self.write(".aws/credentials", CREDENTIALS)
        self.write(".aws/config", "[default]\nregion = us-east-2\noutput = json\n")
        return self

    def program(self, name: str, script: str) -> Path:
        """Puts a shell script in front of the PATH."""
        path = self.bin / name
        if path.is_symlink() or path.exists():
            path.unlink()
        path.write_text(f"#!/bin/sh\n{script}\n", "utf-8")
        path.chmod(path.stat().st_mode | stat.S_IXUSR)
        return path

    def without(self, *names: str) -> Sandbox:
        """A PATH on which these programs do not exist: links to all others."""
        only = self.bin.parent / "only"
        only.mkdir()
        for folder in (str(self.bin), *SYSTEM_PATH.split(":")):
            for program in sorted(Path(folder).iterdir()):
                link = only / program.name
                if program.name not in names and not link.is_symlink():
                    link.symlink_to(program)
        self.env["PATH"] = str(only)
        return self

    def git(
        self, *words: str, cwd: Path | None = None, **more: Any
    ) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [_git(), *words],
            cwd=cwd or self.clone,
            env=self.env,
            capture_output=True,
            text=True,
            check=more.pop("check", True),
            timeout=60,
            **more,
        )

    def doctor(self, *words: str, cwd: Path | None = None, timeout: float = 90) -> Finished:
        """Runs the doctor as a process, as it is, and returns what it printed."""
        done = subprocess.run(
            [warm.doctor(), *words],
            cwd=cwd or self.clone,
            env=self.env,
            capture_output=True,
            stdin=subprocess.DEVNULL,
            timeout=timeout,
            preexec_fn=powerless if self.obeys_modes else None,
        )
        out, err = done.stdout.decode("utf-8"), done.stderr.decode("utf-8")
        assert "Traceback" not in out + err, err
        assert SECRET_KEY not in out + err
        return Finished(done.returncode, out, err)

    def follow(self, done: Finished, check: str, cwd: Path | None = None) -> tuple[str, ...]:
        """Runs the commands that a check advises, as they are printed, in sh."""
        steps = done.results[check]["advice"]
        commands = tuple(step["command"] for step in steps if step["command"])
        for command in commands:
            words = ["sh", "-c", command]
            ran = subprocess.run(words, cwd=cwd or self.clone, env=self.env, capture_output=True)
            assert ran.returncode == 0, (command, ran.stderr)
        return commands

    def examine(self, *words: str, cwd: Path | None = None, offline: bool = True) -> Finished:
        """The doctor's JSON report, validated against the published schema."""
        network = ["--offline"] if offline else []
        done = self.doctor("--format", "json", *network, *words, cwd=cwd)
        assert done.out, done.err
        done.report = json.loads(done.out)
        VALIDATOR.validate(done.report)
        assert done.report["exit_code"] == done.code
        return done


gc.disable()  # until all tests are known: they stay


def pytest_collection_finish() -> None:
    """Has garbage looked for among what the tests make, and not among the tests themselves."""
    gc.collect()
    gc.freeze()
    gc.enable()


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    for item in items:
        if "sandbox" in getattr(item, "fixturenames", ()):
            item.add_marker("machine")
    if "not process" in config.option.markexpr:
        import_module("urllib3.util.connection")  # binds a socket once, when it is loaded
        sys.addaudithook(_note_start)


_STARTS = ("subprocess.Popen", "os.posix_spawn", "os.system", "os.exec", "socket.bind")
_started: list[str] = []


def _note_start(event: str, words: tuple[object, ...]) -> None:
    if event in _STARTS:
        _started.append(f"{event} {words[0]}")


@pytest.hookimpl(wrapper=True)
def pytest_runtest_teardown() -> Generator[None]:
    """Fails a test of the fast tier that started a program or a server."""
    yield
    started = _started.copy()
    _started.clear()
    assert not started, f"mark it with pytest.mark.process: {started}"


@pytest.fixture
def sandbox(tmp_path: Path) -> Sandbox:
    if os.name != "posix":
        pytest.skip("these environments are built of POSIX shell scripts and links")
    return Sandbox(tmp_path)


@pytest.fixture
def healthy(sandbox: Sandbox) -> Sandbox:
    return sandbox.healthy()


@pytest.fixture
def inside(sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch) -> Sandbox:
    """The sandbox, with its environment and its clone as those of this process."""
    for name in os.environ:
        if name.startswith(("AWS_", "GIT_", "XDG_")):
            monkeypatch.delenv(name)
    for name, value in sandbox.env.items():
        monkeypatch.setenv(name, value)
    monkeypatch.chdir(sandbox.clone)
    return sandbox


@pytest.fixture
def make_path(monkeypatch: pytest.MonkeyPatch) -> Callable[[Path], None]:
    """Makes a folder the whole PATH of this process."""

    def make(folder: Path) -> None:
        monkeypatch.setenv("PATH", str(folder))

    return make
