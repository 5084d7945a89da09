"""Old gits: this system's git behind a script that refuses what they did not have.

A script tells the old version, refuses options and commands as that git did, and does not see
variables that it did not know. docs/support.md says what git did differently inside.
"""

from __future__ import annotations

import shlex
import shutil
from collections.abc import Iterator
from dataclasses import dataclass, field

from packaging.version import Version

from tests.lab.environment import Setup
from tests.lab.programs import MISSING

__all__ = ["GITS", "Novelty", "lacking", "script", "with_git"]


@dataclass(frozen=True)
class Novelty:
    """What came to git with a version. Source: the release notes of that version.

    options: by command. echoed: options of rev-parse, which prints what it does not know.
    """

    since: str
    options: dict[str, tuple[str, ...]] = field(default_factory=dict)
    commands: tuple[str, ...] = ()
    general: tuple[str, ...] = ()
    echoed: tuple[str, ...] = ()
    variables: tuple[str, ...] = ()

    @property
    def words(self) -> list[str]:
        """What it is about, as it is typed."""
        options = [f"git {c} {o}" for c, given in self.options.items() for o in given]
        options += [f"git rev-parse {option}" for option in self.echoed]
        commands = [f"git {command}" for command in self.commands]
        return [*commands, *(f"git {o}" for o in self.general), *options, *self.variables]


NOVELTIES = (
    Novelty("1.7.10", options={"config": ("--includes", "--no-includes")}),
    Novelty("1.7.12", commands=("credential",)),
    Novelty("1.8.5", options={"config": ("--get-urlmatch",)}, general=("-C",)),
    Novelty("2.3", variables=("GIT_TERMINAL_PROMPT",)),
    Novelty("2.5", echoed=("--git-common-dir", "--git-path")),
    Novelty("2.6.1", variables=("GIT_ALLOW_PROTOCOL",)),
    Novelty("2.8", options={"config": ("--show-origin",), "ls-remote": ("--symref",)}),
    Novelty("2.10", variables=("GIT_TRACE_CURL",)),
    Novelty("2.15", general=("--no-optional-locks",)),
    Novelty("2.18", options={"config": ("--type",)}),
    Novelty("2.26", options={"config": ("--show-scope",)}),
    Novelty("2.31", general=("--config-env",), variables=("GIT_CONFIG_COUNT",)),
    Novelty("2.32", variables=("GIT_CONFIG_GLOBAL", "GIT_CONFIG_SYSTEM")),
)


GITS = {
    "1.7.9": "the first that CodeCommit supports",
    "1.8.3.1": "CentOS 7",
    "2.7.4": "Ubuntu 16.04",
    "2.11.0": "Debian 9",
    "2.17.1": "Ubuntu 18.04",
    "2.20.1": "Debian 10",
    "2.25.1": "Ubuntu 20.04",
    "2.30.2": "Debian 11",
    "2.34.1": "Ubuntu 22.04",
    "2.37.0": "",
}
"""The versions that are imitated, and who brought them."""


def lacking(version: str) -> list[Novelty]:
    """What a version does not have yet."""
    return [entry for entry in NOVELTIES if Version(entry.since) > Version(version)]


def with_git(setup: Setup, version: str) -> Setup:
    """The machine with another git."""
    from dataclasses import replace

    old = any("GIT_CONFIG_SYSTEM" in novelty.variables for novelty in lacking(version))
    variables = {"GIT_CONFIG_SYSTEM": MISSING} if old else {}
    return replace(
        setup,
        programs={"git": script(version), **setup.programs},
        variables=variables | dict(setup.variables),
    )


def script(version: str) -> str:
    """The program. Where the version knew no GIT_CONFIG_SYSTEM, it has the file all the same."""
    return "\n".join(["#!/bin/sh", *_lines(version)]) + "\n"


def _lines(version: str) -> Iterator[str]:
    missing = lacking(version)
    yield f'if [ "$*" = --version ]; then echo "git version {version}"; exit 0; fi'
    variables = [name for novelty in missing for name in novelty.variables]
    if variables:
        yield f"unset {' '.join(variables)}"
    if "GIT_CONFIG_SYSTEM" in variables:
        yield "export GIT_CONFIG_SYSTEM='@BIN@/../gitconfig'"
    yield "command= value="
    yield "for word do"
    yield '    if [ -n "$value" ]; then value=; continue; fi'
    yield '    if [ -z "$command" ]; then'
    yield '        case "$word" in'
    for option in (option for novelty in missing for option in novelty.general):
        yield f"            {option}|{option}=*) echo 'Unknown option: {option}' >&2; exit 129;;"
    yield "            -c|-C) value=1;;"
    yield "            -*) ;;"
    for name in (command for novelty in missing for command in novelty.commands):
        said = f"git: '{name}' is not a git command. See 'git --help'."
        yield f"            {name}) echo {shlex.quote(said)} >&2; exit 1;;"
    yield '            *) command="$word";;'
    yield "        esac"
    yield "        continue"
    yield "    fi"
    yield '    case "$command $word" in'
    for novelty in missing:
        for command, options in novelty.options.items():
            for option in options:
                said = f"error: unknown option `{option.removeprefix('--')}'"
                usage = f"usage: git {command} [options]"
                yield (
                    f"        '{command} {option}'|'{command} {option}='*)"
                    f" printf '%s\\n' {shlex.quote(said)} {shlex.quote(usage)} >&2; exit 129;;"
                )
        for option in novelty.echoed:
            yield f"        'rev-parse {option}') shift; printf '%s\\n' \"$@\"; [ $# = 1 ]; exit;;"
    yield "    esac"
    yield "done"
    yield f'exec {shlex.quote(shutil.which("git") or "git")} "$@"'
