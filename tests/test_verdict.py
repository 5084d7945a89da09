"""From effects to causes: findings in, verdict out."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from codecommit_doctor.check import Check, Evidence, Origin, Result, Status, Symptom, passed
from codecommit_doctor.engine.diagnosis import Diagnosis, diagnose
from codecommit_doctor.engine.examination import Finding, Section
from codecommit_doctor.engine.machine import Machine
from codecommit_doctor.engine.requirement import apply_required
from codecommit_doctor.engine.verdict import Cause, causes, settle
from codecommit_doctor.reports.building import build
from codecommit_doctor.rules.observation import Observation
from codecommit_doctor.rules.target import general, parse

URL = "https://git-codecommit.us-east-2.amazonaws.com/v1/repos/demo"
TARGET = parse(URL, name="origin", directory=Path.cwd())
REFUSAL = Symptom("returned error: 403", "Refused.", "refused")


def check(
    id: str, *explains: str, effect: bool = False, symptoms: tuple[Symptom, ...] = ()
) -> Check:
    return Check(
        id, "?", "", "", lambda: passed(""), explains=explains, effect=effect, symptoms=symptoms
    )


HANDSHAKE = check("credential-handshake", "git-access/refused", effect=True)
REACHABLE = check("endpoint-reachable", "git-access", effect=True)
ACCESS = check("git-access", effect=True, symptoms=(REFUSAL,))
MANAGER = check("credential-manager-conflict", "credential-handshake")
NETRC = check("authorization-override", "git-access/refused")
KMS = check("kms-deny", "git-access/refused")
EXISTS = check("repository-exists", "git-access/not-found", "git-access/refused")
PROFILE = check(
    "profile-exists",
    "credential-handshake",
    symptoms=(Symptom("config profile .* could not be found", "It is gone."),),
)
PATH = check("use-http-path", "credential-handshake", symptoms=(Symptom("^'path'$", "Off."),))


def finding(check: Check, status: Status, code: str | None = None, **more: object) -> Finding:
    return Finding(check, Result(status, f"{check.id} is {status.value}", code=code, **more))  # type: ignore[arg-type]


def section(*findings: Finding, seen: tuple[Observation, ...] = ()) -> Section:
    return settle(Section(TARGET, findings, seen))


REFUSED = finding(ACCESS, Status.FAIL, "refused", confirmed=True)
WORKS = finding(ACCESS, Status.PASS)
SIGNED = finding(HANDSHAKE, Status.PASS)
PUSH = Observation(
    "git push", "fatal: unable to access: The requested URL returned error: 403", "push"
)
PULL = Observation("git pull", PUSH.text, "fetch")


def ranked(of: Section) -> list[tuple[str, str]]:
    return [(cause.check, cause.confidence) for cause in causes(of)]


@pytest.mark.parametrize("status", [Status.FAIL, Status.WARN])
def test_an_effect_is_no_cause_while_a_condition_explains_it(status: Status) -> None:
    found = causes(section(finding(NETRC, status, "answers-first"), SIGNED, REFUSED))
    assert found[0].check == "authorization-override"
    assert found[0].confidence == "likely"
    assert found[0].explains == ("git-access/refused",)
    assert "git-access" not in [cause.check for cause in found]


def test_a_suspicion_without_an_effect_stays_possible() -> None:
    assert ranked(section(finding(NETRC, Status.WARN), SIGNED, WORKS)) == [
        ("authorization-override", "possible")
    ]


def test_a_suspicion_that_was_reproduced_is_confirmed() -> None:
    suspicion = finding(NETRC, Status.WARN, confirmed=True)
    assert ranked(section(suspicion, SIGNED, REFUSED)) == [("authorization-override", "confirmed")]


def test_a_condition_whose_own_words_were_seen_is_confirmed() -> None:
    words = Evidence("The config profile (x) could not be found", Origin("git credential fill"))
    failed = finding(HANDSHAKE, Status.FAIL, "no-answer", evidence=(words,))
    found = causes(section(finding(PROFILE, Status.WARN), failed))
    assert [(c.check, c.confidence) for c in found] == [("profile-exists", "confirmed")]
    assert any(text.startswith("seen: ") for text in found[0].rests_on)


@pytest.mark.parametrize("said", ["The config profile (x) could not be found", "'path'"])
def test_what_git_stopped_at_comes_before_what_it_would_have_met_earlier(said: str) -> None:
    silent = replace(HANDSHAKE, after=(MANAGER.id, PROFILE.id, PATH.id))
    words = Evidence(said, Origin("git credential fill"))
    seen = finding(silent, Status.FAIL, "no-answer", evidence=(words,))
    wrong = (finding(check, Status.FAIL) for check in (MANAGER, PROFILE, PATH))
    found = [cause.check for cause in causes(section(*wrong, seen))]
    first = PATH.id if said == "'path'" else PROFILE.id
    assert found == [first, MANAGER.id, *({PROFILE.id, PATH.id} - {first})]


def test_what_has_to_be_mended_before_another_cure_is_the_first_cause() -> None:
    stale = finding(HANDSHAKE, Status.FAIL, "refused", confirmed=True)
    helper = check("credential-helper", HANDSHAKE.id)
    first = finding(MANAGER, Status.FAIL, "answers-first", confirmed=True, mend_first=(helper.id,))
    malformed, path = finding(helper, Status.FAIL), finding(PATH, Status.FAIL)
    found = section(first, path, malformed, stale)
    assert [c.check for c in causes(found)] == [helper.id, MANAGER.id, PATH.id]
    assert found.finding(HANDSHAKE.id).result.because_of == MANAGER.id  # type: ignore[union-attr]
    assert [c.check for c in causes(section(first, path, stale))] == [MANAGER.id, PATH.id]


def test_two_cures_that_wait_for_each_other_are_both_shown() -> None:
    one = finding(MANAGER, Status.FAIL, mend_first=(PATH.id, "not-looked-at"))
    other = finding(PATH, Status.FAIL, mend_first=(MANAGER.id,))
    assert {c.check for c in causes(section(one, other))} == {MANAGER.id, PATH.id}


@pytest.mark.parametrize("status", [Status.FAIL, Status.WARN])
def test_a_skip_names_the_condition_whose_own_words_were_seen(status: Status) -> None:
    words = Evidence("The config profile (x) could not be found", Origin("git credential fill"))
    silent = finding(HANDSHAKE, Status.FAIL, "no-answer", evidence=(words,))
    access = Finding(ACCESS, Result(Status.SKIP, "not checked: credential-handshake failed"))
    blocked = replace(access.result, because_of=HANDSHAKE.id)
    found = section(
        finding(PATH, Status.FAIL),
        finding(NETRC, Status.WARN),
        finding(PROFILE, status),
        silent,
        Finding(ACCESS, blocked),
    )
    *_, handshake, access = found.findings
    assert handshake.result.because_of == access.result.because_of == PROFILE.id
    word = "failed" if status is Status.FAIL else "warned"
    assert access.result.summary == f"not checked: profile-exists {word}"
    (required,) = apply_required((found,), {HANDSHAKE.id})
    assert required == found


def test_what_passed_is_no_reason_though_its_own_words_were_seen() -> None:
    words = Evidence("The config profile (x) could not be found", Origin("git credential fill"))
    silent = finding(HANDSHAKE, Status.FAIL, "no-answer", evidence=(words,))
    found = section(finding(PROFILE, Status.PASS), finding(PATH, Status.FAIL), silent)
    assert found.findings[-1].result.because_of == PATH.id


def test_what_failed_comes_before_a_suspicion_of_the_same_place() -> None:
    later = replace(ACCESS, after=(NETRC.id, KMS.id))
    suspicion, proof = finding(NETRC, Status.WARN), finding(KMS, Status.FAIL)
    refused = finding(later, Status.FAIL, "refused", confirmed=True)
    found = causes(section(suspicion, proof, SIGNED, refused))
    assert [cause.check for cause in found] == ["kms-deny", "authorization-override"]


def test_an_effect_follows_from_what_it_stopped_at_and_hands_that_on() -> None:
    words = Evidence("'path'", Origin("git credential fill"))
    silent = finding(HANDSHAKE, Status.FAIL, "no-answer", evidence=(words,))
    reason = "not checked: credential-handshake failed"
    access = Finding(ACCESS, Result(Status.SKIP, reason, because_of=HANDSHAKE.id))
    wrong = (finding(check, Status.FAIL) for check in (MANAGER, PATH))
    *_, handshake, access = section(*wrong, silent, access).findings
    assert handshake.result.because_of == access.result.because_of == "use-http-path"
    assert access.result.summary == "not checked: use-http-path failed"


def test_what_explains_comes_before_what_does_not() -> None:
    other = check("aws-identity")
    found = section(finding(other, Status.FAIL), finding(NETRC, Status.WARN), SIGNED, REFUSED)
    assert ranked(found) == [("authorization-override", "likely"), ("aws-identity", "likely")]


def test_an_effect_that_worked_rules_out_what_can_only_act_through_it() -> None:
    found = section(finding(MANAGER, Status.WARN, "stores"), SIGNED, REFUSED)
    assert ranked(found) == [
        ("git-access", "confirmed"),
        ("credential-manager-conflict", "possible"),
    ]


def test_what_failed_earlier_and_works_now_may_still_be_explained() -> None:
    found = section(finding(MANAGER, Status.WARN, "stores"), SIGNED, WORKS, seen=(PULL,))
    assert ranked(found) == [("credential-manager-conflict", "likely")]


def test_a_chain_of_effects_leads_to_its_beginning() -> None:
    stale = finding(HANDSHAKE, Status.FAIL, "refused", confirmed=True)
    blocked = Finding(ACCESS, Result(Status.SKIP, "not looked at", because_of=HANDSHAKE.id))
    manager = finding(MANAGER, Status.FAIL, "answers-first")
    found = section(manager, stale, blocked, seen=(PULL,))
    assert [cause.check for cause in causes(found)] == ["credential-manager-conflict"]
    assert set(causes(found)[0].explains) == {"credential-handshake/refused", "git-access/refused"}
    alone = section(stale, blocked, seen=(PULL,))
    assert [cause.check for cause in causes(alone)] == ["credential-handshake"]


def test_a_refusal_is_not_explained_by_what_explains_another_failure() -> None:
    missing = finding(ACCESS, Status.FAIL, "not-found", confirmed=True)
    found = section(finding(KMS, Status.WARN), finding(EXISTS, Status.WARN), SIGNED, missing)
    assert ranked(found) == [("repository-exists", "likely"), ("kms-deny", "possible")]


def test_what_git_contradicts_was_misjudged() -> None:
    found = section(finding(KMS, Status.FAIL, "denied"), SIGNED, WORKS)
    settled = found.findings[0].result
    assert settled.status is Status.WARN
    assert settled.summary == "misjudged, because Git works all the same: kms-deny is fail"
    assert settled.code == "denied"
    assert diagnose(found).outcome == "suspected"


@pytest.mark.parametrize(
    "around",
    [
        (finding(KMS, Status.FAIL, confirmed=True), SIGNED, WORKS),
        (finding(KMS, Status.FAIL), SIGNED, finding(ACCESS, Status.SKIP)),
        (finding(check("aws-identity"), Status.FAIL), SIGNED, WORKS),
    ],
    ids=["reproduced", "not tried", "explains nothing"],
)
def test_what_nothing_contradicts_stays_a_failure(around: tuple[Finding, ...]) -> None:
    assert section(*around).findings[0].result.status is Status.FAIL


def test_a_push_that_was_refused_is_not_contradicted_by_a_fetch_that_works() -> None:
    found = section(finding(KMS, Status.FAIL), SIGNED, WORKS, seen=(PUSH,))
    assert found.findings[0].result.status is Status.FAIL


@pytest.mark.process
def test_an_explained_effect_is_no_second_failure_in_the_report() -> None:
    found = section(finding(KMS, Status.FAIL, "denied"), SIGNED, REFUSED)
    report = build((found,), Machine())
    assert (report.counts.fail, report.exit_code) == (1, 1)
    assert report.targets[0].results[2].code == "git-access/refused"
    assert report.targets[0].verdict.causes[0].explains == ["git-access/refused"]


def test_a_required_check_that_is_skipped_because_of_a_failure_is_no_second_one() -> None:
    blocked = Finding(ACCESS, Result(Status.SKIP, "not looked at", because_of="kms-deny"))
    found = section(finding(KMS, Status.FAIL), blocked)
    (same,) = apply_required((found,), ["git-access"])
    assert same.findings[1].result.status is Status.SKIP
    (missed,) = apply_required((section(finding(ACCESS, Status.SKIP)),), ["git-access"])
    assert missed.findings[0].result.status is Status.FAIL
    (lost,) = apply_required((section(finding(KMS, Status.WARN), blocked),), ["git-access"])
    assert lost.findings[1].result.status is Status.FAIL


CALLER = Evidence("arn:aws:iam::111122223333:user/team/dev", Origin("sts:GetCallerIdentity"))


def judged(*findings: Finding, seen: tuple[Observation, ...] = (), **more: object) -> Diagnosis:
    return diagnose(section(*findings, seen=seen), **more)  # type: ignore[arg-type]


def test_a_healthy_machine_is_said_in_plain_words() -> None:
    identity = finding(check("aws-identity"), Status.PASS, evidence=(CALLER,))
    found = judged(identity, SIGNED, WORKS, source="profile default")
    assert found == Diagnosis(
        "works", "Git can read demo in us-east-2 as user dev (profile default)"
    )


@pytest.mark.parametrize(
    ("arn", "words"),
    [
        ("arn:aws:sts::111122223333:assumed-role/Deploy/ci", "role Deploy"),
        ("arn:aws:iam::111122223333:root", "the root user"),
        ("arn:aws-cn:iam::111122223333:user/dev", "user dev"),
        ("arn:aws:sts::111122223333:federated-user/ann", "federated user ann"),
    ],
)
def test_who_it_is(arn: str, words: str) -> None:
    caller = Evidence(arn, Origin("sts:GetCallerIdentity"))
    identity = finding(check("aws-identity"), Status.PASS, evidence=(caller,))
    assert judged(identity, SIGNED, WORKS).summary == f"Git can read demo in us-east-2 as {words}"


def test_an_unexplained_refusal_is_handed_on() -> None:
    identity = finding(check("aws-identity"), Status.PASS, evidence=(CALLER,))
    unread = finding(check("iam-permissions"), Status.SKIP)
    found = judged(identity, unread, SIGNED, REFUSED)
    assert found.outcome == "refused"
    assert found.summary == (
        "This machine is in order. CodeCommit refuses user dev: ask your administrator for "
        "codecommit:GitPull on demo in us-east-2; a policy may want MFA, too"
    )
    assert found.forward is not None
    assert "kms:Decrypt" in found.forward
    assert "aws:MultiFactorAuthPresent" in found.forward
    assert CALLER.fact in found.forward


def test_a_machine_whose_keys_were_not_tried_is_not_called_in_order() -> None:
    """As where the helper starts a program that alone knows the keys."""
    summary = judged(SIGNED, REFUSED).summary
    assert summary.startswith("Nothing was found here, but whether AWS accepts the keys was not")
    assert "in order" not in summary and "MFA" not in summary
    assert judged(SIGNED, WORKS, seen=(PUSH,)).summary.startswith("This machine is in order")


def test_keys_are_not_asked_for_where_the_policies_were_read() -> None:
    read = [finding(check(id), Status.PASS) for id in ("iam-permissions", "kms-deny")]
    forward = judged(*read, SIGNED, REFUSED).forward
    assert forward is not None
    assert "kms:" not in forward and "MultiFactor" not in forward


def test_a_refused_push_asks_for_the_right_to_push() -> None:
    found = judged(SIGNED, WORKS, seen=(PUSH,))
    assert found.outcome == "refused"
    assert "ask your administrator for codecommit:GitPush on demo" in found.summary


@pytest.mark.process
@pytest.mark.parametrize("text", ["fatal: something never heard of", "", PULL.text])
def test_after_a_failure_that_was_seen_nothing_is_green(text: str) -> None:
    found = section(SIGNED, WORKS, seen=(Observation("git pull", text, "fetch", 128),))
    report = build((found,), Machine())
    verdict = report.targets[0].verdict
    assert verdict.outcome in ("failed", "refused")
    assert verdict.causes[0].check == "git-access"
    assert report.exit_code == 1
    assert report.targets[0].observations[0].code == 128


def test_without_a_repository_nothing_was_tested() -> None:
    target = general("us-east-2", Path.cwd(), name="this machine")
    found = diagnose(Section(target, (finding(ACCESS, Status.SKIP),)))
    assert found.outcome == "not-tested"
    assert found.summary.startswith("No repository was tested: this folder is no clone")


def test_offline_says_what_was_proved() -> None:
    skipped = finding(ACCESS, Status.SKIP)
    found = judged(SIGNED, skipped, offline=True)
    assert found.outcome == "not-tested"
    assert "credential-handshake is pass" in found.summary
    assert found.summary.endswith("CodeCommit was not asked")


def test_an_effect_that_was_not_tried_is_not_green() -> None:
    found = judged(SIGNED, finding(ACCESS, Status.SKIP))
    assert found.outcome == "not-tested"
    assert found.summary.endswith("was not tested: git-access is skip")


def test_causes_are_data() -> None:
    assert Cause("x", "likely", "y") == Cause("x", "likely", "y", None, (), ())
