"""The evaluation of policies, alone and against moto's."""

from __future__ import annotations

import json
from datetime import datetime, timezone
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from moto.iam.access_control import IAMPolicy, PermissionResult

from codecommit_doctor.rules.iam.context import Caller, Context, kms_request
from codecommit_doctor.rules.iam.kms import NEEDED, Denial, denials, key_arn, unknown_keys
from codecommit_doctor.rules.iam.patterns import compile_glob, match
from codecommit_doctor.rules.iam.policy import MalformedPolicy, Request

ACCOUNT = "111122223333"
REGION = "us-east-1"
ID = "1234abcd-12ab-34cd-56ef-1234567890ab"
OTHER_ID = "0987dcba-09fe-87dc-65ba-ab0987654321"
KEYS = f"arn:aws:kms:{REGION}:{ACCOUNT}:key"
NOW = datetime(2026, 11, 23, 12, tzinfo=timezone.utc)
SEEN = (key_arn("aws", REGION, ACCOUNT, ID),)
UNSEEN = unknown_keys("aws", REGION, ACCOUNT, managed=True)
USER = Caller(
    "aws", ACCOUNT, "ana", "AIDAEXAMPLE", f"arn:aws:iam::{ACCOUNT}:user/eng/ana", long_term=True
)
ROLE = Caller("aws", ACCOUNT, user_id="AROAEXAMPLE:s")


def context(caller: Caller = USER, region: str = REGION) -> Context:
    return kms_request(caller, region, NOW, aliases=("alias/aws/codecommit",), managed=True)


SESSION = context(ROLE)


def policy(version: str = "2012-10-17", **statement: Any) -> dict[str, Any]:
    return {"Version": version, "Statement": [{"Effect": "Deny", **statement}]}


def requests(keys: tuple[str, ...] = SEEN, about: Context | None = None) -> list[Request]:
    return [Request(key, about or context()) for key in keys]


def evaluate(
    keys: tuple[str, ...] = SEEN, *, about: Context | None = None, **statement: Any
) -> Denial | None:
    found = denials(policy(**statement), requests(keys, about))
    return found[0] if found else None


def certainty(denial: Denial | None) -> str:
    return "no" if denial is None else "denied" if denial.certain else "perhaps"


@pytest.mark.parametrize(
    ("elements", "denied"),
    [
        ({"Action": "*"}, set(NEEDED)),
        ({"Action": "kms:*"}, set(NEEDED)),
        ({"Action": ["s3:*", "KMS:dEcRyPt"]}, {"kms:Decrypt"}),
        ({"Action": "kms:Encrypt"}, {"kms:Encrypt"}),
        ({"Action": "kms:ReEncrypt*"}, {"kms:ReEncrypt*"}),
        ({"Action": "kms:ReEncryptTo"}, {"kms:ReEncrypt*"}),
        ({"Action": "kms:ReEncryptFrom"}, {"kms:ReEncrypt*"}),
        ({"Action": "kms:ReEncrypt"}, {"kms:ReEncrypt*"}),
        ({"Action": "kms:*crypt"}, {"kms:Encrypt", "kms:Decrypt", "kms:ReEncrypt*"}),
        ({"Action": "kms:?ecrypt"}, {"kms:Decrypt"}),
        ({"Action": "kms:GenerateDataKey"}, {"kms:GenerateDataKey"}),
        (
            {"Action": "kms:GenerateDataKey*"},
            {"kms:GenerateDataKey", "kms:GenerateDataKeyWithoutPlaintext"},
        ),
        ({"Action": "kms:DescribeKey"}, {"kms:DescribeKey"}),
        ({"Action": "kms:GenerateDataKeyPair"}, set()),
        ({"Action": ["kms:ScheduleKeyDeletion", "kms:Disable*", "kms:CreateGrant"]}, set()),
        ({"Action": "k.s:Encrypt"}, set()),
        ({"NotAction": "kms:*"}, set()),
        ({"NotAction": ["iam:*", "sts:*"]}, set(NEEDED)),
        (
            {"NotAction": ["kms:*crypt", "kms:ReEncrypt*", "KMS:GENERATEDATAKEY*"]},
            {"kms:DescribeKey"},
        ),
        (
            {
                "NotAction": [
                    "kms:Encrypt",
                    "kms:Decrypt",
                    "kms:ReEncryptFrom",
                    "kms:ReEncryptTo",
                    "kms:G*",
                    "kms:D*",
                ]
            },
            set(),
        ),
    ],
)
def test_which_of_the_six_actions_a_statement_names(
    elements: dict[str, Any], denied: set[str]
) -> None:
    found = evaluate(Resource="*", **elements)
    assert set(found.actions if found else ()) == denied


