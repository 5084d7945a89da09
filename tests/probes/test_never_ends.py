"""A file that is none is found where git waits for it, and is never opened."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from codecommit_doctor.probes.git_remotes import is_idle
from codecommit_doctor.probes.never_ends import kind_of, read_by_git, told
from tests.conftest import URL, Sandbox

posix = pytest.mark.skipif(os.name != "posix", reason="named pipes of POSIX")
pytestmark = pytest.mark.process


@pytest.fixture
def clone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A repository without any file yet, in a home without any."""
    for name in ("GIT_DIR", "XDG_CONFIG_HOME", "GIT_CONFIG_GLOBAL", "GIT_CONFIG_SYSTEM"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    monkeypatch.setattr("codecommit_doctor.probes.never_ends.find", lambda name: None)
    (tmp_path / "home").mkdir()
    (tmp_path / "clone" / ".git").mkdir(parents=True)
    (tmp_path / "clone" / "below").mkdir()
    return tmp_path / "clone"


def pipe(path: Path) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    os.mkfifo(path)
    return path


@posix
@pytest.mark.parametrize(
    "place",
    [
        *("clone/.git/config", "clone/.git/config.worktree", "clone/.git/HEAD"),
        *("clone/.git/commondir", "clone/HEAD", "home/.gitconfig", "home/.config/git/config"),
    ],
)
def test_what_git_reads_in_a_clone(clone: Path, place: str) -> None:
    assert read_by_git(str(clone)) is None
    found = pipe(clone.parent / place)
    assert read_by_git(str(clone)) == found
    assert read_by_git(str(clone / "below")) == found
    assert told(found) == f"waits for {found}, which is a named pipe"


@posix
@pytest.mark.parametrize("place", ["main/.git/worktrees/w/HEAD", "main/.git/config"])
def test_what_git_reads_in_a_linked_worktree(clone: Path, place: str) -> None:
    linked = clone.parent / "main" / ".git" / "worktrees" / "w"
    linked.mkdir(parents=True)
    (linked / "commondir").write_text("../..\n")
    (clone / ".git").rmdir()
    (clone / ".git").write_text(f"gitdir: {linked}\n")
    pipe(clone.parent / place)
    found = read_by_git(str(clone))
    assert found is not None
    assert found.resolve() == clone.parent / place


@posix
@pytest.mark.parametrize("place", ["clone/.git/index", "home/.netrc", "home/.git-credentials"])
def test_what_git_does_not_read_there(clone: Path, place: str) -> None:
    pipe(clone.parent / place)
    assert read_by_git(str(clone)) is None


@posix
def test_kinds(tmp_path: Path) -> None:
    assert kind_of(pipe(tmp_path / "p")) == "named pipe"
    assert kind_of("/dev/zero") == "device"
    assert kind_of(tmp_path) is None
    assert kind_of(tmp_path / "none") is None
    assert kind_of("a\0b") is None


@pytest.mark.parametrize(
    ("key", "value", "idle"),
    [
        ("url.https://a/.insteadof", "ex:", True),
        ("url.https://a/.insteadof", "https://example.org/", True),
        ("url.https://a/.insteadof", "https://", False),
        ("url.https://a/.pushinsteadof", "https://git-codecommit.us-east-1", False),
        ("url.https://a/.insteadof", "https://me@git-codecommit.us-east-1", False),
        ("url.https://a/.insteadof", "codecommit::", False),
        ("url.https://a/.insteadof", "word", False),
        ("credential.helper", "store", False),
    ],
)
def test_rules_that_apply_to_nothing_are_left_away(key: str, value: str, idle: bool) -> None:
    assert is_idle(key, value, ("ls-remote", "words")) is idle


@posix
@pytest.mark.parametrize("which", ["include", "local include"])
def test_a_git_that_hangs_is_a_failure_with_its_reason(healthy: Sandbox, which: str) -> None:
    place = pipe(healthy.home / "more")
    folder = healthy.clone if which == "local include" else healthy.home
    scope = "--local" if which == "local include" else "--global"
    healthy.git("config", scope, "include.path", str(place), cwd=folder)
    done = healthy.examine(URL)
    assert (done.with_status("fail"), done.code) == ({"git-configuration"}, 1)
    found = done.results["git-configuration"]
    assert found["code"] == "git-configuration/not-a-file"
    assert "which is a named pipe" in found["summary"]
