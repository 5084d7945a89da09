"""The options of the examination, group by group. What each does when it is not given is decided
where the settings are put together.
"""

from __future__ import annotations

from enum import Enum
from pathlib import Path
from typing import Annotated, Any

import typer

from codecommit_doctor.cli.completion import check_ids, format_names, remote_names
from codecommit_doctor.cli.pseudonyms import put_into_force
from codecommit_doctor.formats import NAMES


class Scope(str, Enum):
    """Where a fix of git's configuration may be written."""

    LOCAL = "local"
    GLOBAL = "global"
    SYSTEM = "system"


def _known_format(name: str | None) -> str | None:
    if name is not None and name not in NAMES:
        raise typer.BadParameter(f"{name!a} is not one of {', '.join(NAMES)}.")
    return name


def _checks(help: str) -> Any:
    return typer.Option(metavar="ID", help=help, autocompletion=check_ids)


# what to look at

Targets = Annotated[
    list[str] | None,
    typer.Argument(
        metavar="TARGET",
        autocompletion=remote_names,
        help="An address, a remote's name, or the path of a clone. Without one: the CodeCommit "
        "remotes of this clone, or the machine in general.",
        show_default=False,
    ),
]
AllRepositories = Annotated[
    Path | None,
    typer.Option(metavar="DIR", help="Check every clone below this folder."),
]
Only = Annotated[list[str] | None, _checks("Run only this check; may be repeated.")]
Skip = Annotated[list[str] | None, _checks("Leave this check out; may be repeated.")]
Profile = Annotated[
    str | None,
    typer.Option(metavar="NAME", help="AWS profile to check with, instead of the helper's."),
]
Region = Annotated[
    str | None,
    typer.Option(metavar="REGION", help="Region to check where no address names one."),
]
Offline = Annotated[
    bool | None, typer.Option("--offline/--no-offline", help="Send nothing to the network.")
]
TrustRepository = Annotated[
    bool,
    typer.Option(
        "--trust-repository", help="Let the repository's own helpers and settings take effect."
    ),
]
Timeout = Annotated[
    float | None,
    typer.Option(metavar="SECONDS", min=0.1, help="Time limit for all checks (default: 60)."),
]

User = Annotated[
    str | None,
    typer.Option(
        metavar="NAME",
        help="For root: check as this user, with the home and environment of `su - NAME`.",
    ),
]
"""Carried out before Typer reads it: what is read ahead must be read as that person."""

# what counts

Strict = Annotated[
    bool | None,
    typer.Option("--strict/--no-strict", help="Exit with code 4 if there are only warnings."),
]
Require = Annotated[list[str] | None, _checks("Fail if this check is skipped; may be repeated.")]
BaselineFile = Annotated[
    Path | None,
    typer.Option(
        "--baseline",
        metavar="FILE",
        help="An earlier JSON report: its problems do not count for the exit code.",
    ),
]

# how to show it

Form = Annotated[
    str | None,
    typer.Option(
        "--format",
        metavar="FORMAT",
        callback=_known_format,
        help=f"Output format (default: console): {', '.join(NAMES)}.",
        autocompletion=format_names,
    ),
]
Output = Annotated[
    Path | None,
    typer.Option(metavar="FILE", help="Write the report to a file that only you can read."),
]
Reports = Annotated[
    list[str] | None,
    typer.Option(
        "--report",
        metavar="FORMAT=FILE",
        help="Also write a report to this file; may be repeated.",
    ),
]
Quiet = Annotated[
    bool,
    typer.Option("--quiet", "-q", help="Print only the verdict, one line per target."),
]
Watch = Annotated[
    bool,
    typer.Option("--watch", help="Check again after each change; stops at exit code 0 or Ctrl-C."),
]
Verbose = Annotated[
    bool, typer.Option("--verbose", "-v", help="Also show what passed and what was not checked.")
]
Debug = Annotated[
    bool,
    typer.Option("--debug", help="Log each program that is run, with its time, to standard error."),
]
"""Read before Typer reads it: programs are started while Typer is still loading."""
Label = Annotated[
    list[str] | None,
    typer.Option(metavar="KEY=VALUE", help="Put this label into the report; may be repeated."),
]
ShowAccounts = Annotated[
    bool, typer.Option("--show-accounts", help="Do not mask AWS account ids in the report.")
]
Pseudonyms = Annotated[
    Path | None,
    typer.Option(
        metavar="KEYFILE",
        callback=put_into_force,
        help="Replace account ids and the names of users and hosts by tokens made with this key.",
    ),
]
ShowSettings = Annotated[
    bool,
    typer.Option(
        "--show-settings", help="Print the settings in force and where they come from, and exit."
    ),
]

# what to mend

Fix = Annotated[bool, typer.Option("--fix", help="Apply fixes: show each change, then ask.")]
Yes = Annotated[bool, typer.Option("--yes", "-y", help="With --fix: do not ask.")]
DryRun = Annotated[bool, typer.Option("--dry-run", help="With --fix: show the changes, make none.")]
UnsafeFixes = Annotated[
    bool,
    typer.Option(
        "--unsafe-fixes", help="Also apply fixes that change settings used outside CodeCommit."
    ),
]
FixScope = Annotated[
    Scope | None,
    typer.Option(help="With --fix: write to this scope of Git's configuration."),
]
