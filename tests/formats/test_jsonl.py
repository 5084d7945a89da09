"""JSON Lines: flat, valid against a schema of their own, and the same however a report arrives."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from hypothesis import HealthCheck, given, settings

from codecommit_doctor.formats import render
from codecommit_doctor.reports.bundle import Member, pack
from codecommit_doctor.reports.lines import encode, lines_of, schema
from codecommit_doctor.reports.reading import admitted, parse
from codecommit_doctor.reports.report import Report
from codecommit_doctor.reports.report import encode as encode_report
from tests.conftest import HEALTHY, ROOT, Sandbox
from tests.formats import reports

SCHEMA = json.loads((ROOT / "schema" / "jsonl-1.0.json").read_text("utf-8"))
VALIDATOR = jsonschema.Draft202012Validator(SCHEMA)
EXAMPLE = encode_report(reports.example())


def valid(data: bytes | str) -> list[dict[str, Any]]:
    found = [json.loads(line) for line in data.splitlines()]
    for line in found:
        VALIDATOR.validate(line)
    return found


def test_the_schema_is_the_published_one() -> None:
    assert schema() == SCHEMA


def test_a_line_for_each_check_and_one_for_the_verdict(healthy: Sandbox, tmp_path: Path) -> None:
    healthy.write(".gitconfig", f"[credential]\n\thelper = !false\n{HEALTHY}")
    file = tmp_path / "r.json"
    words = ["--offline", "--label", "site=berlin", "--report", f"json={file}"]
    done = healthy.doctor(*words, "--format", "jsonl")
    found = valid(done.out)
    report = json.loads(file.read_bytes())
    (target,) = report["targets"]
    assert [line["check"] for line in found[:-1]] == [r["id"] for r in target["results"]]
    assert [line["line"] for line in found] == ["check"] * (len(found) - 1) + ["verdict"]
    for line in found:
        assert line["labels"] == {"site": "berlin"}
        assert line["machine"] == report["machine"]["id"]
        assert line["account"] == report["machine"]["account"]
        assert (line["target"], line["repository"]) == ("origin", "demo")
        assert line["signer"] == target["signer"]["kind"]
        assert line["created"] == report["created"]
    first, verdict = target["verdict"]["causes"][0], found[-1]
    assert (verdict["check"], verdict["code"]) == (first["check"], first["code"])
    assert (verdict["status"], verdict["summary"]) == (
        target["verdict"]["outcome"],
        target["verdict"]["summary"],
    )
    (ranked,) = [line for line in found[:-1] if line.get("rank") == 1]
    assert ranked["check"] == first["check"]
    viewed = healthy.doctor("view", "--format", "jsonl", str(file))
    assert viewed.out == done.out


@given(reports.reports)
@settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_hostile_words_make_valid_lines_and_no_others(report: Report) -> None:
    made = render(report, "jsonl")
    found = valid(made)
    assert len(found) == sum(len(target.results) + 1 for target in report.targets)
    text = made.decode()
    assert text.count("\n") == len(found)
    assert all(char == "\n" or char.isprintable() for char in text if ord(char) < 0xA0)


@given(reports.reports)
@settings(deadline=None)
def test_the_fast_way_of_reading_gives_what_the_whole_way_gives(report: Report) -> None:
    try:
        data = encode_report(report)
    except UnicodeEncodeError:
        return  # half a character, which no report holds
    assert encode(lines_of(admitted(data))) == encode(lines_of(parse(data)))


def test_a_report_of_an_old_version_has_no_pseudonym() -> None:
    old = json.loads(EXAMPLE)
    old["schema_version"] = "1.0"
    for name in ("id", "account"):
        old["machine"].pop(name, None)
    found = valid(encode(lines_of(admitted(json.dumps(old).encode()))))
    assert all("machine" not in line for line in found)


def test_words_of_later_versions_are_what_they_come_nearest_to() -> None:
    new = json.loads(EXAMPLE)
    new["targets"][0]["results"][0] |= {"status": "blocked", "id": "X;rm", "code": "$(x)/y"}
    new["targets"][0]["verdict"]["outcome"] = "splendid"
    new["machine"]["id"] = "m-'; drop table lines"
    found = valid(encode(lines_of(admitted(json.dumps(new).encode()))))
    assert (found[0]["status"], found[0]["check"]) == ("skip", "unknown-check")
    assert "code" not in found[0] and "machine" not in found[0]
    assert "blocked" in found[0]["summary"]
    last = next(line for line in found if line["line"] == "verdict")
    assert last["status"] == "unknown"


def view(*words: str | Path) -> subprocess.CompletedProcess[bytes]:
    command = [sys.executable, "-m", "codecommit_doctor", "view", *map(str, words)]
    return subprocess.run(command, capture_output=True, cwd=ROOT)


@pytest.mark.process
def test_view_turns_reports_bundles_and_folders_into_lines(tmp_path: Path) -> None:
    folder = tmp_path / "from elsewhere"
    (folder / "deeper").mkdir(parents=True)
    (folder / "a.json").write_bytes(EXAMPLE)
    (folder / "deeper" / "b.zip").write_bytes(pack([Member("report.json", "", EXAMPLE)]))
    (folder / "deeper" / "c.json").write_bytes(EXAMPLE.decode().encode("utf-16"))
    (folder / "notes.txt").write_text("no report")
    (folder / "broken.json").write_text('{"schema_version": "1.1"')
    secret = tmp_path / "secret.json"
    secret.write_bytes(EXAMPLE)
    if os.name == "posix":
        (folder / "link.json").symlink_to(secret)
        (folder / "inside.json").symlink_to(folder / "a.json")
        (folder / "root").symlink_to("/")
    done = view("--format", "jsonl", folder)
    assert done.stdout == render(reports.example(), "jsonl") * 3
    assert done.returncode == 2
    told = done.stderr.decode()
    assert "broken.json" in told and "notes.txt" not in told
    if os.name == "posix":
        assert told.count("leads out of the folder") == 2
    assert (
        view("--format", "jsonl", folder / "a.json", str(folder / "d*" / "*.json")).returncode == 0
    )


@pytest.mark.process
def test_lines_in_a_folder_are_no_reports_and_no_failure(tmp_path: Path) -> None:
    (tmp_path / "a.json").write_bytes(EXAMPLE)
    lines = render(reports.example(), "jsonl")
    (tmp_path / "b.jsonl").write_bytes(lines)
    done = view("--format", "jsonl", tmp_path)
    assert (done.returncode, done.stdout) == (0, lines)
    assert b"b.jsonl: left out" in done.stderr
    assert view("--format", "jsonl", tmp_path / "b.jsonl").returncode == 2


@pytest.mark.process
def test_view_masks_words_in_lines_too(tmp_path: Path) -> None:
    file = tmp_path / "a.json"
    file.write_bytes(EXAMPLE)
    (summary,) = {line["summary"] for line in valid(render(reports.example(), "jsonl"))[:1]}
    word = summary.split()[0]
    done = view("--format", "jsonl", "--redact", word, file)
    assert word.encode() not in b"".join(
        line.partition(b'"summary"')[2] for line in done.stdout.splitlines()
    )


@pytest.mark.process
@pytest.mark.parametrize("form", ["console", "json"])
def test_other_formats_show_one_report(tmp_path: Path, form: str) -> None:
    file = tmp_path / "a.json"
    file.write_bytes(EXAMPLE)
    done = view("--format", form, file, file)
    assert (done.returncode, b"--format jsonl for many" in done.stderr) == (2, True)
