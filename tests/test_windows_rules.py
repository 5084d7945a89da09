"""What is different on Windows, where it can be told from any system."""

from __future__ import annotations

import os
import re
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import pytest

from codecommit_doctor.fixes import recipes
from codecommit_doctor.probes import installations, programs, remote_helper
from codecommit_doctor.probes.files import Unreadable, utf_8_with_mark, utf_16
from codecommit_doctor.probes.profiles import Profiles
from codecommit_doctor.rules import homes
from codecommit_doctor.rules.shell import quote
from codecommit_doctor.treatment import apply, files
from codecommit_doctor.treatment.files import FixError, NotWritable
from tests.conftest import ROOT


@pytest.fixture
def folders(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A share and a profile, as the environment of a domain's machine names them."""
    for name in ("share", "profile"):
        (tmp_path / name).mkdir()
    monkeypatch.delenv("HOME", raising=False)
    monkeypatch.setenv("HOMEDRIVE", str(tmp_path))
    monkeypatch.setenv("HOMEPATH", f"{os.sep}share")
    monkeypatch.setattr("os.path.expanduser", lambda path: str(tmp_path / "profile"))
    return tmp_path


def test_the_files_of_git_at_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.delenv("XDG_CONFIG_HOME", raising=False)
    for name in ("GIT_CONFIG_GLOBAL", "GIT_CONFIG_SYSTEM", "GIT_CONFIG", "NETRC"):
        monkeypatch.delenv(name, raising=False)
    of_home = [".gitconfig", ".git-credentials", ".netrc", "_netrc"]
    of_folder = ["config", "credentials", "ignore", "attributes"]
    home = [tmp_path / name for name in of_home]
    folder = [tmp_path / ".config" / "git" / name for name in of_folder]
    assert homes.git_files() == [*home, *folder, Path("/etc/gitconfig")]
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "xdg"))
    folder = [tmp_path / "xdg" / "git" / name for name in of_folder]
    for name in ("GIT_CONFIG_GLOBAL", "GIT_CONFIG_SYSTEM", "GIT_CONFIG", "NETRC"):
        monkeypatch.setenv(name, name)
        folder_and_named = [*folder, Path("/etc/gitconfig"), Path(name)]
        assert homes.git_files() == [*home, *folder_and_named]
        monkeypatch.delenv(name)


