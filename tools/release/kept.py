"""What the lock alone decides, kept from one build to the next, where a folder is named for it."""

from __future__ import annotations

import hashlib
import shutil
import tempfile
from collections.abc import Callable, Iterable
from pathlib import Path

from tools.release.source import Source

__all__ = ["fill"]


def fill(
    source: Source,
    target: Path,
    name: str,
    made_of: Iterable[str | Path],
    make: Callable[[Path], object],
) -> None:
    """Makes the new folder ``target``, or copies it from where it was made before.

    made_of: all that decides what it is like; of a file, its text. A release that keeps nothing
    makes it in its place.
    """
    if not source.kept:
        make(target)
        return
    parts = [part.read_text("utf-8") if isinstance(part, Path) else part for part in made_of]
    sum = hashlib.sha256("\0".join(parts).encode()).hexdigest()[:12]
    found = source.kept / f"{name}-{sum}"
    if not found.exists():
        source.kept.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=source.kept) as work:
            make(Path(work, "made"))
            if not found.exists():  # another build can have been first
                Path(work, "made").rename(found)
    shutil.copytree(found, target, symlinks=True)
