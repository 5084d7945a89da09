"""The files of a release: the same bytes again, listed, signed, and known part by part."""

from __future__ import annotations

import hashlib
import json
import os
import re
import subprocess
from pathlib import Path

import pytest
from cyclonedx.schema import SchemaVersion
from cyclonedx.validation.json import JsonStrictValidator

from codecommit_doctor import __version__
from tests.release.conftest import Release
from tools.release import notes, python_packages, sums
from tools.release.lock import locked
from tools.release.source import take


def test_two_builds_are_equal(release: Release, tmp_path: Path) -> None:
    """In another folder, at another time, with another umask, from files with other dates."""
    before = os.umask(0o077)
    try:
        source = take(tmp_path / "elsewhere" / "deep" / "source")
        for path in source.folder.rglob("*.py"):
            os.utime(path, (1e9, 1e9))
        (tmp_path / "dist").mkdir()
        again = python_packages.build(source, tmp_path / "dist")
    finally:
        os.umask(before)
    for file in again:
        first = release.dist / file.name
        assert (
            hashlib.sha256(file.read_bytes()).digest()
            == hashlib.sha256(first.read_bytes()).digest()
        ), file.name


def test_sums_and_signature_are_verified_with_the_usual_programs(
    release: Release, tmp_path: Path
) -> None:
    check = ["sha256sum", "--strict", "--check", sums.SUMS]
    told = subprocess.run(check, cwd=release.dist, check=True, capture_output=True, text=True)
    named = {line.split(": ")[0] for line in told.stdout.splitlines()}
    signed = release.dist / f"{sums.SUMS}.sig"
    assert named == {p.name for p in release.dist.iterdir()} - {sums.SUMS, signed.name}
    public = release.key.with_name(f"{release.key.name}.pub").read_text("utf-8")
    (tmp_path / "allowed").write_text(f"release {public}", "utf-8")
    assert verify(release.dist / sums.SUMS, signed, tmp_path) == 0
    (tmp_path / "changed").write_text((release.dist / sums.SUMS).read_text("utf-8") + "x", "utf-8")
    assert verify(tmp_path / "changed", signed, tmp_path) != 0


def verify(file: Path, signature: Path, folder: Path) -> int:
    words = ("-Y", "verify", "-f", folder / "allowed", "-I", "release", "-n", sums.NAMESPACE)
    with file.open("rb") as stream:
        command = ["ssh-keygen", *map(str, words), "-s", str(signature)]
        return subprocess.run(command, stdin=stream, capture_output=True).returncode


def test_gnupg_signs_too(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    home = tmp_path / "gnupg"
    home.mkdir(mode=0o700)
    monkeypatch.setenv("GNUPGHOME", str(home))
    quick = ("--batch", "--passphrase", "", "--quick-generate-key", "throw-away@example.com")
    subprocess.run(["gpg", *quick], check=True, capture_output=True)
    (tmp_path / "file").write_text("something", "utf-8")
    signature = sums.sign(sums.write(tmp_path), "throw-away@example.com")
    words = ["gpg", "--batch", "--verify", str(signature), str(tmp_path / sums.SUMS)]
    assert subprocess.run(words, capture_output=True).returncode == 0
    subprocess.run(["gpgconf", "--kill", "all"], check=True)


def test_the_bill_of_materials_names_all_that_is_bundled(release: Release) -> None:
    text = release.file("*.cdx.json").read_text("utf-8")
    assert JsonStrictValidator(SchemaVersion.V1_6).validate_str(text) is None
    bill = json.loads(text)
    assert bill["metadata"]["component"]["name"] == "codecommit-doctor"
    assert bill["metadata"]["component"]["version"] == __version__
    named = {part["name"].lower().replace("_", "-") for part in bill["components"]}
    windows_only = {"colorama"}
    assert {entry.requirement.name for entry in locked()} - windows_only <= named
    assert {"python", "libssl3"} <= named
    assert [part["name"] for part in bill["components"] if not part.get("licenses")] == []
    needed = {e["ref"]: e.get("dependsOn", []) for e in bill["dependencies"]}
    own = needed[bill["metadata"]["component"]["bom-ref"]]
    assert any(ref.startswith(("boto3", "pkg:pypi/boto3")) for ref in own)


def test_every_part_has_a_licence_with_its_words(release: Release) -> None:
    text = release.file("THIRD-PARTY-LICENSES.txt").read_text("utf-8")
    head, *texts = re.split(r"^={72}\n", text, flags=re.M)
    rows = [re.split(r"\s{2,}", line) for line in head.split("\n\n")[1].splitlines()]
    assert len(rows) == len(texts) > 25
    for (name, license), words in zip(rows, texts, strict=True):
        assert words.startswith(f"{name}\n")
        assert license, name
        assert len(words) > 400, f"{name}: no text of its licence"
        copyleft = re.search(r"\bA?GPL", license) and "exception" not in license
        assert not copyleft, f"{name}: {license}"


CHANGES = """\
# Changelog

## [Unreleased]
### Added
- Something.

## [1.1.0] - 2026-02-03
### Fixed
- A cause.

## [1.0.0] - 2026-01-02
First release.

[1.0.0]: https://example.com/1.0.0
"""


def test_notes_are_the_versions_section() -> None:
    assert notes.section(CHANGES, "1.1.0") == "### Fixed\n- A cause.\n"
    assert notes.section(CHANGES, "1.0.0") == "First release.\n"
    assert notes.section(CHANGES, "Unreleased") == "### Added\n- Something.\n"
    with pytest.raises(notes.NoSection, match=r"2\.0\.0"):
        notes.section(CHANGES, "2.0.0")


def test_one_place_states_the_version(release: Release) -> None:
    words = ["dpkg-deb", "--field", str(release.file("*.deb")), "Version"]
    told = subprocess.run(words, check=True, capture_output=True, text=True).stdout
    assert told.strip() == __version__
    for path in release.dist.iterdir():
        assert __version__ in path.name or not re.search(r"\d\.\d", path.name)
    notes_of_it = release.file("RELEASE-NOTES.md").read_text("utf-8")
    changes = (Path(__file__).parent.parent.parent / "CHANGELOG.md").read_text("utf-8")
    assert notes_of_it.strip() in changes
