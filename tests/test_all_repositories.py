"""``--all-repositories``: every clone below a folder, the facts of the machine read once."""

from __future__ import annotations

from pathlib import Path

from tests.conftest import URL, Sandbox


def _clone(sandbox: Sandbox, place: str, url: str) -> Path:
    folder = sandbox.home / "src" / place
    sandbox.git("init", "--quiet", str(folder), cwd=sandbox.home)
    sandbox.git("remote", "add", "origin", url, cwd=folder)
    return folder


def test_every_clone_with_a_codecommit_remote_in_the_order_of_names(healthy: Sandbox) -> None:
    _clone(healthy, "b/deep/one", URL)
    inner = _clone(healthy, "a clone", URL)
    _clone(healthy, "a clone/vendor/two", f"{URL}2")
    _clone(healthy, "elsewhere", "https://github.com/a/b")
    (healthy.home / "src" / "loop").symlink_to(healthy.home / "src")
    healthy.git("config", "credential.useHttpPath", "false", cwd=inner)
    done = healthy.examine("--all-repositories", str(healthy.home / "src"), cwd=healthy.home)
    names = [target["target"] for target in done.report["targets"]]
    assert names == ["a clone: origin", "a clone/vendor/two: origin", "b/deep/one: origin"]
    failing = {
        target["target"]: [r["id"] for r in target["results"] if r["status"] == "fail"]
        for target in done.report["targets"]
    }
    assert failing == {names[0]: ["use-http-path"], names[1]: [], names[2]: []}
    assert done.code == 1


def test_one_start_of_the_aws_command_for_many_clones(healthy: Sandbox) -> None:
    for number in range(5):
        _clone(healthy, f"clone-{number}", URL)
    real = (healthy.bin / "aws").resolve()
    healthy.program("aws", f'echo "$*" >> "$HOME/started"\nexec {real} "$@"')
    done = healthy.examine("--all-repositories", str(healthy.home / "src"), cwd=healthy.home)
    assert done.code == 0
    started = (healthy.home / "started").read_text("utf-8").splitlines()
    assert len([line for line in started if "credential-helper" in line]) == 1
    assert len([line for line in started if "--version" in line]) <= 1


def test_nothing_to_look_at_and_two_ways_at_once_are_wrong_usage(healthy: Sandbox) -> None:
    empty = healthy.home / "empty"
    empty.mkdir()
    assert healthy.doctor("--all-repositories", str(empty)).code == 2
    assert healthy.doctor("--all-repositories", str(healthy.home / "none")).code == 2
    assert healthy.doctor("--all-repositories", str(empty), "origin").code == 2
