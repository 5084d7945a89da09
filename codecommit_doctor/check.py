"""The plugin API: all that the author of a check imports.

A check is one function in one file. Its parameters name what it reads, its docstring is its page,
its return value is the result. It never prints and never writes::

    from codecommit_doctor.check import Git, Result, check, failed, passed

    @check(
        id="git-found",
        title="Git is installed",
        why="Without git there is nothing to diagnose.",
        source="https://git-scm.com/docs",
    )
    def git_found(git: Git) -> Result:
        '''Looks for ``git`` on the PATH.'''
        return passed("git is here") if git.path else failed("git is not on the PATH")

Files in ``checks/`` are found by being there. Other packages name theirs in the entry point group
``codecommit_doctor.checks``; an entry point leads to one check.
"""

from __future__ import annotations

import inspect
import re
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import Enum
from typing import Literal, get_args

from codecommit_doctor import probes
from codecommit_doctor.fixes import (
    AwsConfigEdit,
    CredentialErasure,
    Fix,
    GitConfigEdit,
    Safety,
    recipes,
)
from codecommit_doctor.probes.aws import Aws, GitCredential, Repository
from codecommit_doctor.probes.aws_cli import AwsCli, CliVersion
from codecommit_doctor.probes.aws_session import CLOCK
from codecommit_doctor.probes.credential_settings import CredentialSettings
from codecommit_doctor.probes.credential_source import ENVIRONMENT, CredentialSource, Kind
from codecommit_doctor.probes.endpoint import Access, Endpoint, Reach, Trouble
from codecommit_doctor.probes.environment import Environment
from codecommit_doctor.probes.evidence import Evidence, Origin
from codecommit_doctor.probes.files import Files, Unreadable
from codecommit_doctor.probes.git import Git
from codecommit_doctor.probes.git_config import Entry
from codecommit_doctor.probes.handshake import Answer, Handshake
from codecommit_doctor.probes.host import Host
from codecommit_doctor.probes.installations import Installations
from codecommit_doctor.probes.installed_python import Libraries
from codecommit_doctor.probes.kms import Findings, RepositoryKey, examine, key_of
from codecommit_doctor.probes.netrc import Netrc, NetrcEntry
from codecommit_doctor.probes.permissions import SIMULATION, decisions, simulate
from codecommit_doctor.probes.policies import Identity, Policies
from codecommit_doctor.probes.process import LIMIT
from codecommit_doctor.probes.profiles import AwsFile, Profiles
from codecommit_doctor.probes.programs import Unstartable
from codecommit_doctor.probes.remote_helper import PROGRAM, RemoteHelper
from codecommit_doctor.probes.signer import AskedHelper, Signer, SignerKind
from codecommit_doctor.probes.stores import Stored, Stores
from codecommit_doctor.probes.unavailable import Unavailable
from codecommit_doctor.probes.unread_files import UnreadFiles
from codecommit_doctor.rules import helper_repair, regions, versions
from codecommit_doctor.rules.access_key import Keys
from codecommit_doctor.rules.codes import codes_of
from codecommit_doctor.rules.helper import AwsHelper, Helper
from codecommit_doctor.rules.iam import forward
from codecommit_doctor.rules.iam.context import Context, git_request
from codecommit_doctor.rules.iam.kms import NEEDED, REAL_ACTIONS
from codecommit_doctor.rules.iam.policy import Decided, Decision, Request
from codecommit_doctor.rules.logins import handed_on
from codecommit_doctor.rules.page import composed
from codecommit_doctor.rules.protocol import forbidden_by
from codecommit_doctor.rules.signature import (
    Flaw,
    Judgement,
    Shape,
    in_words,
    is_git_user,
    is_version_1,
)
from codecommit_doctor.rules.target import CONSOLE, HostKind, Target, Transport, general, parse
from codecommit_doctor.rules.telling import fatal_words, telling_sentence, told_why
from codecommit_doctor.rules.windows_credentials import WindowsCredential

