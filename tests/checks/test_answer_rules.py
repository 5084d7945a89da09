"""What the checks of passwords make of facts: of what answers, and what it is worth."""

from __future__ import annotations

import base64
from datetime import datetime, timezone
from types import SimpleNamespace
from typing import Any

import pytest
from msgspec.structs import replace

from codecommit_doctor.check import (
    Answer,
    Entry,
    Flaw,
    Judgement,
    NetrcEntry,
    Origin,
    Result,
    Shape,
    Stored,
    Unavailable,
    WindowsCredential,
)
from codecommit_doctor.probes.handshake import Credential
from tests import facts
from tests.facts import AWS, URL, entry, git, seen, target

GIT_USER = "me-at-123456789012"
OWN = "https://git-codecommit.us-east-2.amazonaws.com"


def basic(user: str) -> str:
    return "Authorization: Basic " + base64.b64encode(f"{user}:secret".encode()).decode()


# authorization-override


def override(
    *helpers: str,
    url: str = URL,
    netrc: NetrcEntry | None = None,
    beside: NetrcEntry | None = None,
    status: int | None = None,
    **transfer: tuple[Entry, ...],
) -> Result:
    """beside: an entry of another user. status: what the host answered where no helper was asked;
    None offline.
    """
    named = facts.cloned(url) if "@" in url else target(url)
    configuration = (entry(url, "remote.origin.url", file="/clone/x"),)
    gits = git(*helpers, entries=configuration, transfer=transfer)
    file = SimpleNamespace(answering=lambda _: netrc, of_another_user=lambda _: beside)

    def reach() -> Any:
        assert status, "the host may not be asked"
        return SimpleNamespace(status=status)

    endpoint = SimpleNamespace(
        unavailable_reason=lambda: None if status else "--offline is set", reach=reach
    )
    return facts.ask(facts.check("authorization-override"), named, gits, file, endpoint)


def header(value: str | None, section: str = "", scope: str = "global") -> Entry:
    return entry(value, f"http.{section + '.' if section else ''}extraheader", scope=scope)


@pytest.mark.parametrize(
    ("helpers", "headers", "status", "code"),
    [
        ([AWS], [], "pass", None),
        ([AWS], [header(None), header("X-Trace: authorization:")], "pass", None),
        ([AWS], [header("AUTHORIZATION: bearer x")], "fail", "header"),
        ([], [header(basic("me"))], "fail", "header"),
        ([AWS], [header(basic(GIT_USER))], "warn", "header-git-credentials"),
        ([], [header(basic(GIT_USER).replace("Basic", "basic") + " ")], "pass", None),
        ([], [header(basic(GIT_USER)), header(basic("me"))], "fail", "header"),
        ([], [header(f"Authorization: Basic {GIT_USER}")], "fail", "header"),
        ([], [header(basic(GIT_USER).replace("=", "*=", 1))], "fail", "header"),
    ],
)
def test_header(helpers: list[str], headers: list[Entry], status: str, code: str | None) -> None:
    result = override(*helpers, extraheader=tuple(headers))
    assert seen(result) == (status, code, False)
    assert bool(result.advice or result.fix) is (status != "pass")
    assert {item.fact.partition("=")[2] for item in result.evidence} <= {"Authorization: …"}
    found = [one for one in headers if (one.value or "").lower().startswith("authorization:")]
    assert len(result.evidence) == len(found)


@pytest.mark.parametrize(
    ("headers", "step", "own_section"),
    [
        ([header("authorization: x", OWN)], ("--unset-all", f"http.{OWN}.extraheader"), False),
        (
            [header("authorization: x")],
            ("--add", "http.https://git-codecommit.*.amazonaws.com.extraHeader", ""),
            True,
        ),
        (
            [header("authorization: x", OWN), header("authorization: y", scope="system")],
            ("--add", "http.https://git-codecommit.*.amazonaws.com.extraHeader", ""),
            True,
        ),
        ([header("authorization: x", scope="local")], None, False),
        ([header("authorization: x"), header("authorization: y", scope="local")], None, False),
    ],
)
def test_the_cure_of_a_header(
    headers: list[Entry], step: tuple[str, ...] | None, own_section: bool
) -> None:
    result = override(AWS, extraheader=tuple(headers))
    assert bool(result.advice) is (step is None)
    if step:
        edit = facts.first_edit(result)
        assert (edit.steps, edit.own_section) == ((step,), own_section)
    else:
        assert result.fix is None


