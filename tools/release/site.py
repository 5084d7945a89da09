"""The program and all that it needs as one folder of Python modules, without what it never uses."""

from __future__ import annotations

import shutil
import sys
import tempfile
from pathlib import Path

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
    pip = ["-m", "pip", "install", "--quiet", "--no-compile", "--no-deps", "--target", str(site)]
    if platform:
        tags = [word for tag in platform.tags for word in ("--platform", tag)]
        pip += ["--only-binary=:all:", *tags, "--python-version", python]
    with tempfile.TemporaryDirectory(prefix="codecommit-doctor-") as work:
        file = Path(work, "requirements.txt")
        system = platform.system if platform else sys.platform
        file.write_text(requirements(python, system), "utf-8")
        run_python(source, *pip, "--require-hashes", "--requirement", file)
    run_python(source, *pip, wheel)
    _prune(site)


def _prune(site: Path) -> None:
    """Takes away the descriptions of all other AWS services, which are most of its size."""
    for model in (site / "botocore" / "data").iterdir():
        if model.is_dir() and model.name not in SERVICES:
            shutil.rmtree(model)
    for name in _NOT_NEEDED:
        shutil.rmtree(site / name, ignore_errors=True)
    for record in site.glob("*.dist-info/RECORD"):  # it names files that are gone
        record.unlink()
    for name in ("direct_url.json", "REQUESTED", "INSTALLER"):  # they name this machine
        for file in site.glob(f"*.dist-info/{name}"):
            file.unlink()
