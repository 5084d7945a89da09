"""Golden screens: what the program shows on fifteen machines, in a terminal and in a pipe.

``python -m tests.lab.screens`` writes them to ``tests/lab/screens``, a file for each machine. A
person has looked at each; who changes one looks at it again.
"""

from __future__ import annotations

import re
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

from tests import warm
from tests.lab.environment import Environment
from tests.lab.scenario import Scenario
from tests.lab.scenarios import SCENARIOS
from tests.lab.service import Lab

FOLDER = Path(__file__).with_name("screens")

BROKEN = (
    "manager-before-the-helper-replays-a-stale-signature",
    "no-use-http-path",
    "use-http-path-switched-off-behind-the-section",
    "no-aws-helper-and-none-at-all",
    "helpers-emptied-by-the-environment",
    "profile-cut-to-its-first-word",
    "password-in-netrc",
    "authorization-in-an-extra-header",
    "malformed-gitconfig",
    "proxy-that-is-not-there",
    "pull-is-denied",
    "manager-first-and-no-use-http-path",
)
"""Of these the cause is wrong in a file or in the account; the last one has two causes."""

HEALTHY = ("section-of-one-host", "git-credentials-in-a-store", "temporary-credentials")


class View(NamedTuple):
    """A way to look at a report. columns: 0 for a pipe."""

    name: str
    columns: int
    rows: int
    variables: Mapping[str, str]


VIEWS = (
    View("80x24", 80, 24, {}),
    View("120x40", 120, 40, {}),
    View("no colour", 80, 24, {"NO_COLOR": "1"}),
    View("ASCII", 80, 24, {"PYTHONIOENCODING": "ascii"}),
    View("pipe", 0, 0, {}),
)

_SGR = re.compile(r"\x1b\[[0-9;]*m")
_OTHER = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]|\x1b\]8;[^\x1b]*\x1b\\")


def scenario(name: str) -> Scenario:
    return next(one for one in SCENARIOS if one.name == name)


def shown(machine: Environment, view: View, *words: str) -> str:
    """What a terminal or a pipe gets of the program's standard output, with its colours."""
    environment = {**machine.environ(), **view.variables}
    if not view.columns:
        done = machine.run(warm.doctor(), *words, cwd=machine.clone, variables=view.variables)
        return done.stdout
    import pexpect  # needs a POSIX terminal

    child = pexpect.spawn(
        "/bin/sh",
        ["-c", 'exec "$@" 2>/dev/null', "sh", warm.doctor(), *words],
        cwd=str(machine.clone),
        env={"TERM": "xterm-256color", **environment},
        encoding="utf-8",
        dimensions=(view.rows, view.columns),
        timeout=90,
    )
    child.expect(pexpect.EOF)
    child.close()
    return str(child.before).replace("\r\n", "\n")


def screens(machine: Environment) -> dict[str, str]:
    """The report of one machine in every view: it is examined once, and then shown."""
    report = machine.folder / "report.json"
    first = shown(machine, VIEWS[0], "--report", f"json={report}")
    others = {view.name: shown(machine, view, "view", str(report)) for view in VIEWS[1:]}
    return {VIEWS[0].name: first, **others}


def steady(text: str, machine: Environment) -> str:
    """The text without colours and without what differs from run to run."""
    text = _OTHER.sub("", _SGR.sub("", text))
    text = re.sub(r"(…|\.\.\.|ACCOUNT_)\d{4}\b", r"\g<1>3333", text)
    text = re.sub(r"\b\d+ (passed|not checked)\b", r"NN \1", text)
    return text.replace(str(machine.folder), "/tmp/machine1")


def written(made: Mapping[str, str]) -> str:
    """All views of one machine as a file; equal ones once."""
    names: dict[str, list[str]] = {}
    for name, text in made.items():
        names.setdefault(text, []).append(name)
    return "".join(f"== {', '.join(of)} ==\n{text}" for text, of in names.items())


@contextmanager
def placed(lab: Lab, name: str) -> Iterator[Environment]:
    """The machine of a scenario, in a folder whose name is always as long."""
    with (
        tempfile.TemporaryDirectory(prefix="", dir="/tmp") as folder,
        Environment(lab, Path(folder), scenario(name).setup) as machine,
    ):
        yield machine


def machines(lab: Lab, names: tuple[str, ...]) -> Iterator[tuple[str, Environment]]:
    for name in names:
        with placed(lab, name) as machine:
            yield name, machine


def main() -> None:
    FOLDER.mkdir(exist_ok=True)
    with Lab() as lab:
        for name, machine in machines(lab, (*BROKEN, *HEALTHY)):
            made = {view: steady(text, machine) for view, text in screens(machine).items()}
            (FOLDER / f"{name}.txt").write_text(written(made), "utf-8", newline="\n")


if __name__ == "__main__":
    main()
