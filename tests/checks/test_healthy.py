"""Environments that are right in different ways: nobody may be alarmed."""

from __future__ import annotations

import pytest

from tests.conftest import HEALTHY, HELPER, URL, Sandbox

HOST = "https://git-codecommit.us-east-2.amazonaws.com"
ON = f"\thelper = {HELPER}\n\tUseHttpPath = true\n"
SSH = "ssh://git-codecommit.us-east-2.amazonaws.com/v1/repos/demo"
GH = '[credential "https://github.com"]\n\thelper =\n\thelper = !/usr/bin/gh auth git-credential\n'
MANAGER = "[credential]\n\thelper = manager\n"
AZURE = '[credential "https://dev.azure.com"]\n\tuseHttpPath = true\n'
STORED = "https://me-at-123456789012:Gen3rated%3D@git-codecommit.us-east-2.amazonaws.com\n"

HELPERS = {
    "as the guide says": HEALTHY,
    "a wildcard section": f'[credential "https://git-codecommit.*.amazonaws.com"]\n{ON}',
    "sections for each host": f'[credential "{HOST}"]\n{ON}'
    f'[credential "https://git-codecommit.eu-west-1.amazonaws.com"]\n{ON}',
    "a section for the repository": f'[credential]\n\tUseHttpPath = true\n[credential "{URL}"]\n'
    f"\thelper = {HELPER}\n",
    "a manager reset by an empty value": f'{MANAGER}[credential "{HOST}"]\n\thelper =\n{ON}',
    "a manager for other hosts only": '[credential "https://dev.azure.com"]\n\thelper = manager\n'
    f"{HEALTHY}",
    "gh for its own host": f"{HEALTHY}{GH}",
    "gh in general": f"[credential]\n\thelper = !gh auth git-credential\n{ON}",
    "a named profile": HEALTHY.replace("$@", "--profile 'My Profile' $@"),
    "the operation left out": HEALTHY.replace(" $@", ""),
    "quoted arguments": HEALTHY.replace("$@", '\\"$@\\"'),
    "the same helper twice": HEALTHY + HEALTHY,
    "git for windows' own section": AZURE + HEALTHY,
    "switched off for another host": HEALTHY + AZURE.replace("true", "false"),
}


@pytest.mark.parametrize("text", HELPERS.values(), ids=HELPERS.keys())
def test_the_aws_helper(healthy: Sandbox, text: str) -> None:
    healthy.write(".gitconfig", text)
    config = "[default]\nregion = us-east-2\noutput = json\n"
    keys = (healthy.home / ".aws" / "credentials").read_text("utf-8")
    healthy.write(".aws/config", config + config.replace("default", "profile 'My Profile'"))
    healthy.write(".aws/credentials", keys + keys.replace("default", "My Profile"))
    done = healthy.examine()
    assert (done.with_status("fail", "warn", "error"), done.code) == (set(), 0)
    answer = healthy.git("credential", "fill", input=f"url={URL}\n\n").stdout
    assert "password=20" in answer
    assert done.status("use-http-path") == "pass"
    assert done.status("credential-manager-conflict") == "pass"


@pytest.mark.parametrize("url", [SSH, "codecommit::us-east-2://demo", "codecommit://demo"])
def test_addresses_that_need_no_helper(healthy: Sandbox, url: str) -> None:
    healthy.write(".gitconfig", MANAGER)
    healthy.program("git-remote-codecommit", "exit 0")
    healthy.git("remote", "set-url", "origin", url)
    done = healthy.examine()
    assert (done.with_status("fail", "warn", "error"), done.code) == (set(), 0)


@pytest.mark.parametrize("more", ["", "\tUseHttpPath = false\n", AZURE])
def test_git_credentials_of_an_iam_user(healthy: Sandbox, more: str) -> None:
    healthy.write(".git-credentials", STORED)
    healthy.write(".gitconfig", "[credential]\n\thelper = store\n" + more)
    done = healthy.examine()
    assert (done.with_status("fail", "error"), done.code) == (set(), 0)
    assert "Gen3rated" not in done.out


@pytest.mark.parametrize("scope", ["system", "local"])
def test_the_settings_may_stand_in_any_scope(healthy: Sandbox, scope: str) -> None:
    healthy.write(".gitconfig", "")
    healthy.git("config", f"--{scope}", "credential.helper", HELPER)
    healthy.git("config", f"--{scope}", "credential.UseHttpPath", "true")
    done = healthy.examine()
    assert done.with_status("fail", "error") == set()
    assert done.status("use-http-path") == "pass"
