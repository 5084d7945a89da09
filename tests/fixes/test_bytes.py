"""What a fix leaves as it was: every other byte, every other setting, links, mode and owner."""

from __future__ import annotations

import os
import stat
import subprocess
from itertools import count
from pathlib import Path

import pytest
from botocore.configloader import load_config
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from codecommit_doctor.fixes import AwsConfigEdit, Fix, GitConfigEdit
from codecommit_doctor.probes.git import Git
from codecommit_doctor.redaction import Redactor
from codecommit_doctor.treatment.files import (
    FixError,
    HasChanged,
    NotWritable,
    ensure_writable,
    replace,
)
from codecommit_doctor.treatment.journal import Patch
from codecommit_doctor.treatment.plan import Change, plan
from tests.conftest import HELPER

POSIX = pytest.mark.skipif(os.name != "posix", reason="links, modes and owners of POSIX")

SECTION = "credential.https://git-codecommit.*.amazonaws.com"
RESET = (
    ("--replace-all", f"{SECTION}.helper", ""),
    ("--add", f"{SECTION}.helper", HELPER),
    ("--replace-all", f"{SECTION}.UseHttpPath", "true"),
)
SWITCH = (("--replace-all", "credential.UseHttpPath", "true"),)

NAMES = st.sampled_from(["name", "email", "autocrlf", "path", "helper", "longer-name1"])
VALUES = st.sampled_from(
    [
        "x",
        "Jö 名前",
        '"in quotes"',
        '"a # b" ; said',
        "a\\\\b",
        "a\\\n   b",
        "C:/a b",
        "",
        "!f() {:;}; f",
    ]
)
INDENTS = st.sampled_from(["", "\t", "    ", " \t "])
ENTRIES = st.builds(
    lambda i, n, gap, v, end: f"{i}{n}{gap}={gap}{v}{end}",
    *(INDENTS, NAMES, st.sampled_from(["", " "]), VALUES, st.sampled_from(["", "  ", "\t# why"])),
)
OTHERS = st.sampled_from(["", "   ", "# a comment", "\t; [credential]", "#\ttab \\", "\tflag"])
HEADERS = st.sampled_from(
    ["[user]", '[url "https://a b/"]', "[CORE]", '[credential "https://example.org"]', "[include]"]
)
PARTS = st.builds(
    lambda header, lines: [header, *lines], HEADERS, st.lists(ENTRIES | OTHERS, max_size=4)
)
TEXTS = st.builds(
    lambda top, parts: [*top, *(line for part in parts for line in part)],
    st.lists(st.sampled_from(["", "# top", "; über"]), max_size=2),
    st.lists(PARTS, max_size=4),
)
FILES = st.builds(
    lambda lines, bom, ending, last: (
        bom + "\n".join(lines).replace("\n", ending) + (ending if last and lines else "")
    ).encode(),
    TEXTS,
    st.sampled_from(["", "\ufeff"]),
    st.sampled_from(["\n", "\r\n"]),
    st.booleans(),
)
NOTHING_ODD = settings(
    max_examples=40,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
_numbers = count()


def listing(path: Path) -> list[str]:
    """Git's own listing of one file."""
    done = subprocess.run(
        ["git", "config", "--file", str(path), "--list", "-z"], capture_output=True, check=True
    )
    return done.stdout.decode("utf-8").split("\0")[:-1]


def planned(path: Path, steps: tuple[tuple[str, ...], ...], own_section: bool) -> Change | None:
    edit = GitConfigEdit(steps, "global", str(path), own_section)
    changes = plan(Fix("a fix", (edit,), "guide"), Git(path.parent)).changes
    return changes[0] if changes else None


def in_order(lines: list[bytes], all_lines: list[bytes]) -> bool:
    rest = iter(all_lines)
    return all(line in rest for line in lines)


@NOTHING_ODD
@given(data=FILES, own_section=st.booleans())
def test_added_settings_leave_all_else(tmp_path: Path, data: bytes, own_section: bool) -> None:
    path = tmp_path / str(next(_numbers))
    path.write_bytes(data)
    before = listing(path)
    change = planned(path, RESET if own_section else SWITCH, own_section)
    assert change is not None and change.before == data
    assert path.read_bytes() == data
    replace(path, data, change.after, "owner")
    assert change.after == path.read_bytes()
    if own_section:
        added = [
            f"{SECTION}.helper\n",
            f"{SECTION}.helper\n{HELPER}",
            f"{SECTION}.usehttppath\ntrue",
        ]
        assert listing(path) == before + added
        assert change.after.startswith(data)
    else:
        assert sorted(listing(path)) == sorted([*before, "credential.usehttppath\ntrue"])
        mark = len("\ufeff".encode()) if data.startswith("\ufeff".encode()) else 0
        assert in_order(data[mark:].splitlines(), change.after[mark:].splitlines())
    if data.count(b"\r\n") * 2 > data.count(b"\n"):
        new = change.after.count(b"\n") - data.count(b"\n")
        assert change.after.count(b"\r\n") - data.count(b"\r\n") == new
    patch = Patch.of(change, Redactor())
    assert patch.undone(change.after) == data
    assert sorted(p.name for p in tmp_path.iterdir() if p.name.startswith(".")) == []


@NOTHING_ODD
@given(top=FILES, end=st.sampled_from([b"", b"\n[user]\n\tname = x\n", b"\n# end"]))
def test_replaced_line_is_the_only_one_changed(tmp_path: Path, top: bytes, end: bytes) -> None:
    path = tmp_path / str(next(_numbers))
    wrong = b"\n\n[credential]\n  UseHTTPPath=false ; no\n"
    ending = b"\r\n" if b"\r\n" in top else b"\n"
    data = top + (wrong + end).replace(b"\n", ending)
    path.write_bytes(data)
    before = listing(path)
    change = planned(path, SWITCH, False)
    assert change is not None and change.after is not None
    replace(path, data, change.after, "owner")
    right = [e.replace("usehttppath\nfalse", "usehttppath\ntrue") for e in before]
    assert listing(path) == right != before
    old, new = data.split(b"\n"), change.after.split(b"\n")
    differing = [a for a, b in zip(old, new, strict=True) if a != b]
    assert [line.strip() for line in differing] == [b"UseHTTPPath=false ; no"]


@pytest.mark.process
@pytest.mark.parametrize("data", [None, b"", b"\n", b"# only\n; comments", "\ufeff".encode()])
@pytest.mark.parametrize("own_section", [True, False])
def test_files_with_nothing_in_them(tmp_path: Path, data: bytes | None, own_section: bool) -> None:
    path = tmp_path / "sub" / "config"
    if data is not None:
        path.parent.mkdir()
        path.write_bytes(data)
    change = planned(path, RESET if own_section else SWITCH, own_section)
    assert change is not None and change.before == data
    replace(path, change.before, change.after, "owner")
    assert listing(path)[-1].endswith("usehttppath\ntrue")
    replace(path, change.after, Patch.of(change, Redactor()).undone(change.after), "owner")
    assert (path.read_bytes() if path.exists() else None) == data
    assert [p.name for p in path.parent.iterdir()] == ([] if data is None else ["config"])


@pytest.mark.process
def test_a_backslash_at_the_end_does_not_swallow_the_new_section(tmp_path: Path) -> None:
    for text in (b"[user]\n\tname = a\\", b"[user]\n\tname = a\\\n", b"[user]\r\n\tname = a\\\r\n"):
        path = tmp_path / "config"
        path.write_bytes(text)
        change = planned(path, RESET, True)
        assert change is not None and change.after is not None
        path.write_bytes(change.after)
        assert listing(path)[0] == "user.name\na"
        assert len(listing(path)) == 4


@POSIX
def test_link_mode_and_owner_are_kept(tmp_path: Path) -> None:
    real = tmp_path / "dotfiles" / "gitconfig"
    real.parent.mkdir()
    real.write_bytes(b"old")
    real.chmod(0o640)
    os.utime(real, (1_000_000_000, 1_000_000_000))
    middle, link = tmp_path / "middle", tmp_path / ".gitconfig"
    middle.symlink_to(real)
    link.symlink_to("middle")
    state = real.stat()
    replace(link, b"old", b"new", "owner")
    assert (link.is_symlink(), middle.is_symlink(), real.is_symlink()) == (True, True, False)
    assert real.read_bytes() == link.read_bytes() == b"new"
    after = real.stat()
    assert stat.S_IMODE(after.st_mode) == 0o640
    assert (after.st_uid, after.st_gid) == (state.st_uid, state.st_gid)
    assert after.st_mtime > state.st_mtime


@POSIX
@pytest.mark.parametrize("name", ["config", "folder/config"])
def test_a_link_that_took_the_files_place_is_not_followed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    """Between the question and the answer, to a file that holds the very same bytes."""
    file, other = tmp_path / name, tmp_path / "other" / "config"
    for made in (file, other):
        made.parent.mkdir(exist_ok=True)
        made.write_bytes(b"[default]\n")
    monkeypatch.setenv("AWS_CONFIG_FILE", str(file))
    edit = AwsConfigEdit("default", "region", "us-east-2")
    (change,) = plan(Fix("a fix", (edit,), "guide"), Git(tmp_path)).changes
    taken = file if name == "config" else file.parent
    taken.rename(tmp_path / "moved")
    taken.symlink_to(other if name == "config" else other.parent)
    with pytest.raises(HasChanged, match="leads to"):
        replace(change.path, change.before, change.after, "test", change.place)
    assert other.read_bytes() == b"[default]\n"


@POSIX
def test_link_to_nothing_gets_its_file_and_stays_a_link(tmp_path: Path) -> None:
    link = tmp_path / ".gitconfig"
    link.symlink_to("later")
    replace(link, None, b"new", "owner")
    assert link.is_symlink() and (tmp_path / "later").read_bytes() == b"new"
    replace(link, b"new", None, "owner")
    assert link.is_symlink() and not link.exists()


@POSIX
def test_new_file_has_the_mode_that_git_would_give(tmp_path: Path) -> None:
    umask = os.umask(0o027)
    try:
        replace(tmp_path / "config", None, b"new", "owner")
    finally:
        os.umask(umask)
    assert stat.S_IMODE((tmp_path / "config").stat().st_mode) == 0o640


@POSIX
def test_what_is_no_file_is_never_replaced(tmp_path: Path) -> None:
    fifo = tmp_path / "fifo"
    os.mkfifo(fifo)
    for path in (Path(os.devnull), tmp_path, fifo):
        with pytest.raises(FixError, match="not a regular file"):
            ensure_writable(path)
    assert not Path(os.devnull).is_file()


def test_forbidden_places_are_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "sub" / "config"
    monkeypatch.setattr(os, "access", lambda path, mode: Path(path) != tmp_path)
    with pytest.raises(NotWritable) as caught:
        replace(file, None, b"new", "owner")
    assert caught.value.place == tmp_path
    assert not file.parent.exists()


@pytest.mark.parametrize(
    ("before", "profile", "after"),
    [
        (None, "default", "[default]\nregion = r\n"),
        ("", "a b", "[profile 'a b']\nregion = r\n"),
        ("[default]", "default", "[default]\nregion = r\n"),
        ("# c\n[profile default]\nx=1\n", "default", "# c\n[profile default]\nregion = r\nx=1\n"),
        ("[profile b]\nregion=o\n[default]\n", "b", "[profile b]\nregion = r\n[default]\n"),
        ("[default]\r\nx = 1\r\n", "b", "[default]\r\nx = 1\r\n[profile b]\r\nregion = r\r\n"),
        ("[a]\nregion = o", "b", "[a]\nregion = o\n[profile b]\nregion = r\n"),
        ('[profile "a b"]\noutput = x\n', "a b", '[profile "a b"]\nregion = r\noutput = x\n'),
        ("[default]\nRegion : o\n", "default", "[default]\nregion = r\n"),
        ("[default]\nregion =\n  o\nx = 1\n", "default", "[default]\nregion = r\nx = 1\n"),
        (
            "[default]\ns3 =\n  region = o\n",
            "default",
            "[default]\nregion = r\ns3 =\n  region = o\n",
        ),
    ],
)
def test_settings_of_profiles(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    before: str | None,
    profile: str,
    after: str,
) -> None:
    path = tmp_path / "aws"
    monkeypatch.setenv("AWS_CONFIG_FILE", str(path))
    if before is not None:
        path.write_bytes(before.encode())
    fix = Fix("a fix", (AwsConfigEdit(profile, "region", "r"),), "guide")
    (change,) = plan(fix, Git(tmp_path)).changes
    assert (change.after or b"").decode() == after
    path.write_bytes(change.after or b"")
    assert load_config(str(path))["profiles"][profile]["region"] == "r"
    assert plan(fix, Git(tmp_path)).changes == ()
