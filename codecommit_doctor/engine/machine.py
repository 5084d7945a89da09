"""All probes of one examination, and what a check gets of them."""

from __future__ import annotations

import contextlib
import threading
import time
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from codecommit_doctor import probes
from codecommit_doctor.probes import process
from codecommit_doctor.probes.aws_cli import AwsCli, aws_cli
from codecommit_doctor.probes.clones import Clones
from codecommit_doctor.probes.git import Git
from codecommit_doctor.probes.once import once
from codecommit_doctor.probes.profiles import Profiles
from codecommit_doctor.probes.unavailable import Unavailable
from codecommit_doctor.probes.wanted import Wanted

if TYPE_CHECKING:
    from codecommit_doctor.check import Check
    from codecommit_doctor.probes.aws import Aws
    from codecommit_doctor.probes.handshake import Handshake
    from codecommit_doctor.probes.host import Host
    from codecommit_doctor.probes.signer import Signer
    from codecommit_doctor.redaction import Redactor
    from codecommit_doctor.rules.target import Target

__all__ = ["Machine"]

Value = TypeVar("Value")

_HEAD_START = 0.1
"""Seconds that the helper's start may take before the rest is loaded all the same."""


class Machine:
    """The machine as the probes see it. began: since when it is looked at, by time.monotonic()."""

    def __init__(self) -> None:
        self.began = time.monotonic()
        self.wanted = self.read(Wanted)
        self.clones = self.read(Clones)
        self.profiles = self.read(Profiles)
        self.aws_cli: AwsCli = self.read(aws_cli)
        self._searched: set[Git] = set()
        self._settings: set[tuple[str, str]] = set()
        self._secrets: set[str] = set()

    def read(self, probe: Callable[..., Value], target: Target | None = None) -> Value:
        """What a probe makes of this machine, and of a target if it asks for one."""
        found: Value = self._read(probe, target if _depends_on_target(probe) else None)
        return found

    @once
    def _read(self, probe: Callable[..., Any], target: Target | None) -> Any:
        return self._made(probe, tuple(self._argument(name, target) for name in _parameters(probe)))

    def read_for(self, check: Check, target: Target) -> dict[str, Any]:
        """The arguments for a check's function, by the names of its parameters."""
        return {name: self._argument(name, target) for name in check.reads}

    def _argument(self, name: str, target: Target | None) -> Any:
        if name == "target":
            return target
        probe = probes.find(name)
        if probe is None:
            raise LookupError(f"there is no probe {name}")
        return self.read(probe, target)

    @once
    def _made(self, probe: Callable[..., Any], arguments: tuple[Any, ...]) -> Any:
        return probe(*arguments)

    @property
    def host(self) -> Host:
        """The machine itself."""
        from codecommit_doctor.probes.host import Host

        return self.read(Host)

    def ask_for(
        self,
        *,
        profile: str | None = None,
        region: str | None = None,
        offline: bool = False,
        trust_repository: bool = False,
    ) -> None:
        """Sets what the user asked for. offline: no network at all. trust_repository: run the
        credential helpers that a repository's own configuration defines.
        """
        self.wanted.profile, self.wanted.region = profile, region
        self.wanted.offline = offline
        self.clones.here.trust(trust_repository)

    def git(self, directory: Path) -> Git:
        """Git, asked in this directory."""
        return self.clones.at(directory)

    @classmethod
    def started(cls, words: tuple[str, ...] = ()) -> Machine:
        """A machine whose slowest facts are being read: they take as long as all the rest.

        words: of the command line; an address among them is the likely target.
        """
        machine = cls()
        with contextlib.suppress(Exception):  # a check will ask again, and can tell
            machine._read_ahead(words)
        return machine

    def _read_ahead(self, words: tuple[str, ...]) -> None:
        """Has the helper asked, where that does no harm whatever the user wants; else looks at the
        program, which is what will be asked next.
        """
        here = self.clones.here
        self._begin(Git.configuration, here)
        self._begin(Git.version, here)
        self._begin(Profiles.by_name, self.profiles)  # loads botocore's parser meanwhile
        found = self.aws_cli.found()
        if not found:
            return
        for path in self.aws_cli.others(found[0]):
            if Path(path).parent.name != "shims":  # a version manager's, which may install one
                self._begin(self.aws_cli.version, path)
        target = self._harmless_target(words) if self.aws_cli.is_plainly_there(found[0]) else None
        if target:
            self._begin(self._fill, target)
            self._wait_for_fill()
        else:
            self._begin(self.aws_cli.version, found[0])

    def _wait_for_fill(self) -> None:
        """Lets the helper be started before anything else is loaded: two threads of Python's only
        take time from each other.
        """
        begun = threading.Event()
        process.beginners.append(lambda words: begun.set() if "fill" in words else None)
        begun.wait(_HEAD_START)
        process.beginners.clear()

    def _begin(self, read: Callable[..., object], what: object) -> None:
        """Reads in a thread, which keeps silent: whoever needs the fact gets what was raised."""

        def silently() -> None:
            with contextlib.suppress(Exception):
                read(what)

        threading.Thread(target=silently, daemon=True).start()

    def _harmless_target(self, words: tuple[str, ...]) -> Target | None:
        from codecommit_doctor.engine.discovery import likely_target
        from codecommit_doctor.probes.harmless import is_harmless

        target = likely_target(words, self.clones.here)
        return target if target and is_harmless(target, self.clones.here, self.profiles) else None

    def _fill(self, target: Target) -> None:
        from codecommit_doctor.probes.fills import Fills

        self.read(Fills).of(target, self.git(target.directory))

    def known_secrets(self) -> set[str]:
        """Secret values of the AWS files and of git's configuration, to be masked everywhere.

        What is the name of a profile is none, wherever else it stands.
        """
        from codecommit_doctor.redaction import secrets_of_setting

        for git in set(self.clones.all()) - self._searched:
            settings = {(entry.key, entry.value or "") for entry in git.configuration().entries}
            for key, value in settings - self._settings:
                self._secrets |= secrets_of_setting(key, value)
            self._settings |= settings
            self._searched.add(git)
        found = self.profiles.secrets() | self._secrets
        names = self.profiles.names()
        return found - {*names, *(word for name in names for word in name.split())}

    def redactor(self, *, show_accounts: bool = False) -> Redactor:
        """Cleans texts about this machine; the same one as long as no more secrets are known."""
        return self._redactor(frozenset(self.known_secrets()), show_accounts)

    @once
    def _redactor(self, secrets: frozenset[str], show_accounts: bool) -> Redactor:
        from codecommit_doctor.redaction import Redactor

        return Redactor(secrets, show_accounts=show_accounts)

    def signer(self, target: Target) -> Signer:
        """Who makes the password for the target."""
        from codecommit_doctor.probes.signer import signer

        return self.read(signer, target)

    def aws(self, target: Target) -> Aws:
        """AWS, asked as whoever the target's requests are signed by."""
        from codecommit_doctor.probes.aws import aws

        return self.read(aws, target)

    def handshake(self, target: Target) -> Handshake:
        """What git would send to the target."""
        from codecommit_doctor.probes.handshake import handshake

        return self.read(handshake, target)

    def credentials_in_words(self, target: Target) -> str | None:
        """Where the credentials come from that sign for a target; None where that is not known."""
        from codecommit_doctor.probes.credential_source import Kind

        try:
            aws = self.aws(target)
        except Unavailable:
            return None
        if not aws.signs:
            return None
        source = aws.source()
        if source.kind in (Kind.CONTAINER, Kind.INSTANCE):
            return str(source.kind.value)  # which no profile has to name
        return f"profile {source.profile}" if source.profile else source.who


@cache
def _parameters(probe: Callable[..., Any]) -> tuple[str, ...]:
    """The names of a probe's parameters that have no value of their own."""
    function = getattr(probe, "__init__") if isinstance(probe, type) else probe  # noqa: B009
    code = getattr(function, "__code__", None)
    if code is None:  # object's own: the class has none
        return ()
    names = code.co_varnames[isinstance(probe, type) : code.co_argcount]
    return tuple(names[: len(names) - len(function.__defaults__ or ())])


@cache
def _depends_on_target(probe: Callable[..., Any]) -> bool:
    """Whether what a probe makes of a machine may differ from one target to the next."""
    for name in _parameters(probe):
        asked = probes.find(name)
        if name == "target" or (asked is not None and _depends_on_target(asked)):
            return True
    return False
