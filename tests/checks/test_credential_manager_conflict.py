"""The check credential-manager-conflict, on real environments, and its cure."""

from __future__ import annotations

import pytest

from tests.conftest import CREDENTIALS, HELPER, URL, Sandbox

ID = "credential-manager-conflict"
HOST = "https://git-codecommit.us-east-2.amazonaws.com"
AWS = f"\thelper = {HELPER}\n\tUseHttpPath = true\n"
ANY = "https://git-codecommit.*.amazonaws.com"


CREDENTIAL_STORES = {
    "manager": "manager",
    "manager-core": "manager-core",
    "wincred": "wincred",
    "osxkeychain": "osxkeychain",
    "/usr/lib/git-core/git-credential-libsecret": "libsecret",
    "/opt/gnome/git-credential-gnome-keyring": "gnome-keyring",
    "store --file /tmp/x": "store",
    "cache --timeout=900": "cache",
    "oauth": "oauth",
    "netrc -v": "netrc",
    "/mnt/c/Program\\\\ Files/Git/mingw64/bin/git-credential-manager.exe": "manager",
    "!'C:/Program Files/Git/mingw64/bin/git-credential-manager-core.exe'": "manager-core",
    "!git credential-manager": "manager",
}


ELSEWHERE = {v: name for v, name in CREDENTIAL_STORES.items() if v.startswith(("/", "!'"))}
"""Paths that lead to no program on the machines of the tests."""


@pytest.mark.parametrize(("value", "name"), sorted(CREDENTIAL_STORES.items() - ELSEWHERE.items()))
def test_a_keeper_before_the_aws_helper_fails(healthy: Sandbox, value: str, name: str) -> None:
    if not value.startswith(("store", "cache")):
        healthy.program(f"git-credential-{name if value[0] == '!' else value.split()[0]}", "exit 0")
    healthy.write(".gitconfig", f"[credential]\n\thelper = {value}\n{AWS}")
    done = healthy.examine()
    if name == "netrc":  # it stores nothing, and has no entry
        assert (done.with_status("fail", "warn"), done.code) == (set(), 0)
        return
    assert (done.with_status("fail"), done.code) == ({ID}, 1)
    assert done.with_status("warn") == set()
    result = done.results[ID]
    assert result["summary"].startswith(f"Git asks {name} (")
    lines = [fact["location"]["line"] for fact in result["evidence"]]
    assert lines == [2, 3]


@pytest.mark.parametrize(("value", "name"), ELSEWHERE.items())
def test_a_keeper_at_a_path_without_a_program(healthy: Sandbox, value: str, name: str) -> None:
    """The shell proves that it was not asked."""
    healthy.write(".gitconfig", f"[credential]\n\thelper = {value}\n{AWS}")
    done = healthy.examine()
    assert (done.with_status("fail"), done.with_status("warn"), done.code) == (set(), {ID}, 0)
    assert name in done.results[ID]["summary"]
    assert "does not find it" in done.results[ID]["summary"]


def test_a_keeper_that_git_does_not_find(healthy: Sandbox) -> None:
    healthy.write(".gitconfig", f"[credential]\n\thelper = manager\n{AWS}")
    done = healthy.examine()
    assert (done.with_status("fail"), done.with_status("warn")) == (set(), {ID})
    assert "does not find it" in done.results[ID]["summary"]
    healthy.follow(done, ID)
    assert not healthy.examine().with_status("fail", "warn")


@pytest.mark.parametrize(("value", "name"), CREDENTIAL_STORES.items())
def test_a_keeper_after_the_aws_helper_is_only_noted(
    healthy: Sandbox, value: str, name: str
) -> None:
    healthy.write(".gitconfig", f"[credential]\n{AWS}\thelper = {value}\n")
    done = healthy.examine()
    assert (done.with_status("fail", "warn"), done.code) == (set(), 0)
    result = done.results[ID]
    assert (result["status"], result["fix"]) == ("pass", None)
    assert result["advice"][0]["text"].startswith(f"{name} stores each password")


def test_an_unknown_helper_before_it_is_a_warning(healthy: Sandbox) -> None:
    healthy.write(".gitconfig", f"[credential]\n\thelper = !pass show git\n{AWS}")
    done = healthy.examine()
    assert (done.with_status("warn"), done.code) == ({ID}, 0)
    assert "pass" in done.results[ID]["summary"]


BEHIND = {
    "generic after generic": f"[credential]\n{AWS}\thelper = store\n",
    "the section before the manager": f'[credential "{HOST}"]\n{AWS}[credential]\n'
    "\thelper = manager\n",
    "the wildcard before the manager": f'[credential "{ANY}"]\n{AWS}[credential]\n'
    "\thelper = manager\n",
    "a reset section before the manager": f'[credential "{ANY}"]\n\thelper =\n{AWS}[credential]\n'
    "\thelper = manager\n",
    "the manager in a section of its own": f"[credential]\n{AWS}"
    f'[credential "{HOST}"]\n\thelper = store\n',
}


@pytest.mark.parametrize("name", BEHIND)
def test_a_keeper_behind_is_left_alone(healthy: Sandbox, name: str) -> None:
    healthy.write(".gitconfig", BEHIND[name])
    done = healthy.examine()
    assert (done.with_status("fail", "warn"), done.results[ID]["fix"]) == (set(), None)