@pytest.mark.parametrize(
    ("helpers", "user", "status", "code"),
    [
        ([AWS], "me", "fail", "address-password"),
        ([], "me", "fail", "address-password"),
        ([AWS], GIT_USER, "warn", "address-git-credentials"),
        ([], GIT_USER, "pass", None),
    ],
)
def test_address(helpers: list[str], user: str, status: str, code: str | None) -> None:
    url = URL.replace("://", f"://{user}:pa55word@")
    result = override(*helpers, url=url)
    assert seen(result) == (status, code, False)
    assert "pa55word" not in str(result)
    assert result.evidence
    if code:
        assert facts.first_edit(result).steps == (("--replace-all", "remote.origin.url", URL),)
        advised = facts.ask(
            facts.check("authorization-override"),
            target(url),
            git(*helpers),
            SimpleNamespace(answering=lambda _: None),
            SimpleNamespace(),
        )
        assert [step.text for step in advised.advice] == [
            f"Use {URL}, without user name and password"
        ]


@pytest.mark.parametrize("machine", ["h", None])
@pytest.mark.parametrize("status", [403, 401, 200, None])
def test_netrc_with_a_password_of_another_user(machine: str | None, status: int | None) -> None:
    refused = status == 403
    entry = NetrcEntry("/home/me/.netrc", 3, machine, "bob", Shape.OTHER)
    result = override(AWS, url=URL.replace("://", "://dev@"), beside=entry, status=status)
    code = "netrc-other-user" if refused else None
    assert seen(result) == ("warn" if refused else "pass", code, False)
    what = "its entry for h" if machine else "its default entry"
    assert result.evidence[0].fact == f"{what}, of another user"
    assert (result.evidence[0].origin.line, "bob" in str(result.evidence)) == (3, False)
    assert len(result.advice) == (2 if refused else 0)


@pytest.mark.parametrize(
    ("helpers", "shape", "status", "code"),
    [
        ([AWS], Shape.OTHER, "fail", "netrc-overrides"),
        ([], Shape.OTHER, "warn", "netrc-answers"),
        ([AWS], Shape.GIT_CREDENTIALS, "warn", "netrc-answers"),
        ([], Shape.GIT_CREDENTIALS, "pass", None),
        ([AWS], Shape.AWS_SIGNATURE, "fail", "netrc-expired"),
        ([], Shape.AWS_SIGNATURE, "fail", "netrc-expired"),
    ],
)
@pytest.mark.parametrize("machine", ["host", None])
def test_netrc(
    helpers: list[str], shape: Shape, status: str, code: str | None, machine: str | None
) -> None:
    found = NetrcEntry("/home/me/.netrc", 3, machine, "me", shape)
    result = override(*helpers, netrc=found)
    assert seen(result) == (status, code, False)
    fact, advice = ("its entry for host", "Remove the entry for host")
    if machine is None:
        fact, advice = ("its default entry", "Name the hosts that the default entry")
    assert result.evidence[0].fact == fact
    assert [step.text.startswith(advice) for step in result.advice] == [True] * bool(code)


def test_a_netrc_that_was_seen_to_be_refused() -> None:
    for shape in (Shape.OTHER, Shape.GIT_CREDENTIALS):
        found = NetrcEntry("/home/me/.netrc", 3, "host", "me", shape)
        refused = override(netrc=found, status=403)
        assert seen(refused) == ("fail", "netrc-refused", True)
        assert [step.text[:6] for step in refused.advice] == ["Correc", "Remove"]
        assert override(netrc=found, status=200).status.value != "fail"
        assert override(AWS, netrc=found, status=403).code != "netrc-refused"


@pytest.mark.parametrize(
    ("helpers", "values", "status"),
    [
        ([AWS], ["true"], "warn"),
        ([AWS], ["auto", "true"], "warn"),
        ([AWS], ["true", "false"], "pass"),
        ([AWS], ["true", "true", "false"], "pass"),
        ([AWS], [], "pass"),
        ([], ["true"], "pass"),
    ],
)
def test_empty_auth(helpers: list[str], values: list[str], status: str) -> None:
    found = tuple(entry(value, "http.emptyauth", line=at) for at, value in enumerate(values, 1))
    result = override(*helpers, emptyauth=found)
    assert seen(result) == (status, "empty-auth" if status == "warn" else None, False)
    if result.code:
        step = ("--replace-all", "http.https://git-codecommit.*.amazonaws.com.emptyAuth", "false")
        assert facts.first_edit(result).steps == (step,)
        assert result.evidence[0].origin.line == len(values)


