"""``git-credential-manager configure``, which its updates run, after and before our fix."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from tests.conftest import CREDENTIALS, HELPER, Sandbox
from tests.lab.programs import put_manager

OURS = (
    '[credential "https://git-codecommit.*.amazonaws.com"]\n'
    f"\thelper =\n\thelper = {HELPER}\n\tUseHttpPath = true\n"
)


@pytest.fixture
def managed(healthy: Sandbox, tmp_path: Path) -> Sandbox:
    """A machine with the real Git Credential Manager on its PATH."""
    put_manager(healthy.bin, tmp_path)
    healthy.write(".aws/credentials", CREDENTIALS)
    return healthy


def configure(box: Sandbox) -> None:
    words = ["git-credential-manager", "configure"]
    subprocess.run(words, env=box.env, cwd=box.home, check=True, capture_output=True)


def answers(box: Sandbox) -> str:
    """The user name that Git gets for the repository."""
    done = box.git(
        "credential",
        "fill",
        input="protocol=https\nhost=git-codecommit.us-east-2.amazonaws.com\npath=v1/repos/demo\n\n",
        check=False,
    )
    told = dict(line.split("=", 1) for line in done.stdout.splitlines())
    return told.get("username", "")


@pytest.mark.parametrize(
    "before", ["[user]\n\tname = x\n", "[credential]\n\thelper = cache\n", "# nothing\n"]
)
def test_the_cure_survives_a_later_configure(managed: Sandbox, before: str) -> None:
    managed.system_config.write_text(f"[credential]\n\thelper = store\n\thelper = {HELPER}\n")
    managed.write(".gitconfig", before)
    managed.doctor("--offline", "--fix", "--yes")
    assert answers(managed).startswith("AKIA")
    configure(managed)
    assert answers(managed).startswith("AKIA")
    assert managed.examine().with_status("fail", "warn", "error") == set()


@pytest.mark.parametrize("store", ["", "\tcredentialStore = plaintext\n"])
def test_a_machine_where_it_undid_the_section_is_mended(managed: Sandbox, store: str) -> None:
    managed.write(".gitconfig", OURS)
    configure(managed)
    text = (managed.home / ".gitconfig").read_text("utf-8")
    managed.write(".gitconfig", text + f"[credential]\n{store}" if store else text)
    if store:
        stale = f"username=AKIAIOSFODNN7EXAMPLE\npassword=20200101T000000Z{'a' * 64}\n\n"
        request = "protocol=https\nhost=git-codecommit.us-east-2.amazonaws.com\n"
        managed.git("credential", "approve", input=request + stale)
    done = managed.examine()
    cause = done.report["targets"][0]["verdict"]["causes"][0]
    assert cause["check"] == "config-shadowing"
    places = [item["location"]["line"] for item in done.results["config-shadowing"]["evidence"]]
    assert places[:2] == [3, 6]  # the AWS helper, and the empty one that removes it
    managed.doctor("--offline", "--fix", "--yes")
    assert answers(managed).startswith("AKIA")
    configure(managed)
    assert answers(managed).startswith("AKIA")
