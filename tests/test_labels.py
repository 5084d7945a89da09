"""Labels, pseudonyms and the kind of account: what tells one report from another among many."""

from __future__ import annotations

import json
import zipfile
from pathlib import Path

import pytest

from codecommit_doctor.formats import render
from codecommit_doctor.probes.host import Host
from codecommit_doctor.probes.wanted import Wanted
from codecommit_doctor.rules.pseudonym import account_pseudonym, machine_pseudonym
from tests.conftest import SECRET_KEY, VALIDATOR, Sandbox
from tests.formats import reports


def test_labels_are_in_report_and_bundle(healthy: Sandbox, tmp_path: Path) -> None:
    healthy.git("config", "--global", "--add", "codecommit-doctor.label", "site=berlin")
    healthy.git("config", "--global", "--add", "codecommit-doctor.label", "team=core tools")
    expected = {"site": "berlin", "team": "core tools"}
    assert healthy.examine().report["labels"] == expected
    file = tmp_path / "b.zip"
    assert healthy.doctor("bundle", "--offline", "--yes", "--output", str(file)).code == 0
    inside = json.loads(zipfile.ZipFile(file).read("report.json"))
    VALIDATOR.validate(inside)
    assert inside["labels"] == expected
    given = healthy.examine("--label", "a=b=c", "--label", "site=").report["labels"]
    assert given == {"a": "b=c", "site": ""}
    healthy.env["CODECOMMIT_DOCTOR_LABEL"] = "x=1,y=two words"
    assert healthy.examine().report["labels"] == {"x": "1", "y": "two words"}


@pytest.mark.parametrize("key", ["code", "command", "status", "kind", "note", "text"])
def test_a_secret_in_a_label_is_masked_whatever_its_key(healthy: Sandbox, key: str) -> None:
    done = healthy.examine("--label", f"{key}={SECRET_KEY}", "--label", f"{key}2=123456789012")
    assert SECRET_KEY not in done.out
    assert done.report["labels"][f"{key}2"].endswith("9012")
    assert "123456789012" not in done.out


@pytest.mark.parametrize("text", ["x", "=x", "a b=c", f"{'a' * 64}=x", f"a={'x' * 256}", "\x1b=x"])
def test_what_is_no_label_is_wrong_usage(healthy: Sandbox, text: str) -> None:
    done = healthy.doctor("--offline", "--label", text)
    assert done.code == 2
    assert "KEY=VALUE" in done.err or "255" in done.err
    assert "\x1b" not in done.err


def test_a_machine_and_an_account_have_pseudonyms(healthy: Sandbox) -> None:
    first, second = (healthy.examine().report["machine"] for _ in range(2))
    assert first["id"] == second["id"]
    assert first["account"] == second["account"]
    assert first["id"].startswith("m-") and first["account"].startswith("a-")


def test_a_pseudonym_is_of_the_name_in_any_spelling_and_of_nothing_else() -> None:
    assert machine_pseudonym("Build1.Corp. ") == machine_pseudonym("build1.corp")
    assert machine_pseudonym("BOX") == machine_pseudonym("box")
    assert machine_pseudonym("build1") != machine_pseudonym("build2")
    assert account_pseudonym("build1", "me") != account_pseudonym("build2", "me")
    assert account_pseudonym("build1", "me") != account_pseudonym("build1", "you")
    assert "build1" not in machine_pseudonym("build1")


def test_pseudonyms_stay_the_same_from_version_to_version() -> None:
    """So that old reports can still be held against a list of names."""
    for name in ("host.example", " Host.EXAMPLE. "):
        assert machine_pseudonym(name) == "m-3f184f9904a44b6b"
    for name in ("Host", "host."):
        assert account_pseudonym(name, " Ana ") == "a-95c6819bc8170130"


@pytest.mark.parametrize("variable", ["SUDO_USER", "INVOCATION_ID", "AWS_SSM_INSTANCE_ID"])
def test_root_who_looks_for_somebody_says_so(
    monkeypatch: pytest.MonkeyPatch, variable: str
) -> None:
    monkeypatch.setattr(Host, "account_kind", "root")
    monkeypatch.setenv(variable, "x")
    assert "root's configuration, not yours" in Host(Wanted()).described()["note"]


def test_a_service_of_windows_says_so_and_a_user_says_nothing(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(Host, "account_kind", "system")
    assert "not yours" in Host(Wanted()).described()["note"]
    monkeypatch.setattr(Host, "account_kind", "user")
    assert "note" not in Host(Wanted()).described()


def test_the_note_is_shown() -> None:
    report = reports.example()
    report.machine["note"] = "this is root's configuration, not yours"
    for form in ("console", "markdown", "html"):
        assert "configuration, not yours" in render(report, form).decode()