def test_the_first_answer_is_told() -> None:
    password = URL.replace("://", "://me:pa55word@")
    header_first = (header("authorization: x"),)
    found = NetrcEntry("/home/me/.netrc", 3, "host", "me", Shape.OTHER)
    empty = (entry("true", "http.emptyauth"),)
    assert (
        override(AWS, url=password, netrc=found, extraheader=header_first, emptyauth=empty).code
        == "header"
    )
    assert override(AWS, url=password, netrc=found, emptyauth=empty).code == "address-password"
    assert override(AWS, netrc=found, emptyauth=empty).code == "netrc-overrides"


@pytest.mark.parametrize(
    "id", ["authorization-override", "stored-credentials", "credential-handshake"]
)
def test_an_address_that_asks_no_helper(id: str) -> None:
    ssh = target("ssh://git-codecommit.us-east-2.amazonaws.com/v1/repos/demo")
    assert seen(facts.ask(facts.check(id), ssh, git(AWS))) == ("skip", "no-helper-asked", False)


# stored-credentials

GOOD = Judgement(Shape.GIT_CREDENTIALS)
OLD = Judgement(Shape.AWS_SIGNATURE, flaws=(Flaw.OLD,), explanation=("it is old",))


def stored(*helpers: str, found: Judgement | None = None, **more: Any) -> Result:
    """found: what the last helper has."""
    host = SimpleNamespace(**{"is_wsl": False, "windows_credentials": lambda _: ()} | more)
    sent: list[bool | None] = []

    def look(_: object, helper: Any, *, sends_path: bool | None) -> Stored | None:
        sent.append(sends_path)
        last = helper.value == helpers[-1]
        return Stored("/home/me/.git-credentials", 4, found, b"r") if last and found else None

    result = facts.ask(
        facts.check("stored-credentials"),
        target(),
        git(*helpers),
        host,
        SimpleNamespace(stored=look),
    )
    assert set(sent) <= {True}
    return result


@pytest.mark.parametrize(
    ("helpers", "found", "status", "code"),
    [
        ([], None, "skip", "no-store"),
        ([AWS], None, "skip", "no-store"),
        (["STORE"], None, "pass", None),
        (["cache", "store"], GOOD, "pass", None),
        (["store"], OLD, "fail", "expired"),
        (["cache", "store"], OLD, "fail", "expired"),
        ([AWS, "store"], OLD, "pass", None),
        (["store", AWS], None, "pass", None),
    ],
)
def test_stored(helpers: list[str], found: Judgement | None, status: str, code: str | None) -> None:
    result = stored(*helpers, found=found)
    assert seen(result) == (status, code, False)
    assert bool(result.fix) is (status == "fail")
    if found:
        assert result.evidence[0].origin == Origin.of_file("/home/me/.git-credentials", 4)
    if AWS in helpers and found:
        assert "the AWS helper answers before" in result.summary


def test_an_expired_password_before_the_aws_helper() -> None:
    store, expired = "store", Stored("/f", 4, OLD, b"r")
    stores = SimpleNamespace(
        stored=lambda _, helper, sends_path: expired if helper.value == store else None
    )
    host = SimpleNamespace(is_wsl=False)
    result = facts.ask(facts.check("stored-credentials"), target(), git(store, AWS), host, stores)
    assert seen(result) == ("warn", "expired-behind-helper", False)
    assert (result.fix, len(result.advice)) == (None, 1)


@pytest.mark.parametrize(
    ("shape", "words"),
    [
        (Shape.AWS_SIGNATURE, "a signature of the AWS helper"),
        (Shape.GIT_CREDENTIALS, "IAM Git credentials"),
        (Shape.OTHER, "a password of another kind"),
    ],
)
def test_the_kind_of_a_stored_password(shape: Shape, words: str) -> None:
    result = stored("store", found=Judgement(shape))
    assert (result.status.value, result.evidence[0].fact) == ("pass", words)


