"""What the small commands tell programs."""

from __future__ import annotations

import json

import jsonschema
import pytest

from codecommit_doctor.cli.answers import schema
from tests.conftest import HELPER, ROOT, Sandbox

SCHEMA = json.loads((ROOT / "schema" / "answers-1.0.json").read_text("utf-8"))


def test_committed_schema_is_current() -> None:
    assert json.loads(json.dumps(schema())) == SCHEMA


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("checks", ("checks",)),
        ("explain", ("explain", "use-http-path")),
        ("explain-error", ("explain-error", "The requested URL returned error: 403")),
        ("explain-error", ("explain-error", "nothing that anybody knows")),
        ("undo --list", ("undo", "--list")),
        ("--show-settings", ("--show-settings",)),
        ("compare", ("compare", "a.json", "b.json")),
    ],
)
def test_answers_are_as_the_schema_says(
    healthy: Sandbox, name: str, words: tuple[str, ...]
) -> None:
    for file in ("a.json", "b.json"):
        report = healthy.doctor("--offline", "--only", "git-version", "--format", "json")
        (healthy.clone / file).write_text(report.out, "utf-8")
    done = healthy.doctor(*words, "--format", "json")
    assert "Traceback" not in done.err
    answer = {name: json.loads(done.out)}
    jsonschema.validate(answer, {**SCHEMA, "required": [name]})
    for field in SCHEMA["$defs"].values():
        assert field["type"] == "object"


def test_every_answer_is_on_the_page_for_programs() -> None:
    page = (ROOT / "docs" / "for-programs.md").read_text("utf-8")
    for name in SCHEMA["properties"]:
        assert f"`codecommit-doctor {name} " in page, name


def test_checks_are_described(healthy: Sandbox) -> None:
    found = {
        check["id"]: check for check in json.loads(healthy.doctor("checks", "--format", "json").out)
    }
    assert found["use-http-path"]["can_fix"] is True
    assert found["git-access"]["can_fix"] is False
    assert "use-http-path/unset" in found["use-http-path"]["codes"]
    assert {check["category"] for check in found.values()} >= {"programs", "network"}
    assert "(can be fixed)" in healthy.doctor("checks").out


def test_page_is_explained(healthy: Sandbox) -> None:
    told = json.loads(healthy.doctor("explain", "use-http-path/unset", "--format", "json").out)
    assert told["id"] == "use-http-path"
    assert "use-http-path/unset" in told["codes"]
    assert told["page"].startswith("# use-http-path/unset")


def test_fixes_are_listed(healthy: Sandbox) -> None:
    assert json.loads(healthy.doctor("undo", "--list", "--format", "json").out) == []
    healthy.write(".gitconfig", f"[credential]\n\thelper = {HELPER}\n")
    assert healthy.doctor("--offline", "--fix", "--yes").code == 0
    (entry,) = json.loads(healthy.doctor("undo", "--list", "--format", "json").out)
    assert (entry["check"], entry["state"]) == ("use-http-path", "applied")
    assert entry["files"] == ["~/.gitconfig"]
