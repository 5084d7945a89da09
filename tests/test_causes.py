"""Which condition explains what was seen, what follows from what, and what comes first."""

from __future__ import annotations

import itertools
from pathlib import Path

import pytest

from codecommit_doctor.check import (
    Advice,
    Check,
    Evidence,
    Origin,
    Result,
    Status,
    Symptom,
    passed,
)
from codecommit_doctor.engine.examination import Finding, Section
from codecommit_doctor.engine.verdict import (
    ACCESS,
    Seen,
    causes,
    explainers,
    qualified,
    seen,
    settle,
)
from codecommit_doctor.rules.observation import Observation
from codecommit_doctor.rules.target import parse

TARGET = parse(
    "https://git-codecommit.us-east-2.amazonaws.com/v1/repos/demo",
    name="origin",
    directory=Path("repository"),
)
FAIL, WARN, SKIP, PASS, ERROR = Status.FAIL, Status.WARN, Status.SKIP, Status.PASS, Status.ERROR
REFUSAL = Symptom("^fatal: .*returned error: 403", "Refused.", "refused")
GONE = Symptom("^could not resolve", "Not found.", None)


def check(
    id: str,
    *explains: str,
    after: tuple[str, ...] = (),
    effect: bool = False,
    symptoms: tuple[Symptom, ...] = (),
) -> Check:
    return Check(
        id,
        "?",
        "",
        "",
        lambda: passed(""),
        after=after,
        explains=explains,
        effect=effect,
        symptoms=symptoms,
    )


def finding(check: Check, status: Status, code: str | None = None, **more: object) -> Finding:
    return Finding(check, Result(status, f"{check.id} is {status.value}", code=code, **more))  # type: ignore[arg-type]


WHOLE = check(ACCESS, effect=True, symptoms=(REFUSAL,))
REACHABLE = check("reachable", ACCESS, effect=True, symptoms=(GONE,))
HANDSHAKE = check("handshake", f"{ACCESS}/refused", effect=True)
STORE = check("store", "handshake/refused")
HELPER = check("helper", "handshake/no-answer", "handshake")
DENY = check("deny", f"{ACCESS}/refused")
NAME = check("name", f"{ACCESS}/not-found")
CLOCK = check("clock", "handshake", f"{ACCESS}/refused")
OTHER = check("other")
WORKS = finding(WHOLE, PASS)
REFUSED = finding(WHOLE, FAIL, "refused", confirmed=True)
FETCH = Observation("git fetch", "fatal: The requested URL returned error: 403", "fetch")
PUSH = Observation("git push", FETCH.text, "push")


def section(*findings: Finding, seen: tuple[Observation, ...] = ()) -> Section:
    return Section(TARGET, findings, seen)


def settled(*findings: Finding, seen: tuple[Observation, ...] = ()) -> dict[str, Result]:
    return {f.check.id: f.result for f in settle(section(*findings, seen=seen)).findings}


def order(*findings: Finding, seen: tuple[Observation, ...] = ()) -> list[str]:
    """The causes, which must be the same in whatever order the findings stand."""
    orders = {
        tuple(cause.check for cause in causes(section(*some, seen=seen)))
        for some in itertools.permutations(findings)
    }
    (found,) = orders
    return list(found)


@pytest.mark.parametrize(
    ("result", "id"),
    [
        (Result(FAIL, "", code="unset"), "other/unset"),
        (Result(SKIP, "", code="unset", because_of="deny"), "other/unset"),
        (Result(ERROR, ""), "other/error"),
        (Result(SKIP, "", because_of="deny"), "other/blocked"),
        (Result(SKIP, ""), None),
        (Result(PASS, ""), None),
    ],
)
def test_how_a_report_names_a_result(result: Result, id: str | None) -> None:
    assert qualified(Finding(OTHER, result)) == id


@pytest.mark.parametrize("status", [PASS, WARN, SKIP, ERROR])
def test_only_a_failure_can_be_misjudged(status: Status) -> None:
    assert settled(finding(DENY, status), WORKS)["deny"].status is status


def test_git_contradicts_a_condition_alone_and_in_all_of_its_effects() -> None:
    assert settled(finding(DENY, FAIL), WORKS)["deny"].status is WARN
    unasked = settled(finding(CLOCK, FAIL), finding(HANDSHAKE, SKIP), WORKS)
    assert unasked["clock"].status is FAIL
    assert settled(finding(HANDSHAKE, FAIL), WORKS)["handshake"].status is FAIL


def test_a_condition_that_passes_contradicts_no_other() -> None:
    leaning = check("leaning", "other")
    assert settled(finding(leaning, FAIL), finding(OTHER, PASS), WORKS)["leaning"].status is FAIL