@pytest.mark.parametrize(
    ("helpers", "wsl", "status", "code"),
    [
        (["manager"], False, "pass", None),
        (["WinCred", AWS], False, "warn", "in-windows"),
        (["manager", AWS], True, "skip", "no-store"),
        (["/mnt/c/git-credential-manager.EXE", AWS], True, "warn", "in-windows"),
        (["cache", AWS], False, "skip", "no-store"),
    ],
)
def test_in_windows(helpers: list[str], wsl: bool, status: str, code: str | None) -> None:
    kept = (
        WindowsCredential("git:https://host", ("cmdkey", "/delete:x")),
        WindowsCredential("git:https://…@host", ()),
    )
    result = stored(*helpers, is_wsl=wsl, windows_credentials=lambda _: kept)
    assert seen(result) == (status, code, False)
    if status == "warn":
        commands = [step.command for step in result.advice]
        assert commands == [("cmdkey", "/delete:x"), ()]
        assert len(result.evidence) == 2
    if status == "pass":
        assert result.advice == ()


def test_a_windows_store_without_entries() -> None:
    result = stored("manager", AWS, is_wsl=False, windows_credentials=lambda _: ())
    assert seen(result) == ("skip", "no-store", False)
    result = stored("store", is_wsl=False, windows_credentials=lambda _: 1 / 0)
    assert result.status.value == "pass"


# credential-handshake


def shaken(*helpers: str, answer: Answer | None = None, refused: bool | None = None) -> Result:
    def told() -> Answer:
        if answer is None:
            raise Unavailable("offline")
        return answer

    handshake = SimpleNamespace(answer=told)
    endpoint = SimpleNamespace(refused=lambda _: refused)
    return facts.ask(
        facts.check("credential-handshake"), target(), git(*helpers), handshake, endpoint
    )


AWS_ENTRY, STORE = entry(AWS), entry("store")
TOLD = "Unable to locate credentials"
BROKEN = "[Errno 32] Broken pipe"


def silent(*said: str, asked: tuple[Entry, ...] = (), codes: tuple[int | None, ...] = ()) -> Answer:
    return Answer(None, Judgement(Shape.EMPTY), asked, None, said, None, codes)


@pytest.mark.parametrize(
    ("helpers", "answer", "status", "code"),
    [
        ([], None, "skip", "no-helper"),
        ([AWS], None, "skip", "not-asked"),
        ([AWS], replace(silent(), failure="was late"), "warn", "did-not-finish"),
        (["store"], silent(), "skip", "nothing-held"),
        (["store"], silent(TOLD), "fail", "no-answer"),
        (["store"], silent(asked=(STORE,), codes=(1,)), "fail", "no-answer"),
        (["store", AWS], silent(), "fail", "no-answer"),
        ([AWS], silent("Unknown options: protocol=https"), "fail", "auto-prompt"),
        ([AWS], silent("Traceback", "  'host' "), "fail", "no-input"),
        ([AWS], silent("'protocol'"), "fail", "no-input"),
        ([AWS], silent("warning: invalid credential line: Hi", BROKEN), "fail", "prints-more"),
    ],
)
def test_silence(helpers: list[str], answer: Answer | None, status: str, code: str) -> None:
    result = shaken(*helpers, answer=answer)
    assert seen(result) == (status, code, status == "fail")
    assert bool(result.advice) is (code in ("auto-prompt", "no-input", "prints-more"))


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        (silent(TOLD), f"returned a password ({TOLD})"),
        (silent(asked=(STORE, AWS_ENTRY), codes=(2, 3)), "store and aws ended with exit code 2, 3"),
        (silent(asked=(STORE, AWS_ENTRY), codes=(0, 3)), "aws ended with exit code 3 and"),
        (silent(), "returned a password or gave a reason"),
        (silent("warning: invalid credential line: Welcome", BROKEN), "its answer: Welcome"),
    ],
)
def test_the_words_of_silence(answer: Answer, words: str) -> None:
    assert words in shaken(AWS, answer=answer).summary


def test_the_last_lines_are_shown() -> None:
    said = [*(f"line {number}" for number in range(6)), "fatal: could not read Username"]
    result = shaken(AWS, answer=silent(*said))
    assert [item.fact for item in result.evidence[1:]] == said[2:6]


