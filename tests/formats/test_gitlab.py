"""GitLab's code quality report, held against the fields that its documentation asks for."""

from __future__ import annotations

import json
from typing import Any

import jsonschema
from hypothesis import given, settings

from codecommit_doctor.formats.gitlab import render
from codecommit_doctor.reports.report import Report
from tests.formats.reports import example, reports

# https://docs.gitlab.com/ci/testing/code_quality/#code-quality-report-format
TEXT = {"type": "string", "minLength": 1}
SCHEMA: dict[str, Any] = {
    "type": "array",
    "items": {
        "type": "object",
        "required": ["description", "check_name", "fingerprint", "severity", "location"],
        "additionalProperties": False,
        "properties": {
            "description": TEXT,
            "check_name": {"type": "string"},
            "fingerprint": {"type": "string", "pattern": "^[0-9a-f]{64}$"},
            "severity": {"enum": ["info", "minor", "major", "critical", "blocker"]},
            "location": {
                "type": "object",
                "required": ["path", "lines"],
                "properties": {
                    "path": {"type": "string"},
                    "lines": {
                        "type": "object",
                        "required": ["begin"],
                        "properties": {"begin": {"type": "integer", "minimum": 1}},
                    },
                },
            },
        },
    },
}


@settings(deadline=None, max_examples=60)
@given(reports)
def test_any_report_has_the_fields(report: Report) -> None:
    entries = json.loads(render(report))
    jsonschema.validate(entries, SCHEMA)
    assert len(entries) == report.counts.fail + report.counts.warn + report.counts.error
    assert all("\n" not in entry["description"] for entry in entries)


def test_entries() -> None:
    entries = json.loads(render(example()))
    assert [(e["check_name"], e["severity"]) for e in entries] == [
        ("conflict", "critical"),
        ("kms-deny", "minor"),
        ("clock-skew", "major"),
    ]
    assert entries[0]["location"] == {"path": "~/.gitconfig", "lines": {"begin": 2}}
    assert entries[1]["location"] == {"path": "origin", "lines": {"begin": 1}}
    assert len({entry["fingerprint"] for entry in entries}) == 3


def test_what_is_known_is_for_information() -> None:
    report = example()
    report.targets[0].results[0].known = True
    assert json.loads(render(report))[0]["severity"] == "info"
