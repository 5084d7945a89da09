"""What a shell offers behind an option when the tab key is pressed."""

from __future__ import annotations

__all__ = ["check_ids"]


def check_ids(incomplete: str) -> list[tuple[str, str]]:
    """The checks whose ids begin like this, with their questions."""
    from codecommit_doctor.engine.registry import CatalogueError, load

    try:
        checks = load().checks
    except CatalogueError:
        return []
    found = sorted((check.id, check.title) for check in checks)
    return [(id, title) for id, title in found if id.startswith(incomplete)]
