"""What the user asked for."""

from __future__ import annotations

from codecommit_doctor.probes import probe

__all__ = ["Wanted"]


@probe
class Wanted:
    """What the user asked for, of what the probes go by.

    profile, region: to ask AWS with, None where nothing was said. offline: no network at all.
    """

    def __init__(self) -> None:
        self.profile: str | None = None
        self.region: str | None = None
        self.offline = False
