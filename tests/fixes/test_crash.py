"""The doctor is killed at any moment, meets another one, a lock, a full disk, or a closed door."""

from __future__ import annotations

import json
import os
import signal
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from codecommit_doctor.redaction import Redactor
from codecommit_doctor.treatment.files import FixError, replace
from codecommit_doctor.treatment.journal import Journal, JournalEntry, Patch
from codecommit_doctor.treatment.plan import Change
from tests.conftest import HELPER, Sandbox, powerless
from tests.fixes.patients import BROKEN_PATH, fixed, ill, journal_of, outcomes, snapshot

FORKS = pytest.mark.skipif(not hasattr(os, "fork"), reason="each step is a fork")
SURGERY = """
import os, pathlib, signal, sys
from codecommit_doctor.treatment.files import replace
from codecommit_doctor.treatment.journal import Journal, Patch
from codecommit_doctor.treatment.plan import Change
from codecommit_doctor.redaction import Redactor

kill_at, calls, inside = 0, 0, False

def counted(function):
    def wrapper(*args, **kwargs):
        global calls, inside
        if inside:
            return function(*args, **kwargs)
        calls += 1
        if calls == kill_at:
            os.kill(os.getpid(), signal.SIGKILL)
        inside = True
        try:
            return function(*args, **kwargs)
        finally:
            inside = False
    return wrapper

class Halves:
    def __init__(self, file):
        self.file = file
    def __enter__(self):
        return self
    def __exit__(self, *problem):
        self.file.close()
    def __getattr__(self, name):
        return getattr(self.file, name)
    def write(self, data):
        for half in (data[: len(data) // 2], data[len(data) // 2 :]):
            counted(self.file.write)(half)
            self.file.flush()

def arm():
    for name in ("open", "fsync", "replace", "link", "unlink", "chmod", "mkdir", "utime"):
        setattr(os, name, counted(getattr(os, name)))
    for name in ("replace", "unlink", "mkdir", "write_bytes", "chmod"):
        setattr(pathlib.Path, name, counted(getattr(pathlib.Path, name)))
    fdopen = os.fdopen
    os.fdopen = lambda *args, **kwargs: Halves(fdopen(*args, **kwargs))

def fix(folder, journal):
    files = [folder / "config0", folder / "config1"]
    changes = [Change(file, b"old\\n", b"new\\n") for file in files]
    journal.settle()
    patches = [Patch.of(change, Redactor()) for change in changes]
    entry = journal.begin("a-check", "a fix", patches, 0)
    for change in changes:
        replace(change.path, change.before, change.after, entry.id)
    journal.close(entry, "applied")

def undo(folder, journal):
    journal.settle()
    journal.undo(journal.entries()[-1])

ended = None
while ended != 0:
    kill_at += 1
    folder = pathlib.Path(sys.argv[1], str(kill_at))
    folder.mkdir()
    for name in ("config0", "config1"):
        (folder / name).write_bytes(b"old\\n")
    journal = Journal(folder / "journal")
    if sys.argv[2] == "undo":
        fix(folder, journal)
    child = os.fork()
    if not child:
        arm()
        globals()[sys.argv[2]](folder, journal)
        os._exit(0)
    ended = os.waitpid(child, 0)[1]
    assert ended in (0, signal.SIGKILL), ended
"""
"""Makes a folder for each call, in which a fix or an undo is killed at it; the last one is whole.

Data are written in two halves, so that a file may be left half written.
"""


def operate(folder: Path, what: str) -> list[Path]:
    """The folders in which surgery ended at the first call, the second, and so on."""
    words = [sys.executable, "-W", "error", "-c", SURGERY, str(folder), what]
    subprocess.run(words, check=True)
    return sorted(folder.iterdir(), key=lambda path: int(path.name))


def files_in(folder: Path, count: int, content: bytes) -> list[Path]:
    folder.mkdir()
    files = [folder / f"config{number}" for number in range(count)]
    for file in files:
        file.write_bytes(content)
    return files


def settled(folder: Path) -> tuple[set[bytes], list[JournalEntry]]:
    """What the next run makes of it: no half file, no lock, no left-over; and what it knows."""
    files = [folder / "config0", folder / "config1"]
    assert {file.read_bytes() for file in files} <= {b"old\n", b"new\n"}
    journal = Journal(folder / "journal")
    journal.settle()
    assert sorted(path for path in folder.iterdir() if path.is_file()) == files
    entries = journal.entries()
    names = [path.name for path in (folder / "journal").glob("*")]
    assert sorted(names) == [f"{entry.id}.json" for entry in entries]
    return {file.read_bytes() for file in files}, entries


