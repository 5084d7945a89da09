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


@pytest.mark.parametrize("network", [True, False])
def test_the_clone_does_not_choose_the_program(clone: Sandbox, network: bool) -> None:
    """Neither an alias of its own, nor a program in it that a relative PATH would lead to."""
    clone.git("config", "alias.remote-codecommit", "!touch ran-by-alias; false")
    clone.env["PATH"] = f".:{clone.env['PATH']}:"
    clone.env["HTTPS_PROXY"] = "http://127.0.0.1:9"
    program = clone.write("clone/git-remote-codecommit", "#!/bin/sh\ntouch ran-by-path\n")
    program.chmod(0o755)
    done = clone.examine(offline=not network)
    assert done.status("remote-helper") == "fail"
    assert not list(clone.home.rglob("ran-by-*"))


def test_it_does_not_start(clone: Sandbox) -> None:
    clone.program("git-remote-codecommit", "echo failed to create process. >&2; exit 1")
    result = clone.examine().results["remote-helper"]
    assert result["summary"].endswith("does not start: failed to create process.")


def test_without_any_aws_cli(clone: Sandbox) -> None:
    clone.program("git-remote-codecommit", "exit 1")
    (clone.bin / "aws").unlink()
    assert not clone.without("aws").examine().with_status("fail", "warn")


def test_a_store_that_keeps_its_passwords_is_named(clone: Sandbox) -> None:
    clone.program("git-remote-codecommit", "exit 1")
    clone.write(".gitconfig", "[credential]\n\thelper = store\n")
    result = clone.examine().results["remote-helper"]
    assert result["status"] == "pass"
    assert any("keeps each password" in fact["fact"] for fact in result["evidence"])
