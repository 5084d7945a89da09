"""What is counted over many machines, from files of every kind."""

from __future__ import annotations

import csv
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import duckdb
import html5lib
import jsonschema
import pytest

from codecommit_doctor.cli.progress import StatusLine
from codecommit_doctor.fleet.summary import schema
from codecommit_doctor.reports.bundle import Member, pack
from codecommit_doctor.reports.report import encode as encode_report
from codecommit_doctor.rules.pseudonym import machine_pseudonym
from tests.conftest import HEALTHY, ROOT, Sandbox
from tests.fleet.conftest import PATH_UNSET, SHADOWED, ask, write
from tests.fleet.machines import report
from tests.formats import reports

pytestmark = pytest.mark.process

SCHEMA = json.loads((ROOT / "schema" / "fleet-1.0.json").read_text("utf-8"))

SVG = "{http://www.w3.org/2000/svg}"


def summary(*words: str | Path) -> Any:
    done = ask("--format", "json", *words)
    assert done.code == 0, done.err
    jsonschema.Draft202012Validator(SCHEMA).validate(done.json)
    return done.json


def counts(found: list[dict[str, Any]], *names: str) -> list[tuple[Any, ...]]:
    return [tuple(item[name] for name in names) for item in found]


def test_the_schema_is_the_published_one() -> None:
    assert schema() == SCHEMA


def test_the_newest_report_of_each_machine_and_account_counts(fleet: Path) -> None:
    found = summary(fleet)
    assert (found["machines"], found["ill"], found["reports"]) == (6, 5, 7)
    assert (found["first_day"], found["last_day"]) == ("2026-11-10", "2026-11-20")
    assert counts(found["causes"], "cause", "machines", "share", "further") == [
        (PATH_UNSET, 3, 0.5, 0),
        (SHADOWED, 2, 0.3333, 1),
    ]
    assert counts(found["outcomes"], "outcome", "machines") == [("failed", 5), ("works", 2)]
    assert counts(found["days"], "day", "machines", "ill") == [
        ("2026-11-10", 3, 3),
        ("2026-11-20", 5, 4),
    ]
    assert found["changes"] is None and found["never_reported"] is None
    assert found["causes"][0]["meaning"].startswith("UseHttpPath")


def test_groups_are_systems_versions_accounts_and_labels(fleet: Path) -> None:
    groups = {(g["kind"], g["name"]): g for g in summary(fleet)["groups"]}
    assert set(groups) == {
        *(("system", "Linux"), ("system", "Windows"), ("tool version", "1.0.0")),
        *(("tool version", "2.0.0"), ("account", "user"), ("label host", "a.corp")),
        *(("label site", "x"), ("label site", "y")),
    }
    assert (groups["label site", "x"]["machines"], groups["label site", "x"]["ill"]) == (2, 2)
    assert groups["label site", "y"]["causes"] == [{"cause": SHADOWED, "machines": 1, "share": 0.5}]


def test_a_day_parts_what_is_new_from_what_was(fleet: Path) -> None:
    found = summary("--since", "2026-11-15", fleet)
    assert found["machines"] == 5
    assert counts(found["changes"], "change", "cause", "machines") == [
        ("new", SHADOWED, 1),
        ("new machine", PATH_UNSET, 2),
        ("new machine", SHADOWED, 1),
        ("not seen again", PATH_UNSET, 1),
        ("vanished", SHADOWED, 1),
        ("vanished", PATH_UNSET, 1),
    ]


def test_a_second_folder_is_compared_with(tmp_path: Path) -> None:
    now = write(tmp_path / "now" / "a.jsonl", report("a"), report("b", causes=(SHADOWED,)))
    before = write(tmp_path / "before" / "a.jsonl", report("a", causes=(PATH_UNSET,)), report("c"))
    found = summary(now.parent, "--against", before.parent)
    assert found["machines"] == 2
    assert counts(found["changes"], "change", "cause", "machines") == [
        ("new machine", SHADOWED, 1),
        ("vanished", PATH_UNSET, 1),
    ]


def test_machines_that_never_reported_are_named(fleet: Path, tmp_path: Path) -> None:
    names = tmp_path / "names.txt"
    names.write_bytes("# ours\nA.corp\nB\nc.corp\nzebra\n\nzebra\n".encode("utf-16"))
    assert summary(fleet, "--expect", names)["never_reported"] == ["zebra"]
    assert summary(fleet, "--expect", names, "--since", "2026-11-21")["never_reported"] == [
        *("A.corp", "B", "c.corp", "zebra")
    ]


def test_the_label_host_names_a_machine(tmp_path: Path) -> None:
    clones = [
        report("clone", labels={"host": "one"}, causes=(PATH_UNSET,)),
        report("clone", labels={"host": "two"}, causes=(SHADOWED,)),
        report("clone", labels={"host": ""}),
        report("clone", day="2026-11-21", labels={"site": "x"}),
    ]
    found = summary(write(tmp_path / "a.jsonl", *clones))
    assert (found["machines"], found["ill"]) == (3, 2)


@pytest.mark.parametrize("condition", [f"cause = '{PATH_UNSET}'", "system = 'Windows' -- x"])
def test_machines_are_listed(fleet: Path, condition: str) -> None:
    done = ask(fleet, "--where", condition, "--format", "json")
    b, f = map(machine_pseudonym, "bf")
    assert {row["machine"] for row in done.json} == (
        {"a.corp", b, f} if "cause" in condition else {b}
    )


