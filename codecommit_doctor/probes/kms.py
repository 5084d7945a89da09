"""The KMS key of a repository, and what policies say of CodeCommit's use of it."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from msgspec import Struct, field, structs

from codecommit_doctor.probes.aws_session import Unavailable
from codecommit_doctor.probes.permissions import (
    Read,
    Simulation,
    decisions,
    read,
    simulate,
)
from codecommit_doctor.rules.iam.context import kms_request
from codecommit_doctor.rules.iam.kms import (
    NO_KEY,
    REAL_ACTIONS,
    Allow,
    Denial,
    denials,
    key_arn,
    missing_allow,
    unknown_keys,
)
from codecommit_doctor.rules.iam.patterns import HEX_DIGIT
from codecommit_doctor.rules.iam.policy import (
    Decided,
    Decision,
    MalformedPolicy,
    Request,
    statements_of,
)

if TYPE_CHECKING:
    from codecommit_doctor.probes.aws import Aws
    from codecommit_doctor.probes.policies import Simulated

__all__ = ["Denied", "Findings", "RepositoryKey", "examine", "key_of"]

_ALIAS = "alias/aws/codecommit"


class RepositoryKey(Struct, frozen=True):
    """The key, or all that it may be.

    requests: one for each. name: in words. shown: the ARN for an administrator's command.
    customer: whether it is a customer managed one; None if that is not known. known: which key it
    is, is known. unseen: what could not be asked, and why not.
    """

    requests: tuple[Request, ...]
    name: str
    shown: str
    customer: bool | None
    known: bool
    unseen: tuple[tuple[str, Unavailable], ...] = ()


class Denied(Struct, frozen=True):
    """A statement that denies. place: "" for what the simulation did not tell.

    certain: it covers the key and its condition holds. doubts: condition keys, or "Resource".
    limit: "boundary", "key" or "" for the policies of the user, group or role. keys: all that the
    statement's condition names.
    """

    actions: tuple[str, ...]
    place: str
    certain: bool
    doubts: tuple[str, ...] = ()
    limit: str = ""
    keys: tuple[str, ...] = ()


class Findings(Struct, frozen=True):
    """All that policies say. unseen: what could not be seen although it may decide.

    missing: what a customer managed key would need and the caller is not allowed. missing_limit:
    what does not allow it. notes: what could not be seen besides. open_keys: condition keys that
    the simulation lacked and nothing settled.
    """

    denials: tuple[Denied, ...] = ()
    organization: bool = False
    missing: Allow = field(default_factory=Allow)
    missing_limit: str = ""
    unseen: tuple[tuple[str, Unavailable], ...] = ()
    notes: tuple[tuple[str, Unavailable], ...] = ()
    open_keys: tuple[str, ...] = ()

    @property
    def key_policy_seen(self) -> bool:
        return not self.notes


def key_of(aws: Aws, repository: str | None, region: str, now: datetime) -> RepositoryKey:
    """The key of the repository; both kinds of keys if it can't be told which one it is.

    Raises Unavailable if not even the identity can be told.
    """
    keys = _Keys(aws, region, now)
    found = keys.of_repository(repository) if repository else None
    if found is None:
        requests = (*keys.managed(), *keys.any_customer())
        return keys.described(requests, "the repository's KMS key", None, known=False)
    if found == _ALIAS:
        known = keys.managed_id is not None
        return keys.described(keys.managed(), "the key aws/codecommit", False, known=known)
    customer = keys.is_customer(found)
    names = {
        True: "the repository's customer managed KMS key",
        False: "the key aws/codecommit",
        None: "the repository's KMS key",
    }
    request = keys.request(found, managed=customer is False)
    return keys.described((request,), names[customer], customer, known=True)


def examine(aws: Aws, key: RepositoryKey) -> Findings:
    """Asks IAM, reads the policies where that leaves something open, and the key's own policy."""
    request = Request(key.shown, key.requests[0].context)
    simulation = simulate(aws.policies, REAL_ACTIONS, request, known_resource=key.known)
    stopped = [r for r in simulation.results if r.decision == "explicitDeny" and not _limited(r)]
    settled = simulation.conclusive and not stopped
    found = Read() if settled else read(aws.policies)
    policy, notes = _key_policy(aws, key)
    missing, limit = _missing(aws, key, request, simulation, policy)
    open_question = not settled and not found.complete
    return Findings(
        (*_denied(key, stopped, found), *_denied_by_key(aws, key, policy)),
        any(map(_limited, simulation.results)),
        missing,
        limit,
        _reasons(simulation, found) if open_question else (),
        notes,
        simulation.open_keys if open_question else (),
    )


