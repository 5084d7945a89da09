"""The site: it builds strictly, no link in it is dead, everybody can use it."""

from __future__ import annotations

import importlib.util
import os
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

import pytest
from lxml import html

from codecommit_doctor.engine.registry import load
from codecommit_doctor.reports.report import ResultItem
from codecommit_doctor.rules import versions
from codecommit_doctor.rules.codes import SITE, address, meanings
from codecommit_doctor.rules.tree import TREE
from tests.conftest import ROOT
from tests.formats.browser import AUDITS, Browser, axe_core, missing, started
from tests.once import made_once

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(
        importlib.util.find_spec("mkdocs") is None, reason="mkdocs is not installed"
    ),
]
NEEDS_BROWSER = pytest.mark.skipif(bool(missing()), reason=missing() or "")
Pages = dict[Path, Any]
"""The parsed page of each file."""

TAB = "\ue004"
ENTER = "\ue007"


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return made_once(tmp_path_factory, "site", _build)


def _build(folder: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "mkdocs", "build", "--strict", "--quiet", "--site-dir", folder],
        cwd=ROOT,
        env=os.environ | {"NO_MKDOCS_2_WARNING": "1"},
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.fixture(scope="module")
def pages(site: Path) -> Pages:
    return {file: html.parse(str(file)).getroot() for file in site.rglob("*.html")}


@pytest.fixture(scope="module")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    with started(tmp_path_factory.mktemp("browser")) as browser:
        yield browser


def _led_to(site: Path, file: Path, path: str) -> Path:
    found = (file.parent / unquote(path)).resolve() if path else file
    return found / "index.html" if found.is_dir() else found


def _names(page: Any) -> list[str]:
    return [str(name) for name in page.xpath("//@id")]


def test_no_link_inside_the_site_is_dead(site: Path, pages: Pages) -> None:
    dead = []
    for file, page in pages.items():
        for link in {str(link) for link in page.xpath("//a/@href | //img/@src")}:
            parts = urlsplit(link)
            if parts.scheme or parts.netloc or file.name == "404.html":
                continue
            led = _led_to(site, file, parts.path)
            if not led.is_file() or (parts.fragment and parts.fragment not in _names(pages[led])):
                dead.append((file, link))
    assert dead == []


def test_every_code_has_its_place(site: Path, pages: Pages) -> None:
    codes = [code for code in meanings() if not code.startswith("*/")]
    for code in (*codes, *(check.id for check in load().checks)):
        found = address(code)
        assert found and found.startswith(SITE), code
        parts = urlsplit(found.removeprefix(SITE))
        page = pages[site / parts.path / "index.html"]
        assert not parts.fragment or parts.fragment in _names(page), found


def test_all_pages_stand_on_one(site: Path, pages: Pages) -> None:
    whole = pages[site / "all" / "index.html"]
    twice = [name for name, times in Counter(_names(whole)).items() if times > 1]
    assert twice == []
    heads = {"".join(head.itertext()).strip("¶ ") for head in whole.xpath("//h1 | //h2 | //h3")}
    single = {
        "".join(head.itertext()).strip("¶ ")
        for file, page in pages.items()
        if file.name != "404.html" and file.parent.name != "codes"
        for head in page.xpath("//article//h1")
    }
    assert len(single) > 35
    assert single - heads == set()


def test_pages_are_made_from_what_the_code_has(site: Path, pages: Pages) -> None:
    codes = " ".join(pages[site / "checks" / "codes" / "index.html"].itertext())
    assert all(code in codes for code in meanings() if not code.startswith("*/"))
    shown = " ".join(pages[site / "versions" / "index.html"].itertext())
    constants = [getattr(versions, name) for name in versions.__all__]
    assert all(one in shown for one in constants if isinstance(one, str))
    report = " ".join(pages[site / "report" / "index.html"].itertext())
    assert all(field in report for field in ResultItem.__struct_fields__)


def test_the_tree_is_the_first_page(site: Path, pages: Pages) -> None:
    first = pages[site / "index.html"]
    heads = ["".join(head.itertext()).strip("¶ ") for head in first.xpath("//article//h2")]
    assert heads == [branch.question.replace("`", "") for branch in TREE]


@NEEDS_BROWSER
def test_the_tree_is_reached_by_keyboard(site: Path, browser: Browser) -> None:
    browser.open(site / "index.html")
    browser.run("document.querySelector('article').focus(); window.scrollTo(0, 0)")
    wanted = browser.run(
        "return [...document.querySelectorAll('article li a')].map((link) => link.href)"
    )
    reached: list[str] = []
    for _ in range(4 * len(wanted)):
        browser.type(TAB)
        link = browser.run("return document.activeElement.closest('article li a')?.href ?? ''")
        reached += [link] if link else []
        if reached[-len(wanted) :] == wanted:
            break
    assert reached == wanted
    browser.type(ENTER)
    assert (
        browser.run("return location.href")
        .rstrip("/")
        .endswith(tuple(wanted[-1].rstrip("/").split("/")[-1:]))
    )


@NEEDS_BROWSER
@pytest.mark.skipif(axe_core() is None, reason="axe-core is not installed")
@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("name", ["", "checks/credential-manager-conflict", "all"])
def test_axe_finds_no_violation(site: Path, browser: Browser, name: str, scheme: str) -> None:
    browser.wears(scheme)
    browser.open(site / name / "index.html")
    wait = "while (!document.body.dataset.mdColorMedia && document.readyState !== 'complete')"
    browser.run(f"{wait} await new Promise(requestAnimationFrame);")
    worn = browser.run("return document.body.dataset.mdColorScheme")
    assert worn == {"light": "default", "dark": "slate"}[scheme]
    script = axe_core()
    assert script
    found = browser.run(f"{script.read_text('utf-8')}; return {AUDITS[scheme]}")
    assert len(found["passes"]) > (20 if scheme == "light" else 0)
    short = [
        (rule["id"], [(node["html"], node["failureSummary"]) for node in rule["nodes"][:3]])
        for rule in found["violations"]
    ]
    assert short == []


@NEEDS_BROWSER
def test_one_page_prints_whole(site: Path, browser: Browser) -> None:
    browser.open(site / "all" / "index.html")
    browser.tell("Emulation.setEmulatedMedia", media="print")
    seen = browser.run(
        "return [...document.querySelectorAll('article pre')].every((e) => e.checkVisibility())"
    )
    wide = browser.run(
        "return [...document.querySelectorAll('article pre code')]"
        ".filter((e) => e.scrollWidth > e.clientWidth + 1).length"
    )
    browser.tell("Emulation.setEmulatedMedia", media="")
    assert (seen, wide) == (True, 0)
