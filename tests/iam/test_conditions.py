"""Condition operators, one by one, with three values; and where the documents decide."""

from __future__ import annotations

from datetime import datetime, timezone
from typing import Any

import pytest

from codecommit_doctor.rules.iam.conditions import holds
from codecommit_doctor.rules.iam.context import Context
from codecommit_doctor.rules.iam.patterns import (
    HEX_DIGIT,
    compile_glob,
    match,
    match_arn,
    match_resource,
)
from codecommit_doctor.rules.iam.truth import agreed, all_of, any_of, negated

NOON = datetime(2026, 11, 23, 12, tzinfo=timezone.utc)
HOUR = datetime(2026, 11, 23, 13, tzinfo=timezone.utc)
ME = "arn:aws:iam::111122223333:user/eng/ana"
CONTEXT = Context(
    values={
        "aws:username": ("ana",),
        "aws:PrincipalArn": (ME,),
        "aws:SecureTransport": ("true",),
        "aws:SourceIp": ("203.0.113.7",),
        "aws:MultiFactorAuthAge": ("300",),
        "aws:TagKeys": ("a", "b"),
        "kms:ResourceAliases": ("alias/x",),
        "s3:prefix": ("a*c",),
        "x:flag": ("odd",),
        "x:two": ("a", "b"),
    },
    absent=frozenset({"aws:SourceVpce", "aws:RequestTag/", "kms:Grant:"}),
    present=frozenset({"aws:userid"}),
    dates={"aws:CurrentTime": (NOON, HOUR), "aws:EpochTime": (NOON, HOUR)},
)


def truth(operator: str, key: str, wanted: Any, version: str = "2012-10-17") -> bool | None:
    return holds({operator: {key: wanted}}, CONTEXT, version)[0]