class _Keys:
    """The keys of a region, as far as the caller may see them."""

    def __init__(self, aws: Aws, region: str, now: datetime) -> None:
        self._aws, self._region, self._now = aws, region, now
        self._caller = aws.policies.caller()
        self.unseen: list[tuple[str, Unavailable]] = []
        self._aliases: tuple[tuple[str, str], ...] | None = None
        self.managed_id: str | None = None
        try:
            self._aliases = aws.policies.aliases(region)
        except Unavailable as reason:
            self.unseen.append(("the aliases of KMS keys", reason))
        else:
            self.managed_id = dict(self._aliases).get(_ALIAS, NO_KEY)

    def of_repository(self, name: str) -> str | None:
        """The id or ARN of a repository's key, the alias of AWS's own, None if it is not known."""
        try:
            repository = self._aws.repository(name, self._region)
        except Unavailable as reason:
            self.unseen.append(("the key of the repository", reason))
            return None
        if repository is None:
            return None
        key = repository.key_id or _ALIAS
        alias = key[key.find("alias/") :] if "alias/" in key else None
        if alias and alias != _ALIAS:
            return dict(self._aliases or ()).get(alias)
        return alias or key

    def is_customer(self, key: str) -> bool | None:
        """Whether it is a customer managed key; None if that can't be told."""
        if self.managed_id is not None:
            return key.rpartition("/")[2] != self.managed_id
        try:
            manager = self._aws.key(key, self._region).get("KeyManager")
        except Unavailable as reason:
            self.unseen.append(("who manages the key", reason))
            return None
        return {"AWS": False, "CUSTOMER": True}.get(str(manager))

    def request(self, key: str, *, managed: bool) -> Request:
        """What CodeCommit asks of AWS KMS for this key."""
        caller = self._caller
        arn = key_arn(caller.partition, self._region, caller.account, key)
        owner, id = arn.split(":")[4], arn.rpartition("/")[2]
        aliases: tuple[str, ...] | None = None
        if managed:
            aliases = (_ALIAS,)
        elif self._aliases is not None and owner == caller.account and HEX_DIGIT not in id:
            aliases = tuple(alias for alias, target in self._aliases if target == id)
        context = kms_request(
            caller, self._region, self._now, owner=owner, aliases=aliases, managed=managed
        )
        return Request(arn, context)

    def managed(self) -> tuple[Request, ...]:
        """The key aws/codecommit, or all that it may be."""
        known = self.managed_id
        ids = (known,) if known else self._unknown(managed=True)
        return tuple(self.request(id, managed=True) for id in ids)

    def any_customer(self) -> tuple[Request, ...]:
        """All that a customer managed key may be."""
        return tuple(self.request(key, managed=False) for key in self._unknown(managed=False))

    def _unknown(self, *, managed: bool) -> tuple[str, ...]:
        caller = self._caller
        return unknown_keys(caller.partition, self._region, caller.account, managed=managed)

    def described(
        self, requests: tuple[Request, ...], name: str, customer: bool | None, *, known: bool
    ) -> RepositoryKey:
        shown = requests[0].resource
        if HEX_DIGIT in shown:
            shown = f"{shown.rpartition('/')[0]}/{NO_KEY}"
        return RepositoryKey(requests, name, shown, customer, known, tuple(self.unseen))