@pytest.mark.parametrize(
    ("resource", "unseen", "seen"),
    [
        ("*", "denied", "denied"),
        ("arn:aws:kms:*:*:key/*", "denied", "denied"),
        (f"arn:aws:kms:{REGION}:{ACCOUNT}:*", "denied", "denied"),
        (f"{KEYS}/*", "denied", "denied"),
        (f"{KEYS}/????????-????-????-????-????????????", "denied", "denied"),
        (f"{KEYS}/*-*", "denied", "denied"),
        ("arn:aws:kms", "denied", "denied"),
        ("arn:aws:kms:*", "denied", "denied"),
        ("arn:*:kms:us-*-1:1111????3333:key/*", "denied", "denied"),
        (["arn:aws:s3:::b/*", f"{KEYS}/*"], "denied", "denied"),
        (f"{KEYS}/{ID}", "perhaps", "denied"),
        (f"{KEYS}/{OTHER_ID}", "perhaps", "no"),
        ([f"{KEYS}/{OTHER_ID}", f"{KEYS}/{ID}"], "perhaps", "denied"),
        (f"{KEYS}/1234*", "perhaps", "denied"),
        (f"{KEYS}/mrk-*", "no", "no"),
        ("arn:*:key/*", "perhaps", "perhaps"),
        (f"arn:aws:kms:eu-west-1:{ACCOUNT}:key/*", "no", "no"),
        (f"arn:aws:kms:{REGION}:999999999999:key/*", "no", "no"),
        (f"arn:aws-cn:kms:{REGION}:{ACCOUNT}:key/*", "no", "no"),
        ("arn:aws:s3:::*", "no", "no"),
        (f"arn:aws:kms:{REGION}:{ACCOUNT}:alias/aws/codecommit", "no", "no"),
        ("arn:aws:kms:*:*:alias/*", "no", "no"),
        ([], "no", "no"),
    ],
)
def test_which_resources_are_the_key(resource: Any, unseen: str, seen: str) -> None:
    mirror = {"no": "denied", "denied": "no", "perhaps": "perhaps"}
    for key, expected in ((UNSEEN, unseen), (SEEN, seen)):
        assert certainty(evaluate(key, Action="kms:*", Resource=resource)) == expected
        excluded = evaluate(key, Action="kms:*", NotResource=resource)
        assert certainty(excluded) == mirror[expected]


