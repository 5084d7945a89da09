"""Policy sets and requests, made at random from what people write and what is easily misread.

A case has a context in which some keys are known, some absent, some unknown. A *world* is one
request that fits it: the unknown keys have values or are absent, an unknown key id is one.
"""

from __future__ import annotations

import json
import random
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timezone
from typing import Any

from codecommit_doctor.rules.iam.context import ABSENT, Caller, Context, git_request, kms_request
from codecommit_doctor.rules.iam.kms import REAL_ACTIONS, key_arn, unknown_keys
from codecommit_doctor.rules.iam.patterns import HEX_DIGIT
from codecommit_doctor.rules.iam.policy import Document, Request

ACCOUNT, REGION = "111122223333", "us-east-2"
NOW = datetime(2026, 11, 23, 12, tzinfo=timezone.utc)
KEY_ID, OTHER_ID = "1234abcd-12ab-34cd-56ef-1234567890ab", "0987dcba-09fe-87dc-65ba-ab0987654321"
KEYS = f"arn:aws:kms:{REGION}:{ACCOUNT}:key"
REPOSITORY = f"arn:aws:codecommit:{REGION}:{ACCOUNT}:demo"
GIT = ("codecommit:GitPull", "codecommit:GitPush")
USER_ARN, ROLE_ARN = f"arn:aws:iam::{ACCOUNT}:user/eng/dev", f"arn:aws:iam::{ACCOUNT}:role/dev"
CALLERS = (
    Caller("aws", ACCOUNT, "dev", "AIDAEXAMPLE", USER_ARN, long_term=True),
    Caller("aws", ACCOUNT, "dev", "AIDAEXAMPLE", USER_ARN),
    Caller("aws", ACCOUNT, None, "AROAEXAMPLE:dev", ROLE_ARN),
    Caller("aws", ACCOUNT, None, "AROAEXAMPLE:dev", None),
)

