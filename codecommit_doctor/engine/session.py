"""One question of a user: what to look at, with which checks. It can be asked again."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path

from msgspec import Struct

from codecommit_doctor.engine.discovery import Discovery, discover, discover_below
from codecommit_doctor.engine.examination import Event, Examination, Meanwhile, Section
from codecommit_doctor.engine.machine import Machine
from codecommit_doctor.engine.registry import Catalogue
from codecommit_doctor.engine.verdict import settle
from codecommit_doctor.probes.deadline import until

__all__ = ["Look", "Session"]


class Look(Struct, frozen=True):
    """One look at the machine. notices: what the user should know about the choice of targets."""

    machine: Machine
    sections: tuple[Section, ...]
    notices: tuple[str, ...] = ()
    interrupted: bool = False


class Session(Struct, frozen=True):
    """What the user asked for.

    words: targets as written. below: instead of them, a folder whose clones are looked at. find:
    instead of both, what says the targets. observed: adds what was seen before. limit: seconds for
    each look. trust_repository: run helpers that a repository itself defines.
    """

    words: tuple[str, ...]
    catalogue: Catalogue
    profile: str | None = None
    region: str | None = None
    offline: bool = False
    limit: float = 60.0
    below: Path | None = None
    trust_repository: bool = False
    find: Callable[[Machine], Discovery] | None = None
    observed: Callable[[tuple[Section, ...], Machine], tuple[Section, ...]] | None = None

    def look(
        self,
        machine: Machine | None = None,
        *,
        observe: Callable[[Event], None] = lambda event: None,
        meanwhile: Meanwhile | None = None,
        within: Callable[[float], AbstractContextManager[None]] = until,
    ) -> Look:
        """Examines the machine as it is now. Raises DiscoveryError.

        machine: one whose facts are being read already. meanwhile: work for this thread while the
        checks wait for programs. within: what bounds the reading before them, given its end.
        """
        machine = machine or Machine.started()
        machine.ask_for(
            profile=self.profile,
            region=self.region,
            offline=self.offline,
            trust_repository=self.trust_repository,
        )
        with within(machine.began + self.limit):
            found = self._found(machine)
        examination = Examination(
            self.catalogue,
            machine,
            found.targets,
            limit=self.limit,
            began=machine.began,
            observe=observe,
        )
        sections = examination.run(meanwhile)
        if self.observed:
            sections = self.observed(sections, machine)
        sections = tuple(map(settle, sections))
        return Look(machine, sections, found.notices, examination.interrupted)

    def _found(self, machine: Machine) -> Discovery:
        if self.find:
            return self.find(machine)
        if self.below:
            return discover_below(self.below, machine, machine.began + self.limit)
        return discover(self.words, machine)
