"""Conditions of IAM policies, decided as far as what is known of a request allows.

Three answers: True, False, and None for "cannot be told". Sources: IAM User Guide, "IAM JSON
policy elements: Condition operators", "Multivalued context keys", "Policy variables".
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timezone
from operator import ge, gt, le, lt
from typing import Any

__all__ = [
    "ABSENT",
    "ANY",
    "HEX_DIGIT",
    "ONE",
    "Context",
    "Glob",
    "compile_glob",
    "holds",
    "matches",
]

ANY, ONE = "any characters", "one character"
HEX_DIGIT = "\0"
"""Stands in a text for a digit of a key id that is not known."""

ABSENT = "absent"
_UNKNOWN = "unknown"
_PRESENT = "present"

_VARIABLES = "2012-10-17"
_VARIABLE = re.compile(r"\$\{([^}]*)\}")
_HEX = frozenset("0123456789abcdef")


@dataclass(frozen=True)
class Context:
    """What is known of a request.

    values: condition keys with their values. absent: keys that the request does not have; a name
    that ends in a slash stands for all keys that begin with it. present: keys that it has, with a
    value that nobody can know here. dates: keys with the earliest and latest possible time. Every
    other key is unknown. Names of condition keys have no case.
    """

    values: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    absent: frozenset[str] = frozenset()
    present: frozenset[str] = frozenset()
    dates: Mapping[str, tuple[datetime, datetime]] = field(default_factory=dict)

    def state(self, key: str) -> tuple[str, ...] | str:
        """The key's values, or ABSENT, or a word for "present" or "unknown"."""
        name = key.lower()
        for known, values in self.values.items():
            if known.lower() == name:
                return values
        for missing in self.absent:
            lower = missing.lower()
            if lower == name or (lower.endswith("/") and name.startswith(lower)):
                return ABSENT
        there = {known.lower() for known in (*self.present, *self.dates)}
        return _PRESENT if name in there else _UNKNOWN

    def period(self, key: str) -> tuple[datetime, datetime] | None:
        return next((p for known, p in self.dates.items() if known.lower() == key.lower()), None)


@dataclass(frozen=True)
class Glob:
    """A pattern. parts: single characters, ANY and ONE. exact: False if a policy variable in it
    is not known; ANY then stands for the variable."""

    parts: tuple[str, ...]
    exact: bool = True


def compile_glob(text: str, context: Context | None = None, version: str = _VARIABLES) -> Glob:
    """A policy's pattern, policy variables filled in.

    context: None where policy variables are not allowed, as in Action. version: the policy's; in
    those before 2012-10-17 a variable is plain text. The value of a variable is never a wildcard.
    """
    if context is None or version != _VARIABLES:
        return Glob(_wild(text))
    parts: list[str] = []
    exact = True
    place = 0
    for variable in _VARIABLE.finditer(text):
        parts += _wild(text[place : variable.start()])
        value = _value_of(variable[1], context)
        if value is None:
            parts, exact = [*parts, ANY], False
        else:
            parts += value
        place = variable.end()
    return Glob((*parts, *_wild(text[place:])), exact)


def matches(glob: Glob, text: str, *, guess: bool = False) -> bool:
    """Whether the pattern matches the whole text, in time proportional to their lengths.

    A HEX_DIGIT in the text is matched by wildcards alone, so that True means "whatever the digits
    are"; with guess also by every digit, so that False means "whatever the digits are".
    """
    parts = glob.parts
    places = _reach({0}, parts)
    for character in text:
        ahead = set()
        for place in places:
            part = parts[place] if place < len(parts) else ""
            if part == ANY:
                ahead.add(place)
            elif part in (ONE, character) or (guess and character == HEX_DIGIT and part in _HEX):
                ahead.add(place + 1)
        places = _reach(ahead, parts)
    return len(parts) in places


def holds(
    condition: Mapping[str, Any], context: Context, version: str
) -> tuple[bool | None, list[str]]:
    """Whether a Condition element holds, and if that can't be told, the keys that are to blame."""
    doubtful: list[str] = []
    for operator, tests in condition.items():
        if not isinstance(tests, Mapping):
            return None, [str(operator)]
        for key, wanted in tests.items():
            truth = _test(str(operator), str(key), _strings(wanted), context, version)
            if truth is False:
                return False, []
            if truth is None:
                doubtful.append(str(key))
    return (None, doubtful) if doubtful else (True, [])


def _wild(text: str) -> tuple[str, ...]:
    return tuple({"*": ANY, "?": ONE}.get(character, character) for character in text)


