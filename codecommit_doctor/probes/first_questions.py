"""What git is asked first. It is started before what reads the answers is loaded, which takes as
long: so this loads no more than starting a program needs.
"""

from __future__ import annotations

import contextlib
import os

from codecommit_doctor.probes.process import begin
from codecommit_doctor.probes.programs import NEUTRAL, find

__all__ = [
    "LISTINGS",
    "LISTING_CAP",
    "LOOKING",
    "NO_REPOSITORY",
    "ONE_CONFIGURATION",
    "UNCONFIGURED",
    "ask_first",
    "waits_for",
]

LISTING_CAP = 64_000_000
"""Bytes of output to take from git: a configuration may be long."""

LISTINGS: tuple[tuple[str, ...], ...] = (
    ("--show-scope", "--show-origin"),
    ("--show-origin",),
    (),
)
"""What ``git config --list`` can tell besides: since 2.26, since 2.8, and before."""

LOOKING: dict[str, str | None] = {"GIT_ALLOW_PROTOCOL": "none"}
"""Environment of every git that looks."""

NO_REPOSITORY: dict[str, str | None] = dict.fromkeys(
    [
        "GIT_DIR",
        "GIT_WORK_TREE",
        "GIT_COMMON_DIR",
        "GIT_INDEX_FILE",
        "GIT_OBJECT_DIRECTORY",
        "GIT_ALTERNATE_OBJECT_DIRECTORIES",
        "GIT_NAMESPACE",
        "GIT_PREFIX",
        "GIT_CONFIG",
    ]
)
"""Variables that would lead git to a repository."""

ONE_CONFIGURATION: dict[str, str | None] = {
    "GIT_CONFIG_NOSYSTEM": "1",
    "GIT_CONFIG_SYSTEM": None,
    "GIT_CONFIG_GLOBAL": None,
    "GIT_CONFIG_COUNT": None,
    "GIT_CONFIG_PARAMETERS": None,
}
"""Environment in which git reads no configuration but that of its HOME or GIT_CONFIG_GLOBAL."""

UNCONFIGURED: dict[str, str | None] = {
    **ONE_CONFIGURATION,
    "HOME": os.devnull,
    "XDG_CONFIG_HOME": os.devnull,
}
"""Environment in which no configuration has a say."""


def waits_for(folder: str) -> str | None:
    """Why git does not come to an end in a folder, if that is a file which is none."""
    from codecommit_doctor.probes.never_ends import read_by_git, told

    return told(read_by_git(folder))


def ask_first(*, version: bool) -> None:
    """Starts git for the configuration of the current folder and, if that is wanted, its version.

    They are the questions of ``Git.configuration`` and ``Git.version``, which take the answers.
    """
    git = find("git")
    if git is None:
        return
    with contextlib.suppress(OSError):  # the current folder is gone
        words = (git, "config", "--list", *LISTINGS[0], "-z")
        begin(words, env=LOOKING, cwd=os.getcwd(), cap=LISTING_CAP, doubt=waits_for)  # noqa: PTH109
    if version:
        outside = {**NO_REPOSITORY, **LOOKING, **UNCONFIGURED}
        begin((git, "--version"), env=outside, cwd=NEUTRAL, cap=LISTING_CAP)