_ACTIONS = {
    "codecommit": (
        *("*", "codecommit:*", "codecommit:Git*", "codecommit:GitPull", "codecommit:GitPush"),
        *("CodeCommit:gitpull", "codecommit:Git????", "codecommit:Get*", "kms:*", "s3:Get*"),
    ),
    "kms": (
        *("*", "kms:*", "kms:Decrypt", "KMS:decrypt", "kms:Encrypt", "kms:*crypt", "kms:Re*"),
        *("kms:ReEncryptTo", "kms:GenerateDataKey", "kms:GenerateDataKey*", "kms:Describe*"),
        *("kms:?ecrypt", "kms:CreateGrant", "codecommit:*", "s3:*"),
    ),
}
_RESOURCES = {
    "codecommit": (
        *("*", REPOSITORY, "arn:aws:codecommit:*:*:demo", "arn:aws:codecommit:*:*:d??o"),
        *("arn:aws:codecommit", "arn:aws:codecommit:*", f"arn:aws:codecommit:{REGION}"),
        *(f"arn:aws:codecommit:eu-west-1:{ACCOUNT}:*", "arn:aws:codecommit:*:*:${aws:username}*"),
        *("arn:aws:codecommit:${aws:RequestedRegion}:*:demo", "arn:aws:codecommit:*:*:Demo"),
        *("arn:aws:codecommit:*:*:dem${aws:SourceVpce, 'o'}", "arn:aws:codecommit:*:demo"),
        *("arn:aws:s3:::*", "arn:aws:codecommit:*:*:${aws:PrincipalTag/team}"),
        "arn:aws:codecommit:*:*:de${*}o",
    ),
    "kms": (
        *("*", f"{KEYS}/{KEY_ID}", f"{KEYS}/{OTHER_ID}", f"{KEYS}/*", "arn:aws:kms:*:*:key/*"),
        *("arn:aws:kms:*:*:alias/aws/codecommit", "arn:aws:kms", "arn:aws:kms:*", f"{KEYS}/mrk-*"),
        *(f"arn:aws:kms:eu-west-1:{ACCOUNT}:key/*", f"{KEYS}/1234*", f"{KEYS}/????????-*"),
        *("arn:aws:kms:${aws:RequestedRegion}:*:key/*", "arn:aws:kms:*:key/*", "arn:aws:s3:::*"),
        *(f"arn:aws:kms:{REGION}:999999999999:key/*", f"{KEYS}/${{aws:PrincipalTag/team}}"),
    ),
}
_TEXTS = {
    "aws:PrincipalAccount": (ACCOUNT, "999999999999", "1111*"),
    "aws:PrincipalArn": (USER_ARN, ROLE_ARN, "arn:aws:iam::*:user/*", "arn:aws:iam::*:role/*"),
    "aws:PrincipalOrgID": ("o-abc", "o-*"),
    "aws:PrincipalTag/team": ("red", "blue", "r*", "${aws:username}"),
    "aws:PrincipalType": ("User", "AssumedRole", "Account"),
    "aws:RequestedRegion": (REGION, "us-*", "eu-west-1", "US-EAST-2", "${aws:RequestedRegion}"),
    "aws:RequestTag/team": ("red", "*"),
    "aws:ResourceAccount": (ACCOUNT, "${aws:PrincipalAccount}", "999999999999"),
    "aws:ResourceTag/team": ("red", "${aws:PrincipalTag/team}"),
    "aws:SourceVpce": ("vpce-1", "vpce-*"),
    "aws:userid": ("AIDAEXAMPLE", "AROAEXAMPLE:*", "*:dev"),
    "aws:username": ("dev", "DEV", "d?v", "bob", "${aws:username}"),
    "codecommit:References": ("refs/heads/main", "refs/heads/*"),
    "kms:CallerAccount": (ACCOUNT, "999999999999"),
    "kms:ViaService": (f"codecommit.{REGION}.amazonaws.com", "codecommit.*", f"s3.{REGION}.*"),
}
_SETS = {
    "aws:CalledVia": ("codecommit.amazonaws.com", "*.amazonaws.com", "s3.amazonaws.com"),
    "aws:TagKeys": ("team", "*"),
    "kms:ResourceAliases": ("alias/aws/codecommit", "alias/aws/*", "alias/mine"),
}
_ARNS = (
    *(USER_ARN, ROLE_ARN, "arn:aws:iam::*:user/*", "arn:aws:iam::*:user/dev", "arn:aws:*:*:*:*"),
    *("arn:aws:iam::*:*", "arn:aws:iam::${aws:PrincipalAccount}:user/*", "arn:aws:sts::*:*"),
    f"arn:aws:iam::{ACCOUNT}:user/*/${{aws:username}}",
)
_BOOLEANS = (
    *("aws:SecureTransport", "aws:ViaAWSService", "aws:MultiFactorAuthPresent"),
    "aws:PrincipalIsAWSService",
)
_DATES = ("2020-01-01T00:00:00Z", "2035-12-31T23:59:59Z", "2026-11-01T00:00:00Z")
_TIMES = ("aws:CurrentTime", "aws:TokenIssueTime")
_TEXT_OPERATORS = (
    *("StringEquals", "StringNotEquals", "StringLike", "StringNotLike"),
    *("StringEqualsIgnoreCase", "StringNotEqualsIgnoreCase", "stringequals"),
)
_ORDERS = ("Equals", "NotEquals", "LessThan", "LessThanEquals", "GreaterThan", "GreaterThanEquals")
_UNKNOWN: dict[str, tuple[Any, ...]] = {
    "aws:MultiFactorAuthPresent": ("true", "false"),
    "aws:PrincipalArn": (ROLE_ARN, f"arn:aws:iam::{ACCOUNT}:role/deep/dev"),
    "aws:PrincipalOrgID": ("o-abc", "o-xyz"),
    "aws:PrincipalTag/team": ("red", "blue", "dev"),
    "aws:ResourceTag/team": ("red", "blue"),
    "aws:SourceIp": ("203.0.113.7", "198.51.100.1"),
    "aws:SourceVpce": ("vpce-1", "vpce-2"),
    "codecommit:References": ("refs/heads/main", "refs/heads/dev"),
    "kms:ResourceAliases": (["alias/mine"], ["alias/mine", "alias/other"]),
}
"""Values for keys that a case does not know."""


@dataclass(frozen=True)
class Case:
    """kind: git, deny or allow. candidates: what the resource may be.

    key_policy: of a customer managed key, where kind is allow.
    """

    number: int
    kind: str
    caller: Caller
    actions: tuple[str, ...]
    candidates: tuple[Request, ...]
    policies: tuple[dict[str, Any], ...]
    boundary: dict[str, Any] | None
    key_policy: dict[str, Any] | None = None

    @property
    def documents(self) -> tuple[Document, ...]:
        bound = () if self.boundary is None else (Document("boundary", self.boundary, True),)
        return (*(Document(f"p{n}", p) for n, p in enumerate(self.policies)), *bound)


def cases(count: int, seed: int = 20261123) -> list[Case]:
    """The same ones for the same numbers."""
    return [_case(number, random.Random(f"{seed} {number}")) for number in range(count)]


