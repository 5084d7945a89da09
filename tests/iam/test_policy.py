"""What policies together decide."""

from __future__ import annotations

import json
from datetime import datetime, timezone
from typing import Any

import pytest
from msgspec.structs import replace

from codecommit_doctor.rules.iam.context import Context
from codecommit_doctor.rules.iam.policy import (
    Decided,
    Decision,
    Document,
    MalformedPolicy,
    Request,
    Statement,
    decide,
    statements_of,
)

PULL = "codecommit:GitPull"
ARN = "arn:aws:codecommit:us-east-2:111122223333:demo"
REQUEST = Request(ARN, Context(values={"aws:username": ("ana",)}))
UNKNOWN = {"StringEquals": {"aws:PrincipalTag/x": "y"}}
NEVER = {"StringEquals": {"aws:username": "bob"}}
TAG = ("aws:PrincipalTag/x",)
ALLOWED, DENIED = Decided.ALLOWED, Decided.DENIED
NOT_ALLOWED, MAYBE = Decided.NOT_ALLOWED, Decided.MAYBE


def says(effect: str, action: Any = PULL, resource: Any = "*", **more: Any) -> dict[str, Any]:
    return {"Effect": effect, "Action": action, "Resource": resource, **more}


ALLOW, DENY = says("Allow"), says("Deny")
PERHAPS = says("Allow", Condition=UNKNOWN)
PERHAPS_NOT = says("Deny", Condition=UNKNOWN)
NONE = Decision(NOT_ALLOWED, "all policies that apply")


def policy(*statements: dict[str, Any], name: str = "p", boundary: bool = False) -> Document:
    return Document(name, {"Version": "2012-10-17", "Statement": list(statements)}, boundary)


def limit(*statements: dict[str, Any]) -> Document:
    return policy(*statements, name="b", boundary=True)


@pytest.mark.parametrize(
    ("documents", "decision"),
    [
        ([], NONE),
        ([policy()], NONE),
        ([policy(ALLOW)], Decision(ALLOWED, "p, statement number 1")),
        ([policy({**ALLOW, "Sid": "Mine"})], Decision(ALLOWED, "p, statement Mine")),
        ([policy(ALLOW, DENY)], Decision(DENIED, "p, statement number 2")),
        ([policy(DENY), policy(ALLOW)], Decision(DENIED, "p, statement number 1")),
        # Statements that are about something else are passed over:
        ([policy(says("Deny", "s3:*"), ALLOW)], Decision(ALLOWED, "p, statement number 2")),
        (
            [policy(says("Allow", resource="arn:aws:s3"), ALLOW)],
            Decision(ALLOWED, "p, statement number 2"),
        ),
        (
            [policy(says("Deny", Condition=NEVER), ALLOW)],
            Decision(ALLOWED, "p, statement number 2"),
        ),
        # What can't be told:
        ([policy(PERHAPS)], Decision(MAYBE, "p, statement number 1", TAG)),
        ([policy(PERHAPS, ALLOW)], Decision(ALLOWED, "p, statement number 2")),
        ([policy(ALLOW, PERHAPS)], Decision(ALLOWED, "p, statement number 1")),
        ([policy(ALLOW, PERHAPS_NOT)], Decision(MAYBE, "p, statement number 2", TAG)),
        ([policy(PERHAPS_NOT, DENY)], Decision(DENIED, "p, statement number 2")),
        ([policy(PERHAPS, PERHAPS_NOT)], Decision(MAYBE, "p, statement number 2", TAG)),
        ([policy(PERHAPS_NOT)], NONE),
        (
            [policy(says("Allow", resource="arn:aws:codecommit:${aws:PrincipalTag/x}:*:demo"))],
            NONE,
        ),
        (
            [policy(says("Allow", resource=f"{ARN[:-4]}${{aws:PrincipalTag/x}}"))],
            Decision(MAYBE, "p, statement number 1", ("Resource",)),
        ),
        # A boundary allows nothing by itself:
        ([policy(ALLOW), limit(ALLOW)], Decision(ALLOWED, "p, statement number 1")),
        ([limit(ALLOW)], NONE),
        (
            [policy(ALLOW), limit()],
            Decision(NOT_ALLOWED, "the permissions boundary", limit="boundary"),
        ),
        (
            [policy(ALLOW), limit(says("Allow", "s3:*"))],
            Decision(NOT_ALLOWED, "the permissions boundary", limit="boundary"),
        ),
        ([policy(ALLOW), limit(DENY)], Decision(DENIED, "b, statement number 1", (), "boundary")),
        (
            [policy(ALLOW), limit(PERHAPS)],
            Decision(MAYBE, "b, statement number 1", TAG, "boundary"),
        ),
        ([policy(PERHAPS), limit(ALLOW)], Decision(MAYBE, "p, statement number 1", TAG)),
    ],
)
def test_what_policies_decide(documents: list[Document], decision: Decision) -> None:
    found = decide(documents, PULL, REQUEST)
    assert replace(found, keys=(), denies=False, wants=()) == decision
    if found.decided is DENIED:
        assert found.denies
    assert set(found.doubts) <= {*found.keys, "Resource"}