@pytest.mark.parametrize(
    ("operator", "key", "wanted", "expected"),
    [
        ("StringEquals", "aws:username", "ana", True),
        ("StringEquals", "aws:username", "Ana", False),
        ("StringEquals", "aws:username", "a*", False),
        ("StringEquals", "s3:prefix", "a*c", True),
        ("StringEquals", "s3:prefix", "a${*}c", True),
        ("StringEquals", "aws:username", ["bob", "ana"], True),
        ("StringNotEquals", "aws:username", ["bob", "ana"], False),
        ("StringNotEquals", "aws:username", ["bob", "eve"], True),
        ("StringEqualsIgnoreCase", "aws:username", "ANA", True),
        ("StringEqualsIgnoreCase", "aws:username", "AN?", False),
        ("StringEqualsIgnoreCase", "aws:username", "${aws:UserName}", True),
        ("StringEqualsIgnoreCase", "aws:username", "A${aws:userid}", None),
        ("StringEqualsIgnoreCase", "aws:username", "B${aws:userid}", False),
        ("IpAddress", "aws:SourceIp", "203.0.113.7/24", True),
        ("StringNotEqualsIgnoreCase", "aws:username", "ANA", False),
        ("StringLike", "aws:username", "?na", True),
        ("StringLike", "aws:username", "an", False),
        ("StringNotLike", "aws:username", "b*", True),
        ("stringlike", "AWS:UserName", "a*", True),
        ("Bool", "aws:SecureTransport", "TRUE", True),
        ("Bool", "aws:SecureTransport", False, False),
        ("Bool", "aws:SecureTransport", "yes", None),
        ("Bool", "x:flag", "true", None),
        ("NumericLessThan", "aws:MultiFactorAuthAge", "300", False),
        ("NumericLessThanEquals", "aws:MultiFactorAuthAge", "300", True),
        ("NumericGreaterThan", "aws:MultiFactorAuthAge", 299.5, True),
        ("NumericGreaterThanEquals", "aws:MultiFactorAuthAge", 301, False),
        ("NumericEquals", "aws:MultiFactorAuthAge", "300.0", True),
        ("NumericNotEquals", "aws:MultiFactorAuthAge", "300", False),
        ("NumericEquals", "aws:MultiFactorAuthAge", "many", None),
        ("NumericEquals", "aws:username", "1", None),
        ("IpAddress", "aws:SourceIp", "203.0.113.0/24", True),
        ("IpAddress", "aws:SourceIp", ["2001:db8::/32", "203.0.113.7"], True),
        ("IpAddress", "aws:SourceIp", "203.0.113.8", False),
        ("NotIpAddress", "aws:SourceIp", "203.0.113.0/24", False),
        ("NotIpAddress", "aws:SourceIp", "2001:db8::/32", True),
        ("IpAddress", "aws:SourceIp", "home", None),
        ("ArnEquals", "aws:PrincipalArn", "arn:aws:iam::*:user/*", True),
        ("ArnLike", "aws:PrincipalArn", ME, True),
        ("ArnNotEquals", "aws:PrincipalArn", ME, False),
        ("ArnNotLike", "aws:PrincipalArn", "arn:aws:iam::*:user/dev", True),
        ("DateGreaterThan", "aws:CurrentTime", "2026-11-23T11:59:59Z", True),
        ("DateGreaterThan", "aws:CurrentTime", "2026-11-23T12:30:00Z", None),
        ("DateLessThan", "aws:CurrentTime", "2026-11-23", False),
        ("DateLessThanEquals", "aws:CurrentTime", "2026-11-23T13:00:00Z", True),
        ("DateEquals", "aws:CurrentTime", "2020-01-01T00:00:00Z", False),
        ("DateEquals", "aws:CurrentTime", "2026-11-23T13:00:00Z", None),
        ("DateEquals", "aws:CurrentTime", "2026-11-23T12:00:00Z", None),
        ("DateNotEquals", "aws:CurrentTime", "2020-01-01T00:00:00Z", True),
        ("NumericGreaterThan", "aws:EpochTime", "1577836800", True),
        ("NumericLessThan", "aws:EpochTime", 1577836800, False),
        ("DateLessThan", "aws:EpochTime", "4102444800", True),
        ("StringEquals", "aws:CurrentTime", "x", None),
        ("ForAnyValue:DateLessThan", "aws:CurrentTime", "2020-01-01", None),
        ("Null", "aws:SourceVpce", "true", True),
        ("Null", "aws:SourceVpce", "True", True),
        ("Null", "aws:SourceVpce", "FALSE", False),
        ("Null", "aws:SourceVpce", ["true", "false"], True),
        ("Null", "aws:username", ["false", "false"], True),
        ("Null", "aws:userid", "false", True),
        ("Null", "aws:CurrentTime", True, False),
        ("Null", "aws:unheard", "true", None),
        ("Null", "aws:username", "maybe", None),
        ("NullIfExists", "aws:username", "false", None),
        ("BinaryEquals", "aws:username", "YW5h", None),
        ("StringAbout", "aws:username", "ana", None),
        ("ForSomeValues:StringLike", "aws:username", "ana", None),
        ("StringEquals", "aws:SecureTransport", True, True),
        ("ForAnyValue:Null", "aws:username", "false", None),
        ("ForAnyValue:StringEquals", "aws:unheard", "n", None),
        ("ForAllValues:StringEquals", "aws:userid", "p", None),
        ("StringEquals", "x:two", ["a", "b"], None),
        ("ForAllValues:StringEquals", "x:two", ["a", "b"], True),
    ],
)
def test_operators(operator: str, key: str, wanted: Any, expected: bool | None) -> None:
    assert truth(operator, key, wanted) is expected


@pytest.mark.parametrize(
    ("operator", "expected"),
    [
        ("StringEquals", False),
        ("StringNotEquals", True),
        ("StringNotLike", True),
        ("ArnNotLike", True),
        ("NotIpAddress", True),
        ("DateNotEquals", True),
        ("NumericNotEquals", True),
        ("NumericLessThan", False),
        ("Bool", False),
        ("BoolIfExists", True),
        ("StringEqualsIfExists", True),
        ("ForAllValues:StringEquals", True),
        ("ForAllValues:StringEqualsIfExists", True),
        ("ForAnyValue:StringEquals", False),
        ("ForAnyValue:StringNotEquals", False),
        ("ForAnyValue:StringEqualsIfExists", None),
    ],
)
@pytest.mark.parametrize("key", ["aws:SourceVpce", "aws:RequestTag/team"])
def test_a_key_that_is_not_there(operator: str, expected: bool | None, key: str) -> None:
    assert truth(operator, key, "x") is expected


@pytest.mark.parametrize(
    ("operator", "wanted", "expected"),
    [
        ("ForAllValues:StringEquals", ["a", "b", "c"], True),
        ("ForAllValues:StringEquals", ["a"], False),
        ("ForAnyValue:StringEquals", ["b"], True),
        ("ForAnyValue:StringEquals", ["c"], False),
        ("ForAllValues:StringNotEquals", ["a"], False),
        ("ForAnyValue:StringNotEquals", ["a"], True),
        ("StringEquals", ["a", "b"], None),
        ("StringNotEquals", ["c"], None),
    ],
)
def test_keys_with_several_values(operator: str, wanted: list[str], expected: bool | None) -> None:
    assert truth(operator, "aws:TagKeys", wanted) is expected


