"""Works out what a fix would do: the bytes of each file before and after. Writes nothing there."""

from __future__ import annotations

import codecs
import os
import re
from collections.abc import Iterator
from dataclasses import replace
from difflib import SequenceMatcher, unified_diff
from pathlib import Path

from msgspec import Struct

from codecommit_doctor.fixes import CredentialErasure, Edit, Fix, GitConfigEdit
from codecommit_doctor.fixes.recipes import global_file
from codecommit_doctor.probes.git import Git
from codecommit_doctor.probes.process import run
from codecommit_doctor.probes.temporary import temporary_folder
from codecommit_doctor.treatment.authors_lines import renamed, with_lines_of
from codecommit_doctor.treatment.files import FixError, read

__all__ = ["Change", "Plan", "diff", "plan"]

_CAP = 64_000_000
"""Bytes of output to take from git."""

_NOTHING_TO_UNSET = 5
"""Exit code of ``git config --unset`` for a key that is not there."""


class Change(Struct, frozen=True):
    """One file's way from before to after; None stands for no file.

    place: where the path led when this was worked out, through links.
    """

    path: Path
    before: bytes | None
    after: bytes | None
    place: Path | None = None


class Plan(Struct, frozen=True):
    """All that a fix does.

    edits: the fix's own, each with the file that it changes. erasures: passwords that a helper is
    told to forget.
    """

    fix: Fix
    edits: tuple[Edit, ...]
    changes: tuple[Change, ...]
    erasures: tuple[CredentialErasure, ...]


def plan(fix: Fix, git: Git, *, scope: str | None = None) -> Plan:
    """Works a fix out. scope: write there instead of where the check says. Raises FixError."""
    texts: dict[Path, list[bytes | None]] = {}
    edits: list[Edit] = []
    erasures = []
    for edit in fix.edits:
        if isinstance(edit, CredentialErasure):
            erasures.append(edit)
            edits.append(edit)
            continue
        path = _path(edit, git, scope) if isinstance(edit, GitConfigEdit) else edit.path
        states = texts.setdefault(path, [read(path)])
        if isinstance(edit, GitConfigEdit):
            edits.append(replace(edit, file=str(path)))
            after = renamed(edit.rename, states[-1]) if edit.rename else None
            states.append(after or _edited_by_git(edit, states[-1], git))
        else:
            edits.append(edit)
            states.append(edit.edited(states[-1]))
    changes = [
        Change(path, s[0], s[-1], path.resolve()) for path, s in texts.items() if s[0] != s[-1]
    ]
    return Plan(fix, tuple(edits), tuple(changes), tuple(erasures))


_NO_FILE = "/dev/null"
"""How every diff names a file that is not there, also on Windows."""


def diff(change: Change) -> Iterator[str]:
    """The change as a unified diff, line by line; bytes that are no UTF-8 are written out.

    The file is named as it is written, behind all links.
    """
    name = str(change.place or change.path)
    old = name if change.before is not None else _NO_FILE
    new = name if change.after is not None else _NO_FILE
    yield from unified_diff(_lines(change.before), _lines(change.after), old, new, lineterm="")


def _lines(data: bytes | None) -> list[str]:
    text = (data or b"").decode("utf-8", "backslashreplace")
    return [
        line.removesuffix("\r") for line in text.split("\n")[: None if text[-1:] != "\n" else -1]
    ]


def _path(edit: GitConfigEdit, git: Git, scope: str | None) -> Path:
    named = edit.file if scope in (None, edit.scope) else None
    path = Path(named) if named else _file_of_scope(scope or edit.scope, git)
    _refuse_the_clones_choice(path, git)
    return path


def _refuse_the_clones_choice(path: Path, git: Git) -> None:
    """A clone's inclusions and links never choose a file outside of it that a fix would write."""
    writers = [entry for entry in git.configuration().entries if entry.file == str(path)]
    if any(entry.is_yours for entry in writers) or (not writers and not path.is_symlink()):
        return
    if path == global_file() or os.environ.get("GIT_CONFIG_SYSTEM") == str(path):
        return
    if path.is_symlink() or not path.resolve().is_relative_to(_git_directory(git).resolve()):
        raise FixError(f"the clone's own configuration leads to {path}, which is not the clone's")


