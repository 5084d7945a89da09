"""The check use-http-path, on real environments, and its cure."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.conftest import GIT_CREDENTIALS, HEALTHY, HELPER, URL, Sandbox

ID = "use-http-path"
HOST = "https://git-codecommit.us-east-2.amazonaws.com"
ON = "\tUseHttpPath = true\n"
OFF = "\tUseHttpPath = false\n"
AWS = f"[credential]\n\thelper = {HELPER}\n"


@pytest.mark.parametrize(
    "text",
    [
        HEALTHY,
        f"{AWS}\tusehttppath = yes\n",
        f'{AWS}[credential "{HOST}"]\n{ON}',
        f'{AWS}[credential "{HOST}/"]\n{ON}',
        f'{AWS}[credential "https://git-codecommit.*.amazonaws.com"]\n{ON}',
        f'{AWS}{OFF}[credential "{HOST}"]\n{ON}',
        f'{AWS}{ON}[credential "https://x.example"]\n{OFF}',
        f'{AWS}{OFF}[credential "{URL}"]\n{ON}',
    ],
)
def test_on(healthy: Sandbox, text: str) -> None:
    healthy.write(".gitconfig", text)
    done = healthy.examine()
    assert done.status(ID) == "pass"
    assert done.with_status("fail", "warn", "error") == set()
    fact = done.results[ID]["evidence"][0]
    assert fact["fact"].lower().split("=")[1] in ("true", "yes")
    written = text.splitlines()[fact["location"]["line"] - 1]
    assert "usehttppath" in written.lower()


@pytest.mark.parametrize(
    ("text", "line"),
    [
        (AWS, 2),
        (AWS + OFF, 3),
        (AWS + ON + OFF, 4),
        (f"{AWS}\tUseHttpPath =\n", 3),
        (f"{AWS}\tUseHttpPath = no # yes\n", 3),
        (f'{AWS}[credential "https://git-codecommit.eu-west-1.amazonaws.com"]\n{ON}', 2),
        (f'{AWS}[credential "https://git-codecommit-fips.*.amazonaws.com"]\n{ON}', 2),
        (f'{AWS}[credential "http://git-codecommit.us-east-2.amazonaws.com"]\n{ON}', 2),
        (f'{AWS}[credential "{HOST}:8443"]\n{ON}', 2),
        (f'{AWS}[credential "{HOST}/v1/repos/other"]\n{ON}', 2),
        (f'{AWS}{ON}[credential "{HOST}"]\n{OFF}', 5),
        (f'[credential "{HOST}"]\n\thelper = {HELPER}\n', 2),
        (f'[credential "{HOST}"]\n\thelper = {HELPER}\n{ON}[credential]\n{OFF}', 5),
    ],
)
def test_off_and_cured_by_what_is_advised(healthy: Sandbox, text: str, line: int) -> None:
    healthy.write(".gitconfig", text)
    done = healthy.examine()
    assert (done.with_status("fail"), done.code) == ({ID}, 1)
    assert done.results[ID]["evidence"][0]["location"] == {
        "file": "~/.gitconfig",
        "line": line,
        "scope": "global",
    }
    for _ in range(2):
        assert healthy.follow(done, ID)
    cured = healthy.examine()
    assert (cured.status(ID), cured.code) == ("pass", 0)


@pytest.mark.parametrize(
    ("value", "says"),
    [
        (" = yess", "bad boolean config value 'yess' for 'credential.usehttppath'"),
        (" = 'true'", "bad boolean config value ''true'' for 'credential.usehttppath'"),
        (" = true;false", "pass"),
        ("", "credential.usehttppath"),
    ],
)
def test_no_boolean(healthy: Sandbox, value: str, says: str) -> None:
    healthy.write(".gitconfig", f"{AWS}\tUseHttpPath{value}\n")
    done = healthy.examine()
    if says == "pass":
        assert done.status(ID) == "pass"
        return
    assert done.with_status("fail") == {ID}
    result = done.results[ID]
    assert says in result["summary"]
    assert result["evidence"][0]["location"]["line"] == 3
    for _ in range(2):
        assert healthy.follow(done, ID)
    assert healthy.examine().status(ID) == "pass"


@pytest.mark.parametrize("scope", ["system", "global", "local", "worktree", "include"])
def test_switched_off_in_any_scope_and_cured_there(healthy: Sandbox, scope: str) -> None:
    healthy.git("config", "extensions.worktreeConfig", "true")
    if scope == "include":
        healthy.write("more", f"[credential]\n{OFF}")
        healthy.git("config", "--global", "include.path", "~/more")
    else:
        healthy.git("config", f"--{scope}", "credential.usehttppath", "off")
        if scope == "system":
            healthy.write(".gitconfig", AWS)
    done = healthy.examine()
    assert done.with_status("fail") == {ID}
    location = done.results[ID]["evidence"][0]["location"]
    names = {
        "system": "gitconfig-system",
        "global": ".gitconfig",
        "local": "config",
        "worktree": "config.worktree",
        "include": "more",
    }
    assert Path(location["file"]).name == names[scope]
    assert location["scope"] == ("global" if scope == "include" else scope)
    assert healthy.follow(done, ID)
    assert healthy.examine().status(ID) == "pass"


def test_switched_off_by_a_variable_no_file_is_blamed(healthy: Sandbox) -> None:
    healthy.env |= {
        "GIT_CONFIG_COUNT": "1",
        "GIT_CONFIG_KEY_0": "credential.useHttpPath",
        "GIT_CONFIG_VALUE_0": "false",
    }
    done = healthy.examine()
    assert done.with_status("fail") == {ID}
    result = done.results[ID]
    assert result["evidence"][0]["location"] is None
    assert "GIT_CONFIG_*" in result["advice"][0]["text"]
    assert healthy.follow(done, ID) == ("unset GIT_CONFIG_COUNT",)


@pytest.mark.parametrize("user", ["", "me@", "me:secret@"])
def test_sections_for_a_user_count_as_they_do_for_git(healthy: Sandbox, user: str) -> None:
    healthy.git("remote", "set-url", "origin", URL.replace("//", f"//{user}"))
    section = HOST.replace("//", "//me@")
    healthy.write(".gitconfig", f'{AWS}[credential "{section}"]\n{ON}')
    assert healthy.examine().status(ID) == ("pass" if user else "fail")


def test_without_the_aws_helper_it_does_not_matter(healthy: Sandbox) -> None:
    healthy.write(".gitconfig", "[credential]\n\thelper = store\n")
    healthy.write(".git-credentials", GIT_CREDENTIALS)
    done = healthy.examine()
    assert (done.status(ID), done.code) == ("skip", 0)


@pytest.mark.parametrize("text", ["", OFF])
def test_switched_off_for_another_helper_is_no_failure(healthy: Sandbox, text: str) -> None:
    """With Git credentials no helper needs the path."""
    healthy.write(".gitconfig", f"[credential]\n\thelper = store\n{text}")
    healthy.write(".git-credentials", GIT_CREDENTIALS)
    assert healthy.examine().with_status("fail", "warn") == set()