def _value_of(variable: str, context: Context) -> str | None:
    if variable in ("*", "?", "$"):
        return variable
    name, _, default = variable.partition(",")
    state = context.state(name.strip())
    if state == ABSENT and default:
        return default.strip().strip("'")
    return state[0] if isinstance(state, tuple) and len(state) == 1 else None


def _reach(places: set[int], parts: tuple[str, ...]) -> set[int]:
    reached = set()
    for place in places:
        reached.add(place)
        while place < len(parts) and parts[place] == ANY:
            place += 1
            reached.add(place)
    return reached


def _strings(wanted: Any) -> list[str]:
    """A condition's values. JSON's true and numbers mean the same as their texts."""
    values = wanted if isinstance(wanted, list) else [wanted]
    return [str(value).lower() if isinstance(value, bool) else str(value) for value in values]


def _test(
    operator: str, key: str, wanted: list[str], context: Context, version: str
) -> bool | None:
    quantifier, _, name = operator.lower().rpartition(":")
    optional = name.endswith("ifexists")
    name = name.removesuffix("ifexists")
    state = context.state(key)
    if name == "null":
        return None if state == _UNKNOWN else (state == ABSENT) is (wanted == ["true"])
    if state == ABSENT:
        return _without_key(quantifier, name, optional)
    if (period := context.period(key)) and not quantifier:
        return _date(name, period, wanted)
    negated = name in _NEGATED
    compare = _COMPARISONS.get(_NEGATED.get(name, name))
    if compare is None or not isinstance(state, tuple):
        return None
    found = [_any(compare(value, text, context, version) for text in wanted) for value in state]
    if negated:
        found = [None if truth is None else not truth for truth in found]
    if quantifier == "foranyvalue":
        return _any(found)
    if quantifier == "forallvalues":
        return _all(found)
    return found[0] if len(found) == 1 and not quantifier else None


def _without_key(quantifier: str, operator: str, optional: bool) -> bool | None:
    if quantifier:
        if optional:
            return None
        return quantifier == "forallvalues"
    return optional or "not" in operator


def _date(operator: str, period: tuple[datetime, datetime], wanted: list[str]) -> bool | None:
    compare = _DATES.get(operator)
    times = [_time(text) for text in wanted]
    if compare is None or None in times:
        return None
    found = {_any(compare(moment, time) for time in times) for moment in period}
    return found.pop() if len(found) == 1 else None


def _time(text: str) -> datetime | None:
    try:
        if re.fullmatch(r"\d+", text):
            return datetime.fromtimestamp(int(text), timezone.utc)
        time = datetime.fromisoformat(re.sub(r"[Zz]\Z", "+00:00", text))
    except (ValueError, OverflowError, OSError):
        return None
    return time if time.tzinfo else time.replace(tzinfo=timezone.utc)


def _any(truths: Iterable[bool | None]) -> bool | None:
    seen = list(truths)
    return True if True in seen else None if None in seen else False


def _all(truths: Iterable[bool | None]) -> bool | None:
    seen = list(truths)
    return False if False in seen else None if None in seen else True


def _same(value: str, text: str, context: Context, version: str) -> bool | None:
    wanted = _filled_in(text, context, version)
    return None if wanted is None else value == wanted


def _same_ignoring_case(value: str, text: str, context: Context, version: str) -> bool | None:
    wanted = _filled_in(text, context, version)
    return None if wanted is None else value.lower() == wanted.lower()


def _filled_in(text: str, context: Context, version: str) -> str | None:
    """The text with its policy variables' values; None if one is not known."""
    glob = compile_glob(text, context, version)
    plain = "".join({ANY: "*", ONE: "?"}.get(part, part) for part in glob.parts)
    return plain if glob.exact else None


def _like(value: str, text: str, context: Context, version: str) -> bool | None:
    glob = compile_glob(text, context, version)
    found = matches(glob, value)
    return found if glob.exact or not found else None


def _bool(value: str, text: str, context: Context, version: str) -> bool | None:
    return value.lower() == text.lower()


Comparison = Callable[[str, str, Context, str], "bool | None"]

_COMPARISONS: dict[str, Comparison] = {
    "stringequals": _same,
    "stringequalsignorecase": _same_ignoring_case,
    "stringlike": _like,
    "arnequals": _like,
    "arnlike": _like,
    "bool": _bool,
}
_NEGATED = {
    "stringnotequals": "stringequals",
    "stringnotequalsignorecase": "stringequalsignorecase",
    "stringnotlike": "stringlike",
    "arnnotequals": "arnlike",
    "arnnotlike": "arnlike",
}
_DATES: dict[str, Callable[[Any, Any], bool]] = {
    "datelessthan": lt,
    "datelessthanequals": le,
    "dategreaterthan": gt,
    "dategreaterthanequals": ge,
}
