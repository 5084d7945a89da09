"""The tables of docs/support.md, from the results that were written down."""

from __future__ import annotations

import json
import re
from typing import Any

from packaging.version import Version

from tests.conftest import ROOT
from tests.support import clis, gits, matrix, pythons

__all__ = ["PAGE", "filled"]

PAGE = ROOT / "docs" / "support.md"


def filled(text: str) -> str:
    """The page with its tables."""
    results = json.loads(matrix.RESULTS.read_text("utf-8"))
    tables = {
        "git": _gits(results["git"]),
        "aws": _clis(results["aws"]),
        "python": _pythons(results["python"]),
    }
    for name, table in tables.items():
        text = re.sub(
            rf"(<!-- {name} -->\n).*?(<!-- end -->)",
            lambda found, table=table: f"{found[1]}{table}{found[2]}",  # type: ignore[misc]
            text,
            flags=re.S,
        )
    return text


def _gits(results: dict[str, dict[str, matrix.Statuses]]) -> str:
    rows = ["| Git | of | lacks | not checked then |", "|---|---|---|---|"]
    for version, by in gits.GITS.items():
        words = [f"`{word}`" for novelty in gits.lacking(version) for word in novelty.words]
        told = _skipped(results[version])
        rows.append(f"| {version} | {by} | {', '.join(words) or 'nothing'} | {told} |")
    return "".join(f"{row}\n" for row in rows)


def _clis(results: dict[str, dict[str, Any]]) -> str:
    rows = ["| AWS CLI | Python | what differs from the newest |", "|---|---|---|"]
    for version in sorted(results, key=Version):
        told = []
        for name, result in sorted(results[version].items()):
            if result["shows"]:
                told.append(f"{name.replace('-', ' ')}: Git shows `{result['shows']}`")
            told += [f"`{id}`: {status}" for id, status in result["differs"].items()]
        python = clis.VERSIONS.get(version, ("of its distribution",))[0]
        rows.append(f"| {version} | {python} | {'; '.join(dict.fromkeys(told)) or 'nothing'} |")
    return "".join(f"{row}\n" for row in rows)


def _pythons(results: dict[str, bool]) -> str:
    rows = ["| Python | tests |", "|---|---|"]
    for version in pythons.VERSIONS:
        told = "not tried"
        if version in results:
            told = "pass" if results[version] else "fail"
        rows.append(f"| {version} | {told} |")
    return "".join(f"{row}\n" for row in rows)


def _skipped(result: dict[str, matrix.Statuses]) -> str:
    found = {id for told in result.values() for id, status in told.items() if status == "skip"}
    if len(found) > 10:
        return "the credential helpers and all that follows from them"
    return ", ".join(f"`{id}`" for id in sorted(found)) or "nothing"
