"""What git says of itself and of its configuration."""

from __future__ import annotations

import os
import re
import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from codecommit_doctor.probes.git_config import Entry, number_lines, parse_listing
from codecommit_doctor.probes.once import once
from codecommit_doctor.probes.process import Outcome, run

if TYPE_CHECKING:
    from packaging.version import Version

    from codecommit_doctor.rules.target import Target

__all__ = ["Configuration", "CredentialSettings", "Git", "GitVersion", "Remote"]

_VERSION = re.compile(r"git version (?P<text>(?P<number>\d+(?:\.\d+)*)(?:[.-]?rc(?P<rc>\d+))?.*)")

_REMOTES = ("remote", "-v")

_USAGE = 129
"""Git's exit code for an option that it does not know."""


_CAP = 64_000_000
"""Bytes of output to take from git: a configuration may be long."""

_LISTINGS: tuple[tuple[str, ...], ...] = (
    ("--show-scope", "--show-origin"),
    ("--show-origin",),
    (),
)
"""What ``git config --list`` can tell besides: since 2.26, since 2.8, and before."""

_OWN_CONFIGURATION = {
    "GIT_CONFIG_NOSYSTEM": "1",
    "GIT_CONFIG_GLOBAL": None,
    "GIT_CONFIG_SYSTEM": None,
    "GIT_CONFIG_COUNT": None,
    "GIT_CONFIG_PARAMETERS": None,
    "GIT_DIR": None,
    "GIT_WORK_TREE": None,
}
"""Environment in which git reads no configuration but that of the HOME it is given."""

_ANSWER = "!echo username=x; echo password=x; :"
"""A credential helper that answers at once, so that git neither asks others nor a person."""


@dataclass(frozen=True)
class GitVersion:
    """text: as git prints it, vendor's part included. number: to compare with."""

    text: str
    number: Version

    @classmethod
    def parse(cls, output: str) -> GitVersion | None:
        """Reads ``git version 2.39.3 (Apple Git-146)`` and the like; None if it is none."""
        from packaging.version import Version

        match = _VERSION.search(output)
        if not match:
            return None
        suffix = f"rc{match['rc']}" if match["rc"] else ""
        return cls(match["text"].strip(), Version(match["number"] + suffix))


@dataclass(frozen=True)
class Configuration:
    """All that git reads for a directory, in git's order. failure: git's words, if it can't."""

    entries: tuple[Entry, ...] = ()
    failure: str | None = None


@dataclass(frozen=True)
class CredentialSettings:
    """What ``credential.*`` means for one address.

    chain: the helpers that git asks, in order, resets applied. removed: the ones that a reset took
    away. matching: every ``credential`` entry that applies, in order. others: ``credential``
    entries of other addresses. sends_path: whether git hands the path to helpers; None if it could
    not be found out. failure: git's own words where a value makes it die.
    """

    chain: tuple[Entry, ...]
    removed: tuple[Entry, ...]
    matching: tuple[Entry, ...]
    others: tuple[Entry, ...]
    sends_path: bool | None
    failure: str | None = None

    def last(self, name: str) -> Entry | None:
        """The entry of ``credential.<name>`` that decides: the last one that applies."""
        found = [entry for entry in self.matching if entry.key.endswith(f".{name}")]
        return found[-1] if found else None


@dataclass(frozen=True)
class Remote:
    """A remote's address as git would use it, and as it is written. push: for pushing only."""

    name: str
    url: str
    push: bool


