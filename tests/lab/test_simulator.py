"""The lab's own policy evaluator, on examples of the IAM User Guide's rules."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.lab.simulator import (
    ALLOWED,
    EXPLICIT_DENY,
    IMPLICIT_DENY,
    Policy,
    PolicySet,
    decide,
)

KEY = "arn:aws:kms:us-east-2:111122223333:key/abc"


def policy(*statements: dict[str, Any], name: str = "p") -> Policy:
    return Policy(name, "user", json.dumps({"Statement": list(statements)}, indent=1))


def says(effect: str, action: Any = "kms:Decrypt", resource: Any = "*", **more: Any) -> Any:
    return {"Effect": effect, "Action": action, "Resource": resource, **more}


@pytest.mark.parametrize(
    ("statements", "verdict"),
    [
        ([], IMPLICIT_DENY),
        ([says("Allow")], ALLOWED),
        ([says("Allow"), says("Deny")], EXPLICIT_DENY),
        ([says("Deny"), says("Allow")], EXPLICIT_DENY),
        ([says("Allow", "KMS:d?cryp*")], ALLOWED),
        ([says("Allow", ["s3:*", "kms:*"])], ALLOWED),
        ([says("Allow", "kms:Decryp")], IMPLICIT_DENY),
        ([says("Allow", resource="arn:aws:kms:us-east-2:*:key/*")], ALLOWED),
        ([says("Allow", resource="arn:aws:kms:us-east-1:*")], IMPLICIT_DENY),
        ([{"Effect": "Deny", "NotAction": "iam:*", "Resource": "*"}], EXPLICIT_DENY),
        ([{"Effect": "Deny", "NotAction": "kms:*", "Resource": "*"}], IMPLICIT_DENY),
        ([{"Effect": "Allow", "Action": "*", "NotResource": "arn:aws:s3:::*"}], ALLOWED),
        ([{"Effect": "Allow", "Action": "*", "NotResource": KEY}], IMPLICIT_DENY),
    ],
)
def test_one_policy(statements: list[Any], verdict: str) -> None:
    assert decide(PolicySet((policy(*statements),)), "kms:Decrypt", KEY).verdict == verdict


@pytest.mark.parametrize(
    ("condition", "context", "met"),
    [
        ({"StringEquals": {"aws:Username": "dev"}}, {"aws:username": ["dev"]}, True),
        ({"StringEquals": {"aws:Username": ["a", "dev"]}}, {"aws:username": ["dev"]}, True),
        ({"StringEquals": {"aws:Username": "dev"}}, {}, False),
        ({"StringNotEquals": {"aws:Username": "dev"}}, {}, True),
        ({"StringLike": {"aws:Username": "d*"}}, {"aws:username": ["dev"]}, True),
        ({"StringEqualsIgnoreCase": {"aws:Username": "DEV"}}, {"aws:username": ["dev"]}, True),
        ({"Bool": {"aws:MultiFactorAuthPresent": "false"}}, {}, False),
        ({"BoolIfExists": {"aws:MultiFactorAuthPresent": "false"}}, {}, True),
        ({"BoolIfExists": {"aws:MultiFactorAuthPresent": False}}, {}, True),
        ({"Null": {"codecommit:References": "true"}}, {}, True),
        ({"Null": {"codecommit:References": "false"}}, {}, False),
        ({"IpAddress": {"aws:SourceIp": "127.0.0.0/8"}}, {"aws:sourceip": ["127.0.0.1"]}, True),
        ({"NotIpAddress": {"aws:SourceIp": "10.0.0.0/8"}}, {"aws:sourceip": ["127.0.0.1"]}, True),
        ({"Null": {"k": "TRUE"}}, {}, True),
        ({"Null": {"k": ["true", "false"]}}, {"k": ["x"]}, True),
        ({"ArnLike": {"k": "arn:aws:iam::*:user/*"}}, {"k": ["arn:aws:iam::1:user/x"]}, True),
        ({"ArnLike": {"k": "arn:aws:iam:*:user/*"}}, {"k": ["arn:aws:iam::1:user/x"]}, False),
        ({"NumericLessThan": {"n": "5"}}, {"n": ["4"]}, True),
        ({"NumericLessThan": {"n": "5"}}, {"n": ["5"]}, False),
        ({"NumericGreaterThanEquals": {"n": "5"}}, {"n": ["5"]}, True),
        (
            {"DateLessThan": {"aws:CurrentTime": "2020-01-01T00:00:00Z"}},
            {"aws:currenttime": ["2026-01-01T00:00:00+00:00"]},
            False,
        ),
        ({"ForAllValues:StringEquals": {"k": ["a", "b"]}}, {"k": ["a", "b"]}, True),
        ({"ForAllValues:StringEquals": {"k": ["a"]}}, {"k": ["a", "b"]}, False),
        ({"ForAllValues:StringEquals": {"k": ["a"]}}, {}, True),
        ({"ForAnyValue:StringEquals": {"k": ["a"]}}, {"k": ["a", "b"]}, True),
        ({"ForAnyValue:StringNotEquals": {"k": ["a"]}}, {}, False),
        ({"StringEquals": {"a": "1", "b": "2"}}, {"a": ["1"], "b": ["3"]}, False),
    ],
)
def test_conditions(condition: Any, context: dict[str, list[str]], met: bool) -> None:
    policies = PolicySet((policy(says("Deny", Condition=condition)),))
    decided = decide(policies, "kms:Decrypt", KEY, context).verdict
    assert decided == (EXPLICIT_DENY if met else IMPLICIT_DENY)


def test_missing_values_are_those_of_every_statement() -> None:
    """Also of those that are about something else, as SimulatePrincipalPolicy reports them."""
    elsewhere = says(
        "Allow", "s3:*", "arn:aws:s3:::${aws:username}/*", Condition={"Bool": {"a": 1}}
    )
    decided = decide(PolicySet((policy(says("Allow"), elsewhere),)), "kms:Decrypt", KEY)
    assert decided.missing == {"aws:username", "a"}


def test_short_arns_are_completed_and_variables_stand_behind_the_fifth_colon() -> None:
    def covers(resource: str) -> bool:
        mine = PolicySet((policy(says("Allow", resource=resource)),))
        return decide(mine, "kms:Decrypt", KEY, {"r": ["us-east-2"], "k": ["abc"]}).allowed

    assert covers("arn:aws:kms") and covers("arn:aws:kms:us-east-2")
    assert covers("arn:aws:kms:*:*:key/${k}")
    assert not covers("arn:aws:kms:*:*:key/a${*}")
    assert not covers("arn:aws:kms:${r}:*:key/abc")
    assert not covers("arn:aws:kms:*:key/abc")


def test_an_unknown_operator_is_an_error() -> None:
    policies = PolicySet((policy(says("Deny", Condition={"BinaryEquals": {"k": "x"}})),))
    with pytest.raises(NotImplementedError):
        decide(policies, "kms:Decrypt", KEY, {"k": ["x"]})


def test_variables() -> None:
    mine = policy(says("Allow", resource="arn:aws:codecommit:*:*:${aws:username}-*"))
    resource = "arn:aws:codecommit:us-east-2:1:dev-site"
    context = {"aws:username": ["dev"]}
    assert decide(PolicySet((mine,)), "kms:Decrypt", resource, context).allowed
    assert not decide(PolicySet((mine,)), "kms:Decrypt", resource).allowed


def test_boundaries_and_session_policies_only_take_away() -> None:
    everything, nothing = policy(says("Allow", "*")), policy(says("Allow", "s3:*"))
    bounded = decide(PolicySet((everything,), boundary=nothing), "kms:Decrypt", KEY)
    assert (bounded.verdict, bounded.boundary_allows) == (IMPLICIT_DENY, False)
    assert decide(PolicySet((), boundary=everything), "kms:Decrypt").verdict == IMPLICIT_DENY
    assert decide(PolicySet((everything,), everything, everything), "kms:Decrypt").allowed
    session = PolicySet((everything,), session=policy(says("Deny")))
    assert decide(session, "kms:Decrypt", KEY).verdict == EXPLICIT_DENY


def test_where_a_statement_stands() -> None:
    written = policy(says("Allow", "s3:*"), says("Deny"))
    ((found, statement),) = decide(PolicySet((written,)), "kms:Decrypt", KEY).matched
    start, end = found.place_of(statement)
    assert json.loads(written.text[start:end]) == says("Deny")
