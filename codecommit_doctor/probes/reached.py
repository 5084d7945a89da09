"""What hosts answered that were asked already: one request serves all repositories of a host."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from codecommit_doctor.probes import probe
from codecommit_doctor.probes.once import once

if TYPE_CHECKING:
    from codecommit_doctor.probes.endpoint import Reach

__all__ = ["Reached"]


@probe
class Reached:
    """The answers to requests without a password. alike: what such an answer depends on."""

    def __init__(self) -> None:
        self._asking: dict[object, tuple[str, Callable[[], Reach]]] = {}

    def of(self, alike: object, path: str, ask: Callable[[], Reach]) -> tuple[str, Reach]:
        """The answer, and the path that was asked for: this one, or that of whoever came first."""
        self._asking.setdefault(alike, (path, ask))
        return self._asked(alike)

    @once
    def _asked(self, alike: object) -> tuple[str, Reach]:
        path, ask = self._asking[alike]
        return path, ask()
