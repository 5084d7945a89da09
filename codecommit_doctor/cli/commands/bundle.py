"""``codecommit-doctor bundle``: one file for whoever helps."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, TextIO

import typer

from codecommit_doctor.cli import options
from codecommit_doctor.cli.commands import command
from codecommit_doctor.cli.messages import said_yes, say, shown, somebody_is_there, stop

if TYPE_CHECKING:
    from codecommit_doctor.engine.session import Look
    from codecommit_doctor.reports.bundle import Member
    from codecommit_doctor.reports.report import Report


@command("Collect everything that support needs in one zip.")
def bundle(
    ctx: typer.Context,
    targets: options.Targets = None,
    output: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="The zip to write; named after the time if not given."),
    ] = None,
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Write it without asking.")] = False,
    only: options.Only = None,
    skip: options.Skip = None,
    profile: options.Profile = None,
    region: options.Region = None,
    offline: options.Offline = None,
    trust_repository: options.TrustRepository = False,
    timeout: options.Timeout = None,
    debug: options.Debug = False,
    label: options.Label = None,
    show_accounts: options.ShowAccounts = False,
    pseudonyms: options.Pseudonyms = None,
) -> None:
    """Check this machine, and write everything that support needs to one zip, without secrets.

    It shows what will be in it, and asks. Exit codes: 0 written, 1 the answer was no, 2 wrong
    usage, or no terminal to ask at and no --yes, 130 interrupted.
    """
    from codecommit_doctor.cli.examiner import Asked, Examiner
    from codecommit_doctor.cli.output import obstacle
    from codecommit_doctor.engine.machine import Machine

    if not yes and not somebody_is_there():
        stop("nothing was written, because nobody could be asked; --yes writes without asking")
    if reason := obstacle(output or Path("codecommit-doctor.zip")):
        stop(f"{output or 'this folder'} can't be written: {reason}")
    machine = Machine.started(tuple(targets or ()))
    asked = Asked(ctx.params, tuple(targets or ()), trusted=trust_repository)
    examiner = Examiner.of(asked, machine, show_accounts=show_accounts)
    look = examiner.look(machine)
    if look.interrupted:
        raise typer.Exit(130)

    from codecommit_doctor.reports.bundle import pack

    report = examiner.report(look)
    found = contents(look, report, show_accounts=show_accounts)
    path = output or Path(f"codecommit-doctor-{report.created.replace(':', '')}.zip")
    _show(found, path)
    question = "It is there already. Replace it?" if path.exists() else "Write it?"
    if not yes and not said_yes(question):
        say("nothing was written")
        raise typer.Exit(1)
    write_zip(path, pack(found))


def contents(look: Look, report: Report, *, show_accounts: bool = False) -> tuple[Member, ...]:
    """All files of a bundle but the manifest, with a summary for whoever gets it."""
    from codecommit_doctor.formats.summary import render
    from codecommit_doctor.reports.bundle import Member, members
    from codecommit_doctor.reports.report import decode

    found = members(look, report, show_accounts=show_accounts)
    text = render(decode(found[0].data))
    about = "a short summary to paste into a ticket"
    return (*found, Member("summary.md", about, text.encode("utf-8", "backslashreplace")))


def _show(found: tuple[Member, ...], path: Path) -> None:
    lines = [f"{shown(str(path))} will hold, with secrets left out:"]
    width = max(len(member.name) for member in found)
    lines += [
        f"  {member.name:<{width}}  {len(member.data):>8,} bytes  {member.about}"
        for member in found
    ]
    lines.append(f"  {'manifest.json':<{width}}  {'':>8}        the SHA-256 of each file")
    print("\n".join(lines), file=sys.stderr)


def write_zip(path: Path, data: bytes, stream: TextIO | None = None) -> None:
    """Writes the zip and prints its name. stream: standard output if not given."""
    from codecommit_doctor.cli.output import write_file

    write_file(path, data)
    print(shown(str(path)), file=stream)