def worlds(case: Case, count: int = 3) -> list[dict[str, Any]]:
    """Requests that fit the case, as the reference takes them, without the action.

    One is enough where no policy names anything that is unknown.
    """
    chance = random.Random(f"world {case.number}")
    text = json.dumps([case.policies, case.boundary, case.key_policy]).lower()
    open_keys = [key for key in _UNKNOWN if _is_open(case, key) and key.lower() in text]
    several = open_keys or HEX_DIGIT in case.candidates[0].resource
    return [_world(case, chance, bare=number == 0) for number in range(count if several else 1)]


def _is_open(case: Case, key: str) -> bool:
    return any(request.context.state(key) in ("unknown", "present") for request in case.candidates)


def _case(number: int, chance: random.Random) -> Case:
    caller = chance.choice(CALLERS)
    kind = chance.choice(("git", "git", "deny", "deny", "allow"))
    service = "codecommit" if kind == "git" else "kms"
    policies = tuple(_policy(chance, service, deny=0.5) for _ in range(chance.choice((1, 1, 2, 3))))
    if kind != "deny" and chance.random() < 0.7:
        policies += (_document(chance, [{"Effect": "Allow", "Action": "*", "Resource": "*"}]),)
    boundary = None
    if chance.random() < 0.2:
        statements = [{"Effect": "Allow", "Action": "*", "Resource": "*"}]
        boundary = _document(chance, [*statements, statement(chance, service, 0.5)])
    actions = tuple(chance.sample(GIT, 1) if kind == "git" else chance.sample(REAL_ACTIONS, 2))
    made = key_policy(chance) if kind == "allow" else None
    candidates = _candidates(chance, kind, caller, push=actions == GIT[1:])
    return Case(number, kind, caller, actions, candidates, policies, boundary, made)


def _candidates(
    chance: random.Random, kind: str, caller: Caller, *, push: bool
) -> tuple[Request, ...]:
    if kind == "git":
        references = chance.choice(((), None, ("refs/heads/main",))) if push else ()
        return (Request(REPOSITORY, git_request(caller, REGION, NOW, references=references)),)
    managed = kind == "deny" and chance.random() < 0.7
    known = kind == "allow" or chance.random() < 0.7
    aliases = ("alias/aws/codecommit",) if managed else chance.choice((None, (), ("alias/mine",)))
    context = kms_request(caller, REGION, NOW, aliases=aliases, managed=managed)
    if known:
        return (Request(key_arn("aws", REGION, ACCOUNT, KEY_ID), context),)
    keys = unknown_keys("aws", REGION, ACCOUNT, managed=managed)
    return tuple(Request(key, context) for key in keys)


def _policy(chance: random.Random, service: str, deny: float) -> dict[str, Any]:
    return _document(
        chance, [statement(chance, service, deny) for _ in range(chance.choice((1, 1, 2)))]
    )


def _document(chance: random.Random, statements: list[dict[str, Any]]) -> dict[str, Any]:
    version = "2008-10-17" if chance.random() < 0.05 else "2012-10-17"
    several = statements if len(statements) > 1 or chance.random() < 0.7 else statements[0]
    return {"Version": version, "Statement": several}


def statement(chance: random.Random, service: str, deny: float) -> dict[str, Any]:
    made: dict[str, Any] = {"Effect": "Deny" if chance.random() < deny else "Allow"}
    for element, pool in (("Action", _ACTIONS), ("Resource", _RESOURCES)):
        name = f"Not{element}" if chance.random() < 0.25 else element
        made[name] = _one_or_many(chance, pool[service])
    if chance.random() < 0.75:
        made["Condition"] = _condition(chance)
    return made


def key_policy(chance: random.Random) -> dict[str, Any]:
    root = f"arn:aws:iam::{ACCOUNT}:root"
    principals = (root, root, ACCOUNT, USER_ARN, ROLE_ARN, f"arn:aws:iam::{ACCOUNT}:user/bob", "*")
    statements = []
    for _ in range(chance.choice((1, 1, 2))):
        principal = _one_or_many(chance, principals)
        made: dict[str, Any] = {
            "Effect": "Allow",
            "Principal": "*" if "*" in principal else {"AWS": principal},
            "Action": _one_or_many(chance, ("kms:*", "kms:*", "kms:Decrypt", "kms:Describe*")),
            "Resource": "*",
        }
        if chance.random() < 0.3:
            made["Condition"] = _condition(chance)
        statements.append(made)
    return {"Version": "2012-10-17", "Statement": statements}


def _condition(chance: random.Random) -> dict[str, Any]:
    made: dict[str, Any] = {}
    for _ in range(chance.choice((1, 1, 1, 2))):
        operator, key, values = chance.choice(_TESTS)(chance)
        made.setdefault(operator, {})[key] = values
    return made


