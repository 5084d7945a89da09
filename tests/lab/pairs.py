"""``python -m tests.lab.pairs``: several faults at once, made out of the scenarios.

Two scenarios (or three) whose machines can be one machine are put together. Real git has to fail
there; then the doctor has to find what is wrong, to name first what git stopped at, and to call
nothing fine that is broken. Where a cure lies on the machine, ``--fix`` is repeated until nothing
changes: what is left must be the fault that no fix can mend, or git works.
"""

from __future__ import annotations

import argparse
import itertools
import random
import shutil
import sys
import tempfile
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

from moto.iam.exceptions import EntityAlreadyExists

from tests.lab.environment import (
    HEALTHY_AWS_CONFIG,
    HEALTHY_AWS_CREDENTIALS,
    HEALTHY_GITCONFIG,
    HEALTHY_POLICIES,
    Environment,
    Setup,
)
from tests.lab.scenario import Diagnosis, Scenario, diagnose, run
from tests.lab.scenarios import SCENARIOS
from tests.lab.scenarios.texts import HOST
from tests.lab.service import Lab

_HEALTHY_TEXTS = {
    "user": HEALTHY_GITCONFIG,
    "aws_config": HEALTHY_AWS_CONFIG,
    "aws_credentials": HEALTHY_AWS_CREDENTIALS,
}
_ROUNDS = 5
"""How often --fix is tried."""


@dataclass(frozen=True)
class Group:
    """Faults on one machine."""

    faults: tuple[Scenario, ...]
    setup: Setup

    @property
    def name(self) -> str:
        return "+".join(fault.name for fault in self.faults)

    @property
    def url(self) -> str:
        """The word for git and for the doctor."""
        words = {fault.git[-1] for fault in self.faults}
        return "origin" if "origin" in words else "@URL@"


def faults() -> list[Scenario]:
    """The scenarios whose fault can stand beside others: proved by one look at the repository."""
    return [
        scenario
        for scenario in SCENARIOS
        if scenario.fails
        and scenario.shows
        and scenario.git in (("ls-remote", "@URL@"), ("ls-remote", "origin"))
        and not scenario.offline
    ]


def groups(size: int) -> Iterator[Group]:
    """All groups of so many faults that fit together."""
    for chosen in itertools.combinations(faults(), size):
        setup: Setup | None = chosen[0].setup
        for other in chosen[1:]:
            apart = setup and _are_apart(setup, other.setup)
            setup = None if apart or not setup else together(setup, other.setup)
        if setup:
            yield Group(chosen, setup)


def sample(size: int, count: int, seed: int) -> list[Group]:
    """Some groups, the same for the same seed."""
    found = list(groups(size))
    return random.Random(seed).sample(found, min(count, len(found)))


def together(first: Setup, second: Setup) -> Setup | None:
    """One machine with the peculiarities of two; None if they contradict each other."""
    if (first.url != second.url) and HOST in "".join(map(_all_texts, (first, second))):
        return None  # one speaks of a host that the other's address does not have
    merged: dict[str, Any] = {}
    for each in fields(Setup):
        mine, yours = getattr(first, each.name), getattr(second, each.name)
        healthy = HEALTHY_POLICIES if each.name == "policies" else getattr(Setup(), each.name)
        if mine == healthy or yours == healthy:
            merged[each.name] = yours if mine == healthy else mine
            continue
        both = _MERGES.get(each.name, _neither)(each.name, mine, yours)
        if both is None:
            return None
        merged[each.name] = both
    return Setup(**merged)


def _are_apart(first: Setup, second: Setup) -> bool:
    """Whether one is a fault only beside settings that the other has not."""
    return _needs_the_healthy_file(first, second) or _needs_the_healthy_file(second, first)


def _needs_the_healthy_file(mine: Setup, yours: Setup) -> bool:
    """Whether mine sets helpers beside those of the healthy file, of which yours has none."""
    beside = mine.local + "".join(mine.files.values())
    is_beside = mine.user == HEALTHY_GITCONFIG and "helper" in beside
    return is_beside and "codecommit" not in yours.user


def _all_texts(setup: Setup) -> str:
    return setup.system + setup.user + setup.local + "".join(setup.files.values())


def _neither(name: str, mine: object, yours: object) -> None:
    return None


def _text(name: str, mine: str, yours: str) -> str | None:
    """The one text with what the other adds to the healthy one."""
    healthy = _HEALTHY_TEXTS.get(name, "")
    if not healthy:
        return mine + yours if mine != yours else None
    if healthy in yours:
        return yours.replace(healthy, mine, 1)
    return mine.replace(healthy, yours, 1) if healthy in mine else None


def _mapping(name: str, mine: Mapping[str, str], yours: Mapping[str, str]) -> object:
    return None if set(mine) & set(yours) else {**mine, **yours}


def _policies(name: str, mine: tuple[object, ...], yours: tuple[object, ...]) -> object:
    more = [policy for policy in yours if policy not in mine]
    given = len(HEALTHY_POLICIES)
    is_more = mine[:given] == yours[:given] == HEALTHY_POLICIES
    return (*mine, *more) if is_more else None


def _stored(name: str, mine: tuple[object, ...], yours: tuple[object, ...]) -> object:
    return None if {type(it) for it in (*mine, *yours)} and mine == yours else (*mine, *yours)


def _prepare(
    name: str, mine: Callable[[Environment], None], yours: Callable[[Environment], None]
) -> Callable[[Environment], None] | None:
    if mine is yours:
        return None

    def prepare(machine: Environment) -> None:
        mine(machine)
        yours(machine)

    return prepare


