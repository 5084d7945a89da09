"""What the checks of addresses make of facts: of protocols, regions and git-remote-codecommit."""

from __future__ import annotations

from codecommit_doctor.check import Entry, Environment, Result
from tests import facts
from tests.facts import URL, entry, git, seen, target

# protocol-allowed


def allowed(*entries: Entry, listed: str | None = None, url: str = URL) -> Result:
    environment = Environment({} if listed is None else {"GIT_ALLOW_PROTOCOL": listed})
    gits = git(entries=(entry("x", "core.editor"), *entries))
    return facts.ask(facts.check("protocol-allowed"), target(url), gits, environment)


def test_protocol_allowed() -> None:
    never = entry("never", "protocol.https.allow", line=1)
    assert seen(allowed()) == ("pass", None, False)
    assert seen(allowed(never, url="codecommit://demo")) == ("skip", "not-https", False)
    result = allowed(listed="ssh:file")
    assert seen(result) == ("fail", "forbidden", True)
    assert result.evidence[0].fact == "GIT_ALLOW_PROTOCOL=ssh:file"
    assert "GIT_ALLOW_PROTOCOL" in result.advice[0].text
    result = allowed(never, entry("never", "protocol.https.allow", line=7), entry("y", "a.b"))
    assert seen(result) == ("fail", "forbidden", True)
    assert result.evidence[0].origin.line == 7
    assert result.fix
    assert (result.fix.safety.value, result.advice) == ("unsafe", ())
    result = allowed(entry("never", "protocol.allow", scope="command", file=None))
    assert (result.status.value, result.fix) == ("fail", None)
    assert result.advice[0].text.startswith("Take protocol.allow out")