def test_an_explained_effect_is_no_second_failure() -> None:
    access = finding(WHOLE, FAIL, "refused", advice=(Advice("Wait.", ()),), fix=object())
    found = settled(finding(OTHER, FAIL), finding(NAME, FAIL), finding(DENY, FAIL), access)
    assert found[ACCESS] == Result(
        SKIP,
        "git-access is fail, because of deny",
        code="refused",
        because_of="deny",
    )


@pytest.mark.parametrize(
    "others",
    [(), (finding(DENY, WARN),), (finding(DENY, PASS),), (finding(NAME, FAIL),)],
    ids=["nothing", "a suspicion", "nothing wrong", "another failure"],
)
def test_what_no_failed_condition_explains_stays_a_failure(others: tuple[Finding, ...]) -> None:
    assert settled(*others, REFUSED)[ACCESS] == REFUSED.result


def test_only_a_condition_makes_a_failed_effect_a_skip() -> None:
    found = settled(finding(REACHABLE, FAIL), REFUSED)
    assert {id: result.status for id, result in found.items()} == {"reachable": FAIL, ACCESS: FAIL}


def test_an_effect_that_warns_keeps_its_warning() -> None:
    suspected = finding(WHOLE, WARN, "refused")
    assert settled(finding(DENY, FAIL), suspected)[ACCESS] == suspected.result


def test_what_counts_as_seen() -> None:
    words = Evidence("HTTP 403", Origin("git ls-remote"))
    failed = finding(WHOLE, FAIL, "refused", evidence=(words,))
    nameless = finding(REACHABLE, WARN)
    explained = finding(HANDSHAKE, SKIP, "refused", because_of="store")
    unseen = (
        finding(DENY, FAIL),
        finding(check("a", effect=True), PASS),
        finding(check("b", effect=True), SKIP, "offline"),
        finding(check("c", effect=True), SKIP, because_of="deny"),
    )
    assert seen(section(failed, nameless, explained, *unseen)) == (
        Seen("git-access/refused", "git-access is fail", "git-access is fail\nHTTP 403", failed),
        Seen("reachable", "reachable is warn", "reachable is warn", nameless),
        Seen("handshake/refused", "handshake is skip", "handshake is skip", explained),
    )


@pytest.mark.parametrize(
    ("text", "id", "last"),
    [
        (FETCH.text, "git-access/refused", "x failed: The requested URL returned error: 403"),
        ("remote: no\n  FATAL: it returned error: 403\n \n", "git-access/refused", "403"),
        ("\n\nremote: wait\nCould not resolve x", "reachable", "Could not resolve x"),
        ("a fatal: returned error: 403", ACCESS, "x failed: a fatal: returned error: 403"),
        ("", ACCESS, "it gave no reason"),
        (" \n\t\n", ACCESS, "it gave no reason"),
    ],
)
def test_which_effect_a_failed_command_stands_for(text: str, id: str, last: str) -> None:
    condition = check("own-words", symptoms=(REFUSAL,))
    around = section(
        finding(condition, PASS), WORKS, finding(REACHABLE, PASS), seen=(Observation("x", text),)
    )
    (it,) = seen(around)
    assert it.id == id
    assert it.summary.startswith("x failed: ")
    assert it.summary.endswith(last)
    assert it.finding is None


def test_the_operation_and_the_trimmed_text_are_kept() -> None:
    (it,) = seen(section(WORKS, seen=(Observation("git push", " one \n\n two", "push"),)))
    assert it == Seen(ACCESS, "git push failed: two", "one\ntwo", None, "push")
    (it,) = seen(section(WORKS, seen=(Observation("git push", "it failed on X.", "push"),)))
    assert it.summary == "git push failed: it failed on X"


