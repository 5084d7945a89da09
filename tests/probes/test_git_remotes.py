"""Which git there is, and what it says of remotes."""

from __future__ import annotations

from pathlib import Path

import pytest

from codecommit_doctor.probes.git import Git
from codecommit_doctor.rules.target import parse
from tests.conftest import URL, Sandbox


def test_another_directory_shares_the_version_and_not_the_configuration(inside: Sandbox) -> None:
    here = Git(inside.clone)
    there = Git(inside.home, here)
    inside.git("config", "a.b", "c")
    assert there.version() == here.version() and there.found == here.found
    assert any(e.key == "a.b" for e in here.configuration().entries)
    assert not any(e.key == "a.b" for e in there.configuration().entries)


def test_remotes_are_as_git_uses_them(inside: Sandbox) -> None:
    inside.git("config", "url.https://h.example/.insteadOf", "x:")
    inside.git("config", "url.https://p.example/.pushInsteadOf", "x:")
    inside.git("remote", "add", "short", "x:repo with space")
    inside.git("config", "--add", "remote.origin.pushurl", "https://push.example/r")
    found = {(r.name, r.url, r.push) for r in Git(inside.clone).remotes()}
    assert found == {
        ("origin", URL, False),
        ("origin", "https://push.example/r", True),
        ("short", "https://h.example/repo with space", False),
        ("short", "https://p.example/repo with space", True),
    }
    assert Git(inside.clone).rewritten("x:y") == "https://h.example/y"
    assert Git(inside.home).remotes() == ()


def test_no_git_at_all(inside: Sandbox, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(inside.home))
    git = Git(inside.clone)
    assert (git.path, git.version(), git.remotes()) == (None, None, ())
    assert git.configuration().failure
    assert git.credential(parse(URL, name="t", directory=Path.cwd())).sends_path is None
    assert not git.at_least("1.0")


def test_the_same_program_under_two_names_is_one(inside: Sandbox) -> None:
    (inside.bin / "git").symlink_to("/usr/bin/git")
    git = Git(inside.clone)
    assert git.path == str(inside.bin / "git")
    assert len({Path(path).resolve() for path in git.found}) == len(git.found)


@pytest.mark.parametrize("rules", ["", '[url "https://never.example/"]\n\tinsteadOf = never:\n'])
def test_addresses_without_rules_are_those_that_git_lists(inside: Sandbox, rules: str) -> None:
    """The same remotes, whether git lists them or they are read as they are written."""
    inside.git("config", "--add", "remote.origin.url", "https://second.example/r")
    inside.git("config", "remote.b.url", "https://b.example/r")
    inside.git("config", "remote.b.pushurl", "https://push.example/r")
    inside.git("config", "--add", "remote.b.pushurl", "https://b.example/r")
    inside.git("config", "remote.A.url", "ssh://a.example/r")
    inside.git("config", "remote.nowhere.fetch", "x")
    inside.write(".gitconfig", rules)
    listed = inside.git("remote", "-v").stdout
    found = Git(inside.clone).remotes()
    for remote in found:
        kind = "push" if remote.push else "fetch"
        assert f"{remote.name}\t{remote.url} ({kind})\n" in listed
    assert [(remote.name, remote.url) for remote in found] == [
        ("A", "ssh://a.example/r"),
        ("b", "https://b.example/r"),
        ("b", "https://push.example/r"),
        ("origin", URL),
        ("origin", "https://second.example/r"),
    ]