ILL = {
    "generic before generic": f"[credential]\n\thelper = manager\n{AWS}",
    "the advice without a reset": f'[credential]\n\thelper = manager\n[credential "{HOST}"]\n{AWS}',
    "a reset in another section": f"[credential]\n\thelper = manager\n{AWS}"
    '[credential "https://git-codecommit.eu-west-1.amazonaws.com"]\n\thelper =\n',
    "both in the section": f'[credential "{HOST}"]\n\thelper = manager\n{AWS}',
    "a profile with spaces": "[credential]\n\thelper = store\n\thelper = !aws codecommit "
    "credential-helper --profile 'My Profile' $@\n\tUseHttpPath = true\n",
    "two aws helpers": f'[credential]\n\thelper = store\n{AWS}[credential "{HOST}"]\n{AWS}',
}


PLACES = [("global", name) for name in ILL] + [
    (place, name) for place in ("system", "local") for name in list(ILL)[1:4]
]


@pytest.mark.parametrize(("place", "name"), PLACES)
def test_the_advice_cures_and_does_no_harm_twice(healthy: Sandbox, place: str, name: str) -> None:
    text = ILL[name]
    healthy.write(".aws/config", "[default]\n[profile 'My Profile']\nregion = us-east-2\n")
    healthy.write(".aws/credentials", CREDENTIALS + CREDENTIALS.replace("default", "My Profile"))
    healthy.write(".gitconfig", text if place == "global" else "")
    if place == "system":
        healthy.system_config.write_text(text, "utf-8")
    elif place == "local":
        with (healthy.clone / ".git" / "config").open("a", encoding="utf-8") as file:
            file.write(text)
    system = healthy.system_config.read_text("utf-8")
    done = healthy.examine()
    assert done.status(ID) in ("fail", "warn")
    assert done.with_status("fail") <= {ID}
    for _ in range(2):
        assert healthy.follow(done, ID)
    cured = healthy.examine()
    assert cured.with_status("fail", "warn", "error") == set(), cured.results[ID]
    assert cured.status(ID) == "pass"
    assert healthy.system_config.read_text("utf-8") == system
    elsewhere = healthy.git(
        "-c", "credential.helper=!echo username=kept; echo password=p; :", "credential", "fill",
        input="protocol=https\nhost=example.com\n\n",
    )  # fmt: skip
    assert "username=kept" in elsewhere.stdout


def test_the_system_manager_is_reset_in_the_global_file(healthy: Sandbox) -> None:
    healthy.system_config.write_text("[credential]\n\thelper = manager\n", "utf-8")
    healthy.program("git-credential-manager", "exit 0")
    done = healthy.examine()
    assert done.with_status("fail") == {ID}
    location = done.results[ID]["evidence"][0]["location"]
    assert (location["scope"], location["line"]) == ("system", 2)
    healthy.follow(done, ID)
    assert healthy.examine().status(ID) == "pass"
    assert healthy.system_config.read_text("utf-8") == "[credential]\n\thelper = manager\n"


def test_a_helper_of_the_command_line_can_not_be_reset_by_a_file(healthy: Sandbox) -> None:
    healthy.write(".gitconfig", "")
    healthy.env |= {
        "GIT_CONFIG_COUNT": "3",
        "GIT_CONFIG_KEY_0": "credential.helper",
        "GIT_CONFIG_VALUE_0": "store",
        "GIT_CONFIG_KEY_1": "credential.helper",
        "GIT_CONFIG_VALUE_1": HELPER,
        "GIT_CONFIG_KEY_2": "credential.useHttpPath",
        "GIT_CONFIG_VALUE_2": "true",
    }
    done = healthy.examine()
    assert done.with_status("fail") == {ID}
    assert done.results[ID]["fix"] is None
    assert "GIT_CONFIG_*" in done.results[ID]["advice"][0]["text"]


def test_git_before_2_9_has_no_reset(healthy: Sandbox) -> None:
    healthy.program(
        "git",
        'case "$*" in --version) echo git version 2.8.4;; '
        '*--show-scope*) exit 129;; *) exec /usr/bin/git "$@";; esac',
    )
    text = f'[credential]\n\thelper = store\n[credential "{HOST}"]\n\thelper =\n{AWS}'
    healthy.write(".gitconfig", text)
    done = healthy.examine()
    assert done.with_status("fail") == {ID}
    assert done.results[ID]["fix"] is None
    assert "upgrade" in done.results[ID]["advice"][0]["text"]


def test_a_reset_in_between_is_healthy_and_says_so(healthy: Sandbox) -> None:
    text = f'[credential]\n\thelper = manager\n[credential "{HOST}"]\n\thelper =\n{AWS}'
    healthy.write(".gitconfig", text)
    done = healthy.examine()
    assert (done.status(ID), done.code) == ("pass", 0)
    assert [fact["location"]["line"] for fact in done.results[ID]["evidence"]] == [5]


@pytest.mark.parametrize("url", ["codecommit::us-east-2://demo", URL.replace("https", "ssh")])
def test_addresses_that_ask_no_helper_are_skipped(healthy: Sandbox, url: str) -> None:
    healthy.write(".gitconfig", f"[credential]\n\thelper = manager\n{AWS}")
    healthy.program("git-remote-codecommit", "exit 0")
    healthy.git("remote", "set-url", "origin", url)
    done = healthy.examine()
    assert (done.status(ID), done.with_status("fail", "warn")) == ("skip", set())


def test_a_store_that_has_no_answer_yet_is_no_reason_why_nobody_answers(healthy: Sandbox) -> None:
    healthy.system_config.write_text("[credential]\n\thelper = store\n", "utf-8")
    malformed = AWS.replace(HELPER, HELPER.removeprefix("!"))
    healthy.write(".gitconfig", f"[credential]\n{malformed}")
    causes = healthy.examine().report["targets"][0]["verdict"]["causes"]
    assert [cause["check"] for cause in causes] == ["credential-helper", ID]
