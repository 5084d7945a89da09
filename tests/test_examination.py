"""Checks run in order, side by side, within their time, and none can harm another."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from codecommit_doctor.check import (
    Advice,
    Check,
    Evidence,
    Origin,
    Result,
    Status,
    failed,
    passed,
    skipped,
    warned,
)
from codecommit_doctor.engine.examination import Event, Examination, Finding, Section
from codecommit_doctor.engine.machine import Machine
from codecommit_doctor.engine.registry import Broken, Catalogue, assemble
from codecommit_doctor.rules.target import Target, parse
from tests.conftest import URL

PATIENCE = 60.0
Function = Callable[..., object]


def target(name: str = "origin") -> Target:
    return parse(URL, name=name, directory=Path.cwd())


def make(id: str, *after: str, does: Function = lambda: passed("fine"), limit: float = 30) -> Check:
    return Check(id, f"{id}?", "", "", does, after, limit)  # type: ignore[arg-type]


def examine(
    *checks: Check,
    broken: list[Broken] | None = None,
    targets: tuple[Target, ...] | None = None,
    limit: float = PATIENCE,
    observe: Callable[[Event], None] = lambda event: None,
) -> tuple[Section, ...]:
    catalogue = assemble(list(checks), [], broken)
    return Examination(
        catalogue, Machine(), targets or (target(),), limit=limit, observe=observe
    ).run()


def results(*checks: Check, limit: float = PATIENCE) -> dict[str, Result]:
    (section,) = examine(*checks, limit=limit)
    return {finding.check.id: finding.result for finding in section.findings}


@pytest.fixture
def never() -> Iterator[Function]:
    """A check's function that does not end while the test runs."""
    over = threading.Event()

    def function() -> Result:
        over.wait()
        return passed("too late")

    yield function
    over.set()


def test_a_check_begins_when_all_that_it_comes_after_has_ended() -> None:
    said: list[str] = []

    def saying(word: str) -> Function:
        def function() -> Result:
            said.append(word)
            return passed(word)

        return function

    names = {"c": ("a", "b"), "b": ("a",), "a": (), "d": ("c",)}
    results(*(make(id, *after, does=saying(id)) for id, after in names.items()))
    assert said == ["a", "b", "c", "d"]


def test_independent_checks_run_at_the_same_time() -> None:
    meeting = threading.Barrier(4)

    def function() -> Result:
        meeting.wait(PATIENCE)
        return passed("met the others")

    found = results(*(make(id, does=function) for id in "abcd"))
    assert [result.summary for result in found.values()] == ["met the others"] * 4


def test_results_stand_in_the_same_order_however_the_checks_end() -> None:
    def run(order: str) -> list[str]:
        done = {id: threading.Event() for id in order}

        def ending(id: str) -> Function:
            before = order[order.index(id) - 1] if order.index(id) else None

            def function() -> Result:
                if before:
                    assert done[before].wait(PATIENCE)
                done[id].set()
                return passed(id)

            return function

        return list(results(*(make(id, does=ending(id)) for id in "bdac")))

    assert run("abcd") == run("dcba") == run("cadb")


def test_skip_names_the_root_and_not_the_link_between() -> None:
    found = results(
        make("root", does=lambda: failed("bad")), make("middle", "root"), make("leaf", "middle")
    )
    for id in ("middle", "leaf"):
        assert found[id] == Result(Status.SKIP, "not checked: root failed", because_of="root")


def test_skip_after_a_broken_check_says_that_it_broke() -> None:
    def breaks() -> Result:
        raise LookupError("gone")

    found = results(make("root", does=breaks), make("middle", "root"), make("leaf", "middle"))
    assert found["middle"].summary == "not checked: root had an error"
    assert found["leaf"].because_of == "root"


def blamed(looked: Result, explains: str = "seen", is_effect: bool = True) -> Result:
    """What becomes of an effect behind a failure that explains something."""
    condition = replace(make("condition", does=lambda: failed("bad")), explains=(explains,))
    effect = replace(make("seen", "condition", does=lambda: looked), effect=is_effect)
    return results(condition, effect)["seen"]


