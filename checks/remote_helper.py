"""The check ``remote-helper``."""

from __future__ import annotations

import os
from pathlib import Path

from codecommit_doctor.check import (
    Advice,
    AwsCli,
    Evidence,
    Git,
    Host,
    Origin,
    Result,
    Target,
    Transport,
    check,
    failed,
    passed,
    skipped,
)

_PROGRAM = "git-remote-codecommit"


@check(
    id="remote-helper",
    title="Does Git find git-remote-codecommit?",
    why="Git hands a codecommit:: address to that program, which is not part of Git or the AWS "
    "CLI.",
    source="https://docs.aws.amazon.com/codecommit/latest/userguide/setting-up-git-remote-codecommit.html",
    after=("git-version", "git-configuration"),
    explains=("git-access",),
)
def remote_helper(target: Target, git: Git, aws_cli: AwsCli, host: Host) -> Result:
    """## Symptom
    `git: 'remote-codecommit' is not a git command`, `fatal: Unable to find remote helper for
    'codecommit'`, or `bad interpreter: No such file or directory`.

    ## How it looks
    For an address that begins with `codecommit::` it asks Git's own shell for
    git-remote-codecommit, with the PATH that Git gives it, and looks whether the Python that the
    program was installed for is still there. The profile and the region of the address are looked
    at by profile-exists and aws-region.

    ## By hand
    - Windows: `py -m pip install git-remote-codecommit`; the Scripts folder of that Python has to
      be on the PATH.
    - macOS: `pipx install git-remote-codecommit`, or `brew install git-remote-codecommit`.
    - Linux: `pipx install git-remote-codecommit`; `~/.local/bin` has to be on the PATH.
    """
    if target.transport is not Transport.REMOTE_HELPER:
        return skipped("the address is not a codecommit:: one")
    found = aws_cli.seen_by_git(_PROGRAM)
    if found is None:
        return _missing(git, host)
    if gone := _interpreter_gone(found):
        return failed(
            f"{_PROGRAM} was installed for a Python that is gone",
            Evidence(f"its first line names {gone}", Origin.of_file(found, 1)),
            advice=_install(host),
        )
    return passed(f"Git finds {_PROGRAM}", Evidence(found, Origin.command("command", "-v")))


def _missing(git: Git, host: Host) -> Result:
    said = git.run("remote-codecommit").error_text
    facts = [Evidence(said.splitlines()[0], Origin.command("git", "remote-codecommit"))] * bool(
        said
    )
    lost = Path("~/.local/bin").expanduser() / _PROGRAM
    advice = _install(host)
    if lost.exists():
        facts.append(Evidence(f"it is at {lost}", Origin(str(lost.parent))))
        advice = (Advice(f"Put {lost.parent} on the PATH"),)
    return failed(
        f"Git does not find {_PROGRAM}",
        *facts,
        advice=advice,
        confirmed="is not a git command" in said,
    )


def _interpreter_gone(program: str) -> str | None:
    """The interpreter that a script names and that does not exist."""
    try:
        with Path(program).open("rb") as file:
            first = file.readline(1000)
    except OSError:
        return None
    words = os.fsdecode(first.removeprefix(b"#!")).split()
    if os.name != "posix" or not first.startswith(b"#!") or not words:
        return None
    return None if Path(words[0]).exists() else words[0]


def _install(host: Host) -> tuple[Advice, ...]:
    python = ("py", "-m", "pip") if host.is_windows else ("pipx",)
    return (Advice(f"Install {_PROGRAM}", (*python, "install", _PROGRAM)),)
