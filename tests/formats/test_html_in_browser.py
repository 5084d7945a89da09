"""The page in Chromium: hostile words do nothing, everybody can use it, it prints whole."""

from __future__ import annotations

import base64
from collections.abc import Iterator
from pathlib import Path

import pytest

from codecommit_doctor.formats.html import render
from codecommit_doctor.redaction import printable
from codecommit_doctor.reports.report import AdviceItem, Cause, EvidenceItem, Report
from tests.formats.browser import AUDITS, Browser, axe_core, missing, started
from tests.formats.reports import HOSTILE, example, result

ATTACKS = (
    *HOSTILE,
    "<img src=x onerror=alert(1)>",
    "</code></pre><svg onload=alert(1)>",
    "'\"><script>window.owned = 1</script>",
    "</style><style>* { display: none }</style>",
    "</title><script>alert(1)</script>",
    "<iframe src='https://evil.example/'></iframe>",
    "<link rel=stylesheet href=https://evil.example/x.css>",
    "<meta http-equiv=refresh content='0;https://evil.example/'>",
    "<base href=https://evil.example/>",
    "{{ 7*7 }}{% raw %}",
    "--><script>alert(1)</script><!--",
)
TAB, ENTER, SPACE = "\ue004", "\ue007", " "

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(bool(missing()), reason=missing() or ""),
]


@pytest.fixture(scope="module")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    with started(tmp_path_factory.mktemp("browser")) as browser:
        yield browser


@pytest.fixture
def page(tmp_path: Path) -> Path:
    return tmp_path / "report.html"


def hostile() -> Report:
    """Every attack in every place of a report."""
    report = example()
    target = report.targets[0]
    for attack in ATTACKS:
        evidence = [EvidenceItem(attack, attack, None)]
        advice = [AdviceItem(attack, attack)]
        for status in ("fail", "warn", "pass", "skip"):
            more = {"evidence": evidence, "advice": advice, "docs": attack}
            target.results.append(result(attack, status, attack, **more))
        target.verdict.causes.append(Cause(attack, "likely", attack))
        report.machine[attack] = attack
        report.targets.append(example().targets[0])
        report.targets[-1].target = report.targets[-1].url = attack
    report.tool.version = ATTACKS[-1]
    return report


def test_hostile_words_do_nothing(browser: Browser, page: Path) -> None:
    page.write_text(render(hostile()), "utf-8")
    browser.requests()
    browser.complaints()
    browser.open(page)
    assert browser.alert() is None
    assert browser.complaints() == []
    asked = [url for url in browser.requests() if not url.startswith("chrome://")]
    assert asked == [page.as_uri()]
    assert browser.run("return [document.scripts.length, window.owned ?? null]") == [1, None]
    assert browser.run("return document.querySelectorAll('img, svg, iframe, base').length") == 0
    assert browser.run("return getComputedStyle(document.body).display") == "block"
    shown = browser.run("return document.body.textContent")
    assert all(printable(attack) in shown for attack in ATTACKS if attack.isprintable())


def test_the_policy_stops_a_script_that_is_not_ours(browser: Browser, page: Path) -> None:
    text = render(example()).replace("</main>", "<script>owned = 1</script></main>")
    page.write_text(text, "utf-8")
    browser.open(page)
    assert browser.run("return window.owned ?? null") is None
    assert any("Content Security Policy" in line for line in browser.complaints())


@pytest.mark.skipif(axe_core() is None, reason="axe-core is not installed")
@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("report", [example(), hostile()], ids=["example", "hostile"])
def test_axe_finds_no_violation(browser: Browser, page: Path, scheme: str, report: Report) -> None:
    page.write_text(render(report), "utf-8")
    browser.wears(scheme)
    browser.open(page)
    browser.run("document.querySelectorAll('details').forEach((e) => { e.open = true; })")
    script = axe_core()
    assert script
    found = browser.run(f"{script.read_text('utf-8')}; return {AUDITS[scheme]}")
    assert len(found["passes"]) > (20 if scheme == "light" else 0)
    short = [
        (rule["id"], [(node["html"], node["failureSummary"]) for node in rule["nodes"][:3]])
        for rule in found["violations"]
    ]
    assert short == []


def test_colours_follow_the_reader(browser: Browser, page: Path) -> None:
    page.write_text(render(example()), "utf-8")
    grounds = []
    for scheme in ("light", "dark"):
        browser.wears(scheme)
        browser.open(page)
        ground = "return getComputedStyle(document.documentElement).backgroundColor"
        grounds.append(browser.run(ground))
    assert grounds == ["rgb(246, 247, 248)", "rgb(20, 23, 26)"]


def test_no_sideways_scrolling_on_a_small_screen(browser: Browser, page: Path) -> None:
    report = example()
    long = AdviceItem("x" * 300, "git config " + "y" * 300)
    report.targets[0].results[0].advice = [long]
    report.targets[0].url = "https://" + "z" * 300
    page.write_text(render(report), "utf-8")
    size = {"width": 320, "height": 640, "deviceScaleFactor": 1, "mobile": False}
    browser.tell("Emulation.setDeviceMetricsOverride", **size)
    browser.open(page)
    width = browser.run("return document.documentElement.scrollWidth")
    browser.tell("Emulation.clearDeviceMetricsOverride")
    assert width <= 320


def test_the_keyboard_unfolds_and_copies(browser: Browser, page: Path) -> None:
    page.write_text(render(example()), "utf-8")
    browser.tell("Browser.grantPermissions", permissions=["clipboardReadWrite"])
    browser.open(page)
    browser.type(TAB + ENTER)
    assert browser.run("return document.activeElement.ariaLabel") == "Copy: git config x ''"
    wait = "while (!said.textContent) await new Promise(requestAnimationFrame);"
    assert browser.run(f"{wait} return said.textContent") == "Copied"
    assert browser.run("return navigator.clipboard.readText()") == "git config x ''"
    browser.type(TAB + TAB + SPACE)
    assert browser.run("return document.querySelector('article details').open") is True


def test_without_scripts_all_can_be_read_and_no_button_is_dead(
    browser: Browser, page: Path
) -> None:
    page.write_text(render(example()), "utf-8")
    browser.tell("Emulation.setScriptExecutionDisabled", value=True)
    browser.open(page)
    root = browser.tell("DOM.getDocument", depth=-1)["root"]["nodeId"]
    outer = browser.tell("DOM.getOuterHTML", nodeId=root)["outerHTML"]
    browser.tell("Emulation.setScriptExecutionDisabled", value=False)
    assert "</button>" not in outer
    assert outer.count('<div class="command">') == 2


def test_printed_it_is_a_document(browser: Browser, page: Path) -> None:
    page.write_text(render(example()), "utf-8")
    browser.open(page)
    document = base64.b64decode(browser.tell("Page.printToPDF")["data"])
    assert document.startswith(b"%PDF")
    browser.tell("Emulation.setEmulatedMedia", media="print")
    visible = "return document.querySelector('.evidence').checkVisibility()"
    folded = "return document.querySelector('article details').open"
    buttons = "return getComputedStyle(document.querySelector('button')).display"
    found = [browser.run(script) for script in (visible, folded, buttons)]
    browser.tell("Emulation.setEmulatedMedia", media="")
    assert found == [True, False, "none"]