@pytest.mark.parametrize("explains", ["seen", "seen/refused"])
def test_an_effect_is_looked_at_in_spite_of_what_explains_it(explains: str) -> None:
    looked = failed("so it is", code="refused")
    assert blamed(looked, explains) == looked


def test_an_effect_that_is_not_seen_to_fail_is_not_checked_because_of_what_explains_it() -> None:
    blocked = Result(Status.SKIP, "not checked: condition failed", because_of="condition")
    assert blamed(skipped("no helper is asked")) == blocked
    assert blamed(passed("it works, as yet")) == blocked
    assert blamed(warned("it may fail")) == blocked
    assert blamed(failed("never"), "another") == blocked
    assert blamed(failed("never"), is_effect=False) == blocked


@pytest.mark.parametrize("harmless", [passed("x"), warned("x"), skipped("no need")])
def test_only_failures_hold_others_up(harmless: Result) -> None:
    found = results(make("root", does=lambda: harmless), make("leaf", "root"))
    assert found["leaf"].status is Status.PASS


def test_prerequisite_that_was_left_out_holds_nobody_up() -> None:
    catalogue = assemble([make("root", does=lambda: failed("bad")), make("leaf", "root")], [])
    chosen = catalogue.select([], ["root"])
    (section,) = Examination(chosen, Machine(), [target()], limit=PATIENCE).run()
    assert [(f.check.id, f.result.status) for f in section.findings] == [("leaf", Status.PASS)]


class Unspeakable(Exception):
    def __str__(self) -> str:
        raise RuntimeError("this error has no words")


@pytest.mark.parametrize(
    "error", [ValueError("odd"), SystemExit(0), KeyboardInterrupt(), Unspeakable()]
)
def test_check_that_raises_is_an_error_and_the_rest_runs(error: BaseException) -> None:
    def breaks() -> Result:
        raise error

    found = results(make("bad", does=breaks), make("good"))
    assert found["bad"].status is Status.ERROR
    assert found["bad"].summary == f"error in the check itself: {type(error).__name__}"
    (fact,) = found["bad"].evidence
    assert (fact.origin.file, fact.origin.line is not None) == (__file__, True)
    assert found["good"].status is Status.PASS


FINE = Evidence("fact", Origin("somewhere"))


@pytest.mark.process
@pytest.mark.parametrize(
    "nonsense",
    [
        None,
        True,
        "pass",
        Result("fine", "x"),  # type: ignore[arg-type]
        Result(Status.PASS, None),  # type: ignore[arg-type]
        Result(Status.PASS, "x", evidence="text"),  # type: ignore[arg-type]
        Result(Status.PASS, "x", evidence=("text",)),  # type: ignore[arg-type]
        Result(Status.PASS, "x", evidence=(FINE, Evidence(5, Origin("x")))),  # type: ignore[arg-type]
        Result(Status.PASS, "x", evidence=(Evidence("x", None),)),  # type: ignore[arg-type]
        Result(Status.PASS, "x", evidence=(Evidence("x", Origin("x", "f", "1")),)),  # type: ignore[arg-type]
        Result(Status.PASS, "x", advice=("do it",)),  # type: ignore[arg-type]
        Result(Status.PASS, "x", advice=(Advice("do it", command="rm -r"),)),  # type: ignore[arg-type]
        Result(Status.PASS, "x", advice=(Advice("do it", command=("rm", 5)),)),  # type: ignore[arg-type]
        Result(Status.PASS, "x", fix="mend it"),  # type: ignore[arg-type]
        Result(Status.PASS, "x", because_of=5),  # type: ignore[arg-type]
    ],
    ids=repr,
)
def test_nonsense_is_an_error_and_never_breaks_the_report(nonsense: object) -> None:
    from codecommit_doctor.reports.building import build
    from codecommit_doctor.reports.report import decode, encode

    sections = examine(make("bad", does=lambda: nonsense), make("good"))
    report = decode(encode(build(sections, Machine())))
    assert {r.id: r.status for r in report.targets[0].results} == {"bad": "error", "good": "pass"}
    assert report.exit_code == 3