# fmt: off
__all__ = [
    "CATEGORIES", "CLOCK", "CONSOLE", "ENVIRONMENT", "NEEDED", "PROGRAM", "REAL_ACTIONS",
    "SIMULATION", "Access", "Advice", "Answer", "AskedHelper", "Aws", "AwsCli", "AwsConfigEdit",
    "AwsFile", "AwsHelper", "Category", "Check", "CliVersion", "Context", "CredentialErasure",
    "CredentialSettings", "CredentialSource", "Decided", "Decision", "Endpoint", "Entry",
    "Environment", "Evidence", "Files", "Findings", "Fix", "Flaw", "Git", "GitConfigEdit",
    "GitCredential", "Handshake", "Helper", "Host", "HostKind", "Identity", "Installations",
    "Judgement", "Keys", "Kind", "Libraries", "Netrc", "NetrcEntry", "Origin", "Policies",
    "Profiles", "Reach", "RemoteHelper", "Repository", "RepositoryKey", "Request", "Result",
    "Safety", "Shape", "Signer", "SignerKind", "Status", "Stored", "Stores", "Symptom", "Target",
    "Transport", "Trouble", "Unavailable", "UnreadFiles", "Unreadable", "Unstartable",
    "WindowsCredential",
    "by_hand", "check", "decisions", "examine", "failed", "fatal_words",
    "forbidden_by", "forward", "general",
    "git_request", "handed_on", "helper_repair", "in_words", "is_git_user", "is_version_1",
    "key_of", "late", "no_helpers_asked", "no_permission", "not_signing", "parse", "passed",
    "recipes", "regions", "simulate", "skipped", "telling_sentence", "told_why", "versions",
    "warned",
]
# fmt: on

Category = Literal["programs", "configuration", "credentials", "address", "account", "network"]
"""What a check is about; reports for people group by it. address: and the region."""

CATEGORIES: tuple[Category, ...] = get_args(Category)

_ID = re.compile(r"[a-z][a-z0-9]*(-[a-z0-9]+)*\Z")


class Status(str, Enum):
    """What a check says. ``skip`` and ``error`` are no verdict on the machine."""

    PASS = "pass"
    WARN = "warn"
    FAIL = "fail"
    SKIP = "skip"
    ERROR = "error"


@dataclass(frozen=True, slots=True)
class Advice:
    """One step towards the cure.

    command: words to run, quoted later for the user's own shell. lines: what the command reads from
    its input. optional: it is shown last, and said to be optional.
    """

    text: str
    command: tuple[str, ...] = ()
    lines: tuple[str, ...] = ()
    optional: bool = False


@dataclass(frozen=True, slots=True)
class Result:
    """What a check found.

    fix: the cure, if it lies on this machine; its commands are shown behind the advice.
    because_of: the id of the check whose failure made this one a skip; its own where what comes
    after it can't be checked, though nothing is proved. confirmed: the failure was
    reproduced, not only concluded from what stands in a file. code: the kind of finding, in
    kebab-case, unique within its check; the report writes it ``check-id/code``. explains: the
    effects that this finding explains, where they are fewer than those of its check. mend_first:
    ids of checks whose findings have to be mended before this one can be.
    """

    status: Status
    summary: str
    evidence: tuple[Evidence, ...] = ()
    advice: tuple[Advice, ...] = ()
    fix: Fix | None = None
    because_of: str | None = None
    confirmed: bool = False
    code: str | None = None
    explains: tuple[str, ...] | None = None
    mend_first: tuple[str, ...] = ()


def passed(summary: str, *evidence: Evidence) -> Result:
    """The machine is right in this."""
    return Result(Status.PASS, summary, evidence)


def warned(
    summary: str,
    *evidence: Evidence,
    advice: tuple[Advice, ...] = (),
    fix: Fix | None = None,
    code: str | None = None,
) -> Result:
    """Something is suspected."""
    return Result(Status.WARN, summary, evidence, advice, fix, code=code)


def failed(
    summary: str,
    *evidence: Evidence,
    advice: tuple[Advice, ...] = (),
    fix: Fix | None = None,
    confirmed: bool = False,
    code: str | None = None,
    explains: tuple[str, ...] | None = None,
) -> Result:
    """Something is proved to be wrong. confirmed: it was seen happening."""
    return Result(
        Status.FAIL,
        summary,
        evidence,
        advice,
        fix,
        confirmed=confirmed,
        code=code,
        explains=explains,
    )


def skipped(
    reason: str, *evidence: Evidence, advice: tuple[Advice, ...] = (), code: str | None = None
) -> Result:
    """It could not, or need not, be checked."""
    return Result(Status.SKIP, reason, evidence, advice, code=code)


def by_hand(fix: Fix | None, text: str) -> tuple[Advice, ...]:
    """The step that is left to the user where no fix takes it."""
    return () if fix else (Advice(text),)


def late(program: str, *, blocks: str | None = None) -> Result:
    """A program that did not answer in time, which proves nothing about it.

    blocks: the id of this check, where nothing that comes after it could get an answer either.
    """
    return Result(
        Status.WARN,
        f"{program} did not answer within {LIMIT:g} seconds",
        advice=(Advice("Try again when this machine is less busy, or type the command by hand"),),
        because_of=blocks,
        code="late",
    )