@pytest.mark.parametrize(
    ("document", "words"),
    [
        ("{", "it is not JSON"),
        ("[]", "it is not an object"),
        ({"Version": "2012-10-17"}, "it has no Statement"),
        ({"Statement": "x"}, "it has no Statement"),
        ({"Statement": ["x"]}, "a statement neither allows nor denies"),
        ({"Statement": {"Effect": "Perhaps"}}, "a statement neither allows nor denies"),
        ({"Statement": {"Effect": "Allow"}}, "neither Action nor NotAction"),
        ({"Statement": {"Effect": "Allow", "Action": "*"}}, "neither Resource nor NotResource"),
        ({"Statement": says("Allow", 5)}, "Action is neither a text nor a list of texts"),
        ({"Statement": says("Allow", [PULL, 5])}, "Action is neither a text nor a list of texts"),
        (
            {"Statement": {"Effect": "Allow", "Action": "*", "NotResource": 5}},
            "NotResource is neither a text nor a list of texts",
        ),
        ({"Statement": says("Allow", Condition="x")}, "a Condition is not an object"),
    ],
)
def test_what_is_no_policy(document: Any, words: str) -> None:
    with pytest.raises(MalformedPolicy, match=words):
        decide([Document("p", document)], PULL, REQUEST)


@pytest.mark.parametrize(
    ("statement", "named"),
    [
        (says("Allow", "CODECOMMIT:gitpull"), True),
        (says("Allow", ["s3:*", "codecommit:Git*"]), True),
        (says("Allow", "codecommit:GitPus?"), False),
        (says("Allow", []), False),
        ({"Effect": "Allow", "NotAction": "s3:*", "Resource": "*"}, True),
        ({"Effect": "Allow", "NotAction": ["s3:*", PULL], "Resource": "*"}, False),
        (says("Allow", "codecommit:${aws:username}"), False),
    ],
)
def test_which_statements_name_an_action(statement: dict[str, Any], named: bool) -> None:
    (one,) = statements_of(json.dumps({"Statement": statement}))
    assert one.names(PULL) is named


@pytest.mark.parametrize(
    ("elements", "applies"),
    [
        ({"Resource": "*"}, (True, ())),
        ({"Resource": "arn:aws:s3"}, (False, ())),
        ({"NotResource": "arn:aws:s3"}, (True, ())),
        ({"NotResource": ARN}, (False, ())),
        ({"Resource": "*", "Condition": {}}, (True, ())),
        ({"Resource": "*", "Condition": None}, (True, ())),
        ({"Resource": "*", "Condition": UNKNOWN}, (None, TAG)),
        ({"Resource": "*", "Condition": NEVER}, (False, ())),
        (
            {"Resource": f"{ARN[:-4]}${{aws:PrincipalTag/x}}", "Condition": UNKNOWN},
            (None, ("Resource", *TAG)),
        ),
    ],
)
def test_whether_a_statement_applies(elements: dict[str, Any], applies: object) -> None:
    document = {"Version": "2012-10-17", "Statement": {"Effect": "Deny", "Action": "*", **elements}}
    (one,) = statements_of(document)
    assert one.denies
    assert one.applies(REQUEST) == applies


def test_old_policies_have_no_variables() -> None:
    statement = says("Allow", resource=f"{ARN[:-4]}${{aws:username}}")
    arn = f"{ARN[:-4]}ana"
    for version, covered in (({"Version": "2012-10-17"}, True), ({}, False)):
        (one,) = statements_of({**version, "Statement": statement})
        assert one.applies(Request(arn, REQUEST.context))[0] is covered


