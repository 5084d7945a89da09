"""Who makes the password for a target: decided once, read by every check."""

from __future__ import annotations

import os
from collections.abc import Collection, Mapping
from enum import Enum
from typing import TYPE_CHECKING, NamedTuple

from msgspec import Struct

from codecommit_doctor.probes import probe
from codecommit_doctor.probes.evidence import Evidence, Origin
from codecommit_doctor.probes.handshake import Handshake
from codecommit_doctor.probes.unavailable import Unavailable
from codecommit_doctor.rules.helper import Helper
from codecommit_doctor.rules.signature import Shape, is_git_user
from codecommit_doctor.rules.target import Transport

if TYPE_CHECKING:
    from codecommit_doctor.probes.fills import Fills
    from codecommit_doctor.probes.git import Git
    from codecommit_doctor.probes.git_config import Entry
    from codecommit_doctor.probes.host import Host
    from codecommit_doctor.probes.profiles import Profiles
    from codecommit_doctor.probes.wanted import Wanted
    from codecommit_doctor.rules.access_key import Keys
    from codecommit_doctor.rules.target import Target

__all__ = ["AskedHelper", "Signer", "SignerKind", "Unknown", "signer_of"]


IN_WSL = (
    "a program of Windows, started from WSL: it reads the AWS files of Windows, not ~/.aws here, "
    "and AWS_* variables only if WSLENV names them"
)
"""Why the profile, the region and the keys of an ``aws.exe`` are not known in WSL."""


class SignerKind(str, Enum):
    """Who makes the password."""

    NOBODY = "nobody"
    AWS_HELPER = "aws-helper"
    OPAQUE_AWS_HELPER = "opaque-aws-helper"
    BROKEN_AWS_HELPER = "broken-aws-helper"
    REMOTE_HELPER = "git-remote-codecommit"
    GIT_CREDENTIALS = "git-credentials"
    STORE = "store"


class Unknown(NamedTuple):
    """Why nothing can be said of a signer: a code, and a sentence."""

    code: str
    text: str


class AskedHelper(Struct, frozen=True):
    """One helper of the chain that Git asks: where it stands, and what it is."""

    entry: Entry
    helper: Helper

    @property
    def evidence(self) -> Evidence:
        return Evidence.of_setting(self.entry)

    @property
    def flaw(self) -> str | None:
        """What is wrong with an AWS helper, the quotes of its profile included."""
        helper = self.helper
        if helper.flaw or helper.aws.opaque:
            return helper.flaw
        if helper.aws.unbalanced:
            return "a quote of the profile's name is not closed"
        falls_apart = helper.profile_falls_apart
        return "the profile's name falls apart at its spaces" if falls_apart else None


class Signer(Struct, frozen=True):
    """Who makes the password for one target.

    chain: the helpers that Git asks, in order. by: the AWS helper that counts, the first one that
    can work, else the first one; None without an AWS helper. profile, region: named outright, by
    the helper or by a ``codecommit::`` address; None where the environment decides, or else the
    default profile. reason: why the words of an AWS helper are not known (opaque), or what is wrong
    with them (broken). evidence: what it was concluded from. passed_over: the AWS helpers that gave
    Git no password, so that it asked the next one, which did.
    """

    kind: SignerKind
    chain: tuple[AskedHelper, ...] = ()
    by: AskedHelper | None = None
    profile: str | None = None
    region: str | None = None
    reason: str | None = None
    evidence: tuple[Evidence, ...] = ()
    passed_over: tuple[AskedHelper, ...] = ()

    @property
    def signs(self) -> bool:
        """Whether its profile is known, so that AWS can be asked as the same user."""
        return self.kind in (SignerKind.AWS_HELPER, SignerKind.REMOTE_HELPER)

    @property
    def aws_helpers(self) -> tuple[AskedHelper, ...]:
        """The AWS helpers of the chain, misspelt ones too, but none that Git passed over."""
        return tuple(
            asked
            for asked in self.chain
            if asked.helper.is_meant_as_aws and asked not in self.passed_over
        )

    @property
    def before(self) -> tuple[AskedHelper, ...]:
        """The helpers that Git asks before the first AWS helper, other AWS helpers left out."""
        if not self.aws_helpers:
            return ()
        first = self.chain.index(self.aws_helpers[0])
        return tuple(asked for asked in self.chain[:first] if asked not in self.passed_over)

    @property
    def behind(self) -> tuple[AskedHelper, ...]:
        """The helpers that come after the first AWS helper, other AWS helpers left out."""
        rest = self.chain[self.chain.index(self.aws_helpers[0]) :] if self.aws_helpers else ()
        return tuple(asked for asked in rest if not asked.helper.is_meant_as_aws)

    def is_aws(self, entry: Entry | None) -> bool:
        """Whether a setting of the chain is an AWS helper."""
        return any(asked.entry == entry and asked.helper.is_aws for asked in self.chain)

    def name(self, profiles: Profiles) -> str:
        """The profile that signs, unless the environment supplies keys."""
        return self.profile or profiles.default_name()

    def unknown(self) -> Unknown | None:
        """Why it is not known which profile, region and keys sign; None if it is known."""
        if self.signs:
            return None
        if self.kind is SignerKind.OPAQUE_AWS_HELPER:
            why = f"not checked: the AWS helper is more than one plain aws command ({self.reason})"
            if self.reason == IN_WSL:
                why = f"not checked: the AWS helper is {IN_WSL}"
            return Unknown("opaque-helper", why)
        if self.kind is SignerKind.BROKEN_AWS_HELPER:
            why = "not checked: the AWS helper can't work as it is written"
            return Unknown("broken-helper", why)
        if self.passed_over:
            return Unknown("no-aws-helper", "another helper answers, and not the AWS helper")
        return Unknown("no-aws-helper", "no AWS credential helper applies to this address")


