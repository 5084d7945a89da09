"""Files from elsewhere are data: named, left out, not run, not opened; memory is bounded."""

from __future__ import annotations

import csv
import io
import json
import os
import subprocess
import sys
import zipfile
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

import html5lib
import jsonschema
import pytest

from codecommit_doctor.fleet.engine import Fleet, QueryError, machines_where
from codecommit_doctor.fleet.intake import LONGEST_LINE, take_in
from codecommit_doctor.fleet.summary import schema
from codecommit_doctor.reports.lines import encode
from codecommit_doctor.reports.report import encode as encode_report
from tests.conftest import ROOT
from tests.fleet.conftest import PATH_UNSET, ask, write
from tests.fleet.machines import report
from tests.formats import reports

pytestmark = pytest.mark.process

GOOD = encode(report("good", causes=(PATH_UNSET,)))
LINES = GOOD.count(b"\n")
DEEP = 1_000_000
EVIL = "\x1b[2J\u202e<script>alert(1)</script>'); drop table raw_lines; --|`x`\n=cmd()"


@cache
def bomb() -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as made:
        made.writestr("report.json", b" " * 200_000_000)
    return file.getvalue()


HOSTILE: dict[str, bytes | Callable[[], bytes]] = {
    "deep-list.json": b"[" * DEEP,
    "deep-report.json": b'{"schema_version":"1.1","a":' + b"[" * DEEP,
    "deep.jsonl": b"[" * DEEP + b"\n",
    "deep-short.jsonl": b'{"labels":' * 20_000 + b"\n",
    "bomb.zip": bomb,
    "cut.zip": lambda: bomb()[:-30],
    "empty.json": b"",
    "blank.jsonl": b" \n\n",
    "binary.json": bytes(range(256)) * 64,
    "parquet.parquet": b"PAR1" + b"\xff" * 64 + b"PAR1",
    "text.parquet": b"hello",
    "array.jsonl": b"[1]\n2\nnull\n",
    "odd-types.jsonl": b'{"line":{"a":1},"report":[1],"created":7,"status":{},"rank":"x"}\n',
    "half-utf16.json": encode_report(reports.example()).decode().encode("utf-16")[:-1],
    "wrong-words.jsonl": GOOD.replace(b'"line":"check"', b'"line":"cheque"').replace(
        b'"line":"verdict"', b'"line":"sentence"'
    ),
    "bad-time.jsonl": GOOD.replace(b"2026-11-20T10:00:00Z", b"2026-11-20 10:00:00Z"),
    "bad-name.jsonl": GOOD.replace(b'"machine":"m-', b'"machine":"x-'),
    "latin-1.jsonl": GOOD.replace(b"Git was tried", b"\xe9\xff").replace(b"looked at", b"\xe9"),
}


def hostile(name: str) -> bytes:
    made = HOSTILE[name]
    return made() if callable(made) else made


def left_out(found: Any) -> dict[str, str]:
    return {Path(entry["file"]).name: entry["reason"] for entry in found["left_out"]}


def test_each_is_named_and_left_out_and_the_good_one_counts(tmp_path: Path) -> None:
    for name in HOSTILE:
        (tmp_path / name).write_bytes(hostile(name))
    (tmp_path / "good.jsonl").write_bytes(GOOD)
    done = ask(tmp_path, "--format", "json")
    assert done.code == 0
    assert (done.json["machines"], done.json["ill"]) == (1, 1)
    assert set(left_out(done.json)) == set(HOSTILE)
    assert all(left_out(done.json).values())


