"""Lines of machines that are made up, for tests of what is counted over them."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from typing import Any

from codecommit_doctor.reports.lines import Line
from codecommit_doctor.reports.report import OutcomeWord
from codecommit_doctor.rules.pseudonym import account_pseudonym, machine_pseudonym

__all__ = ["CHECKS", "report"]

CHECKS = ("git-version", "use-http-path", "credential-helper", "config-shadowing")


def report(
    host: str,
    day: str = "2026-11-20",
    causes: tuple[str, ...] = (),
    *,
    outcome: OutcomeWord | None = None,
    user: str = "me",
    **more: Any,
) -> Iterator[Line]:
    """A report as lines. causes: codes, the most likely first. more: fields of every line."""
    common: dict[str, Any] = {
        "jsonl_version": "1.0",
        "created": f"{day}T10:00:00Z",
        "tool_version": "1.0.0",
        "system": "Linux",
        "account_kind": "user",
        "machine": machine_pseudonym(host),
        "account": account_pseudonym(host, user),
        "target": "origin",
        "region": "us-east-2",
        "repository": "demo",
        **more,
    }
    text = repr((host, day, causes, outcome, user, sorted(more.items())))
    common["report"] = hashlib.sha256(text.encode()).hexdigest()[:16]
    ranks = {code.partition("/")[0]: number for number, code in enumerate(causes)}
    for check in CHECKS:
        rank = ranks.get(check)
        found = rank is not None
        yield Line(
            line="check",
            check=check,
            status="fail" if found else "pass",
            summary=f"{check} was looked at",
            code=causes[rank] if rank is not None else None,
            rank=rank + 1 if rank is not None else None,
            confidence="confirmed" if found else None,
            **common,
        )
    yield Line(
        line="verdict",
        check=causes[0].partition("/")[0] if causes else None,
        code=causes[0] if causes else None,
        status=outcome or ("failed" if causes else "works"),
        summary="Git was tried",
        confidence="confirmed" if causes else None,
        **common,
    )