@pytest.mark.parametrize(
    ("condition", "user", "session"),
    [
        ({}, "denied", "denied"),
        ({"StringEquals": {"aws:RequestedRegion": REGION}}, "denied", "denied"),
        ({"StringEquals": {"AWS:requestedregion": ["eu-west-1", REGION]}}, "denied", "denied"),
        ({"StringEquals": {"aws:RequestedRegion": "us-*"}}, "no", "no"),
        ({"StringLike": {"aws:RequestedRegion": "us-*"}}, "denied", "denied"),
        ({"StringNotEquals": {"aws:RequestedRegion": ["eu-west-1", REGION]}}, "no", "no"),
        ({"StringNotEquals": {"aws:RequestedRegion": ["eu-west-1"]}}, "denied", "denied"),
        ({"StringNotLike": {"aws:RequestedRegion": "eu-*"}}, "denied", "denied"),
        ({"StringEqualsIgnoreCase": {"aws:RequestedRegion": "US-EAST-1"}}, "denied", "denied"),
        ({"StringNotEqualsIgnoreCase": {"aws:RequestedRegion": "US-EAST-1"}}, "no", "no"),
        ({"StringNotEquals": {"aws:PrincipalAccount": ACCOUNT}}, "no", "no"),
        (
            {"StringNotEquals": {"kms:ViaService": f"codecommit.{REGION}.amazonaws.com"}},
            "no",
            "no",
        ),
        ({"StringLike": {"kms:ViaService": "codecommit.*"}}, "denied", "denied"),
        ({"StringEquals": {"kms:ViaService": f"s3.{REGION}.amazonaws.com"}}, "no", "no"),
        ({"Null": {"kms:ViaService": "true"}}, "no", "no"),
        ({"Null": {"kms:ViaService": False}}, "denied", "denied"),
        ({"Null": {"aws:username": "true"}}, "no", "denied"),
        ({"Null": {"aws:SourceVpce": "true"}}, "perhaps", "perhaps"),
        ({"StringEquals": {"aws:username": "ana"}}, "denied", "no"),
        ({"StringNotEquals": {"aws:username": "ana"}}, "no", "denied"),
        ({"StringEqualsIfExists": {"aws:username": "bob"}}, "no", "denied"),
        ({"StringLike": {"aws:userid": "AROAEXAMPLE:*"}}, "no", "denied"),
        ({"Bool": {"aws:SecureTransport": "false"}}, "no", "no"),
        ({"Bool": {"aws:SecureTransport": True}}, "denied", "denied"),
        ({"Bool": {"aws:ViaAWSService": "false"}}, "no", "no"),
        ({"BoolIfExists": {"aws:PrincipalIsAWSService": "false"}}, "denied", "denied"),
        ({"BoolIfExists": {"aws:MultiFactorAuthPresent": "false"}}, "denied", "perhaps"),
        ({"Bool": {"aws:MultiFactorAuthPresent": "false"}}, "no", "perhaps"),
        ({"NumericGreaterThan": {"aws:MultiFactorAuthAge": 3600}}, "no", "perhaps"),
        ({"NotIpAddress": {"aws:SourceIp": "192.0.2.0/24"}}, "perhaps", "perhaps"),
        (
            {
                "NotIpAddress": {"aws:SourceIp": "192.0.2.0/24"},
                "Bool": {"aws:ViaAWSService": "false"},
            },
            "no",
            "no",
        ),
        ({"StringEquals": {"aws:PrincipalTag/team": "x"}}, "perhaps", "perhaps"),
        ({"StringEquals": {"aws:ResourceTag/team": "x"}}, "no", "no"),
        ({"StringNotEquals": {"aws:ResourceTag/team": "x"}}, "denied", "denied"),
        ({"ArnLike": {"aws:PrincipalArn": "arn:aws:iam::*:user/eng/*"}}, "denied", "perhaps"),
        ({"ArnNotLike": {"aws:PrincipalArn": "arn:aws:iam::*:user/eng/*"}}, "no", "perhaps"),
        ({"ForAnyValue:StringEquals": {"kms:ResourceAliases": "alias/x"}}, "no", "no"),
        ({"ForAnyValue:StringLike": {"kms:ResourceAliases": "alias/aws/*"}}, "denied", "denied"),
        ({"ForAllValues:StringLike": {"aws:ResourceTag/x": "y"}}, "denied", "denied"),
        ({"ForAnyValue:StringNotEquals": {"aws:ResourceTag/x": "y"}}, "no", "no"),
        (
            {"ForAnyValue:StringEquals": {"aws:CalledVia": "codecommit.amazonaws.com"}},
            "denied",
            "denied",
        ),
        ({"DateLessThan": {"aws:TokenIssueTime": "2026-01-01T00:00:00Z"}}, "no", "no"),
        ({"DateLessThan": {"aws:TokenIssueTime": "2026-11-23T00:00:00Z"}}, "no", "perhaps"),
        ({"DateGreaterThan": {"aws:CurrentTime": "2020-01-01T00:00:00Z"}}, "denied", "denied"),
        (
            {"DateGreaterThan": {"aws:CurrentTime": ["9999-01-01", "1577836800"]}},
            "denied",
            "denied",
        ),
        ({"DateLessThan": {"aws:CurrentTime": "last week"}}, "perhaps", "perhaps"),
        ({"StringEquals": {"aws:username": "${aws:username}"}}, "denied", "no"),
        (
            {"StringNotEquals": {"aws:RequestedRegion": "${aws:PrincipalTag/r}"}},
            "perhaps",
            "perhaps",
        ),
        (
            {"StringEquals": {"aws:RequestedRegion": "${aws:x/y, 'us-east-1'}"}},
            "perhaps",
            "perhaps",
        ),
        ({"NoSuchOperator": {"aws:RequestedRegion": REGION}}, "perhaps", "perhaps"),
        ({"StringEquals": "nonsense"}, "perhaps", "perhaps"),
    ],
)
def test_conditions(condition: dict[str, Any], user: str, session: str) -> None:
    statement: dict[str, Any] = {"Action": "kms:*", "Resource": "*", "Condition": condition}
    assert certainty(evaluate(**statement)) == user
    assert certainty(evaluate(about=SESSION, **statement)) == session


