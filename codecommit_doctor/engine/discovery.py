"""From words on the command line to targets."""

from __future__ import annotations

import math
import os
import re
import time
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import NamedTuple

from codecommit_doctor.engine.machine import Machine
from codecommit_doctor.engine.submodules import submodules_at
from codecommit_doctor.probes.git import Git
from codecommit_doctor.probes.unavailable import Unavailable
from codecommit_doctor.rules.target import Target, general, looks_like_codecommit, parse
from codecommit_doctor.rules.telling import fatal_words

__all__ = [
    "Discovery",
    "DiscoveryError",
    "UnknownTarget",
    "discover",
    "discover_below",
    "remotes_at",
]

_STAND_IN = "us-east-1"
"""Region of the example address where nothing on the machine names one."""

_MOST = 50
"""Addresses of one clone that are looked at: a clone can name any number of them."""


class DiscoveryError(Exception):
    """The words name nothing that can be examined. The message is for the user."""


class UnknownTarget(DiscoveryError):
    """A word that names nothing here. remotes: those that there are."""

    def __init__(self, word: str, remotes: tuple[str, ...]) -> None:
        super().__init__(f"{word} is neither an address, nor a remote here, nor a directory")
        self.word, self.remotes = word, remotes


class Discovery(NamedTuple):
    """targets: at least one. notices: what the user should know about the choice."""

    targets: tuple[Target, ...]
    notices: tuple[str, ...] = ()


def discover(words: Iterable[str], machine: Machine) -> Discovery:
    """The targets that the words mean; without words, those of the current directory.

    A word is an address, a remote's name, or the path of a clone. Raises DiscoveryError.
    """
    words = tuple(words)
    targets: dict[Target, None] = {}
    notices: list[str] = []
    try:
        if not words:
            return _of_here(machine)
        for word in words:
            targets.update(dict.fromkeys(_of_word(word, machine, notices)))
    except Unavailable as unanswered:
        raise DiscoveryError(f"the clone can't be examined: {unanswered.reason}") from unanswered
    return Discovery(tuple(targets), tuple(notices))


def likely_target(words: Iterable[str], git: Git) -> Target | None:
    """What an examination with these words will look at first; None if that is not plain."""
    addresses = [word for word in words if word.startswith("https://")]
    if addresses:
        return _of_address(addresses[0], git) if looks_like_codecommit(addresses[0]) else None
    return next(iter(remotes_at(git)), None)


def discover_below(folder: Path, machine: Machine, end: float = math.inf) -> Discovery:
    """The CodeCommit remotes of every clone below a folder. Raises DiscoveryError if there is none.

    Links are not followed. A clone within a clone counts as well. end: when to stop, as
    time.monotonic() gives it; what was found by then is all.
    """
    if not folder.is_dir():
        raise DiscoveryError(f"{folder} is not a directory")
    folder = folder.resolve()
    from codecommit_doctor.probes.ahead import ahead

    clones = [machine.git(clone) for clone in _clones(folder, end)]
    targets: list[Target] = []
    notices: list[str] = []
    refused: list[str] = []
    looked_at = 0
    for git in ahead(clones, Git.configuration):
        if time.monotonic() >= end:
            break
        name = git.directory.relative_to(folder) if git.directory != folder else folder.name
        found = _first(remotes_at(git), notices)
        targets += [it._replace(name=f"{name}: {it.name}") for it in found]
        if not found and (words := _refusal(git)):
            refused.append(f"{name}: {words}")
        looked_at += 1
    late = time.monotonic() >= end
    reason = f"the time was over when {looked_at} clones below {folder} had been found and read"
    if refused:
        more = f" (and {len(refused) - 1} more)" if refused[1:] else ""
        notices.append(f"git refuses {refused[0]}{more}")
    if not targets:
        nothing = f"no clone below {folder} has a remote at CodeCommit"
        raise DiscoveryError("; ".join([reason if late else nothing, *notices]))
    if late:
        notices.append(f"{reason}: there may be more")
    return Discovery(tuple(targets), tuple(notices))


def _refusal(git: Git) -> str | None:
    """Why git reads nothing of a clone's own settings; None if it does."""
    configuration = git.configuration()
    if configuration.failure:
        return fatal_words(configuration.failure).removeprefix("fatal: ")
    if any(not entry.is_yours for entry in configuration.entries):
        return None
    refusal = git.refusal()
    return refusal and refusal.removeprefix("fatal: ")


