"""Files that may be anything: pipes and devices in their place do not make a reader wait."""

from __future__ import annotations

import os
import stat
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from codecommit_doctor.probes import temporary
from codecommit_doctor.probes.credential_source import Kind, source_of
from codecommit_doctor.probes.files import read_named, read_regular
from codecommit_doctor.probes.netrc import Netrc
from codecommit_doctor.probes.profiles import Profiles
from codecommit_doctor.probes.stores import Stores
from codecommit_doctor.rules.helper import Helper
from codecommit_doctor.rules.target import parse
from tests import warm
from tests.conftest import URL, Sandbox

pytestmark = pytest.mark.skipif(os.name != "posix", reason="pipes of POSIX")


@pytest.fixture
def pipe(tmp_path: Path) -> Path:
    os.mkfifo(tmp_path / "pipe")
    return tmp_path / "pipe"


def test_only_regular_files_are_read(tmp_path: Path, pipe: Path) -> None:
    (tmp_path / "file").write_bytes(b"12345")
    assert read_regular(tmp_path / "file", 3) == b"123"
    for other in (pipe, tmp_path, Path("/dev/zero"), tmp_path / "none"):
        with pytest.raises(OSError, match=r"regular|directory"):
            read_regular(other, 3)


def test_a_pipe_that_the_user_named_is_read(pipe: Path) -> None:
    writer = threading.Thread(target=lambda: pipe.write_bytes(b"x" * 200_000), daemon=True)
    writer.start()
    assert len(read_named(pipe, 1_000_000)) == 200_000
    writer.join(10)
    assert read_named("/dev/zero", 10) == bytes(10)
    assert read_named("/dev/null", 10) == b""


def test_a_pipe_that_nobody_writes_to_is_given_up(pipe: Path) -> None:
    with pytest.raises(TimeoutError):
        read_named(pipe, 10, 0.05)
    held = os.open(pipe, os.O_RDWR)
    with pytest.raises(TimeoutError):
        read_named(pipe, 10, 0.05)
    os.close(held)


