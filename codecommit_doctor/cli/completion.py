"""What a shell offers behind an option when the tab key is pressed."""

from __future__ import annotations

__all__ = ["check_ids", "format_names", "remote_names"]


def check_ids(incomplete: str) -> list[tuple[str, str]]:
    """The checks whose ids begin like this, with their questions."""
    from codecommit_doctor.engine.registry import CatalogueError, load

    try:
        checks = load().checks
    except CatalogueError:
        return []
    found = sorted((check.id, check.title) for check in checks)
    return [(id, title) for id, title in found if id.startswith(incomplete)]


def remote_names(incomplete: str) -> list[str]:
    """The remotes of this clone that begin like this; none where git does not answer."""
    from pathlib import Path

    from codecommit_doctor.probes.git import Git
    from codecommit_doctor.probes.unavailable import Unavailable

    try:
        names = {remote.name for remote in Git(Path.cwd()).remotes()}
    except (OSError, Unavailable):
        return []
    return sorted(name for name in names if name.startswith(incomplete))


def format_names(incomplete: str) -> list[str]:
    """The formats that begin like this."""
    from codecommit_doctor.formats import NAMES

    return [name for name in NAMES if name.startswith(incomplete)]