@pytest.mark.process
@FORKS
def test_killed_at_every_step_of_a_fix(tmp_path: Path) -> None:
    folders = operate(tmp_path, "fix")
    assert len(folders) > 20
    seen: set[str] = set()
    for folder in folders:
        contents, entries = settled(folder)
        states = [entry.state for entry in entries]
        assert (contents, states) in (
            ({b"old\n"}, []),
            ({b"old\n"}, ["failed"]),
            ({b"new\n"}, ["applied"]),
        ), folder.name
        seen.update(states or ["nothing"])
        if states == ["applied"]:
            Journal(folder / "journal").undo(entries[0])
            assert settled(folder)[0] == {b"old\n"}
    assert seen == {"nothing", "failed", "applied"}


@pytest.mark.process
@FORKS
def test_killed_at_every_step_of_an_undo(tmp_path: Path) -> None:
    folders = operate(tmp_path, "undo")
    assert len(folders) > 20
    seen: set[str] = set()
    for folder in folders:
        contents, (entry,) = settled(folder)
        known = (contents, entry.state)
        assert known in (({b"new\n"}, "applied"), ({b"old\n"}, "undone")), folder.name
        seen.add(entry.state)
    assert seen == {"applied", "undone"}


def test_the_doctor_itself_killed_between_file_and_journal(sandbox: Sandbox) -> None:
    """The whole program: the next run finds out that the fix was made, and it can be undone."""
    path = ill(sandbox)
    (sandbox.home / "site").mkdir()
    sandbox.write(
        "site/sitecustomize.py",
        "import os, pathlib, signal\nreal = pathlib.Path.replace\n"
        "def replace(self, target):\n    done = real(self, target)\n"
        "    if pathlib.Path(target).name == '.gitconfig':\n"
        "        os.kill(os.getpid(), signal.SIGKILL)\n    return done\n"
        "pathlib.Path.replace = replace\n",
    )
    before = path.read_bytes()
    words = [sys.executable, "-m", "codecommit_doctor", "--offline", "--fix", "--yes"]
    env = sandbox.env | {"PYTHONPATH": str(sandbox.home / "site")}
    done = subprocess.run(words, cwd=sandbox.clone, env=env, capture_output=True, timeout=60)
    assert done.returncode == -signal.SIGKILL
    assert [entry["state"] for entry in journal_of(sandbox)] == ["begun"]
    lock = path.with_name(".gitconfig.lock")
    assert path.read_bytes() != before and lock.exists()
    assert sandbox.doctor("undo").code == 0
    assert (path.read_bytes(), lock.exists()) == (before, False)
    assert [entry["state"] for entry in journal_of(sandbox)] == ["undone"]


def test_two_doctors_at_once(sandbox: Sandbox) -> None:
    words = [sys.executable, "-m", "codecommit_doctor", "--offline", "--fix", "--yes"]
    for _ in range(2):
        path = ill(sandbox, f"[credential]\n\thelper = store\n\thelper = {HELPER}\n")
        both = [
            subprocess.Popen(
                [*words, "--format", "json"],
                cwd=sandbox.clone,
                env=sandbox.env,
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
            )
            for _ in range(2)
        ]
        ended = [(process.communicate(timeout=60), process.returncode) for process in both]
        applied = []
        for (out, err), code in ended:
            assert b"Traceback" not in err and code in (0, 1), err
            applied += [f["check"] for f in json.loads(out)["fixes"] if f["outcome"] == "applied"]
        third = fixed(sandbox)
        applied += [check for check, outcome in outcomes(third) if outcome == "applied"]
        assert third.code == 0
        reports = [*(json.loads(out)["fixes"] for (out, _), _ in ended), third.report["fixes"]]
        assert applied.count("credential-manager-conflict") == 1, reports
        assert path.read_text("utf-8").count(f"helper = {HELPER}") == 2
        assert not path.with_name(".gitconfig.lock").exists()


def test_a_foreign_lock_is_respected(sandbox: Sandbox) -> None:
    path, content = ill(sandbox), b"half a config"
    lock = sandbox.write(".gitconfig.lock", content)
    before = snapshot(sandbox)
    done = fixed(sandbox)
    assert (done.code, outcomes(done)) == (1, [("use-http-path", "failed")])
    assert "another program is changing the file" in done.report["fixes"][0]["reason"]
    assert (snapshot(sandbox), lock.read_bytes()) == (before, content)
    assert [entry["state"] for entry in journal_of(sandbox)] == ["failed"]
    lock.unlink()
    assert outcomes(fixed(sandbox)) == [("use-http-path", "applied")]
    lock.touch()
    undone = sandbox.doctor("undo")
    assert (undone.code, "another program" in undone.err, lock.exists()) == (1, True, True)
    lock.unlink()
    assert sandbox.doctor("undo").code == 0
    assert path.read_text("utf-8") == BROKEN_PATH


