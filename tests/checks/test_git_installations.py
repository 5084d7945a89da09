from __future__ import annotations

from pathlib import Path

from tests.conftest import HEALTHY, SYSTEM_PATH, Sandbox


def second_git(sandbox: Sandbox, system: str) -> Path:
    """Another git behind the first one on the PATH, with a system configuration of its own."""
    folder = sandbox.bin.parent / "client"
    folder.mkdir()
    config = folder / "gitconfig"
    config.write_text(system, "utf-8")
    program = folder / "git"
    script = f'#!/bin/sh\nGIT_CONFIG_SYSTEM="{config}" exec /usr/bin/git "$@"\n'
    program.write_text(script, "utf-8")
    program.chmod(0o755)
    sandbox.env["PATH"] = f"{sandbox.bin}:{SYSTEM_PATH}:{folder}"
    return program


def test_one(healthy: Sandbox) -> None:
    assert healthy.examine().status("git-installations") == "skip"


def test_two_alike(healthy: Sandbox) -> None:
    second_git(healthy, "[core]\n\teditor = vi\n")
    done = healthy.examine()
    assert done.status("git-installations") == "pass"
    assert not done.with_status("fail", "warn")


def test_the_other_one_has_a_manager(healthy: Sandbox) -> None:
    program = second_git(healthy, "[credential]\n\thelper = manager\n")
    done = healthy.examine()
    assert done.with_status("warn") == {"git-installations"}
    assert not done.with_status("fail")
    assert str(program) in done.results["git-installations"]["summary"]
    reset = HEALTHY.replace("\thelper", "\thelper =\n\thelper", 1)
    healthy.write(".gitconfig", reset)
    assert not healthy.examine().with_status("fail", "warn")


def test_the_other_one_can_not_be_asked(healthy: Sandbox) -> None:
    second_git(healthy, "[credential\n")
    done = healthy.examine()
    assert done.status("git-installations") == "pass"
    facts = [item["fact"] for item in done.results["git-installations"]["evidence"]]
    assert "can't be asked" in facts


def test_this_one_fails_itself(healthy: Sandbox) -> None:
    healthy.system_config.write_text("[credential]\n\thelper = manager\n", "utf-8")
    healthy.program("git-credential-manager", "exit 0")
    second_git(healthy, "")
    done = healthy.examine("--skip", "credential-handshake")
    assert done.with_status("fail") == {"credential-manager-conflict"}


def test_git_credentials(sandbox: Sandbox) -> None:
    sandbox.write(".gitconfig", "[credential]\n\thelper = cache\n")
    second_git(sandbox, "[credential]\n\thelper = manager\n")
    assert sandbox.examine().status("git-installations") == "skip"
