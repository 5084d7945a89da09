from __future__ import annotations

import os
from pathlib import Path

import pytest

from codecommit_doctor.probes.git_head import branch_of


def clone(folder: Path, head: bytes) -> Path:
    git = folder / ".git"
    git.mkdir()
    (git / "HEAD").write_bytes(head)
    return folder


@pytest.mark.parametrize(
    ("head", "branch"),
    [
        (b"ref: refs/heads/main\n", "refs/heads/main"),
        (b"ref: refs/heads/feature/x", "refs/heads/feature/x"),
        (b"ref: refs/tags/v1\n", None),
        (b"0123456789012345678901234567890123456789\n", None),
        (b"ref: refs/heads/\xff\n", None),
        (b"ref: refs/heads/a\nb\n", None),
        (b"", None),
    ],
)
def test_the_branch(tmp_path: Path, head: bytes, branch: str | None) -> None:
    inside = clone(tmp_path, head) / "src" / "deep"
    inside.mkdir(parents=True)
    assert branch_of(inside) == branch


def test_what_leads_elsewhere_is_not_followed(tmp_path: Path) -> None:
    (tmp_path / "other").mkdir()
    elsewhere = clone(tmp_path / "other", b"ref: refs/heads/secret\n")
    worktree = tmp_path / "worktree"
    worktree.mkdir()
    (worktree / ".git").write_text(f"gitdir: {elsewhere / '.git'}\n")
    assert branch_of(worktree) is None
    if os.name == "posix":
        linked = tmp_path / "linked"
        (linked / ".git").mkdir(parents=True)
        (linked / ".git" / "HEAD").symlink_to(elsewhere / ".git" / "HEAD")
        assert branch_of(linked) is None


def test_no_clone(tmp_path: Path) -> None:
    (tmp_path / ".git").mkdir()
    assert branch_of(tmp_path) is None
