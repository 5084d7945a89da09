"""What the small commands tell programs."""

from __future__ import annotations

import json

from tests.conftest import HELPER, Sandbox


def test_checks_are_described(healthy: Sandbox) -> None:
    found = {
        check["id"]: check for check in json.loads(healthy.doctor("checks", "--format", "json").out)
    }
    assert found["use-http-path"]["can_fix"] is True
    assert found["git-access"]["can_fix"] is False
    assert "use-http-path/unset" in found["use-http-path"]["codes"]
    assert {check["category"] for check in found.values()} >= {"programs", "network"}
    assert "(can be fixed)" in healthy.doctor("checks").out


def test_page_is_explained(healthy: Sandbox) -> None:
    told = json.loads(healthy.doctor("explain", "use-http-path/unset", "--format", "json").out)
    assert told["id"] == "use-http-path"
    assert "use-http-path/unset" in told["codes"]
    assert told["page"].startswith("# use-http-path/unset")


def test_fixes_are_listed(healthy: Sandbox) -> None:
    assert json.loads(healthy.doctor("undo", "--list", "--format", "json").out) == []
    healthy.write(".gitconfig", f"[credential]\n\thelper = {HELPER}\n")
    assert healthy.doctor("--offline", "--fix", "--yes").code == 0
    (entry,) = json.loads(healthy.doctor("undo", "--list", "--format", "json").out)
    assert (entry["check"], entry["state"]) == ("use-http-path", "applied")
    assert entry["files"] == ["~/.gitconfig"]