def test_locks_on_a_disk_without_hard_links(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*names: object) -> None:
        raise PermissionError(1, "Operation not permitted")

    monkeypatch.setattr(os, "link", refuse)
    file = tmp_path / "config"
    file.write_bytes(b"old")
    replace(file, b"old", b"new", "owner")
    assert [(p.name, p.read_bytes()) for p in tmp_path.iterdir()] == [("config", b"new")]
    (tmp_path / "config.lock").touch()
    with pytest.raises(FixError, match="another program"):
        replace(file, b"new", b"newer", "owner")
    assert file.read_bytes() == b"new"


LIMITED = """
import os, resource, sys
hard = resource.getrlimit(resource.RLIMIT_FSIZE)[1]
resource.setrlimit(resource.RLIMIT_FSIZE, (int(sys.argv[1]), hard))
from pathlib import Path
from codecommit_doctor.treatment.files import FixError, replace
path = Path(sys.argv[2])
try:
    replace(path, path.read_bytes(), b"x" * 5000, "owner")
except FixError as error:
    print(error)
"""


@pytest.mark.process
@pytest.mark.skipif(os.name != "posix", reason="Windows has no limit for the size of files")
@pytest.mark.parametrize("size", [0, 3, 4096])
def test_full_disk_leaves_the_old_file(tmp_path: Path, size: int) -> None:
    file = tmp_path / "config"
    file.write_bytes(b"old")
    words = [sys.executable, "-c", LIMITED, str(size), str(file)]
    done = subprocess.run(words, capture_output=True, text=True, check=True)
    assert "can't be changed: File too large" in done.stdout
    assert [(p.name, p.read_bytes()) for p in tmp_path.iterdir()] == [("config", b"old")]


def test_full_disk_stops_the_whole_doctor_in_words(sandbox: Sandbox) -> None:
    ill(sandbox, BROKEN_PATH + "# long\n" * 2000)
    before = snapshot(sandbox)
    limited = (
        "import os, resource, sys; resource.setrlimit(resource.RLIMIT_FSIZE, (9000, 9000)); "
        "os.execv(sys.executable, [sys.executable, *sys.argv[1:]])"
    )
    words = ["-m", "codecommit_doctor", "--offline", "--format", "json", "--fix", "--yes"]
    done = subprocess.run(
        [sys.executable, "-c", limited, *words],
        cwd=sandbox.clone,
        env=sandbox.env | {"PYTHONDONTWRITEBYTECODE": "1"},
        capture_output=True,
        timeout=60,
    )
    (fix,) = json.loads(done.stdout)["fixes"]
    assert (done.returncode, fix["outcome"], b"Traceback" in done.stderr) == (1, "failed", False)
    assert snapshot(sandbox) == before
    assert not any(path.name.endswith(".lock") for path in sandbox.home.iterdir())


@pytest.mark.parametrize("place", ["file", "folder"])
def test_what_may_not_be_written_is_refused_with_the_way_out(sandbox: Sandbox, place: str) -> None:
    path = ill(sandbox, "[include]\n\tpath = sub/config\n")
    path = sandbox.write("sub/config", BROKEN_PATH)
    closed = path if place == "file" else path.parent
    closed.chmod(stat.S_IMODE(closed.stat().st_mode) & ~0o222)
    before = snapshot(sandbox)
    words = ["-m", "codecommit_doctor", "--offline", "--format", "json", "--fix", "--yes"]
    done = subprocess.run(
        [sys.executable, *words],
        cwd=sandbox.clone,
        env=sandbox.env,
        capture_output=True,
        timeout=60,
        preexec_fn=powerless,
    )
    (fix,) = json.loads(done.stdout)["fixes"]
    assert (done.returncode, fix["outcome"]) == (1, "refused"), fix
    assert f"{'config' if place == 'file' else 'sub'} may not be written" in fix["reason"]
    assert "chmod u+w " in fix["reason"]
    assert (snapshot(sandbox), journal_of(sandbox)) == (before, [])
    closed.chmod(0o700)
    assert outcomes(fixed(sandbox)) == [("use-http-path", "applied")]


def test_take_back_of_two_files_needs_no_third_state(tmp_path: Path) -> None:
    """A file that changed after a fix of two keeps both as they are."""
    files = files_in(tmp_path / "folder", 2, b"old\n")
    journal = Journal(tmp_path / "journal")
    changes = [Change(file, b"old\n", b"new\n") for file in files]
    entry = journal.begin("a-check", "t", [Patch.of(c, Redactor()) for c in changes], 0)
    for file in files:
        replace(file, b"old\n", b"new\n", entry.id)
    journal.close(entry, "applied")
    files[1].write_bytes(b"new\nmine\n")
    with pytest.raises(FixError, match="changed since"):
        journal.undo(entry)
    assert [file.read_bytes() for file in files] == [b"new\n", b"new\nmine\n"]
    assert journal.entries()[0].state == "applied"
