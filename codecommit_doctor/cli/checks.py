"""``codecommit-doctor checks``: the list of checks."""

from __future__ import annotations

import typer


def checks() -> None:
    """List the checks: id and question, and the package that brings it if it is not built in."""
    from codecommit_doctor.engine.registry import load
    from codecommit_doctor.redaction import printable

    catalogue = load()
    width = max((len(check.id) for check in catalogue.checks), default=0)
    for check in sorted(catalogue.checks, key=lambda check: check.id):
        origin = f"  (from {check.distribution})" if check.distribution else ""
        typer.echo(printable(f"{check.id:<{width}}  {check.title}{origin}"))
    for broken in catalogue.broken:
        reason = f"{broken.distribution}: {broken.reason}"
        typer.echo(printable(f"{broken.id:<{width}}  can't be used: {reason}"), err=True)
    if catalogue.broken:
        raise typer.Exit(3)
