"""The commands, as Typer knows them."""

from __future__ import annotations

from typing import Annotated

import typer
from typer.core import TyperGroup

from codecommit_doctor import __version__
from codecommit_doctor.cli import options
from codecommit_doctor.cli.bundle import bundle
from codecommit_doctor.cli.checks import checks
from codecommit_doctor.cli.compare import compare
from codecommit_doctor.cli.doctor import doctor
from codecommit_doctor.cli.explain import explain
from codecommit_doctor.cli.explain_error import explain_error
from codecommit_doctor.cli.run import run
from codecommit_doctor.cli.undo import undo
from codecommit_doctor.cli.view import view

__all__ = ["app"]


class _WithDefault(TyperGroup):
    """A group in which ``doctor`` need not be said."""

    def parse_args(self, ctx, args):  # type: ignore[no-untyped-def]
        own = {option for param in self.get_params(ctx) for option in param.opts} - {"--debug"}
        debug = args[:1] if args[:1] == ["--debug"] else []
        args = args[len(debug) :]
        first = args[0].partition("=")[0] if args else ""
        completing = ctx.resilient_parsing and not args
        if first not in self.commands and first not in own and not completing:
            args = ["doctor", *args]
        return super().parse_args(ctx, [*debug, *args])


app = typer.Typer(
    name="codecommit-doctor",
    cls=_WithDefault,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)
app.command("doctor")(doctor)
app.command("checks")(checks)
app.command("explain")(explain)
app.command("explain-error")(explain_error)
app.command("run", context_settings={"ignore_unknown_options": True})(run)
app.command("undo")(undo)
app.command("bundle")(bundle)
app.command("view")(view)
app.command("compare")(compare)


def _print_version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"codecommit-doctor {__version__}")
        raise typer.Exit


@app.callback()
def _root(
    version: Annotated[
        bool,
        typer.Option(
            "--version", callback=_print_version, is_eager=True, help="Show the version and exit."
        ),
    ] = False,
    debug: options.Debug = False,
) -> None:
    """Find out why Git over HTTPS to AWS CodeCommit answers 403 or asks for a password.

    Run it in a clone, without any word: it looks at Git, the AWS CLI, the credential helpers, the
    profile, the region and the policies, and says what is wrong, how it knows, and what to do.
    It changes nothing, unless told to with --fix.

    \b
    codecommit-doctor                      the CodeCommit remotes of this clone
    codecommit-doctor origin               one remote
    codecommit-doctor https://git-code...  an address
    codecommit-doctor --format json        for programs
    codecommit-doctor --fix                mend what can be mended, after asking
    codecommit-doctor undo                 take the last fix back
    codecommit-doctor bundle               one file for whoever helps you
    codecommit-doctor compare A B          what differs between two machines
    codecommit-doctor doctor --help        all options of the examination

    \b
    Exit codes: 0 nothing failed, 1 something failed or, with --fix,
    could not be mended (nobody to ask, no right to write, no help), 2
    wrong usage, 3 the doctor itself broke, 4 warnings with --strict,
    130 interrupted.
    """