@pytest.mark.parametrize("name", sorted(HOSTILE))
def test_alone_it_is_nothing_to_read(tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_bytes(hostile(name))
    done = ask(tmp_path, "--sql", "select count(*) as n from lines")
    assert name in done.err
    assert done.code == 2 and done.out.split() == ["n", "0"]


def test_bad_lines_among_good_ones_are_counted(tmp_path: Path) -> None:
    (tmp_path / "a.jsonl").write_bytes(b"garbage\n" + GOOD + b'{"cut":\n' + GOOD[:-20])
    found = ask(tmp_path, "--format", "json").json
    assert found["machines"] == 1
    assert "lines are not in our format" in left_out(found)["a.jsonl"]


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-8-sig", "utf-32"])
def test_lines_in_the_encodings_of_shells_are_read(tmp_path: Path, encoding: str) -> None:
    text = GOOD.decode().replace("\n", "\r\n")
    (tmp_path / "a.jsonl").write_bytes(text.encode(encoding))
    done = ask(tmp_path, "--sql", "select count(*) as n from lines")
    assert done.out.split() == ["n", str(LINES)]


@pytest.mark.skipif(sys.platform != "linux", reason="limits of memory as Linux keeps them")
def test_a_line_of_a_gigabyte_takes_no_memory(tmp_path: Path) -> None:
    with (tmp_path / "huge.jsonl").open("wb") as file:
        file.truncate(1_000_000_000)  # zeros that take no room on the disk
        file.seek(0, os.SEEK_END)
        file.write(b"\n" + GOOD)
    (tmp_path / "long.jsonl").write_bytes(b'"' + b"x" * (LONGEST_LINE * 2) + b'"\n' + GOOD)
    script = (
        "import resource, subprocess, sys\n"
        "done = subprocess.run([sys.executable, '-m', 'codecommit_doctor', 'fleet',"
        " '--format', 'json', sys.argv[1]], capture_output=True)\n"
        "print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss, done.stdout.decode())"
    )
    words = [sys.executable, "-c", script, str(tmp_path)]
    done = subprocess.run(words, capture_output=True, check=True, cwd=ROOT)
    kilobytes, _, out = done.stdout.decode().partition(" ")
    assert int(kilobytes) < 300_000
    found = json.loads(out)
    assert (found["machines"], found["reports"]) == (1, 1)
    assert set(left_out(found)) == {"huge.jsonl", "long.jsonl"}


@pytest.mark.skipif(os.name != "posix", reason="links and pipes as POSIX has them")
def test_links_lead_nowhere_and_pipes_are_not_waited_for(tmp_path: Path) -> None:
    folder, outside = tmp_path / "folder", tmp_path / "outside"
    write(folder / "good.jsonl", report("good"))
    write(outside / "secret.jsonl", report("secret", causes=(PATH_UNSET,)))
    (folder / "file.jsonl").symlink_to(outside / "secret.jsonl")
    (folder / "deeper").symlink_to(outside)
    (folder / "round").symlink_to(folder)
    (folder / "dangling.json").symlink_to(tmp_path / "absent")
    os.mkfifo(folder / "pipe.json")
    found = ask(folder, "--format", "json").json
    assert (found["machines"], found["ill"]) == (1, 0)
    assert set(left_out(found)) == {"file.jsonl", "deeper", "dangling.json", "pipe.json"}


@pytest.mark.skipif(os.name != "posix", reason="names that Windows has not")
@pytest.mark.parametrize("name", ["a[1]*?.jsonl", "a'; drop table x; --.jsonl", "\x1b[31m.jsonl"])
def test_names_of_files_are_data(tmp_path: Path, name: str) -> None:
    write(tmp_path / name, report("good"))
    with (tmp_path / name).open("ab") as file:
        file.write(b"bad line\n")
    done = ask(tmp_path)
    assert "of 1 machine" in done.out and "\x1b" not in done.out
    assert "Could not be read" in done.out


def evil(folder: Path) -> Path:
    labels = {EVIL: EVIL, "a": EVIL}
    names: dict[str, Any] = {
        "target": EVIL,
        "repository": EVIL,
        "system": EVIL,
        "tool_version": EVIL,
    }
    file = folder / "evil.jsonl"
    file.write_bytes(
        encode(report("a", causes=(PATH_UNSET,), labels=labels, **names)).replace(
            b"Git was tried", json.dumps(EVIL)[1:-1].encode()
        )
    )
    return file


@pytest.mark.parametrize("form", ["console", "markdown", "html", "csv", "json"])
@pytest.mark.parametrize("question", [[], ["--where", "true"], ["--sql", "select * from lines"]])
def test_texts_are_shown_and_do_nothing(tmp_path: Path, form: str, question: list[str]) -> None:
    done = ask(evil(tmp_path), "--format", form, *question)
    assert done.code == 0, done.err
    assert "\x1b" not in done.out and "\u202e" not in done.out
    if form == "html":
        page = html5lib.HTMLParser(strict=True, namespaceHTMLElements=False).parse(done.out)
        assert not page.findall(".//script")
        assert "alert(1)" in "".join(page.itertext())
    elif form == "markdown":
        assert "<script>" not in done.out.replace("\\<", "")
    elif form == "csv":
        cells = [cell for row in csv.reader(io.StringIO(done.out)) for cell in row]
        assert not any(cell.startswith(("=", "@", "\t")) for cell in cells)
        assert any("drop table" in cell for cell in cells)


def test_labels_of_any_kind_and_number_leave_the_summary_small(tmp_path: Path) -> None:
    many = {f"key-{number}": "x" for number in range(3_000)}
    odd = GOOD.replace(b'"system"', b'"labels":{"a":null,"b":[1],"c":{}},"system"')
    (tmp_path / "odd.jsonl").write_bytes(odd)
    write(tmp_path / "many.jsonl", report("many", labels=many, system="x" * 50_000))
    done = ask(tmp_path, "--format", "json")
    jsonschema.Draft202012Validator(schema()).validate(done.json)
    assert done.json["machines"] == 2
    assert len(done.out) < 60_000
    assert max(len(group["name"]) for group in done.json["groups"]) == 10_000


def test_a_spreadsheet_gets_no_formula(tmp_path: Path) -> None:
    write(tmp_path / "a.jsonl", report("a", system="=HYPERLINK(1)", repository="+1", target="@x"))
    (row,) = csv.DictReader(ask(tmp_path, "--format", "csv").out.splitlines())
    assert (row["system"], row["repository"], row["target"]) == ("'=HYPERLINK(1)", "'+1", "'@x")


REACHING_OUT = [
    "select * from read_text('{file}')",
    "select * from '{file}'",
    "select * from read_csv('{file}')",
    "select * from read_json('{file}')",
    "select * from read_blob('{file}')",
    "select * from parquet_metadata('{file}')",
    "select * from glob('{folder}/*')",
    "select * from sniff_csv('{file}')",
    "select * from read_csv('https://127.0.0.1:9/x')",
    "select * from query('select * from read_text(''{file}'')')",
    "with a as (select * from read_text('{file}')) select * from a",
    "select getenv('HOME')",
    "copy raw_lines to '{folder}/x.csv'",
    "copy (select 1) to '{folder}/x.csv'",
    "export database '{folder}/x'",
    "attach '{folder}/x.db'",
    "install httpfs",
    "load httpfs",
    "load '{file}'",
    "set enable_external_access = true",
    "set lock_configuration = false",
    "set memory_limit = '1TB'",
    "set temp_directory = '{folder}'",
    "pragma enable_profiling",
    "drop table raw_lines",
    "delete from raw_lines",
    "insert into raw_lines select * from raw_lines",
    "update raw_lines set status = 'pass'",
    "create table x as select 1",
    "create macro f() as 1",
    "call pragma_version()",
    "select 1; select * from read_text('{file}')",
    "select 1) to '{folder}/x.csv' (format csv); --",
    "explain analyze select 1",
    "begin",
    "",
    "--",
]


@pytest.fixture
def loaded(tmp_path: Path) -> Fleet:
    own = tmp_path / "own"
    own.mkdir()
    fleet = Fleet(own, everything=True)
    fleet.load(take_in([write(tmp_path / "a.jsonl", report("a"))], own, everything=True))
    fleet.close(output=own / "answer.parquet")
    return fleet


def test_a_question_reaches_no_file_and_changes_nothing(loaded: Fleet, tmp_path: Path) -> None:
    folder = tmp_path / "untouched"
    folder.mkdir()
    file = folder / "secret.csv"
    file.write_text("top secret\n")
    before = loaded.ask("select * from lines order by all")
    for text in REACHING_OUT:
        question = text.format(file=file, folder=folder)
        conditions = [f"machine in ({question})"] if text.strip("-") else []
        for asked in (question, *map(machines_where, conditions)):
            with pytest.raises(QueryError):
                loaded.ask(asked)
            with pytest.raises(QueryError):
                loaded.save(asked, tmp_path / "own" / "answer.parquet")
    assert loaded.ask("select * from lines order by all") == before
    assert [path.name for path in folder.iterdir()] == ["secret.csv"]


@pytest.mark.parametrize("option", ["--sql", "--where"])
@pytest.mark.parametrize("form", ["json", "parquet"])
def test_the_command_line_refuses_such_questions(tmp_path: Path, option: str, form: str) -> None:
    secret = tmp_path / "secret.csv"
    secret.write_text("top secret\n")
    good = write(tmp_path / "a.jsonl", report("a"))
    question = f"select * from read_text('{secret}')"
    asked = f"machine in ({question})" if option == "--where" else question
    done = ask(good, option, asked, "--format", form)
    assert (done.code, done.out) == (2, "")
    assert "top secret" not in done.err


def test_a_variable_of_the_program_is_no_table(tmp_path: Path) -> None:
    good = write(tmp_path / "a.jsonl", report("a"))
    for name in ("paths", "left_out", "table", "question", "names"):
        assert ask(good, "--sql", f"select * from {name}").code == 2