def _git_directory(git: Git) -> Path:
    outcome = git.read("rev-parse", "--git-common-dir")
    if outcome.failure:
        raise FixError(f"{git.directory} is not a clone")
    return git.directory / outcome.text.rstrip("\n")


def _file_of_scope(scope: str, git: Git) -> Path:
    """The file that ``git config --<scope>`` writes. Source: git-config(1), "FILES"."""
    if scope == "global":
        return global_file()
    if scope in ("local", "worktree"):
        name = "config" if scope == "local" else "config.worktree"
        outcome = git.read("rev-parse", "--git-path", name)
        if outcome.failure:
            raise FixError(f"{git.directory} is not a clone")
        return git.directory / outcome.text.rstrip("\n")
    files = [e.file for e in git.configuration().entries if e.scope == "system" and e.file]
    if named := os.environ.get("GIT_CONFIG_SYSTEM"):
        return Path(named)
    if not files:
        raise FixError("git does not tell where its system configuration is")
    return Path(files[0])


def _edited_by_git(edit: GitConfigEdit, before: bytes | None, git: Git) -> bytes:
    """Lets git make the changes, on a copy.

    A section of its own is written by git into an empty file and then put behind the rest. Git
    puts a first section in front of a byte order mark, and can't read that file again: it never
    sees the mark.
    """
    mark = codecs.BOM_UTF8 if before and before.startswith(codecs.BOM_UTF8) else b""
    before = (before or b"").removeprefix(mark)
    try:
        with temporary_folder() as folder:
            copy = Path(folder) / "config"
            copy.write_bytes(b"" if edit.own_section else before)
            for step in edit.steps:
                outcome = run([git.path or "git", "config", "--file", str(copy), *step], cwd=folder)
                if outcome.failure and outcome.code != _NOTHING_TO_UNSET:
                    raise FixError(f"git refuses: {outcome.error_text or outcome.failure}")
            written = copy.read_bytes()
            if not edit.own_section:
                kept = Path(folder) / "kept"
                kept.write_bytes(with_lines_of(before, written))
                written = kept.read_bytes() if _is_read_alike(copy, kept, git) else written
    except OSError as error:
        raise FixError(f"no copy can be made to work on: {error.strerror}") from error
    if edit.own_section:
        written = before + _gap(before) + _catcher(before) + written
    return mark + _with_line_endings_of(before, written)


def _is_read_alike(one: Path, other: Path, git: Git) -> bool:
    """Whether git reads the same from two files, the values of each key in the same order."""
    words = [git.path or "git", "config", "--list", "-z", "--file"]
    read = [run([*words, str(path)], cwd=path.parent, cap=_CAP) for path in (one, other)]
    items = [sorted(outcome.text.split("\0"), key=_key) for outcome in read]
    return items[0] == items[1] and not any(outcome.failure for outcome in read)


def _key(item: str) -> str:
    """The key of one item of git's listing: sorted by it alone, values stay in their order."""
    return item.partition("\n")[0]


def _catcher(before: bytes) -> bytes:
    """An empty section in front of ours, for what ``git-credential-manager configure`` adds.

    Git adds a generic helper to the last ``[credential]`` section, and makes one at the end of the
    file if there is none. Behind our section, the empty helper that it adds would undo it.
    """
    if re.search(rb"^\s*\[\s*credential\s*\]", before, re.IGNORECASE | re.MULTILINE):
        return b""
    return b"[credential]\n"


def _gap(before: bytes) -> bytes:
    """What ends the last line; one that ends in a backslash would swallow the next."""
    gap = b"" if not before or before.endswith(b"\n") else b"\n"
    return gap + (b"\n" if before.rstrip(b"\r\n").endswith(b"\\") else b"")


def _with_line_endings_of(before: bytes, after: bytes) -> bytes:
    """Git ends its new lines with LF; in a file of CRLF they get what the others have."""
    if before.count(b"\r\n") * 2 <= before.count(b"\n"):
        return after
    old, new = before.splitlines(keepends=True), after.splitlines(keepends=True)
    lines: list[bytes] = []
    for kind, _, _, start, end in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        for line in new[start:end]:
            bare = line.removesuffix(b"\n").removesuffix(b"\r")
            changed = kind != "equal" and line.endswith(b"\n")
            lines.append(bare + b"\r\n" if changed else line)
    return b"".join(lines)