def test_a_multivalued_key_with_one_value_is_one_all_the_same() -> None:
    assert truth("StringEquals", "kms:ResourceAliases", "alias/x") is None
    assert truth("ForAnyValue:StringEquals", "kms:ResourceAliases", "alias/x") is True


@pytest.mark.parametrize(
    ("wanted", "equals", "differs"),
    [
        ("${aws:username}", True, False),
        ("${aws:SourceVpce}", False, True),
        ("${aws:SourceVpce, 'ana'}", True, False),
        ("${aws:SourceVpce, 'a'}n${aws:SourceVpce, 'a'}", True, False),
        ("${aws:SourceVpce, ana}", None, None),
        ("${aws:userid}", None, None),
        ("${aws:TagKeys}", None, None),
        ("${x:two}", None, None),
        ("${kms:ResourceAliases}", None, None),
        ("${KMS:resourcealiases}", None, None),
        ("bob-${aws:userid}", False, True),
        ("ana${aws:SourceVpce}", False, True),
        ("${aws:username}${aws:SourceVpce}", False, True),
        ("a${*}a", False, True),
        ("${aws:username", False, True),
        (["${aws:SourceVpce}", "ana"], True, False),
    ],
)
def test_policy_variables(wanted: Any, equals: bool | None, differs: bool | None) -> None:
    """One without a value equals nothing, so that its negation is true."""
    assert truth("StringEquals", "aws:username", wanted) is equals
    assert truth("StringNotEquals", "aws:username", wanted) is differs
    if wanted == "${aws:username}":
        assert truth("StringEquals", "aws:username", wanted, "2008-10-17") is False


def test_arns_are_compared_part_by_part() -> None:
    def like(pattern: str) -> bool | None:
        return match_arn(pattern, ME, CONTEXT, "2012-10-17")

    assert like("arn:aws:iam:*:group/x") is False  # five parts, and the whole does not match
    assert like("arn:*:user/eng/ana") is None
    assert like("*") is None
    assert like("arn:aws:*:user/*:x:y") is False
    assert like("arn:aws:iam::111122223333:user/*") is True
    assert like("arn:aws:iam::${aws:username}:user/*") is False
    assert like("${aws:PrincipalArn}") is True
    assert like("arn:aws:iam::*:user/${aws:userid}") is None
    assert like("arn:aws:iam::*:user/${aws:SourceVpce}") is False
    assert like("arn:aws:iam::111122223333:user/eng/ana${aws:SourceVpce}") is False
    assert like("arn:aws:iam::9:user/${aws:userid}") is False
    assert match_arn(ME, "no arn", CONTEXT, "2012-10-17") is None
    assert match_arn("arn:aws:x:r:1:a:b", "arn:aws:x:r:1:a:b", CONTEXT, "2012-10-17") is True


def test_without_a_context_a_variable_is_plain_text() -> None:
    assert match(compile_glob("a${b}*"), "a${b}c") is True
    assert match(compile_glob("a${b}c"), "abc") is False
    assert match(compile_glob("a${b}c", CONTEXT, "2008-10-17"), "a${b}c") is True


def test_a_resource_with_colons() -> None:
    arn = "arn:aws:x:r:1:a:b"
    assert match_resource(arn, arn, CONTEXT, "2012-10-17") is True
    assert match_resource("arn:aws:x:r:1:a:*", arn, CONTEXT, "2012-10-17") is True
    assert match_resource("arn:aws:x:r:1*:b", arn, CONTEXT, "2012-10-17") is None
    assert match_resource("arn:aws:x:r*1:a:b*", arn, CONTEXT, "2012-10-17") is False
    assert match_resource("arn:aws:x:r*:a:b${aws:SourceVpce}", arn, CONTEXT, "2012-10-17") is False


KEY = "arn:aws:kms:us-east-1:111122223333:key/abc"