@pytest.mark.parametrize(
    ("resource", "version", "expected"),
    [
        ("arn:aws:kms:${aws:RequestedRegion}:*:key/*", "2012-10-17", "no"),
        ("arn:aws:kms:*:*:key/${*}", "2012-10-17", "no"),
        ("arn:aws:kms:${aws:RequestedRegion}:*:key/*", "2008-10-17", "no"),
        (KEYS + "/${aws:PrincipalTag/key}", "2012-10-17", "perhaps"),
        ("arn:aws:s3:::home/${aws:PrincipalTag/key}", "2012-10-17", "no"),
        (KEYS + "/${*}", "2012-10-17", "no"),
    ],
)
def test_policy_variables_in_resources(resource: str, version: str, expected: str) -> None:
    found = denials(policy(version, Action="kms:*", Resource=resource), requests(UNSEEN))
    assert certainty(found[0] if found else None) == expected


def test_a_default_stands_in_for_a_key_that_is_absent() -> None:
    named = f"arn:aws:kms:*:*:${{aws:ResourceTag/kind, 'key'}}/{ID}"
    assert certainty(evaluate(Action="kms:*", Resource=named)) == "denied"


def test_via_service_is_not_claimed_where_its_form_is_undocumented() -> None:
    china = unknown_keys("aws-cn", "cn-north-1", ACCOUNT, managed=True)
    about = context(Caller("aws-cn", ACCOUNT, "ana"), "cn-north-1")
    condition = {"StringNotLike": {"kms:ViaService": "codecommit.*"}}
    found = evaluate(china, about=about, Action="*", Resource="*", Condition=condition)
    assert certainty(found) == "perhaps"
    assert found and found.doubts == ("kms:ViaService",)


def test_allows_do_not_matter_and_a_single_statement_needs_no_list() -> None:
    statement = {"Effect": "Allow", "Action": "*", "Resource": "*"}
    assert denials({"Statement": statement}, requests()) == ()
    statement["Effect"] = "Deny"
    found = denials(json.dumps({"Statement": statement}), requests())
    assert [(denial.sid, denial.certain) for denial in found] == [("number 1", True)]


