"""Formats turn a report into text. They run nothing and read nothing but the report."""

from __future__ import annotations

from enum import Enum

__all__ = ["Format"]


class Format(str, Enum):
    """The formats by name."""

    CONSOLE = "console"
    JSON = "json"