def test_gits_home_is_the_share_of_a_domain(folders: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(homes, "IS_WINDOWS", True)
    assert homes.git_home() == folders / "share"
    (folders / "share").rmdir()
    assert homes.git_home() == folders / "profile"
    monkeypatch.setenv("HOME", str(folders))
    assert homes.git_home() == folders
    assert homes.in_git_home("~/x") == f"{folders}/x"


@pytest.mark.parametrize("missing", ["HOMEDRIVE", "HOMEPATH"])
def test_half_of_a_share_is_no_home(
    folders: Path, monkeypatch: pytest.MonkeyPatch, missing: str
) -> None:
    monkeypatch.setattr(homes, "IS_WINDOWS", True)
    monkeypatch.delenv(missing)
    assert homes.git_home() == folders / "profile"


@pytest.mark.parametrize(
    ("path", "below_home"), [("~", ""), ("~/x", "/x"), ("~\\x", "\\x"), ("~x", None), ("x", None)]
)
def test_a_path_of_gits_home(
    monkeypatch: pytest.MonkeyPatch, path: str, below_home: str | None
) -> None:
    monkeypatch.setenv("HOME", "/home/me")
    monkeypatch.setattr("os.path.expanduser", lambda path: f"expanded {path}")
    home = str(Path("/home/me"))
    expected = f"expanded {path}" if below_home is None else home + below_home
    assert homes.in_git_home(path) == expected


@pytest.mark.parametrize(
    ("folders", "home"),
    [
        (
            ["/usr/bin", "/mnt/c/Users/me/AppData/Local/x", "/mnt/d/Users/b/AppData/y"],
            "/mnt/c/Users/me",
        ),
        (["/c/Users/me/AppData/Local"], "/c/Users/me"),
        (["/mnt/c/Windows", "/mnt/c/Users/me"], None),
        ([], None),
    ],
)
def test_the_home_in_windows_by_the_path_of_wsl(
    monkeypatch: pytest.MonkeyPatch, folders: list[str], home: str | None
) -> None:
    monkeypatch.setenv("PATH", os.pathsep.join(folders))
    assert homes.windows_home() == (Path(home) if home else None)
    monkeypatch.delenv("PATH")
    assert homes.windows_home() is None


def test_other_systems_have_one_home(folders: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(homes, "IS_WINDOWS", False)
    assert homes.git_home() == folders / "profile"


def test_a_home_that_looks_like_a_variable(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The AWS CLI expands what is written, once; what comes out of it stays as it is."""
    home = tmp_path / "%WHERE% $WHERE"
    (home / ".aws").mkdir(parents=True)
    (home / ".aws" / "config").write_text("[profile work]\n", "utf-8")
    for name in ("AWS_CONFIG_FILE", "AWS_SHARED_CREDENTIALS_FILE"):
        monkeypatch.delenv(name, raising=False)
    for name in ("HOME", "USERPROFILE"):
        monkeypatch.setenv(name, str(home))
    monkeypatch.setenv("WHERE", "elsewhere")
    assert Profiles().names() == ("work",)


@pytest.mark.parametrize("quote", ['"', "'", " "])
@pytest.mark.parametrize("variable", ["AWS_CONFIG_FILE", "AWS_SHARED_CREDENTIALS_FILE"])
def test_quotes_that_cmd_leaves_around_a_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, variable: str, quote: str
) -> None:
    file = tmp_path / "my files"
    file.write_text("", "utf-8")
    monkeypatch.setenv(variable, f"{quote}{file}{quote}")
    assert Profiles().file_not_found() == (variable, None)
    monkeypatch.setenv(variable, str(file))
    assert Profiles().file_not_found() is None


@pytest.mark.parametrize("user", ["[team] me", "R&D (x86) 100%", "a*"[: 2 - (os.name == "nt")]])
def test_the_git_of_a_person_with_any_name(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, user: str
) -> None:
    git = tmp_path / user / "app-3.4" / "git.exe"
    git.parent.mkdir(parents=True)
    git.write_text("", "ascii")
    monkeypatch.setenv("ProgramFiles(x86)", str(tmp_path / user))
    pattern = str(Path("%ProgramFiles(x86)%", "app-*", "git.exe"))
    assert installations.matching(pattern) == [str(git)]
    monkeypatch.delenv("ProgramFiles(x86)")
    literal = tmp_path / pattern.replace("*", "3.4")
    literal.parent.mkdir(parents=True)
    literal.write_text("", "ascii")
    monkeypatch.chdir(tmp_path)
    assert installations.matching(pattern) == []


GIT = "C:/Program Files/Git"
OF_GIT = ("cmd", "bin", "mingw64/bin", "usr/bin", "mingw64/libexec/git-core", "clangarm64/bin")


@pytest.mark.parametrize("first", OF_GIT)
def test_all_programs_of_one_git_for_windows_are_one_git(
    monkeypatch: pytest.MonkeyPatch, first: str
) -> None:
    found = [f"{GIT}/{place}/git.exe" for place in (first, *OF_GIT)]
    other = "D:/PortableGit/cmd/git.exe"
    monkeypatch.setattr("os.path.realpath", lambda path: path)
    monkeypatch.setattr(installations, "matching", lambda pattern: [])
    monkeypatch.setattr(Path, "is_file", lambda path: True)
    git = SimpleNamespace(path=found[0], found=[*found, other], of=lambda program: program)
    host = SimpleNamespace(is_windows=True, system="Windows")
    others = installations.Installations(cast(Any, git), cast(Any, host)).others()
    assert [str(one) for one in others] == [other]


@pytest.mark.parametrize("text", ['path = "{}"\r\nargs = \r\n', "\ufeffpath={}\n"])
def test_a_shim_of_scoop_is_the_git_that_it_starts(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, text: str
) -> None:
    monkeypatch.setattr(installations, "matching", lambda pattern: [])
    real, shim = (tmp_path / "apps/git/cmd/git.exe", tmp_path / "shims/git.exe")
    for program in (real, shim):
        program.parent.mkdir(parents=True)
        program.write_bytes(b"MZ")
    shim.with_suffix(".shim").write_text(text.format(real), "utf-8", newline="")
    git = SimpleNamespace(path=str(shim), found=[str(shim), str(real)], of=lambda program: program)
    host = SimpleNamespace(is_windows=True, system="Windows")
    look = installations.Installations(cast(Any, git), cast(Any, host))
    assert look.others() == ()
    shim.with_suffix(".shim").write_text("", "ascii")
    look = installations.Installations(cast(Any, git), cast(Any, host))
    assert [str(one) for one in look.others()] == [str(real)]


@pytest.mark.parametrize(
    ("variable", "folder"),
    [
        ("APPDATA", "Python/Python313/Scripts"),
        ("APPDATA", "Python/Python311-32/Scripts"),
        (
            "LOCALAPPDATA",
            "Packages/PythonSoftwareFoundation.Python.3.12_qbz5n2kfra8p0/LocalCache"
            "/local-packages/Python312/Scripts",
        ),
        ("LOCALAPPDATA", "Programs/Python/Python310/Scripts"),
        ("LOCALAPPDATA", "Python/pythoncore-3.14-64/Scripts"),
        ("ProgramFiles", "Python312/Scripts"),
        ("SystemDrive", "Python313/Scripts"),
        ("HOME", ".local/bin"),
    ],
)
def test_where_pip_and_pipx_put_the_remote_helper(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, variable: str, folder: str
) -> None:
    monkeypatch.setattr(remote_helper, "IS_WINDOWS", True)
    for name in ("APPDATA", "LOCALAPPDATA", "ProgramFiles", "SystemDrive", "HOME", "USERPROFILE"):
        monkeypatch.setenv(name, str(tmp_path / "elsewhere"))
    at = tmp_path / "R&D [x86]"
    monkeypatch.setenv(variable, str(at))
    if variable == "HOME":
        monkeypatch.setenv("USERPROFILE", str(at))
    helper = remote_helper.RemoteHelper(cast(Any, None), cast(Any, None))
    assert helper.off_the_path() is None
    program = at / folder / "git-remote-codecommit.exe"
    program.parent.mkdir(parents=True)
    program.write_bytes(b"MZ")
    assert helper.off_the_path() == program


@pytest.mark.parametrize(
    ("value", "pattern"), [("%HOME%/a.b", r"[%]HOME[%]/a\.b"), ("100%", "100%"), ("$@", r"\$@")]
)
def test_cmd_finds_no_variable_in_the_pattern_for_a_value(value: str, pattern: str) -> None:
    assert recipes._escaped(value) == pattern
    assert re.fullmatch(pattern, value)


@pytest.mark.parametrize(
    ("line", "interpreter"),
    [
        ("#!C:\\Python313\\python.exe", "C:\\Python313\\python.exe"),
        ("#!C:\\Python313\\python.exe\r", "C:\\Python313\\python.exe"),
        ('#!"C:\\Users\\J\u00f6rg M\\python.exe"', "C:\\Users\\J\u00f6rg M\\python.exe"),
        ("#!C:/Python313/python.exe", "C:\\Python313\\python.exe"),
        ("#!/usr/bin/env python3", "python3"),
        ("#!python", "python"),
        ("#!/bin/sh", "sh"),
        ("MZ\x90", None),
        ("", None),
    ],
)
def test_interpreter_of_a_script(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, line: str, interpreter: str | None
) -> None:
    monkeypatch.setattr(programs, "IS_WINDOWS", True)
    monkeypatch.setattr(programs, "find", lambda name: f"found {name}")
    script = tmp_path / "aws"
    script.write_bytes(f"{line}\nimport x\n".encode())
    expected = (f"found {interpreter}", str(script)) if interpreter else (str(script),)
    assert programs.words_to_start(str(script)) == expected
    assert programs.words_to_start(f"{script}.exe") == (f"{script}.exe",)
    assert programs.words_to_start(str(tmp_path / "none")) == (str(tmp_path / "none"),)


@pytest.mark.parametrize(
    ("data", "wide", "marked"),
    [
        ("[x]\n".encode("utf-16"), True, False),
        ("[x]\n".encode("utf-16-le"), True, False),
        (b"\xef\xbb\xbf[x]\n", False, True),
        ("[\u00f6]\n".encode(), False, False),
        (b"", False, False),
    ],
)
def test_encodings(tmp_path: Path, data: bytes, wide: bool, marked: bool) -> None:
    file = tmp_path / "file"
    file.write_bytes(data)
    assert (utf_16(file), utf_8_with_mark(file)) == (wide, marked)
    assert not utf_16(tmp_path) and not utf_16(tmp_path / "none")


def refused(file: Path, code: int, second: str | None = None) -> FixError:
    error = PermissionError(13, "Access is denied", str(file), code, second)
    if os.name != "nt":
        error.winerror = code  # type: ignore[attr-defined]
    return files._refusal(file, error)


def test_what_access_denied_means(tmp_path: Path) -> None:
    file = tmp_path / "config"
    assert "another program has" in str(refused(file, 32))
    assert "another program has" in str(refused(file, 5, str(tmp_path / "new")))
    denied = refused(file, 5)
    assert isinstance(denied, NotWritable) and denied.place == file


@pytest.mark.parametrize(
    ("shell", "between"), [("cmd", " & "), ("powershell", "; "), ("pwsh", "; ")]
)
def test_the_way_out_of_an_access_list(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, shell: str, between: str
) -> None:
    """Your own file is given back to you; what only an administrator may write, is for one."""
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    places = [tmp_path / "home" / ".gitconfig", tmp_path / "Git" / "gitconfig"]
    for place in places:
        place.parent.mkdir()
        place.write_text("", "ascii")
    lines = (("git", "config", "a"), ("git", "config", "b"))
    host = SimpleNamespace(
        is_windows=True, shell=shell, command=lambda words: quote(map(str, words), shell)
    )
    planned = SimpleNamespace(edits=[SimpleNamespace(commands=lambda: lines)])
    ways = [
        apply._way_out(place, cast(Any, planned), cast(Any, SimpleNamespace(host=host)))
        for place in places
    ]
    assert re.fullmatch(r"its access list keeps you out: icacls \S*gitconfig\S* /reset", ways[0])
    assert ways[1] == (f"in a terminal of an administrator, run: git config a{between}git config b")


def test_a_file_that_an_access_list_hides(monkeypatch: pytest.MonkeyPatch) -> None:
    hidden = Unreadable(Path("config"), "", 0o666)
    with monkeypatch.context() as patch:
        patch.setattr(os, "name", "nt")
        words, step = hidden.words, hidden.step
    assert words == "its access list does not let this user read it"
    assert step == ("Give yourself the right to read it", ("icacls", "config", "/reset"))


def test_private_files_are_left_to_their_owner(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(files, "IS_WINDOWS", True)
    asked: list[list[str]] = []
    monkeypatch.setattr(files, "run", asked.append)
    files.write_private(tmp_path / "report.json", b"{}")
    (words,) = asked
    assert words[0] == "icacls"
    assert words[2:] == ["/inheritance:r", "/grant:r", "*S-1-3-4:F", "/Q"]
    assert (tmp_path / "report.json").read_bytes() == b"{}"


def test_commands_for_windows_run_line_by_line_in_any_shell_of_it() -> None:
    """cmd and PowerShell 5.1 share neither ``&&`` nor a way to go on in the next line."""
    text = (ROOT / "README.md").read_text("utf-8")
    lines = [
        line for block in re.findall(r"```bat\n(.*?)```", text, re.S) for line in block.split("\n")
    ]
    assert len([line for line in lines if line]) >= 6
    for line in lines:
        assert not re.search(r"&&|\|\||[;^`\\]\Z|/bin/|'", line), line
