"""What the checks that ask the network make of its answers, given as facts."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest

from codecommit_doctor.check import Origin, Result, Unavailable
from codecommit_doctor.probes.aws import GitCredential
from codecommit_doctor.probes.endpoint import Access, Reach, Trouble
from codecommit_doctor.probes.handshake import Answer, Credential
from codecommit_doctor.rules.signature import Judgement, Shape
from tests import facts
from tests.facts import seen

REMOTE_HELPER = "codecommit::us-east-2://work@demo"
SSH = f"ssh://key@{facts.HOST}/v1/repos/demo"
OPAQUE = "!AWS_PROFILE=work aws codecommit credential-helper $@"
ACCOUNT = "111122223333"


def say(id: str, *, url: str = facts.URL, helper: str = facts.AWS, **more: Any) -> Result:
    """What a check says; more: its facts, by the name of the parameter."""
    check = facts.check(id)
    given = {
        "target": facts.target(url),
        "git": facts.git(helper),
        "signer": facts.signer(helper, url=url),
        "handshake": facts.handshake(),
        "host": facts.host(),
    } | more
    result: Result = check.function(**{name: given[name] for name in check.reads})
    return result


def raising(error: Unavailable | None, answer: Any = None) -> Any:
    def call(*_: object) -> Any:
        if error:
            raise error
        return answer

    return call


# whose credentials these are


def identity(kind: str = "user", *, signs: bool = True, error: Unavailable | None = None) -> Any:
    whose = SimpleNamespace(kind=kind, arn="arn:x", account=ACCOUNT, name="dev")
    return SimpleNamespace(signs=signs, identity=raising(error, whose))


@pytest.mark.parametrize(
    ("kind", "status", "code", "words"),
    [
        ("user", "pass", None, "an IAM user: "),
        ("role-session", "pass", None, "a session of a role: "),
        ("other", "pass", None, "credentials of the kind other"),
        ("root", "warn", "root", "the root user's"),
    ],
)
def test_whose_credentials(kind: str, status: str, code: str | None, words: str) -> None:
    result = say("aws-identity", aws=identity(kind))
    assert seen(result) == (status, code, False)
    assert words in result.summary
    assert [item.fact for item in result.evidence] == ["arn:x"]
    assert bool(result.advice) is (status == "warn")


def test_who_signs_must_be_known() -> None:
    unknown = facts.signer(OPAQUE).unknown()
    assert unknown
    assert say("aws-identity", aws=identity(signs=False), helper=OPAQUE).code == unknown.code
    assert say("aws-identity", aws=identity(), helper=OPAQUE).code is None
    assert say("aws-identity", aws=identity(signs=False)).code is None
    unseen = identity(error=Unavailable("no answer"))
    assert seen(say("aws-identity", aws=unseen)) == ("skip", "identity-unknown", False)


# Git credentials of an IAM user

SENT = f"dev-at-{ACCOUNT}"


def git_credentials(
    *known: tuple[str, str],
    sent: str | None = SENT,
    shape: Shape = Shape.GIT_CREDENTIALS,
    kind: str = "user",
    refused: bool | None = None,
    error: Unavailable | None = None,
    url: str = facts.URL,
) -> Result:
    credential = Credential(sent, "password") if sent else None
    answer = Answer(credential, Judgement(shape), None, None, (), None)
    aws = identity(kind)
    aws.git_credentials = raising(error, tuple(GitCredential(*one) for one in known))
    return say(
        "git-credentials",
        url=url,
        aws=aws,
        handshake=SimpleNamespace(answer=lambda: answer),
        endpoint=SimpleNamespace(refused=lambda _: refused),
    )


ACTIVE = (SENT, "Active")


@pytest.mark.parametrize(
    ("known", "facts_of", "status", "code"),
    [
        ([ACTIVE], {}, "pass", None),
        ([("x", "Inactive"), ACTIVE], {}, "pass", None),
        ([(SENT, "Inactive")], {}, "fail", "inactive"),
        ([(SENT, "Expired")], {}, "fail", "inactive"),
        ([], {}, "fail", "gone"),
        ([ACTIVE], {"sent": f"other-at-{ACCOUNT}"}, "warn", "other-user"),
        ([ACTIVE], {"sent": f"other-at-{ACCOUNT}", "refused": True}, "warn", "other-user"),
        ([ACTIVE], {"sent": f"dev+1-at-{ACCOUNT}"}, "warn", "other-user"),
        ([ACTIVE], {"sent": f"dev+1-at-{ACCOUNT}", "refused": True}, "fail", "gone"),
        ([(f"dev+1-at-{ACCOUNT}", "Active")], {"sent": f"dev+1-at-{ACCOUNT}"}, "pass", None),
        (
            [(f"dev+1-at-{ACCOUNT}", "Active")],
            {"sent": f"dev+1-at-{ACCOUNT}", "refused": True},
            "pass",
            None,
        ),
        ([ACTIVE], {"sent": "dev-at-444455556666"}, "skip", "other-account"),
        ([ACTIVE], {"kind": "role-session"}, "skip", "not-visible"),
        ([ACTIVE], {"sent": None}, "skip", "not-used"),
        ([ACTIVE], {"shape": Shape.AWS_SIGNATURE}, "skip", "not-used"),
        ([ACTIVE], {"error": Unavailable("may not")}, "skip", "not-asked"),
        ([ACTIVE], {"url": SSH}, "skip", "no-helper-asked"),
    ],
)
def test_git_credentials(
    known: list[tuple[str, str]], facts_of: dict[str, Any], status: str, code: str | None
) -> None:
    result = git_credentials(*known, **facts_of)
    assert seen(result) == (status, code, False)
    assert len(result.advice) == (2 if status == "fail" else 0)
    if status != "skip":
        assert [item.fact for item in result.evidence] == [f"{n}: {s}" for n, s in known]


# the clock and the way to the service


def reach(status: int | None = 401, said: str = "git said", **more: Any) -> Reach:
    given = {"aws": False, "skew": None, "trouble": None, "via": None, "seconds": 0.1}
    return Reach(status=status, said=said, **{**given, **more})


@pytest.mark.parametrize(
    ("skew", "status", "code", "way"),
    [
        (0.0, "pass", None, "right"),
        (0.5, "pass", None, "right"),
        (59.9, "pass", None, "right"),
        (60.0, "pass", None, "less than 5 minutes off"),
        (-300.0, "pass", None, "less than 5 minutes off"),
        (301.0, "warn", "drifting", "behind"),
        (-900.0, "warn", "drifting", "ahead of"),
        (901.0, "fail", "wrong", "behind"),
        (-901.0, "fail", "wrong", "ahead of"),
    ],
)
def test_the_clock(skew: float, status: str, code: str | None, way: str) -> None:
    result = clock(reach(skew=skew))
    assert seen(result) == (status, code, status == "fail")
    assert bool(result.advice) is (status != "pass")
    assert result.summary == f"the clock is {way}" if status == "pass" else way in result.summary
    side = "behind" if skew > 0 else "ahead of"
    assert result.evidence[0].fact == f"{round(abs(skew))} seconds {side} it"


def test_how_far_the_clock_is_off_is_not_told_too_small() -> None:
    assert "15 minutes" in clock(reach(skew=899.0)).summary


def clock(answer: Reach, **more: Any) -> Result:
    endpoint = SimpleNamespace(
        unavailable_reason=lambda: more.pop("offline", None), reach=lambda: answer
    )
    given: dict[str, Any] = {"endpoint": endpoint, "aws": identity()} | more
    return say("clock-skew", **given)


@pytest.mark.parametrize(
    ("answer", "code"),
    [
        (reach(), "no-answer"),
        (reach(200, skew=5000.0), "other-answer"),
        (reach(401, skew=5000.0), "wrong"),
        (reach(500, aws=True, skew=5000.0), "wrong"),
    ],
)
def test_whose_clock_counts(answer: Reach, code: str) -> None:
    assert clock(answer).code == code
    asleep = SimpleNamespace(unavailable_reason=lambda: "offline", reach=lambda: answer)
    assert seen(clock(answer, endpoint=asleep)) == ("skip", "not-asked", False)
    assert seen(clock(answer, url=SSH)) == ("skip", "no-clock", False)
    assert seen(clock(answer, url=REMOTE_HELPER)) == ("skip", "no-clock", False)


def test_aws_refuses_the_time_of_a_signature() -> None:
    refused = identity(error=Unavailable("Signature expired", code="CLOCK"))
    assert seen(clock(reach(), aws=refused, url=REMOTE_HELPER)) == ("fail", "wrong", True)
    assert clock(reach(), aws=refused, url=REMOTE_HELPER).advice
    assert clock(reach(), aws=refused).code == "no-answer"
    other = identity(error=Unavailable("no", code="AccessDenied"))
    assert clock(reach(), aws=other, url=REMOTE_HELPER).code == "no-clock"


@pytest.mark.parametrize(
    ("host", "commands"),
    [
        (facts.host(), [("sudo", "timedatectl", "set-ntp", "true")]),
        (facts.host("Darwin"), [("sudo", "sntp", "-sS", "time.apple.com")]),
        (facts.host(is_wsl=True), [("sudo", "hwclock", "-s")]),
        (facts.host("Windows"), [("net", "start", "w32time"), ("w32tm", "/resync")]),
        (facts.host("FreeBSD"), [()]),
    ],
)
def test_how_a_clock_is_set(host: Any, commands: list[tuple[str, ...]]) -> None:
    assert [step.command for step in clock(reach(skew=5000.0), host=host).advice] == commands


PROXY = facts.entry("http://proxy.example:8080", "http.proxy", line=4)
SETTINGS = (
    (PROXY, facts.entry("x", "http.sslcainfo", line=5), facts.entry("y", "http.curlopt", line=6)),
    ("HTTPS_PROXY", "GIT_SSL_CAINFO", "GIT_ALLOW_PROTOCOL"),
)


def way(
    answer: Reach, *, offline: str | None = None, proxy: Any = None, url: str = facts.URL
) -> Result:
    endpoint = SimpleNamespace(
        unavailable_reason=lambda: offline,
        reach=lambda: answer,
        proxy=lambda: proxy,
        settings=lambda: SETTINGS,
    )
    return say("endpoint-reachable", url=url, endpoint=endpoint)


def told(result: Result) -> list[str]:
    return [item.fact for item in result.evidence]


@pytest.mark.parametrize(
    ("answer", "status", "code", "words", "count"),
    [
        (reach(), "pass", None, "asks for a password", 1),
        (reach(said=""), "pass", None, "asks for a password", 0),
        (reach(via=facts.HOST.upper()), "pass", None, "asks for a password", 1),
        (reach(via="proxy.example"), "pass", None, "asks for a password", 2),
        (reach(503, aws=True), "pass", None, "with 503", 1),
        (reach(200, said=""), "pass", None, "without asking", 0),
        (reach(403), "warn", "forbidden", "answers 403", 7),
        (reach(403, aws=True), "pass", None, "with 403", 1),
        (reach(302), "warn", "other-answer", "answers 302", 7),
        (reach(None), "warn", "no-answer", "git said", 7),
        (reach(None, trouble=Trouble.OTHER), "warn", "no-answer", "git said", 7),
    ],
)
def test_the_answer_of_the_host(
    answer: Reach, status: str, code: str | None, words: str, count: int
) -> None:
    result = way(answer)
    assert seen(result) == (status, code, False)
    assert words in result.summary
    assert len(result.evidence) == count
    with_port = facts.URL.replace(facts.HOST, f"{facts.HOST}:443")
    assert len(way(answer, url=with_port).evidence) == count
    assert way(answer, url=SSH).code == "not-https"
    assert seen(way(answer, offline="offline")) == ("skip", "not-asked", False)


@pytest.mark.parametrize(
    ("trouble", "code", "settings"),
    [
        (Trouble.NAME, "name", 3),
        (Trouble.PROXY_NAME, "proxy-name", 2),
        (Trouble.PROXY_LOGIN, "proxy-login", 2),
        (Trouble.PROXY_REFUSES, "proxy-refuses", 2),
        (Trouble.CONNECTION, "connection", 3),
        (Trouble.TIME, "time", 3),
        (Trouble.TLS, "tls", 4),
    ],
)
def test_what_stops_git_is_told_with_what_decides_it(
    trouble: Trouble, code: str, settings: int
) -> None:
    result = way(reach(None, trouble=trouble))
    assert seen(result) == ("fail", code, True)
    assert len(result.advice) == 1
    assert len(result.evidence) == 1 + settings


def test_an_answer_that_was_not_awaited_proves_nothing() -> None:
    result = way(reach(None, trouble=Trouble.TIME, late=True))
    assert seen(result) == ("warn", "time", False)
    assert result.because_of == "endpoint-reachable"
    assert len(result.advice) == 1


@pytest.mark.parametrize(
    ("trouble", "said", "code"),
    [
        (Trouble.CONNECTION, "Failed to connect to proxy.example port 8080", "dead-proxy"),
        (Trouble.PROXY_NAME, "Could not resolve proxy: proxy.example", "dead-proxy"),
        (Trouble.TIME, "proxy.example timed out", "dead-proxy"),
        (Trouble.CONNECTION, "Failed to connect to my.proxy.example", "connection"),
        (Trouble.CONNECTION, "Failed to connect to proxy.example-2", "connection"),
        (Trouble.TLS, "proxy.example", "tls"),
    ],
)
def test_a_proxy_that_is_not_there(trouble: Trouble, said: str, code: str) -> None:
    proxy = ("proxy.example", Origin.of_file("/home/me/.gitconfig", 4))
    result = way(reach(None, trouble=trouble, said=said), proxy=proxy)
    assert seen(result) == ("fail", code, True)
    assert ("the proxy proxy.example" in told(result)) is (code == "dead-proxy")
    assert result.advice
    assert way(reach(None, trouble=Trouble.TIME, said=said)).code == "time"


# the refs


def refs(
    access: Access | Unavailable, *, url: str = facts.URL, entries: Any = (), rules: Any = ()
) -> Result:
    answer = raising(*((access, None) if isinstance(access, Unavailable) else (None, access)))
    return say(
        "git-access",
        url=url,
        git=facts.git(facts.AWS, entries=entries, rules=rules),
        endpoint=SimpleNamespace(access=answer),
        remote_helper=SimpleNamespace(access=answer),
    )


def no_refs(status: int | None = None, trouble: Trouble | None = None, said: str = "no") -> Access:
    return Access(False, status, trouble, said)


@pytest.mark.parametrize(
    ("access", "status", "code", "confirmed"),
    [
        (Access(True, 200, None, ""), "pass", None, False),
        (no_refs(404), "fail", "not-found", True),
        (no_refs(401), "fail", "refused", True),
        (no_refs(403), "fail", "refused", True),
        (no_refs(429), "warn", "throttled", False),
        (no_refs(499), "warn", "no-refs", False),
        (no_refs(500), "warn", "server-error", False),
        (no_refs(503), "warn", "server-error", False),
        (no_refs(), "warn", "no-refs", False),
        (no_refs(trouble=Trouble.CONNECTION), "warn", "no-refs", False),
        (Unavailable("offline"), "skip", "not-asked", False),
    ],
)
def test_the_refs(access: Any, status: str, code: str | None, confirmed: bool) -> None:
    result = refs(access)
    assert seen(result) == (status, code, confirmed)
    assert bool(result.advice) is (code == "refused")
    if status in ("warn", "fail"):
        assert told(result) == ["no"]
    unnamed = refs(access, url=f"https://{facts.HOST}/v1/repos/")
    assert seen(unnamed) == ("skip", "not-named", False)


@pytest.mark.parametrize(
    ("user", "comes_without_mfa"),
    [
        ("AKIAIOSFODNN7EXAMPLE", True),
        ("dev-at-111122223333", True),
        ("ASIAIOSFODNN7EXAMPLE%FwoGZXIvYXdz", False),
        (None, None),
    ],
)
@pytest.mark.parametrize("status", [401, 403, 404])
def test_a_refusal_may_hang_on_a_condition_that_is_not_seen_here(
    user: str | None, comes_without_mfa: bool | None, status: int
) -> None:
    credential = Credential(user, "x") if user else None
    answer = Answer(credential, Judgement(Shape.EMPTY), None, None)
    result = say(
        "git-access",
        endpoint=SimpleNamespace(access=lambda _: no_refs(status)),
        remote_helper=None,
        handshake=SimpleNamespace(seen=lambda: answer),
    )
    hidden = [step.text for step in result.advice if "VPN" in step.text]
    assert bool(hidden) is (user is not None and status != 404)
    assert ["(MFA: " in text for text in hidden] == [bool(comes_without_mfa)] * len(hidden)


def test_without_words_there_is_no_evidence() -> None:
    result = refs(no_refs(said=""))
    assert (result.evidence, result.summary.endswith("it gave no reason")) == ((), True)


@pytest.mark.parametrize(
    ("access", "status", "code", "confirmed"),
    [
        (no_refs(), "fail", "remote-helper-refuses", True),
        (no_refs(403), "fail", "refused", True),
        (no_refs(trouble=Trouble.TIME), "warn", "no-refs", False),
        (no_refs(trouble=Trouble.CONNECTION), "fail", "no-refs", True),
    ],
)
def test_by_the_remote_helper(access: Access, status: str, code: str, confirmed: bool) -> None:
    host = facts.entry("http://p", "http.https://x.proxy", line=5)
    other = facts.entry("x", "http.proxyauthmethod", line=6)
    unset = facts.entry("", "http.proxy", line=7)
    result = refs(access, url=REMOTE_HELPER, entries=(PROXY, host, other, unset))
    assert seen(result) == (status, code, confirmed)
    with_proxies = access.trouble is Trouble.CONNECTION
    assert len(result.evidence) == (3 if with_proxies else 1)
    assert bool(result.advice) is (with_proxies or code == "refused")


def test_over_ssh_the_rule_is_named() -> None:
    rule = facts.entry(f"https://{facts.HOST}", "url.ssh://x.insteadof", line=3)
    result = refs(no_refs(), url=SSH, rules=(rule,))
    assert seen(result) == ("skip", "ssh", False)
    assert "because of" in result.summary
    assert len(result.evidence) == 1
    assert "because of" not in refs(no_refs(), url=SSH).summary
    assert refs(no_refs(), url="git://x/y").code == "no-helper-asked"
