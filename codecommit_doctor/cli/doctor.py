"""``codecommit-doctor [doctor]``: the examination."""

from __future__ import annotations

import sys
from enum import Enum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, NoReturn

import typer

from codecommit_doctor.formats import Format

if TYPE_CHECKING:
    from codecommit_doctor.consultation import Consultation, Look
    from codecommit_doctor.fixes.treatment import Treatment
    from codecommit_doctor.probes.machine import Machine
    from codecommit_doctor.report import Report

_USAGE, _BROKEN = 2, 3


class Scope(str, Enum):
    """Where a fix of git's configuration may be written."""

    LOCAL = "local"
    GLOBAL = "global"
    SYSTEM = "system"


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
    all_repositories: Annotated[
        Path | None,
        typer.Option(metavar="DIR", help="Every clone below this folder, instead of targets."),
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
    trust_repository: Annotated[
        bool,
        typer.Option(
            "--trust-repository", help="Run credential helpers that the repository itself defines."
        ),
    ] = False,
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
    fix: Annotated[
        bool, typer.Option("--fix", help="Mend what can be mended: show each change, then ask.")
    ] = False,
    yes: Annotated[bool, typer.Option("--yes", "-y", help="With --fix: do not ask.")] = False,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="With --fix: show the changes, make none.")
    ] = False,
    unsafe_fixes: Annotated[
        bool,
        typer.Option("--unsafe-fixes", help="With --fix: also what others may rely on."),
    ] = False,
    scope: Annotated[
        Scope | None,
        typer.Option(help="With --fix: write there, not where the wrong value stands."),
    ] = None,
) -> None:
    """Examine this machine for one or more CodeCommit addresses, and mend it with --fix.

    Exit code 1: something failed, or a fix was refused (nobody to ask and no --yes, no right to
    write), failed, or did not help and was taken back.
    """
    from codecommit_doctor.consultation import Consultation
    from codecommit_doctor.registry import CatalogueError, load

    if targets and all_repositories:
        _stop("name targets or --all-repositories, not both", _USAGE)
    try:
        catalogue = load().select(only or (), skip or ())
    except KeyError as unknown:
        _stop(f"there is no check {unknown.args[0]}; see: codecommit-doctor checks", _USAGE)
    except CatalogueError as error:
        _stop(f"the built-in checks do not fit together: {error}", _BROKEN)
    consultation = Consultation(
        tuple(targets or ()),
        catalogue,
        profile,
        region,
        offline,
        timeout,
        all_repositories,
        trust_repository,
    )
    look = _look(consultation, ctx.obj, form)
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

    from codecommit_doctor.report import build

    report = build(
        look.sections,
        look.machine,
        strict=strict,
        interrupted=look.interrupted,
        show_accounts=show_accounts,
        attempts=treatment.attempts if treatment else (),
    )
    _write(report, form, output, verbose)
    raise typer.Exit(report.exit_code)


def _look(consultation: Consultation, machine: Machine | None, form: Format) -> Look:
    from codecommit_doctor.discovery import DiscoveryError
    from codecommit_doctor.formats.progress import Progress
    from codecommit_doctor.probes.machine import Machine
    from codecommit_doctor.redaction import Redactor

    machine = machine or Machine.started()
    try:
        with Progress() as progress:
            look = consultation.look(
                machine, observe=progress.observe, meanwhile=lambda: _prepare(form)
            )
    except DiscoveryError as error:
        _stop(Redactor(machine.known_secrets()).clean(str(error)), _USAGE)
    for notice in look.notices:
        _say(Redactor(machine.known_secrets()).clean(notice))
    return look


def _treat(
    consultation: Consultation,
    look: Look,
    *,
    yes: bool,
    dry_run: bool,
    unsafe: bool,
    scope: str | None,
) -> tuple[Look, Treatment]:
    from codecommit_doctor.fixes.treatment import Treatment
    from codecommit_doctor.formats.dialogue import TerminalDialogue
    from codecommit_doctor.redaction import Redactor

    redactor = Redactor(look.machine.known_secrets())
    dialogue = TerminalDialogue(redactor, yes=yes, dry_run=dry_run)
    treatment = Treatment(consultation.look, dialogue, unsafe=unsafe, scope=scope)
    after = treatment.run(look)
    if dialogue.could_not_ask:
        _say("nothing was changed, because nobody could be asked; --yes applies without asking")
    return after, treatment


def _write(report: Report, form: Format, output: Path | None, verbose: bool) -> None:
    from codecommit_doctor.output import write_report

    try:
        write_report(report, form, output, verbose=verbose)
    except BrokenPipeError:
        raise typer.Exit(report.exit_code) from None  # "codecommit-doctor | head": no error of ours
    except OSError as error:
        _stop(f"{output or 'the report'} can't be written: {error.strerror or error}", _USAGE)


def _prepare(form: Format) -> None:
    """Loads what showing the report needs, while the checks wait for programs."""
    import codecommit_doctor.report

    if form is Format.CONSOLE:
        import codecommit_doctor.formats.console  # noqa: F401


def _say(text: str) -> None:
    from codecommit_doctor.redaction import printable

    print(f"codecommit-doctor: {printable(text)}", file=sys.stderr)


def _stop(text: str, code: int) -> NoReturn:
    _say(text)
    raise typer.Exit(code)
