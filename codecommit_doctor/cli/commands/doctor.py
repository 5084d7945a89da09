"""``codecommit-doctor [doctor]``: the examination."""

from __future__ import annotations

import typer

from codecommit_doctor.cli import options
from codecommit_doctor.cli.commands import command


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
    report: options.Reports = None,
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

    Exit code 1: something failed, or a fix was refused (nobody to ask and no --yes, unsafe and no
    --unsafe-fixes, no right to write), failed, or did not help and was taken back.
    """
    from codecommit_doctor.cli.examination import examine

    given = {**ctx.params, "scope": scope.value if scope else None}
    raise typer.Exit(examine(given, ctx.obj))
