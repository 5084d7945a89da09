"""What lies in the current folder is no module and no plugin of the doctor's."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest

import codecommit_doctor
from codecommit_doctor.import_path import leave_out_current_folder
from tests.conftest import Sandbox

MODULES = ("typer", "rich", "msgspec", "boto3", "botocore", "platformdirs", "packaging", "psutil")
STANDARD = ("graphlib", "tempfile", "difflib", "queue")


def plant(folder: Path, mark: Path) -> None:
    """Modules, standard ones too, and an installed package with a check, each leaving a mark."""
    for name in (*MODULES, *STANDARD, "planted"):
        text = f"with open({str(mark)!r}, 'a') as file:\n    file.write({name!r} + ' ')\n"
        (folder / f"{name}.py").write_text(text)
    package = folder / "planted-1.0.dist-info"
    package.mkdir()
    (package / "METADATA").write_text("Metadata-Version: 2.1\nName: planted\nVersion: 1.0\n")
    points = "[codecommit_doctor.checks]\nplanted = planted:check\n"
    (package / "entry_points.txt").write_text(points)


@pytest.mark.parametrize("words", [("--offline", "--only", "git-version"), ("checks",)])
@pytest.mark.parametrize("path", [None, "relative:", "./lib"])
def test_a_folders_modules_are_not_loaded(
    healthy: Sandbox, words: tuple[str, ...], path: str | None
) -> None:
    mark = healthy.home / "mark"
    plant(healthy.clone, mark)
    if path:
        (healthy.clone / path.strip(":")).mkdir()
        plant(healthy.clone / path.strip(":"), mark)
        healthy.env["PYTHONPATH"] = path.replace(":", os.pathsep)
        # the interpreter itself may load a module of PYTHONPATH before the first line of ours
        for name in STANDARD:
            for file in healthy.clone.rglob(f"{name}.py"):
                file.unlink()
    done = healthy.doctor(*words)
    assert done.code == 0, done.err
    assert not mark.exists(), mark.read_text()
    assert "planted" not in done.out + done.err


def test_a_plugin_that_pythonpath_names_in_full_is_loaded(healthy: Sandbox) -> None:
    library = healthy.home / "library"
    library.mkdir()
    plant(library, healthy.home / "mark")
    for name in (*MODULES, *STANDARD):
        (library / f"{name}.py").unlink()
    healthy.env["PYTHONPATH"] = str(library)
    assert "planted" in healthy.doctor("checks").err
    assert "planted" in healthy.doctor("checks", cwd=library).err


def test_the_folder_of_the_package_itself_stays(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    root = Path(codecommit_doctor.__file__).parent.parent
    monkeypatch.chdir(root)
    monkeypatch.setattr(sys, "path", [str(root), "", "lib", str(tmp_path)])
    monkeypatch.delenv("PYTHONPATH", raising=False)
    leave_out_current_folder()
    assert sys.path == [str(root), str(tmp_path)]
    monkeypatch.chdir(tmp_path)
    leave_out_current_folder()
    assert sys.path == [str(root)]
