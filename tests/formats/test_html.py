"""The page, read by a strict parser of others: words from outside are words, nothing is loaded."""

from __future__ import annotations

import base64
import hashlib
import re
import subprocess
import sys
from collections.abc import Iterator
from html import unescape
from xml.etree.ElementTree import Element

import html5lib
import pytest
from hypothesis import given, settings

from codecommit_doctor.formats.html import render
from codecommit_doctor.redaction import printable
from codecommit_doctor.reports.report import AdviceItem, FixOutcome, Report
from tests.conftest import HEALTHY, Sandbox
from tests.formats.reports import HOSTILE, example, reports

OURS = {"html", "head", "meta", "title", "style", "body", "header", "main", "nav", "section"}
OURS |= {"article", "footer", "h1", "h2", "h3", "h4", "p", "div", "span", "time", "code", "pre"}
OURS |= {"ol", "ul", "li", "dl", "dt", "dd", "details", "summary", "a", "strong", "br", "script"}
LOADING = {"src", "srcset", "action", "data", "poster", "background", "ping", "style", "srcdoc"}


def parsed(page: str) -> Element:
    """The tree; a parse error of the standard is an error."""
    parser = html5lib.HTMLParser(namespaceHTMLElements=False, strict=True)
    tree: Element = parser.parse(page)
    return tree


def text(element: Element) -> str:
    return "".join(element.itertext())


def with_class(tree: Element, name: str) -> Iterator[Element]:
    return (e for e in tree.iter() if name in e.get("class", "").split())


def policy(tree: Element) -> dict[str, str]:
    (meta,) = [m for m in tree.iter("meta") if m.get("http-equiv") == "Content-Security-Policy"]
    parts = [part.split(maxsplit=1) for part in meta.get("content", "").split("; ")]
    return dict(parts)


@settings(deadline=None, max_examples=60)
@given(reports)
def test_words_from_outside_are_words(report: Report) -> None:
    tree = parsed(render(report))
    assert {element.tag for element in tree.iter()} <= OURS
    names = {name for element in tree.iter() for name in element.attrib}
    assert not {name for name in names if name.startswith("on")} | (names & LOADING)
    for link in tree.iter("a"):
        assert re.match(r"https?://|#target-\d+\Z", link.get("href", ""))
    results = [r for target in report.targets for r in target.results]
    shown = [*with_class(tree, "finding"), *tree.findall(".//ul[@class='quiet']/li")]
    assert len(shown) == len(results)


@settings(deadline=None, max_examples=60)
@given(reports)
def test_only_our_style_and_our_script_are_allowed(report: Report) -> None:
    tree = parsed(render(report))
    rules = policy(tree)
    for tag, rule in (("style", "style-src"), ("script", "script-src")):
        (element,) = tree.iter(tag)
        digest = base64.b64encode(hashlib.sha256(text(element).encode()).digest()).decode()
        assert rules[rule] == f"'sha256-{digest}'"
    assert rules["default-src"] == rules["base-uri"] == rules["form-action"] == "'none'"


@pytest.mark.parametrize("command", [*HOSTILE, "a\nb", "\nfirst line is empty", "  two  spaces "])
def test_commands_are_whole(command: str) -> None:
    report = example()
    report.targets[0].results[0].advice = [AdviceItem("then", command)]
    (box,) = with_class(parsed(render(report)), "command")
    assert text(box) == printable(command).replace("\ufffe", "\\ufffe")


@pytest.mark.parametrize(
    ("docs", "linked"),
    [
        ("https://docs.example/a?b=c&d#e", True),
        ("javascript:alert(1)", False),
        ("https://", False),
        ("https://a.example/ onclick=x", False),
        ("//evil.example", False),
        ("data:text/html,x", False),
    ],
)
def test_only_web_pages_are_linked(docs: str, linked: bool) -> None:
    report = example()
    report.targets[0].results = report.targets[0].results[:1]
    report.targets[0].results[0].docs = docs
    links = [link.get("href") for link in parsed(render(report)).iter("a")]
    assert links == ([docs] if linked else [])


def test_verdict_comes_first_then_the_worst() -> None:
    tree = parsed(render(example()))
    (main,) = tree.iter("main")
    headings = [" ".join(text(e).split()) for e in main.iter() if re.fullmatch("h[1-4]", e.tag)]
    assert headings == [
        "✗ There is a problem",
        "origin",
        "Failed 1",
        "✗ Failed conflict",
        "Errors 1",
        "✗ Error clock-skew",
        "Warnings 1",
        "! Warning kms-deny",
        "✓ Passed 1",
        "– Skipped 1",
    ]
    (lead,) = with_class(tree, "lead")
    assert " ".join(text(lead).split()) == "Cause (likely) store answers first"
    (evidence,) = with_class(tree, "evidence")
    assert " ".join(text(evidence).split()) == (
        "credential.helper=store from ~/.gitconfig, line 2 (global)"
    )


def test_all_that_a_report_can_tell() -> None:
    report = example()
    report.targets[0].results[0].known = True
    report.targets.append(example().targets[0])
    report.interrupted = True
    report.fixes = [
        FixOutcome(
            "conflict", "Reset the chain", "safe", "failed", ["~/.gitconfig"], "it is locked"
        )
    ]
    shown = " ".join(text(next(parsed(render(report)).iter("body"))).split())
    for words in ("known before", "Interrupted", "failed Reset the chain", "it is locked"):
        assert words in shown


def test_as_a_format_of_the_command_line(healthy: Sandbox) -> None:
    healthy.write(".gitconfig", HEALTHY.replace("true", "false"))
    page = healthy.home / "report.html"
    words = ("--offline", "--format", "html", "--only", "use-http-path")
    done = healthy.doctor(*words, "--output", str(page))
    assert (done.code, done.out) == (1, "")
    tree = parsed(page.read_text("utf-8"))
    (finding,) = with_class(tree, "finding")
    assert "use-http-path" in text(finding)
    assert unescape(text(next(tree.iter("title")))) == "There is a problem – codecommit-doctor"


@pytest.mark.process
def test_templates_are_loaded_only_for_a_page() -> None:
    line = "import sys, codecommit_doctor.cli.app; sys.exit('jinja2' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", line]).returncode == 0
