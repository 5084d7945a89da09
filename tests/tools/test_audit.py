"""The audit of what is shipped: what nobody could look up is not called clean."""

from __future__ import annotations

from typing import Any

import pytest

from tools.release import audit
from tools.release.lock import Locked, locked

LOCK = locked(
    "boto3==1.44.8 --hash=sha256:1\n"
    "typer==0.29.1 ; python_full_version < '3.11' --hash=sha256:2\n"
    "typer==0.29.2 ; python_full_version >= '3.11' --hash=sha256:3\n"
    "colorama==0.4.6 ; sys_platform == 'win32' --hash=sha256:4\n"
)
BAD = {
    "id": "PYSEC-2026-1",
    "fix_versions": ["1.44.9"],
    "aliases": ["CVE-2026-1", "GHSA-xxxx"],
    "description": "…",
}


def answer(entries: list[Locked], skipped: str = "", bad: str = "") -> Any:
    """As pip-audit writes it."""
    told: list[dict[str, Any]] = []
    for entry in entries:
        name = entry.requirement.name
        if name == skipped:
            reason = f"Dependency not found on PyPI and could not be audited: {name}"
            told.append({"name": name, "skip_reason": reason})
        else:
            vulns = [BAD] if name == bad else []
            told.append({"name": name, "version": entry.version, "vulns": vulns})
    return {"dependencies": told, "fixes": []}


def play(monkeypatch: pytest.MonkeyPatch, **services: Any) -> list[tuple[str, list[str]]]:
    """Has the services answer so; what is asked of them."""
    asked = []

    def ask(service: str, entries: list[Locked]) -> Any:
        asked.append((service, [f"{e.requirement.name}=={e.version}" for e in entries]))
        if services[service] is None:
            raise RuntimeError("Failed to resolve")
        return answer(entries, **services[service])

    monkeypatch.setattr(audit, "_ask", ask)
    return asked


def test_every_entry_is_asked_of_once(monkeypatch: pytest.MonkeyPatch) -> None:
    asked = play(monkeypatch, pypi={}, osv={})
    found = audit.audit(LOCK)
    assert asked == [
        ("pypi", ["boto3==1.44.8", "typer==0.29.1", "colorama==0.4.6"]),
        ("pypi", ["typer==0.29.2"]),
    ]
    assert (len(found.told), found.vulnerable, found.missing) == (4, {}, [])
    audit.require(found, trial=False)


def test_what_one_service_does_not_know_the_next_is_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    asked = play(monkeypatch, pypi={"skipped": "boto3"}, osv={"bad": "boto3"})
    found = audit.audit(LOCK)
    assert asked[-1] == ("osv", ["boto3==1.44.8"])
    assert found.vulnerable == {"boto3==1.44.8": ["PYSEC-2026-1"]}
    with pytest.raises(SystemExit, match="known vulnerabilities"):
        audit.require(found, trial=False)
    assert audit.audit(LOCK, accepted=["CVE-2026-1"]).vulnerable == {}


@pytest.mark.parametrize("pypi", [None, {"skipped": "typer"}])
def test_without_an_answer_nothing_is_clean(monkeypatch: pytest.MonkeyPatch, pypi: Any) -> None:
    play(monkeypatch, pypi=pypi, osv=None)
    found = audit.audit(LOCK)
    assert {"typer==0.29.1", "typer==0.29.2"} <= set(found.missing)
    assert any("not audited: " in line for line in found.lines())
    assert "osv: Failed to resolve" in found.lines()
    audit.require(found, trial=True)
    with pytest.raises(SystemExit, match="not every package was audited"):
        audit.require(found, trial=False)


def test_the_rounds_hold_the_whole_lock() -> None:
    made = audit.rounds(locked())
    assert sum(map(len, made)) == len(locked())
    for some in made:
        assert len({entry.requirement.name for entry in some}) == len(some)
