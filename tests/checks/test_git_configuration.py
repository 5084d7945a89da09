"""The check git-configuration, with files that stop git."""

from __future__ import annotations

import os

import pytest

from tests.conftest import HEALTHY, Sandbox

ID = "git-configuration"
DEPENDANTS = ("use-http-path", "credential-manager-conflict", "profile-quoting")


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("[credential\n", 1),
        ("[credential]\n\thelper = 'x\n\tbroken\\q\n", 3),
        ('[credential]\n\thelper = "open\n', 2),
        ('[credential "a]\n', 1),
        ("[credential]\n\t= x\n", 2),
        ("[a]\n\tb_c = 1\n", 2),
        ("<<<<<<< HEAD\n", 1),
    ],
)
def test_a_malformed_file_is_named_with_its_line(healthy: Sandbox, text: str, line: int) -> None:
    healthy.write(".gitconfig", text)
    done = healthy.examine()
    assert (done.with_status("fail"), done.code) == ({ID}, 1)
    location = done.results[ID]["evidence"][0]["location"]
    assert (location["file"], location["line"]) == ("~/.gitconfig", line)
    for dependant in DEPENDANTS:
        assert done.status(dependant) == "skip"
        assert done.results[dependant]["because_of"] == ID


@pytest.mark.parametrize("place", ["system", "local", "include"])
def test_a_malformed_file_of_any_scope_is_named(healthy: Sandbox, place: str) -> None:
    broken = {
        "system": healthy.system_config,
        "local": healthy.clone / ".git" / "config",
        "include": healthy.home / "more",
    }[place]
    if place == "include":
        healthy.write(".gitconfig", "[include]\n\tpath = more\n")
    broken.write_text("\n\n[oops\n", "utf-8")
    url = "https://git-codecommit.us-east-2.amazonaws.com/v1/repos/demo"
    done = healthy.examine(url)
    assert (done.with_status("fail"), done.code) == ({ID}, 1)
    location = done.results[ID]["evidence"][0]["location"]
    assert location["file"].endswith(broken.name) and location["line"] == 3


def test_a_directory_in_the_files_place(healthy: Sandbox) -> None:
    (healthy.home / ".gitconfig").unlink()
    (healthy.home / ".gitconfig").mkdir()
    done = healthy.examine()
    assert done.status(ID) in ("pass", "fail")
    assert done.code in (0, 1)
    listing = healthy.git("config", "--list", check=False)
    assert (done.status(ID) == "fail") == (listing.returncode != 0)


def test_an_include_of_itself_ends_as_git_ends_it(healthy: Sandbox) -> None:
    healthy.write(".gitconfig", HEALTHY + "[include]\n\tpath = .gitconfig\n")
    done = healthy.examine()
    assert (done.with_status("fail"), done.code) == ({ID}, 1)
    assert "depth" in done.results[ID]["summary"]


def test_a_missing_include_is_healthy(healthy: Sandbox) -> None:
    healthy.write(".gitconfig", HEALTHY + "[include]\n\tpath = ~/nothing\n")
    done = healthy.examine()
    assert (done.status(ID), done.with_status("fail", "warn")) == ("pass", set())


def test_a_bad_count_of_variables(healthy: Sandbox) -> None:
    healthy.env["GIT_CONFIG_COUNT"] = "many"
    done = healthy.examine()
    assert done.with_status("fail") == {ID}
    assert "GIT_CONFIG_COUNT" in done.results[ID]["evidence"][0]["fact"]


def test_your_own_file_may_not_be_read(healthy: Sandbox) -> None:
    """As after ``sudo git config --global``; git warns, and goes on without it."""
    healthy.obeys_modes = True
    (healthy.home / ".gitconfig").chmod(0)
    done = healthy.examine()
    result = done.results[ID]
    assert (result["status"], result["code"]) == ("fail", f"{ID}/no-permission")
    assert "mode 0000" in result["evidence"][0]["fact"]
    assert result["advice"][0]["command"]
    healthy.follow(done, ID)
    assert not healthy.examine().with_status("fail", "warn")


def test_a_file_that_sudo_left_behind(healthy: Sandbox) -> None:
    """As after ``sudo git config --global``: another user owns it; here that is not root."""
    file = healthy.home / ".gitconfig"
    try:
        os.chown(file, 12345, -1)
    except PermissionError:
        pytest.skip("only root gives files away")
    file.chmod(0o600)
    healthy.obeys_modes = True
    result = healthy.examine().results[ID]
    assert (result["status"], result["code"]) == ("fail", f"{ID}/no-permission")
    assert "owned by 12345, mode 0600" in result["evidence"][0]["fact"]
    command = result["advice"][0]["command"]
    assert command.startswith("sudo chown -R ")
    assert command.endswith(".gitconfig")


def test_another_file_with_the_helper_is_read(healthy: Sandbox) -> None:
    healthy.obeys_modes = True
    healthy.system_config.write_text(HEALTHY, "utf-8")
    (healthy.home / ".gitconfig").chmod(0)
    assert healthy.examine().with_status("warn") == {ID}


@pytest.mark.parametrize("home", [None, "/dev/null", "/nowhere"])
def test_no_home(healthy: Sandbox, home: str | None) -> None:
    del healthy.env["HOME"]
    if home:
        healthy.env["HOME"] = home
    healthy.env["AWS_CONFIG_FILE"] = str(healthy.home / ".aws/config")
    result = healthy.examine().results[ID]
    assert (result["status"], result["code"]) == ("fail", f"{ID}/no-home")
    assert "HOME" in result["summary"]
    assert "export HOME=" in result["advice"][0]["text"]
