"""The check ``git-installations``."""

from __future__ import annotations

from codecommit_doctor.check import (
    Advice,
    Evidence,
    Git,
    Installations,
    Origin,
    Result,
    Symptom,
    Target,
    check,
    no_helpers_asked,
    passed,
    skipped,
    warned,
)

_MOST = 6
"""Gits that are asked."""


@check(
    id="git-installations",
    category="programs",
    title="Would another git of this machine fail where this one works?",
    why="An IDE or a graphical client brings its own git, with a system configuration of its own, "
    "in which a credential manager may stand before the AWS helper.",
    source="https://git-scm.com/docs/git-config#FILES",
    after=("git-version", "git-configuration", "credential-manager-conflict", "credential-helper"),
    symptoms=(
        Symptom(
            r"appears to be a git command, but we were not",
            "Git found a helper program and could not start it: another git's, or one for "
            "another system.",
        ),
    ),
)
def git_installations(target: Target, git: Git, installations: Installations) -> Result:
    """## Symptom
    It works in the terminal, and an IDE or a graphical client says 403 or asks for a password.

    ## How it looks
    It finds the gits on the PATH and in well-known places: on Windows Git for Windows, GitHub
    Desktop, Visual Studio, SourceTree and Fork, on macOS Xcode, Homebrew and the same clients.
    Where there is more than one it lets each say which helpers it asks for this address.

    ## By hand
    Put the section for CodeCommit into the global file, which all gits of this machine read:

    {reset}

    ## Known limits
    What a client adds on the command line, as GitHub Desktop does, can't be seen, and neither can
    the gits of Windows from WSL.
    """
    if skip := no_helpers_asked(target):
        return skip
    others = installations.others()
    if not others:
        return skipped("there is one git on this machine", code="only-one")
    if not _works(git, target):
        return skipped(
            "no AWS helper answers first for this git: no other one has to", code="not-needed"
        )
    facts = [Evidence("asked", Origin(str(git.path)))]
    worse: list[str] = []
    for other in others[:_MOST]:
        program = str(other.path)
        if other.configuration().failure:
            facts.append(Evidence("can't be asked", Origin(program)))
            continue
        chain = other.credential(target).chain
        names = ", ".join(entry.helper.name for entry in chain) or "no helper"
        facts.append(Evidence(f"asks {names}", Origin(program)))
        facts += [Evidence.of_setting(entry) for entry in chain if not _works(other, target)]
        worse += [] if _works(other, target) else [program]
    if worse:
        return warned(
            f"{worse[0]} asks other helpers than {git.path}, and not the AWS helper first",
            *facts,
            advice=(Advice("Put the reset of the helpers into the global file, for all gits"),),
            code="other-git-differs",
        )
    return passed(f"all {1 + len(others)} gits ask the AWS helper first", *facts)


def _works(git: Git, target: Target) -> bool:
    """Whether the AWS helper is the first that may answer."""
    helpers = [entry.helper for entry in git.credential(target).chain]
    helpers = [helper for helper in helpers if not helper.is_for_other_hosts]
    return bool(helpers) and helpers[0].is_aws
