"""What is read ahead, before Typer is loaded, and what is not."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from enum import Enum
from typing import Any

import pytest
import typer
from hypothesis import given, settings
from hypothesis import strategies as st

from codecommit_doctor.cli.app import app
from codecommit_doctor.cli.head_start import ASK_HELPERS, FLAGS, WITH_VALUE, options_of
from codecommit_doctor.engine.machine import _parameters
from codecommit_doctor.engine.registry import load
from codecommit_doctor.formats import NAMES
from codecommit_doctor.probes import find
from tests.conftest import URL, Sandbox

COMMANDS = typer.main.get_command(app).commands  # type: ignore[attr-defined]


def test_the_options_are_those_of_the_command_line() -> None:
    flags: set[str] = set()
    valued: set[str] = set()
    for option in COMMANDS["doctor"].params:
        if option.param_type_name == "option":
            names = {*option.opts, *option.secondary_opts}
            (flags if option.is_flag else valued).update(names)
    assert flags - {"-h", "--help"} == FLAGS
    assert valued == WITH_VALUE
    others = set(COMMANDS) - {"doctor"}
    assert {name for name in others if options_of([name]) is None} == others


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ([], []),
        (["doctor", "origin"], ["origin"]),
        (["--debug", "doctor", "origin"], ["origin"]),
        (["--offline", URL, "-v"], [URL]),
        (["--timeout", "5", "a", "--format=json", "b"], ["a", "b"]),
        (["--only", "git-version"], []),
        (["--", "--odd"], ["--odd"]),
        (["--nosuch"], None),
        (["--offline=yes"], None),
        (["--timeout"], None),
        (["--timeout", "soon"], None),
        (["--timeout", "0"], None),
        (["--scope", "here"], None),
        (["--format", "yaml"], None),
        (["-qv"], None),
        (["--version"], None),
        (["--pseudonyms", "key"], None),
        (["--help"], None),
        (["checks"], None),
        (["--debug", "checks"], None),
        (["run", "--", "git", "push"], None),
    ],
)
def test_which_words_are_an_examination(words: list[str], found: list[str] | None) -> None:
    options = options_of(words)
    assert (options and options["targets"]) == (found if options else None)
    assert (options is None) == (found is None)


def _of_typer(words: list[str]) -> dict[str, Any] | None:
    """What Typer makes of the words behind ``doctor``."""
    try:
        params = COMMANDS["doctor"].make_context("doctor", list(words)).params
    except Exception as error:
        if not hasattr(error, "format_message"):
            raise
        return None
    return _plain(params)


def _plain(options: dict[str, Any]) -> dict[str, object]:
    """What is not given is None, but for --no-offline and --no-strict, which say something."""
    found: dict[str, object] = {}
    for name, value in options.items():
        if isinstance(value, Enum):
            value = value.value
        if isinstance(value, tuple):
            value = list(value)
        found[name] = value if name in ("offline", "strict") else value or None
    return found


_VALUES = {
    "--timeout": st.sampled_from(["0.1", "5", "5.25", "1e3", "0", "-1", "", "nan", "soon", "٣"]),
    "--scope": st.sampled_from(["local", "global", "system", "here", "LOCAL", ""]),
    "--format": st.sampled_from([*NAMES, "yaml", "JSON", ""]),
}
_WORDS = st.sampled_from(
    [URL, "origin", "a b", "-", "--", "-x", "--nosuch", "doctor", "=", "", "ü"]
)


@st.composite
def command_lines(draw: st.DrawFn) -> list[str]:
    words: list[str] = []
    for _ in range(draw(st.integers(0, 5))):
        option = draw(st.sampled_from(sorted((FLAGS | WITH_VALUE) - {"--pseudonyms"})))
        if option in FLAGS:
            words.append(option)
        else:
            value = draw(_VALUES.get(option, _WORDS))
            words += draw(st.sampled_from([[f"{option}={value}"], [option, value], [option]]))
        words += draw(st.lists(_WORDS, max_size=1))
    return words


@settings(max_examples=600, deadline=None)
@given(command_lines())
def test_what_is_read_here_is_what_typer_reads(words: list[str]) -> None:
    options = options_of(["doctor", *words])
    if options is not None:
        assert _plain(options) == _of_typer(words)


def test_the_checks_that_ask_helpers_are_there_and_read_their_answer() -> None:
    def reads_it(probe: str) -> bool:
        made = find(probe)
        return probe == "handshake" or (made is not None and any(map(reads_it, _parameters(made))))

    checks = {check.id: check for check in load().checks}
    assert all(any(map(reads_it, checks[id].reads)) for id in ASK_HELPERS)


def test_typer_is_not_loaded_for_an_examination(healthy: Sandbox) -> None:
    script = (
        "import os, sys\n"
        "sys.argv[1:] = ['--offline']\n"
        "os._exit = lambda code: print({'typer', 'click', 'pydantic'} & set(sys.modules))\n"
        "from codecommit_doctor.cli import main\n"
        "main()\n"
    )
    words = [sys.executable, "-c", script]
    done = subprocess.run(words, cwd=healthy.clone, env=healthy.env, capture_output=True, text=True)
    assert done.stdout.splitlines()[-1] == "set()", done.stderr


def test_little_is_loaded_before_the_helper_is_started(healthy: Sandbox) -> None:
    """The whole run waits for it, so what it does without is loaded beside it."""
    script = (
        "import os, sys\n"
        "empty = set(sys.modules)\n"
        "sys.argv[1:] = ['--offline']\n"
        "from codecommit_doctor.probes import process\n"
        "def begun(words):\n"
        "    if 'fill' in words:\n"
        "        print(*set(sys.modules) - empty, flush=True)\n"
        "        process.end_all()\n"
        "        os._exit(0)\n"
        "process.beginners.append(begun)\n"
        "from codecommit_doctor.cli import main\n"
        "main()\n"
    )
    words = [sys.executable, "-c", script]
    done = subprocess.run(words, cwd=healthy.clone, env=healthy.env, capture_output=True, text=True)
    loaded = set(done.stdout.split())
    assert "codecommit_doctor.probes.fills" in loaded, done.stderr
    assert not loaded & {
        "msgspec",
        "inspect",
        "dataclasses",
        "tempfile",
        "json",
        "rich",
        "botocore",
        "packaging",
        "queue",
    }
    assert len(loaded) < 80


@pytest.mark.process
def test_git_is_asked_before_what_reads_its_answers_is_loaded() -> None:
    script = (
        "import sys\n"
        "import codecommit_doctor.probes.first_questions\n"
        "print(*(name for name in sys.modules if name.startswith('codecommit_doctor.')))\n"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True)
    rooms = {name.removeprefix("codecommit_doctor.") for name in done.stdout.split()}
    assert rooms <= {
        *("import_path", "probes", "probes.first_questions"),
        *("probes.deadline", "probes.job", "probes.process", "probes.programs"),
    }


@pytest.mark.parametrize("form", ["console", "json", "html"])
def test_nothing_is_loaded_after_the_helper_has_answered(healthy: Sandbox, form: str) -> None:
    """Its answer is held back until the report has been rehearsed."""
    rehearsed = healthy.home / "rehearsed"
    real = os.path.realpath(shutil.which("aws", path=healthy.env["PATH"]) or "")
    wait = f'while [ ! -e "{rehearsed}" ]; do sleep 0.05; done'
    healthy.program("aws", f'case "$*" in *get) {wait} ;; esac\nexec "{real}" "$@"')
    script = (
        "import os, sys\n"
        f"sys.argv[1:] = ['--offline', '--format', {form!r}]\n"
        "from codecommit_doctor.probes import process\n"
        "answered = set()\n"
        "def over(words, seconds, how):\n"
        f"    if 'fill' in words and os.path.exists({str(rehearsed)!r}):\n"
        "        answered.update(sys.modules)\n"
        "process.observers.append(over)\n"
        "from codecommit_doctor.cli.rehearsal import Rehearsal\n"
        "class Told(Rehearsal):\n"
        "    def __call__(self, findings):\n"
        "        super().__call__(findings)\n"
        "        if findings:\n"
        f"            open({str(rehearsed)!r}, 'w').close()\n"
        "from codecommit_doctor.cli import examination, main\n"
        "examination.Rehearsal = Told\n"
        "os._exit = lambda code: print(set(sys.modules) - answered, file=sys.stderr)\n"
        "main()\n"
    )
    words = [sys.executable, "-c", script]
    done = subprocess.run(words, cwd=healthy.clone, env=healthy.env, capture_output=True, text=True)
    assert done.stderr.splitlines()[-1] == "set()"
    assert "signature" in done.stdout


@pytest.mark.parametrize(
    "words", [["--nosuch"], ["--only", "git-version"], ["--show-settings"], ["--format"]]
)
def test_nothing_is_started_for_words_that_want_nothing(healthy: Sandbox, words: list[str]) -> None:
    log = healthy.home / "log"
    healthy.program("aws", f'echo "$@" >> "{log}"')
    healthy.doctor(*words)
    assert not log.exists()
