"""JUnit XML, held against the structure that Jenkins publishes and read by a parser of others."""

from __future__ import annotations

from pathlib import Path

from hypothesis import given, settings
from junitparser import Error, Failure, JUnitXml, Skipped
from lxml import etree

from codecommit_doctor.formats.junit import render
from codecommit_doctor.reports.report import Report
from tests.formats.reports import example, reports

SCHEMA = etree.XMLSchema(etree.parse(Path(__file__).parent.parent / "data" / "jenkins-junit.xsd"))


@settings(deadline=None, max_examples=60)
@given(reports)
def test_any_report_is_well_formed_and_valid(report: Report) -> None:
    document = etree.fromstring(render(report))
    SCHEMA.assertValid(document)
    cases = document.findall("testsuite/testcase")
    assert len(cases) == sum(len(target.results) for target in report.targets)


def test_each_status_has_its_element() -> None:
    (suite,) = JUnitXml.fromstring(render(example()))
    kinds = {case.name: [type(result) for result in case.result] for case in suite}
    assert kinds == {
        "conflict": [Failure],
        "kms-deny": [],
        "clock-skew": [Error],
        "git-access": [Skipped],
        "git-version": [],
    }
    assert (suite.tests, suite.failures, suite.errors, suite.skipped) == (5, 1, 1, 1)
    assert suite.time == 1.25


def test_failure_tells_all_and_a_warning_speaks() -> None:
    (suite,) = JUnitXml.fromstring(render(example()))
    cases = {case.name: case for case in suite}
    failure = cases["conflict"].result[0]
    assert failure.message == "store answers first"
    assert failure.text.splitlines() == [
        "credential.helper=store (from ~/.gitconfig, line 2 (global))",
        "-> Reset the chain",
        "   git config x ''",
        "   git config y z",
        "more: codecommit-doctor explain conflict",
    ]
    assert cases["kms-deny"].system_out.startswith("warning: a policy may deny it")
    assert cases["kms-deny"].classname == "codecommit-doctor.origin"


def test_known_failure_is_skipped() -> None:
    report = example()
    report.targets[0].results[0].known = True
    (suite,) = JUnitXml.fromstring(render(report))
    assert (suite.failures, suite.skipped) == (0, 2)
    assert next(iter(suite)).result[0].message == "known before: store answers first"


def test_all_that_xml_cannot_write_is_spelled_out() -> None:
    report = example()
    report.targets[0].results[0].summary = "a\x00b\ufffec\x1b[31m]]>"
    document = etree.fromstring(render(report))
    assert document.xpath("string(//failure/@message)") == "a\\x00b\\ufffec\\x1b[31m]]>"
