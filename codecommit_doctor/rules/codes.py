"""The codes of findings, with what each means: ``codes.txt`` is the list, and only ever grows."""

from __future__ import annotations

from functools import cache

__all__ = ["RETIRED", "SITE", "address", "codes_of", "meaning", "meanings"]

SITE = "https://codecommit-doctor.github.io/codecommit-doctor/"
"""Where the pages of the checks are published."""

RETIRED: frozenset[str] = frozenset({"region-supported/not-offered"})
"""Codes that no check gives any more. They stay in the list, and are never given another meaning.
"""


@cache
def meanings() -> dict[str, str]:
    """Every ``check/code`` with one sentence; ``*/code`` stands for all checks."""
    import pkgutil  # importlib.resources loads twenty modules more

    text = (pkgutil.get_data(__package__, "codes.txt") or b"").decode("utf-8")
    lines = [line for line in text.splitlines() if not line.startswith("#")]
    return dict(line.split(maxsplit=1) for line in lines)


def meaning(code: str) -> str | None:
    """What ``check/code`` of a built-in check means; None if there is no such code."""
    check, _, kind = code.partition("/")
    known = meanings()
    return known.get(code) or (known.get(f"*/{kind}") if check else None)


def address(code: str) -> str | None:
    """Where ``check/code``, or a check, is explained; None for what no built-in check gives."""
    check = code.partition("/")[0]
    if not codes_of(check):
        return None
    return f"{SITE}checks/{check}/" + (f"#{code}" if code in meanings() else "")


def codes_of(check: str) -> dict[str, str]:
    """The codes of one check, without its id, in the order of the list."""
    prefix = f"{check}/"
    return {
        code.removeprefix(prefix): text
        for code, text in meanings().items()
        if code.startswith(prefix)
    }
