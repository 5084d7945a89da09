"""The examination: looks, fixes where that is wanted, and shows the report."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from codecommit_doctor.cli.examiner import Asked, Examiner, settings_of
from codecommit_doctor.cli.head_start import first_limit
from codecommit_doctor.cli.in_time import in_time, to_the_end
from codecommit_doctor.cli.messages import Stop, say, shown, stop
from codecommit_doctor.cli.output import destinations_of, write_all
from codecommit_doctor.cli.rehearsal import Rehearsal
from codecommit_doctor.engine.machine import Machine

if TYPE_CHECKING:
    from codecommit_doctor.cli.output import Destination
    from codecommit_doctor.cli.settings import Settings
    from codecommit_doctor.engine.session import Look
    from codecommit_doctor.reports.baseline import Baseline
    from codecommit_doctor.treatment.apply import Attempt

__all__ = ["examine"]


def examine(given: Mapping[str, Any], machine: Machine | None) -> int:
    """Carries the command line out; the exit code.

    given: the options of ``doctor`` and its targets, by their names. machine: one whose facts are
    being read already.
    """
    _refuse_contradictions(given)
    machine = machine or Machine()
    options = {**given, "format": "line"} if given["quiet"] else given
    words = tuple(given["targets"] or ())
    asked = Asked(options, words, given["all_repositories"], bool(given["trust_repository"]))
    with in_time(machine.began + first_limit(options)):
        settings = settings_of(asked, machine)
        if given["show_settings"]:
            _show(settings, machine, as_json=given["format"] == "json")
            return 0
        destinations = destinations_of(settings.format, given["output"], given["report"] or [])
        known = _known(given["baseline"])
        examiner = Examiner.of(asked, machine, settings, bool(given["show_accounts"]), known)
    verbose = bool(given["verbose"])
    if given["watch"]:
        return _watch(examiner, machine, destinations, verbose)
    look = examiner.look(machine, Rehearsal(examiner, machine, destinations))
    attempts: list[Attempt] = []
    treats = (given["fix"] or given["dry_run"]) and not look.interrupted
    if treats:
        look, attempts = _treat(examiner, look, given)
    report = examiner.report(look, attempts)
    no_fix = treats and not attempts and not look.interrupted
    with to_the_end(machine, settings.timeout):
        write_all(report, destinations, verbose=verbose, by_hand=no_fix)
    return report.exit_code


def _refuse_contradictions(given: Mapping[str, Any]) -> None:
    if given["targets"] and given["all_repositories"]:
        stop("name targets or --all-repositories, not both")
    if given["quiet"] and (given["format"] or given["verbose"]):
        stop("--quiet is a way to show the report: not with --format or --verbose")
    if given["pseudonyms"] and given["show_accounts"]:
        stop("--show-accounts shows what --pseudonyms hides: use one of them")
    if given["watch"] and (given["fix"] or given["dry_run"]):
        stop("--watch checks while you change things: it can't be used with --fix")


def _show(settings: Settings, machine: Machine, *, as_json: bool) -> None:
    if as_json:
        from codecommit_doctor.cli.answers import SettingAnswer, print_json

        told = [[shown(text, machine) for text in row] for row in settings.described()]
        print_json([SettingAnswer(*row) for row in told])
    for name, value, origin in settings.described() if not as_json else ():
        print(shown(f"{name:<9}{value:<28} {origin}", machine))
    for notice in settings.notices:
        say(notice, machine)


def _known(file: Path | None) -> Baseline | None:
    """What the earlier report in this file knew."""
    if file is None:
        return None
    from codecommit_doctor.cli.messages import read_report
    from codecommit_doctor.reports.baseline import Baseline

    return Baseline.of(read_report(file, "baseline"))


def _watch(
    examiner: Examiner, machine: Machine, destinations: list[Destination], verbose: bool
) -> int:
    """Shows each report in place of the one before; where nobody watches, a line for each."""
    from rich.console import Console

    from codecommit_doctor.cli.output import write_all
    from codecommit_doctor.cli.watching import watch
    from codecommit_doctor.formats.line import digest

    *files, shown = destinations
    if shown.form not in ("console", "line") or shown.path:
        stop("--watch shows reports to a person; --report FORMAT=FILE writes each of them")
    screen = sys.stdout.isatty()
    last: Look | None = None

    def examine(machine: Machine) -> tuple[Look, int]:
        nonlocal last
        try:
            last = examiner.look(machine)
        except Stop as end:  # a half-made change may leave nothing that could be examined
            if last is None:
                raise
            return last, int(end.code or 0)
        report = examiner.report(last)
        if screen:
            Console().clear()
        write_all(report, destinations if screen else files, verbose=verbose)
        if not screen:
            print(digest(report), end="", flush=True)
        elif report.exit_code not in (0, 130):
            print("Waiting for a change; Ctrl-C stops.", file=sys.stderr)
        return last, report.exit_code

    try:
        return watch(machine, examine)
    except FileNotFoundError:
        stop("the current directory is gone")


def _treat(examiner: Examiner, look: Look, given: Mapping[str, Any]) -> tuple[Look, list[Attempt]]:
    """Carries out the fixes that are agreed to; the last look, and what became of each."""
    from codecommit_doctor.cli.dialogue import TerminalDialogue
    from codecommit_doctor.redaction import Redactor
    from codecommit_doctor.treatment.apply import Treatment

    redactor = Redactor(look.machine.known_secrets())
    dialogue = TerminalDialogue(redactor, yes=given["yes"], dry_run=given["dry_run"])
    treatment = Treatment(
        examiner.session.look,
        dialogue,
        unsafe=given["unsafe_fixes"],
        scope=given["scope"],
    )
    after = treatment.run(look)
    if dialogue.could_not_ask:
        say("nothing was changed, because nobody could be asked; --yes applies without asking")
    return after, treatment.attempts
