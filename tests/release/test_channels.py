"""Each way to have the program, installed in a bare place: all of them give the same report."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
import tarfile
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from codecommit_doctor import __version__
from tests.conftest import VALIDATOR
from tests.lab.environment import Environment, Setup, Stored
from tests.lab.plugin import Machine
from tests.release.conftest import Release

Installer = Callable[[Release, Path], list[Path]]

pytestmark = pytest.mark.server

BROKEN = Setup(
    system="[credential]\n\thelper = store\n",
    stored=(Stored("store"),),
    aws_config="[default]\nregion = eu-west-1\n",
)


def bare_python(folder: Path) -> Path:
    """A Python that has no packages, not even pip."""
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", folder], check=True)
    python = folder / "bin" / "python"
    done = subprocess.run([python, "-c", "import msgspec"], capture_output=True)
    assert b"ModuleNotFoundError" in done.stderr
    return python


def pip(*words: str | Path) -> None:
    command = [sys.executable, "-m", "pip", "--quiet", "--disable-pip-version-check", *words]
    environment = os.environ | {"PIP_ROOT_USER_ACTION": "ignore", "PIP_NO_COMPILE": "1"}
    subprocess.run(command, check=True, env=environment)


def wheels(release: Release, folder: Path) -> Path:
    """The wheels of the wheelhouse, unpacked."""
    with zipfile.ZipFile(release.file("*-wheels-linux-*.zip")) as archive:
        archive.extractall(folder)
    (found,) = folder.glob("*/wheels")
    return found


def by_wheel(release: Release, folder: Path) -> list[Path]:
    """By pip, out of the wheelhouse alone, whose wheel of our own is that of the release.

    The sdist gives the same wheel: see ``test_two_builds_are_equal``.
    """
    python = bare_python(folder / "environment")
    found = wheels(release, folder / "house")
    wheel = release.file("*.whl")
    assert (found / wheel.name).read_bytes() == wheel.read_bytes()
    what = f"codecommit-doctor=={__version__}"
    pip("--python", python, "install", "--no-index", "--find-links", found, what)
    return [python.with_name("codecommit-doctor")]


def by_zipapp(release: Release, folder: Path) -> list[Path]:
    return [bare_python(folder / "environment"), release.file("*.pyz")]


def by_folder(release: Release, folder: Path) -> list[Path]:
    with tarfile.open(release.file("*linux*.tar.gz")) as archive:
        archive.extractall(folder)
    (program,) = folder.glob("*/codecommit-doctor")
    return [program]


def by_deb(release: Release, folder: Path) -> list[Path]:
    root = debian_root(folder / "root")
    dpkg(root, "--force-depends", "--install", release.file("*.deb"))
    return [root / "usr/bin/codecommit-doctor"]


def debian_root(root: Path) -> Path:
    """An empty system, for dpkg. Skips where dpkg may not work on one."""
    if os.geteuid() != 0:
        pytest.skip("not installed: dpkg needs root")
    database = root / "var/lib/dpkg"
    for name in ("info", "updates", "triggers"):
        (database / name).mkdir(parents=True)
    (database / "status").touch()
    return root


def dpkg(root: Path, *words: str | Path) -> None:
    done = subprocess.run(
        ["dpkg", f"--root={root}", "--force-script-chrootless", *words],
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr


CHANNELS: dict[str, Installer] = {
    "wheel": by_wheel,
    "zipapp": by_zipapp,
    "folder": by_folder,
    "deb": by_deb,
}


def test_every_channel_gives_the_same_report(
    release: Release, machine: Machine, tmp_path: Path
) -> None:
    broken = machine(BROKEN)
    reports = {}
    for name, install in CHANNELS.items():
        folder = tmp_path / name
        folder.mkdir()
        reports[name] = report_of(broken, install(release, folder))
    first = reports["wheel"]
    (target,) = first["targets"]
    assert target["verdict"]["causes"][0]["check"] == "credential-manager-conflict"
    for name, report in reports.items():
        assert report == first, name


def report_of(environment: Environment, program: list[Path]) -> dict[str, Any]:
    """The JSON report without times and places, of a program that no variable helps."""
    done = subprocess.run(
        [*program, "--format", "json"],
        cwd=environment.clone,
        env=environment.environ() | {"SHIV_ROOT": str(environment.folder / "shiv")},
        capture_output=True,
        stdin=subprocess.DEVNULL,
        timeout=120,
    )
    assert done.stderr == b""
    assert done.returncode == 1
    report = json.loads(done.stdout)
    VALIDATOR.validate(report)
    assert report["tool"]["version"] == __version__
    timeless: dict[str, Any] = without_times(report)
    return timeless


def without_times(value: Any) -> Any:
    """The value without what no two runs share: moments, durations, temporary folders."""
    if isinstance(value, dict):
        timed = ("created", "seconds")
        return {k: without_times(v) for k, v in value.items() if not k.endswith(timed)}
    if isinstance(value, list):
        return [without_times(entry) for entry in value]
    if isinstance(value, str):
        value = re.sub(r"\d{4}-\d\d-\d\d[T ][\d:.]+(Z|\+00:00| UTC)?", "TIME", value)
        value = re.sub(r"\d+(\.\d+)? (seconds?|minutes?|s|min|ms)\b", "DURATION", value)
    return value


def test_the_folder_needs_no_python(release: Release, tmp_path: Path) -> None:
    program = by_folder(release, tmp_path)[0]
    told = subprocess.run([program, "--version"], env={}, capture_output=True, text=True)
    assert (told.stdout, told.stderr) == (f"codecommit-doctor {__version__}\n", "")
    names = {path.name for path in program.parent.rglob("*")}
    assert not {n for n in names if re.match(r"lib(readline|gdbm|ncurses|tinfo|sqlite)", n)}
    assert len([n for n in names if n.startswith("libpython")]) == 1
    services = {p.name for p in program.parent.glob("_internal/botocore/data/*") if p.is_dir()}
    assert {"codecommit", "iam", "sts"} <= services < {*services, "ec2"}
    size = sum(p.stat().st_size for p in program.parent.rglob("*") if not p.is_symlink())
    assert size < 45e6


def test_programs_that_it_starts_get_the_systems_libraries(
    release: Release, machine: Machine, tmp_path: Path
) -> None:
    tell = 'echo "LIBRARIES=[${LD_LIBRARY_PATH-none}]" >>"$HOME/seen"; exec /usr/bin/git "$@"'
    healthy = machine(programs={"git": tell})
    program = by_folder(release, tmp_path)[0]
    for given, seen in (({}, "none"), ({"LD_LIBRARY_PATH": "/opt/mine"}, "/opt/mine")):
        done = subprocess.run(
            [program, "--offline", "--quiet"],
            cwd=healthy.clone,
            env=healthy.environ() | given,
            capture_output=True,
        )
        assert done.returncode == 0, done.stderr
        told = healthy.home / "seen"
        assert set(told.read_text("utf-8").splitlines()) == {f"LIBRARIES=[{seen}]"}
        told.unlink()


def test_debian_installs_runs_and_removes_it(release: Release, tmp_path: Path) -> None:
    """In a root that holds the C library and nothing else: no Python, no shell."""
    root = debian_root(tmp_path / "root")
    dpkg(root, "--force-depends", "--install", release.file("*.deb"))
    copy_c_library(root / "usr/lib/codecommit-doctor", root)
    installed = {str(p.relative_to(root)) for p in root.rglob("*codecommit-doctor*")}
    assert "usr/share/man/man1/codecommit-doctor.1.gz" in installed
    assert "usr/share/bash-completion/completions/codecommit-doctor" in installed
    for name in ("codecommit-doctor", "git-codecommit-doctor"):
        told = in_root(root, f"/usr/bin/{name}", "--version")
        assert (told.returncode, told.stdout) == (0, f"codecommit-doctor {__version__}\n")
    checks = json.loads(
        in_root(root, "/usr/bin/codecommit-doctor", "checks", "--format", "json").stdout
    )
    assert "credential-manager-conflict" in json.dumps(checks)
    no_git = in_root(root, "/usr/bin/codecommit-doctor", "--quiet", "--offline")
    assert "git" in no_git.stdout
    dpkg(root, "--purge", "codecommit-doctor")
    left = [p for p in root.rglob("*") if "codecommit" in p.name and p.is_file()]
    assert left == []


def in_root(root: Path, *words: str) -> subprocess.CompletedProcess[str]:
    environment = {"PATH": "/usr/bin", "HOME": "/", "LANG": "C.UTF-8"}
    found = shutil.which("chroot", path=f"{os.environ['PATH']}:/usr/sbin:/sbin")
    return subprocess.run(
        [found or "chroot", str(root), *words], env=environment, capture_output=True, text=True
    )


def copy_c_library(program: Path, root: Path) -> None:
    """What the program needs of every Linux: what ldd finds outside of its own folder."""
    libraries = [p for p in program.rglob("*") if ".so" in p.suffixes or p.name == program.name]
    listed = subprocess.run(["ldd", *libraries], capture_output=True, text=True).stdout
    for found in set(re.findall(r"(/\S+\.so\S*) \(", listed)):
        if not found.startswith(str(root)):
            assert Path(found).name.startswith(("ld-linux", "lib")), found
            (root / found[1:]).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(found, root / found[1:])


def test_rpm_lists_what_debian_installs(release: Release) -> None:
    if not shutil.which("rpmbuild"):
        pytest.skip("rpmbuild is not installed")
    words = ["rpm", "-qlp", str(release.file("*.rpm"))]
    listed = set(subprocess.run(words, check=True, capture_output=True, text=True).stdout.split())
    assert {"/usr/bin/codecommit-doctor", "/usr/bin/git-codecommit-doctor"} <= listed
    assert "/usr/share/man/man1/codecommit-doctor.1.gz" in listed
    deb = subprocess.run(
        ["dpkg-deb", "--fsys-tarfile", release.file("*.deb")], check=True, capture_output=True
    ).stdout
    names = subprocess.run(["tar", "-t"], input=deb, check=True, capture_output=True).stdout
    files = {f"/{n[2:]}" for n in names.decode().splitlines() if not n.endswith("/")}
    assert {f for f in files if "/share/doc/" not in f} <= listed
