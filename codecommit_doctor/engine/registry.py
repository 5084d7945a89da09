"""Finds the checks: the built-in ones by being in their folder, others by entry points."""

from __future__ import annotations

import os
import pkgutil
import sys
from collections import Counter
from collections.abc import Iterable
from contextlib import redirect_stdout
from dataclasses import replace
from graphlib import CycleError, TopologicalSorter
from importlib import import_module
from importlib.machinery import PathFinder
from pathlib import Path
from typing import TYPE_CHECKING

from msgspec import Struct

from codecommit_doctor.check import Check

if TYPE_CHECKING:
    from importlib.metadata import EntryPoint

__all__ = ["GROUP", "Broken", "Catalogue", "CatalogueError", "load"]

GROUP = "codecommit_doctor.checks"
"""The entry point group; also the package of the built-in checks."""

_OWN = "codecommit-doctor"


class CatalogueError(Exception):
    """The built-in checks do not fit together."""


class Broken(Struct, frozen=True):
    """A check that can't be used. distribution: the package that brings it."""

    id: str
    distribution: str
    reason: str


class Catalogue(Struct, frozen=True):
    """checks: in the order of results, prerequisites first. broken: what could not be loaded."""

    checks: tuple[Check, ...]
    broken: tuple[Broken, ...] = ()

    def get(self, id: str) -> Check | None:
        return next((check for check in self.checks if check.id == id), None)

    def select(self, only: Iterable[str], without: Iterable[str]) -> Catalogue:
        """A part of the catalogue. Raises KeyError with the first id that nobody has."""
        only, without = tuple(only), tuple(without)
        known = {check.id for check in self.checks} | {broken.id for broken in self.broken}
        for wanted in (*only, *without):
            if wanted not in known:
                raise KeyError(wanted)

        def chosen(id: str) -> bool:
            return (not only or id in only) and id not in without

        return Catalogue(
            tuple(check for check in self.checks if chosen(check.id)),
            tuple(broken for broken in self.broken if chosen(broken.id)),
        )


def load() -> Catalogue:
    """All checks of this installation. Raises CatalogueError if the built-in ones are wrong."""
    built_in, broken = _built_in()
    plugins, broken_plugins = _plugins(_entry_points())
    return assemble(built_in, plugins, broken + broken_plugins)


def _entry_points() -> list[EntryPoint]:
    """Those of our group. importlib.metadata, which takes longer to load than all checks, is asked
    only where there may be some.
    """
    if not _may_have_plugins():
        return []
    from importlib.metadata import distributions

    found: dict[str, list[EntryPoint]] = {}
    for distribution in distributions():
        if GROUP in (distribution.read_text("entry_points.txt") or ""):
            own = [point for point in distribution.entry_points if point.group == GROUP]
            found.setdefault(distribution.name, own)
    return [point for points in found.values() for point in points]


def _may_have_plugins() -> bool:
    """Whether a distribution names our group, or lies where that can't be seen at a glance."""
    others = (finder for finder in sys.meta_path if finder is not PathFinder)
    if any(hasattr(finder, "find_distributions") for finder in others):
        return True
    return any(map(_names_plugins, sys.path))


def _names_plugins(folder: str) -> bool:
    try:
        entries = list(os.scandir(folder))
    except OSError:
        return os.path.isfile(folder)  # modules in a zip file
    for entry in entries:
        name = entry.name.lower()
        if name.endswith(".egg"):
            return True
        if name.endswith((".dist-info", ".egg-info")):
            try:
                if GROUP.encode() in Path(entry.path, "entry_points.txt").read_bytes():
                    return True
            except OSError:
                continue
    return False


