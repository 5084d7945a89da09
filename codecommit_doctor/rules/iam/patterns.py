"""Texts of policies with wildcards and policy variables, and ARNs.

Sources: IAM User Guide, "IAM JSON policy elements: Resource" and "IAM policy elements: Variables
and tags".
"""

from __future__ import annotations

import re
from itertools import chain, repeat

from msgspec import Struct

from codecommit_doctor.rules.iam.context import ABSENT, MULTIVALUED, Context
from codecommit_doctor.rules.iam.truth import Truth, all_of

__all__ = [
    "ANY",
    "HEX_DIGIT",
    "ONE",
    "VARIABLES",
    "Glob",
    "compile_glob",
    "match",
    "match_arn",
    "match_resource",
]

ANY, ONE = "any characters", "one character"
HEX_DIGIT = "\0"
"""Stands in a text for a digit of a key id that is not known."""

VARIABLES = "2012-10-17"
"""The version of the policy language that has policy variables."""

_FIELDS = 6
"""Of an ARN. A variable is filled in behind the fifth colon alone: "Variables and tags"."""

_HEX = frozenset("0123456789abcdef")
_DEFAULT = re.compile(r"\s*'([^']*)'\s*\Z")


class Glob(Struct, frozen=True):
    """A pattern. parts: single characters, ANY and ONE.

    exact: False if a policy variable in it is not known; ANY then stands for the variable. void: a
    policy variable in it has no value, so it matches nothing ("Policy variables with no value").
    """

    parts: tuple[str, ...]
    exact: bool = True
    void: bool = False


def compile_glob(
    text: str, context: Context | None = None, version: str = VARIABLES, *, wild: bool = True
) -> Glob:
    """A policy's text as a pattern, policy variables filled in.

    Args:
        context: None where policy variables are not allowed, as in Action.
        version: the policy's; in those before 2012-10-17 a variable is plain text.
        wild: whether * and ? are wildcards. The value of a variable never is one.
    """
    if context is None or version != VARIABLES:
        return Glob(_parts(text, wild))
    closed, brace, rest = text.rpartition("}")  # or each ${ that nothing closes takes long
    first, *others = re.split(r"\$\{([^}]*)\}", closed + brace)
    parts = [*_parts(first, wild)]
    exact, void = True, False
    for variable, behind in zip(others[::2], others[1::2], strict=True):
        value = _value_of(variable, context)
        if value is None:
            parts.append(ANY)
            exact = False
        elif value == ABSENT:
            void = True
        else:
            parts += value[0]
        parts += _parts(behind, wild)
    parts += _parts(rest, wild)
    return Glob(tuple(parts), exact, void)


def match(glob: Glob, text: str) -> Truth:
    """Whether the pattern matches the whole text, whatever the HEX_DIGITs in the text are."""
    if glob.void or not _fits(glob.parts, text, guess=True):
        return False
    return True if glob.exact and _fits(glob.parts, text, guess=False) else None


def match_resource(pattern: str, arn: str, context: Context, version: str) -> Truth:
    """Whether a Resource covers an ARN.

    Fields are compared one by one; those that an ARN lacks at its end are wildcards. A * that ends
    a field "can expand to match beyond the colon boundaries" ("IAM JSON policy elements:
    Resource"): where only that would make it match, the answer is None.
    """
    if pattern and not pattern.strip("*"):
        return True
    if not pattern.startswith("arn:"):
        return None if match(compile_glob(pattern, context, version), arn) is not False else False
    written = pattern.split(":", _FIELDS - 1)
    front = [compile_glob(field) for field in written[: _FIELDS - 1]]
    rest = [compile_glob(field, context, version) for field in written[_FIELDS - 1 :]]
    fields = chain(front, rest, repeat(Glob((ANY,))))
    covered = all_of(map(match, fields, arn.split(":", _FIELDS - 1)))
    if covered is False and any(field.endswith("*") for field in written[: _FIELDS - 1]):
        whole = _joined([*front, *rest])
        return None if match(whole, arn) is not False else False
    return covered


def match_arn(pattern: str, arn: str, context: Context, version: str) -> Truth:
    """ArnLike and ArnEquals: "each of the six colon-delimited components is checked separately".

    Source: IAM User Guide, "ARN condition operators". Of a pattern with fewer components, the
    guide says nothing.
    """
    glob = compile_glob(pattern, context, version)
    parts, values = _split(glob), arn.split(":", _FIELDS - 1)
    if len(values) < _FIELDS or len(parts) < _FIELDS:
        return None if match(glob, arn) is not False or len(values) < _FIELDS else False
    truths = [match(Glob(part), value) for part, value in zip(parts, values, strict=True)]
    if glob.void or False in truths:
        return False
    return all_of(truths) if glob.exact else None


def _split(glob: Glob) -> list[tuple[str, ...]]:
    fields: list[list[str]] = [[]]
    for part in glob.parts:
        if part == ":" and len(fields) < _FIELDS:
            fields.append([])
        else:
            fields[-1].append(part)
    return [tuple(field) for field in fields]


def _joined(globs: list[Glob]) -> Glob:
    """The fields with their colons, for whoever asks only whether they can match."""
    parts = [part for glob in globs for part in (":", *glob.parts)]
    return Glob(tuple(parts[1:]), void=any(glob.void for glob in globs))


def _parts(text: str, wild: bool) -> tuple[str, ...]:
    if not wild:
        return tuple(text)
    names = {"*": ANY, "?": ONE}
    return tuple(names.get(character, character) for character in re.sub(r"\*+", "*", text))


def _value_of(variable: str, context: Context) -> tuple[str] | str | None:
    """The value in a tuple, ABSENT, or None if it is not known."""
    if variable in ("*", "?", "$"):
        return (variable,)
    name, comma, rest = variable.partition(",")
    name = name.strip()
    state = context.state(name)
    if state == ABSENT:
        default = _DEFAULT.match(rest)
        return (default[1],) if default else None if comma else ABSENT
    if isinstance(state, tuple) and len(state) == 1 and name.lower() not in MULTIVALUED:
        return (state[0],)
    return None


def _fits(parts: tuple[str, ...], text: str, *, guess: bool) -> bool:
    """Whether the pattern matches: each piece between two wildcards at its first place.

    A HEX_DIGIT in the text is matched by wildcards alone, so that True means "whatever the digits
    are"; with guess also by every digit, so that False means "whatever the digits are".
    """
    if ANY not in parts and len(parts) != len(text):
        return False
    pieces: list[list[str]] = [[]]
    for part in parts:
        if part == ANY:
            pieces.append([])
        else:
            pieces[-1].append(part)

    def stands(piece: list[str], at: int) -> bool:
        return all(
            wanted in (ONE, text[at + offset])
            or (guess and text[at + offset] == HEX_DIGIT and wanted in _HEX)
            for offset, wanted in enumerate(piece)
        )

    first, *middle = pieces
    if len(first) > len(text) or not stands(first, 0):
        return False
    if not middle:
        return len(first) == len(text)
    last = middle.pop()
    place, end = len(first), len(text) - len(last)
    for piece in filter(None, middle):
        while place + len(piece) <= end and not stands(piece, place):
            place += 1
        place += len(piece)  # behind the end where it stands nowhere
    return place <= end and stands(last, end)