class Git:
    """The git that the user's PATH leads to, asked in one directory.

    same: the same program asked elsewhere, which need not be asked for its version again. program:
    another git of this machine.
    """

    def __init__(
        self, directory: Path, same: Git | None = None, program: str | None = None
    ) -> None:
        self.directory = directory
        self._same = same
        self._program = program
        self._hung: Outcome | None = None

    def of(self, program: str) -> Git:
        """Another git of this machine, asked in the same directory."""
        return Git(self.directory, program=program)

    @property
    def path(self) -> str | None:
        return self.found[0] if self.found else None

    @property
    @once
    def found(self) -> tuple[str, ...]:
        """Every ``git`` on the PATH, first the one that runs; the same file once."""
        if self._program:
            return (self._program,)
        if self._same:
            return self._same.found
        return programs_on_path("git")

    @once
    def run(
        self,
        *words: str,
        data: bytes = b"",
        env: tuple[tuple[str, str | None], ...] = (),
        directory: Path | None = None,
    ) -> Outcome:
        """Runs git, once for the same question. A git that hung is not waited for again."""
        if self._hung:
            return self._hung
        outcome = run(
            [self.path or "git", *words],
            input=data,
            env=dict(env),
            cwd=directory or self.directory,
            cap=_CAP,
        )
        if outcome.hung:
            self._hung = outcome
        return outcome

    def run_unconfigured(self, *words: str) -> Outcome:
        """Runs git where no configuration has a say: a malformed one stops even ``--version``."""
        env = {**_OWN_CONFIGURATION, "HOME": os.devnull, "XDG_CONFIG_HOME": os.devnull}
        return self.run(*words, env=tuple(env.items()), directory=Path(self.directory.anchor))

    @once
    def version(self) -> GitVersion | None:
        """The version; None if git is not there or says none."""
        if self._same:
            return self._same.version()
        if not self.path:
            return None
        return GitVersion.parse(self.run_unconfigured("--version").text)

    @once
    def at_least(self, minimum: str) -> bool:
        from packaging.version import Version

        version = self.version()
        return version is not None and version.number >= Version(minimum)

    @once
    def configuration(self) -> Configuration:
        """The whole configuration. Git before 2.26 does not tell scopes, before 2.8 no origins."""
        for flags in _LISTINGS:
            outcome = self.run("config", "--list", *flags, "-z")
            if outcome.code != _USAGE:
                break
        if outcome.failure:
            return Configuration(failure=outcome.error_text or f"git {outcome.failure}")
        entries = parse_listing(outcome.text, self.directory, flags)
        return Configuration(number_lines(entries))

    def refusal(self) -> str | None:
        """Why git takes this directory for no clone, in its own words; None if it just is none."""
        said = self.run(*_REMOTES).error_text
        return said.splitlines()[0] if said and "not a git repository" not in said else None

    @once
    def remotes(self) -> tuple[Remote, ...]:
        """The clone's remotes with git's insteadOf rules applied; empty outside a clone."""
        outcome = self.run(*_REMOTES)
        remotes: list[Remote] = []
        for line in outcome.text.splitlines():
            match = re.match(r"(\S+)\t(.*) \((fetch|push)\)", line)
            if not match:
                continue
            remote = Remote(match[1], match[2], match[3] == "push")
            if not remote.push or Remote(match[1], match[2], False) not in remotes:
                remotes.append(remote)
        return tuple(remotes)

    @once
    def rewritten(self, url: str) -> str:
        """An address after git's insteadOf rules."""
        outcome = self.run("ls-remote", "--get-url", url)
        return url if outcome.failure else outcome.text.removesuffix("\n") or url

    @once
    def credential(self, target: Target) -> CredentialSettings:
        """What ``credential.*`` means for this target, by git's own matching."""
        matching, others = self._matching(target)
        chain, removed = self._chain(matching)
        sends_path, failure = self._sends_path(target, matching)
        return CredentialSettings(chain, removed, matching, others, sends_path, failure)

    def chain(self, target: Target) -> tuple[Entry, ...]:
        """The helpers alone, which takes fewer questions."""
        return self._chain(self._matching(target)[0])[0]

    @once
    def _matching(self, target: Target) -> tuple[tuple[Entry, ...], tuple[Entry, ...]]:
        """The ``credential`` entries that apply to the target, and the others."""
        entries = [e for e in self.configuration().entries if e.key.startswith("credential.")]
        patterns = list(dict.fromkeys(e.subsection for e in entries if e.subsection is not None))
        applying = self._applying(tuple(patterns), target)
        matching: list[Entry] = []
        others: list[Entry] = []
        for entry in entries:
            applies = entry.subsection is None or entry.subsection in applying
            (matching if applies else others).append(entry)
        return tuple(matching), tuple(others)

    def _chain(self, matching: Sequence[Entry]) -> tuple[tuple[Entry, ...], tuple[Entry, ...]]:
        """Helpers in order; an empty value takes away those before it, since Git 2.9."""
        chain: list[Entry] = []
        removed: list[Entry] = []
        for entry in matching:
            if not entry.key.endswith(".helper") or entry.value is None:
                continue
            if entry.value == "" and self.at_least("2.9"):
                removed += chain
                chain = []
            elif entry.value:
                chain.append(entry)
        return tuple(chain), tuple(removed)

    def _applying(self, patterns: tuple[str, ...], target: Target) -> frozenset[str]:
        """Which ``[credential "<pattern>"]`` sections git applies to the target's address.

        ``git config --get-urlmatch`` follows other rules than git's credential code (wildcards
        before 2.26, addresses without a scheme), so that code itself is asked: a configuration of
        our own has one section a pattern, each with a helper that tells its number.
        """
        if not patterns or not self.path:
            return frozenset()
        import tempfile

        with tempfile.TemporaryDirectory(prefix="codecommit-doctor-") as home:
            lines = []
            for number, pattern in enumerate(patterns):
                quoted = pattern.replace("\\", "\\\\").replace('"', '\\"')
                lines += [f'[credential "{quoted}"]', f'\thelper = "!echo {number} >&2; :"']
            lines += ["[credential]", f'\thelper = "{_ANSWER}"', ""]
            text = "\n".join(lines).encode("utf-8", "surrogateescape")
            Path(home, ".gitconfig").write_bytes(text)
            env = {
                **_OWN_CONFIGURATION,
                "HOME": home,
                "XDG_CONFIG_HOME": home,
                "GIT_CEILING_DIRECTORIES": os.path.dirname(os.path.realpath(home)),
            }
            outcome = self.run(
                "credential",
                "fill",
                data=target.credential_request,
                env=tuple(env.items()),
                directory=Path(home),
            )
        numbers = {int(line) for line in outcome.error_text.splitlines() if line.isdigit()}
        return frozenset(p for number, p in enumerate(patterns) if number in numbers)

    def _sends_path(
        self, target: Target, matching: Sequence[Entry]
    ) -> tuple[bool | None, str | None]:
        """Lets git itself say whether helpers get the path; its words if a value stops it.

        The user's helpers are put aside by a reset, which git knows since 2.9.
        """
        if not self.path:
            return None, None
        if not self.at_least("2.9"):
            return self._path_by_bool(matching)
        outcome = self.run(
            *("-c", "credential.helper=", "-c", f"credential.helper={_ANSWER}"),
            *("credential", "fill"),
            data=_with_a_path(target).credential_request,
        )
        if outcome.failure:
            return None, outcome.error_text or f"git {outcome.failure}"
        return any(line.startswith("path=") for line in outcome.text.splitlines()), None

    def _path_by_bool(self, matching: Sequence[Entry]) -> tuple[bool | None, str | None]:
        found = [e for e in matching if e.key.endswith(".usehttppath")]
        if not found:
            return False, None
        key, value = found[-1].key, found[-1].value
        if value is None:
            return None, f"fatal: missing value for '{key}'"
        outcome = self.run("-c", f"{key}={value}", "config", "--bool", key)
        if outcome.failure:
            return None, outcome.error_text
        return outcome.text.strip() == "true", None


def programs_on_path(name: str) -> tuple[str, ...]:
    """Every program of this name on the PATH, in order; the same file under two names once."""
    seen: set[str] = set()
    programs = []
    for folder in os.environ.get("PATH", os.defpath).split(os.pathsep):
        program = shutil.which(name, path=folder) if folder else None
        if program and (real := os.path.normcase(os.path.realpath(program))) not in seen:
            seen.add(real)
            programs.append(program)
    return tuple(programs)


def _with_a_path(target: Target) -> Target:
    from dataclasses import replace

    return target if target.repository else replace(target, path="/v1/repos/any")
