"""SARIF 2.1.0: failures and warnings are results; a check that broke is a notification of the tool.

Files below the home directory are relative to the base HOME, all others stand with their whole
address.
"""

from __future__ import annotations

import hashlib
import re
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from codecommit_doctor.formats import Written
from codecommit_doctor.formats.shared.problems import (
    details,
    endings,
    fingerprint,
    name,
    place,
    problems,
    verdict,
)
from codecommit_doctor.redaction import printable
from codecommit_doctor.reports.report import encode
from codecommit_doctor.rules.codes import address

if TYPE_CHECKING:
    from codecommit_doctor.reports.report import Location, Report, ResultItem, TargetItem

__all__ = ["FORMAT", "render"]

_SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json"
_HOME_PAGE = "https://github.com/codecommit-doctor/codecommit-doctor"
_LEVELS = {"fail": "error", "warn": "warning"}


def render(report: Report) -> bytes:
    """The log with its one run, UTF-8."""
    rules = _rules(report)
    numbers = {rule["id"]: number for number, rule in enumerate(rules)}
    run = {
        "tool": {
            "driver": {
                "name": report.tool.name,
                "version": report.tool.version,
                "informationUri": _HOME_PAGE,
                "rules": rules,
            }
        },
        "automationDetails": {"id": "codecommit-doctor/"},
        "invocations": [_invocation(report)],
        "originalUriBaseIds": {
            "HOME": {"description": {"text": "The home directory of the user who ran the doctor."}}
        },
        "columnKind": "unicodeCodePoints",
        "properties": {
            "verdicts": [_text(f"{t.target}: {verdict(t)}") for t in report.targets],
            "next": [_text(way) for way in endings(report)],
        },
        "results": [
            _result(target, result, numbers, report)
            for target, result in problems(report, *_LEVELS)
        ],
    }
    return encode({"$schema": _SCHEMA, "version": "2.1.0", "runs": [run]})


FORMAT = Written(render)


def _rules(report: Report) -> list[dict[str, Any]]:
    """One for each check that was run, and one for each code of a problem that was found."""
    found = [result for target in report.targets for result in target.results]
    named = {result.id: result for result in found}
    named |= {name(result): result for _, result in problems(report, *_LEVELS, "error")}
    rules = []
    for id, result in named.items():
        more = f"codecommit-doctor explain {id}"
        rule: dict[str, Any] = {
            "id": _text(id),
            "shortDescription": _message(result.title or result.id),
        }
        rule["help"] = {"text": f"All about this check: {_text(more)}"}
        if page := address(id):
            rule["helpUri"] = page
        elif re.match(r"https?://[^/]", result.docs):
            rule["helpUri"] = _address(result.docs)
        rules.append(rule)
    return rules


def _invocation(report: Report) -> dict[str, Any]:
    broken = [
        {
            "level": "error",
            "message": _message(f"{target.target}: {result.summary}", *details(result)),
            "associatedRule": {"id": _text(name(result))},
        }
        for target, result in problems(report, "error")
    ]
    return {
        "executionSuccessful": not broken and not report.interrupted,
        "exitCode": report.exit_code,
        "endTimeUtc": report.created,
        "toolExecutionNotifications": broken,
    }


def _result(
    target: TargetItem, result: ResultItem, numbers: dict[str, int], report: Report
) -> dict[str, Any]:
    where = place(result)
    location: dict[str, Any] = {
        "logicalLocations": [
            {
                "name": _text(target.target),
                "fullyQualifiedName": _text(target.url),
                "kind": "resource",
            }
        ]
    }
    if where:
        location["physicalLocation"] = _physical(where)
    made: dict[str, Any] = {
        "ruleId": _text(name(result)),
        "ruleIndex": numbers[_text(name(result))],
        "level": _LEVELS[result.status],
        "message": _message(result.summary, *details(result, report)),
        "locations": [location],
        "relatedLocations": [
            _related(number, item.fact, item.location)
            for number, item in enumerate(result.evidence, 1)
            if item.location and item.location.file
        ],
        "partialFingerprints": _fingerprints(target, result),
    }
    if result.known is not None:
        made["baselineState"] = "unchanged" if result.known else "new"
    return made


def _fingerprints(target: TargetItem, result: ResultItem) -> dict[str, str]:
    """By words, as ever; and by the code, which stays when the words change."""
    found = {"codecommitDoctor/v1": fingerprint(target, result)}
    if result.code:
        parts = (result.code, target.url, target.target)
        digest = hashlib.sha256("\0".join(parts).encode("utf-8", "surrogatepass"))
        found["codecommitDoctor/v2"] = digest.hexdigest()
    return found


def _related(number: int, fact: str, where: Location) -> dict[str, Any]:
    return {"id": number, "physicalLocation": _physical(where), "message": _message(fact)}


def _physical(where: Location) -> dict[str, Any]:
    physical: dict[str, Any] = {"artifactLocation": _artifact(where.file or "")}
    if where.line:
        physical["region"] = {"startLine": where.line}
    return physical


def _artifact(file: str) -> dict[str, str]:
    """The file as an address: of the home directory, of the whole machine, or as it stands."""
    path = printable(file).replace("\\", "/")
    if path.startswith("~/"):
        return {"uri": quote(path[2:].lstrip("/") or "."), "uriBaseId": "HOME"}
    if re.match(r"[A-Za-z]:/", path):
        return {"uri": f"file:///{path[:2]}{quote(path[2:])}"}
    if path.startswith("//"):
        return {"uri": "file:" + quote(path)}
    return {"uri": ("file://" if path.startswith("/") else "") + quote(path)}


def _address(url: str) -> str:
    return quote(printable(url), safe=":/?#[]@!$&'()*+,;=%~")


def _message(*lines: str) -> dict[str, str]:
    return {"text": "\n".join(_text(line) for line in lines)}


def _text(text: str) -> str:
    """Plain text in which SARIF sees no link and no placeholder: a space parts their signs."""
    text = re.sub(r"\](?=\()", "] ", printable(text))
    return re.sub(r"\{(?=\d+\})", "{ ", text)
