"""What Git really would send: ``git credential fill``, without prompts and without side effects.

Only ``get`` is ever asked of a helper. Git stores or erases after a request to the server; here
there is none, and neither ``git credential approve`` nor ``reject`` is run anywhere.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timezone
from typing import TYPE_CHECKING

from msgspec import Struct, structs

from codecommit_doctor.probes import probe
from codecommit_doctor.probes.clean_room import is_admitted
from codecommit_doctor.probes.credential_source import known_keys, source_of
from codecommit_doctor.probes.once import once
from codecommit_doctor.probes.unavailable import Unavailable
from codecommit_doctor.rules import versions
from codecommit_doctor.rules.signature import Judgement, Resource, Shape, judge, sign

if TYPE_CHECKING:
    from codecommit_doctor.probes.aws import Aws
    from codecommit_doctor.probes.fills import Fills
    from codecommit_doctor.probes.git import Git
    from codecommit_doctor.probes.git_config import Entry
    from codecommit_doctor.probes.profiles import Profiles
    from codecommit_doctor.probes.wanted import Wanted
    from codecommit_doctor.rules.access_key import Keys
    from codecommit_doctor.rules.helper import Helper
    from codecommit_doctor.rules.target import Target

__all__ = ["Answer", "Credential", "Handshake"]


class Credential(Struct, frozen=True):
    """A user name and a password, for git alone; neither is ever shown."""

    username: str
    password: str

    def __repr__(self) -> str:
        return "Credential()"


class Answer(Struct, frozen=True):
    """What came of it.

    credential: None if no helper gave one. judgement: what it is worth. asked: the helpers that
    git started, in order; None where git is too old to tell (before 2.22). codes: how they ended,
    in the same order; None for one that was ended with git. by: the one that answered, if that is
    known. said: what helpers and git printed as errors. failure: why git itself came to no end.
    """

    credential: Credential | None
    judgement: Judgement
    asked: tuple[Entry, ...] | None
    by: Entry | None
    said: tuple[str, ...] = ()
    failure: str | None = None
    codes: tuple[int | None, ...] = ()

    @property
    def broken(self) -> tuple[Entry, ...]:
        """The helpers that ended with an error, which is not the same as to have no password."""
        ended = zip(self.asked or (), self.codes, strict=False)
        return tuple(entry for entry, code in ended if code)


class Handshake:
    """The handshake for one target.

    keys: the keys of whoever the AWS helper signs for, asked only if they lie nowhere on this
    machine; may raise Unavailable.
    """

    def __init__(
        self,
        target: Target,
        git: Git,
        profiles: Profiles,
        keys: Callable[[], Keys],
        fills: Fills,
        *,
        offline: bool = False,
    ) -> None:
        self._target, self._git, self._profiles = target, git, profiles
        self._keys, self._offline = keys, offline
        self._fills = fills

    @once
    def refusal_reason(self) -> str | None:
        """Why the helpers are not run; None if they may be."""
        if not self._git.at_least(versions.GIT_CREDENTIAL):
            return f"git before {versions.GIT_CREDENTIAL} has no command that asks the helpers"
        chain = self._git.credential(self._target).chain
        if not self._git.trusted:
            for entry in chain:
                if not entry.is_yours and not is_admitted(entry):
                    return (
                        "the clone's own configuration defines a credential helper, which is not "
                        "run without --trust-repository"
                    )
        for entry in chain:
            if reason := self._dangerous(entry.helper):
                return reason
        return None

    @once
    def answer(self) -> Answer:
        """Asks git, if nothing speaks against it. Raises Unavailable with that reason."""
        if reason := self.refusal_reason():
            raise Unavailable(reason)
        if known := self._by_analogy():
            return known
        chain = self._git.credential(self._target).chain
        outcome, codes = self._fills.of(self._target, self._git)
        told = dict(line.split("=", 1) for line in outcome.text.splitlines() if "=" in line)
        complete = outcome.failure is None and "username" in told and "password" in told
        credential = Credential(told["username"], told["password"]) if complete else None
        asked = chain[: len(codes)] if codes is not None else None
        by = None
        if credential and (asked or len(chain) == 1):
            by = asked[-1] if asked else chain[0]
        said = tuple(line for line in outcome.error_text.splitlines() if line.strip())
        failure = outcome.failure if outcome.code is None else None
        judgement = self._judged(credential, by)
        return Answer(credential, judgement, asked, by, said, failure, codes or ())

    def _by_analogy(self) -> Answer | None:
        """What the same helpers answer for this path, if their signature was proved to be right.

        Then the keys are known, and it is signed here with the same time: a process less.
        """
        settings = self._git.credential(self._target)
        chain = settings.chain
        if not chain or not all(e.helper.is_aws and not e.helper.aws.snippet for e in chain):
            return None
        first = self._fills.first((chain, self._target.host, self._target.user), self)
        answer = first.seen() if first is not self else None
        if answer is None or answer.credential is None or not settings.sends_path:
            return None
        access_key, _, token = answer.credential.username.partition("%")
        stamp = answer.credential.password.partition("Z")[0]
        for keys in known_keys(self._profiles):
            if (keys.access_key, keys.token or "") == (access_key, token):
                if len(resources := self._resources(answer.by)) > 1:
                    return None
                (resource,) = resources
                password = f"{stamp}Z{sign(keys, resource, stamp)}"
                credential = Credential(answer.credential.username, password)
                if answer.judgement.verified:
                    found = self._judged(credential, answer.by)
                    return structs.replace(answer, credential=credential, judgement=found)
        return None

    def _resources(self, by: Entry | None) -> list[Resource]:
        """What the helper that answered may have signed: one for each region that it may know."""
        aws = by.helper.aws if by and by.helper.is_aws else None
        regions = self._profiles.regions(aws.profile if aws else None)
        if aws and aws.region:
            regions = (aws.region,)
        return list(dict.fromkeys(Resource.of(self._target, it) for it in regions or (None,)))

    def seen(self) -> Answer | None:
        """The answer, to confirm what a file lets suspect; None if the helpers may not be run."""
        try:
            return self.answer()
        except Unavailable:
            return None

    def signed_now(self) -> bool:
        """Whether the AWS helper, which nobody else stands beside, made a signature just now.

        Then the program that it names is there, runs, and has the CodeCommit commands.
        """
        chain = self._git.credential(self._target).chain
        if len(chain) != 1 or not chain[0].helper.is_aws:
            return False
        answer = self.seen()
        return answer is not None and answer.judgement.shape is Shape.AWS_SIGNATURE

    def _judged(self, credential: Credential | None, by: Entry | None) -> Judgement:
        if credential is None:
            return Judgement(Shape.EMPTY)
        keys = known_keys(self._profiles)
        found = self._best(credential, by, keys)
        if found.shape is not Shape.AWS_SIGNATURE or found.owner or self._offline:
            return found
        try:
            more = self._keys()
        except Unavailable:
            return found
        return self._best(credential, by, (*keys, more))

    def _best(self, credential: Credential, by: Entry | None, keys: tuple[Keys, ...]) -> Judgement:
        """How it is judged for the region for which it is right; if for none, for the likeliest."""
        now, others = datetime.now(timezone.utc), self._git.paths()
        name, password = credential.username, credential.password
        found = [
            judge(name, password, resource, keys, now, other_paths=others)
            for resource in self._resources(by)
        ]
        return next((it for it in found if it.verified), found[0])

    def _dangerous(self, helper: Helper) -> str | None:
        """Why a helper can't be run without a prompt, or without the network if that is asked."""
        if helper.name == "helper-selector":
            return "the helper helper-selector opens a window whenever it is asked"
        if not helper.is_aws:
            local = helper.credential_store and helper.name != "oauth"
            if self._offline and not local and not helper.is_for_other_hosts:
                return f"the helper {helper.name} might use the network, and --offline is set"
            return None
        if self._offline and helper.aws.snippet:
            return "the AWS helper stands in a shell snippet, which might use the network"
        source = source_of(helper.aws.profile, self._profiles)
        if self._offline and not source.kind.offline:
            kind = source.kind.value
            return f"{source.who} uses {kind}, which may need the network: --offline is set"
        if source.mfa and not self._offline:
            try:
                self._keys()  # without a prompt: only if the AWS CLI left a session behind
            except Unavailable as reason:
                return f"the helper of {source.who} would ask for a second factor: {reason.reason}"
        return None


@probe
def handshake(
    target: Target, git: Git, profiles: Profiles, aws: Aws, fills: Fills, wanted: Wanted
) -> Handshake:
    """What git would send to the target."""
    return Handshake(target, git, profiles, aws.keys, fills, offline=wanted.offline)
