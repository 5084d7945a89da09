"""Files that git includes for a clone that is not there yet: held against git in a real one."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from codecommit_doctor.rules.includes import applies
from tests.conftest import HEALTHY, URL, Sandbox

CONDITIONS = [
    "gitdir:~/work/",
    "gitdir:~/work/*/.git",
    "gitdir:~/work/**",
    "gitdir:~/work",
    "gitdir:work/",
    "gitdir:demo/",
    "gitdir:wor?/",
    "gitdir:[vw]ork/",
    "gitdir:[!w]ork/",
    "gitdir:./work/",
    "gitdir:WORK/",
    "gitdir/i:WORK/",
    "gitdir:~/other/",
    "gitdir:/",
    "gitdir:**/demo/.git",
    "hasconfig:remote.*.url:https://git-codecommit.*.amazonaws.com/**",
    "hasconfig:remote.*.url:https://git-codecommit.*/demo",
    "hasconfig:remote.*.url:https://github.com/**",
    "onbranch:main",
]


@pytest.mark.parametrize("condition", CONDITIONS)
def test_as_git_decides_in_the_clone(sandbox: Sandbox, condition: str) -> None:
    sandbox.write("included", "[seen]\n\tit = true\n")
    sandbox.write(".gitconfig", f'[includeIf "{condition}"]\n\tpath = included\n')
    clone = sandbox.home / "work/demo"
    git_file = str(sandbox.home / ".gitconfig")
    told = applies(condition, clone, URL, git_file, sandbox.home)
    sandbox.git("init", "-q", "-b", "other", str(clone))
    sandbox.git("remote", "add", "origin", URL, cwd=clone)
    seen = sandbox.git("config", "seen.it", cwd=clone, check=False).stdout.strip() == "true"
    assert told == seen


@pytest.mark.parametrize(
    ("condition", "included"),
    [
        ("gitdir:~/work/", True),
        ("gitdir:~/work/*/.git", True),
        ("gitdir:~/work/**", True),
        ("gitdir:~/work/demo/.git", True),
        ("gitdir:~/work", False),
        ("gitdir:work/", True),
        ("gitdir:demo/", True),
        ("gitdir:wor?/", True),
        ("gitdir:w?k/", False),
        ("gitdir:[vw]ork/", True),
        ("gitdir:[!w]ork/", False),
        ("gitdir:[^w]ork/", False),
        ("gitdir:[!v]ork/", True),
        ("gitdir:./work/", True),
        ("gitdir:./other/", False),
        ("gitdir:WORK/", False),
        ("gitdir/i:WORK/", True),
        ("gitdir:~/other/", False),
        ("gitdir:/", True),
        ("gitdir:**/demo/.git", True),
        ("gitdir:**/x/.git", False),
        ("gitdir:~/**/.git", True),
        ("gitdir:~/*/.git", False),
        ("gitdir:wo.k/", False),
        (r"gitdir:[\w]ork/", True),
        (r"gitdir:de[\M]o/", False),
        ("gitdir:C:/work/", False),
        ("hasconfig:remote.*.url:https://git-codecommit.*.amazonaws.com/**", True),
        ("hasconfig:remote.*.url:https://git-codecommit.*/demo", False),
        ("hasconfig:remote.*.url:https://git-codecommit.*.com/v1/repos/demo", True),
        ("hasconfig:remote.*.url:**/demo", True),
        ("hasconfig:remote.*.url:https://github.com/**", False),
        ("onbranch:main", False),
        ("gitdir", False),
        ("hasconfig:remote.origin.url:**", False),
    ],
)
def test_as_git_2_39_decided(tmp_path: Path, condition: str, included: bool) -> None:
    """In a clone below ~/work whose branch is none of these, of this address."""
    if condition == "gitdir:/" and os.name == "nt":
        pytest.skip("Windows has no folder above all drives")
    home = tmp_path.resolve()
    clone = home / "work" / "demo"
    file = str(home / ".gitconfig")
    assert applies(condition, clone, URL, file, home) is included
    in_no_file = applies(condition, clone, URL, None, home)
    assert in_no_file is (included and ":./" not in condition)
    assert not applies(r"gitdir:[\x]/", clone / "X", URL, file, home)


@pytest.mark.skipif(os.name == "nt", reason="wine tells other names of a link than Windows")
def test_a_folder_is_known_by_both_of_its_names(tmp_path: Path) -> None:
    home = tmp_path.resolve()
    (home / "real").mkdir()
    try:
        (home / "link").symlink_to(home / "real", target_is_directory=True)
    except OSError:
        pytest.skip("no links without a right of their own on this system")
    for name in ("real", "link"):
        assert applies(f"gitdir:~/{name}/", home / "link" / "x", URL, None, home)
    assert not applies("gitdir:~/link/", home / "real" / "x", URL, None, home)


def _layout(box: Sandbox, condition: str) -> Path:
    """A file for the clones of one folder, as AWS's blog on several accounts has it."""
    box.healthy().write(".gitconfig", f'[includeIf "{condition}"]\n\tpath = .gitconfig-work\n')
    box.write(".gitconfig-work", HEALTHY)
    (box.home / "work").mkdir()
    return box.home / "work"


@pytest.mark.parametrize("condition", ["gitdir:~/work/", f"hasconfig:remote.*.url:{URL}"])
def test_an_address_is_looked_at_as_its_clone_would_be(sandbox: Sandbox, condition: str) -> None:
    done = sandbox.examine(URL, cwd=_layout(sandbox, condition))
    assert not done.with_status("fail", "warn")
    assert done.status("credential-handshake") == "pass"
    assert not (sandbox.home / "work/demo").exists()


def test_another_folder_stays_without_it(sandbox: Sandbox) -> None:
    _layout(sandbox, "gitdir:~/work/")
    assert sandbox.examine(URL, cwd=sandbox.home).with_status("fail")


def test_the_profile_of_the_included_file_is_blamed(sandbox: Sandbox) -> None:
    work = _layout(sandbox, "gitdir:~/work/")
    text = HEALTHY.replace("$@", "--profile nosuch $@")
    sandbox.write(".gitconfig-work", text)
    done = sandbox.examine(URL, cwd=work)
    assert done.status("profile-exists") == "fail"
    assert done.status("config-shadowing") != "fail"


@pytest.mark.parametrize("in_argument", [True, False])
def test_a_password_with_a_slash_in_the_address(healthy: Sandbox, in_argument: bool) -> None:
    address = URL.replace("//", "//ann-at-111122223333:abc/def+gh=@")
    assert healthy.git("ls-remote", address, check=False).returncode
    healthy.git("remote", "set-url", "origin", address)
    done = healthy.examine(*[address] * in_argument)
    result = done.results["repository-url"]
    assert result["status"] == "fail"
    assert "%2F" in result["summary"]
    assert "abc/def" not in done.out + done.err
    assert "def+gh" not in done.out + done.err


def test_a_port_is_no_password(healthy: Sandbox) -> None:
    address = "https://example.com:8080/x@git-codecommit.us-east-2.amazonaws.com/v1/repos/demo"
    done = healthy.doctor("--offline", address)
    assert done.code == 2
    assert "is not an address of CodeCommit" in done.err
