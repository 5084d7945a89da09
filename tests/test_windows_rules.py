"""What is different on Windows, where it can be told from any system."""

from __future__ import annotations

import os
import re
from pathlib import Path

import pytest

from codecommit_doctor.probes import programs
from codecommit_doctor.probes.files import utf_8_with_mark, utf_16
from codecommit_doctor.rules import homes
from codecommit_doctor.treatment import files
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


def test_gits_home_is_the_share_of_a_domain(folders: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(homes, "IS_WINDOWS", True)
    assert homes.git_home() == folders / "share"
    (folders / "share").rmdir()
    assert homes.git_home() == folders / "profile"
    monkeypatch.setenv("HOME", str(folders))
    assert homes.git_home() == folders
    assert homes.in_git_home("~/x") == f"{folders}/x"


def test_other_systems_have_one_home(folders: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(homes, "IS_WINDOWS", False)
    assert homes.git_home() == folders / "profile"


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
