"""The tasks of a developer: ``nox -l`` lists them, ``nox -s lint`` runs one.

They run in the environment that nox is installed in (``pip install -e '.[test,lint,docs]'``), with
nothing installed and nothing downloaded.
"""

from __future__ import annotations

import sys
from pathlib import Path

import nox

nox.options.default_venv_backend = "none"
nox.options.sessions = ["lint", "layers", "types", "schema", "fast"]

_TOOLS = Path(sys.executable).parent
_SCHEMAS = {
    "report-1.1.json": "codecommit_doctor.reports.schema",
    "answers-1.0.json": "codecommit_doctor.cli.answers",
    "fleet-1.0.json": "codecommit_doctor.fleet.schema",
    "jsonl-1.0.json": "codecommit_doctor.reports.schema jsonl",
}
_FAST = " and ".join(
    f"not {mark}" for mark in ("process", "server", "browser", "machine", "hypothesis")
)
_ELSEWHERE = ("elsewhere", "release", "windows")
"""Folders of tests that start programs, all of them, and need more to be imported."""


def _run(session: nox.Session, tool: str, *words: str) -> None:
    session.run(str(_TOOLS / tool), *words, *session.posargs, external=True)


def _python(session: nox.Session, *words: str) -> str:
    """Runs a module of ours, and returns what it prints."""
    said = session.run(sys.executable, "-m", *words, silent=True, external=True)
    return said if isinstance(said, str) else ""


@nox.session
def tests(session: nox.Session) -> None:
    """All tests."""
    _run(session, "pytest", "-q", "-n", "2")


@nox.session
def fast(session: nox.Session) -> None:
    """The tests that start no program and no server: under a minute."""
    ignored = [f"--ignore=tests/{name}" for name in _ELSEWHERE]
    _run(session, "pytest", "-q", "-n", "2", "--dist", "worksteal", "-m", _FAST, *ignored)


@nox.session
def mutants(session: nox.Session) -> None:
    """Small faults in the rules that no fast test notices; ``nox -s mutants -- checks/X.py``."""
    session.run(sys.executable, "-m", "tools.mutants", *session.posargs, external=True)


@nox.session
def lint(session: nox.Session) -> None:
    """Style, and the form of the source."""
    _run(session, "ruff", "check")
    _run(session, "ruff", "format", "--check")


@nox.session
def layers(session: nox.Session) -> None:
    """Imports go downwards, and a check imports the plugin API alone."""
    _run(session, "lint-imports")


@nox.session
def types(session: nox.Session) -> None:
    """``mypy --strict``."""
    _run(session, "mypy")


@nox.session
def schema(session: nox.Session) -> None:
    """The published schemas are those of the code."""
    for name, module in _SCHEMAS.items():
        if (
            _python(session, *module.split()).strip()
            != Path("schema", name).read_text("utf-8").strip()
        ):
            session.error(f"schema/{name} is old: nox -s make")


@nox.session
def docs(session: nox.Session) -> None:
    """The site; ``nox -s docs -- --site-dir FOLDER`` says where."""
    session.env["NO_MKDOCS_2_WARNING"] = "1"
    _run(session, "mkdocs", "build", "--strict", "--quiet")


@nox.session
def make(session: nox.Session) -> None:
    """All files that are made from the code: schemas, manual pages, the skill, screens."""
    for name, module in _SCHEMAS.items():
        Path("schema", name).write_text(_python(session, *module.split()).strip() + "\n", "utf-8")
    _python(session, "tools.man")
    _python(session, "tools.agents")
    _python(session, "tools.screens")
