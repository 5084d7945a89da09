"""A hostile work tree: programs, Python modules, links and repositories that lie in the clone."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from tests.conftest import HELPER, Sandbox
from tests.hostile.tripwire import Tripwires, tripwires

PROGRAMS = ["git", "aws", "sh", "bash", "python", "python3", "ps", "env", "git-credential-manager"]
MODULES = ["typer", "boto3", "rich", "msgspec", "psutil", "sitecustomize", "botocore", "json"]


def planted(wires: Tripwires) -> None:
    """Fills the clone with what must not be started."""
    clone = wires.box.clone
    for name in PROGRAMS:
        program = clone / name
        program.write_text(wires.program.read_text("utf-8"), "utf-8")
        program.chmod(0o755)
    for name in MODULES:
        text = f"open({str(wires.mark)!r}, 'a').write({name!r})\n"
        (clone / f"{name}.py").write_text(text, "utf-8")
    metadata = clone / "evil-1.0.dist-info"
    metadata.mkdir()
    (metadata / "METADATA").write_text("Metadata-Version: 2.1\nName: evil\nVersion: 1.0\n", "utf-8")
    points = "[codecommit_doctor.checks]\nevil = typer:x\n"
    (metadata / "entry_points.txt").write_text(points, "utf-8")


@pytest.mark.parametrize(
    "changes",
    [
        {},
        {"PATH": ":{PATH}"},
        {"PATH": ".:{PATH}"},
        {"PATH": "./:{PATH}:"},
        {"PYTHONPATH": ":"},
        {"PYTHONPATH": "."},
    ],
)
def test_what_lies_in_the_clone_is_not_started(
    healthy: Sandbox, tmp_path: Path, changes: dict[str, str]
) -> None:
    with tripwires(healthy, tmp_path) as wires:
        planted(wires)
        if "PYTHONPATH" in changes:  # Python itself loads it, before any program has a say
            (healthy.clone / "sitecustomize.py").unlink()
        for name, value in changes.items():
            healthy.env[name] = value.format(PATH=healthy.env["PATH"])
        for words in (("--offline",), (), ("--fix", "--yes", "--offline")):
            healthy.doctor(*words)
            assert wires.touched() == []


def test_the_module_is_not_taken_from_the_clone(healthy: Sandbox, tmp_path: Path) -> None:
    with tripwires(healthy, tmp_path) as wires:
        planted(wires)
        done = subprocess.run(
            [sys.executable, "-m", "codecommit_doctor", "--offline"],
            cwd=healthy.clone,
            env=healthy.env,
            capture_output=True,
        )
        assert (done.returncode, wires.touched()) == (0, []), done.stderr


def repository(folder: Path, wires: Tripwires) -> Path:
    """A bare repository whose configuration leads to the wires."""
    for name in ("objects", "refs"):
        (folder / name).mkdir(parents=True)
    (folder / "HEAD").write_text("ref: refs/heads/main\n", "utf-8")
    (folder / "config").write_text(
        f"[core]\n\tbare = true\n\tfsmonitor = {wires.program}\n\tsshCommand = {wires.program}\n"
        f'[credential]\n\thelper = "!{wires.program}; :"\n\tUseHttpPath = true\n'
        '[remote "origin"]\n'
        "\turl = https://git-codecommit.us-east-2.amazonaws.com/v1/repos/demo\n",
        "utf-8",
    )
    return folder


def test_a_bare_repository_inside(healthy: Sandbox, tmp_path: Path) -> None:
    with tripwires(healthy, tmp_path) as wires:
        bare = repository(healthy.clone / "inside", wires)
        for words in (("--offline",), (), ("--all-repositories", ".", "--offline")):
            healthy.doctor(*words, cwd=bare)
            assert wires.touched() == []


def test_a_git_file_that_leads_elsewhere(healthy: Sandbox, tmp_path: Path) -> None:
    with tripwires(healthy, tmp_path) as wires:
        bare = repository(tmp_path / "elsewhere", wires)
        folder = healthy.clone / "sub"
        folder.mkdir()
        (folder / ".git").write_text(f"gitdir: {bare}\n", "utf-8")
        healthy.doctor("--offline", cwd=folder)
        healthy.doctor("--all-repositories", str(healthy.clone), "--offline", cwd=healthy.home)
        assert wires.touched() == []


def test_a_linked_worktree(healthy: Sandbox, tmp_path: Path) -> None:
    with tripwires(healthy, tmp_path) as wires:
        identity = ("-c", "user.name=x", "-c", "user.email=x@example.org")
        healthy.git(*identity, "commit", "--quiet", "--allow-empty", "-m", "first")
        healthy.git("worktree", "add", "--quiet", "../linked", "-b", "linked")
        healthy.git("config", "credential.helper", f"!{wires.program}; :")
        linked = healthy.home / "linked"
        for program in (None, 'unset GIT_CONFIG_GLOBAL\nexec /usr/bin/git "$@"'):
            if program:
                old = 'case " $* " in *" --version "*) echo git version 2.20.1; exit ;;\n'
                old += '*" --show-scope "*) exit 129 ;;\nesac\n'
                healthy.program("git", old + program)
            healthy.doctor("--offline", cwd=linked)
            assert wires.touched() == []


def test_an_inclusion_that_leads_out_of_the_clone(healthy: Sandbox, tmp_path: Path) -> None:
    """Neither is the included helper the user's own, nor does a fix write the included file."""
    with tripwires(healthy, tmp_path) as wires:
        text = f'[credential]\n\thelper = "!{wires.program}; :"\n\tUseHttpPath = false\n'
        outside = healthy.write("outside", text)
        healthy.git("config", "include.path", str(outside))
        healthy.doctor("--offline")
        healthy.doctor("--offline", "--fix", "--yes", "--unsafe-fixes")
        assert wires.touched() == []
        assert outside.read_text("utf-8") == text


