"""The check git-version, with gits of all makers."""

from __future__ import annotations

import pytest

from tests.conftest import Sandbox

ID = "git-version"


def claiming(sandbox: Sandbox, version: str) -> None:
    """The real git, which says that it has this version."""
    script = f"""case "$*" in --version) echo 'git version {version}' ;;
    *) exec /usr/bin/git "$@" ;; esac"""
    sandbox.program("git", script)


@pytest.mark.parametrize(
    "version",
    [
        *("1.7.9", "1.7.9.5", "1.8.3.1", "2.39.3 (Apple Git-146)", "2.44.0.windows.1", "2.39.GIT"),
        *("2.45.0-rc1", "2.11.0", "10.0"),
    ],
)
def test_new_enough(healthy: Sandbox, version: str) -> None:
    claiming(healthy, version)
    done = healthy.examine("--only", ID)
    assert (done.status(ID), done.code) == ("pass", 0)
    assert done.results[ID]["summary"] == f"Git {version}"


@pytest.mark.parametrize("version", ["1.7.8.6", "1.7.9.rc1", "1.7.9-rc2", "1.6", "0.99.9n"])
def test_too_old(healthy: Sandbox, version: str) -> None:
    claiming(healthy, version)
    done = healthy.examine()
    assert (done.with_status("fail"), done.code) == ({ID}, 1)
    assert "older than 1.7.9" in done.results[ID]["summary"]
    assert done.results[ID]["advice"]
    assert done.results["use-http-path"]["because_of"] == ID


@pytest.mark.parametrize("version", ["2.11.0.windows.3", "1.9.5.msysgit.1"])
def test_releases_that_are_faulty(healthy: Sandbox, version: str) -> None:
    claiming(healthy, version)
    done = healthy.examine("--only", ID)
    assert (done.status(ID), done.code) == ("warn", 0)
    assert healthy.examine("--only", ID, "--strict").code == 4


def test_not_found(healthy: Sandbox) -> None:
    done = healthy.without("git").examine(
        "https://git-codecommit.us-east-2.amazonaws.com/v1/repos/x"
    )
    assert (done.with_status("fail"), done.code) == ({ID}, 1)
    assert done.results[ID]["summary"] == "git is not on the PATH"
    assert done.results["git-configuration"]["because_of"] == ID


@pytest.mark.parametrize(
    ("script", "says"),
    [
        ("exit 127", "ended with exit code 127"),
        ("echo hello", "answered 'hello'"),
        ("true", "answered 'nothing'"),
        ("kill -SEGV $$", "was ended by signal SIGSEGV"),
        ("printf '\\377\\376\\000'", "answered"),
        ("echo git version", "answered"),
    ],
)
def test_a_git_that_says_no_version(healthy: Sandbox, script: str, says: str) -> None:
    healthy.program("git", script)
    done = healthy.examine("--only", ID)
    assert done.with_status("fail") == {ID}
    assert says in done.results[ID]["summary"]


def test_other_gits_are_named(healthy: Sandbox) -> None:
    claiming(healthy, "2.50.1")
    facts = healthy.examine("--only", ID).results[ID]["evidence"]
    assert [fact["fact"] for fact in facts][:2] == [
        "git version 2.50.1",
        "another git: /usr/bin/git",
    ]