def _limited(result: Simulated) -> bool:
    """Whether a service control policy stands in the way, and nothing that the caller has."""
    return result.organization is False and not result.sources


def _denied(key: RepositoryKey, stopped: list[Simulated], found: Read) -> tuple[Denied, ...]:
    """What is denied, by the simulation and by the policies that were read.

    Without open keys and for a known key the simulation is certain; else reading decides.
    """
    by_reading = tuple(
        _denial(denial, policy.place, "boundary" if policy.kind == "boundary" else "")
        for policy in found.policies
        for denial in denials(policy.document, key.requests)
    )
    if any(denial.certain for denial in by_reading):
        return tuple(denial for denial in by_reading if denial.certain)
    sure = key.known and any(not result.missing for result in stopped)
    if not stopped or (found.complete and not by_reading and not sure):
        return by_reading
    if by_reading:
        return tuple(structs.replace(denial, certain=sure) for denial in by_reading)
    nowhere = found.complete and not any(result.sources for result in stopped)
    return _simulated(stopped, certain=sure and not nowhere)


def _simulated(stopped: list[Simulated], *, certain: bool) -> tuple[Denied, ...]:
    """Where IAM says the decision comes from, one entry for each statement."""
    actions: dict[str, dict[str, None]] = {}
    for result in stopped:
        places = [
            f"policy {source.policy} ({source.kind})"
            + (f", statement at line {source.line}" if source.line else "")
            for source in result.sources
        ]
        for place in places or [""]:
            actions.setdefault(place, {})[result.action] = None
    doubts = tuple(sorted({key for result in stopped for key in result.missing}))
    return tuple(
        Denied(tuple(names), place, certain, () if certain else doubts)
        for place, names in actions.items()
    )


def _key_policy(
    aws: Aws, key: RepositoryKey
) -> tuple[str | None, tuple[tuple[str, Unavailable], ...]]:
    """The policy of a customer managed key, or why it can't be seen."""
    if not key.customer:
        return None, ()
    region = key.shown.split(":")[3]
    try:
        policy = aws.key_policy(key.shown, region)
        list(statements_of(policy))
    except Unavailable as reason:
        return None, (("the key's policy", reason),)
    except MalformedPolicy as error:
        return None, (("the key's policy", Unavailable(f"it can't be understood: {error}")),)
    return policy, ()


def _denied_by_key(aws: Aws, key: RepositoryKey, policy: str | None) -> tuple[Denied, ...]:
    if policy is None:
        return ()
    return tuple(
        _denial(found, "the key's policy", "key")
        for found in denials(policy, key.requests, aws.policies.caller())
    )


def _denial(found: Denial, place: str, limit: str) -> Denied:
    where = f"{place}, statement {found.sid}"
    return Denied(found.actions, where, found.certain, found.doubts, limit, found.keys)


def _missing(
    aws: Aws, key: RepositoryKey, request: Request, simulation: Simulation, policy: str | None
) -> tuple[Allow, str]:
    """What a customer managed key's caller is not allowed, and what limits it.

    Asked also where it is not known whether the key is one, or which one.
    """
    if key.customer is False:
        return Allow(), ""
    request = request if key.known else key.requests[-1]
    try:
        by_iam = decisions(aws.policies, REAL_ACTIONS, request, simulation, why=False)
    except Unavailable as unseen:
        unknown = Decision(Decided.MAYBE, unseen.reason)
        by_iam = dict.fromkeys(REAL_ACTIONS, unknown)
    limit = next((found.limit for found in by_iam.values() if found.limit), "")
    return missing_allow(by_iam, policy, request, aws.policies.caller()), limit


def _reasons(simulation: Simulation, found: Read) -> tuple[tuple[str, Unavailable], ...]:
    """What could not be seen, the simulation first."""
    refused = simulation.refused
    return ((("IAM's simulation", refused),) if refused else ()) + found.unseen
