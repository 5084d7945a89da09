"""What is known of a request to AWS, key by key."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone

import pytest

from codecommit_doctor.rules.iam.context import (
    ABSENT,
    PRESENT,
    UNKNOWN,
    Caller,
    Context,
    git_request,
    kms_request,
    to_simulate,
)

NOW = datetime(2026, 3, 4, 5, 6, 7, tzinfo=timezone.utc)
ARN = "arn:aws:iam::111122223333:user/ana"
USER = Caller("aws", "111122223333", "ana", "AIDAEXAMPLE", ARN, long_term=True)
SESSION = Caller("aws", "111122223333", user_id="AROAEXAMPLE:s")
CONTEXT = Context(
    values={"aws:UserName": ("ana",), "kms:Two": ("a", "b")},
    absent=frozenset({"aws:Gone", "aws:RequestTag/", "kms:Grant:"}),
    present=frozenset({"aws:UserId"}),
    dates={"aws:CurrentTime": (NOW, NOW)},
    service="kms",
)


@pytest.mark.parametrize(
    ("key", "state"),
    [
        ("AWS:username", ("ana",)),
        ("kms:TWO", ("a", "b")),
        ("aws:gone", ABSENT),
        ("aws:GoneToo", UNKNOWN),
        ("aws:requesttag/team", ABSENT),
        ("kms:grant:x", ABSENT),
        ("aws:USERID", PRESENT),
        ("aws:currenttime", PRESENT),
        ("aws:Other", UNKNOWN),
        ("kms:Other", UNKNOWN),
        ("s3:prefix", ABSENT),
        ("sts:ExternalId", UNKNOWN),
        ("saml:aud", UNKNOWN),
        ("accounts.example.com:aud", UNKNOWN),
    ],
)
def test_what_is_known_of_a_key(key: str, state: object) -> None:
    assert CONTEXT.state(key) == state


def test_without_a_service_no_key_is_another_ones() -> None:
    assert Context().state("s3:prefix") == UNKNOWN


def test_the_period_of_a_key() -> None:
    assert CONTEXT.period("AWS:currentTIME") == (NOW, NOW)
    assert CONTEXT.period("aws:username") is None


USERS = {
    "aws:PrincipalType": ("User",),
    "aws:username": ("ana",),
    "aws:userid": ("AIDAEXAMPLE",),
    "aws:PrincipalArn": (ARN,),
    "aws:MultiFactorAuthAge": ABSENT,
    "aws:TokenIssueTime": ABSENT,
}
SESSIONS = {
    "aws:PrincipalType": ("AssumedRole",),
    "aws:username": ABSENT,
    "aws:userid": ("AROAEXAMPLE:s",),
    "aws:PrincipalArn": PRESENT,
    "aws:MultiFactorAuthAge": UNKNOWN,
    "aws:TokenIssueTime": PRESENT,
}
BOTH = {
    "aws:PrincipalAccount": ("111122223333",),
    "aws:RequestedRegion": ("us-east-2",),
    "aws:SecureTransport": ("true",),
    "aws:PrincipalIsAWSService": ("false",),
    "aws:SourceArn": ABSENT,
    "aws:TagKeys": ABSENT,
    "aws:RequestTag/x": ABSENT,
    "aws:CurrentTime": PRESENT,
}


@pytest.mark.parametrize(("caller", "keys"), [(USER, USERS), (SESSION, SESSIONS)])
def test_what_both_requests_tell_of_the_caller(caller: Caller, keys: dict[str, object]) -> None:
    for context in (git_request(caller, "us-east-2", NOW), kms_request(caller, "us-east-2", NOW)):
        assert {key: context.state(key) for key in keys} == keys
        assert {key: context.state(key) for key in BOTH} == BOTH


def test_a_caller_of_whom_little_is_known() -> None:
    context = git_request(Caller("aws", "1"), "us-east-2", NOW)
    assert context.state("aws:userid") == context.state("aws:PrincipalArn") == PRESENT


@pytest.mark.parametrize("key", ["aws:CurrentTime", "aws:EpochTime"])
def test_the_time_is_known_but_for_the_clock(key: str) -> None:
    period = git_request(USER, "us-east-2", NOW).period(key)
    assert period is not None
    assert period[0] < NOW < period[1]
    assert NOW - period[0] == period[1] - NOW < timedelta(hours=1)


def test_a_session_was_begun_within_its_longest_time() -> None:
    period = git_request(SESSION, "us-east-2", NOW).period("aws:TokenIssueTime")
    assert period is not None
    assert period[0] <= NOW - timedelta(hours=12)
    assert NOW < period[1] < NOW + timedelta(hours=1)


@pytest.mark.parametrize(
    ("references", "state"),
    [
        ((), ABSENT),
        (None, PRESENT),
        (iter(["refs/heads/a", "refs/heads/b"]), ("refs/heads/a", "refs/heads/b")),
    ],
)
def test_the_references_of_a_push(references: tuple[str, ...] | None, state: object) -> None:
    context = git_request(USER, "us-east-2", NOW, references=references)
    assert context.state("codecommit:References") == state
    assert context.state("aws:ViaAWSService") == ("false",)
    assert context.state("aws:CalledVia") == context.state("aws:CalledViaLast") == ABSENT
    assert context.state("aws:ResourceAccount") == ("111122223333",)
    assert context.state("kms:ViaService") == ABSENT


@pytest.mark.parametrize(
    ("partition", "via", "called"),
    [
        ("aws", ("codecommit.us-east-2.amazonaws.com",), ("codecommit.amazonaws.com",)),
        ("aws-us-gov", ("codecommit.us-east-2.amazonaws.com",), ("codecommit.amazonaws.com",)),
        ("aws-cn", PRESENT, PRESENT),
    ],
)
def test_codecommit_asks_kms_in_the_callers_name(
    partition: str, via: object, called: object
) -> None:
    context = kms_request(Caller(partition, "1"), "us-east-2", NOW)
    assert context.state("kms:ViaService") == via
    assert context.state("aws:CalledVia") == called
    assert context.state("aws:ViaAWSService") == ("true",)
    assert context.state("kms:CallerAccount") == ("1",)
    assert context.state("codecommit:References") == ABSENT


def test_the_key_may_belong_to_another_account() -> None:
    assert kms_request(USER, "x", NOW).state("aws:ResourceAccount") == ("111122223333",)
    assert kms_request(USER, "x", NOW, owner="9").state("aws:ResourceAccount") == ("9",)


@pytest.mark.parametrize(
    ("aliases", "state"), [(None, UNKNOWN), ((), ABSENT), (("alias/x",), ("alias/x",))]
)
def test_the_aliases_of_the_key(aliases: tuple[str, ...] | None, state: object) -> None:
    context = kms_request(USER, "x", NOW, aliases=aliases)
    assert context.state("kms:ResourceAliases") == state
    assert context.state("aws:ResourceTag/x") == UNKNOWN
    assert kms_request(USER, "x", NOW, managed=True).state("aws:ResourceTag/x") == ABSENT


def test_what_is_known_as_the_simulation_takes_it() -> None:
    context = Context(
        values={
            "x:b": ("1",),
            "x:a": ("1", "2"),
            "aws:SecureTransport": ("true",),
            "codecommit:References": ("refs/heads/a",),
            "kms:ResourceAliases": ("alias/x",),
        }
    )
    assert to_simulate(context) == (
        ("aws:SecureTransport", "boolean", ("true",)),
        ("codecommit:References", "string", ("refs/heads/a",)),
        ("kms:ResourceAliases", "stringList", ("alias/x",)),
        ("x:a", "stringList", ("1", "2")),
        ("x:b", "string", ("1",)),
    )
