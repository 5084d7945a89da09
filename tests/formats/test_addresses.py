"""The console, SARIF and HTML lead to the place of a code on the site."""

from __future__ import annotations

import io
import json
import os

import pytest

from codecommit_doctor.formats import html, sarif
from codecommit_doctor.formats import render as render_as
from codecommit_doctor.formats.console import render
from codecommit_doctor.reports.report import Cause, Report
from codecommit_doctor.rules.codes import SITE, address
from tests.formats.reports import example, result

PLACE = f"{SITE}checks/use-http-path/#use-http-path/unset"


def report(id: str = "use-http-path", code: str = "unset") -> Report:
    made = example()
    found = result(id, "fail", "wrong")
    found.code = f"{id}/{code}"
    made.targets[0].results[:] = [found]
    made.targets[0].verdict.causes.clear()
    return made


def test_the_place_of_a_code_of_a_check_and_of_a_stranger() -> None:
    assert address("use-http-path/unset") == PLACE
    assert address("use-http-path") == f"{SITE}checks/use-http-path/"
    assert address("my-own/unset") is None


@pytest.mark.parametrize("name", ["junit", "github", "gitlab", "markdown"])
def test_other_formats(name: str) -> None:
    text = render_as(report(), name).decode()
    assert PLACE in text
    assert "codecommit-doctor explain use-http-path/unset" in text
    assert SITE not in render_as(report("my-own"), name).decode()


@pytest.mark.parametrize("name", ["sarif", "github", "gitlab"])
def test_the_first_cause_of_the_verdict_comes_first(name: str) -> None:
    made = report()
    (first,) = made.targets[0].results
    second = result("kms-deny", "fail", "denied")
    made.targets[0].results[:] = [first, second]
    made.targets[0].verdict.causes.append(Cause("kms-deny", "confirmed", "denied"))
    text = render_as(made, name).decode().rpartition('"results"')[2]
    assert 0 <= text.index("denied") < text.index("wrong")


def test_sarif() -> None:
    rules = json.loads(sarif.render(report()))["runs"][0]["tool"]["driver"]["rules"]
    assert PLACE in [rule.get("helpUri") for rule in rules]


def test_html() -> None:
    assert f'href="{PLACE}"' in html.render(report())
    assert SITE not in html.render(report("my-own"))


@pytest.mark.skipif(os.name == "nt", reason="old consoles of Windows show no links")
def test_a_terminal_that_shows_colours(monkeypatch: pytest.MonkeyPatch) -> None:
    class Terminal(io.StringIO):
        encoding = "utf-8"

        def isatty(self) -> bool:
            return True

    for name in ("NO_COLOR", "CI"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("TERM", "xterm-256color")
    stream = Terminal()
    render(report(), stream)
    assert f";{PLACE}\x1b\\" in stream.getvalue()
    plain = io.StringIO()
    render(report(), plain)
    assert "\x1b" not in plain.getvalue()
    assert "explain use-http-path/unset" in plain.getvalue()
