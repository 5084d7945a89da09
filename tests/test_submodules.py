"""Submodules as targets; their addresses are held against those that git works out."""

from __future__ import annotations

import pytest

from tests.conftest import URL, Sandbox

_NEXT = URL.replace("demo", "lib")


def _add(sandbox: Sandbox, url: str, path: str = "lib") -> None:
    sandbox.write("clone/.gitmodules", f'[submodule "lib"]\n\tpath = {path}\n\turl = {url}\n')
    sandbox.git("update-index", "--add", "--cacheinfo", f"160000,{'1' * 40},lib")


def _targets(sandbox: Sandbox) -> dict[str, str]:
    targets = sandbox.examine("--only", "repository-url").report["targets"]
    return {target["target"]: target["url"] for target in targets}


@pytest.mark.parametrize("url", ["../lib", "./../lib", "../../repos/lib/", _NEXT, "../x/../lib"])
@pytest.mark.parametrize("initialised", [False, True])
def test_an_address_as_git_works_it_out(healthy: Sandbox, url: str, initialised: bool) -> None:
    _add(healthy, url)
    if initialised:
        healthy.git("submodule", "init")
        worked_out = healthy.git("config", "submodule.lib.url").stdout.strip()
    else:
        worked_out = _targets(healthy)["submodule lib"]
        healthy.git("submodule", "init")
        assert healthy.git("config", "submodule.lib.url").stdout.strip() == worked_out
    assert _targets(healthy) == {"origin": URL, "submodule lib": worked_out}


def test_rules_of_the_user_apply(healthy: Sandbox) -> None:
    healthy.write(".gitconfig", '[url "codecommit::us-east-2://"]\n\tinsteadOf = cc:\n')
    _add(healthy, "cc:lib")
    assert _targets(healthy)["submodule lib"] == "codecommit::us-east-2://lib"


def test_the_clone_s_own_settings_are_not_those_of_its_submodule(healthy: Sandbox) -> None:
    _add(healthy, _NEXT)
    healthy.git("config", "credential.UseHttpPath", "false")
    origin, submodule = healthy.examine("--only", "use-http-path").report["targets"]
    assert [origin["results"][0]["status"], submodule["results"][0]["status"]] == ["fail", "pass"]


def test_a_submodule_that_is_there_is_asked_itself(healthy: Sandbox) -> None:
    _add(healthy, _NEXT)
    healthy.git("init", "-q", "lib")
    healthy.git("remote", "add", "origin", URL, cwd=healthy.clone / "lib")
    assert _targets(healthy)["submodule lib"] == URL


@pytest.mark.parametrize("path", ["../elsewhere", "/tmp", ".", "", "a/../../elsewhere"])
def test_a_path_outside_of_the_clone_is_not_looked_at(healthy: Sandbox, path: str) -> None:
    _add(healthy, _NEXT, path)
    healthy.git("init", "-q", str(healthy.home / "elsewhere"))
    healthy.git("remote", "add", "origin", URL, cwd=healthy.home / "elsewhere")
    assert _targets(healthy)["submodule lib"] == _NEXT


@pytest.mark.parametrize(
    "text", ["[submodule", '[submodule "x"]\n\turl\n', "\0", "[include]\n\tpath = /etc/passwd"]
)
def test_a_file_that_says_nothing(healthy: Sandbox, text: str) -> None:
    healthy.write("clone/.gitmodules", text)
    assert _targets(healthy) == {"origin": URL}


def test_it_names_every_other_server_s_address_not_at_all(healthy: Sandbox) -> None:
    _add(healthy, "https://example.com/lib")
    assert _targets(healthy) == {"origin": URL}