_MERGES: dict[str, Callable[[str, Any, Any], Any]] = {
    "system": _text,
    "user": _text,
    "local": _text,
    "aws_config": _text,
    "aws_credentials": _text,
    "files": _mapping,
    "programs": _mapping,
    "variables": _mapping,
    "policies": _policies,
    "stored": _stored,
    "prepare": _prepare,
}


def play(group: Group, lab: Lab, folder: Path) -> list[str]:
    """What the doctor did wrong on this machine, in words; nothing if all is well."""
    with Environment(lab, folder, group.setup) as machine:
        done = machine.git("ls-remote", group.url)
        shown = done.stdout + done.stderr
        if done.returncode == 0 or _is_overwritten(group, machine):
            return []  # one fault takes the other away
        stopped = [f for f in group.faults if machine.fill_in(f.shows) in shown]
        diagnosis = diagnose(machine, group.url)
        wrong = list(_judged(group, stopped, diagnosis))
        wrong += _mended(group, machine)
        return [*wrong, f"git: {shown.strip()}", diagnosis.explain()] if wrong else []


def _is_overwritten(group: Group, machine: Environment) -> bool:
    """Whether what prepares one fault wrote over the profiles of another."""
    there = "".join(
        file.read_text("utf-8", "replace")
        for file in (machine.home / ".aws/config", machine.home / ".aws/credentials")
        if file.is_file()
    )
    setups = [fault.setup for fault in group.faults]
    texts = [s.aws_config for s in setups if s.aws_config != HEALTHY_AWS_CONFIG]
    texts += [s.aws_credentials for s in setups if s.aws_credentials != HEALTHY_AWS_CREDENTIALS]
    sections = (line for text in texts for line in text.splitlines() if line.startswith("["))
    return not all(machine.fill_in(section) in there for section in sections)


def _judged(group: Group, stopped: list[Scenario], diagnosis: Diagnosis) -> Iterator[str]:
    """stopped: the faults whose words git printed."""
    named = {id for fault in group.faults for id in fault.fails}
    first = _first_cause(diagnosis)
    expected = {id for fault in stopped for id in (*fault.fails, *fault.warns)} or named
    if first not in expected and not _waits_for(diagnosis, expected, first):
        yield f"first cause {first}, not {sorted(expected)}"
    for id in sorted(named & diagnosis.with_status("pass")):
        yield f"{id} passed"
    for id in sorted(diagnosis.with_status("error")):
        yield f"{id} had an error"
    known = named | {id for fault in group.faults for id in (*fault.may, *fault.warns)}
    for id in sorted(diagnosis.with_status("fail") - known):
        yield f"innocent: {id} failed"


def _waits_for(diagnosis: Diagnosis, ids: set[str], first: str | None) -> bool:
    """Whether one of these checks advises to mend another one's finding first."""
    steps = (step["text"] for id in ids for step in diagnosis.results[id]["advice"])
    return any(f" first: see {first}" in step for step in steps)


def _mended(group: Group, machine: Environment) -> Iterator[str]:
    """Repeats --fix; what is left must be a fault that has none."""
    if not any(fault.fixable for fault in group.faults):
        return
    for _ in range(_ROUNDS):
        before = _files(machine)
        said = run(machine, "--fix", "--yes", group.url)
        done = machine.git("ls-remote", group.url)
        if done.returncode == 0:
            return
        if said.returncode == 0:
            yield f"--fix says all is well, and git fails: {done.stderr}\n{said.stdout}"
            return
        if _files(machine) == before:
            break
    left = [fault for fault in group.faults if not fault.fixable]
    if not left:
        yield f"--fix does not mend it: {done.stderr}\n{said.stdout}{said.stderr}"
        return
    now = diagnose(machine, group.url)
    expected = {id for fault in left for id in (*fault.fails, *fault.warns)}
    if _first_cause(now) not in expected:
        yield (
            f"after --fix the first cause is {_first_cause(now)}, not {sorted(expected)}\n"
            f"{said.stdout}{said.stderr}\n{done.stderr}{now.explain()}"
        )


def _files(machine: Environment) -> dict[Path, bytes]:
    """All that a fix may change."""
    found = (path for path in machine.folder.rglob("*") if ".local" not in path.parts)
    return {path: path.read_bytes() for path in found if path.is_file() and not path.is_symlink()}


def _first_cause(diagnosis: Diagnosis) -> str | None:
    causes = diagnosis.report["targets"][0]["verdict"]["causes"]
    return causes[0]["check"] if causes else None


def main(words: list[str] | None = None) -> int:
    """Plays them, and prints what went wrong."""
    parser = argparse.ArgumentParser(prog="python -m tests.lab.pairs", description=__doc__)
    parser.add_argument("--size", type=int, default=2, help="faults at once (%(default)s)")
    parser.add_argument("--count", type=int, default=100_000, help="how many groups (all)")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--share", default="1/1", metavar="N/OF", help="the Nth of so many shares")
    parser.add_argument("--only", default="", help="groups whose name has this word")
    choice = parser.parse_args(words)
    number, of = map(int, choice.share.split("/"))
    chosen = [it for it in sample(choice.size, choice.count, choice.seed) if choice.only in it.name]
    chosen = chosen[number - 1 :: of]
    bad = 0
    with Lab() as lab:
        for count, group in enumerate(chosen, 1):
            folder = Path(tempfile.mkdtemp(prefix="pairs-"))
            try:
                wrong = play(group, lab, folder / "machine")
            except AssertionError as error:
                wrong = [f"assertion: {error}"]
            except EntityAlreadyExists:
                wrong = []  # both make a role of this name: they are no one machine
            finally:
                shutil.rmtree(folder, ignore_errors=True)
            if wrong:
                bad += 1
                print(f"\n{count}/{len(chosen)} {group.name}", *wrong, sep="\n  ", flush=True)
    print(f"{len(chosen)} groups, {bad} answered wrongly")
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())
