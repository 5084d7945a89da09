"""The program and all that it needs as one folder of Python modules, without what it never uses."""

from __future__ import annotations

import shutil
import sys
import tempfile
import zipfile
from pathlib import Path

from tools.release import kept
from tools.release.lock import requirements
from tools.release.source import Source, run_python
from tools.release.wheelhouse import Platform

__all__ = ["SERVICES", "install"]

SERVICES = {"codecommit", "iam", "kms", "signin", "sso", "sso-oidc", "sts"}
"""What AWS is asked for, and what botocore itself asks to get credentials."""

_NOT_NEEDED = ("bin", "share", "psutil/tests", "boto3/examples", "boto3/data")


def install(
    source: Source,
    wheel: Path,
    site: Path,
    platform: Platform | None = None,
    python: str = f"{sys.version_info.major}.{sys.version_info.minor}",
) -> None:
    """Installs the wheel and the packages of the lock, and prunes them.

    platform, python: whose packages, if not those of this system and this Python.
    """
    wanted = requirements(python, platform.system if platform else sys.platform)
    how = ["--no-compile", "--no-deps", "--require-hashes"]
    if platform:
        tags = [word for tag in platform.tags for word in ("--platform", tag)]
        how += ["--only-binary=:all:", *tags, "--python-version", python]
    made_of: tuple[str | Path, ...] = (wanted, *how, sys.version, Path(__file__))
    kept.fill(source, site, "packages", made_of, lambda made: _packages(source, made, wanted, how))
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(site, [name for name in archive.namelist() if ".data/" not in name])
    _forget(site)


def _packages(source: Source, site: Path, wanted: str, how: list[str]) -> None:
    """Those of the lock, pruned."""
    with tempfile.TemporaryDirectory(prefix="codecommit-doctor-") as work:
        file = Path(work, "requirements.txt")
        file.write_text(wanted, "utf-8")
        pip = ("-m", "pip", "install", "--quiet", "--target", site)
        run_python(source, *pip, *how, "--requirement", file)
    _prune(site)
    _forget(site)


def _prune(site: Path) -> None:
    """Takes away the descriptions of all other AWS services, which are most of its size."""
    for model in (site / "botocore" / "data").iterdir():
        if model.is_dir() and model.name not in SERVICES:
            shutil.rmtree(model)
    for name in _NOT_NEEDED:
        shutil.rmtree(site / name, ignore_errors=True)


def _forget(site: Path) -> None:
    """Takes away what names files that are gone, or this machine."""
    for name in ("RECORD", "direct_url.json", "REQUESTED", "INSTALLER"):
        for file in site.glob(f"*.dist-info/{name}"):
            file.unlink()