@pytest.mark.parametrize(
    ("condition", "around", "seen", "explained"),
    [
        (DENY, (REFUSED,), (), ["git-access/refused"]),
        (NAME, (REFUSED,), (), []),
        (NAME, (finding(WHOLE, FAIL),), (), ["git-access"]),
        (OTHER, (REFUSED,), (), []),
        # Through an effect that failed, or was not tried:
        (STORE, (finding(HANDSHAKE, FAIL, "no-answer"), REFUSED), (), ["git-access/refused"]),
        (STORE, (finding(HANDSHAKE, SKIP), REFUSED), (), ["git-access/refused"]),
        (
            STORE,
            (finding(HANDSHAKE, FAIL, "refused"), REFUSED),
            (),
            ["handshake/refused", "git-access/refused"],
        ),
        (STORE, (finding(HANDSHAKE, SKIP), finding(WHOLE, FAIL, "not-found")), (), []),
        (NAME, (finding(HANDSHAKE, SKIP), REFUSED), (), []),
        (STORE, (finding(check("handshake"), SKIP), REFUSED), (), []),
        # Not through one that works:
        (STORE, (finding(HANDSHAKE, PASS), REFUSED), (), []),
        # Through one that works by now, where the whole works by now:
        (STORE, (finding(HANDSHAKE, PASS), WORKS), (FETCH,), ["git-access/refused"]),
        (STORE, (finding(HANDSHAKE, PASS), finding(WHOLE, SKIP)), (FETCH,), []),
        (STORE, (finding(HANDSHAKE, PASS), WORKS), (PUSH,), []),
        (STORE, (finding(HANDSHAKE, SKIP), WORKS), (PUSH,), ["git-access/refused"]),
    ],
)
def test_what_a_condition_explains(
    condition: Check,
    around: tuple[Finding, ...],
    seen: tuple[Observation, ...],
    explained: list[str],
) -> None:
    found = causes(section(finding(condition, FAIL), *around, seen=seen))
    (cause,) = [cause for cause in found if cause.check == condition.id]
    assert list(cause.explains) == explained


def test_only_effects_stand_between_a_condition_and_what_was_seen() -> None:
    leaning = check("leaning", "deny")
    found = causes(section(finding(leaning, FAIL), finding(DENY, SKIP), REFUSED))
    assert [(cause.check, cause.explains) for cause in found if cause.explains] == []


def test_an_effect_is_no_way_to_itself() -> None:
    odd = check(ACCESS, ACCESS, effect=True)
    found = causes(section(finding(NAME, FAIL), finding(odd, FAIL, "refused")))
    assert [(cause.check, cause.explains) for cause in found] == [(ACCESS, ()), ("name", ())]


@pytest.mark.parametrize(
    ("text", "confidence"),
    [("x\nNO PROFILE prod", "confirmed"), ("there is no profile prod", "likely")],
)
def test_the_own_words_of_a_condition_confirm_it(text: str, confidence: str) -> None:
    profile = check("profile", "handshake", symptoms=(Symptom("^no profile", "It is gone."),))
    words = Evidence(text, Origin("git credential fill"))
    failed = finding(HANDSHAKE, FAIL, "no-answer", evidence=(words,))
    (cause,) = causes(section(finding(profile, WARN), failed))
    assert (cause.check, cause.confidence) == ("profile", confidence)


def test_what_follows_from_another_failure_is_no_cause() -> None:
    own = finding(OTHER, WARN, because_of="other")
    following = finding(NAME, WARN, because_of="other")
    assert order(own, following, WORKS) == ["other"]


@pytest.mark.parametrize(
    ("findings", "seen", "expected"),
    [
        ((finding(HANDSHAKE, FAIL, "no-answer"), REFUSED), (), ["handshake"]),
        ((finding(REACHABLE, FAIL), finding(WHOLE, FAIL, "not-found")), (), ["reachable"]),
        (
            (finding(HANDSHAKE, FAIL), finding(WHOLE, FAIL, "not-found")),
            (),
            ["handshake", "git-access"],
        ),
        ((finding(WHOLE, FAIL, "not-found"),), (FETCH,), ["git-access"]),
        ((finding(check("unrelated", effect=True), FAIL), WORKS), (FETCH,), [ACCESS, "unrelated"]),
        ((), (FETCH,), [ACCESS]),
    ],
)
def test_an_effect_that_follows_from_another_is_no_cause(
    findings: tuple[Finding, ...], seen: tuple[Observation, ...], expected: list[str]
) -> None:
    whole = check(ACCESS, after=("handshake",), effect=True, symptoms=(REFUSAL,))
    same = [
        Finding(whole, found.result) if found.check.id == ACCESS else found for found in findings
    ]
    assert order(*same, seen=seen) == expected


def test_a_failed_effect_that_names_itself_is_still_a_cause() -> None:
    odd = check(ACCESS, ACCESS, effect=True)
    assert order(finding(odd, FAIL, "refused")) == [ACCESS]


WAY = check(ACCESS, after=("tool", "reachable", "handshake", "unknown", "name"), effect=True)
TOOL = check("tool")
FIRST = check("handshake", "git-access/refused", after=("helper", "clock"), effect=True)
LIMITED = finding(CLOCK, FAIL, explains=("git-access/refused", ACCESS))


