"""``codecommit-doctor [doctor]``: the examination."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import typer

from codecommit_doctor.cli import options
from codecommit_doctor.cli.commands import command
from codecommit_doctor.cli.messages import say, shown, stop

if TYPE_CHECKING:
    from codecommit_doctor.cli.examiner import Examiner
    from codecommit_doctor.cli.output import Destination
    from codecommit_doctor.cli.settings import Settings
    from codecommit_doctor.engine.machine import Machine
    from codecommit_doctor.engine.session import Look
    from codecommit_doctor.reports.baseline import Baseline
    from codecommit_doctor.treatment.apply import Attempt


@command("Find problems, and fix them with --fix (the default).")
def doctor(
    ctx: typer.Context,
    targets: options.Targets = None,
    all_repositories: options.AllRepositories = None,
    only: options.Only = None,
    skip: options.Skip = None,
    profile: options.Profile = None,
    region: options.Region = None,
    format: options.Form = None,
    output: options.Output = None,
    reports: options.Reports = None,
    offline: options.Offline = None,
    trust_repository: options.TrustRepository = False,
    user: options.User = None,
    timeout: options.Timeout = None,
    strict: options.Strict = None,
    require: options.Require = None,
    baseline: options.BaselineFile = None,
    quiet: options.Quiet = False,
    verbose: options.Verbose = False,
    watch: options.Watch = False,
    debug: options.Debug = False,
    label: options.Label = None,
    show_accounts: options.ShowAccounts = False,
    pseudonyms: options.Pseudonyms = None,
    show_settings: options.ShowSettings = False,
    fix: options.Fix = False,
    yes: options.Yes = False,
    dry_run: options.DryRun = False,
    unsafe_fixes: options.UnsafeFixes = False,
    scope: options.FixScope = None,
) -> None:
    """Check this machine for one or more CodeCommit addresses, and fix it with --fix.

    Exit code 1: something failed, or a fix was refused (nobody to ask and no --yes, no right to
    write), failed, or did not help and was taken back.
    """
    _refuse_contradictions(ctx.params)
    from codecommit_doctor.cli.examiner import Asked, Examiner, settings_of
    from codecommit_doctor.cli.output import destinations_of, write_all

    machine = _machine(ctx)
    given = ctx.params | ({"format": "line"} if quiet else {})
    asked = Asked(given, tuple(targets or ()), all_repositories, trust_repository)
    settings = settings_of(asked, machine)
    if show_settings:
        _show(settings, machine, as_json=format == "json")
        raise typer.Exit
    destinations = destinations_of(settings.format, output, reports or [])
    examiner = Examiner.of(asked, machine, settings, show_accounts, _known(baseline))
    if watch:
        raise typer.Exit(_watch(examiner, machine, destinations, verbose))
    look = examiner.look(machine, lambda: _prepare(destinations))
    attempts: list[Attempt] = []
    treats = (fix or dry_run) and not look.interrupted
    if treats:
        look, attempts = _treat(examiner, look, ctx.params)
    report = examiner.report(look, attempts)
    no_fix = treats and not attempts and not look.interrupted
    write_all(report, destinations, verbose=verbose, by_hand=no_fix)
    raise typer.Exit(report.exit_code)


def _refuse_contradictions(given: Mapping[str, Any]) -> None:
    if given["targets"] and given["all_repositories"]:
        stop("name targets or --all-repositories, not both")
    if given["quiet"] and (given["format"] or given["verbose"]):
        stop("--quiet is a way to show the report: not with --format or --verbose")
    if given["pseudonyms"] and given["show_accounts"]:
        stop("--show-accounts shows what --pseudonyms hides: use one of them")
    if given["watch"] and (given["fix"] or given["dry_run"]):
        stop("--watch checks while you change things: it can't be used with --fix")


def _machine(ctx: typer.Context) -> Machine:
    """The one whose facts are being read already, if there is one."""
    from codecommit_doctor.engine.machine import Machine

    machine: Machine | None = ctx.obj
    return machine or Machine()


def _show(settings: Settings, machine: Machine, *, as_json: bool) -> None:
    if as_json:
        from codecommit_doctor.cli.answers import SettingAnswer, print_json

        told = [[shown(text, machine) for text in row] for row in settings.described()]
        print_json([SettingAnswer(*row) for row in told])
    for name, value, origin in settings.described() if not as_json else ():
        typer.echo(shown(f"{name:<9}{value:<28} {origin}", machine))
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
            last = examiner.look(machine, lambda: _prepare(destinations))
        except typer.Exit as end:  # a half-made change may leave nothing that could be examined
            if last is None:
                raise
            return last, end.exit_code
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
    scope: options.Scope | None = given["scope"]
    treatment = Treatment(
        examiner.session.look,
        dialogue,
        unsafe=given["unsafe_fixes"],
        scope=scope.value if scope else None,
    )
    after = treatment.run(look)
    if dialogue.could_not_ask:
        say("nothing was changed, because nobody could be asked; --yes applies without asking")
    return after, treatment.attempts


def _prepare(destinations: list[Destination]) -> None:
    """Loads what showing the report needs, while the checks wait for programs."""
    import codecommit_doctor.reports.building  # noqa: F401
    from codecommit_doctor.formats import load

    for destination in destinations:
        load(destination.form)
