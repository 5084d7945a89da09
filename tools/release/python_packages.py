"""The sdist and the wheel: the same bytes from the same sources, and nothing odd in them."""

from __future__ import annotations

import tarfile
import tempfile
from pathlib import Path

from tools.release.archives import normalize
from tools.release.source import Source, run_python

__all__ = ["build", "build_wheel", "verify"]


def build(source: Source, dist: Path) -> tuple[Path, Path]:
    """Writes both, the wheel out of the unpacked sdist; their paths."""
    run_python(source, "-m", "build", "--no-isolation", "--sdist", "--outdir", dist, source.folder)
    sdist = dist / f"codecommit_doctor-{source.version}.tar.gz"
    normalize(sdist, source.epoch)
    with tempfile.TemporaryDirectory(prefix="codecommit-doctor-") as work:
        with tarfile.open(sdist) as archive:
            archive.extractall(work)  # noqa: S202
        (unpacked,) = Path(work).iterdir()
        return sdist, _wheel(source, unpacked, dist)


def build_wheel(source: Source, dist: Path) -> Path:
    """Writes the wheel alone; its path."""
    return _wheel(source, source.folder, dist)


def _wheel(source: Source, folder: Path, dist: Path) -> Path:
    pip = ("-m", "pip", "wheel", "--quiet", "--no-deps", "--no-build-isolation")
    run_python(source, *pip, "--wheel-dir", dist, folder)
    return dist / f"codecommit_doctor-{source.version}-py3-none-any.whl"


def verify(source: Source, *files: Path) -> None:
    """As package indexes look at them. Raises RuntimeError for what they would refuse."""
    run_python(source, "-m", "twine", "check", "--strict", *files)
    wheels = [file for file in files if file.suffix == ".whl"]
    run_python(source, "-m", "check_wheel_contents", *wheels)
