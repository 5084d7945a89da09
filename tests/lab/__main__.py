"""``python -m tests.lab``: the lab for a person, to play with git, aws and the doctor by hand."""

from __future__ import annotations

import argparse
import contextlib
import os
import shlex
import shutil
import signal
import sys
import tempfile
from datetime import timedelta
from pathlib import Path

from tests.lab.environment import URL, Environment, Setup
from tests.lab.programs import REAL, real_manager
from tests.lab.service import Lab

_PLAY = """
# Paste the lines above into another shell, then for example:
#   git clone {url} && cd demo
#   git ls-remote
#   aws sts get-caller-identity
#   codecommit-doctor
# and break something: git config --system credential.helper store
# Requests appear below. Ctrl-C ends the lab and removes everything.
"""


def main(words: list[str] | None = None) -> int:
    """Runs until Ctrl-C."""
    parser = argparse.ArgumentParser(
        prog="python -m tests.lab",
        description="Starts a local CodeCommit with a healthy demo home and a demo repository, and "
        "prints the environment that leads git, aws and boto3 to it (sh syntax).",
    )
    parser.add_argument("--url", default=URL, help="clone URL of the demo repository (%(default)s)")
    parser.add_argument(
        "--behind",
        type=float,
        default=0,
        metavar="MINUTES",
        help="let the service's clock be ahead, as for a machine whose clock is behind",
    )
    choice = parser.parse_args(words)
    os.environ["COLD_STARTS"] = "1"  # its programs are for a person, not for thousands of tests
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    signal.signal(signal.SIGINT, signal.default_int_handler)  # shells let jobs behind ignore it
    folder = Path(tempfile.mkdtemp(prefix="codecommit-lab-demo-"))
    try:
        with contextlib.ExitStack() as stack:
            stack.enter_context(contextlib.suppress(KeyboardInterrupt))
            lab = stack.enter_context(Lab())
            setup = _setup(choice.url, choice.behind)
            _show(stack.enter_context(Environment(lab, folder / "demo", setup)))
            _follow(lab)
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    return 0


def _setup(url: str, behind: float) -> Setup:
    programs = {"git-credential-manager": REAL} if real_manager() else {}
    return Setup(url=url, programs=programs, clock_behind=timedelta(minutes=behind))


def _show(environment: Environment) -> None:
    """Prints the exports."""
    here = Path(sys.executable).parent
    for name, value in environment.environ().items():
        if name == "PATH":  # the doctor too, behind the machine's own programs
            value = f"{value}:{here}"
        print(f"export {name}={shlex.quote(value)}")
    print(f"cd {shlex.quote(str(environment.home))}")
    print(_PLAY.format(url=environment.setup.url), flush=True)


def _follow(lab: Lab) -> None:
    """Prints the journal as it grows, for ever."""
    lab.journal.follow(lambda entry: print("#", entry, flush=True))


if __name__ == "__main__":
    sys.exit(main())
