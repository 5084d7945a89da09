"""Facts as data: what a check gets, without a machine. For tests of checks alone.

A check is pure: facts in, a result out. The classes here have the parts of the probes that checks
read, and answer from what the test says.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timezone
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

from codecommit_doctor.check import (
    AwsCli,
    Check,
    Environment,
    Files,
    Git,
    Handshake,
    Host,
    Netrc,
    Profiles,
    Result,
    Signer,
    Stores,
    Target,
    UnreadFiles,
    Unstartable,
)
from codecommit_doctor.engine.registry import load
from codecommit_doctor.fixes import GitConfigEdit
from codecommit_doctor.probes.aws_cli import REGION_VARIABLES, CliVersion
from codecommit_doctor.probes.credential_settings import CredentialSettings
from codecommit_doctor.probes.credential_source import CredentialSource, Kind
from codecommit_doctor.probes.git import Configuration
from codecommit_doctor.probes.git_config import Entry
from codecommit_doctor.probes.handshake import Answer, Credential
from codecommit_doctor.probes.profiles import AwsFile, Misspelt
from codecommit_doctor.probes.signer import signer_of
from codecommit_doctor.rules.signature import Flaw, Judgement, Shape
from codecommit_doctor.rules.target import parse
from codecommit_doctor.rules.windows_credentials import WindowsCredential

HOST = "git-codecommit.us-east-2.amazonaws.com"
URL = f"https://{HOST}/v1/repos/demo"
AWS = "!aws codecommit credential-helper $@"


CATALOGUE = load()


def check(id: str) -> Check:
    """A built-in check, by its id."""
    found = CATALOGUE.get(id)
    assert found
    return found


def ask(check: Check, *given: Any, **named: Any) -> Result:
    """What a check says of facts, in the order of its parameters or by their names; the rest is
    this machine's own, or was not tried.
    """
    told = {**dict(zip(check.reads, given, strict=False)), **named}
    for name in check.reads:
        if name not in told:
            told[name] = _OWN[name](told)
    result: Result = check.function(**told)
    return result


_OWN: Mapping[str, Callable[[Mapping[str, Any]], Any]] = {
    "aws_cli": lambda _: cli(),
    "endpoint": lambda _: SimpleNamespace(refused=lambda _: None),
    "environment": lambda _: Environment(),
    "files": lambda _: Files(),
    "handshake": lambda _: handshake(),
    "host": lambda _: host(),
    "netrc": lambda _: Netrc(),
    "stores": lambda _: Stores(),
    "target": lambda _: target(),
    "unread_files": lambda told: UnreadFiles(told["git"], host()),
}


def seen(result: Result) -> tuple[str, str | None, bool]:
    """What decides the verdict: status, code, and whether it was seen happening."""
    return result.status.value, result.code, result.confirmed


def first_edit(result: Result) -> GitConfigEdit:
    """The first edit of a result's fix, which must be one of git's configuration."""
    assert result.fix
    edit = result.fix.edits[0]
    assert isinstance(edit, GitConfigEdit)
    return edit


def words_of(result: Result) -> str | None:
    """The words that the fix gives to a helper; None without a fix."""
    return first_edit(result).steps[0][2] if result.fix else None


def target(url: str = URL) -> Target:
    return parse(url, name="origin", directory=Path("/clone"))


def cloned(url: str = URL, written: str | None = None) -> Target:
    """The remote ``origin`` with this address; written: as it stands in the file."""
    return target(url)._replace(remote="origin", written_url=written or url)


def entry(value: str | None, key: str = "credential.helper", **more: Any) -> Entry:
    """One setting; in the global file unless more says otherwise."""
    return Entry(key, value, more.pop("file", "/home/me/.gitconfig"), **{"scope": "global"} | more)


@dataclass
class GitFacts:
    """chain: the helpers that Git asks. matching: None for the chain alone. rules: of insteadOf.
    transfer: of ``http.<name>``, the values that git uses. comments: behind the values.
    """

    chain: tuple[Entry, ...] = ()
    removed: tuple[Entry, ...] = ()
    matching: tuple[Entry, ...] | None = None
    others: tuple[Entry, ...] = ()
    sends_path: bool | None = True
    failure: str | None = None
    version: tuple[int, ...] = (2, 40)
    entries: tuple[Entry, ...] = ()
    rules: tuple[Entry, ...] = ()
    transfer: Mapping[str, tuple[Entry, ...]] = field(default_factory=dict)
    comments: Mapping[Entry, str] = field(default_factory=dict)

    def comment_behind(self, entry: Entry) -> str:
        return self.comments.get(entry, "")

    def http(self, name: str, _: str) -> tuple[Entry, ...]:
        return self.transfer.get(name, ())

    def credential(self, _: Target) -> CredentialSettings:
        matching = self.chain if self.matching is None else self.matching
        return CredentialSettings(
            self.chain, self.removed, matching, self.others, self.sends_path, self.failure
        )

    def at_least(self, minimum: str) -> bool:
        return self.version >= tuple(map(int, minimum.split(".")))

    def rewriting(self, _: Target) -> tuple[Entry, ...]:
        return self.rules

    def rewritten(self, url: str) -> str:
        return url

    def configuration(self) -> Configuration:
        return Configuration(self.entries or (self.matching or self.chain) + self.others)


def git(*helpers: str | Entry, **more: Any) -> Git:
    """Git with these helpers, each in a line of its own."""
    chain = tuple(
        entry(helper, line=number) if isinstance(helper, str) else helper
        for number, helper in enumerate(helpers, 2)
    )
    return cast(Git, GitFacts(chain, **more))


def signer(
    *helpers: str | Entry,
    url: str = URL,
    environment: Mapping[str, str] | None = None,
    in_wsl: bool = False,
) -> Signer:
    """Who signs for an address, with these helpers."""
    return signer_of(target(url), git(*helpers), environment or {}, in_wsl=in_wsl)


@dataclass
class CliFacts:
    """programs: the path that Git's shell finds, by name; absent: programs of other helpers.
    versions, files, lost: by path; files: what installations tell without being run.
    """

    programs: Mapping[str, str] = field(default_factory=lambda: {"aws": "/usr/bin/aws"})
    versions: Mapping[str, CliVersion] = field(default_factory=dict)
    files: Mapping[str, CliVersion] = field(default_factory=dict)
    on_path: tuple[str, ...] = ()
    folders: tuple[str, ...] = ()
    outcome: Any = None
    lost: Mapping[str, str] = field(default_factory=dict)
    aliased: tuple[str, int] | None = None
    absent: tuple[str, ...] = ()
    modes: Mapping[str, Unstartable] = field(default_factory=dict)

    def has_program(self, program: str) -> bool:
        assert program
        return program not in (*self.absent, *self.modes)

    def unstartable(self, program: str) -> Unstartable | None:
        return self.modes.get(program)

    def lost_interpreter(self, path: str) -> str | None:
        return self.lost.get(path)

    def alias(self) -> tuple[str, int] | None:
        return self.aliased

    def seen_by_git(self, program: str = "aws") -> str | None:
        return self.programs.get(program)

    def installed(self, path: str) -> CliVersion | None:
        return self.files.get(path)

    def region_variables(self, path: str) -> tuple[str, ...]:
        number = self.version(path).number
        return REGION_VARIABLES[0 if number and number.major > 1 else 1 :]

    def version(self, path: str) -> CliVersion:
        return self.versions.get(path, cli_version("2.15.0"))

    def found(self) -> tuple[str, ...]:
        return self.on_path

    def others(self, path: str) -> tuple[str, ...]:
        return tuple(other for other in self.on_path if other != path)

    def folders_named_aws(self) -> tuple[str, ...]:
        return self.folders

    def codecommit(self, path: str) -> Any:
        return self.outcome


def cli(**facts: Any) -> AwsCli:
    return cast(AwsCli, CliFacts(**facts))


def cli_version(number: str) -> CliVersion:
    from packaging.version import Version

    return CliVersion(f"aws-cli/{number}", Version(number))


@dataclass
class ProfilesFacts:
    """profiles: settings by name. default: the profile where none is named. missing: half a key
    that every profile lacks. misspelt: settings that are not read. kind: of every profile.
    """

    profiles: Mapping[str, Mapping[str, str]]
    default: str = "default"
    sections: tuple[str, ...] = ()
    sessions: tuple[str, ...] = ()
    missing: str | None = None
    misspelt: tuple[Misspelt, ...] = ()
    kind: Kind = Kind.KEYS

    def source(self, profile: str | None) -> CredentialSource:
        return CredentialSource(self.kind, profile, self.missing)

    def misspelt_keys(self, profile: str) -> tuple[Misspelt, ...]:
        return self.misspelt

    def by_name(self) -> Mapping[str, Mapping[str, str]]:
        return self.profiles

    def names(self) -> tuple[str, ...]:
        return tuple(self.profiles)

    def default_name(self) -> str:
        return self.default

    def files(self) -> tuple[AwsFile, AwsFile]:
        config = AwsFile("/home/me/.aws/config", None, True)
        return config, AwsFile("/home/me/.aws/credentials", None, False)

    def sso_sessions(self) -> tuple[str, ...]:
        return self.sessions

    def sections_without_profile(self) -> tuple[str, ...]:
        return self.sections

    def file_not_found(self) -> tuple[str, str | None] | None:
        return Profiles().file_not_found()


def profiles(*names: str, **more: Any) -> Profiles:
    """Profiles of these names; settings of single ones by ``settings``."""
    settings = more.pop("settings", {})
    found = {name: settings.get(name, {}) for name in names}
    return cast(Profiles, ProfilesFacts(found, **more))


@dataclass
class HandshakeFacts:
    """answer: None if the helpers were not run."""

    answer: Answer | None = None

    def seen(self) -> Answer | None:
        return self.answer

    def signed_now(self) -> bool:
        return self.answer is not None and self.answer.judgement.shape is Shape.AWS_SIGNATURE


def handshake(
    shape: Shape | None = None,
    by: Entry | None = None,
    *flaws: Flaw,
    said: tuple[str, ...] = (),
    failure: str | None = None,
) -> Handshake:
    """Without a shape the helpers were not run; with Shape.EMPTY none answered."""
    if shape is None:
        return cast(Handshake, HandshakeFacts())
    credential = None if shape is Shape.EMPTY else Credential("name", "password")
    judgement = Judgement(shape, flaws=flaws, explanation=tuple(flaw.name for flaw in flaws))
    return cast(Handshake, HandshakeFacts(Answer(credential, judgement, None, by, said, failure)))


@dataclass
class HostFacts:
    system: str = "Linux"
    is_wsl: bool = False
    starts_windows_programs: bool | None = None

    @property
    def is_windows(self) -> bool:
        return self.system == "Windows"

    def windows_credentials(self, host: str) -> tuple[WindowsCredential, ...]:
        return ()

    def now(self) -> datetime:
        return datetime.now(timezone.utc)


def host(system: str = "Linux", **more: Any) -> Host:
    return cast(Host, HostFacts(system, **more))
