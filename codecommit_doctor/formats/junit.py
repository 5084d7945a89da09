"""JUnit XML, as Jenkins, GitLab and AWS CodeBuild read it: a suite per target, a case per result.

A warning is a case that passed and says something; a problem that the baseline knows is skipped.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING
from xml.etree import ElementTree as ET

from codecommit_doctor.formats import Written
from codecommit_doctor.formats.shared.problems import details, endings, name, verdict
from codecommit_doctor.redaction import printable

if TYPE_CHECKING:
    from codecommit_doctor.reports.report import Report, ResultItem, TargetItem

__all__ = ["FORMAT", "render"]

_NOT_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_ELEMENTS = {"fail": "failure", "error": "error", "skip": "skipped"}


def render(report: Report) -> bytes:
    """The document, UTF-8."""
    root = ET.Element("testsuites", name="codecommit-doctor")
    for target in report.targets:
        root.append(_suite(target, report))
    _count(root, [result for target in report.targets for result in target.results])
    ET.indent(root)
    text = ET.tostring(root, encoding="unicode")
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{text}\n'.encode()


FORMAT = Written(render)


def _suite(target: TargetItem, report: Report) -> ET.Element:
    suite = ET.Element("testsuite", name=_text(target.target))
    _count(suite, target.results)
    suite.set("skipped", str(sum(_outcome(result) == "skipped" for result in target.results)))
    suite.set("timestamp", _text(report.created.removesuffix("Z")))
    properties = ET.SubElement(suite, "properties")
    said = {"verdict": verdict(target), "next": "; ".join(endings(report))}
    known = {**said, "url": target.url, "region": target.region, "repository": target.repository}
    for key, value in {**known, **report.machine, **report.labels}.items():
        if value:
            ET.SubElement(properties, "property", name=_text(key), value=_text(value))
    for result in target.results:
        suite.append(_case(target, result, report))
    return suite


def _case(target: TargetItem, result: ResultItem, report: Report) -> ET.Element:
    # readers take what stands before the last dot for a package
    group = "codecommit-doctor." + _text(target.target).replace(".", "_")
    case = ET.Element("testcase", classname=group, name=_text(result.id))
    case.set("time", f"{result.seconds:.3f}")
    told = _text("\n".join(details(result, report)))
    if outcome := _outcome(result):
        mark = "known before: " if result.known else ""
        element = ET.SubElement(case, outcome, message=_text(mark + result.summary))
        if outcome == "skipped":
            _say(case, told if result.known else "")
        else:
            element.set("type", _text(name(result)))
            element.text = told
    elif result.status == "warn":
        _say(case, f"warning: {_text(result.summary)} [{_text(name(result))}]\n{told}")
    else:
        _say(case, _text(result.summary))
    return case


def _outcome(result: ResultItem) -> str | None:
    """The element that says how it ended; none for what passed."""
    if result.known and result.status == "fail":
        return "skipped"
    return _ELEMENTS.get(result.status)


def _count(element: ET.Element, results: list[ResultItem]) -> None:
    outcomes = [_outcome(result) for result in results]
    element.set("tests", str(len(results)))
    element.set("failures", str(outcomes.count("failure")))
    element.set("errors", str(outcomes.count("error")))
    element.set("time", f"{sum(result.seconds for result in results):.3f}")


def _say(case: ET.Element, text: str) -> None:
    if text:
        ET.SubElement(case, "system-out").text = text


def _text(text: str) -> str:
    """The text with what XML has no way to write spelled out."""
    return _NOT_XML.sub(lambda match: f"\\u{ord(match[0]):04x}", printable(text))
