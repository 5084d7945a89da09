"""The report for a person, made of data: merged, shortened, with the way on."""

from __future__ import annotations

from io import BytesIO, TextIOWrapper

import pytest
from hypothesis import given

from codecommit_doctor.formats import render
from codecommit_doctor.formats.shared.overview import problems_once, way_on
from codecommit_doctor.redaction import printable
from codecommit_doctor.reports.report import (
    AdviceItem,
    Cause,
    EvidenceItem,
    FixItem,
    FixOutcome,
    Location,
    Report,
    ResultItem,
    TargetItem,
    Verdict,
)
from tests.formats.reports import report, reports, result

HOST = "https://git-codecommit.us-east-2.amazonaws.com/v1/repos/"
FIX = FixItem("Let only the AWS helper answer", "safe", "https://docs.example/")


def evidence(fact: str, line: int, meaning: str = "") -> EvidenceItem:
    where = Location("~/.gitconfig", line, "global")
    return EvidenceItem(fact, f"~/.gitconfig, line {line} (global)", where, meaning)


def target(name: str, *results: ResultItem, **verdict: object) -> TargetItem:
    causes = [
        Cause(r.id, "confirmed", r.summary, r.code) for r in results if r.status in ("fail", "warn")
    ]
    judged = Verdict(causes, **{"outcome": "failed" if causes else "works", **verdict})  # type: ignore[arg-type]
    return TargetItem(name, HOST + name, "us-east-2", name, list(results), judged)


def conflict(summary: str = "manager answers first", **more: object) -> ResultItem:
    found = [
        evidence("credential.helper=manager", 2, "answers first"),
        evidence("credential.helper=!aws codecommit credential-helper $@", 9, "never asked"),
    ]
    return result("conflict", "fail", summary, evidence=found, code="conflict/first", **more)


def shown(made: Report, *, verbose: bool = False) -> str:
    return render(made, "console", verbose=verbose).decode()


def test_broken_machine_looks_like_this() -> None:
    found = [conflict(fix=FIX), result("git-version", "pass", "Git 2.39.5")]
    assert shown(report([target("demo", *found)])) == (
        f"demo  {HOST}demo\n"
        "✗ manager answers first\n"
        "    credential.helper=manager                 ~/.gitconfig:2  answers first\n"
        "    credential.helper=!aws codecommit ... $@  ~/.gitconfig:9  never asked\n"
        "  Fix:      codecommit-doctor --fix   (shows the change, then asks)\n"
        "  Why:      codecommit-doctor explain conflict/first\n"
        "1 problem, 1 passed (-v shows them)\n"
    )


def test_equal_findings_are_one_problem() -> None:
    targets = [target(name, conflict()) for name in ("one", "two", "three")]
    text = shown(report(targets))
    assert text.count("✗") == 1
    assert "manager answers first (in all 3 remotes)" in text
    assert text.endswith("1 problem\n")


def test_own_address_and_region_make_no_difference() -> None:
    targets = [
        target(name, conflict(f"nothing is configured for {HOST}{name}")) for name in ("one", "two")
    ]
    assert len(problems_once(report(targets))) == 1


def test_a_suspicion_stands_before_the_failure_that_it_explains() -> None:
    found = [
        result("effect", "fail", "403", code="effect/refused"),
        result("other", "warn", "two helpers", code="other/x"),
        result("condition", "warn", "it depends", code="condition/y"),
        result("proved", "fail", "denied", code="proved/z"),
    ]
    made = target("demo", *found)
    made.verdict.causes = [
        Cause("condition", "likely", "it depends", "condition/y", ["effect/refused"]),
        Cause("proved", "likely", "denied", "proved/z"),
        Cause("other", "possible", "two helpers", "other/x"),
    ]
    assert [it.name for it in problems_once(report([made]))] == [
        *("proved/z", "condition/y", "effect/refused", "other/x"),
    ]


def test_checks_without_time_are_one_problem() -> None:
    late = [result(id, "error", "out of time", code=f"{id}/error") for id in ("one", "two")]
    made = report([target("a", *late), target("b", late[0])])
    (problem,) = problems_once(made)
    assert [it.target for it in problem.targets] == ["a", "b"]


@pytest.mark.parametrize("field", ["summary", "code", "evidence", "status"])
def test_findings_that_differ_are_two_problems(field: str) -> None:
    other = conflict()
    values = {
        "summary": "store answers first",
        "code": "conflict/behind",
        "evidence": [evidence("credential.helper=manager", 3)],
        "status": "warn",
    }
    setattr(other, field, values[field])
    targets = [target("one", conflict()), target("two", other)]
    assert len(problems_once(report(targets))) == 2


