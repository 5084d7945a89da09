"""All manifests of one release, in one zip."""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from tools.release.archives import write_zip
from tools.release.manifests import chocolatey, ci, homebrew, scoop, winget
from tools.release.manifests.published import Published

__all__ = ["texts", "write"]


def texts(release: Published, epoch: int) -> dict[str, str]:
    """Those that this release has files for, by their paths."""
    makers: tuple[Callable[[], dict[str, str]], ...] = (
        lambda: homebrew.formula(release),
        lambda: ci.texts(release),
        lambda: scoop.manifest(release),
        lambda: winget.manifests(release, epoch),
        lambda: chocolatey.package(release),
    )
    found: dict[str, str] = {}
    for make in makers:
        with suppress(FileNotFoundError):  # of what this release does not have
            found |= make()
    return found


def write(dist: Path, version: str, epoch: int, say: Callable[[str], None]) -> Path:
    """Writes the zip into the folder of the release; its path."""
    made = texts(Published(version, dist), epoch)
    if not any(path.startswith("winget/") for path in made):
        say("no manifests for Windows: this release has no folder for it")
    name = f"codecommit-doctor-{version}-manifests"
    with tempfile.TemporaryDirectory(prefix="codecommit-doctor-") as work:
        for path, text in made.items():
            file = Path(work, name, path)
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(text, "utf-8", newline="\n")
        write_zip(Path(work, name), dist / f"{name}.zip", epoch)
    return dist / f"{name}.zip"
