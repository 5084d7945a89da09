"""The notes of a release: its section of the changelog."""

from __future__ import annotations

import re

__all__ = ["NoSection", "section"]


class NoSection(ValueError):
    """The changelog has no section of that name."""


def section(changelog: str, version: str) -> str:
    """What the changelog says of a version, or of "Unreleased", without its heading."""
    parts = re.split(r"^## \[?([^\]\s]+)\]?.*\n", changelog, flags=re.M)
    sections = dict(zip(parts[1::2], parts[2::2], strict=True))
    if version not in sections:
        raise NoSection(f"CHANGELOG.md has no section [{version}]")
    text = re.sub(r"^\[[^\]]+\]: \S+$", "", sections[version], flags=re.M)
    return text.strip() + "\n"