@pytest.mark.parametrize(
    ("pattern", "expected"),
    [
        ("*", True),
        ("**", True),
        ("", False),
        ("arn:aws:kms", True),
        ("arn:aws:kms:us-east-1", True),
        ("arn:aws:k", False),
        ("arn:aws:kms:*:*:key/a?c", True),
        ("arn:aws:kms:us-*:key/abc", None),
        ("arn:aws:kms:us-west-*:key/abc", False),
        ("arn:aws:kms:us-east-1:?11122223333:key/*", True),
        ("arn:aws:kms:us-east-1:111122223333:KEY/abc", False),
        ("*:key/abc", None),
        ("x*", False),
        ("X*", False),
        ("arn:aws:k*1:111122223333:key/abc", False),
        ("arn:aws:k*1:111122223333:key/*", None),
        ("arn:aws:k*:${aws:SourceVpce}key/abc", False),
        ("arn:aws:kms:*:*:key/${aws:username}", False),
        ("arn:aws:kms:*:*:key/${aws:userid}", None),
        ("arn:aws:kms:*:*:key/${aws:SourceVpce}", False),
        ("arn:aws:kms:*:*:${aws:SourceVpce, 'key'}/abc", True),
        ("arn:aws:kms:${aws:username}:*:key/abc", False),
        ("arn:aws:kms:us-east-1:111122223333:key/abc:x", False),
    ],
)
def test_resources(pattern: str, expected: bool | None) -> None:
    assert match_resource(pattern, KEY, CONTEXT, "2012-10-17") is expected


def test_a_digit_that_is_not_known() -> None:
    def covers(pattern: str) -> bool | None:
        return match_resource(pattern, f"arn:aws:kms:r:1:key/{HEX_DIGIT * 2}", CONTEXT, "")

    assert covers("arn:aws:kms:r:1:key/??") is True
    assert covers("arn:aws:kms:r:1:key/*") is True
    assert covers("arn:aws:kms:r:1:key/a*") is None
    assert covers("arn:aws:kms:r:1:key/g*") is False
    assert covers("arn:aws:kms:r:1:key/???") is False


def test_keys_and_operators_hold_together() -> None:
    both = {"StringEquals": {"aws:username": "ana", "aws:userid": "x"}}
    assert holds(both, CONTEXT, "2012-10-17") == (None, ["aws:userid"])
    both["Bool"] = {"aws:SecureTransport": "false"}
    assert holds(both, CONTEXT, "2012-10-17") == (False, [])
    assert holds({"StringEquals": "x"}, CONTEXT, "2012-10-17") == (None, ["StringEquals"])
    assert holds({}, CONTEXT, "2012-10-17") == (True, [])


def test_three_values() -> None:
    assert [any_of([False, None]), any_of([None, True]), any_of([])] == [None, True, False]
    assert [all_of([True, None]), all_of([None, False]), all_of([])] == [None, False, True]
    assert [negated(True), negated(False), negated(None)] == [False, True, None]
    assert [agreed([True, True]), agreed([False]), agreed([True, False]), agreed([None])] == [
        *(True, False),
        *(None, None),
    ]


@pytest.mark.parametrize("text", ["${" * 6_000, "*" * 12_000, "*?" * 6_000, "${a}" * 3_000])
def test_long_patterns_end(text: str) -> None:
    """Longer than the longest policy that IAM takes, which has 10,240 characters."""
    condition = {"StringLike": {"aws:username": text}, "StringNotEquals": {"aws:username": text}}
    assert holds(condition, CONTEXT, "2012-10-17")[0] in (False, None, True)
    assert match_resource(f"arn:aws:kms:*:*:{text}", KEY, CONTEXT, "2012-10-17") in (
        *(False, True),
        None,
    )


def test_a_condition_that_is_no_object_does_not_hide_a_false_one() -> None:
    odd = {"StringEquals": "x", "Bool": {"aws:SecureTransport": "false"}}
    assert holds(odd, CONTEXT, "2012-10-17") == (False, [])
    odd["Bool"] = {"aws:SecureTransport": "true"}
    assert holds(odd, CONTEXT, "2012-10-17") == (None, ["StringEquals"])


@pytest.mark.parametrize(
    ("pattern", "text", "matches"),
    [
        ("*b*", "ab", True),
        ("*b*c", "xbc", True),
        ("*b*c", "xxbxxc", True),
        ("*ab*b", "ab", False),
        ("*ab*b", "abb", True),
        ("*aba*aba*", "ababa", False),
        ("*aba*aba*", "abaaba", True),
        ("*z*", "ab", False),
        ("*z*b", "ab", False),
        ("*a*b*c*", "cba", False),
        ("a*a", "a", False),
        ("a*a", "aa", True),
        ("a?c*", "abc", True),
        ("*?", "", False),
        ("?*?", "ab", True),
        ("abc", "ab", False),
        ("ab*", "a", False),
        ("", "", True),
        ("*", "", True),
    ],
)
def test_wildcards(pattern: str, text: str, matches: bool) -> None:
    assert match(compile_glob(pattern), text) is matches