def test_problem_of_one_target_stands_under_its_name() -> None:
    well = target("one", result("git-access", "pass", "works"), summary="Git can read one")
    text = shown(report([well, target("two", conflict())]))
    assert text.startswith(f"two  {HOST}two\n✗ manager")
    assert "✓ one: Git can read one\n" in text


def test_what_does_not_fit_a_screen_is_shortened_but_named() -> None:
    advice = [AdviceItem(f"step {n}", f"git config x {n}") for n in range(3)]
    many = [
        result(f"check-{n}", "fail", f"problem {n}", code=f"check-{n}/x", fix=FIX, advice=advice)
        for n in range(5)
    ]
    text = shown(report([target("demo", *many)]))
    assert len(text.splitlines()) <= 24
    assert all(f"✗ problem {n}" in text for n in range(5))
    assert all(f"explain check-{n}/x" in text for n in range(5))
    assert text.endswith("5 problems can be fixed: codecommit-doctor --fix\n")


def test_way_on_names_the_examination_that_was_made() -> None:
    made = report([target("demo", conflict(fix=FIX))])
    made.fix_command = "codecommit-doctor --fix upstream"
    assert way_on(made, problems_once(made)) == (
        "1 problem can be fixed: codecommit-doctor --fix upstream"
    )
    assert "  Fix:      codecommit-doctor --fix upstream" in shown(made)
    made.targets[0].results[0].fix = None
    assert way_on(made, problems_once(made)) is None


def test_fix_that_was_applied_can_be_undone() -> None:
    made = report([target("demo", summary="Git can read demo")])
    assert "undo" not in shown(made)
    made.fixes = [FixOutcome("conflict", "t", "safe", "applied", [], "")]
    assert "Undo the fix: codecommit-doctor undo\n" in shown(made)


def test_refusal_says_who_can_help() -> None:
    refused = target(
        "demo",
        result("git-access", "fail", "403"),
        outcome="refused",
        summary="This machine is in order. CodeCommit refuses user dev",
        forward="Who: user dev\nNeeded: codecommit:GitPull",
    )
    text = shown(report([refused]))
    assert "✗ This machine is in order. CodeCommit refuses user dev\n" in text
    assert "  Send this to your administrator:\n    Who: user dev\n    Needed: " in text


def test_known_problems_are_marked_and_counted() -> None:
    text = shown(report([target("demo", conflict(known=True))]))
    assert "✗ manager answers first (known before)\n" in text
    assert "1 problem, 1 known before\n" in text


def test_ascii_streams_get_ascii() -> None:
    from codecommit_doctor.formats import console

    stream = TextIOWrapper(BytesIO(), "ascii", newline="\n")
    console.render(report([target("demo", conflict())]), stream)
    stream.flush()
    stream.seek(0)
    assert "\nX manager answers first\n" in stream.read()


@given(reports)
def test_hostile_reports_are_shown_whole(made: Report) -> None:
    made.fix_command = "codecommit-doctor --fix"
    for verbose in (False, True):
        text = shown(made, verbose=verbose)
        for problem in problems_once(made):
            assert all(word in text for word in printable(problem.summary).split()[:1])


@pytest.mark.parametrize("form", ["markdown", "html", "junit", "github"])
def test_each_format_names_the_way_on(form: str) -> None:
    made = report([target("demo", conflict(fix=FIX))])
    made.fix_command = "codecommit-doctor --fix demo"
    text = render(made, form).decode()
    assert "1 problem can be fixed" in text
    assert "codecommit-doctor --fix demo" in text
    assert "undo" not in text
    made.targets[0].results[0].fix = None
    made.fixes = [FixOutcome("conflict", "t", "safe", "applied", [], "")]
    text = render(made, form).decode()
    assert "can be fixed" not in text
    assert "codecommit-doctor undo" in text
    made.fixes[0].can_be_undone = False
    assert "codecommit-doctor undo" not in render(made, form).decode()


def test_long_advice_is_cut_behind_its_first_step() -> None:
    advice = [AdviceItem(f"step {n}:", f"git config key-{n} {'x' * 200}") for n in range(9)]
    made = report([target("demo", conflict(advice=advice))])
    text = shown(made)
    assert "step 0:\n" in text and "step 1" not in text
    assert "and 8 more (-v shows them)\n" in text
    assert "step 8:\n" in shown(made, verbose=True)
