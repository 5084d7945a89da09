"""The AWS CLI probe: versions, and which program Git's shell runs."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from packaging.version import Version
from pip._vendor.distlib.scripts import ScriptMaker

from codecommit_doctor.probes.aws_cli import AwsCli, CliVersion
from codecommit_doctor.probes.git import Git
from codecommit_doctor.probes.process import Completed
from codecommit_doctor.probes.programs import NEUTRAL
from codecommit_doctor.probes.unavailable import Unavailable
from tests.conftest import SYSTEM_PATH, Sandbox


@pytest.fixture
def cli(inside: Sandbox) -> AwsCli:
    return AwsCli(Git(inside.clone))


@pytest.mark.parametrize(
    ("said", "number", "kind"),
    [
        (b"aws-cli/1.7.38 Python/2.7.9 Linux/3.16.0-4-amd64", "1.7.38", "pip"),
        (b"aws-cli/1.10.6 Python/2.7.6 Darwin/15.3.0 botocore/1.3.28", "1.10.6", "pip"),
        (b"aws-cli/1.46.3 Python/3.11.7 Linux/6.1 botocore/1.43.62", "1.46.3", "pip"),
        (
            b"aws-cli/2.15.30 Python/3.11.8 Darwin/23.4.0 source/arm64 prompt/off",
            "2.15.30",
            "source",
        ),
        (b"aws-cli/2.15.30 Python/3.11.8 Windows/10 exe/AMD64 prompt/off", "2.15.30", "exe"),
        (b"aws-cli/2.0.0dev4 Python/3.7.3 Linux/4 botocore/2.0.0dev3", "2.0.0dev4", "pip"),
    ],
)
@pytest.mark.parametrize("stream", ["output", "errors"])
def test_version_strings(said: bytes, number: str, kind: str, stream: str) -> None:
    streams = {"output": b"", "errors": b""} | {stream: said + b"\r\n"}
    outcome = Completed(("aws",), 0, streams["output"], streams["errors"])
    version = CliVersion.of(outcome)
    assert (version.number, version.kind) == (Version(number), kind)
    assert version.failure is None and said.decode().startswith(version.text)


@pytest.mark.parametrize("said", [b"", b"aws: no", b"aws-cli/", b"aws-cli/x.y", b"\xff\xfe\0"])
def test_what_is_no_version(said: bytes) -> None:
    assert CliVersion.of(Completed(("aws",), 1, said, failure="broke")).number is None


def test_a_version_after_warnings_is_found() -> None:
    outcome = Completed(("aws",), 0, b"", b"DeprecationWarning: old\naws-cli/1.11.0 Python/2.7\n")
    assert CliVersion.of(outcome).number == Version("1.11.0")


def test_the_real_program(cli: AwsCli, inside: Sandbox) -> None:
    assert cli.seen_by_git() == str(inside.bin / "aws") == cli.found()[0]
    number = cli.version(str(inside.bin / "aws")).number
    assert number is not None and number >= Version("1.34")


def test_a_path_with_spaces_in_a_helper(cli: AwsCli, inside: Sandbox) -> None:
    folder = inside.home / "my tools"
    folder.mkdir()
    (folder / "aws").symlink_to(inside.bin / "aws")
    assert cli.seen_by_git(str(folder / "aws")) == str(folder / "aws")
    assert cli.seen_by_git(str(folder / "none")) is None


@pytest.mark.parametrize("kind", ["directory", "no execution", "missing", "dangling link"])
def test_what_git_can_not_run(cli: AwsCli, inside: Sandbox, kind: str) -> None:
    aws = inside.bin / "aws"
    aws.unlink()
    if kind == "directory":
        aws.mkdir()
    elif kind == "no execution":
        aws.write_text("#!/bin/sh\n", "utf-8")
    elif kind == "dangling link":
        aws.symlink_to(inside.home / "gone")
    assert (cli.found(), cli.seen_by_git()) == ((), None)
    assert cli.folders_named_aws() == ((str(aws),) if kind == "directory" else ())


def test_an_alias_of_the_users_does_not_answer(cli: AwsCli, inside: Sandbox) -> None:
    inside.write(".gitconfig", "[alias]\n\taws = !echo /wrong\n")
    assert cli.seen_by_git() == str(inside.bin / "aws")


def test_several_programs_in_the_order_of_the_path(
    inside: Sandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    folders = [inside.home / name for name in ("second", "shims", "link")]
    for folder in folders:
        folder.mkdir()
        if folder.name == "link":
            (folder / "aws").symlink_to(inside.bin / "aws")
        else:
            (folder / "aws").write_text("#!/bin/sh\necho aws-cli/2.1.0 Python/3 x/y\n", "utf-8")
            (folder / "aws").chmod(0o755)
    path = ":".join(map(str, (inside.bin, *folders, inside.bin)))
    monkeypatch.setenv("PATH", f"{path}::{SYSTEM_PATH}")
    cli = AwsCli(Git(inside.clone))
    mine, second, shim = (str(f / "aws") for f in (inside.bin, *folders[:2]))
    assert cli.found() == (mine, second, shim)
    assert cli.others(mine) == (second, shim)
    assert cli.version(second).number == Version("2.1.0")


def test_git_may_see_another_path_than_you(inside: Sandbox) -> None:
    """As an IDE or a wrapper does that starts git with an environment of its own."""
    inside.program("git", f'PATH={SYSTEM_PATH} exec /usr/bin/git "$@"')
    cli = AwsCli(Git(inside.clone))
    assert cli.found() == (str(inside.bin / "aws"),)
    assert cli.seen_by_git() is None


def test_without_git_the_path_answers(inside: Sandbox, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(inside.bin))
    assert AwsCli(Git(inside.clone)).seen_by_git() == str(inside.bin / "aws")


def test_a_program_that_fails_says_how(cli: AwsCli, inside: Sandbox) -> None:
    path = inside.program("aws", "echo Traceback >&2; exit 3")
    version = cli.version(str(path))
    assert (version.number, version.text) == (None, "Traceback")
    assert version.failure == "ended with exit code 3"


def test_a_relative_path_is_no_way_to_fool_it(inside: Sandbox) -> None:
    assert AwsCli(Git(inside.clone)).seen_by_git("./aws") is None
    assert not Path(inside.clone, "aws").exists()


@pytest.mark.parametrize("folder", ["venv", "a venv", "v" * 150])
def test_what_pip_installed_tells_its_version_unasked(
    cli: AwsCli, tmp_path: Path, folder: str
) -> None:
    """The script is written by pip's own writer: long paths and spaces don't fit its first line."""
    site = tmp_path / folder / "lib" / "python3.12" / "site-packages"
    (site / "awscli-1.32.7.dist-info").mkdir(parents=True)
    make_writer: Any = ScriptMaker
    writer = make_writer(None, str(tmp_path))
    writer.executable = str(tmp_path / folder / "bin" / "python3.12")
    writer.variants = {""}
    (script,) = writer.make("aws = awscli.clidriver:main")
    found = cli.installed(script)
    assert found is not None
    assert (str(found.number), found.kind) == ("1.32.7", "pip")


def test_a_git_that_hangs_in_the_clone_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    """What a file of the clone's keeps from ending says nothing of Git's shell elsewhere."""
    here = Path(Path.cwd().anchor, "clone")

    def run(words: list[str], **more: Any) -> Completed:
        if more["cwd"] == here:
            return Completed(tuple(words), None, failure="did not answer", hung=True)
        return Completed(tuple(words), 0, f"{here.anchor}aws\n".encode())

    monkeypatch.setattr("codecommit_doctor.probes.git.run", run)
    git = Git(here, program="git")
    assert git.configuration().late
    assert AwsCli(git).seen_by_git() == f"{here.anchor}aws"
    everywhere = Git(Path(NEUTRAL), program="git")
    late = Completed(("git",), None, failure="did not answer", hung=True)
    monkeypatch.setattr("codecommit_doctor.probes.git.run", lambda *words, **more: late)
    with pytest.raises(Unavailable, match="git did not answer"):
        AwsCli(everywhere).seen_by_git()
