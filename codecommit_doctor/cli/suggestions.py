"""Did you mean: what a word was probably meant to be, as the end of a message."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from codecommit_doctor.engine.machine import Machine

__all__ = ["check_hint", "profile_problem", "region_problem", "target_hint"]

_ANSWERS = {
    "fix": "to fix problems, type: codecommit-doctor --fix",
    "version": "for the version, type: codecommit-doctor --version",
}


def target_hint(word: str, remotes: Iterable[str]) -> str:
    """For a word that is no address, remote or folder: the nearest command, remote or address."""
    from codecommit_doctor.cli.commands import NAMES
    from codecommit_doctor.rules.regions import host_suffix
    from codecommit_doctor.rules.spelling import nearest
    from codecommit_doctor.rules.target import looks_like_codecommit

    if answer := _ANSWERS.get(word.lower()):
        return f"; {answer}"
    if arn := re.fullmatch(r"arn:[a-z-]+:codecommit:([a-z0-9-]+):\d*:([\w.-]+)", word):
        host = f"git-codecommit.{arn[1]}.{host_suffix(arn[1])}"
        return f"; did you mean https://{host}/v1/repos/{arn[2]}?"
    if looks_like_codecommit(f"https://{word}"):
        return f"; did you mean https://{word}?"
    remotes = list(remotes)
    if near := nearest(word, remotes):
        return f"; did you mean the remote {near}?"
    if near := nearest(word, (*NAMES, "help")):
        return f"; did you mean: codecommit-doctor {near}?"
    return f"; the remotes here are: {', '.join(remotes)}" if remotes else ""


def check_hint(id: str, ids: Iterable[str]) -> str:
    """For an id that no check has."""
    from codecommit_doctor.rules.spelling import nearest

    name, _, code = id.partition("/")
    ids = list(ids)
    if code and name in ids:
        return f"; {id} is the code of a finding: name its check, {name}"
    near = nearest(name, ids)
    return f"; did you mean {near}?" if near else "; see: codecommit-doctor checks"


def region_problem(region: str) -> str | None:
    """Why a name can't be that of a region; None if it can."""
    from codecommit_doctor.rules.regions import all_regions, is_plausible, is_served, nearest

    if is_served(region) or is_plausible(region) or region in all_regions():
        return None
    near = nearest(region)
    hint = f"; did you mean {near}?" if near else ""
    return f"there is no AWS region {region!a}{hint}"


def profile_problem(profile: str, machine: Machine) -> str | None:
    """Why a profile can't be used: no file has it. None if one has, or where they can't be read."""
    from codecommit_doctor.rules.spelling import nearest

    if machine.profiles.failures or profile in machine.profiles.names():
        return None
    names = sorted(machine.profiles.names())
    if near := nearest(profile, names):
        return f"no profile {profile!a}; did you mean {near}?"
    return f"no profile {profile!a}; there are: {', '.join(names) or 'none'}"