def _first(targets: list[Target], notices: list[str]) -> list[Target]:
    """The targets of one clone that are looked at; a notice tells of the others."""
    if len(targets) > _MOST:
        folder = targets[0].directory
        notices.append(
            f"{_MOST} of {len(targets)} addresses of {folder} are looked at: name another one"
        )
    return targets[:_MOST]


def _clones(folder: Path, end: float) -> Iterator[Path]:
    """Folders with a ``.git``, in the order of their names; folders that can't be read are left.

    end: when to stop, as time.monotonic() gives it.
    """
    waiting = [str(folder)]  # as os.walk, which fails in a deep tree before Python 3.12
    while waiting and time.monotonic() < end:
        path = waiting.pop()
        try:
            with os.scandir(path) as entries:
                found = {entry.name: _leads_down(entry) for entry in entries}
        except OSError:
            continue
        if ".git" in found:
            yield Path(path)
        below = sorted((name for name in found if found[name] and name != ".git"), reverse=True)
        waiting += [os.path.join(path, name) for name in below]  # noqa: PTH118


def _leads_down(entry: os.DirEntry[str]) -> bool:
    """Whether it is a folder, and no link or junction."""
    is_junction = getattr(entry, "is_junction", None)  # since Python 3.12
    return entry.is_dir(follow_symlinks=False) and not (is_junction and is_junction())


def _of_word(word: str, machine: Machine, notices: list[str]) -> list[Target]:
    git = machine.git(Path.cwd())
    if "://" in word or word.startswith("codecommit:"):
        target = _of_address(word, git)
        future = machine.clones.future(git.directory, target.url)
        return [target._replace(directory=future) if future else target]
    if remotes := [remote for remote in git.remotes() if remote.name == word]:
        targets = remotes_at(git, word)
        if not targets:
            url = parse(remotes[0].url, name=word, directory=git.directory).shown_url
            raise DiscoveryError(f"the remote {word} leads to {url}, which is not CodeCommit")
        return targets
    if os.path.isdir(word):  # noqa: PTH112 - Path raises for words that no path can be
        place = machine.git(Path(word).resolve())
        targets = _first([*remotes_at(place), *submodules_of(place, machine)], notices)
        if not targets:
            raise DiscoveryError(_why_none(word, place))
        return targets
    if git.path and looks_like_codecommit(git.rewritten(word)):
        return [_of_address(word, git)]  # by an insteadOf rule
    names = dict.fromkeys(remote.name for remote in git.remotes())
    raise UnknownTarget(word, tuple(names))


def _why_none(word: str, git: Git) -> str:
    """What is wrong with a folder in which no target was found."""
    if refusal := git.refusal():
        return f"git refuses {word}: {refusal}"
    if git.path and git.read("rev-parse", "--git-dir").failure:
        return f"{word} is not a Git clone"
    return f"{word} has no remote at CodeCommit"


def _of_address(url: str, git: Git) -> Target:
    used = git.rewritten(url) if git.path else url
    if not looks_like_codecommit(used) and not looks_like_codecommit(url):
        shown = parse(url, name="", directory=git.directory).shown_url
        raise DiscoveryError(f"{shown} is not an address of CodeCommit")
    name = parse(url, name="", directory=git.directory).shown_url
    return parse(used, name=name, directory=git.directory, written_url=url)


def remotes_at(git: Git, only: str | None = None) -> list[Target]:
    """The remotes of a clone that lead to CodeCommit, its branch's own first. only: one's name."""
    targets = []
    written: dict[str, str | None] = {}
    for entry in git.configuration().entries:
        if entry.key.startswith("remote."):
            written.setdefault(entry.key, entry.value)
    for remote in git.remotes():
        if (only is None or remote.name == only) and looks_like_codecommit(remote.url):
            found = parse(
                remote.url,
                name=f"{remote.name} (push)" if remote.push else remote.name,
                directory=git.directory,
                remote=remote.name,
                written_url=(remote.push and written.get(f"remote.{remote.name}.pushurl"))
                or written.get(f"remote.{remote.name}.url"),
            )
            targets.append(found._replace(pushes=remote.push))
    if only is None:
        targets += _addresses_for_branches(git)
    if len({target.remote for target in targets}) > 1:
        own = _remote_of_branch(git)
        targets.sort(
            key=lambda target: (
                own not in (target.remote, target.written_url),
                target.remote != "origin",
            )
        )
    return targets


