"""One reader for every command that takes a report: it reads and refuses alike for each."""

from __future__ import annotations

import json
import zipfile
from collections.abc import Callable
from io import BytesIO
from pathlib import Path

import pytest

from codecommit_doctor.reports.bundle import Member, pack
from codecommit_doctor.reports.reading import LARGEST, NotAReport, parse, read
from codecommit_doctor.reports.report import encode
from tests.conftest import Sandbox
from tests.formats import reports

REPORT = encode(reports.example())
TEXT = REPORT.decode()
BUNDLE = pack([Member("report.json", "", REPORT)])
OLD = json.dumps({**json.loads(TEXT), "schema_version": "1.0", "labels": {}}).encode()

Words = Callable[[str, str], tuple[str, ...]]
"""A command line, made from a foreign file and a good report."""

COMMANDS: dict[str, Words] = {
    "view": lambda file, good: ("view", file),
    "compare, first": lambda file, good: ("compare", file, good),
    "compare, second": lambda file, good: ("compare", good, file),
    "--baseline": lambda file, good: ("--offline", "--only", "git-version", "--baseline", file),
}

ENCODINGS = {
    "Out-File -Encoding utf8": "utf-8-sig",
    "> of Windows PowerShell": "utf-16",
    "cmd /u": "utf-16-le",
    "Out-File -Encoding bigendianunicode": "utf-16-be",
    "Out-File -Encoding utf32": "utf-32",
    "utf-32-be": "utf-32-be",
}

READABLE = {
    "report": REPORT,
    "bundle": BUNDLE,
    "report of schema 1.0": OLD,
    "CR LF": TEXT.replace("\n", "\r\n").encode("utf-16"),
    "bundle of UTF-16": pack([Member("report.json", "", TEXT.encode("utf-16"))]),
    **{name: TEXT.encode(encoding) for name, encoding in ENCODINGS.items()},
}


def zipped(data: bytes) -> bytes:
    file = BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as made:
        made.writestr("report.json", data)
    return file.getvalue()


def mistyped(value: object) -> bytes:
    """The example, the first text of each of its results being something else."""
    plain = json.loads(TEXT)
    for result in plain["targets"][0]["results"]:
        result["summary"] = value
    return json.dumps(plain).encode()


HOSTILE = {
    "nothing": b"",
    "no JSON": b"x",
    "null": b"null",
    "another JSON": b'{"schema_version": 1}',
    "another program's": b'{"version": "2.1.0", "runs": []}',
    "a million deep": b"[" * 1_000_000,
    "a million deep, inside": b'{"schema_version": "1.1", "x": ' + b"[" * 1_000_000,
    "a million deep, UTF-16": b"\xff\xfe" + b"[\0" * 1_000_000,
    "number instead of text": mistyped(1),
    "list instead of text": mistyped([]),
    "deep instead of text": mistyped("@").replace(b'"@"', b'{"a":' * 100_000),
    "half a file": REPORT[:-100],
    "half a character, UTF-16": TEXT.encode("utf-16")[:-1],
    "only a mark": b"\xff\xfe",
    "Latin-1": TEXT.replace("store", "störe").encode("latin-1"),
    "next schema": TEXT.replace('"1.1"', '"2.0"').encode(),
    "zip bomb": zipped(bytes(60 << 20)),
    "zip of nonsense": zipped(b"[" * 1_000_000),
    "half a zip": BUNDLE[:-50],
    "bundle in a bundle": zipped(BUNDLE),
    "a great many quotes": b'{"schema_version": "1.1", "x": [' + b'"",' * 3_000_000,
}


@pytest.mark.parametrize("name", READABLE)
def test_the_same_report_in_every_file(tmp_path: Path, name: str) -> None:
    (tmp_path / "file").write_bytes(READABLE[name])
    assert read(tmp_path / "file").report == reports.example()


@pytest.mark.parametrize("name", HOSTILE)
def test_what_is_no_report_is_refused_in_one_line(tmp_path: Path, name: str) -> None:
    (tmp_path / "file").write_bytes(HOSTILE[name])
    with pytest.raises(NotAReport) as refused:
        read(tmp_path / "file")
    assert str(refused.value).startswith(("it is ", "it has ", "it holds ", "it would "))
    assert len(str(refused.value).splitlines()) == 1
    assert len(str(refused.value)) < 500


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_reads_each_kind(sandbox: Sandbox, tmp_path: Path, command: str) -> None:
    file, good = tmp_path / "file", tmp_path / "good"
    good.write_bytes(REPORT)
    for name in ("bundle", "report of schema 1.0", "> of Windows PowerShell"):
        file.write_bytes(READABLE[name])
        done = sandbox.doctor(*COMMANDS[command](str(file), str(good)))
        assert done.code == 0, (name, done.err)


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_refuses_alike(sandbox: Sandbox, tmp_path: Path, command: str) -> None:
    file, good = tmp_path / "file", tmp_path / "good"
    good.write_bytes(REPORT)
    role = "baseline " if command == "--baseline" else ""
    for name in ("a million deep, inside", "list instead of text", "zip bomb", "next schema"):
        file.write_bytes(HOSTILE[name])
        with pytest.raises(NotAReport) as reason:
            read(file)
        done = sandbox.doctor(*COMMANDS[command](str(file), str(good)))
        assert (done.code, done.out) == (2, ""), name
        assert done.err == f"codecommit-doctor: {role}{file}: {reason.value}\n"


@pytest.mark.parametrize("command", COMMANDS)
def test_files_that_can_not_be_opened(sandbox: Sandbox, tmp_path: Path, command: str) -> None:
    good = tmp_path / "good"
    good.write_bytes(REPORT)
    for file in (tmp_path, tmp_path / "none", tmp_path / ("x" * 300)):
        done = sandbox.doctor(*COMMANDS[command](str(file), str(good)))
        assert (done.code, done.out) == (2, "")
        assert "can't be read" in done.err
        assert len(done.err.splitlines()) == 1


def test_a_name_that_no_file_can_have() -> None:
    with pytest.raises(NotAReport, match="can't be read"):
        read(Path("a\0b"))


def test_a_file_as_large_as_may_be_is_read(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(REPORT + b" " * (LARGEST - len(REPORT)))
    assert read(tmp_path / "file").report == reports.example()


def test_a_baseline_from_a_changed_bundle_is_told(sandbox: Sandbox, tmp_path: Path) -> None:
    file = tmp_path / "b.zip"
    file.write_bytes(zipped(REPORT))
    done = sandbox.doctor(*COMMANDS["--baseline"](str(file), ""))
    assert done.code == 0
    assert f"warning: baseline {file}: the bundle has no manifest" in done.err


def test_every_field_of_the_schema_is_read() -> None:
    """A field that is added to the report needs no word in the reader."""
    report = reports.example()
    report.labels = {"room": "4"}
    report.fix_command = "codecommit-doctor --fix"
    report.targets[0].verdict.forward = "please"
    report.targets[0].left_out = ["credential.helper=x"]
    assert parse(encode(report)) == report
