"""What a terminal may be used for. In a CI job nobody watches and nobody answers."""

from __future__ import annotations

import os
from typing import Literal

__all__ = ["color_system", "in_ci"]


def in_ci() -> bool:
    """Whether the CI variable says that this is a job."""
    return os.environ.get("CI", "").lower() not in ("", "0", "false", "no", "off")


def color_system() -> Literal["auto"] | None:
    """For rich: no colour in a CI job, unless FORCE_COLOR asks for it."""
    return None if in_ci() and not os.environ.get("FORCE_COLOR") else "auto"
