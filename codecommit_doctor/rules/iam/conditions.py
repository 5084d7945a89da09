"""Conditions of IAM policies, decided as far as what is known of a request allows.

Operator by operator, after the IAM User Guide, "IAM JSON policy elements: Condition operators":

| operators | how they compare |
|---|---|
| StringEquals, StringNotEquals | the whole text; * and ? are no wildcards |
| String...IgnoreCase | the same without regard to case |
| StringLike, StringNotLike | * and ? are wildcards |
| Arn(Not)Equals, Arn(Not)Like | alike: six parts, each by itself, with wildcards |
| Bool | true or false, in any case |
| Numeric... | as numbers; also aws:EpochTime |
| Date... | as times, ISO 8601 or seconds since 1970 |
| (Not)IpAddress | an address or a network; without a prefix one address |
| Null | "true": the key is not there; "false": it is there; in any case |
| BinaryEquals | not decided: no request here has such a key |

Several values are alternatives; several keys and several operators have to hold together. With a
key that is not there, a comparison is false, its negation true, ...IfExists true. ForAnyValue: of
a key that is not there is false, ForAllValues: true ("Single-valued vs. multivalued context
keys"). What the documents leave open is None: a multivalued key without ForAnyValue: or
ForAllValues:, ForAnyValue:...IfExists of a key that is not there, a value that is no number, time,
address or boolean, an operator that does not exist.
"""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Callable, Mapping
from datetime import datetime, timezone
from operator import eq, ge, gt, le, lt
from typing import Any

from codecommit_doctor.rules.iam.context import ABSENT, MULTIVALUED, UNKNOWN, Context
from codecommit_doctor.rules.iam.patterns import Glob, compile_glob, match, match_arn
from codecommit_doctor.rules.iam.truth import Truth, all_of, any_of, negated

__all__ = ["holds", "values_of"]

Comparison = Callable[[str, str, Context, str], Truth]
"""Compares the request's value with one of the policy's, in a context, by a policy's version."""


def holds(condition: Mapping[str, Any], context: Context, version: str) -> tuple[Truth, list[str]]:
    """Whether a Condition element holds, and if that can't be told, the keys that are to blame."""
    doubtful: list[str] = []
    for operator, tests in condition.items():
        if not isinstance(tests, Mapping):
            doubtful.append(str(operator))
            continue
        for key, wanted in tests.items():
            truth = _test(str(operator), str(key), values_of(wanted), context, version)
            if truth is False:
                return False, []
            if truth is None:
                doubtful.append(str(key))
    return (None, doubtful) if doubtful else (True, [])


def values_of(wanted: Any) -> list[str]:
    """A condition's values. JSON's true and numbers mean the same as their texts."""
    values = wanted if isinstance(wanted, list) else [wanted]
    return [str(value).lower() if isinstance(value, bool) else str(value) for value in values]


def _test(operator: str, key: str, wanted: list[str], context: Context, version: str) -> Truth:
    """One operator with one key."""
    quantifier, _, name = operator.lower().rpartition(":")
    optional = name.endswith("ifexists")
    name = name.removesuffix("ifexists")
    state = context.state(key)
    if name == "null":
        return None if optional or quantifier else _null(state, wanted)
    if quantifier not in ("", "foranyvalue", "forallvalues"):
        return None
    plain = _NEGATED.get(name, name)
    if plain not in _COMPARISONS and plain not in _DATES and plain not in _NUMBERS:
        return None
    if state == ABSENT:
        return _without_key(quantifier, optional, name in _NEGATED)
    if period := context.period(key):
        found = None if quantifier else _in_period(plain, period, wanted)
        return negated(found) if name in _NEGATED else found
    if not isinstance(state, tuple) or (not quantifier and _is_a_set(key, state)):
        return None
    truths = [_alternatives(plain, value, wanted, context, version) for value in state]
    if name in _NEGATED:
        truths = [negated(truth) for truth in truths]
    return any_of(truths) if quantifier == "foranyvalue" else all_of(truths)


def _is_a_set(key: str, values: tuple[str, ...]) -> bool:
    return key.lower() in MULTIVALUED or len(values) != 1


