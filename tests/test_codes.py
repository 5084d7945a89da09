"""Codes of findings: listed once, used somewhere, and never gone."""

from __future__ import annotations

import ast
import hashlib
from pathlib import Path

import pytest

from codecommit_doctor.engine.registry import load
from codecommit_doctor.rules import codes
from codecommit_doctor.rules.codes import RETIRED, SITE, address, codes_of, meaning, meanings
from tests.conftest import HEALTHY, Sandbox
from tools.codes import CHECKS, used

RELEASED = (231, "f209a245383ab70596600a62f566dac1a2dc7b082417fa8efed32055308e34bb")
"""How many lines of the list were released, from its top, and their checksum: renewed at each
release, after all lines of the release before were found unchanged in it.
"""

SHARED = {code.removeprefix("*/") for code in meanings() if code.startswith("*/")}
OWN = {f"{check.id}/{code}" for check in load().checks for code in check.codes}


def test_every_code_of_a_check_is_listed_and_every_listed_one_is_used() -> None:
    assert {code for code in used() if code.partition("/")[2] not in SHARED} == OWN - RETIRED
    assert set(meanings()) >= RETIRED
    assert {code for code in meanings() if not code.startswith("*/")} <= OWN


def test_every_result_that_is_no_pass_has_a_code() -> None:
    missing = []
    for file in sorted(CHECKS.glob("*.py")):
        for node in ast.walk(ast.parse(file.read_text("utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
                given = {keyword.arg for keyword in node.keywords}
                if node.func.id in ("failed", "warned", "skipped") and not given & {"code", None}:
                    missing.append(f"{file.name}:{node.lineno}")
    assert missing == []


def test_no_code_is_listed_twice() -> None:
    text = Path(codes.__file__).with_name("codes.txt").read_text("utf-8")
    lines = [line.split()[0] for line in text.splitlines() if line and not line.startswith("#")]
    assert len(lines) == len(set(lines))


def test_every_listed_code_has_a_check_and_a_sentence() -> None:
    ids = {check.id for check in load().checks}
    for code, text in meanings().items():
        assert code.partition("/")[0] in ids | {"*"}, code
        assert text[0].isupper() or text.startswith(("http.", "git")), code
        assert text.endswith("."), code


def test_what_was_released_is_still_there() -> None:
    count, checksum = RELEASED
    kept = "\n".join(f"{code} {text}" for code, text in list(meanings().items())[:count])
    assert hashlib.sha256(kept.encode()).hexdigest() == checksum


def test_what_checks_declare_names_codes_that_exist() -> None:
    checks = {check.id: check for check in load().checks}
    for check in checks.values():
        for id in check.explains:
            name, _, code = id.partition("/")
            assert checks[name].effect, f"{check.id} explains {id}, which is no effect"
            assert not code or id in OWN, f"{check.id} explains {id}"
        for symptom in check.symptoms:
            assert symptom.code is None or f"{check.id}/{symptom.code}" in OWN
            assert not symptom.code or symptom.code in check.codes


UNSET = "use-http-path/unset"
PAGE = f"{SITE}checks/use-http-path/"


@pytest.mark.parametrize(
    ("code", "means", "where"),
    [
        (UNSET, meanings()[UNSET], f"{PAGE}#{UNSET}"),
        ("use-http-path/error", meanings()["*/error"], PAGE),
        ("use-http-path/nosuch", None, PAGE),
        ("use-http-path", None, PAGE),
        ("nosuch/error", meanings()["*/error"], None),
        ("nosuch/x", None, None),
        ("error", None, None),
        ("/error", None, None),
        ("use-http", None, None),
        ("", None, None),
    ],
)
def test_what_a_code_means_and_where(code: str, means: str | None, where: str | None) -> None:
    assert (meaning(code), address(code)) == (means, where)


def test_the_codes_of_one_check() -> None:
    found = codes_of("use-http-path")
    assert found["unset"] == meanings()[UNSET]
    assert all("/" not in code for code in found)
    assert codes_of("use-http") == codes_of("nosuch") == {}


def test_codes_are_in_the_report_and_can_be_explained(healthy: Sandbox) -> None:
    healthy.write(".gitconfig", HEALTHY.split("\tUseHttpPath")[0])
    result = healthy.examine().results["use-http-path"]
    assert result["code"] == "use-http-path/unset"
    told = healthy.doctor("explain", "use-http-path/unset")
    assert told.code == 0
    assert told.out.startswith("# use-http-path/unset\n")
    assert "UseHttpPath is set nowhere" in told.out
    assert "## By hand" in told.out
    listed = healthy.doctor("explain", "use-http-path").out
    assert "`use-http-path/unset`" in listed
    assert "Not checked" in healthy.doctor("explain", "kms-deny/blocked").out


@pytest.mark.parametrize("word", ["use-http-path/nope", "nope/unset", "use-http-path/"])
def test_unknown_codes_are_told(healthy: Sandbox, word: str) -> None:
    told = healthy.doctor("explain", word)
    assert (told.code, told.out) == (2, "")
    assert "codecommit-doctor: there is no" in told.err