def _addresses_for_branches(git: Git) -> list[Target]:
    """Addresses that stand where a branch, or all pushes, could name a remote.

    Source: git-config(1), branch.<name>.remote, branch.<name>.pushRemote, remote.pushDefault.
    """
    remotes = {remote.name for remote in git.remotes()}
    found: dict[tuple[str, bool], Target] = {}
    asked: set[str] = set()
    for entry in git.configuration().entries:
        named = re.fullmatch(r"branch\.(.+)\.(?:remote|pushremote)|remote\.pushdefault", entry.key)
        url = entry.value
        if not named or not url or url in remotes or not re.search(r"://|^codecommit:", url):
            continue
        asked.add(url)
        if len(asked) > _MOST:
            break
        used = git.rewritten(url)
        pushes = not entry.key.endswith(".remote")
        if looks_like_codecommit(used):
            name = f"branch {named[1]}" if named[1] else "pushes"
            target = parse(used, name=name, directory=git.directory, written_url=url)
            found.setdefault((used, pushes), target._replace(pushes=pushes))
    return list(found.values())


def _remote_of_branch(git: Git) -> str | None:
    """The remote that ``git fetch`` takes if none is named. Source: git-fetch(1)."""
    key = f"branch.{(git.branch() or '').removeprefix('refs/heads/')}.remote"
    named = [entry.value for entry in git.configuration().entries if entry.key == key]
    return named[-1] if named else None


def submodules_of(git: Git, machine: Machine) -> list[Target]:
    """The submodules of a clone that lead to CodeCommit.

    One that is there is a clone of its own; one that is not would be cloned, and such a git reads
    nothing of the clone around it.
    """
    targets = []
    for submodule in submodules_at(git):
        name = f"submodule {submodule.name}"
        if submodule.folder:
            found = remotes_at(machine.git(submodule.folder))
        else:
            nowhere = machine.git(Path(git.directory.anchor))
            used = nowhere.rewritten(submodule.url)
            found = [parse(used, name=name, directory=nowhere.directory)]
        targets += [
            target._replace(name=name, submodule=submodule.name, written_url=submodule.url)
            for target in found
            if looks_like_codecommit(target.url)
        ]
    return targets


def _of_here(machine: Machine) -> Discovery:
    git = machine.git(Path.cwd())
    notices: list[str] = []
    if targets := _first([*remotes_at(git), *submodules_of(git, machine)], notices):
        return Discovery(tuple(targets), tuple(notices))
    if git.remotes():
        notices.append("no remote of this clone leads to CodeCommit: the machine in general")
    elif refusal := git.refusal():
        notices.append(f"git refuses this directory: {refusal}")
    elif named := os.environ.get("GIT_DIR"):
        notices.append(f"the variable GIT_DIR is set: git looks for the clone in {named} alone")
    return Discovery(tuple(_in_general(machine, git)), tuple(notices))


def _in_general(machine: Machine, git: Git) -> list[Target]:
    """An example address: in the configured region, or at the hosts that git's sections name."""
    wanted = region = machine.wanted.region
    if not region and not machine.profiles.failures:
        region = next(iter(machine.profiles.regions(machine.wanted.profile)), None)
    hosts = _hosts_in_sections(git)
    name = "this machine"
    if region:
        target = general(region, git.directory, name=name)
        if wanted or not hosts or target.host in hosts:
            return [target]
        if machine.signer(target).aws_helpers:
            return [target]
    if hosts:
        return [general(region or "", git.directory, name=name, host=host) for host in hosts]
    return [general(_STAND_IN, git.directory, name=name)._replace(region=None)]


def _hosts_in_sections(git: Git) -> list[str]:
    hosts = []
    for entry in git.configuration().entries:
        match = re.match(r"https://([^/*@]*git-codecommit[^/*@]*)/?\Z", entry.subsection or "")
        if entry.key.startswith("credential.") and match:
            hosts.append(match[1])
    return list(dict.fromkeys(hosts))[:_MOST]
