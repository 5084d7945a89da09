"""The check ``git-access`` where nothing of Git's can be tried."""

from __future__ import annotations

import pytest

from tests.conftest import HEALTHY, Sandbox

HOST = "git-codecommit.us-east-2.amazonaws.com"


@pytest.mark.parametrize("rule", [False, True], ids=["written so", "by a rule"])
def test_ssh_is_named_and_is_not_green(healthy: Sandbox, rule: bool) -> None:
    ssh = f"ssh://{HOST}/v1/repos/demo"
    if rule:
        healthy.write(
            ".gitconfig", f'{HEALTHY}[url "ssh://{HOST}/"]\n\tinsteadOf = https://{HOST}/\n'
        )
    else:
        healthy.git("remote", "set-url", "origin", ssh)
    done = healthy.examine()
    result = done.results["git-access"]
    assert (done.code, result["status"], result["code"]) == (0, "skip", "git-access/ssh")
    verdict = done.report["targets"][0]["verdict"]
    assert verdict["outcome"] == "not-tested"
    assert "Git uses SSH for this address" in verdict["summary"]
    assert ("insteadof" in verdict["summary"]) == rule
    shown = " ".join(healthy.doctor("--offline").out.split())
    assert "Git uses SSH" in shown
    assert ("~/.gitconfig, line" in shown) == rule