def test_check_with_an_unknown_parameter_is_an_error() -> None:
    wrong = Check("bad", "", "", "", lambda oracle: passed("x"), reads=("oracle",))
    assert results(wrong, make("good"))["bad"].status is Status.ERROR


def test_check_that_never_ends_is_ended_by_its_own_limit(never: Function) -> None:
    found = results(make("stuck", does=never, limit=0.2), make("leaf", "stuck"), make("good"))
    assert found["stuck"] == Result(Status.ERROR, "the check did not finish within 0.2 s")
    assert found["leaf"].summary == "not checked: stuck had an error"
    assert found["good"].status is Status.PASS


def test_the_limit_of_the_whole_ends_it_and_keeps_what_is_known(never: Function) -> None:
    known = threading.Event()

    def quick() -> Result:
        known.set()
        return passed("known")

    found = results(
        make("good", does=quick), make("stuck", does=never), make("leaf", "stuck"), limit=1.5
    )
    assert known.is_set()
    assert found["good"].summary == "known"
    for id in ("stuck", "leaf"):
        assert found[id] == Result(Status.ERROR, "out of time: all took over 1.5 s")


def test_more_checks_than_run_at_once_all_run() -> None:
    found = results(*(make(f"c{number}") for number in range(100)))
    assert len(found) == 100
    assert {result.status for result in found.values()} == {Status.PASS}


def test_each_target_has_its_own_course() -> None:
    def picky(target: Target) -> Result:
        return failed("bad") if target.name == "one" else passed("fine")

    root = Check("root", "", "", "", picky, reads=("target",))
    sections = examine(root, make("leaf", "root"), targets=(target("one"), target("two")))
    statuses = {s.target.name: [f.result.status.value for f in s.findings] for s in sections}
    assert statuses == {"one": ["fail", "skip"], "two": ["pass", "pass"]}


def test_unusable_checks_are_errors_in_every_section() -> None:
    broken = [Broken("ill", "some-package", "could not be loaded")]
    for section in examine(make("good"), broken=broken, targets=(target("a"), target("b"))):
        good, ill = section.findings
        assert good.result.status is Status.PASS
        assert (ill.result.status, ill.check.distribution) == (Status.ERROR, "some-package")
        assert ill.result.summary == "some-package: could not be loaded"


def test_observer_hears_of_each_beginning_and_end_in_the_calling_thread() -> None:
    heard: list[tuple[str, bool]] = []
    threads: set[int] = set()

    def observe(event: Event) -> None:
        heard.append((event.check.id, event.finding is not None))
        threads.add(threading.get_ident())

    examine(make("a"), make("b", "a"), observe=observe)
    assert heard == [("a", False), ("a", True), ("b", False), ("b", True)]
    assert threads == {threading.get_ident()}


def test_work_in_the_meantime_is_done_once_checks_are_under_way() -> None:
    begun = threading.Event()

    def function() -> Result:
        begun.set()
        return passed("fine")

    seen: list[bool] = []
    examination = Examination(
        Catalogue((make("a", does=function),)), Machine(), [target()], limit=9
    )
    examination.run(lambda findings: seen.append(begun.wait(PATIENCE)))
    assert seen[0] is True


def test_what_was_found_is_told_where_the_others_are_waited_for() -> None:
    told = threading.Event()
    seen: list[str] = []

    def meanwhile(findings: Sequence[Finding]) -> None:
        seen.extend(finding.check.id for finding in findings)
        if findings:
            told.set()

    waiting = make("b", does=lambda: passed("fine") if told.wait(PATIENCE) else failed("alone"))
    examination = Examination(
        Catalogue((make("a"), waiting)), Machine(), [target()], limit=PATIENCE
    )
    (section,) = examination.run(meanwhile)
    assert seen == ["a"]
    assert {finding.result.status for finding in section.findings} == {Status.PASS}


def test_what_checks_print_does_not_reach_standard_output(
    capsys: pytest.CaptureFixture[str],
) -> None:
    def chatty() -> Result:
        print("chatter")
        return passed("fine")

    results(make("chatty", does=chatty))
    captured = capsys.readouterr()
    assert (captured.out, captured.err) == ("", "chatter\n")
