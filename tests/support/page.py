"""The tables of docs/support.md, from the results that were written down."""

from __future__ import annotations

import json
import re

from tests.conftest import ROOT
from tests.support import gits, matrix

__all__ = ["PAGE", "filled"]

PAGE = ROOT / "docs" / "support.md"


def filled(text: str) -> str:
    """The page with its tables."""
    results = json.loads(matrix.RESULTS.read_text("utf-8"))
    tables = {"git": _gits(results["git"])}
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


def _skipped(result: dict[str, matrix.Statuses]) -> str:
    found = {id for told in result.values() for id, status in told.items() if status == "skip"}
    if len(found) > 10:
        return "the credential helpers and all that follows from them"
    return ", ".join(f"`{id}`" for id in sorted(found)) or "nothing"
