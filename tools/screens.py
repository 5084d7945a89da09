"""Real screens of the program, from the lab, for the README: ``python -m tools.screens`` writes."""

from __future__ import annotations

import re
import tempfile
from collections.abc import Mapping
from pathlib import Path

from tests import warm
from tests.lab.environment import HEALTHY_GITCONFIG, Environment, Setup, Stored
from tests.lab.service import Lab

README = Path(__file__).parent.parent / "README.md"
ERROR = "The requested URL returned error: 403"

_BLOCK = re.compile(r"(<!-- screen: ([\w-]+) -->\n```console\n).*?(\n```\n)", re.DOTALL)
_BROKEN = Setup(
    user="[credential]\n\thelper = store\n" + HEALTHY_GITCONFIG, stored=(Stored("store"),)
)


def screens(lab: Lab) -> Mapping[str, str]:
    """What the program prints, by the name of the screen."""
    with tempfile.TemporaryDirectory() as folder, _machine(lab, folder, _BROKEN) as machine:
        return {
            "broken": _screen(machine),
            "fix": _screen(machine, "--fix", "--yes"),
            "healthy": _screen(machine),
            "explain-error": _screen(machine, "explain-error", ERROR),
        }


def _machine(lab: Lab, folder: str, setup: Setup) -> Environment:
    return Environment(lab, Path(folder) / "machine", setup)


def _screen(machine: Environment, *words: str) -> str:
    """A command line and what came of it; what is said about fixes comes before the report."""
    done = machine.run(warm.doctor(), *words, cwd=machine.clone)
    typed = " ".join(f"'{word}'" if " " in word else word for word in words)
    said = done.stderr + done.stdout
    return f"$ codecommit-doctor {typed}".rstrip() + f"\n{said}".rstrip()


def with_screens(text: str, made: Mapping[str, str]) -> str:
    """The README with these screens in it. Raises KeyError for one that is not made."""
    return _BLOCK.sub(lambda block: f"{block[1]}{made[block[2]]}{block[3]}", text)


def named(text: str) -> list[str]:
    """The screens that a text has a place for."""
    return [block[2] for block in _BLOCK.finditer(text)]


def main() -> None:
    with Lab() as lab:
        text = with_screens(README.read_text("utf-8"), screens(lab))
    README.write_text(text, "utf-8", newline="\n")


if __name__ == "__main__":
    main()