def _null(state: tuple[str, ...] | str, wanted: list[str]) -> Truth:
    """Whether the key is not there ("true") or there ("false"); one value that fits is enough."""
    words = {text.lower() for text in wanted}
    if not words <= {"true", "false"}:
        return None
    if len(words) == 2:
        return True
    return None if state == UNKNOWN else (state == ABSENT) is (words == {"true"})


def _without_key(quantifier: str, optional: bool, negative: bool) -> Truth:
    if quantifier == "forallvalues":
        return True
    if quantifier == "foranyvalue":
        return None if optional else False
    return optional or negative


def _alternatives(
    operator: str, value: str, wanted: list[str], context: Context, version: str
) -> Truth:
    if compare := _COMPARISONS.get(operator):
        return any_of(compare(value, text, context, version) for text in wanted)
    read, order = (_number, _NUMBERS) if operator in _NUMBERS else (_time, _DATES)
    left, others = read(value), [read(text) for text in wanted]
    if left is None:
        return None
    return any_of(None if other is None else order[operator](left, other) for other in others)


def _in_period(operator: str, period: tuple[datetime, datetime], wanted: list[str]) -> Truth:
    """Compares a time of which only the earliest and the latest are known."""
    order = _DATES.get(operator) or _NUMBERS.get(operator)
    if order is None:
        return None
    times = [_time(text) for text in wanted]
    return any_of(None if time is None else _ordered(order, period, time) for time in times)


def _ordered(
    order: Callable[[Any, Any], bool], period: tuple[datetime, datetime], time: datetime
) -> Truth:
    earliest, latest = period
    if order is eq:
        return None if earliest <= time <= latest else False
    found = {order(moment, time) for moment in period}
    return found.pop() if len(found) == 1 else None


def _time(text: str) -> datetime | None:
    try:
        if re.fullmatch(r"\d+", text):
            return datetime.fromtimestamp(int(text), timezone.utc)
        time = datetime.fromisoformat(re.sub(r"[Zz]\Z", "+00:00", text))
    except (ValueError, OverflowError, OSError):
        return None
    return time if time.tzinfo else time.replace(tzinfo=timezone.utc)


def _number(text: str) -> float | None:
    return float(text) if re.fullmatch(r"-?\d{1,300}(\.\d{1,300})?", text) else None


def _text(text: str, context: Context, version: str) -> Glob:
    return compile_glob(text, context, version, wild=False)


def _same(value: str, text: str, context: Context, version: str) -> Truth:
    return match(_text(text, context, version), value)


def _same_ignoring_case(value: str, text: str, context: Context, version: str) -> Truth:
    glob = _text(text, context, version)
    parts = tuple(part if len(part) > 1 else part.lower() for part in glob.parts)
    return match(Glob(parts, glob.exact, glob.void), value.lower())


def _like(value: str, text: str, context: Context, version: str) -> Truth:
    return match(compile_glob(text, context, version), value)


def _arn(value: str, text: str, context: Context, version: str) -> Truth:
    return match_arn(text, value, context, version)


def _bool(value: str, text: str, context: Context, version: str) -> Truth:
    words = value.lower(), text.lower()
    return words[0] == words[1] if {*words} <= {"true", "false"} else None


def _address(value: str, text: str, context: Context, version: str) -> Truth:
    try:
        return ipaddress.ip_address(value) in ipaddress.ip_network(text, strict=False)
    except ValueError:
        return None


_COMPARISONS: dict[str, Comparison] = {
    "stringequals": _same,
    "stringequalsignorecase": _same_ignoring_case,
    "stringlike": _like,
    "arnequals": _arn,
    "arnlike": _arn,
    "bool": _bool,
    "ipaddress": _address,
}
_ORDERS: dict[str, Callable[[Any, Any], bool]] = {
    "equals": eq,
    "lessthan": lt,
    "lessthanequals": le,
    "greaterthan": gt,
    "greaterthanequals": ge,
}
_DATES = {f"date{name}": order for name, order in _ORDERS.items()}
_NUMBERS = {f"numeric{name}": order for name, order in _ORDERS.items()}
_NEGATED = {
    "stringnotequals": "stringequals",
    "stringnotequalsignorecase": "stringequalsignorecase",
    "stringnotlike": "stringlike",
    "arnnotequals": "arnequals",
    "arnnotlike": "arnlike",
    "datenotequals": "dateequals",
    "numericnotequals": "numericequals",
    "notipaddress": "ipaddress",
}
