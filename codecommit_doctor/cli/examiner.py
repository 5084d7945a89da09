"""From the command line and the settings to a report: one way for every command that examines."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from msgspec import Struct, field

from codecommit_doctor.cli.in_time import in_time, to_the_end
from codecommit_doctor.cli.messages import say, stop
from codecommit_doctor.cli.settings import Settings, SettingsError, resolve
from codecommit_doctor.engine.registry import Catalogue, CatalogueError, load
from codecommit_doctor.engine.session import Look, Session

if TYPE_CHECKING:
    from codecommit_doctor.engine.examination import Meanwhile
    from codecommit_doctor.engine.machine import Machine
    from codecommit_doctor.reports.baseline import Baseline
    from codecommit_doctor.reports.report import Report
    from codecommit_doctor.treatment.apply import Attempt

__all__ = ["Asked", "Examiner", "settings_of"]

_BROKEN = 3


class Asked(Struct, frozen=True):
    """What the command line says.

    options: all of them by name, as Typer read them; those that are settings are taken from here.
    words: the targets. below: instead of them, a folder whose clones are looked at. trusted: let
    the repository's own helpers and settings take effect.
    """

    options: Mapping[str, object] = field(default_factory=dict)
    words: tuple[str, ...] = ()
    below: Path | None = None
    trusted: bool = False

    @property
    def again(self) -> tuple[str, ...]:
        """The words that ask for the same examination."""
        named: list[tuple[str, object]] = [("--all-repositories", self.below)]
        named += [(f"--{name}", self.options.get(name)) for name in ("profile", "region", "user")]
        given = [word for name, value in named if value for word in (name, str(value))]
        return (*given, *(["--trust-repository"] if self.trusted else []), *self.words)


def settings_of(asked: Asked, machine: Machine) -> Settings:
    """The settings in force; ends with a message if one can't be used."""
    entries = machine.git(Path.cwd()).configuration().entries
    try:
        return resolve(asked.options, os.environ, entries, trusted=asked.trusted)
    except SettingsError as error:
        stop(f"wrong setting: {error}", machine)


class Examiner(Struct, frozen=True):
    """Examines, and makes the report, both as the settings say.

    again: the words that ask for the same examination.
    """

    session: Session
    settings: Settings
    again: tuple[str, ...] = ()
    show_accounts: bool = False
    baseline: Baseline | None = None

    @classmethod
    def of(
        cls,
        asked: Asked,
        machine: Machine,
        settings: Settings | None = None,
        show_accounts: bool = False,
        baseline: Baseline | None = None,
    ) -> Examiner:
        """Tells what the user should know of the settings; ends with a message if one is wrong.

        settings: those in force, if they are known already.
        """
        settings = settings or settings_of(asked, machine)
        catalogue = _catalogue(settings, machine)
        _check_names(settings, machine)
        for notice in settings.notices:
            say(notice, machine)
        session = Session(
            asked.words,
            catalogue,
            settings.profile,
            settings.region,
            settings.offline,
            settings.timeout,
            asked.below,
            asked.trusted,
        )
        return cls(session, settings, asked.again, show_accounts, baseline)

    def look(self, machine: Machine, meanwhile: Meanwhile | None = None) -> Look:
        """Examines, with a progress line and notices on standard error; ends without a target."""
        from codecommit_doctor.cli.progress import Progress
        from codecommit_doctor.cli.suggestions import target_hint
        from codecommit_doctor.engine.discovery import DiscoveryError, UnknownTarget

        try:
            with Progress() as progress:
                look = self.session.look(
                    machine, observe=progress.observe, meanwhile=meanwhile, within=in_time
                )
        except UnknownTarget as error:
            stop(f"{error}{target_hint(error.word, error.remotes)}", machine)
        except DiscoveryError as error:
            stop(str(error), machine)
        for notice in look.notices:
            say(notice, machine)
        return look

    def report(self, look: Look, attempts: Iterable[Attempt] = ()) -> Report:
        """The report of a look. attempts: fixes that were tried before it."""
        from codecommit_doctor.engine.requirement import apply_required
        from codecommit_doctor.reports.building import build

        with to_the_end(look.machine, self.session.limit):
            return build(
                apply_required(look.sections, self.settings.require),
                look.machine,
                strict=self.settings.strict,
                interrupted=look.interrupted,
                show_accounts=self.show_accounts,
                attempts=attempts,
                baseline=self.baseline,
                labels=self.settings.labels,
                again=self.again,
            )


def _catalogue(settings: Settings, machine: Machine) -> Catalogue:
    """The checks that are wanted; required ones have to be among them."""
    from codecommit_doctor.cli.suggestions import check_hint

    try:
        everything = load()
        everything.select(settings.require, ())
        chosen = everything.select(settings.only, settings.skip)
    except KeyError as unknown:
        origin = settings.origin_of(unknown.args[0])
        origin = f" ({origin})" if origin != "command line" else ""
        hint = check_hint(unknown.args[0], [check.id for check in everything.checks])
        stop(f"there is no check {unknown.args[0]}{origin}{hint}", machine)
    except CatalogueError as error:
        stop(f"the built-in checks do not fit together: {error}", machine, _BROKEN)
    there = {check.id for check in chosen.checks} | {broken.id for broken in chosen.broken}
    for id in settings.require:
        if id not in there:
            places = [*settings.origins.get("skip", ()), *settings.origins.get("only", ())]
            where = ", ".join(dict.fromkeys(places))
            stop(f"{id} is required, but left out ({where})", machine)
    return chosen


def _check_names(settings: Settings, machine: Machine) -> None:
    """Ends with a message if the region or the profile that was given can't exist."""
    from codecommit_doctor.cli.suggestions import profile_problem, region_problem

    for name, reason in (
        ("region", region_problem(settings.region) if settings.region else None),
        ("profile", profile_problem(settings.profile, machine) if settings.profile else None),
    ):
        if reason:
            stop(f"{reason} ({', '.join(settings.origins.get(name, ()))})", machine)
