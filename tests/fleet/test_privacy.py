"""No secret in lines, and none in any answer of the fleet command."""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory

from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from codecommit_doctor.fleet import show
from codecommit_doctor.fleet.engine import Fleet, machines_where
from codecommit_doctor.fleet.intake import take_in
from codecommit_doctor.fleet.page import page_of_parts, page_of_summary
from codecommit_doctor.fleet.summary import summarize
from codecommit_doctor.formats import render
from codecommit_doctor.reports.building import build
from codecommit_doctor.reports.report import encode
from tests.test_redaction_everywhere import (
    Knowing,
    Secrets,
    at_home,
    leaks,
    phrases,
    pure,
    secrets,
    section,
)

__all__ = ["at_home"]

EVERYTHING = "select * from lines"


def answers(folder: Path) -> list[bytes]:
    """All that the command can say of the reports in a folder."""
    with TemporaryDirectory() as own:
        fleet = Fleet(Path(own), everything=True)
        found = take_in([folder], Path(own), everything=True)
        left_out = [*found.left_out, *fleet.load(found)]
        saved = Path(own) / "answer.parquet"
        fleet.close(output=saved)
        summary = summarize(
            fleet, files=found.number, left_out=left_out, compared=True, expected=["x"]
        )
        assert summary.machines
        tables = [fleet.ask(question) for question in (EVERYTHING, machines_where("true"))]
        fleet.save(EVERYTHING, saved)
        parts = list(show.parts(summary))
        texts = [
            show.as_text(parts, show.headline(summary)),
            show.as_markdown(parts, show.headline(summary)),
            page_of_summary(summary),
            *(show.as_csv(table) for table in tables),
            *(page_of_parts("x", [show.of_table(table)]) for table in tables),
            repr([table.rows for table in tables]),  # Parquet compresses what stands in it
        ]
        return [
            *(text.encode() for text in texts),
            show.as_json(summary),
            *map(show.as_json, tables),
            saved.read_bytes(),
        ]


@given(secrets, st.data())
@settings(pure, max_examples=10, phases=[Phase.generate])
def test_lines_and_answers(at_home: None, s: Secrets, data: st.DataObject) -> None:
    said = data.draw(st.lists(st.sampled_from(phrases(s)), min_size=9, max_size=9))
    machine = Knowing(s.password, s.secret_key, s.token)
    labels = {"command": said[0][:255], "code": said[1][:255], "status": said[2][:255]}
    report = build((section(said),), machine, labels=labels)
    with TemporaryDirectory() as folder:
        Path(folder, "a.json").write_bytes(encode(report))
        Path(folder, "b.jsonl").write_bytes(render(report, "jsonl"))
        shown = [render(report, "jsonl"), *answers(Path(folder))]
    for text in shown:
        assert not leaks(text.decode("utf-8", "replace"), s)
