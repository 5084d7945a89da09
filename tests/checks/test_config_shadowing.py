from __future__ import annotations

from pathlib import Path

import pytest

from tests.conftest import ACCESS_KEY, CREDENTIALS, GIT_CREDENTIALS, HEALTHY, HELPER, Sandbox

REQUEST = "protocol=https\nhost=git-codecommit.us-east-2.amazonaws.com\npath=v1/repos/demo\n\n"
OTHER_KEY = "AKIAI44QH8DHBEXAMPLE"
OTHER = HELPER.replace("$@", "--profile other $@")
SECTION = '[credential "https://git-codecommit.us-east-2.amazonaws.com"]\n'


@pytest.fixture
def two(healthy: Sandbox) -> Sandbox:
    """A machine with the profiles default and other."""
    other = CREDENTIALS.replace("default", "other").replace(ACCESS_KEY, OTHER_KEY)
    healthy.write(".aws/credentials", CREDENTIALS + other)
    return healthy


def user_name(sandbox: Sandbox) -> str | None:
    """Who git would be, without asking a person."""
    sandbox.env["GIT_TERMINAL_PROMPT"] = "0"
    filled = sandbox.git("credential", "fill", input=REQUEST, check=False)
    told = dict(line.split("=", 1) for line in filled.stdout.splitlines())
    return told.get("username")


def local(sandbox: Sandbox, text: str) -> None:
    with Path(sandbox.clone, ".git", "config").open("a") as file:
        file.write(text)


@pytest.mark.parametrize("section", ["[credential]\n", SECTION])
def test_another_user_for_one_clone(two: Sandbox, section: str) -> None:
    local(two, f"{section}\thelper = {OTHER}\n")
    assert user_name(two) == ACCESS_KEY
    done = two.examine()
    assert done.with_status("fail") == {"config-shadowing"}
    assert not done.with_status("warn")
    two.follow(done, "config-shadowing")
    assert user_name(two) == OTHER_KEY
    assert not two.examine().with_status("fail", "warn")


def test_with_a_reset_it_is_right(two: Sandbox) -> None:
    local(two, f"[credential]\n\thelper =\n\thelper = {OTHER}\n")
    assert user_name(two) == OTHER_KEY
    assert not two.examine().with_status("fail", "warn")


def test_the_nearer_one_answers(two: Sandbox) -> None:
    two.write(".gitconfig", f"{SECTION}\thelper = {OTHER}\n{HEALTHY}")
    assert user_name(two) == OTHER_KEY
    assert two.examine().status("config-shadowing") == "pass"


def test_the_section_stands_behind_the_general_one(two: Sandbox) -> None:
    two.write(".gitconfig", f"{HEALTHY}{SECTION}\thelper = {OTHER}\n")
    assert user_name(two) == ACCESS_KEY
    done = two.examine()
    assert done.with_status("fail") == {"config-shadowing"}
    two.follow(done, "config-shadowing")
    assert user_name(two) == OTHER_KEY
    assert not two.examine().with_status("fail", "warn")


def test_two_side_by_side(two: Sandbox) -> None:
    two.write(".gitconfig", f"{HEALTHY}[credential]\n\thelper = {OTHER}\n")
    done = two.examine()
    assert done.with_status("warn") == {"config-shadowing"}
    assert not done.with_status("fail")


def test_the_same_one_twice(two: Sandbox) -> None:
    two.write(".gitconfig", HEALTHY + HEALTHY)
    local(two, f"[credential]\n\thelper = {HELPER}\n")
    assert not two.examine().with_status("fail", "warn")


def test_a_reset_takes_it_away(healthy: Sandbox) -> None:
    local(healthy, "[credential]\n\thelper =\n")
    assert user_name(healthy) is None
    done = healthy.examine()
    assert done.with_status("fail") == {"config-shadowing"}
    assert not done.with_status("warn")
    healthy.follow(done, "config-shadowing")
    assert user_name(healthy) == ACCESS_KEY
    assert not healthy.examine().with_status("fail", "warn")


def test_a_reset_in_the_environment(healthy: Sandbox) -> None:
    healthy.env.update(
        GIT_CONFIG_COUNT="1", GIT_CONFIG_KEY_0="credential.helper", GIT_CONFIG_VALUE_0=""
    )
    assert user_name(healthy) is None
    done = healthy.examine()
    assert done.with_status("fail") == {"config-shadowing"}
    assert done.results["config-shadowing"]["fix"] is None


def test_another_helper_is_chosen(healthy: Sandbox) -> None:
    local(healthy, "[credential]\n\thelper =\n\thelper = store\n")
    healthy.write(".git-credentials", GIT_CREDENTIALS.strip() + "/v1/repos/demo\n")
    done = healthy.examine()
    assert done.status("config-shadowing") == "pass"
    assert not done.with_status("fail", "warn")


def test_an_include_that_does_not_apply(healthy: Sandbox) -> None:
    healthy.write("work.inc", HEALTHY)
    healthy.write(".gitconfig", '[includeIf "gitdir:~/projects/"]\n\tpath = work.inc\n')
    done = healthy.examine()
    assert done.with_status("fail") == {"config-shadowing"}
    assert "gitdir:~/projects/" in done.results["config-shadowing"]["summary"]


def test_an_include_that_applies(healthy: Sandbox) -> None:
    healthy.write("work.inc", HEALTHY)
    healthy.write(".gitconfig", '[includeIf "gitdir:~/clone/"]\n\tpath = ~/work.inc\n')
    assert not healthy.examine().with_status("fail", "warn")


def test_a_global_file_that_is_not_read(healthy: Sandbox) -> None:
    healthy.env["GIT_CONFIG_GLOBAL"] = "/dev/null"
    done = healthy.examine()
    assert done.with_status("fail") == {"config-shadowing"}
    assert "GIT_CONFIG_GLOBAL" in done.results["config-shadowing"]["summary"]


def test_switched_off_path_is_another_check(healthy: Sandbox) -> None:
    local(healthy, "[credential]\n\tUseHttpPath = false\n")
    done = healthy.examine("--skip", "credential-handshake")
    assert done.with_status("fail") == {"use-http-path"}


def test_a_manager_between_two_users(two: Sandbox) -> None:
    two.system_config.write_text("[credential]\n\thelper = store\n", "utf-8")
    local(two, f"[credential]\n\thelper = {OTHER}\n")
    done = two.examine("--skip", "credential-handshake")
    assert done.with_status("fail") == {"config-shadowing", "credential-manager-conflict"}
    two.follow(done, "credential-manager-conflict")
    assert user_name(two) == OTHER_KEY
    assert not two.examine().with_status("fail", "warn")
