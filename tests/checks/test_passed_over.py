"""An AWS helper that gives Git no password, and one behind it that does: Git works."""

from __future__ import annotations

from typing import Any

import pytest

from codecommit_doctor.check import Answer, Entry, Flaw, Judgement, Result, Shape, SignerKind
from codecommit_doctor.probes.handshake import Credential
from codecommit_doctor.probes.signer import passed_over, signer_of
from tests import facts
from tests.conftest import GIT_CREDENTIALS, HELPER, Sandbox
from tests.facts import AWS, HandshakeFacts, entry, seen, target

NOPE = entry("!aws --profile nope codecommit credential-helper $@", line=2)
MALFORMED = entry("aws codecommit credential-helper $@", line=2)
WORKS, STORE = entry(AWS, line=3), entry("store", line=3)
MANAGER, OWN = entry("manager", line=2), entry("!mine", line=2)
LOST = "The config profile (nope) could not be found"
BOTH = (NOPE, WORKS)


def answered(by: Entry, shape: Shape, *flaws: Flaw, first: Entry = NOPE, said: str = LOST) -> Any:
    """The first helper ended with an error, and another one answered."""
    told = Credential("name", "password")
    judgement = Judgement(shape, flaws=flaws)
    said_ = tuple(said.splitlines())
    return HandshakeFacts(Answer(told, judgement, (first, by), by, said_, None, (1, 0)))


@pytest.mark.parametrize(
    ("helpers", "answer", "lost"),
    [
        (BOTH, answered(WORKS, Shape.AWS_SIGNATURE), (NOPE,)),
        (BOTH, answered(WORKS, Shape.AWS_SIGNATURE, Flaw.UNEXPLAINED), (NOPE,)),
        (BOTH, answered(NOPE, Shape.AWS_SIGNATURE), ()),
        (BOTH, answered(WORKS, Shape.OTHER), ()),
        (BOTH, HandshakeFacts(), ()),
        ((NOPE, STORE), answered(STORE, Shape.GIT_CREDENTIALS), (NOPE,)),
        ((NOPE, STORE), answered(STORE, Shape.AWS_SIGNATURE, Flaw.OLD), ()),
        ((NOPE, STORE), answered(STORE, Shape.OTHER), ()),
        ((OWN, WORKS), answered(WORKS, Shape.AWS_SIGNATURE), ()),
    ],
)
def test_which_helpers_git_passed_over(
    helpers: tuple[Entry, ...], answer: Any, lost: tuple[Entry, ...]
) -> None:
    assert passed_over(facts.signer(*helpers), answer) == lost


def told(id: str, *helpers: Entry, handshake: Any) -> Result:
    """What a check says where the helpers answered like this."""
    git = facts.git(*helpers)
    lost = passed_over(facts.signer(*helpers), handshake)
    found = signer_of(target(), git, {}, passed_over=lost)
    given = {
        "target": target(),
        "git": git,
        "signer": found,
        "profiles": facts.profiles("default"),
        "handshake": handshake,
        "aws_cli": facts.cli(),
    }
    check = facts.check(id)
    return facts.ask(check, **{name: given[name] for name in check.reads if name in given})


def test_the_one_that_answers_signs() -> None:
    lost = (NOPE,)
    signer = signer_of(target(), facts.git(*BOTH), {}, passed_over=lost)
    assert (signer.kind, signer.profile) == (SignerKind.AWS_HELPER, None)
    assert [asked.entry for asked in signer.aws_helpers] == [WORKS]
    assert (signer.before, signer.behind) == ((), ())
    stored = signer_of(target(), facts.git(NOPE, STORE), {}, passed_over=lost)
    assert stored.kind is SignerKind.STORE
    assert [asked.entry for asked in stored.passed_over] == [NOPE]
    reason = stored.unknown()
    assert reason
    assert reason.text == "another helper answers, and not the AWS helper"


