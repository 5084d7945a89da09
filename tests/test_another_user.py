"""``--user``: root looks as somebody else, with that person's rights alone."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from tempfile import mkdtemp

import pytest

from codecommit_doctor.cli.head_start import wanted_user
from codecommit_doctor.probes.another_user import CannotBecome, environment_of, own_files
from tests.conftest import HEALTHY, ROOT, SYSTEM_PATH

pytestmark = pytest.mark.skipif(os.name != "posix", reason="users as POSIX has them")
is_root = os.name == "posix" and os.geteuid() == 0


def for_root(test: Callable[..., None]) -> Callable[..., None] | None:
    """Leaves a test out where nobody can become another user."""
    return test if is_root else None


@dataclass
class Person:
    """The account nobody with a home: su as it is, but for the shell and HOME."""

    home: Path
    programs: Path

    def write(self, name: str, text: str) -> None:
        path = self.home / name
        path.write_text(text, "utf-8")
        shutil.chown(path, "nobody")


@pytest.fixture
def person(monkeypatch: pytest.MonkeyPatch) -> Iterator[Person]:
    folder = Path(mkdtemp(prefix="person-"))
    folder.chmod(0o755)
    home, programs = folder / "home", folder / "bin"
    home.mkdir()
    programs.mkdir()
    shutil.chown(home, "nobody")
    su = programs / "su"
    su.write_text(
        f"#!/bin/sh\n[ \"$1 $2 $3\" = '- nobody -c' ] || exit 9\n"
        f'exec {shutil.which("su")} -s /bin/sh - nobody -c "HOME={home}; export HOME; $4"\n'
    )
    su.chmod(0o755)
    monkeypatch.setenv("PATH", f"{programs}:{SYSTEM_PATH}")
    yield Person(home, programs)
    shutil.rmtree(folder)


@pytest.mark.parametrize(
    ("words", "found"),
    [
        (["--user", "me"], "me"),
        (["doctor", "origin", "--user=me"], "me"),
        (["--label", "--user", "x"], None),
        (["--", "--user", "me"], None),
        (["run", "--", "git", "--user", "me"], None),
        (["explain", "--user", "me"], None),
        (["--offline"], None),
        (["--user"], None),
    ],
)
def test_who_is_wanted(words: list[str], found: str | None) -> None:
    assert wanted_user(words) == found


@for_root
@pytest.mark.process
def test_the_environment_is_that_of_a_login(
    person: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "root's own")
    environment = environment_of("nobody")
    assert environment["HOME"] == str(person.home)
    assert environment["LOGNAME"] == "nobody"
    assert "AWS_SECRET_ACCESS_KEY" not in environment


_TELL = """
import json, os, sys
from codecommit_doctor.probes.another_user import CannotBecome, become
try:
    become("nobody", json.loads(sys.argv[1]))
except CannotBecome:
    pass  # where this program lies in root's home; the rights are gone all the same
try:
    regained = os.setuid(0) is None
except OSError:
    regained = False
ids = [os.getuid(), os.geteuid(), os.getgid(), os.getegid(), *os.getgroups()]
print(json.dumps([ids, regained, os.getcwd(), dict(os.environ)]))
"""


@for_root
@pytest.mark.process
def test_rights_are_given_up_for_good(person: Person) -> None:
    environment = environment_of("nobody")
    words = [sys.executable, "-c", _TELL, json.dumps(environment)]
    done = subprocess.run(words, capture_output=True, check=True, cwd=ROOT)
    ids, regained, folder, found = json.loads(done.stdout)
    assert 0 not in ids
    assert not regained
    assert folder == str(person.home)
    assert found == environment


@for_root
@pytest.mark.process
def test_the_person_is_examined_or_told_where_the_program_must_lie(person: Person) -> None:
    person.write(".gitconfig", HEALTHY)
    python = _readable_python()
    start = (
        f"import site; site.addsitedir({str(Path(shutil.__file__).parent)!r});"
        f"[site.addsitedir(p) for p in {[p for p in sys.path if 'site-packages' in p]!r}];"
        "from codecommit_doctor.cli import main; main()"
    )
    words = ["--offline", "--user", "nobody", "--format", "json"]
    done = subprocess.run(
        [python, "-c", start, *words],
        capture_output=True,
        cwd="/",
        env={"PATH": f"{person.programs}:{SYSTEM_PATH}", "AWS_PROFILE": "roots"},
    )
    told = done.stderr.decode()
    assert "Traceback" not in told
    if done.returncode == 2:
        assert "can't read this program" in told
        return
    report = json.loads(done.stdout)
    assert report["machine"]["account_kind"] == "user"
    assert "roots" not in done.stdout.decode()
    results = {result["id"]: result for result in report["targets"][0]["results"]}
    assert results["git-configuration"]["status"] == "pass"


def _readable_python() -> str:
    """This Python, or the system's own of the same version, where everybody may start it."""
    system = f"/usr/bin/python{sys.version_info[0]}.{sys.version_info[1]}"
    own = Path(sys.executable).resolve()
    reachable = all(parent.stat().st_mode & 0o001 for parent in own.parents)
    return str(own) if reachable or not Path(system).exists() else system


@pytest.mark.parametrize("name", ["no-such-account", "", "-c", "a\x1b[2J"])
def test_who_is_nobody_is_refused(name: str) -> None:
    with pytest.raises(CannotBecome, match="no account" if is_root else "root alone") as caught:
        environment_of(name)
    assert "\x1b" not in str(caught.value)


@for_root
@pytest.mark.process
def test_an_account_without_a_shell_is_told(person: Person) -> None:
    (person.programs / "su").unlink()
    with pytest.raises(CannotBecome, match="su - nobody does not work here"):
        environment_of("nobody")


def test_whoever_is_not_root_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("os.geteuid", lambda: 1000)
    with pytest.raises(CannotBecome, match="only for root"):
        environment_of("root")


def test_windows_is_told_that_it_is_not_supported(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("os.name", "nt")
    with pytest.raises(CannotBecome, match="not supported on Windows"):
        environment_of("root")


@pytest.mark.process
def test_the_command_line_says_why_it_can_not() -> None:
    words = [sys.executable, "-m", "codecommit_doctor", "--user", "no-such-account"]
    done = subprocess.run(words, capture_output=True, text=True, cwd=ROOT)
    assert done.returncode == 2
    assert "no account" in done.stderr or "only for root" in done.stderr
    assert "Traceback" not in done.stderr


def test_the_files_that_the_person_has_to_read_are_there(monkeypatch: pytest.MonkeyPatch) -> None:
    assert all(Path(file).is_file() for file in own_files())
    monkeypatch.setattr(sys, "frozen", True, raising=False)
    assert sys.executable in own_files(), "which holds the modules"
    assert not [file for file in own_files() if "msgspec" in file]
