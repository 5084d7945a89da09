"""The commands, as Typer knows them."""

from __future__ import annotations

from typing import Annotated

import typer
from typer.core import TyperGroup

from codecommit_doctor import __version__
from codecommit_doctor.cli import commands, options
from codecommit_doctor.cli.help import PlainCommand

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

    def shell_complete(self, ctx, incomplete):  # type: ignore[no-untyped-def]
        """Commands; and the options and targets of ``doctor``, as if it had been said."""
        found = super().shell_complete(ctx, incomplete)
        doctor = self.commands["doctor"]
        inner = typer.Context(doctor, info_name="doctor", parent=ctx, resilient_parsing=True)
        known = {item.value for item in found}
        more = doctor.shell_complete(inner, incomplete)
        more += doctor.params[0].shell_complete(inner, incomplete)
        return [*found, *(item for item in more if item.value not in known)]

    def format_usage(self, ctx, formatter):  # type: ignore[no-untyped-def]
        formatter.write_usage(ctx.command_path, "[OPTIONS] [TARGET]...")
        formatter.write_usage(ctx.command_path, "COMMAND ...", prefix="       ")


app = typer.Typer(
    name="codecommit-doctor",
    cls=_WithDefault,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)
for _function, _settings in commands.load():
    app.command(cls=PlainCommand, **_settings)(_function)


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
    """Find out why Git over HTTPS to AWS CodeCommit answers 403 or prompts for a password.

    It changes nothing without --fix.

    \b
    Examples:
      codecommit-doctor                  check the remotes of this clone
      codecommit-doctor --fix            show each fix, ask, and apply it
      codecommit-doctor run -- git push  run a command, find out why it fails

    \b
    Main options (all of them: codecommit-doctor doctor --help):
      TARGET             a remote, an address, or the folder of a clone
      --fix              fix what can be fixed; take it back with: undo
      -v, --verbose      show what passed and what was not checked, too
      --offline          send nothing to the network
      --profile NAME     the AWS profile to check with
      --format FORMAT    console, json, junit, sarif, markdown, html ...
      --report FORMAT=FILE  write a report to a file, too

    \b
    Exit codes: 0 nothing failed, 1 something failed or, with --fix,
    could not be fixed, 2 wrong usage, 3 the doctor itself had an error,
    4 warnings with --strict, 130 interrupted.
    """


@app.command("help", hidden=True)
def _help(
    ctx: typer.Context,
    command: Annotated[str | None, typer.Argument(metavar="COMMAND", show_default=False)] = None,
) -> None:
    """Show the help of this program, or of one of its commands."""
    root = ctx.find_root()
    known = getattr(root.command, "commands", {})
    if command in known:
        name = f"{root.info_name} {command}"
        with typer.Context(known[command], info_name=name) as inner:
            typer.echo(inner.get_help())
    else:
        typer.echo(root.get_help())