def test_statements_are_named_by_sid_or_by_their_place() -> None:
    deny = {"Effect": "Deny", "Action": "kms:Decrypt", "Resource": "*"}
    document = {"Statement": [{**deny, "Effect": "Allow"}, deny, {**deny, "Sid": "NoKms"}]}
    assert [found.sid for found in denials(document, requests())] == ["number 2", "NoKms"]


def test_doubts_are_told() -> None:
    found = evaluate(
        UNSEEN,
        Action="kms:*",
        Resource=f"{KEYS}/{ID}",
        Condition={"IpAddress": {"aws:SourceIp": "192.0.2.0/24"}},
    )
    assert found and found.doubts == (
        "Resource",
        "aws:SourceIp",
    )


@pytest.mark.parametrize(
    "document",
    [
        "",
        "{",
        "[" * 100_000,
        "[]",
        "null",
        {},
        {"Statement": "Deny"},
        {"Statement": ["Deny"]},
        {"Statement": [{"Effect": "deny", "Action": "*", "Resource": "*"}]},
        {"Statement": [{"Effect": "Deny", "Resource": "*"}]},
        {"Statement": [{"Effect": "Deny", "Action": "*"}]},
        {"Statement": [{"Effect": "Deny", "Action": 1, "Resource": "*"}]},
        {"Statement": [{"Effect": "Deny", "Action": "*", "Resource": [None]}]},
        {"Statement": [{"Effect": "Deny", "Action": "*", "Resource": "*", "Condition": "x"}]},
    ],
)
def test_what_is_no_policy_is_refused(document: Any) -> None:
    with pytest.raises(MalformedPolicy):
        denials(document, requests())


def test_a_pattern_of_many_stars_is_matched_in_no_time() -> None:
    assert match(compile_glob("*a" * 200), "a" * 199 + "b") is False


ACTIONS = st.sampled_from(
    [
        *(name for names in NEEDED.values() for name in names),
        *("*", "kms:*", "kms:*crypt", "kms:ReEncrypt*", "kms:Generate*", "*:DescribeKey"),
        *("s3:*", "codecommit:*", "kms:CreateGrant", "kms:List*"),
    ]
)
RESOURCES = st.sampled_from(
    [
        *("*", "arn:aws:kms:*:*:key/*", f"{KEYS}/*", f"{KEYS}/{ID}", f"{KEYS}/{OTHER_ID}"),
        *(f"{KEYS}/1234*", f"arn:aws:kms:eu-west-1:{ACCOUNT}:*", "arn:aws:s3:::*"),
        *(f"arn:aws:kms:{REGION}:{ACCOUNT}:*", "arn:*:kms:*:*:key/*ab", "arn:aws:kms:*:*:alias/*"),
    ]
)


def one_or_many(texts: st.SearchStrategy[str]) -> st.SearchStrategy[Any]:
    return texts | st.lists(texts, min_size=1, max_size=4)


STATEMENTS = st.builds(
    lambda effect, element, actions, resources: {
        "Effect": effect,
        element: actions,
        "Resource": resources,
    },
    st.sampled_from(["Allow", "Deny"]),
    st.sampled_from(["Action", "NotAction"]),
    one_or_many(ACTIONS),
    one_or_many(RESOURCES),
)


@settings(max_examples=200, deadline=None)
@given(statements=STATEMENTS | st.lists(STATEMENTS, min_size=1, max_size=5))
def test_our_evaluation_is_moto_s(statements: Any) -> None:
    """On what moto implements: no NotResource, no Condition, no ?, no other case."""
    document = {"Version": "2012-10-17", "Statement": statements}
    theirs = IAMPolicy(json.dumps(document))
    expected = {
        needed
        for needed, names in NEEDED.items()
        for name in names
        if theirs.is_action_permitted(name, SEEN[0]) is PermissionResult.DENIED
        and (name != "kms:ReEncrypt" or _is_named(statements))
    }
    ours = denials(document, requests())
    assert {action for denial in ours for action in denial.actions} == expected
    assert all(denial.certain for denial in ours)
    for unseen in denials(document, requests(UNSEEN)):
        assert not unseen.certain or set(unseen.actions) <= expected