def _text_test(chance: random.Random) -> tuple[str, str, Any]:
    key = chance.choice(sorted(_TEXTS))
    operator = chance.choice(_TEXT_OPERATORS) + chance.choice(("", "", "IfExists"))
    return operator, key, _one_or_many(chance, _TEXTS[key])


def _set_test(chance: random.Random) -> tuple[str, str, Any]:
    key = chance.choice(sorted(_SETS))
    quantifier = chance.choice(("ForAnyValue:", "ForAllValues:", "ForAnyValue:", ""))
    operator = chance.choice(("StringEquals", "StringLike", "StringNotEquals", "StringNotLike"))
    return quantifier + operator, key, _one_or_many(chance, _SETS[key])


def _arn_test(chance: random.Random) -> tuple[str, str, Any]:
    operator = chance.choice(("ArnLike", "ArnEquals", "ArnNotLike", "ArnNotEquals"))
    return operator, "aws:PrincipalArn", _one_or_many(chance, _ARNS)


def _boolean_test(chance: random.Random) -> tuple[str, str, Any]:
    operator = chance.choice(("Bool", "BoolIfExists"))
    return operator, chance.choice(_BOOLEANS), chance.choice(("true", "false", "True", "FALSE"))


def _null_test(chance: random.Random) -> tuple[str, str, Any]:
    key = chance.choice(sorted([*_TEXTS, *_SETS, *_BOOLEANS, *_TIMES]))
    return "Null", key, chance.choice(("true", "false", "True", ["true", "false"]))


def _date_test(chance: random.Random) -> tuple[str, str, Any]:
    return "Date" + chance.choice(_ORDERS), chance.choice(_TIMES), _one_or_many(chance, _DATES)


def _number_test(chance: random.Random) -> tuple[str, str, Any]:
    order, values = chance.choice(_ORDERS), ("1577836800", "2082758399")
    key = chance.choice(("aws:EpochTime", "aws:EpochTime", "aws:MultiFactorAuthAge"))
    return f"Numeric{order}", key, _one_or_many(chance, values)


def _address_test(chance: random.Random) -> tuple[str, str, Any]:
    networks = ("203.0.113.0/24", "203.0.113.7", "198.51.100.0/24", "2001:db8::/32")
    return (
        chance.choice(("IpAddress", "NotIpAddress")),
        "aws:SourceIp",
        _one_or_many(chance, networks),
    )


_TESTS: tuple[Callable[[random.Random], tuple[str, str, Any]], ...] = (
    *(_text_test, _text_test, _text_test, _set_test, _arn_test, _boolean_test),
    *(_null_test, _date_test, _number_test, _address_test),
)


def _one_or_many(chance: random.Random, pool: tuple[str, ...]) -> Any:
    if chance.random() < 0.6:
        return chance.choice(pool)
    return chance.sample(pool, min(len(pool), chance.choice((1, 2, 3))))


def _world(case: Case, chance: random.Random, *, bare: bool) -> dict[str, Any]:
    """bare: unknown keys are absent, where they may be."""
    request = chance.choice(case.candidates)
    resource = "".join(
        chance.choice("0123456789abcdef") if letter == HEX_DIGIT else letter
        for letter in request.resource
    )
    return {
        "principal": case.caller.arn or ROLE_ARN,
        "account": ACCOUNT,
        "resource": resource,
        "context": _filled(request.context, chance, bare),
        "policies": case.policies,
        "boundary": case.boundary,
        "keyPolicy": case.key_policy or _default_key_policy(case),
    }


def _default_key_policy(case: Case) -> Mapping[str, Any] | None:
    """Leaves all to IAM policies, as the key policy of a key for which that is not in question."""
    if case.kind == "git":
        return None
    principal = {"AWS": f"arn:aws:iam::{ACCOUNT}:root"}
    statement = {"Effect": "Allow", "Principal": principal, "Action": "kms:*", "Resource": "*"}
    return {"Version": "2012-10-17", "Statement": [statement]}


def _filled(context: Context, chance: random.Random, bare: bool) -> dict[str, Any]:
    filled: dict[str, Any] = {}
    for key, values in context.values.items():
        filled[key] = list(values) if key in _SETS else values[0]
    for key, period in context.dates.items():
        moment = period[0] + (period[1] - period[0]) * chance.random()
        seconds = str(int(moment.timestamp()))
        filled[key] = seconds if key == "aws:EpochTime" else moment.strftime("%Y-%m-%dT%H:%M:%SZ")
    for key, values in _UNKNOWN.items():
        state = context.state(key)
        if isinstance(state, tuple) or state == ABSENT:
            continue
        if state == "present" or (not bare and chance.random() < 0.7):
            filled[key] = chance.choice(values)
    return filled
