"""All probes of one examination, and what a check gets of them."""

from __future__ import annotations

import contextlib
import re
import threading
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from codecommit_doctor.probes.aws_cli import AwsCli
from codecommit_doctor.probes.git import Git
from codecommit_doctor.probes.host import Host
from codecommit_doctor.probes.once import once
from codecommit_doctor.probes.profiles import Profiles
from codecommit_doctor.probes.unavailable import Unavailable
from codecommit_doctor.rules.helper import Helper
from codecommit_doctor.rules.target import Transport

if TYPE_CHECKING:
    from codecommit_doctor.check import Check
    from codecommit_doctor.probes.aws import Aws
    from codecommit_doctor.probes.endpoint import Endpoint
    from codecommit_doctor.probes.handshake import Codes, Handshake
    from codecommit_doctor.probes.policies import Policies
    from codecommit_doctor.probes.process import Outcome
    from codecommit_doctor.probes.remote_helper import RemoteHelper
    from codecommit_doctor.probes.signer import Signer
    from codecommit_doctor.rules.target import Target

__all__ = ["Machine"]


class Machine:
    """The machine as the probes see it."""

    def __init__(self) -> None:
        self.profile: str | None = None
        self.region: str | None = None
        self.offline = False
        self._first: dict[object, Target] = {}
        self._looked_at: list[Path] = []
        self._here = Git(Path.cwd())
        self._future: dict[Path, str] = {}
        self.host = Host()
        self.profiles = Profiles()
        self.aws_cli = AwsCli(self._here)

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
        self.profile, self.region, self.offline = profile, region, offline
        self._here.trust(trust_repository)
        self.host.offline = offline

    @once
    def git(self, directory: Path) -> Git:
        """Git, asked in this directory."""
        self._looked_at.append(directory)
        if directory == self._here.directory:
            return self._here
        return Git(directory, self._here, clone_of=self._future.get(directory))

    def future_clone(self, folder: Path, address: str) -> Path | None:
        """The folder that ``git clone`` would make of an address there, if that makes a difference:
        where git includes files for clones of some folders or addresses. None elsewhere.
        """
        git = self.git(folder)
        entries = git.configuration().entries
        name = re.split(r"[/:]", address.rstrip("/"))[-1].removesuffix(".git")
        if not name or not any(entry.key.startswith("includeif.") for entry in entries):
            return None
        if not git.read("rev-parse", "--git-dir").failure or (folder / name).exists():
            return None
        self._future[folder / name] = address
        return folder / name

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
        self._begin(Git.version, self._here)
        found = self.aws_cli.found()
        if not found:
            return
        for path in self.aws_cli.others(found[0]):
            self._begin(self.aws_cli.version, path)
        target = self._harmless_target(words) if self.aws_cli.installed(found[0]) else None
        if target:
            self._begin(self.filled, target)
        else:
            self._begin(self.aws_cli.version, found[0])

    def _begin(self, read: Callable[..., object], what: object) -> None:
        """Reads in a thread, which keeps silent: whoever needs the fact gets what was raised."""

        def silently() -> None:
            with contextlib.suppress(Exception):
                read(what)

        threading.Thread(target=silently, daemon=True).start()

    def _harmless_target(self, words: tuple[str, ...]) -> Target | None:
        from codecommit_doctor.engine.discovery import likely_target
        from codecommit_doctor.probes.handshake import is_harmless

        target = likely_target(words, self._here)
        return target if target and is_harmless(target, self._here, self.profiles) else None

    @once
    def filled(self, target: Target) -> tuple[Outcome, Codes | None]:
        """What ``git credential fill`` says for the target, and how its helpers ended."""
        from codecommit_doctor.probes.handshake import fill

        return fill(target, self.git(target.directory), offline=self.offline)

    def known_secrets(self) -> set[str]:
        """Secret values of the AWS files and of git's configuration, to be masked everywhere.

        What is the name of a profile is none, wherever else it stands.
        """
        from codecommit_doctor.redaction.settings import secrets_of_setting

        found = self.profiles.secrets()
        for directory in [self._here.directory, *self._looked_at]:
            for entry in self.git(directory).configuration().entries:
                found |= secrets_of_setting(entry.key, entry.value or "")
        names = self.profiles.names()
        return found - {*names, *(word for name in names for word in name.split())}

    def policies(self, target: Target) -> Policies:
        """The policies of whoever the target's requests are signed by."""
        signer = self.signer(target)
        profile = self.profile or signer.profile
        unknown = self.profile is None and not signer.signs and bool(signer.aws_helpers)
        return self._policies(profile, self.region or target.region, unknown)

    @once
    def _policies(self, profile: str | None, region: str | None, unknown: bool) -> Policies:
        from codecommit_doctor.probes.policies import Policies

        return Policies(profile, region, self.offline, unknown=unknown)

    @once
    def signer(self, target: Target) -> Signer:
        """Who makes the password for the target."""
        from codecommit_doctor.probes.signer import signer_of

        return signer_of(target, self.git(target.directory))

    @once
    def aws(self, target: Target) -> Aws:
        """AWS, asked as whoever the target's requests are signed by."""
        from codecommit_doctor.probes.aws import Aws

        signer = self.signer(target)
        signs = signer.signs or (self.profile is not None and bool(signer.aws_helpers))
        return Aws(self.policies(target), self.profiles, signs=signs)

    def credentials_in_words(self, target: Target) -> str | None:
        """Where the credentials come from that sign for a target; None where that is not known."""
        try:
            aws = self.aws(target)
        except Unavailable:
            return None
        if not aws.signs:
            return None
        source = aws.source()
        return f"profile {source.profile}" if source.profile else source.who

    @once
    def handshake(self, target: Target) -> Handshake:
        """What git would send to the target."""
        from codecommit_doctor.probes.handshake import Handshake

        first = self._first_like(target)
        return Handshake(
            target,
            self.git(target.directory),
            self.profiles,
            self.aws(target).keys,
            lambda: self.filled(target),
            offline=self.offline,
            like=None if first == target else self.handshake(first),
        )

    def _first_like(self, target: Target) -> Target:
        """The first target that was asked for at this host with the same plain AWS helpers."""
        if target.transport is not Transport.HTTPS:
            return target
        chain = self.git(target.directory).credential(target).chain
        helpers = [Helper(entry.value or "") for entry in chain]
        if not helpers or not all(helper.is_aws and not helper.aws.snippet for helper in helpers):
            return target
        return self._first.setdefault((chain, target.host, target.user), target)

    @once
    def endpoint(self, target: Target) -> Endpoint:
        """The target's host, as git reaches it."""
        from codecommit_doctor.probes.endpoint import Endpoint

        return Endpoint(target, self.git(target.directory), offline=self.offline)

    @once
    def remote_helper(self) -> RemoteHelper:
        """git-remote-codecommit of this machine."""
        from codecommit_doctor.probes.remote_helper import RemoteHelper

        return RemoteHelper(self._here, self.aws_cli, offline=self.offline)

    def read_for(self, check: Check, target: Target) -> dict[str, Any]:
        """The arguments for a check's function, by the names of its parameters."""
        readers: dict[str, Callable[[], Any]] = {
            "target": lambda: target,
            "git": lambda: self.git(target.directory),
            "aws_cli": lambda: self.aws_cli,
            "profiles": lambda: self.profiles,
            "policies": lambda: self.policies(target),
            "host": lambda: self.host,
            "handshake": lambda: self.handshake(target),
            "endpoint": lambda: self.endpoint(target),
            "aws": lambda: self.aws(target),
            "remote_helper": self.remote_helper,
            "signer": lambda: self.signer(target),
        }
        return {name: readers[name]() for name in check.reads}