def assemble(
    built_in: list[Check], plugins: list[Check], broken: list[Broken] | None = None
) -> Catalogue:
    """Puts checks in order. A plugin that does not fit is set aside; the rest stays."""
    broken = list(broken or [])
    unloadable = {entry.id for entry in broken}
    _refuse_duplicates(built_in)
    plugins = _without_duplicates(built_in, plugins, broken)
    while True:
        checks = {check.id: check for check in [*built_in, *plugins]}
        misfits = _misfits(checks, unloadable)
        if not misfits:
            break
        if wrong := [misfit for misfit in misfits if checks[misfit].distribution is None]:
            raise CatalogueError("; ".join(f"{id}: {misfits[id]}" for id in wrong))
        broken += [Broken(id, checks[id].distribution or _OWN, misfits[id]) for id in misfits]
        plugins = [check for check in plugins if check.id not in misfits]
    graph = {id: sorted(set(checks[id].after) & set(checks)) for id in sorted(checks)}
    ordered = tuple(checks[id] for id in TopologicalSorter(graph).static_order())
    return Catalogue(ordered, tuple(sorted(broken, key=lambda b: (b.id, b.distribution, b.reason))))


def _built_in() -> tuple[list[Check], list[Broken]]:
    package = import_module(GROUP)
    checks: list[Check] = []
    broken: list[Broken] = []
    for module in pkgutil.iter_modules(package.__path__):
        try:
            loaded = import_module(f"{GROUP}.{module.name}")
        except (Exception, SystemExit) as error:
            broken.append(Broken(module.name.replace("_", "-"), _OWN, _cannot_load(error)))
        else:
            checks += [value for value in vars(loaded).values() if isinstance(value, Check)]
    return checks, broken


def _plugins(points: Iterable[EntryPoint]) -> tuple[list[Check], list[Broken]]:
    checks: list[Check] = []
    broken: list[Broken] = []
    for point in points:
        distribution = point.dist.name if point.dist else point.value
        try:
            with redirect_stdout(sys.stderr):  # what a plugin prints is no part of the report
                loaded = point.load()
        except (Exception, SystemExit) as error:
            broken.append(Broken(point.name, distribution, _cannot_load(error)))
            continue
        if isinstance(loaded, Check):
            checks.append(replace(loaded, distribution=distribution))
        else:
            reason = f"{point.value} is not a check but {type(loaded).__name__}"
            broken.append(Broken(point.name, distribution, reason))
    return sorted(checks, key=lambda check: (check.id, check.distribution)), broken


def _refuse_duplicates(built_in: list[Check]) -> None:
    twice = [id for id, count in Counter(check.id for check in built_in).items() if count > 1]
    if twice:
        raise CatalogueError(f"more than one check is called {', '.join(twice)}")


def _without_duplicates(
    built_in: list[Check], plugins: list[Check], broken: list[Broken]
) -> list[Check]:
    owners = {check.id: _OWN for check in built_in}
    kept = []
    for check in plugins:
        owner = check.distribution or _OWN
        if check.id in owners:
            reason = f"{owners[check.id]} has a check {check.id} already"
            broken.append(Broken(f"{owner}:{check.id}", owner, reason))
        else:
            owners[check.id] = owner
            kept.append(check)
    return kept


def _misfits(checks: dict[str, Check], unloadable: set[str]) -> dict[str, str]:
    """Checks that can't be put in order, with the reason; of a cycle with plugins, the plugins.

    unloadable: ids that would be there if they could be loaded; nobody waits for these.
    """
    unknown = {
        id: f"comes after {', '.join(missing)}, which nobody has"
        for id, check in checks.items()
        if (
            missing := [
                other for other in check.after if other not in checks | dict.fromkeys(unloadable)
            ]
        )
    }
    if unknown:
        return unknown
    try:
        TopologicalSorter({id: set(c.after) - unloadable for id, c in checks.items()}).prepare()
    except CycleError as error:
        cycle: list[str] = error.args[1]
        reason = f"checks wait for each other: {' -> '.join(cycle)}"
        plugins = [id for id in dict.fromkeys(cycle) if checks[id].distribution]
        return dict.fromkeys(plugins or dict.fromkeys(cycle), reason)
    return {}


def _cannot_load(error: BaseException) -> str:
    return f"could not be loaded: {type(error).__name__}: {error}"