@pytest.mark.parametrize("behind", [WORKS, STORE])
def test_no_check_fails_because_of_it(behind: Entry) -> None:
    shape = Shape.AWS_SIGNATURE if behind is WORKS else Shape.GIT_CREDENTIALS
    answer = answered(behind, shape, said=f"{LOST}\nx")
    result = told("config-shadowing", NOPE, behind, handshake=answer)
    assert seen(result) == ("warn", "passed-over", False)
    who = "the next AWS helper" if behind is WORKS else "store"
    assert result.summary.endswith(f"no password ({LOST}); Git works, because {who} answers")
    assert [(item.meaning, item.origin.line) for item in result.evidence] == [
        ("gives no password", 2),
        ("answers", 3),
    ]
    assert result.advice
    for id in ("profile-exists", "credential-helper", "use-http-path", "aws-cli-version"):
        assert told(id, NOPE, behind, handshake=answer).status.value in ("pass", "skip"), id
    vague = told(
        "config-shadowing", NOPE, behind, handshake=answered(behind, shape, said="usage: aws")
    )
    assert "gives no password; Git works" in vague.summary
    has_none = told("credential-helper", NOPE, behind, handshake=answer).summary
    assert (behind is WORKS) or has_none == "the AWS helper has no answer; store answers"
    malformed = answered(behind, shape, first=MALFORMED)
    result = told("credential-helper", MALFORMED, behind, handshake=malformed)
    assert seen(result) == ("warn", "malformed", False)
    result = told("config-shadowing", MALFORMED, behind, handshake=malformed)
    assert result.code != "passed-over"


@pytest.mark.parametrize(
    "answer", [None, Answer(Credential("name", "x"), Judgement(Shape.OTHER), None, None)]
)
def test_where_nobody_knows_who_answers(answer: Answer | None) -> None:
    signer = signer_of(target(), facts.git(*BOTH), {}, passed_over=(NOPE,))
    given = target(), facts.git(*BOTH), signer, facts.profiles("default"), HandshakeFacts(answer)
    assert facts.ask(facts.check("config-shadowing"), *given).status.value == "pass"


@pytest.mark.parametrize(
    ("first", "said", "status", "code"),
    [
        (MANAGER, "fatal: no display", "warn", "crashes"),
        (MANAGER, "fatal: Cannot prompt because user interactivity", "fail", "asked-first"),
        (MANAGER, "git: 'credential-manager' is not a git command", "warn", "not-found"),
        (MANAGER, "fatal: prompts are disabled", "fail", "asked-first"),
        (OWN, "boom", "warn", "crashes"),
        (OWN, "", "warn", "crashes"),
    ],
)
def test_a_helper_that_fails_in_front(first: Entry, said: str, status: str, code: str) -> None:
    answer = answered(WORKS, Shape.AWS_SIGNATURE, first=first, said=said)
    result = told("credential-manager-conflict", first, WORKS, handshake=answer)
    assert seen(result) == (status, code, False)
    assert result.fix
    if code == "crashes":
        assert result.summary.endswith(f": {said.removeprefix('fatal: ') or 'it gives no reason'}")
        assert bool(result.advice) is (first is MANAGER)  # what it stored is to be erased too


def test_which_helper_fails_is_not_known_beside_others() -> None:
    cache = entry("cache", line=3)
    answer = answered(WORKS, Shape.AWS_SIGNATURE, first=MANAGER, said="boom")
    result = told("credential-manager-conflict", MANAGER, cache, WORKS, handshake=answer)
    assert result.code == "asked-first"
    answer = answered(STORE, Shape.OTHER, first=MANAGER, said="boom")
    result = told("credential-manager-conflict", MANAGER, NOPE, STORE, handshake=answer)
    assert result.code == "asked-first"


def test_a_program_that_is_missing_beside_a_helper_that_works() -> None:
    vault = entry("!aws-vault exec x -- aws codecommit credential-helper $@", line=2)
    result = told("credential-helper", vault, WORKS, handshake=HandshakeFacts())
    assert seen(result) == ("warn", "wrapper-not-found", False)
    result = told("credential-helper", vault, handshake=HandshakeFacts())
    assert seen(result) == ("fail", "wrapper-not-found", False)


def test_an_aws_cli_that_is_broken_beside_git_credentials(healthy: Sandbox) -> None:
    healthy.program("aws", "echo dead >&2; exit 1")
    healthy.write(".git-credentials", GIT_CREDENTIALS)
    healthy.write(".gitconfig", f"[credential]\n\thelper = {HELPER}\n\thelper = store\n")
    done = healthy.examine()
    assert (done.with_status("fail"), done.with_status("warn")) == (set(), {"config-shadowing"})
    assert "gives no password (dead); Git works" in done.results["config-shadowing"]["summary"]
