"""``python -m tools.release [FOLDER]``: all files of a release, in one new folder.

Needs ``pip install -e '.[release]'`` and a package index. Nothing is sent anywhere: the files, the
tag and the notes are for a person to publish.
"""

from __future__ import annotations

import argparse
import os
import shutil
import sys
import tempfile
from collections.abc import Callable, Iterable
from pathlib import Path

from tools import zipapp
from tools.release import (
    archives,
    audit,
    bill,
    licenses,
    linux,
    notes,
    onedir,
    python_packages,
    site,
    sums,
    wheelhouse,
    windows,
)
from tools.release.manifests import every
from tools.release.source import Source, is_clean, take
from tools.sources import ROOT

__all__ = ["build"]

KINDS = ("zipapp", "wheels", "folder", "deb", "rpm", "windows")
_OF_FOLDER = {"folder", "deb", "rpm"}


def build(
    dist: Path,
    *,
    kinds: frozenset[str] = frozenset(KINDS),
    pythons: tuple[str, ...] = wheelhouse.PYTHONS,
    trial: bool = False,
    key: str | None = None,
    accepted: Iterable[str] = (),
    kept: Path | None = None,
    say: Callable[[str], None] = lambda text: None,
) -> Source:
    """Makes the sdist, the wheel and the other kinds, the bill of materials, manifests, sums.

    pythons: whose wheels the wheelhouse holds. trial: the tree may have changes, and the notes are
    those of what is not released yet. key: see ``sums.sign``. accepted: see ``audit.audit``. kept:
    see ``Source``.
    """
    if not trial and not is_clean():
        raise SystemExit("there are changes that are not committed; --trial builds all the same")
    say("vulnerabilities")
    found = audit.audit(accepted=accepted)
    for line in found.lines():
        say(line)
    audit.require(found, trial=trial)
    dist.mkdir(parents=True)
    with tempfile.TemporaryDirectory(prefix="codecommit-doctor-") as folder:
        work = Path(folder)
        source = take(work / "source", kept)
        changelog = (source.folder / "CHANGELOG.md").read_text("utf-8")
        text = notes.section(changelog, "Unreleased" if trial else source.version)
        (dist / "RELEASE-NOTES.md").write_text(text, "utf-8", newline="\n")
        say("sdist and wheel")
        sdist, wheel = python_packages.build(source, dist)
        python_packages.verify(source, sdist, wheel)
        say("the installed modules")
        modules = work / "site"
        site.install(source, wheel, modules)
        _make(source, wheel, modules, dist, kinds, pythons, say)
        if not kinds & _OF_FOLDER:
            _tell_parts(source, modules, licenses.of_packages(modules), [], dist)
    say("manifests")
    every.write(dist, source.version, source.epoch, say)
    list_of_sums = sums.write(dist)
    if key:
        sums.sign(list_of_sums, key)
    return source


def _make(
    source: Source,
    wheel: Path,
    modules: Path,
    dist: Path,
    kinds: frozenset[str],
    pythons: tuple[str, ...],
    say: Callable[[str], None],
) -> None:
    if "zipapp" in kinds:
        say("zipapp")
        python = f"py{sys.version_info.major}{sys.version_info.minor}"
        name = f"codecommit-doctor-{source.version}-{python}-{_platform()}.pyz"
        zipapp.pack(source, modules, dist / name)
    if "wheels" in kinds:
        for platform in (wheelhouse.LINUX, wheelhouse.WINDOWS):
            say(f"wheels for {platform.name}")
            wheelhouse.build(source, wheel, dist, platform, pythons)
    if "windows" in kinds:
        say("a folder with its own Python, for Windows")
        windows.build(source, wheel, dist, say)
    if kinds & _OF_FOLDER:
        _make_folder(source, modules, dist, kinds, say)


def _make_folder(
    source: Source, modules: Path, dist: Path, kinds: frozenset[str], say: Callable[[str], None]
) -> None:
    say("a folder with its own Python")
    folder = modules.parent / f"codecommit-doctor-{source.version}-{_platform()}"
    onedir.build(source, modules, folder)
    libraries = licenses.of_libraries(folder)
    parts = [*licenses.of_packages(modules), *libraries]
    licenses.write(parts, folder / "THIRD-PARTY-LICENSES.txt")
    _tell_parts(source, modules, parts, libraries, dist)
    if "folder" in kinds:
        archives.write_tar(folder, dist / f"{folder.name}.tar.gz", source.epoch)
    if "deb" in kinds and shutil.which("dpkg-deb"):
        say("Debian's package")
        linux.build_deb(source, folder, dist)
    if "rpm" in kinds:
        if shutil.which("rpmbuild"):
            say("RPM's package")
            linux.build_rpm(source, folder, dist)
        else:
            say("no .rpm: rpmbuild is not installed")


def _tell_parts(
    source: Source,
    modules: Path,
    parts: list[licenses.Licensed],
    libraries: list[licenses.Licensed],
    dist: Path,
) -> None:
    licenses.write(parts, dist / "THIRD-PARTY-LICENSES.txt")
    target = dist / f"codecommit-doctor-{source.version}.cdx.json"
    bill.build(source, modules, libraries, target)


def _platform() -> str:
    return f"linux-{os.uname().machine}" if sys.platform == "linux" else sys.platform


def main() -> None:
    parser = argparse.ArgumentParser(
        prog="python -m tools.release",
        description="Makes all files of a release in a new folder. Sends nothing anywhere.",
    )
    parser.add_argument("folder", nargs="?", type=Path, default=ROOT / "dist" / "release")
    parser.add_argument("--key", help="sign the sums: the file of an SSH key, or a key of GnuPG")
    parser.add_argument("--only", action="append", choices=KINDS, help="beside sdist and wheel")
    parser.add_argument("--trial", action="store_true", help="build from a tree with changes")
    parser.add_argument("--python", action="append", help="wheels for this Python, as 3.12")
    parser.add_argument("--accept", action="append", metavar="ID", help="a known vulnerability")
    parser.add_argument("--keep", type=Path, help="reuse what the lock alone decides; for trials")
    words = parser.parse_args()
    if words.keep and not words.trial:
        parser.error("a release is made anew: --keep is for --trial")
    if words.folder.exists():
        parser.error(f"{words.folder} exists already")
    source = build(
        words.folder.resolve(),
        kinds=frozenset(words.only or KINDS),
        pythons=tuple(words.python or wheelhouse.PYTHONS),
        trial=words.trial,
        key=words.key,
        accepted=words.accept or (),
        kept=words.keep and words.keep.resolve(),
        say=lambda text: print(f"== {text}", flush=True),
    )
    for path in sorted(words.folder.iterdir()):
        print(f"{path.stat().st_size / 1e6:7.1f} MB  {path.name}")
    print(f"To publish: git tag -s v{source.version}, and these files with RELEASE-NOTES.md.")


if __name__ == "__main__":
    main()
