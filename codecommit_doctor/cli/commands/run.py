"""``codecommit-doctor run -- git push``: a command, and an examination if Git fails in it."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from msgspec import structs

from codecommit_doctor.cli import options
from codecommit_doctor.cli.commands import command
from codecommit_doctor.cli.messages import Stop, say

if TYPE_CHECKING:
    from codecommit_doctor.cli.output import Destination
    from codecommit_doctor.engine.replay import Scene
    from codecommit_doctor.engine.traced import GitFailure, Traced


@command(
    "Run a command, and find out why Git fails in it.",
    context_settings={"ignore_unknown_options": True},
)
def run(
    ctx: typer.Context,
    words: Annotated[
        list[str], typer.Argument(metavar="COMMAND", help="A command.", show_default=False)
    ],
    offline: options.Offline = None,
    skip: options.Skip = None,
    reports: options.Reports = None,
    pseudonyms: options.Pseudonyms = None,
    bundle: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="Write everything that support needs to this zip."),
    ] = None,
) -> None:
    """Run a command; if Git fails in it at CodeCommit, find out why.

    It looks at the folder, the address and the variables of the Git that failed, whoever started
    it. The command keeps the terminal, and its exit code is that of "run". The report goes to
    standard error.
    """
    from codecommit_doctor.cli.output import destinations_of
    from codecommit_doctor.engine.traced import run_traced

    zip_file = bundle.absolute() if bundle else None
    *files, _ = destinations_of("console", None, reports or [], *filter(None, [zip_file]))
    # absolute, because the examination may be in another folder
    files = [structs.replace(one, path=one.path.absolute()) for one in files if one.path]
    traced = run_traced(words)
    if traced.code in (126, 127) and not traced.heard:
        say(f"{words[0]!a} can't be run")
    failures = _failures(traced, words)
    if traced.code and failures:
        from codecommit_doctor.engine.replay import scene_of

        with scene_of(failures) as scene, suppress(Stop):  # the exit code is the command's
            _examine(scene, ctx.params, files, zip_file)
    raise typer.Exit(traced.code)


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
    scene: Scene, options: Mapping[str, object], reports: list[Destination], zip_file: Path | None
) -> None:
    from codecommit_doctor.cli.commands.bundle import contents, write_zip
    from codecommit_doctor.cli.examiner import Asked, Examiner
    from codecommit_doctor.cli.output import Destination, write_all
    from codecommit_doctor.engine.discovery import DiscoveryError
    from codecommit_doctor.engine.machine import Machine
    from codecommit_doctor.engine.replay import NEEDS_KEYS
    from codecommit_doctor.reports.bundle import pack

    machine = Machine()
    try:
        scene.discover(machine)
    except DiscoveryError:
        return
    examiner = Examiner.of(Asked(options), machine)
    session = structs.replace(examiner.session, find=scene.discover, observed=scene.observed)
    if scene.keys_unknown:
        known = [check.id for check in session.catalogue.checks if check.id in NEEDS_KEYS]
        session = structs.replace(session, catalogue=session.catalogue.select((), known))
    examiner = structs.replace(examiner, session=session)
    seen = examiner.look(machine)
    examiner = structs.replace(
        examiner, again=scene.again(section.target for section in seen.sections)
    )
    report = examiner.report(seen)
    shown = Destination(examiner.settings.format, stream=sys.stderr)
    try:
        write_all(report, [shown, *reports])
    finally:  # what else can't be written does not keep it back
        if zip_file and not seen.interrupted:
            write_zip(zip_file, pack(contents(seen, report)), sys.stderr)
