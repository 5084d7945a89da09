"""A zip with all wheels, for machines without a network: ``pip install --no-index``."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from tools.release import kept
from tools.release.archives import write_zip
from tools.release.lock import requirements
from tools.release.source import Source, run_python

__all__ = ["LINUX", "PYTHONS", "WINDOWS", "Platform", "build"]

PYTHONS = ("3.10", "3.11", "3.12", "3.13", "3.14")

_README = """\
codecommit-doctor {version} for {platform}, Python {pythons}

    python3 -m venv doctor
    doctor/bin/pip install --no-index --find-links wheels codecommit-doctor

On Windows:

    py -m venv doctor
    doctor\\Scripts\\pip install --no-index --find-links wheels codecommit-doctor

Nothing is downloaded.
"""


@dataclass(frozen=True)
class Platform:
    """name: in the name of the file. system: as ``sys.platform``. tags: as pip names them."""

    name: str
    system: str
    tags: tuple[str, ...]


LINUX = Platform(
    "linux-x86_64",
    "linux",
    tuple(f"manylinux{n}_x86_64" for n in ("_2_28", "_2_17", "2014", "_2_12", "2010", "_2_5", "1")),
)
WINDOWS = Platform("windows-amd64", "win32", ("win_amd64",))


def build(
    source: Source, wheel: Path, dist: Path, platform: Platform, pythons: Sequence[str] = PYTHONS
) -> Path:
    """Writes it; its path. Needs a package index."""
    name = f"codecommit-doctor-{source.version}-wheels-{platform.name}"
    with tempfile.TemporaryDirectory(prefix="codecommit-doctor-") as work:
        folder = Path(work, name)
        texts = [requirements(python, platform.system) for python in pythons]
        kept.fill(
            source,
            folder / "wheels",
            "wheels",
            (*texts, *pythons, *platform.tags, Path(__file__)),
            lambda made: _download(source, platform, dict(zip(pythons, texts, strict=True)), made),
        )
        shutil.copy(wheel, folder / "wheels")
        text = _README.format(
            version=source.version, platform=platform.name, pythons=", ".join(pythons)
        )
        (folder / "README.txt").write_text(text, "utf-8", newline="\r\n")
        target = dist / f"{name}.zip"
        write_zip(folder, target, source.epoch)
    return target


def _download(source: Source, platform: Platform, wanted: dict[str, str], wheels: Path) -> None:
    """wanted: the packages, for each Python."""
    wheels.mkdir(parents=True)
    tags = [word for tag in platform.tags for word in ("--platform", tag)]
    how = ("--quiet", "--no-deps", "--only-binary=:all:", "--require-hashes", *tags)
    file = wheels / "requirements.txt"
    for python, text in wanted.items():
        file.write_text(text, "utf-8")
        places = ("--python-version", python, "--dest", wheels, "--requirement", file)
        run_python(source, "-m", "pip", "download", *how, *places)
    file.unlink()
