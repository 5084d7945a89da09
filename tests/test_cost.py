"""What a run costs, held by counts: they are the same on a busy machine."""

from __future__ import annotations

import shutil
import sys

import pytest

from bench.counts import Counts, count
from tests.conftest import URL, Sandbox

CLONES = 50

pytestmark = pytest.mark.skipif(
    sys.platform != "linux" or shutil.which("strace") is None, reason="counting needs strace"
)

MOST = {
    "--version": Counts(starts=0, modules=20, files=700, connections=0),
    "--help": Counts(starts=0, modules=30, files=800, connections=0),
    "offline": Counts(starts=10, modules=300, files=3100, connections=0),
    "offline, JSON": Counts(starts=10, modules=230, files=2750, connections=0),
    "a check that asks the helpers": Counts(starts=8, modules=285, files=3050, connections=0),
    "a check that asks nothing": Counts(starts=1, modules=285, files=2850, connections=0),
}
"""Above what stands by a tenth, for other versions of Python and of what is loaded; programs are
started as often as said here, and no more.
"""

WORDS = {
    "--version": ["--version"],
    "--help": ["--help"],
    "offline": ["--offline", URL],
    "offline, JSON": ["--offline", "--format", "json", URL],
    "a check that asks the helpers": ["--offline", "--only", "credential-handshake", URL],
    "a check that asks nothing": ["--offline", "--only", "region-supported", URL],
}


def over(found: Counts, most: Counts) -> dict[str, tuple[int, int]]:
    """What is more than it may be, with its limit."""
    pairs = {name: (value, vars(most)[name]) for name, value in vars(found).items()}
    return {name: pair for name, pair in pairs.items() if pair[0] > pair[1]}


def counted(machine: Sandbox, *words: str) -> Counts:
    try:
        return count(words, machine.home, machine.env)
    except OSError as error:
        pytest.skip(f"strace may not trace here: {error}")


@pytest.mark.parametrize("name", MOST)
def test_a_run_costs_no_more_than_before(healthy: Sandbox, name: str) -> None:
    found = counted(healthy, *WORDS[name])
    assert not over(found, MOST[name]), found


def test_each_further_clone_costs_one_start_of_git(healthy: Sandbox) -> None:
    """Two clones are counted first, so that only what grows is held."""
    folder = healthy.home / "clones"

    def make(number: int) -> None:
        clone = folder / str(number)
        healthy.git("init", "--quiet", str(clone), cwd=healthy.home)
        healthy.git("remote", "add", "origin", URL + str(number), cwd=clone)

    words = ("--offline", "--format", "json", "--all-repositories", str(folder))
    for number in range(2):
        make(number)
    few = counted(healthy, *words)
    for number in range(2, CLONES):
        make(number)
    many = counted(healthy, *words)
    more = CLONES - 2
    growth = Counts(
        starts=(many.starts - few.starts + more - 1) // more,
        modules=many.modules - few.modules,
        files=(many.files - few.files) // more,
        connections=many.connections,
    )
    assert not over(growth, Counts(starts=1, modules=5, files=32, connections=0)), (few, many)