def test_readers_of_the_home_do_not_wait(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    for name in (".netrc", ".git-credentials", ".aws/config", ".aws/credentials"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        os.mkfifo(tmp_path / name)
    target = parse(URL, name="x", directory=tmp_path)
    assert Netrc().answering(target) is None
    assert Stores().stored(target, Helper("store"), sends_path=True) is None
    profiles = Profiles()
    assert [(file.exists, file.other_kind) for file in profiles.files()] == [(False, True)] * 2
    assert profiles.failures == ()  # the AWS CLI takes a pipe or a folder for no file, too
    assert profiles.by_name() == {}


@pytest.mark.parametrize(
    ("user", "login", "answers", "beside"),
    [
        (None, "bob", True, False),
        ("bob", "bob", True, False),
        ("dev", "bob", False, True),
    ],
)
def test_whose_entry_of_netrc_it_is(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    user: str | None,
    login: str,
    answers: bool,
    beside: bool,
) -> None:
    for name in ("HOME", "USERPROFILE"):
        monkeypatch.setenv(name, str(tmp_path))
    entry = "machine git-codecommit.us-east-2.amazonaws.com login %s password x"
    (tmp_path / ".netrc").write_text(entry % login, "utf-8")
    target = parse(URL, name="x", directory=tmp_path)._replace(user=user)
    assert (Netrc().answering(target) is not None) is answers
    assert (Netrc().of_another_user(target) is not None) is beside
    (tmp_path / ".netrc").write_text(f"machine example.com login {login} password x", "utf-8")
    assert Netrc().answering(target) is Netrc().of_another_user(target) is None


@pytest.mark.parametrize("command", ["view {}", "compare {} {}", "--offline --baseline {}"])
def test_reports_are_read_from_pipes(healthy: Sandbox, command: str) -> None:
    report = healthy.home / "report.json"
    healthy.doctor("--offline", "--report", f"json={report}")
    words = command.replace("{}", "<(cat ../report.json)")
    done = subprocess.run(
        ["bash", "-c", f"{' '.join(warm.COLD_DOCTOR)} {words}"],
        cwd=healthy.clone,
        env=healthy.env,
        capture_output=True,
        text=True,
        timeout=90,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert "can't be read" not in done.stderr


def test_a_chain_of_very_many_source_profiles(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    lines = [
        f"[profile p{n}]\nrole_arn = arn:aws:iam::1:role/x\nsource_profile = p{n + 1}\n"
        for n in range(3_000)
    ]
    text = "".join(lines) + "[profile p3000]\nsso_start_url = https://x\nmfa_serial = m\n"
    (tmp_path / "config").write_text(text)
    monkeypatch.setenv("AWS_CONFIG_FILE", str(tmp_path / "config"))
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", str(tmp_path / "none"))
    monkeypatch.delenv("AWS_ACCESS_KEY_ID", raising=False)
    source = source_of("p0", Profiles())
    assert (source.kind, source.profile, source.logged_in) == (Kind.ROLE, "p0", False)


def test_profiles_that_name_each_other(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    role = "role_arn = arn:aws:iam::1:role/x\n"
    text = f"[profile a]\n{role}source_profile = b\n[profile b]\n{role}source_profile = a\n"
    (tmp_path / "config").write_text(text)
    monkeypatch.setenv("AWS_CONFIG_FILE", str(tmp_path / "config"))
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", str(tmp_path / "none"))
    assert source_of("a", Profiles()).kind is Kind.ROLE
    (tmp_path / "config").write_text(f"{text}aws_access_key_id = AKIA\n")
    base = source_of("a", Profiles()).base
    assert base
    assert (base.kind, base.profile) == (Kind.KEYS, "b")


@pytest.mark.process
def test_what_a_killed_run_left_is_removed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    monkeypatch.setattr(temporary, "_tidied", False)
    parent = tmp_path / f"codecommit-doctor-{os.getuid()}"
    parent.mkdir(mode=0o700)
    gone = subprocess.run(["sh", "-c", "echo $$"], capture_output=True, text=True, check=True)
    pid = gone.stdout.strip()
    left = {name: parent / name for name in (f"{pid}-old", f"{pid}-new", f"{os.getpid()}-old", "x")}
    for name, folder in left.items():
        folder.mkdir()
        (folder / "file").write_text("x")
        if not name.endswith("new"):
            os.utime(folder, (time.time() - 7200,) * 2)
    with temporary.temporary_folder() as made:
        assert Path(made).parent == parent
        assert stat.S_IMODE(Path(made).stat().st_mode) == 0o700
    assert {name for name, folder in left.items() if not folder.exists()} == {f"{pid}-old"}
    assert not Path(made).exists()


@pytest.mark.parametrize("planted", ["link", "open", "file"])
def test_a_parent_of_somebody_elses_making_is_not_used(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, planted: str
) -> None:
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    parent = tmp_path / f"codecommit-doctor-{os.getuid()}"
    if planted == "link":
        (tmp_path / "elsewhere").mkdir(mode=0o700)
        parent.symlink_to(tmp_path / "elsewhere")
    elif planted == "open":
        parent.mkdir()
        parent.chmod(0o777)
    else:
        parent.write_text("x")
    with temporary.temporary_folder() as made:
        assert parent not in Path(made).parents
        assert tmp_path / "elsewhere" not in Path(made).parents


def test_a_folder_with_links_and_what_may_not_be_written_is_removed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    kept = tmp_path / "kept"
    kept.mkdir()
    (kept / "file").write_text("x")
    with temporary.temporary_folder() as made:
        folder = Path(made, "a", "b")
        folder.mkdir(parents=True)
        (folder / "file").write_text("x")
        (folder / "file").chmod(0o400)
        if os.name == "posix":
            (folder / "link").symlink_to(kept)
    assert [path.name for path in tmp_path.iterdir()] == ["kept"]
    assert (kept / "file").read_text() == "x"


@pytest.mark.skipif(os.name != "posix", reason="Windows has no such folder")
def test_without_a_usable_folder_tempfile_is_asked(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TMPDIR", str(tmp_path / "none"))
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    with temporary.temporary_folder() as made:
        assert tmp_path in Path(made).parents


NOBODY = """
import pwd, sys
def none(uid): raise KeyError(uid)
pwd.getpwuid = none
from codecommit_doctor.cli import main
main()
"""


@pytest.mark.parametrize("words", [("--offline",), ("--fix", "--yes", "--offline"), ("undo",)])
def test_a_user_without_an_entry_and_without_a_home(
    healthy: Sandbox, words: tuple[str, ...]
) -> None:
    for name in ("HOME", "LOGNAME", "USER"):
        healthy.env.pop(name, None)
    done = subprocess.run(
        [sys.executable, "-c", NOBODY, *words],
        cwd=healthy.clone,
        env=healthy.env,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode in (0, 1, 2), done.stderr
    said = done.stderr + done.stdout
    assert "internal error" not in said and "itself broke" not in said, said
    assert not (healthy.clone / "~").exists()