def not_signing(signer: Signer) -> Result | None:
    """The skip of a check about the profile, the region or the keys, where they are not known.

    None if they are. Every check says this, in these words.
    """
    if reason := signer.unknown():
        return skipped(reason.text, *signer.evidence, code=reason.code)
    return None


def no_permission(what: str, program: Unstartable, *evidence: Evidence, code: str) -> Result:
    """The failure of a program that is there, and that its mode does not let this user start.

    what: the beginning of the sentence, as in ``Git can't start``.
    """
    return failed(
        f"{what} {program.path}: its mode ({program.mode}) does not let you execute it",
        *evidence,
        Evidence(f"mode {program.mode}", Origin.of_file(program.path)),
        advice=(Advice("Make it executable", ("chmod", "a+x", program.path)),),
        code=code,
    )


def no_helpers_asked(target: Target) -> Result | None:
    """The skip of a check about credential helpers, for an address that never asks them."""
    if target.transport is Transport.HTTPS:
        return None
    why = f"Git asks no credential helper for this address ({target.transport.value})"
    return skipped(why, code="no-helper-asked")


@dataclass(frozen=True)
class Symptom:
    """A text by which people meet a fault.

    pattern: a regular expression, searched anywhere in what git or another program printed.
    meaning: one sentence that says what the text means. code: the finding that the text stands for,
    where a check has more than one. also: the text has a likelier meaning, which is told first.
    """

    pattern: str
    meaning: str
    code: str | None = None
    also: bool = False


@dataclass(frozen=True)
class Check:
    """One independent question about the machine.

    id: kebab-case, never changes. after: ids of checks whose failure makes this one a skip.
    source: address of the AWS or Git document that the rule comes from. limit: seconds.
    effect: whether the check observes a failure instead of a condition that causes one. explains:
    ids of the effects that a finding of this check explains. symptoms: texts by which people meet
    its findings. codes: what each code of its findings means. reads: the names of the function's
    parameters. distribution: the package that brings it, None for a built-in one. category: the
    group that reports show it in.
    """

    id: str
    title: str
    why: str
    source: str
    function: Callable[..., Result]
    after: tuple[str, ...] = ()
    limit: float = 30.0
    reads: tuple[str, ...] = ()
    effect: bool = False
    explains: tuple[str, ...] = ()
    symptoms: tuple[Symptom, ...] = ()
    distribution: str | None = field(default=None, compare=False)
    category: Category | None = None
    codes: Mapping[str, str] = field(default_factory=dict, compare=False)

    @property
    def can_fix(self) -> bool:
        """Whether its file makes fixes, so that a finding of it may have one."""
        used = vars(sys.modules[self.function.__module__]).values()
        return any(value is recipes or value is Fix for value in used)

    @property
    def page(self) -> str:
        """The check's whole documentation, in Markdown: what ``explain`` and the site show."""
        return composed(
            f"{self.id}: {self.title}",
            self.why,
            inspect.getdoc(self.function) or "",
            source=self.source,
            after=self.after,
            can_fix=self.can_fix,
        )


def check(
    *,
    id: str,
    title: str,
    why: str,
    source: str,
    after: tuple[str, ...] = (),
    limit: float = 30.0,
    effect: bool = False,
    explains: tuple[str, ...] = (),
    symptoms: tuple[Symptom, ...] = (),
    category: Category | None = None,
    codes: Mapping[str, str] | None = None,
) -> Callable[[Callable[..., Result]], Check]:
    """Makes a function a check. Raises ValueError or TypeError, naming what is wrong with it."""

    def decorate(function: Callable[..., Result]) -> Check:
        if not _ID.match(id):
            raise ValueError(f"the id {id!r} is not in kebab-case")
        if isinstance(after, str):
            raise TypeError(f"{id}: after must be a tuple of ids, not {after!r}")
        reads = tuple(inspect.signature(function).parameters)
        unknown = [name for name in reads if name != "target" and probes.find(name) is None]
        if unknown:
            known = ", ".join(sorted(["target", *probes.names()]))
            raise TypeError(f"{id} asks for {', '.join(unknown)}; a check can read {known}")
        return Check(
            id,
            title,
            why,
            source,
            function,
            tuple(after),
            limit,
            reads,
            effect,
            tuple(explains),
            tuple(symptoms),
            category=category,
            codes=codes_of(id) | dict(codes or {}),
        )

    return decorate
