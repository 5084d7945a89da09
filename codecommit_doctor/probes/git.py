"""What git says of itself and of its configuration."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from codecommit_doctor.probes import probe
from codecommit_doctor.probes.clean_room import admitted, clean_room, is_left_out, written
from codecommit_doctor.probes.credential_settings import CredentialSettings, credential_settings
from codecommit_doctor.probes.first_questions import (
    LISTING_CAP,
    LISTINGS,
    LOOKING,
    NO_REPOSITORY,
    UNCONFIGURED,
    waits_for,
)
from codecommit_doctor.probes.git_config import (
    Entry,
    Shared,
    comment_behind,
    mark_yours,
    parse_listing,
    rewriting_rules,
)
from codecommit_doctor.probes.git_remotes import (
    CONTROL,
    Addresses,
    Remote,
    as_listed,
    as_written,
    is_idle,
    rules_for,
)
from codecommit_doctor.probes.once import once
from codecommit_doctor.probes.process import LIMIT, Completed, Doubt, run
from codecommit_doctor.probes.programs import NEUTRAL, find_all
from codecommit_doctor.probes.unavailable import Unavailable
from codecommit_doctor.rules import versions
from codecommit_doctor.rules.homes import git_home, in_git_home
from codecommit_doctor.rules.includes import applies
from codecommit_doctor.rules.target import parse

if TYPE_CHECKING:
    from packaging.version import Version

    from codecommit_doctor.probes.clones import Clones
    from codecommit_doctor.rules.target import Target

__all__ = ["Configuration", "CredentialSettings", "Git", "GitVersion", "Remote"]

_VERSION = re.compile(r"git version (?P<text>(?P<number>\d+(?:\.\d+)*)(?:[.-]?rc(?P<rc>\d+))?.*)")

_USAGE = 129
"""Git's exit code for an option that it does not know."""


class GitVersion(NamedTuple):
    """text: as git prints it, vendor's part included. digits: ``2.39.3``. candidate: of a release
    candidate, its number.
    """

    text: str
    digits: str
    candidate: str = ""

    @classmethod
    def parse(cls, output: str) -> GitVersion | None:
        """Reads ``git version 2.39.3 (Apple Git-146)`` and the like; None if it is none."""
        match = _VERSION.search(output)
        return cls(match["text"].strip(), match["number"], match["rc"] or "") if match else None

    @property
    def number(self) -> Version:
        from packaging.version import Version

        return Version(self.digits + (f"rc{self.candidate}" if self.candidate else ""))

    def at_least(self, minimum: str) -> bool:
        """Whether it is a release, or behind one. packaging is not loaded for it."""
        own, least = _numbers(self.digits), _numbers(minimum)
        return own > least or (own == least and not self.candidate)


def _numbers(digits: str) -> tuple[int, ...]:
    numbers = [int(digit) for digit in digits.split(".")]
    while numbers and numbers[-1] == 0:
        numbers.pop()
    return tuple(numbers)


class Configuration(NamedTuple):
    """All that git reads for a directory, in git's order.

    failure: git's words, if it can't. late: it did not answer in time.
    """

    entries: tuple[Entry, ...] = ()
    failure: str | None = None
    late: bool = False


