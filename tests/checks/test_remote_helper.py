from __future__ import annotations

import pytest

from tests.conftest import Sandbox

ADDRESS = "codecommit::us-east-2://demo"


@pytest.fixture
def clone(healthy: Sandbox) -> Sandbox:
    healthy.git("remote", "set-url", "origin", ADDRESS)
    return healthy


def test_found(clone: Sandbox) -> None:
    clone.program("git-remote-codecommit", "exit 0")
    done = clone.examine()
    assert done.status("remote-helper") == "pass"
    assert not done.with_status("fail", "warn")


def test_missing(clone: Sandbox) -> None:
    assert "is not a git command" in clone.git("ls-remote", check=False).stderr
    done = clone.examine()
    assert done.with_status("fail") == {"remote-helper"}
    cause = done.report["targets"][0]["verdict"]["causes"][0]
    assert (cause["check"], cause["confidence"]) == ("remote-helper", "confirmed")


def test_not_on_the_path(clone: Sandbox) -> None:
    clone.write(".local/bin/git-remote-codecommit", "#!/bin/sh\n").chmod(0o755)
    result = clone.examine().results["remote-helper"]
    assert result["status"] == "fail"
    assert "on the PATH" in result["advice"][0]["text"]


def test_its_python_is_gone(clone: Sandbox) -> None:
    program = clone.program("git-remote-codecommit", "")
    program.write_text("#!/gone/bin/python3\n", "utf-8")
    done = clone.examine()
    assert done.with_status("fail") == {"remote-helper"}
    assert "/gone/bin/python3" in done.results["remote-helper"]["evidence"][0]["fact"]


def test_other_addresses(healthy: Sandbox) -> None:
    assert healthy.examine().status("remote-helper") == "skip"