def answered(
    shape: Shape, *flaws: Flaw, by: Entry | None = AWS_ENTRY, why: tuple[str, ...] = (), **more: Any
) -> Answer:
    why = why or tuple(f"it is {flaw.value}" for flaw in flaws)
    judgement = Judgement(shape, "AKIA…WXYZ", flaws=flaws, explanation=why, **more)
    return Answer(Credential("name", "password"), judgement, None, by)


SIGNED, GIT_CREDENTIALS, ANOTHER = Shape.AWS_SIGNATURE, Shape.GIT_CREDENTIALS, Shape.OTHER
DELETE = "Erase the CodeCommit password that store has stored"
CLOCK, LONGER = "Set this machine's clock", "Use credentials that live longer than 15 minutes"


@pytest.mark.parametrize(
    ("answer", "refused", "status", "words"),
    [
        (answered(GIT_CREDENTIALS), None, "pass", "the AWS helper answers with Git credentials"),
        (answered(GIT_CREDENTIALS, by=STORE), None, "pass", "store answers with Git credentials"),
        (answered(GIT_CREDENTIALS, by=None), None, "pass", "a helper answers with Git"),
        (answered(GIT_CREDENTIALS), True, "pass", "the AWS helper answers with Git credentials"),
        (answered(SIGNED), True, "pass", "fresh signature; its keys are not known here"),
        (answered(SIGNED, verified=True, owner="dev"), None, "pass", "right signature of dev"),
        (
            answered(ANOTHER, by=STORE),
            False,
            "warn",
            "store answers with something that is neither",
        ),
        (answered(ANOTHER, by=STORE), None, "warn", "that is neither"),
        (answered(ANOTHER), True, "fail", "is refused: it is neither"),
        (answered(ANOTHER, why=("it is old",)), None, "fail", "is refused: it is old"),
        (answered(SIGNED, Flaw.OLD), None, "fail", "a signature that is refused: it is old"),
    ],
)
def test_answers(answer: Answer, refused: bool | None, status: str, words: str) -> None:
    result = shaken(AWS, answer=answer, refused=refused)
    code = {"pass": None, "warn": "other-kind", "fail": "refused"}[status]
    assert seen(result) == (status, code, status == "fail")
    assert words in result.summary
    assert bool(result.advice) is (answer.judgement.shape is ANOTHER)


@pytest.mark.parametrize(
    ("flaw", "by", "advice"),
    [
        (Flaw.OLD, STORE, DELETE),
        (Flaw.FUTURE, STORE, DELETE),
        (Flaw.OLD, AWS_ENTRY, None),
        (Flaw.FUTURE, AWS_ENTRY, CLOCK),
        (Flaw.TOKEN_OTHER, AWS_ENTRY, LONGER),
        (Flaw.UNEXPLAINED, AWS_ENTRY, LONGER),
    ],
)
def test_what_helps_against_a_refusal(flaw: Flaw, by: Entry, advice: str | None) -> None:
    other = Flaw.PATH if flaw is not Flaw.OLD else Flaw.FUTURE
    result = shaken(AWS, answer=answered(SIGNED, flaw, other, by=by))
    assert [step.text[: len(advice or "")] for step in result.advice] == [advice] * bool(advice)
    assert result.evidence[0].fact == f"it is {other.value}"


def test_the_endpoint_is_asked_only_where_the_form_tells_nothing() -> None:
    asked: list[Any] = []
    endpoint = SimpleNamespace(refused=asked.append)
    for shape in (SIGNED, GIT_CREDENTIALS, ANOTHER):
        handshake = SimpleNamespace(answer=lambda shape=shape: answered(shape))
        facts.ask(facts.check("credential-handshake"), target(), git(AWS), handshake, endpoint)
    assert len(asked) == 1


def test_the_signature_is_described() -> None:
    at = datetime(2026, 1, 2, 3, 4, 5, tzinfo=timezone.utc)
    known = shaken(AWS, answer=answered(SIGNED, owner="dev", signed_at=at)).evidence[-1].fact
    assert known == "signed at 2026-01-02T03:04:05Z with the access key AKIA…WXYZ (dev)"
    assert shaken(AWS, answer=answered(SIGNED)).evidence[-1].fact == (
        "signed at an unknown time with the access key AKIA…WXYZ (unknown)"
    )
    both = replace(answered(SIGNED), asked=(STORE,))
    assert shaken(AWS, answer=both).evidence[0].fact == "credential.helper=store"