class Git:
    """The git that the user's PATH leads to, asked in one directory.

    same: the same program asked elsewhere, which need not be asked for its version again. program:
    another git of this machine. clone_of: the address of which the directory would be a clone; what
    is there by now does not count.
    """

    def __init__(
        self,
        directory: Path,
        same: Git | None = None,
        program: str | None = None,
        *,
        clone_of: str | None = None,
    ) -> None:
        self.directory = directory
        self._same = same
        self._program = program
        self._clone_of = clone_of
        self._shared: Shared = same._shared if same else Shared()
        self._hung: Completed | None = None
        self._hung_here: Completed | None = None
        self._trusted = False

    @property
    def trusted(self) -> bool:
        """Whether the clone's own settings are in force while the doctor looks."""
        return self._same.trusted if self._same else self._trusted

    def trust(self, trusted: bool) -> None:
        """Takes the clone's own settings for the user's, as ``--trust-repository`` wants it."""
        self._trusted = trusted

    def of(self, program: str) -> Git:
        """Another git of this machine, asked in the same directory."""
        other = Git(self.directory, program=program, clone_of=self._clone_of)
        other.trust(self.trusted)
        return other

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
        return find_all("git")

    @once
    def read(self, *words: str) -> Completed:
        """Asks git in the clone. For questions alone in which no setting of a clone's has a say:
        the listing of the configuration, and where the clone is.
        """
        if hung := self._hung or self._hung_here:
            return hung
        outcome = run(
            [self.path or "git", *words],
            env=LOOKING,
            cwd=self.directory.parent if self._clone_of else self.directory,
            cap=LISTING_CAP,
            doubt=waits_for,
        )
        if outcome.hung:  # by a file of the clone's, it may be: elsewhere git is asked yet
            self._hung_here = outcome
        return outcome

    @once
    def run(
        self, *words: str, data: bytes = b"", env: tuple[tuple[str, str | None], ...] = ()
    ) -> Completed:
        """Runs git outside of any clone, with your configuration, once for the same question."""
        if self._hung:
            return self._hung
        return self._remembered(
            run(
                [self.path or "git", *words],
                input=data,
                env={**NO_REPOSITORY, **LOOKING, **dict(env)},
                cwd=NEUTRAL,
                cap=LISTING_CAP,
            )
        )

    def run_unconfigured(self, *words: str) -> Completed:
        """Runs git where no configuration has a say: a malformed one stops even ``--version``."""
        return self.run(*words, env=tuple(UNCONFIGURED.items()))

    def ask(
        self, entries: Iterable[tuple[str, str | None]], *words: str, data: bytes = b""
    ) -> Completed:
        """Asks git in a clean room about these settings. No program sees your home there.

        The same question is asked once, for however many clones.
        """
        return (
            self._same.ask(entries, *words, data=data)
            if self._same
            else self._asked(tuple(entries), words, data)
        )

    @once
    def _asked(
        self, entries: tuple[tuple[str, str | None], ...], words: tuple[str, ...], data: bytes
    ) -> Completed:
        if self._hung:
            return self._hung
        with clean_room(written(entries), own_home=True) as room:
            return self._remembered(room.run(self.path or "git", *words, data=data))

    def act(
        self,
        *words: str,
        own: Iterable[tuple[str, str | None]] = (),
        without: Callable[[Entry], bool] = lambda entry: False,
        data: bytes = b"",
        env: Mapping[str, str | None] | None = None,
        limit: float = LIMIT,
        doubt: Doubt | None = None,
    ) -> Completed:
        """Runs git in a clean room as it would run in the clone, as far as the clone is trusted.

        Args:
            words: git's arguments.
            own: settings of ours, behind all others.
            without: settings that are left away.
            data: its standard input.
            env: changes to the environment.
            limit: seconds.
            doubt: asked once if git takes longer than mostly.

        Raises:
            Unavailable: git is too old to be handed these settings, or can't read its own.
        """
        if self.configuration().failure:
            raise Unavailable("Git can't read its configuration")
        entries = admitted(self.configuration().entries, trusted=self.trusted)
        chosen = [e for e in entries if not (without(e) or is_idle(e.key, e.value, words))]
        if self.at_least(versions.GIT_SYSTEM_FILE):
            pairs = [*((entry.key, entry.value) for entry in chosen), *own]
            configuration, before = written(pairs), []
        else:
            pairs = [*((e.key, e.value) for e in chosen if not e.is_yours), *own]
            configuration, before = None, _on_command_line(pairs)
        with clean_room(configuration, own_home=False) as room:
            return room.run(
                self.path or "git",
                *before,
                *words,
                data=data,
                env=env,
                limit=limit,
                doubt=doubt,
                cwd=self.directory if self.trusted else None,
            )

    def _remembered(self, outcome: Completed) -> Completed:
        """A git that hung is not waited for again."""
        if outcome.hung:
            self._hung = outcome
        return outcome

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
        version = self.version()
        return version is not None and version.at_least(minimum)

    @once
    def configuration(self) -> Configuration:
        """The whole configuration. Git before 2.26 does not tell scopes, before 2.8 no origins."""
        for flags in LISTINGS:
            outcome = self.read("config", "--list", *flags, "-z")
            if outcome.code != _USAGE:
                break
        if outcome.failure:
            said = outcome.error_text or f"git {outcome.failure}"
            return Configuration(failure=said, late=outcome.hung and not outcome.stuck)
        entries = parse_listing(outcome.text, self.directory, flags)
        if "--show-scope" not in flags:
            outside = self.run("config", "--list", *flags, "-z")
            entries = mark_yours(entries, parse_listing(outside.text, Path(NEUTRAL), flags))
        if self._clone_of:
            entries = self._with_includes(entries, self._clone_of)
        return Configuration(self._shared.numbered(entries))

    def _with_includes(self, entries: tuple[Entry, ...], address: str) -> tuple[Entry, ...]:
        """The entries that a clone here would read besides, where a condition includes them."""
        found: list[Entry] = []
        for entry in entries:
            found.append(entry)
            condition = entry.subsection
            if not (entry.key.startswith("includeif.") and condition and entry.value):
                continue
            if not applies(condition, self.directory, address, entry.file, git_home()):
                continue
            file = Path(entry.file or NEUTRAL).parent / in_git_home(entry.value)
            words = ("config", "-f", str(file), "--includes", "--list", "--show-origin", "-z")
            listed = parse_listing(self.run(*words).text, file.parent, ("--show-origin",))
            found += [one._replace(scope=entry.scope) for one in listed]
        return tuple(found)

    @once
    def left_out(self) -> tuple[Entry, ...]:
        """The clone's settings that would decide over connections or credentials, and that are not
        in force while the doctor looks.
        """
        if self.trusted:
            return ()
        return tuple(entry for entry in self.configuration().entries if is_left_out(entry))

    @once
    def branch(self) -> str | None:
        """The branch that the clone is on, such as refs/heads/main; None if it can't be told."""
        from codecommit_doctor.probes.git_head import branch_of

        return branch_of(self.directory)

    def refusal(self) -> str | None:
        """Why git takes this directory for no clone, in its own words; None if it just is none."""
        said = self.read("rev-parse", "--git-dir").error_text
        from codecommit_doctor.rules.telling import fatal_words

        return fatal_words(said) if said and "not a git repository" not in said else None

    @once
    def remotes(self) -> tuple[Remote, ...]:
        """The clone's remotes with git's insteadOf rules applied; empty outside a clone."""
        addresses = self._addresses()
        if not addresses.remotes:
            return ()
        rules = rules_for(addresses.rules, (url for _, url in addresses.remotes))
        if rules:
            listed = as_listed(self._listed_remotes([*addresses.remotes, *rules]))
        else:
            listed = as_written(addresses.remotes)
        fetched = {(remote.name, remote.url) for remote in listed if not remote.push}
        return tuple(
            remote
            for remote in listed
            if not remote.push or (remote.name, remote.url) not in fetched
        )

    @once
    def paths(self) -> tuple[str, ...]:
        """The paths of all remotes, for one of which a stored signature may have been made."""
        return tuple(
            parse(remote.url, name="", directory=self.directory).path for remote in self.remotes()
        )

    @once
    def _addresses(self) -> Addresses:
        return Addresses.of(self.configuration().entries)

    def _listed_remotes(self, addresses: Iterable[tuple[str, str]]) -> str:
        """What ``git remote -v`` says in an empty repository of ours that has these settings."""
        if self._hung:
            return ""
        with clean_room(written(addresses), own_home=True) as room:
            empty = room.folder / "empty"
            for folder in ("objects", "refs"):
                (empty / folder).mkdir(parents=True)
            (empty / "HEAD").write_text("ref: refs/heads/main\n", "ascii")
            outcome = room.run(self.path or "git", "remote", "-v", env={"GIT_DIR": str(empty)})
            return self._remembered(outcome).text

    @once
    def rewritten(self, url: str) -> str:
        """An address after git's insteadOf rules."""
        rules = rules_for(self._addresses().rules, [url])
        if not rules or CONTROL.search(url):
            return url
        outcome = self.ask(rules, "ls-remote", "--get-url", "--", url)
        return url if outcome.failure else outcome.text.removesuffix("\n") or url

    @once
    def credential(self, target: Target) -> CredentialSettings:
        """What ``credential.*`` means for this target by git's matching. Raises Unavailable."""
        return credential_settings(self, target)

    comment_behind = staticmethod(comment_behind)

    @once
    def http(self, name: str, url: str) -> tuple[Entry, ...]:
        """The values of ``http.<name>`` that git uses for an address, in order, resets applied."""
        from codecommit_doctor.probes.git_http import effective

        return effective(self, name, url)

    def rewriting(self, target: Target) -> list[Entry]:
        """The insteadOf rules that make the target's address of the written one."""
        return rewriting_rules(self.configuration().entries, target)


@probe
def git(target: Target, clones: Clones) -> Git:
    """The git that the user's PATH leads to, asked in the folder of the target."""
    return clones.at(target.directory)


def _on_command_line(settings: Iterable[tuple[str, str | None]]) -> list[str]:
    """Settings as ``-c`` options, where a ``=`` in a section's name would end the key."""
    words = []
    for key, value in settings:
        if "=" in key:
            raise Unavailable("git before 2.32 can't be handed a section with = in its name")
        words += ["-c", key if value is None else f"{key}={value}"]
    return words