@pytest.mark.parametrize(
    "elements",
    [
        {"Resource": "*"},
        {"Action": "*"},
        {"Action": "*", "Resource": 5},
        {"Action": [5], "Resource": "*"},
        {"Action": "*", "Resource": "*", "Condition": "x"},
    ],
)
def test_what_iam_would_not_accept(elements: dict[str, Any]) -> None:
    (one,) = statements_of({"Statement": {"Effect": "Deny", **elements}})
    with pytest.raises(MalformedPolicy):
        one.validate()
    (right,) = statements_of({"Statement": {"Effect": "Deny", "NotAction": "x", "Resource": []}})
    right.validate()


MFA = {"Bool": {"aws:MultiFactorAuthPresent": "true"}}
OVER = {"DateLessThan": {"aws:CurrentTime": "2020-01-01T00:00:00Z"}}
NOW = datetime(2026, 3, 4, tzinfo=timezone.utc)
KEY_OF_A_USER = Context(
    absent=frozenset({"aws:MultiFactorAuthPresent"}), dates={"aws:CurrentTime": (NOW, NOW)}
)


@pytest.mark.parametrize(
    ("condition", "keys", "wants"),
    [
        (MFA, ("aws:MultiFactorAuthPresent",), ("aws:MultiFactorAuthPresent (Bool true)",)),
        (
            OVER,
            ("aws:CurrentTime",),
            ("aws:CurrentTime (DateLessThan 2020-01-01T00:00:00Z)",),
        ),
        (
            MFA | UNKNOWN,
            ("aws:MultiFactorAuthPresent",),
            ("aws:MultiFactorAuthPresent (Bool true)",),
        ),
        (
            {"DateGreaterThan": {"aws:CurrentTime": "2020-01-01T00:00:00Z"}} | OVER,
            ("aws:CurrentTime",),
            (
                "aws:CurrentTime (DateGreaterThan 2020-01-01T00:00:00Z; "
                "DateLessThan 2020-01-01T00:00:00Z)",
            ),
        ),
    ],
)
@pytest.mark.parametrize("boundary", [False, True])
def test_what_would_be_allowed_if_a_condition_held(
    condition: dict[str, Any], keys: tuple[str, ...], wants: tuple[str, ...], boundary: bool
) -> None:
    lapsed = policy(says("Allow", "s3:*"), says("Allow", Condition=condition), boundary=boundary)
    found = decide(
        [lapsed, *([policy(ALLOW)] if boundary else [])], PULL, Request(ARN, KEY_OF_A_USER)
    )
    assert (found.decided, found.offer) == (NOT_ALLOWED, "p, statement number 2")
    assert (found.keys, found.wants) == (keys, wants)
    assert found.limit == ("boundary" if boundary else "")
    elsewhere = policy(says("Allow", resource=f"{ARN}-2", Condition=condition))
    assert not decide([elsewhere], PULL, Request(ARN, KEY_OF_A_USER)).offer
    assert not decide([lapsed, policy(DENY)], PULL, Request(ARN, KEY_OF_A_USER)).offer


def test_a_condition_is_told_key_by_key_and_never_at_length() -> None:
    networks = [f"192.0.{n}.0/24" for n in range(9)]
    deny = says("Deny", Condition={"NotIpAddress": {"aws:SourceIp": networks}})
    found = decide([policy(ALLOW, deny)], PULL, REQUEST)
    assert found.wants == (
        "aws:SourceIp (NotIpAddress 192.0.0.0/24, 192.0.1.0/24, 192.0.2.0/24 ...)",
    )
    hidden = says("Allow", resource=f"{ARN[:-4]}${{aws:PrincipalTag/x}}")
    assert decide([policy(hidden)], PULL, REQUEST).wants == ("Resource",)


def test_a_deny_whose_condition_does_not_hold_offers_nothing() -> None:
    found = decide([policy(says("Deny", Condition=NEVER))], PULL, REQUEST)
    assert (found.decided, found.offer, found.denies) == (NOT_ALLOWED, "", False)


def test_what_a_statement_wants_of_the_request() -> None:
    def statement(**more: Any) -> Statement:
        return Statement(says("Allow", **more), "S", "2012-10-17")

    assert statement().unmet(REQUEST) == ()
    assert statement(Condition=NEVER).unmet(REQUEST) == ("aws:username",)
    assert statement(Condition=NEVER, resource="arn:aws:s3").unmet(REQUEST) == ()
    malformed = statement(Condition={"StringEquals": "aws:username"})
    assert malformed.worded(["aws:username"]) == ("aws:username",)
