"""The Dockerfile, built by buildah on a base of this system's own files: no registry is needed."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from codecommit_doctor import __version__
from tests.release.conftest import Release

PROGRAMS = ("cat", "git", "ln", "sh")


class Buildah:
    """It, with storage of its own."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def __call__(self, *words: str | Path) -> str:
        storage = ("--storage-driver", "vfs", "--root", self._folder / "root")
        command = ["buildah", *storage, "--runroot", self._folder / "run", *words]
        done = subprocess.run(command, capture_output=True, text=True, timeout=300)
        assert done.returncode == 0, done.stderr[-3000:]
        return done.stdout.strip()


@pytest.fixture(scope="module")
def buildah(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Buildah]:
    if not shutil.which("buildah") or os.geteuid() != 0:
        pytest.skip("buildah is not installed, or not for this user")
    folder = tmp_path_factory.mktemp("buildah")
    yield Buildah(folder)
    shutil.rmtree(folder, ignore_errors=True)


def base(root: Path) -> None:
    """A system with Git and a shell, and their libraries: nothing else, and no Python."""
    for name in PROGRAMS:
        found = shutil.which(name)
        assert found
        copy(Path(found).resolve(), root, f"/usr/bin/{name}")
    (root / "bin").symlink_to("usr/bin")
    (root / "tmp").mkdir(mode=0o1777)
    (root / "usr/local/bin").mkdir(parents=True)


def copy(file: Path, root: Path, target: str) -> None:
    (root / target[1:]).parent.mkdir(parents=True, exist_ok=True)
    shutil.copy(file, root / target[1:])
    listed = subprocess.run(["ldd", file], capture_output=True, text=True).stdout
    for library in set(re.findall(r"(/\S+\.so\S*) \(", listed)):
        if not (root / library[1:]).exists():
            copy(Path(library), root, library)


def test_the_image_is_built_and_runs(release: Release, buildah: Buildah, tmp_path: Path) -> None:
    context = tmp_path / "context"
    context.mkdir()
    with zipfile.ZipFile(release.file("*-manifests.zip")) as archive:
        (name,) = [n for n in archive.namelist() if n.endswith("image/Dockerfile")]
        (context / "Dockerfile").write_bytes(archive.read(name))
    shutil.copy(release.file("*linux*.tar.gz"), context)
    base(tmp_path / "base")
    # what the program needs of the C library beside what Git needs
    for library in ("libdl.so.2", "libm.so.6", "libpthread.so.0", "librt.so.1", "libutil.so.1"):
        (found,) = Path("/lib").glob(f"x86_64-linux-gnu/{library}")
        shutil.copy(found, tmp_path / "base/lib/x86_64-linux-gnu")
    scratch = buildah("from", "scratch")
    buildah("add", scratch, tmp_path / "base", "/")
    buildah("commit", "--quiet", scratch, "localhost/base")
    how = ("--isolation", "chroot", "--build-arg", "BASE=localhost/base")
    buildah("bud", "--quiet", *how, "--tag", "doctor", context)
    told = json.loads(buildah("inspect", "doctor"))["OCIv1"]["config"]
    assert told["Entrypoint"] == ["codecommit-doctor"]
    assert told["Labels"]["org.opencontainers.image.version"] == __version__
    container = buildah("from", "localhost/doctor")
    run = ("run", "--isolation", "chroot", container, "--")
    assert buildah(*run, "codecommit-doctor", "--version") == f"codecommit-doctor {__version__}"
    assert buildah(*run, "git", "codecommit-doctor", "--version").endswith(__version__)
    checks = json.loads(buildah(*run, "codecommit-doctor", "checks", "--format", "json"))
    assert "use-http-path" in {check["id"] for check in checks}
