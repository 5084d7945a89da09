"""Stands where a git stood that failed: its folder, its variables, its address."""

from __future__ import annotations

import os
import shlex
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from msgspec import Struct, structs

from codecommit_doctor.engine.discovery import Discovery, DiscoveryError, discover, remotes_at
from codecommit_doctor.engine.examination import Section
from codecommit_doctor.engine.machine import Machine
from codecommit_doctor.engine.traced import VARIABLES, GitFailure
from codecommit_doctor.probes.temporary import temporary_folder
from codecommit_doctor.rules.target import Target, parse

__all__ = ["NEEDS_KEYS", "Scene", "scene_of"]

_KEYS = ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN")

_OF_THE_PROCESS = ("PWD", "GIT_DIR", "GIT_WORK_TREE", *_KEYS)
"""Variables that are not handed on as they are: the folder says what the first ones said."""

NEEDS_KEYS = (
    *("aws-credentials", "aws-identity", "credential-handshake", "git-access", "git-credentials"),
    *("iam-permissions", "kms-deny", "kms-key", "repository-exists"),
)
"""Checks that say nothing true without the keys that a command was given."""


class Scene(Struct, frozen=True):
    """Where to look, and for what.

    failures: all with the same variables. folder: an existing one. before: where the user stands.
    keys_unknown: git had keys of its own in the environment. notices: what can't be looked at as
    it was.
    """

    failures: tuple[GitFailure, ...]
    folder: Path
    before: Path
    keys_unknown: bool = False
    notices: tuple[str, ...] = ()

    def discover(self, machine: Machine) -> Discovery:
        """The targets of the failures. Raises DiscoveryError where none is at CodeCommit."""
        targets = tuple(dict.fromkeys(t for f in self.failures for t in self._targets(f, machine)))
        git = machine.git(self.folder)
        if not targets and (git.configuration().failure or git.refusal()):
            return discover((), machine)
        if not targets:
            raise DiscoveryError("no git failed at CodeCommit")
        return Discovery(targets, self.notices)

    def observed(self, sections: Iterable[Section], machine: Machine) -> tuple[Section, ...]:
        """The sections, each with what was seen at its target."""
        return tuple(
            structs.replace(
                section,
                observations=tuple(
                    failure.observation
                    for failure in self.failures
                    if section.target in self._targets(failure, machine)
                ),
            )
            for section in sections
        )

    def again(self, targets: Iterable[Target]) -> tuple[str, ...]:
        """The words that have these targets examined from where the user stands."""
        words = (
            (target.remote if target.directory == self.before else str(target.directory))
            if target.remote
            else target.url
            for target in targets
        )
        return tuple(dict.fromkeys(words))

    def _targets(self, failure: GitFailure, machine: Machine) -> list[Target]:
        pushed = failure.observation.operation == "push"
        found = self._addressed(failure, machine, pushed)
        return [target._replace(pushes=pushed) for target in found]

    def _addressed(self, failure: GitFailure, machine: Machine, pushed: bool) -> list[Target]:
        folder = self._folder(failure)
        git = machine.git(folder)
        if failure.address is None:
            names = {remote.name for remote in git.remotes()}
            name = failure.remote or ("origin" if "origin" in names else None)
            return _once(remotes_at(git, name), pushed)
        known = [t for t in remotes_at(git, failure.remote) if t.url == failure.address]
        if failure.remote and known:
            return _once(known, pushed)
        if failure.isolated:
            folder = machine.clones.future(folder, failure.address) or folder
        name = parse(failure.address, name="", directory=folder).shown_url
        return [parse(failure.address, name=name, directory=folder)]

    def _folder(self, failure: GitFailure) -> Path:
        first = failure.folder == self.failures[0].folder
        usable = _is_folder(failure.folder) and not failure.isolated
        return self.folder if first or not usable else failure.folder


def _is_folder(path: Path) -> bool:
    """Path.is_dir() raises for names that are too long, which a command line can hold."""
    return os.path.isdir(path)  # noqa: PTH112


def _once(targets: list[Target], pushed: bool) -> list[Target]:
    """Of a remote that is pushed to elsewhere, the address that was used."""
    chosen = [target for target in targets if target.name.endswith(" (push)") == pushed]
    return chosen or targets


@contextmanager
def scene_of(failures: tuple[GitFailure, ...]) -> Iterator[Scene]:
    """Makes this process stand where the first of these gits stood, for good.

    What is below stays as it is; only this process's variables and folder are changed.
    """
    first = failures[0]
    alike = tuple(
        f for f in failures if (f.variables, f.settings) == (first.variables, first.settings)
    )
    notices = []
    if len(alike) < len(failures):
        notices.append("other gits failed with other variables or settings; they are not looked at")
    with temporary_folder() as empty:
        folder = first.folder
        if not _is_folder(folder):
            notices.append(
                f"{folder} is gone: an empty folder is looked at, so what a clone there or an "
                "includeIf for it would say is not seen"
            )
        if not _is_folder(folder) or (first.isolated and _in_a_clone(folder)):
            folder = Path(os.path.realpath(empty))
        keys_unknown = False
        if first.variables is not None:
            keys_unknown = _take_over(first.variables)
        if keys_unknown:
            notices.append(
                "the command gave Git AWS keys of its own in AWS_ACCESS_KEY_ID; they are not known "
                "here, so nothing is checked that needs them"
            )
        if first.settings:
            _add_settings(first.settings)
        before = Path.cwd()
        os.chdir(folder)
        try:
            yield Scene(alike, folder, before, keys_unknown, tuple(notices))
        finally:
            os.chdir(before)


def _in_a_clone(folder: Path) -> bool:
    return any((place / ".git").exists() for place in (folder, *folder.parents))


def _take_over(variables: Mapping[str, str]) -> bool:
    """Makes these variables those of this process; True if git had keys that are not known here."""
    for name in VARIABLES:
        if name in _OF_THE_PROCESS:
            os.environ.pop(name, None) if name not in _KEYS and name != "PWD" else None
        elif name == "PATH":
            _take_path(variables.get(name))
        elif name in variables:
            os.environ[name] = variables[name]
        else:
            os.environ.pop(name, None)
    theirs, ours = variables.get(_KEYS[0]), os.environ.get(_KEYS[0])
    if theirs == ours:
        return False
    for name in _KEYS:
        os.environ.pop(name, None)
    return theirs is not None


def _take_path(path: str | None) -> None:
    """Git puts the folder of its own programs in front of the PATH of whoever started it."""
    if path is None or os.name == "nt":
        return
    folders = path.split(os.pathsep)
    while folders and folders[0].rstrip("/").endswith("git-core"):
        folders.pop(0)
    os.environ["PATH"] = os.pathsep.join(folders)


def _add_settings(settings: Iterable[str]) -> None:
    """``git clone --config``, as ``git -c`` hands it on."""
    told = [os.environ.get("GIT_CONFIG_PARAMETERS", ""), *map(shlex.quote, settings)]
    os.environ["GIT_CONFIG_PARAMETERS"] = " ".join(filter(None, told))
