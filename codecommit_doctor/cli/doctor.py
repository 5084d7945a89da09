"""``codecommit-doctor [doctor]``: the examination."""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import typer

from codecommit_doctor.cli import options
from codecommit_doctor.cli.messages import say, shown, stop
from codecommit_doctor.formats import Format

if TYPE_CHECKING:
    from codecommit_doctor.cli.output import Destination
    from codecommit_doctor.cli.settings import Settings
    from codecommit_doctor.engine.machine import Machine
    from codecommit_doctor.engine.registry import Catalogue
    from codecommit_doctor.engine.session import Consultation, Look
    from codecommit_doctor.reports.baseline import Baseline
    from codecommit_doctor.reports.report import Report
    from codecommit_doctor.treatment.apply import Treatment

_USAGE, _BROKEN = 2, 3


def doctor(
    ctx: typer.Context,
    targets: options.Targets = None,
    all_repositories: options.AllRepositories = None,
    only: options.Only = None,
    skip: options.Skip = None,
    profile: options.Profile = None,
    region: options.Region = None,
    form: options.Form = None,
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
    if targets and all_repositories:
        stop("name targets or --all-repositories, not both")
    if quiet and (form or verbose):
        stop("--quiet is a way to show the report: not with --format or --verbose")
    if watch and (fix or dry_run):
        stop("--watch checks while you change things: it can't be used with --fix")
    machine = _machine(ctx)
    given = {
        "only": only or None,
        "skip": skip or None,
        "require": require or None,
        "label": label or None,
        "offline": offline,
        "strict": strict,
        "timeout": timeout,
        "profile": profile,
        "region": region,
        "format": Format.LINE if quiet else form,
    }
    settings = _settings(given, machine, trust_repository)
    catalogue = _catalogue(settings, machine)
    if show_settings:
        _show(settings, machine)
        raise typer.Exit
    _check_names(settings, machine)
    destinations = _destinations(settings.format, output, reports or [])
    known = _baseline(baseline) if baseline else None
    for notice in settings.notices:
        say(notice, machine)

    from codecommit_doctor.engine.session import Consultation

    consultation = Consultation(
        tuple(targets or ()),
        catalogue,
        settings.profile,
        settings.region,
        settings.offline,
        settings.timeout,
        all_repositories,
        trust_repository,
    )

    def report_of(look: Look, treatment: Treatment | None = None) -> Report:
        from codecommit_doctor.engine.requirement import apply_required
        from codecommit_doctor.reports.building import build

        return build(
            apply_required(look.sections, settings.require),
            look.machine,
            strict=settings.strict,
            interrupted=look.interrupted,
            show_accounts=show_accounts,
            attempts=treatment.attempts if treatment else (),
            baseline=known,
            labels=settings.labels,
            again=_again(targets, all_repositories, profile, region, trust_repository),
        )

    if watch:
        raise typer.Exit(_watch(consultation, machine, destinations, verbose, report_of))
    look = _look(consultation, machine, destinations)
    treatment = None
    if (fix or dry_run) and not look.interrupted:
        look, treatment = _treat(
            consultation,
            look,
            yes=yes,
            dry_run=dry_run,
            unsafe=unsafe_fixes,
            scope=scope.value if scope else None,
        )
    report = report_of(look, treatment)
    no_fix = treatment is not None and not treatment.attempts and not look.interrupted
    _write(report, destinations, verbose, no_fix=no_fix)
    raise typer.Exit(report.exit_code)


def _again(
    targets: list[str] | None,
    below: Path | None,
    profile: str | None,
    region: str | None,
    trust_repository: bool,
) -> tuple[str, ...]:
    """The words of the command line that say what to examine."""
    named = (("--all-repositories", below), ("--profile", profile), ("--region", region))
    options = [word for name, value in named if value for word in (name, str(value))]
    trust = ["--trust-repository"] if trust_repository else []
    return (*options, *trust, *(targets or ()))


def _machine(ctx: typer.Context) -> Machine:
    """The one whose facts are being read already, if there is one."""
    from codecommit_doctor.engine.machine import Machine

    machine: Machine | None = ctx.obj
    return machine or Machine()


def _settings(given: Mapping[str, Any], machine: Machine, trusted: bool) -> Settings:
    import os

    from codecommit_doctor.cli.settings import SettingsError, resolve

    entries = machine.git(Path.cwd()).configuration().entries
    try:
        return resolve(given, os.environ, entries, trusted=trusted)
    except SettingsError as error:
        stop(f"wrong setting: {error}", machine)


def _catalogue(settings: Settings, machine: Machine) -> Catalogue:
    """The checks that are wanted; required ones have to be among them."""
    from codecommit_doctor.cli.suggestions import check_hint
    from codecommit_doctor.engine.registry import CatalogueError, load

    try:
        everything = load()
        everything.select(settings.require, ())
        chosen = everything.select(settings.only, settings.skip)
    except KeyError as unknown:
        origin = settings.origin_of(unknown.args[0])
        origin = f" ({origin})" if origin != "command line" else ""
        hint = check_hint(unknown.args[0], [check.id for check in everything.checks])
        text = f"there is no check {unknown.args[0]}{origin}{hint}"
        stop(text, machine)
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


def _show(settings: Settings, machine: Machine) -> None:
    for name, value, origin in settings.described():
        typer.echo(shown(f"{name:<9}{value:<28} {origin}", machine))
    for notice in settings.notices:
        say(notice, machine)


def _destinations(form: Format, output: Path | None, reports: list[str]) -> list[Destination]:
    """All that is to be written; what goes to standard output comes last."""
    from codecommit_doctor.cli.output import Destination, DestinationError, clash

    try:
        destinations = [Destination.parse(text) for text in reports]
    except DestinationError as error:
        stop(f"--report {error}")
    destinations.append(Destination(form, output))
    for destination in destinations:
        if reason := destination.obstacle():
            stop(f"{destination.path} can't be written: {reason}")
    if twice := clash(destinations):
        stop(f"two reports can't go to the same file: {twice}")
    return destinations


def _baseline(path: Path) -> Baseline:
    from codecommit_doctor.cli.messages import read_report
    from codecommit_doctor.reports.baseline import Baseline

    return Baseline.of(read_report(path, "baseline"))


def _look(consultation: Consultation, machine: Machine, destinations: list[Destination]) -> Look:
    from codecommit_doctor.cli.progress import Progress
    from codecommit_doctor.cli.suggestions import target_hint
    from codecommit_doctor.engine.discovery import DiscoveryError, UnknownTarget

    try:
        with Progress() as progress:
            look = consultation.look(
                machine, observe=progress.observe, meanwhile=lambda: _prepare(destinations)
            )
    except UnknownTarget as error:
        stop(f"{error}{target_hint(error.word, error.remotes)}", machine)
    except DiscoveryError as error:
        stop(str(error), machine)
    for notice in look.notices:
        say(notice, machine)
    return look


def _watch(
    consultation: Consultation,
    machine: Machine,
    destinations: list[Destination],
    verbose: bool,
    report_of: Callable[[Look], Report],
) -> int:
    """Shows each report in place of the one before; where nobody watches, a line for each."""
    from rich.console import Console

    from codecommit_doctor.cli.watching import watch
    from codecommit_doctor.formats.line import digest

    *files, shown = destinations
    if shown.form not in (Format.CONSOLE, Format.LINE) or shown.path:
        stop("--watch shows reports to a person; --report FORMAT=FILE writes each of them")
    screen = sys.stdout.isatty()
    last: Look | None = None

    def examine(machine: Machine) -> tuple[Look, int]:
        nonlocal last
        try:
            last = _look(consultation, machine, destinations)
        except typer.Exit as end:  # a half-made change may leave nothing that could be examined
            if last is None:
                raise
            return last, end.exit_code
        report = report_of(last)
        if screen:
            Console().clear()
        _write(report, destinations if screen else files, verbose)
        if not screen:
            print(digest(report), end="", flush=True)
        elif report.exit_code not in (0, 130):
            print("Waiting for a change; Ctrl-C stops.", file=sys.stderr)
        return last, report.exit_code

    try:
        return watch(machine, examine)
    except FileNotFoundError:
        stop("the current directory is gone")


def _treat(
    consultation: Consultation,
    look: Look,
    *,
    yes: bool,
    dry_run: bool,
    unsafe: bool,
    scope: str | None,
) -> tuple[Look, Treatment]:
    from codecommit_doctor.cli.dialogue import TerminalDialogue
    from codecommit_doctor.redaction import Redactor
    from codecommit_doctor.treatment.apply import Treatment

    redactor = Redactor(look.machine.known_secrets())
    dialogue = TerminalDialogue(redactor, yes=yes, dry_run=dry_run)
    treatment = Treatment(consultation.look, dialogue, unsafe=unsafe, scope=scope)
    after = treatment.run(look)
    if dialogue.could_not_ask:
        say("nothing was changed, because nobody could be asked; --yes applies without asking")
    return after, treatment


def _write(
    report: Report, destinations: list[Destination], verbose: bool, *, no_fix: bool = False
) -> None:
    """Writes what can be written, and tells what can't.

    no_fix: a fix was wanted and there is none, so a person is told what to do by hand.
    """
    from codecommit_doctor.formats.console import render_by_hand

    failed = False
    for destination in destinations:
        try:
            if no_fix and destination.form is Format.CONSOLE and destination.path is None:
                render_by_hand(report, sys.stdout)
            else:
                destination.write(report, verbose=verbose)
        except BrokenPipeError:
            pass  # "codecommit-doctor | head": no error of ours
        except OSError as error:
            place = destination.path or error.filename or "the report"
            say(f"{place} can't be written: {error.strerror or error}")
            failed = True
    if failed:
        raise typer.Exit(_USAGE)


def _prepare(destinations: list[Destination]) -> None:
    """Loads what showing the report needs, while the checks wait for programs."""
    import codecommit_doctor.reports.building  # noqa: F401
    from codecommit_doctor.formats import load

    for destination in destinations:
        load(destination.form)