def _is_named(statements: Any) -> bool:
    """kms:ReEncrypt is no action that KMS asks for: it counts where a policy names it."""
    several = statements if isinstance(statements, list) else [statements]
    document = {"Statement": [s for s in several if "Action" in s]}
    theirs = IAMPolicy(json.dumps(document))
    found = theirs.is_action_permitted("kms:ReEncrypt", SEEN[0])
    return found is PermissionResult.DENIED


@pytest.mark.parametrize(
    ("elements", "ours", "theirs"),
    [
        # "Actions are case-insensitive": IAM User Guide, JSON policy elements: Action.
        ({"Action": "KMS:DECRYPT", "Resource": "*"}, "denied", PermissionResult.NEUTRAL),
        # "?" is one character, not a regular expression's: the same page.
        ({"Action": "kms:Decryp?", "Resource": "*"}, "denied", PermissionResult.NEUTRAL),
        # NotResource is everything but what it names: JSON policy elements: NotResource.
        ({"Action": "*", "NotResource": "arn:aws:s3:::*"}, "denied", PermissionResult.PERMITTED),
        # A condition that does not hold takes its statement away: JSON policy elements: Condition.
        (
            {
                "Action": "*",
                "Resource": "*",
                "Condition": {"StringEquals": {"aws:RequestedRegion": "eu-west-1"}},
            },
            "no",
            PermissionResult.DENIED,
        ),
        # A dot is a dot.
        ({"Action": "kms.Decrypt", "Resource": "*"}, "no", PermissionResult.DENIED),
    ],
)
def test_where_aws_s_documents_and_moto_differ_we_follow_aws(
    elements: dict[str, Any], ours: str, theirs: PermissionResult
) -> None:
    found = IAMPolicy(json.dumps(policy(**elements))).is_action_permitted("kms:Decrypt", SEEN[0])
    assert found is theirs
    assert certainty(evaluate(**elements)) == ours


def test_every_statement_that_denies_is_found() -> None:
    deny = {"Effect": "Deny", "Action": "kms:Decrypt", "Resource": "*"}
    document = {
        "Version": "2012-10-17",
        "Statement": [
            {**deny, "Effect": "Allow"},
            {**deny, "Action": "s3:*"},
            {**deny, "Resource": f"{KEYS}/{OTHER_ID}"},
            {**deny, "Sid": "First"},
            {**deny, "Condition": {"StringEquals": {"aws:PrincipalTag/x": "y"}}},
        ],
    }
    assert denials(document, requests()) == (
        Denial("First", ("kms:Decrypt",), True),
        Denial("number 5", ("kms:Decrypt",), False, *(("aws:PrincipalTag/x",),) * 2),
    )


def test_a_key_is_named_by_its_arn_or_its_id() -> None:
    assert key_arn("aws", REGION, ACCOUNT, ID) == f"{KEYS}/{ID}"
    assert key_arn("aws-cn", "x", "1", f"{KEYS}/{ID}") == f"{KEYS}/{ID}"


def test_a_multi_region_key_may_be_denied_alone() -> None:
    keys = unknown_keys("aws", REGION, ACCOUNT, managed=False)
    assert len(keys) == 2
    assert len(UNSEEN) == 1
    found = evaluate(keys, Action="kms:Decrypt", Resource=f"{KEYS}/mrk-*")
    assert found == Denial("number 1", ("kms:Decrypt",), False, ("Resource",))
    unknown = {"StringEquals": {"aws:PrincipalTag/x": "y"}}
    found = evaluate(keys, Action="kms:Decrypt", Resource=f"{KEYS}/mrk-*", Condition=unknown)
    assert found is not None and found.doubts == ("aws:PrincipalTag/x", "Resource")
    everything = evaluate(keys, Action="kms:Decrypt", Resource=f"{KEYS}/*")
    assert everything is not None and everything.certain