def signer_of(
    target: Target,
    git: Git,
    environment: Mapping[str, str] | None = None,
    *,
    in_wsl: bool = False,
    passed_over: Collection[Entry] = (),
) -> Signer:
    """Reads who makes the password; runs no helper.

    Args:
        environment: the variables of Git's shell, for helpers that name one.
        in_wsl: Git runs in WSL, where a helper can start a program of Windows.
        passed_over: AWS helpers that were seen to give no password, where another one did.
    """
    if target.transport is Transport.REMOTE_HELPER:
        origin = Origin(f"address of {target.name}")
        fact = Evidence(target.shown_url, origin)
        return Signer(SignerKind.REMOTE_HELPER, profile=target.profile, evidence=(fact,))
    if target.transport is not Transport.HTTPS:
        return Signer(SignerKind.NOBODY)
    variables = os.environ if environment is None else environment
    settings = git.credential(target)
    chain = tuple(AskedHelper(e, Helper(e.value or "", variables)) for e in settings.chain)
    lost = tuple(asked for asked in chain if asked.entry in passed_over)
    if found := _aws_signer(chain, lost, in_wsl=in_wsl):
        return found
    user = target.user or next(
        (e.value or "" for e in reversed(settings.matching) if e.key.endswith(".username")), ""
    )
    kind = SignerKind.STORE if chain else SignerKind.NOBODY
    if target.has_password or is_git_user(user):
        kind = SignerKind.GIT_CREDENTIALS
    facts = tuple(asked.evidence for asked in chain)
    return Signer(kind, chain, evidence=facts, passed_over=lost)


@probe
def signer(
    target: Target, git: Git, host: Host, profiles: Profiles, fills: Fills, wanted: Wanted
) -> Signer:
    """Who makes the password for the target; where Git has a choice, it is asked."""
    found = signer_of(target, git, in_wsl=host.is_wsl)
    if not any(asked.helper.is_meant_as_aws for asked in found.chain[:-1]):
        return found
    asking = Handshake(target, git, profiles, _no_keys, fills, offline=wanted.offline)
    lost = passed_over(found, asking)
    return signer_of(target, git, in_wsl=host.is_wsl, passed_over=lost) if lost else found


def _no_keys() -> Keys:
    raise Unavailable("whoever signs is not known yet")


def passed_over(signer: Signer, handshake: Handshake) -> tuple[Entry, ...]:
    """The AWS helpers that gave Git no password, where one behind them gave one that is good."""
    answer = handshake.seen()
    if answer is None or answer.by is None:
        return ()
    if not signer.is_aws(answer.by):
        if answer.judgement.refused or answer.judgement.shape is Shape.OTHER:
            return ()  # had the AWS helper answered, Git would work
    elif answer.judgement.shape is not Shape.AWS_SIGNATURE:
        return ()
    entries = [asked.entry for asked in signer.chain]
    before = signer.chain[: entries.index(answer.by)]
    return tuple(asked.entry for asked in before if asked.helper.is_meant_as_aws)


def _aws_signer(
    chain: tuple[AskedHelper, ...], lost: tuple[AskedHelper, ...], *, in_wsl: bool
) -> Signer | None:
    """The AWS helper that counts: one that can't work gives Git no answer, and it asks the next."""
    found = [asked for asked in chain if asked.helper.is_meant_as_aws and asked not in lost]
    working = next((asked for asked in found if not asked.flaw), None)
    if working:
        aws, facts = working.helper.aws, (working.evidence,)
        opaque = IN_WSL if in_wsl and aws.is_of_windows else aws.opaque
        if opaque:
            kind = SignerKind.OPAQUE_AWS_HELPER
            return Signer(kind, chain, working, None, None, opaque, facts, lost)
        kind = SignerKind.AWS_HELPER
        return Signer(kind, chain, working, aws.profile, aws.region, None, facts, lost)
    if not found:
        return None
    reason, fact = found[0].flaw, found[0].evidence
    kind = SignerKind.BROKEN_AWS_HELPER
    return Signer(kind, chain, found[0], None, None, reason, (fact,), lost)
