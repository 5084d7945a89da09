"""``codecommit-doctor [doctor]``: the examination."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated, NoReturn

import typer

from codecommit_doctor.formats import Format

_USAGE, _BROKEN = 2, 3


def doctor(
    ctx: typer.Context,
    targets: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="[TARGET]...",
            help="An address, a remote's name, or the path of a clone. Without one: the CodeCommit "
            "remotes of this clone, or the machine in general.",
            show_default=False,
        ),
    ] = None,
    only: Annotated[
        list[str] | None,
        typer.Option(metavar="ID", help="Run this check alone; may be repeated."),
    ] = None,
    skip: Annotated[
        list[str] | None,
        typer.Option(metavar="ID", help="Leave this check out; may be repeated."),
    ] = None,
    profile: Annotated[
        str | None,
        typer.Option(
            metavar="NAME", help="AWS profile for questions to AWS, instead of the helper's."
        ),
    ] = None,
    region: Annotated[
        str | None,
        typer.Option(metavar="REGION", help="Region to diagnose where no address names one."),
    ] = None,
    form: Annotated[
        Format, typer.Option("--format", help="How to show the report.")
    ] = Format.CONSOLE,
    output: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="Write the report to a file, readable by you alone."),
    ] = None,
    offline: Annotated[bool, typer.Option("--offline", help="Ask nothing of the network.")] = False,
    timeout: Annotated[
        float,
        typer.Option(metavar="SECONDS", min=0.1, help="Time limit for the whole examination."),
    ] = 60.0,
    strict: Annotated[
        bool, typer.Option("--strict", help="End with exit code 4 if there are only warnings.")
    ] = False,
    verbose: Annotated[
        bool, typer.Option("--verbose", "-v", help="Show the evidence of what passed as well.")
    ] = False,
    show_accounts: Annotated[
        bool, typer.Option("--show-accounts", help="Do not mask AWS account ids in the report.")
    ] = False,
) -> None:
    """Examine this machine for one or more CodeCommit addresses. Nothing is changed."""
    from codecommit_doctor.discovery import DiscoveryError, discover
    from codecommit_doctor.probes.machine import Machine
    from codecommit_doctor.redaction import Redactor
    from codecommit_doctor.registry import CatalogueError, load

    machine: Machine = ctx.obj or Machine.started()
    machine.ask_for(profile=profile, region=region, offline=offline)
    try:
        catalogue = load().select(only or (), skip or ())
        discovery = discover(targets or (), machine)
    except KeyError as unknown:
        _stop(f"there is no check {unknown.args[0]}; see: codecommit-doctor checks", _USAGE)
    except DiscoveryError as error:
        _stop(Redactor(machine.known_secrets()).clean(str(error)), _USAGE)
    except CatalogueError as error:
        _stop(f"the built-in checks do not fit together: {error}", _BROKEN)
    for notice in discovery.notices:
        _say(Redactor(machine.known_secrets()).clean(notice))

    from codecommit_doctor.examination import Examination
    from codecommit_doctor.formats.progress import Progress

    with Progress() as progress:
        examination = Examination(
            catalogue, machine, discovery.targets, limit=timeout, observe=progress.observe
        )
        sections = examination.run(meanwhile=lambda: _prepare(form))

    from codecommit_doctor.output import write_report
    from codecommit_doctor.report import build

    report = build(
        sections,
        machine,
        strict=strict,
        interrupted=examination.interrupted,
        show_accounts=show_accounts,
    )
    try:
        write_report(report, form, output, verbose=verbose)
    except BrokenPipeError:
        raise typer.Exit(report.exit_code) from None  # "codecommit-doctor | head": no error of ours
    except OSError as error:
        _stop(f"{output or 'the report'} can't be written: {error.strerror or error}", _USAGE)
    raise typer.Exit(report.exit_code)


def _prepare(form: Format) -> None:
    """Loads what showing the report needs, while the checks wait for programs."""
    import codecommit_doctor.report

    if form is Format.CONSOLE:
        import codecommit_doctor.formats.console  # noqa: F401


def _say(text: str) -> None:
    print(f"codecommit-doctor: {text}", file=sys.stderr)


def _stop(text: str, code: int) -> NoReturn:
    _say(text)
    raise typer.Exit(code)