def test_a_question_of_ones_own(fleet: Path) -> None:
    done = ask(fleet, "--sql", "select count(*) as n from lines where status = 'pass'")
    assert done.out.split() == ["n", "28"]
    assert ask(fleet, "--sql", "from causes select cause order by 1").out.split() == [
        *("cause", SHADOWED, PATH_UNSET)
    ]


def test_every_kind_of_file_gives_the_same(healthy: Sandbox, tmp_path: Path) -> None:
    healthy.write(".gitconfig", f"[credential]\n\thelper = !false\n{HEALTHY}")
    folder = tmp_path / "all"
    files = {name: folder / name for name in ("r.json", "l.jsonl", "b.zip", "p.parquet", "stdout")}
    folder.mkdir()
    words = [f"{form}={files[name]}" for form, name in (("json", "r.json"), ("jsonl", "l.jsonl"))]
    healthy.doctor("--offline", "--label", "a=b", *(w for x in words for w in ("--report", x)))
    files["b.zip"].write_bytes(pack([Member("report.json", "", files["r.json"].read_bytes())]))
    files["stdout"].write_bytes(files["l.jsonl"].read_text("utf-8").encode("utf-16"))
    lines = "select * exclude part from lines"
    done = ask(
        files["r.json"], "--sql", lines, "--format", "parquet", "--output", files["p.parquet"]
    )
    assert done.code == 0, done.err
    wanted = ask(files["r.json"], "--sql", f"{lines} order by all", "--format", "json").json
    assert len(wanted) > 25
    for file in files.values():
        assert ask(file, "--sql", f"{lines} order by all", "--format", "json").json == wanted
    everything = summary(folder)
    assert (everything["reports"], everything["machines"], everything["ill"]) == (1, 1, 1)
    assert everything["left_out"] == []
    assert everything["files"] == 5
    assert summary(tmp_path / "a*" / "*.json*")["files"] == 2


def test_reports_of_every_schema_version_are_read(tmp_path: Path) -> None:
    old = json.loads(encode_report(reports.example()))
    for number, version in enumerate(["1.0", "1.1", "1.99", "2.0"]):
        old["schema_version"], old["created"] = version, f"2026-11-0{number + 1}T00:00:00Z"
        (tmp_path / f"{number}.json").write_text(json.dumps(old), "utf-8")
    found = summary(tmp_path)
    assert (found["reports"], found["machines"]) == (3, 3)
    assert "schema version 2.0" in found["left_out"][0]["reason"]


@pytest.mark.parametrize("form", ["console", "markdown", "html"])
def test_people_read_the_same_numbers(fleet: Path, form: str) -> None:
    done = ask(fleet, "--format", form, "--since", "2026-11-15")
    for text in ("4 of 5 machines", PATH_UNSET, SHADOWED, "Windows", "not seen again"):
        assert text in done.out.replace("\\", "")


def test_the_page_has_plots_and_no_script(fleet: Path) -> None:
    page = html5lib.HTMLParser(strict=True, namespaceHTMLElements=False).parse(
        ask(fleet, "--format", "html").out
    )
    assert len(page.findall(f".//{SVG}rect")) == 2
    assert len(page.findall(f".//{SVG}polyline")) == 1
    assert not page.findall(".//script")
    (policy,) = [m.get("content") for m in page.iter("meta") if m.get("http-equiv")]
    assert "default-src 'none'" in policy and "script-src" not in policy


def test_tables_for_programs_list_the_machines(fleet: Path, tmp_path: Path) -> None:
    rows = list(csv.DictReader(ask(fleet, "--format", "csv").out.splitlines()))
    assert {row["machine"] for row in rows} == {"a.corp", *map(machine_pseudonym, "bcdef")}
    file = tmp_path / "it's.parquet"
    assert ask(fleet, "--format", "parquet", "--output", file).code == 0
    assert len(duckdb.read_parquet(str(file)).fetchall()) == len(rows) == 7


def test_without_duckdb_it_says_how_to_get_it(fleet: Path) -> None:
    start = (
        "import sys; sys.modules['duckdb'] = None; from codecommit_doctor.cli import main; main()"
    )
    words = [sys.executable, "-c", start, "fleet", str(fleet)]
    done = subprocess.run(words, capture_output=True, text=True, cwd=ROOT)
    assert done.returncode == 2
    assert "codecommit-doctor[fleet]" in done.stderr


def test_progress_is_for_terminals_and_for_work_that_takes_long(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.delenv("CI", raising=False)
    monkeypatch.setattr("sys.stderr.isatty", lambda: True)
    with StatusLine() as line:
        line.say("reading file 1")
    assert capsys.readouterr().err == ""
    with StatusLine() as line:
        line._show()
        line.say("reading file 1,000")
    told = capsys.readouterr().err
    assert "reading file 1,000" in told and told.endswith("\x1b[2K")


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["--since", "yesterday"], "wants a day"),
        (["--since", "2026-11-01", "--against", "."], "not both"),
        (["--where", "true", "--sql", "select 1"], "not both"),
        (["--where", "no_such = 1"], "no_such"),
        (["--sql", "selekt"], "answered"),
        (["--expect", "/no/such/file"], "can't be read"),
        (["--output", "/no/such/folder/x"], "can't be written"),
    ],
)
def test_wrong_usage(fleet: Path, words: list[str], told: str) -> None:
    done = ask(fleet, *words)
    assert (done.code, done.out) == (2, "")
    assert told in done.err


def test_nothing_to_read_is_told(tmp_path: Path) -> None:
    done = ask(tmp_path)
    assert (done.code, "nothing could be read" in done.err) == (2, True)
    done = ask(tmp_path / "absent")
    assert (done.code, "absent" in done.out + done.err) == (2, True)
