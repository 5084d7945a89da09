"""Where AWS's documents and the reference differ, with the document that decides."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Any

from tests.iam.generator import Case

_VARIABLE = re.compile(r"\$\{[^*?$]")


def reason_of(case: Case, action: str, world: dict[str, Any]) -> str:
    """The known difference that the case may be one of; "" if there is none."""
    return next((name for name, applies in _KNOWN.items() if applies(case, world)), "")


def _statements(case: Case) -> Iterator[tuple[str, dict[str, Any]]]:
    """Each statement, and the version of its policy."""
    for policy in (*case.policies, case.boundary, case.key_policy):
        if policy is not None:
            found = policy["Statement"]
            for statement in found if isinstance(found, list) else [found]:
                yield policy["Version"], statement


def _texts(value: Any) -> list[str]:
    return value if isinstance(value, list) else [value]


def _tests(case: Case) -> Iterator[tuple[str, str, list[str]]]:
    for _, statement in _statements(case):
        for operator, tests in statement.get("Condition", {}).items():
            for key, wanted in tests.items():
                yield operator, key, _texts(wanted)


def _old_version(case: Case, world: dict[str, Any]) -> bool:
    return any(
        version != "2012-10-17" and _VARIABLE.search(str(statement))
        for version, statement in _statements(case)
    )


def _variable_in_an_arn(case: Case, world: dict[str, Any]) -> bool:
    return any(
        operator.startswith("Arn") and any("${" in text for text in wanted)
        for operator, _, wanted in _tests(case)
    )


def _without_value(case: Case, world: dict[str, Any]) -> bool:
    """A variable without a value in a negated operator or in NotResource."""
    context = {key.lower() for key in world["context"]}

    def void(texts: list[str]) -> bool:
        names = re.findall(r"\$\{([^*?$,}]+)\}", " ".join(texts))
        return any(name.strip().lower() not in context for name in names)

    negated = any("Not" in operator and void(wanted) for operator, _, wanted in _tests(case))
    return negated or any(
        void(_texts(statement["NotResource"]))
        for _, statement in _statements(case)
        if "NotResource" in statement
    )


_KNOWN: dict[str, Callable[[Case, dict[str, Any]], bool]] = {
    # IAM User Guide, "IAM JSON policy elements: Version": in policies before 2012-10-17 a variable
    # is plain text. The reference fills it in.
    "variables in a policy of version 2008-10-17": _old_version,
    # IAM User Guide, "Variables and tags", "Condition element": variables work in ARN operators;
    # the fifth colon limits the Resource element alone. The reference splits inside ${aws:...}.
    "a variable in an ARN condition": _variable_in_an_arn,
    # The same page, "Policy variables with no value": inverted operators do match, and in
    # NotResource the text with the variable matches no resource, so excludes nothing.
    "a variable without a value, negated": _without_value,
}
"""Each known difference with a test that says whether a case can be one of its kind."""