@pytest.mark.parametrize(
    ("findings", "expected"),
    [
        # What stops Git earlier comes first, a suspicion last:
        ((finding(DENY, FAIL), finding(HELPER, FAIL)), ["helper", "deny"]),
        ((finding(DENY, FAIL), finding(HELPER, WARN)), ["deny", "helper"]),
        ((finding(DENY, FAIL), finding(TOOL, FAIL)), ["deny", "tool"]),
        (
            (finding(DENY, FAIL), finding(TOOL, FAIL), finding(REACHABLE, FAIL)),
            ["reachable", "deny", "tool"],
        ),
        # Among those of one effect, the order of ``after``:
        ((finding(CLOCK, FAIL), finding(HELPER, FAIL)), ["helper", "clock"]),
        ((finding(DENY, FAIL), finding(NAME, FAIL)), ["name", "deny"]),
        # What stops it by some of its failures alone comes later:
        ((LIMITED, finding(STORE, FAIL)), ["store", "clock"]),
        (
            (finding(CLOCK, FAIL, explains=("handshake",)), finding(STORE, FAIL)),
            ["clock", "store"],
        ),
        # What was reproduced comes before what was concluded:
        (
            (finding(DENY, FAIL), finding(check("sure", ACCESS), FAIL, confirmed=True)),
            ["sure", "deny"],
        ),
    ],
)
def test_what_comes_first(findings: tuple[Finding, ...], expected: list[str]) -> None:
    assert order(*findings, finding(FIRST, SKIP), finding(WAY, SKIP)) == expected


MEETS = check("meets", f"{ACCESS}/refused", symptoms=(REFUSAL,))
NOT_FOUND = (f"{ACCESS}/not-found",)


def test_whose_own_words_were_seen_comes_before_what_stands_earlier() -> None:
    whole = check(ACCESS, after=("deny", "meets"), effect=True, symptoms=(REFUSAL,))
    others = (finding(MEETS, FAIL), finding(REACHABLE, FAIL), finding(whole, SKIP))
    found = order(finding(DENY, FAIL), *others, seen=(FETCH,))
    assert found.index("meets") < found.index("deny")


def test_words_of_another_effect_or_failure_count_for_nothing() -> None:
    far = check("far", "handshake", f"{ACCESS}/refused", symptoms=(REFUSAL,))
    hand = check("handshake", f"{ACCESS}/refused", after=("near", "far"), effect=True)
    whole = check(ACCESS, after=("handshake", "b", "a"), effect=True, symptoms=(REFUSAL,))
    near = finding(check("near", "handshake"), FAIL)
    around = (finding(hand, SKIP), finding(whole, SKIP))
    assert order(finding(far, FAIL), near, *around, seen=(FETCH,)) == ["near", "far"]
    one = finding(check("a", *NOT_FOUND, symptoms=(REFUSAL,)), FAIL)
    two = finding(check("b", *NOT_FOUND), FAIL)
    found = order(one, two, finding(whole, FAIL, "not-found"), seen=(FETCH,))
    assert found.index("b") < found.index("a")


def test_a_skip_leads_to_what_an_effect_failed_of_and_no_further() -> None:
    skipped = finding(OTHER, SKIP, because_of="deny")
    assert settled(finding(DENY, SKIP, because_of="tool"), skipped)["other"] == skipped.result
    skipped = finding(OTHER, SKIP, because_of=ACCESS)
    assert settled(REFUSED, skipped)["other"] == skipped.result
    found = settled(finding(DENY, FAIL), finding(WHOLE, FAIL, "refused"), skipped)
    assert found["other"].because_of == "deny"


def test_what_explains_the_failed_effect_comes_before_what_does_not() -> None:
    refused = finding(FIRST, FAIL, "refused")
    silent = check("silent", "handshake/no-answer")
    assert order(finding(silent, FAIL), finding(STORE, FAIL), refused) == ["store", "silent"]


def test_of_two_that_stop_git_equally_early_the_one_that_explains_comes_first() -> None:
    access = finding(WAY, FAIL, "refused")
    early = check("early", "handshake")
    assert order(finding(early, FAIL), finding(CLOCK, FAIL), finding(FIRST, PASS), access)[:2] == [
        "clock",
        "early",
    ]


def test_which_checks_explain_an_effect() -> None:
    both = check("both", "git-access/refused", "handshake/refused")
    checks = (DENY, NAME, both, STORE, WHOLE, HANDSHAKE, REACHABLE, HELPER, OTHER)
    assert explainers("git-access/refused", checks) == ["store", "deny", "both"]
    assert explainers("git-access/not-found", checks) == ["name"]
    assert explainers("handshake/no-answer", checks) == ["helper"]
    assert explainers("handshake", checks) == ["helper"]
    assert explainers("reachable", iter(checks)) == []


def test_a_condition_is_no_way_to_an_effect() -> None:
    assert explainers("git-access/refused", (check("leaning", "deny/refused"), DENY)) == ["deny"]
