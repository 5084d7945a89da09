"""The folder for Windows, run under wine with no Python on its PATH."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from codecommit_doctor import __version__
from tests.conftest import VALIDATOR
from tests.release.conftest import Release
from tests.windows import build, wine

PATH = "C:\\Program Files\\Git\\cmd;C:\\windows\\system32"
URL = "https://git-codecommit.us-east-2.amazonaws.com/v1/repos/demo"


@pytest.fixture(scope="module")
def folder(release: Release, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The unpacked folder."""
    found = list(release.dist.glob("*-windows-amd64.zip"))
    found = [path for path in found if "wheels" not in path.name]
    if not found or not build.built():
        pytest.skip("not installed: wine, and what the Windows machine is built with")
    target = tmp_path_factory.mktemp("windows")
    with zipfile.ZipFile(found[0]) as archive:
        archive.extractall(target)
    (unpacked,) = target.iterdir()
    return unpacked


@pytest.fixture
def clone(folder: Path) -> Iterator[Path]:
    """A clone whose helper is not told which repository it is."""
    prefix = build.built()
    assert prefix
    made = wine.native(prefix, f"C:/t/release-{os.getpid()}")
    subprocess.run(["git", "init", "-q", str(made)], check=True)
    setting = ("credential.helper", "!aws codecommit credential-helper $@")
    subprocess.run(["git", "-C", str(made), "config", *setting], check=True)
    yield made
    shutil.rmtree(made)


def run(folder: Path, clone: Path, *words: str) -> tuple[int, str, str]:
    prefix = build.built()
    assert prefix
    program = wine.windows_path(folder / "codecommit-doctor.exe")
    process = wine.spawn(prefix, [program, *words], clone, {"PATH": PATH})
    output, errors = process.communicate(b"", timeout=240)
    return process.returncode, output.decode("utf-8"), errors.decode("utf-8", "replace")


def test_it_needs_no_python(folder: Path, clone: Path) -> None:
    assert run(folder, clone, "--version") == (0, f"codecommit-doctor {__version__}\r\n", "")
    names = {path.name.lower() for path in folder.rglob("*")}
    assert {"python313.dll", "vcruntime140.dll", "codecommit-doctor.exe"} <= names
    assert not {name for name in names if name.startswith(("tcl", "tk8", "sqlite"))}
    services = {p.name for p in folder.glob("_internal/botocore/data/*") if p.is_dir()}
    assert {"codecommit", "iam", "sts"} <= services < {*services, "ec2"}
    assert sum(p.stat().st_size for p in folder.rglob("*")) < 40e6


def test_it_examines_a_clone(folder: Path, clone: Path) -> None:
    code, told, errors = run(folder, clone, URL, "--offline", "--format", "json")
    assert code == 1, errors
    report = json.loads(told)
    VALIDATOR.validate(report)
    assert report["machine"]["system"] == "Windows"
    (target,) = report["targets"]
    failed = {r["id"] for r in target["results"] if r["status"] == "fail"}
    assert "use-http-path" in failed, target["verdict"]


def test_git_finds_it_by_its_second_name(folder: Path) -> None:
    script = (folder / "git-codecommit-doctor").read_bytes()
    assert script.startswith(b"#!/bin/sh\n")
    assert b"codecommit-doctor.exe" in script


def test_what_is_bundled_is_licensed(folder: Path) -> None:
    head = (folder / "THIRD-PARTY-LICENSES.txt").read_text("utf-8").split("=" * 72)[0]
    for name in ("Python 3.13", "OpenSSL 3", "PyInstaller", "pydantic_core", "zlib", "liblzma"):
        assert name in head
