"""``codecommit-doctor run -- git push``: a command, and an examination if Git fails in it."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from codecommit_doctor.cli import options
from codecommit_doctor.cli.messages import say

if TYPE_CHECKING:
    from codecommit_doctor.cli.output import Destination
    from codecommit_doctor.engine.replay import Scene
    from codecommit_doctor.engine.traced import GitFailure, Traced


def run(
    words: Annotated[
        list[str], typer.Argument(metavar="COMMAND...", help="A command.", show_default=False)
    ],
    offline: options.Offline = None,
    skip: options.Skip = None,
    reports: options.Reports = None,
    bundle: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="Put all that a helper needs into this zip."),
    ] = None,
) -> None:
    """Run a command; if Git fails in it at CodeCommit, find out why.

    It looks at the folder, the address and the variables of the Git that failed, whoever started
    it. The command keeps the terminal, and its exit code is ours. The report goes to standard
    error.
    """
    from codecommit_doctor.engine.traced import run_traced

    destinations, zip_file = _files(reports or [], bundle)
    traced = run_traced(words)
    if traced.code in (126, 127) and not traced.heard:
        say(f"{words[0]!a} can't be run")
    failures = _failures(traced, words)
    if traced.code and failures:
        from codecommit_doctor.engine.replay import scene_of

        given = {"offline": offline, "skip": skip or None}
        with scene_of(failures) as scene, suppress(typer.Exit):  # the exit code is the command's
            _examine(scene, given, destinations, zip_file)
    raise typer.Exit(traced.code)


def _files(reports: list[str], bundle: Path | None) -> tuple[list[Destination], Path | None]:
    """Where reports go, as absolute paths: the examination may be in another folder."""
    from codecommit_doctor.cli.output import Destination, DestinationError, clash
    from codecommit_doctor.formats import Format

    try:
        found = [Destination.parse(text) for text in reports]
    except DestinationError as error:
        raise typer.BadParameter(f"--report {error}") from None
    found = [replace(one, path=one.path.absolute()) if one.path else one for one in found]
    zip_file = bundle.absolute() if bundle else None
    every = [*found, *([Destination(Format.JSON, zip_file)] if zip_file else [])]
    for destination in every:
        if reason := destination.obstacle():
            raise typer.BadParameter(f"{destination.path} can't be written: {reason}")
    if twice := clash(every):
        raise typer.BadParameter(f"two reports can't go to the same file: {twice}")
    return found, zip_file


def _failures(traced: Traced, words: list[str]) -> tuple[GitFailure, ...]:
    """The gits that failed; where none tells of itself, the address that the command names."""
    from codecommit_doctor.engine.traced import GitFailure
    from codecommit_doctor.rules.observation import Observation
    from codecommit_doctor.rules.target import looks_like_codecommit

    if traced.failures or traced.heard:
        return traced.failures
    seen = Observation(Path(words[0]).name, "", None, traced.code)
    return tuple(
        GitFailure(seen, word, None, Path.cwd()) for word in words if looks_like_codecommit(word)
    )[:1]


def _examine(
    scene: Scene,
    given: Mapping[str, object],
    destinations: list[Destination],
    zip_file: Path | None,
) -> None:
    from codecommit_doctor.cli.bundle import consultation_of, look_with
    from codecommit_doctor.engine.discovery import DiscoveryError
    from codecommit_doctor.engine.machine import Machine
    from codecommit_doctor.engine.replay import NEEDS_KEYS
    from codecommit_doctor.formats.console import render
    from codecommit_doctor.reports.building import build

    machine = Machine()
    try:
        scene.discover(machine)
    except DiscoveryError:
        return
    asked = consultation_of((), given, machine, trusted=False)
    asked = replace(asked, find=scene.discover, observed=scene.observed)
    if scene.keys_unknown:
        known = [check.id for check in asked.catalogue.checks if check.id in NEEDS_KEYS]
        asked = replace(asked, catalogue=asked.catalogue.select((), known))
    seen = look_with(asked, machine)
    report = build(seen.sections, seen.machine, interrupted=seen.interrupted, labels=asked.labels)
    render(report, sys.stderr)
    for destination in destinations:
        try:
            destination.write(report)
        except OSError as error:
            reason = error.strerror or error
            say(f"{destination.path}: {reason}", machine)
    if zip_file and not seen.interrupted:
        from codecommit_doctor.cli.bundle import write_zip
        from codecommit_doctor.reports.bundle import members, pack

        write_zip(zip_file, pack(members(seen, report)), sys.stderr)
