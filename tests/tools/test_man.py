"""The manual pages: current, well formed, and found by git."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from typer.main import get_command

from codecommit_doctor.cli.app import app
from codecommit_doctor.cli.help_text import TEXT
from tests.conftest import Sandbox
from tools import man
from tools.sources import copy_sources

PAGES = man.pages()
PAGE = PAGES["codecommit-doctor.1"]


def needs(program: str) -> pytest.MarkDecorator:
    return pytest.mark.skipif(not shutil.which(program), reason=f"{program} is not installed")


def test_committed_pages_are_current() -> None:
    committed = {path.name: path.read_text("ascii") for path in man.FOLDER.iterdir()}
    assert committed == PAGES, "python -m tools.man writes them"


def test_the_prepared_help_is_current() -> None:
    assert man.HELP.read_text("ascii") == man.help_module(), "python -m tools.man writes it"


@pytest.mark.parametrize("columns", [80, 120])
def test_the_prepared_help_is_what_typer_prints(
    columns: int, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", str(columns))
    app(["--help"], prog_name="codecommit-doctor", standalone_mode=False)
    assert capsys.readouterr().out == TEXT


def test_every_command_and_option_is_there() -> None:
    commands = getattr(get_command(app), "commands")  # noqa: B009
    for name, command in commands.items():
        assert f".SS {name}".replace("-", "\\-") in PAGE
        for parameter in command.params:
            for option in (o for o in parameter.opts if o.startswith("--")):
                assert option.replace("-", "\\-") in PAGE


def install(source: Path, there: Path) -> None:
    """Installs the wheel in an environment of its own: pip would take it out of this one."""
    copy_sources(source)
    build = ("wheel", "--no-deps", "--no-build-isolation", "--wheel-dir")
    run_pip(*build, source / "dist", source)
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", there], check=True)
    (wheel,) = (source / "dist").glob("*.whl")
    run_pip("--python", there / "bin" / "python", "install", "--no-deps", wheel)


def run_pip(*words: str | Path) -> None:
    command = [sys.executable, "-m", "pip", "--quiet", *words]
    subprocess.run(command, check=True, capture_output=True)


@pytest.mark.process
@needs("groff")
def test_groff_has_nothing_to_say() -> None:
    words = ["groff", "-man", "-Tutf8", "-wall", "-z"]
    done = subprocess.run(words, input=PAGE, capture_output=True, text=True)
    assert (done.returncode, done.stderr) == (0, "")


@needs("man")
def test_git_opens_the_page_of_an_installed_program(sandbox: Sandbox, tmp_path: Path) -> None:
    there = tmp_path / "there"
    install(tmp_path / "source", there)
    sandbox.env["PATH"] = f"{there / 'bin'}:{sandbox.env['PATH']}"  # else git knows no such command
    sandbox.env |= {"MANPATH": str(there / "share" / "man"), "MANPAGER": "cat"}
    shown = sandbox.git("codecommit-doctor", "--help", cwd=sandbox.home).stdout
    assert "codecommit-doctor - find out why Git over HTTPS" in " ".join(shown.split())
