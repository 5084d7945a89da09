"""Lines and origins of git's configuration, held against what git itself reads."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from codecommit_doctor.probes.git import Git
from codecommit_doctor.probes.git_config import (
    Entry,
    comment_behind,
    number_lines,
    parse_listing,
    places_in,
)
from tests.conftest import Sandbox

pytestmark = pytest.mark.process

FLAGS = ("--show-scope", "--show-origin")


def numbered(file: Path) -> tuple[Entry, ...]:
    """What git reads of one file, with our line numbers."""
    words = ["git", "config", "--file", str(file), "--list", *FLAGS, "-z"]
    done = subprocess.run(words, capture_output=True, check=True, cwd=file.parent)
    listing = done.stdout.decode("utf-8", "surrogateescape")
    return number_lines(parse_listing(listing, file.parent, FLAGS), places_in)


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        ("[a]\n\tb = 1\n", {"1": 2}),
        ("[a]\n\tb = 1\n\tb = 2\n\n\tb = 3\n", {"1": 2, "2": 3, "3": 5}),
        ("[a]\n\tb = 1\n[c]\n\td = 2\n[a]\n\tb = 3\n", {"1": 2, "2": 4, "3": 6}),
        ('[a "b"] key = 1\n', {"1": 1}),
        ('[a "b"] key = 1\n[a "b"]\nkey = 2\n', {"1": 1, "2": 3}),
        ('[a "B"]\nk = 1\n[a "b"]\nk = 2\n', {"1": 2, "2": 4}),
        ("[A.b]\nk = 1\n", {"1": 2}),
        ("[a]\nlong = 1\\\n2\nb = 3\n", {"12": 2, "3": 4}),
        ("[a]\nlong = 1\\\nb = 2\nb = 3\n", {"1b = 2": 2, "3": 4}),
        ("[a]\n# b = 0\n; b = 0\nb = 1 ; c\nb = 2 # d\n", {"1": 4, "2": 5}),
        ("[a]\n# not continued \\\nb = 1\n", {"1": 3}),
        ("[a]\nb = 1 # not continued \\\nb = 2\n", {"1": 2, "2": 3}),
        ("[a]\r\n\tb = 1\r\n\tb = 2\r\n", {"1": 2, "2": 3}),
        ("\ufeff[a]\n\tb = 1\n", {"1": 2}),
        ("\n\n[a]\n\n\tb=1", {"1": 5}),
        ('[a "x\\"]y"]\nb = 1\n', {"1": 2}),
        ('[a "x\\\\y"]\nb = 1\n', {"1": 2}),
        ('[a]\nb = "1;#2"\nB = 3\n', {"1;#2": 2, "3": 3}),
        ("[a] # comment\nb = 1\n", {"1": 2}),
        ('[a "https://h/*"]\n  b   =   1\n', {"1": 2}),
        ("[a] b = 1\n  [c] d = 2\n", {"1": 1, "2": 2}),
        ("[c][a] b = 1\n[c] b = 2\n", {"1": 1, "2": 2}),
        ("[a]\nb = 1 \\\\\nb = 2\n", {"1 \\": 2, "2": 3}),
        ("[a]\nb = '1\n c = 2\n", {"'1": 2, "2": 3}),
    ],
)
def test_each_value_has_its_line(tmp_path: Path, text: str, lines: dict[str, int]) -> None:
    file = tmp_path / "file"
    file.write_bytes(text.encode())
    assert {entry.value: entry.line for entry in numbered(file)} == lines


def test_a_name_without_a_value_is_none_and_an_empty_value_is_not(tmp_path: Path) -> None:
    file = tmp_path / "file"
    file.write_text("[a]\n\tbare\n\tempty =\n", "utf-8")
    found = {entry.key: (entry.value, entry.line) for entry in numbered(file)}
    assert found == {"a.bare": (None, 2), "a.empty": ("", 3)}


@pytest.mark.parametrize(
    ("key", "subsection"),
    [
        ("credential.helper", None),
        ("credential.https://a.b.helper", "https://a.b"),
        ("credential..helper", ""),
        ("a.b.c.d", "b.c"),
    ],
)
def test_the_subsection_is_between_the_first_and_the_last_dot(
    key: str, subsection: str | None
) -> None:
    assert Entry(key, "x", None, "global").subsection == subsection


SECTIONS = st.sampled_from(["[a]", '[a "b"]', '[a "c d"]', "[x.y]", '[A "b"]', "[a] ; c"])
NAMES = st.sampled_from(["k", "K", "other", "k-k"])
NOISE = st.sampled_from(["", "# k = no", "; [z]", "   ", "\t# \\"])
ENDS = st.sampled_from(["", " ; c", " # \\", ' "q ; # r"', " \\\n\tk = more", ' "x\\"y"'])
LINES = st.one_of(
    NOISE,
    SECTIONS,
    st.tuples(SECTIONS, NAMES, ENDS).map(lambda t: f"{t[0].split(' ;')[0]} {t[1]} = V{t[2]}"),
    st.tuples(NAMES, ENDS).map(lambda t: f"  {t[0]} = V{t[1]}"),
)


@given(lines=st.lists(LINES, max_size=12), end=st.sampled_from(["\n", "\r\n"]))
def test_no_line_is_ever_wrong(
    tmp_path_factory: pytest.TempPathFactory, lines: list[str], end: str
) -> None:
    wanted: dict[str, int] = {}
    text, at = "[a]" + end, 2
    for number, line in enumerate(lines):
        if "V" in line:
            wanted[f"v{number}v"] = at
        text += line.replace("V", f"v{number}v").replace("\n", end) + end
        at += 1 + line.count("\n")
    file = tmp_path_factory.mktemp("lines") / "file"
    file.write_bytes(text.encode())
    entries = numbered(file)
    assert len(entries) == len(wanted)
    for entry in entries:
        marker = (entry.value or "").partition(" ")[0]
        assert entry.line == wanted[marker], (text, entry)


def entries_of(sandbox: Sandbox, key: str) -> list[tuple[str | None, str, str | None, int | None]]:
    return [
        (e.value, e.scope, e.file and Path(e.file).name, e.line)
        for e in Git(sandbox.clone).configuration().entries
        if e.key == key
    ]


def test_scopes_come_in_gits_order_with_their_files(
    inside: Sandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    inside.system_config.write_text("[a]\n\n\tb = system\n", "utf-8")
    inside.write(".gitconfig", "[a]\n\tb = global\n")
    inside.git("config", "extensions.worktreeConfig", "true")
    inside.git("config", "a.b", "local")
    inside.git("config", "--worktree", "a.b", "worktree")
    monkeypatch.setenv("GIT_CONFIG_COUNT", "1")
    monkeypatch.setenv("GIT_CONFIG_KEY_0", "a.b")
    monkeypatch.setenv("GIT_CONFIG_VALUE_0", "command")
    found = entries_of(inside, "a.b")
    assert [value for value, *_ in found] == ["system", "global", "local", "worktree", "command"]
    assert [scope for _, scope, *_ in found] == [value for value, *_ in found]
    assert found[0][2:] == ("gitconfig-system", 3)
    assert found[1][2:] == (".gitconfig", 2)
    assert found[3][2:] == ("config.worktree", 2)
    assert found[4][2:] == (None, None)


def test_the_xdg_file_is_read_before_the_home_file(inside: Sandbox) -> None:
    inside.write(".config/git/config", "[a]\n\tb = 1\n")
    inside.write(".gitconfig", "[a]\n\tb = 2\n")
    assert entries_of(inside, "a.b") == [
        ("1", "global", "config", 2),
        ("2", "global", ".gitconfig", 2),
    ]


def test_includes_stand_where_they_are_named(inside: Sandbox) -> None:
    inside.write("more", "\n[a]\n\tb = 2\n")
    inside.write(".gitconfig", "[a]\n\tb = 1\n[include]\n\tpath = more\n[a]\n\tb = 3\n")
    assert entries_of(inside, "a.b") == [
        ("1", "global", ".gitconfig", 2),
        ("2", "global", "more", 3),
        ("3", "global", ".gitconfig", 6),
    ]


def test_a_file_included_twice_has_the_same_lines_twice(inside: Sandbox) -> None:
    inside.write("more", "[a]\n\tb = 1\n\tb = 2\n")
    inside.write(".gitconfig", "[include]\n\tpath = more\n\tpath = ~/more\n")
    lines = [(value, line) for value, _, _, line in entries_of(inside, "a.b")]
    assert lines == [("1", 2), ("2", 3), ("1", 2), ("2", 3)]


def test_conditional_includes_count_where_their_condition_holds(inside: Sandbox) -> None:
    inside.write("yes", "[a]\n\tb = yes\n")
    inside.write("no", "[a]\n\tb = no\n")
    inside.write(
        ".gitconfig",
        '[includeIf "gitdir:~/clone/"]\n\tpath = yes\n[includeIf "gitdir:~/x/"]\n\tpath = no\n',
    )
    assert entries_of(inside, "a.b") == [("yes", "global", "yes", 2)]


def test_a_relative_origin_is_made_absolute(inside: Sandbox) -> None:
    files = {e.file for e in Git(inside.clone).configuration().entries}
    assert files == {str(inside.clone / ".git" / "config")}


def test_bytes_that_are_no_utf8_survive(inside: Sandbox) -> None:
    inside.write(".gitconfig", b"[a]\n\tb = caf\xe9\n\tb = 2\n")
    assert entries_of(inside, "a.b") == [
        ("caf\udce9", "global", ".gitconfig", 2),
        ("2", "global", ".gitconfig", 3),
    ]


def test_a_newline_in_a_value_stays_in_the_value(inside: Sandbox) -> None:
    inside.write(".gitconfig", '[a]\n\tb = "1\\n2=3"\n\tc = 4\n')
    assert entries_of(inside, "a.b") == [("1\n2=3", "global", ".gitconfig", 2)]
    assert entries_of(inside, "a.c") == [("4", "global", ".gitconfig", 3)]


def test_where_git_and_we_disagree_the_line_is_unknown(tmp_path: Path) -> None:
    file = tmp_path / "file"
    file.write_text("[a]\n\tb = 1\n", "utf-8")
    read = tuple(Entry("a.b", value, str(file), "global") for value in ("1", "2", "3"))
    file.write_text("[a]\n\tb = 1\n\tb = 2\n", "utf-8")
    assert [entry.line for entry in number_lines(read, places_in)] == [None, None, None]
    gone = (Entry("a.b", "1", str(tmp_path / "gone"), "global"),)
    assert number_lines(gone, places_in) == gone


@pytest.mark.parametrize(
    ("line", "comment"),
    [
        ("k = !export A=b; aws x $@", "; aws x $@"),
        ("k = a # b ; c", "# b ; c"),
        ('k = "a ; b" ; c', "; c"),
        ('k = "a \\" ; b"', ""),
        ("k = a \\; b", ""),
        ('[s "x;y"] k = v ;z', ";z"),
        ("k = plain", ""),
    ],
)
def test_what_git_takes_for_a_comment(tmp_path: Path, line: str, comment: str) -> None:
    file = tmp_path / "config"
    file.write_text(f"[s]\n{line}\n", "utf-8")
    assert comment_behind(Entry("s.k", "v", str(file), "global", 2)) == comment
    for nowhere in (
        Entry("s.k", "v", str(file), "global"),
        Entry("s.k", "v", "/gone", "global", 1),
    ):
        assert comment_behind(nowhere) == ""