def test_a_configuration_that_is_a_link_is_not_written(healthy: Sandbox, tmp_path: Path) -> None:
    healthy.write(".gitconfig", f"[credential]\n\thelper = {HELPER}\n")
    text = "[credential]\n\tUseHttpPath = false\n"
    outside = healthy.write("outside", (healthy.clone / ".git" / "config").read_text() + text)
    (healthy.clone / ".git" / "config").unlink()
    (healthy.clone / ".git" / "config").symlink_to(outside)
    before = outside.read_text("utf-8")
    healthy.doctor("--offline", "--fix", "--yes", "--unsafe-fixes")
    assert outside.read_text("utf-8") == before


def test_a_tree_that_is_deeper_than_a_program_can_call_itself(healthy: Sandbox) -> None:
    folders = [healthy.clone]
    for _ in range(1200):
        folders.append(folders[-1] / "d")
        folders[-1].mkdir()
    try:
        done = healthy.doctor("--all-repositories", ".", "--offline")
    finally:  # which shutil can't, before Python 3.14
        for folder in reversed(folders[1:]):
            folder.rmdir()
    assert done.code == 0, done.err


def test_submodules_that_attack(healthy: Sandbox, tmp_path: Path) -> None:
    """Their addresses are read; nothing that ``.gitmodules`` says is run, fetched or followed."""
    with tripwires(healthy, tmp_path) as wires:
        here = f"http://127.0.0.1:{wires.port}/"
        (healthy.clone / ".gitmodules").write_text(
            f'[submodule "a"]\n\tpath = a\n\turl = ext::{wires.program}\n'
            f"\tupdate = !{wires.program}\n"
            f'[submodule "b"]\n\tpath = b\n\turl = {here}git-codecommit.us-east-2.amazonaws.com\n'
            '[submodule "c"]\n\tpath = ../../c\n\turl = codecommit::us-east-2://demo\n'
            '[submodule "d"]\n\tpath = d\n\turl = ../other\n'
            f'[submodule "-x"]\n\tpath = -x\n\turl = -oProxyCommand={wires.program}\n'
            f"[include]\n\tpath = {wires.precious}\n",
            "utf-8",
        )
        healthy.git("config", "submodule.a.url", f"ext::{wires.program}")
        healthy.git("config", "alias.remote-codecommit", f"!{wires.program}")
        before = wires.home()
        for words in (("--offline",), (), ("--all-repositories", ".", "--offline")):
            healthy.doctor(*words)
            assert (wires.touched(), wires.home()) == ([], before)
