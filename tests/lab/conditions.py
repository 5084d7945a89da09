"""IAM condition blocks, by the IAM User Guide's "condition operators" page; a part of them.

An operator that is not known here makes the lab stop with an error: a test environment must not
rest on a guess.
"""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from functools import cache
from typing import Any

Context = Mapping[str, Sequence[str]]
"""Values of condition keys by lower case key."""


_LITERAL = {"*": "\ue000", "?": "\ue001"}
"""What stands for a character that came from a variable, and so is no wildcard."""


def as_list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


def glob(pattern: str, text: str, *, ignore_case: bool = False) -> bool:
    """IAM's wildcards: * for any text, ? for one character, nothing else is special."""
    return _regex(pattern, ignore_case).fullmatch(text) is not None


@cache
def _regex(pattern: str, ignore_case: bool) -> re.Pattern[str]:
    parts = {"*": ".*", "?": "."} | {mark: re.escape(char) for char, mark in _LITERAL.items()}
    regex = "".join(parts.get(char) or re.escape(char) for char in pattern)
    return re.compile(regex, re.DOTALL | (re.IGNORECASE if ignore_case else 0))


def fill_in(text: str, context: Context) -> str:
    """Replaces policy variables such as ${aws:username}; one without a value matches nothing."""

    def value(found: re.Match[str]) -> str:
        name, _, default = found[1].partition(",")
        if name.strip() in ("*", "?", "$"):
            return _literal(name.strip())
        values = context.get(name.strip().lower())
        return _literal(values[0] if values else default.strip().strip("'")) or "\0"

    return re.sub(r"\$\{([^}]*)\}", value, text)


def _literal(text: str) -> str:
    return "".join(_LITERAL.get(char, char) for char in text)


def _plain(text: str) -> str:
    for char, mark in _LITERAL.items():
        text = text.replace(mark, char)
    return text


def holds(block: Mapping[str, Mapping[str, Any]], context: Context) -> bool:
    """Whether a Condition block is met."""
    return all(
        _one(
            operator,
            [fill_in(_text(value), context) for value in as_list(values)],
            context.get(key.lower()),
        )
        for operator, wanted in block.items()
        for key, values in wanted.items()
    )


def _text(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def _one(operator: str, wanted: list[str], have: Sequence[str] | None) -> bool:
    """One operator and one key. have: None if the request has no such key."""
    quantifier, _, name = operator.rpartition(":")
    if name == "Null":
        return str(have is None).lower() in [text.lower() for text in wanted]
    if_exists = name.endswith("IfExists")
    name = name.removesuffix("IfExists")
    negated = "Not" in name
    compare = _comparison(name.replace("Not", "", 1))
    if not have:
        return (
            if_exists or (negated and quantifier != "ForAnyValue") or quantifier == "ForAllValues"
        )

    def fits(value: str) -> bool:
        return any(compare(value, other) for other in wanted) != negated

    return all(map(fits, have)) if quantifier == "ForAllValues" else any(map(fits, have))


def _comparison(name: str) -> Callable[[str, str], bool]:
    """compare(value of the request, value of the policy)."""
    fixed: dict[str, Callable[[str, str], bool]] = {
        "StringEquals": lambda value, wanted: value == _plain(wanted),
        "StringEqualsIgnoreCase": lambda value, wanted: value.lower() == _plain(wanted).lower(),
        "StringLike": lambda value, wanted: glob(wanted, value),
        "ArnEquals": _like_arn,
        "ArnLike": _like_arn,
        "Bool": lambda value, wanted: value.lower() == wanted.lower(),
        "IpAddress": _in_network,
    }
    if name in fixed:
        return fixed[name]
    found = re.fullmatch(
        r"(Numeric|Date)(Equals|LessThan|LessThanEquals|GreaterThan|GreaterThanEquals)", name
    )
    if found is None:
        raise NotImplementedError(f"the lab's simulator does not know the condition {name}")
    read: Callable[[str], float] = float if found[1] == "Numeric" else _moment
    order = found[2]

    def ordered(value: str, wanted: str) -> bool:
        left, right = read(value), read(wanted)
        if left == right:
            return order.endswith("Equals")
        return order.startswith("LessThan") if left < right else order.startswith("GreaterThan")

    return ordered


def _like_arn(value: str, wanted: str) -> bool:
    """Each of the six parts by itself."""
    parts, patterns = value.split(":", 5), wanted.split(":", 5)
    return len(parts) == len(patterns) and all(map(glob, patterns, parts))


def _in_network(value: str, wanted: str) -> bool:
    return ipaddress.ip_address(value) in ipaddress.ip_network(wanted, strict=False)


def _moment(text: str) -> float:
    if text.isdigit():
        return float(text)
    return datetime.fromisoformat(text.replace("Z", "+00:00")).timestamp()
