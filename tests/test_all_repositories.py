"""``--all-repositories``: every clone below a folder, the facts of the machine read once."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

from codecommit_doctor.cli.progress import far
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


SETTINGS = {
    "plain": [],
    "no path": ["credential.useHttpPath=false"],
    "own helper": ["credential.helper=!sh -c 'echo never'"],
    "own store": ["credential.helper=store"],
    "rewritten": [f"url.{URL}-other.insteadOf={URL}"],
    "ssh": ["remote.origin.url=ssh://git-codecommit.us-east-2.amazonaws.com/v1/repos/demo"],
}
CLONES_OF_EACH = 4


def test_each_of_many_clones_gets_what_it_gets_alone(healthy: Sandbox) -> None:
    """Clones that differ in one setting stand among equal ones, more than run side by side."""
    for number in range(CLONES_OF_EACH):
        for name, settings in SETTINGS.items():
            clone = _clone(healthy, f"{number} {name}", URL)
            for setting in settings:
                healthy.git("config", *setting.split("=", 1), cwd=clone)
    source = healthy.home / "src"
    found = healthy.examine("--all-repositories", str(source), cwd=healthy.home).report["targets"]
    assert len(found) == len(SETTINGS) * CLONES_OF_EACH
    for name in SETTINGS:
        last = f"{CLONES_OF_EACH - 1} {name}"
        (alone,) = healthy.examine(str(source / last), cwd=healthy.home).report["targets"]
        (among,) = [target for target in found if target["target"] == f"{last}: origin"]
        assert _settled(among) == _settled(alone)
    said = {str(_settled(target)["verdict"]["causes"]) for target in found}
    assert len(said) > 2


def _settled(target: dict[str, Any]) -> Any:
    """What was found, without its name and without times."""
    results = [{**result, "seconds": 0} for result in target["results"]]
    text = json.dumps({**target, "target": "", "results": results})
    text = text.replace(f"address of {target['target']}", "address of NAME")
    return json.loads(re.sub(r"\d{4}-\d\d-\d\dT[\d:]+Z", "TIME", text))


def test_progress_of_many_has_a_rate_and_the_time_left() -> None:
    assert far(0, 500, 1.0) == "looking at 500 repositories: 0 done"
    assert far(100, 500, 2.0) == "looking at 500 repositories: 100 done, 50 a second, 8 s left"
