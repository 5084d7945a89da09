"""The check ``kms-deny``."""

from __future__ import annotations

from dataclasses import dataclass

from codecommit_doctor.check import (
    Advice,
    Evidence,
    Origin,
    Policies,
    Result,
    Target,
    check,
    failed,
    passed,
    skipped,
    warned,
)
from codecommit_doctor.probes.policies import (
    AttachedPolicy,
    ContextEntry,
    Identity,
    Simulated,
    Unavailable,
)
from codecommit_doctor.rules.iam.conditions import Context
from codecommit_doctor.rules.iam.evaluation import (
    NO_KEY,
    REAL_ACTIONS,
    Denial,
    Key,
    MalformedPolicy,
    denials,
)


@check(
    id="kms-deny",
    category="account",
    title="Does a policy deny CodeCommit the use of its KMS key?",
    why="CodeCommit uses the key aws/codecommit in your name; a deny for it stops push and pull.",
    source="https://docs.aws.amazon.com/codecommit/latest/userguide/encryption.html",
    after=(),
    limit=30,
    explains=("git-access/refused",),
)
def kms_deny(target: Target, policies: Policies) -> Result:
    """## Symptom
    Git gets a 403 although the password was right. Everything in a repository is encrypted:
    CodeCommit asks AWS KMS for the key `aws/codecommit` in the name of whoever runs `git pull` or
    `git push`. Nobody needs a permission for that key, but an explicit deny always wins, of one of

    - `kms:Encrypt`
    - `kms:Decrypt`
    - `kms:ReEncrypt*` (also as `kms:ReEncryptFrom`, `kms:ReEncryptTo` or `kms:ReEncrypt`)
    - `kms:GenerateDataKey`
    - `kms:GenerateDataKeyWithoutPlaintext`
    - `kms:DescribeKey`

    ## How it looks
    1. `sts:GetCallerIdentity` says who you are. The root user has no policies.
    2. `kms:ListAliases` tells the id of the key, if it may be called.
    3. `iam:SimulatePrincipalPolicy` lets IAM itself decide, for a request through CodeCommit.
    4. Where that is not allowed or leaves something open, the policies are read and evaluated
       here: inline and managed ones and the permissions boundary of the user, those of its groups,
       or those of the role behind the session.

    A deny that certainly covers the key, with no condition or one that certainly holds, is a
    failure. A deny for a key that may be another one, or under a condition that can't be decided
    from here (an IP address, a tag), is a warning. What may not be read is named.

    ## By hand
    Ask whoever manages the policies to change the statement that the evidence names: take the six
    actions out of it, limit its `Resource` to the keys that are meant, or exempt requests through
    CodeCommit by a condition:

        "Condition": {"StringNotEquals": {"kms:ViaService": "codecommit.REGION.amazonaws.com"}}

    To look by hand, an administrator runs, with the ARN of the user or role:

        aws iam simulate-principal-policy --policy-source-arn ARN --action-names kms:Encrypt \\
            kms:Decrypt kms:ReEncryptFrom kms:ReEncryptTo kms:GenerateDataKey \\
            kms:GenerateDataKeyWithoutPlaintext kms:DescribeKey

    and looks for `explicitDeny`.

    ## Limits
    - Service control policies and resource control policies of an AWS organization can't be read
      from here. The simulation knows the former only in part.
    - The policy of a session, handed over when a role was assumed, can't be read.
    - The simulation is not asked about `kms:ReEncrypt`, a name that CodeCommit's guide lists but
      that KMS does not ask IAM for. Where policies are read, a deny of that name counts.
    - Without `kms:ListAliases` the key's id is not known. The simulation then uses a made-up one.
    - A repository that is encrypted with a customer managed key follows that key's policy.
    """

    region = target.region or policies.region
    if not region:
        return skipped("no region is known, so neither is the key")
    try:
        identity = policies.identity()
        if identity.kind == "root":
            return passed("you are the root user, whom IAM policies do not limit", _who(identity))
        if identity.kind not in ("user", "role-session"):
            return skipped(
                f"the policies behind {identity.kind} credentials can't be found", _who(identity)
            )
        return _examine(_Case.of(policies, identity, region))
    except Unavailable as unseen:
        return skipped(unseen.reason)


@dataclass(frozen=True)
class _Case:
    """What is asked, about whom."""

    policies: Policies
    identity: Identity
    key: Key
    context: Context

    @classmethod
    def of(cls, policies: Policies, identity: Identity, region: str) -> _Case:
        try:
            key_id: str | None = policies.key_id(region) or NO_KEY
        except Unavailable:
            key_id = None
        key = Key(identity.partition, region, identity.account, key_id)
        return cls(policies, identity, key, policies.kms_context(region))

    @property
    def principal(self) -> str:
        """The ARN for an administrator's command."""
        if self.identity.kind == "user":
            return self.identity.arn
        found = self.context.values.get("aws:PrincipalArn")
        place = f"arn:{self.identity.partition}:iam::{self.identity.account}"
        return found[0] if found else f"{place}:role/{self.identity.name}"


@dataclass(frozen=True)
class _Read:
    """What reading the policies brought. unseen: what could not be read, and why not."""

    denials: tuple[tuple[AttachedPolicy, Denial], ...] = ()
    unseen: tuple[tuple[str, Unavailable], ...] = ()

    @property
    def certain(self) -> tuple[tuple[AttachedPolicy, Denial], ...]:
        return tuple(found for found in self.denials if found[1].certain)


def _examine(case: _Case) -> Result:
    try:
        simulated = _simulate(case)
    except Unavailable as refused:
        return _by_reading(case, _read(case), refused)
    denied = [result for result in simulated if result.decision == "explicitDeny"]
    missing = sorted({key for result in simulated for key in result.missing})
    if denied:
        return _by_simulation(case, denied, _read(case))
    if missing:
        return _by_reading(case, _read(case), missing=missing)
    if case.key.key_id is None and (read := _read(case)).denials:
        return _by_reading(case, read)  # of keys that are named by their ids IAM could say nothing
    if any(result.organization is False for result in simulated):
        fact = "IAM's simulation: not allowed by the organization"
        return warned(
            "the organization's policies may stand between CodeCommit and its key",
            Evidence(fact, _SIMULATION),
            advice=_advice(case),
        )
    return passed("no policy denies CodeCommit the use of its key", _who(case.identity))


def _simulate(case: _Case) -> tuple[Simulated, ...]:
    texts = (
        "aws:PrincipalAccount",
        "aws:RequestedRegion",
        "aws:username",
        "kms:CallerAccount",
        "kms:ViaService",
    )
    truths = ("aws:SecureTransport", "aws:ViaAWSService")
    known = case.context.values
    entries: tuple[ContextEntry, ...] = (
        *((name, "string", known[name]) for name in texts if name in known),
        *((name, "boolean", known[name]) for name in truths),
    )
    return case.policies.simulate(REAL_ACTIONS, case.key.arn(), entries)


def _read(case: _Case) -> _Read:
    """Reads and evaluates all that may be read."""
    from codecommit_doctor.probes.policies import Unavailable

    try:
        attached = case.policies.attached()
    except Unavailable as unseen:
        return _Read(unseen=((f"the policies of {case.identity.name}", unseen),))
    found, unseen_ones = [], list(attached.unseen)
    for policy in attached.policies:
        try:
            found += [
                (policy, denial) for denial in denials(policy.document, case.key, case.context)
            ]
        except MalformedPolicy as error:
            what = f"policy {policy.name} of {policy.owner}"
            unseen_ones.append((what, Unavailable(f"{what} can't be understood: {error}")))
    return _Read(tuple(found), tuple(unseen_ones))


def _by_simulation(case: _Case, denied: list[Simulated], read: _Read) -> Result:
    """IAM says that something is denied; reading can name the statement and settle the rest.

    IAM is not certain about a condition that it had no value for, nor about a key whose id it
    was not given.
    """
    open_conditions = sorted({key for result in denied for key in result.missing})
    doubtful = open_conditions or (case.key.key_id is None and read.denials)
    if read.certain:
        return _fail(case, _evidence(read.certain))
    evidence = _evidence(read.denials) if read.denials else _sources(denied)
    if not doubtful:
        return _fail(case, evidence)
    notes = [Evidence(f"depends on {key}", _SIMULATION) for key in open_conditions]
    return _warn(case, [*evidence, *notes])


def _by_reading(
    case: _Case, read: _Read, refused: Unavailable | None = None, missing: list[str] | None = None
) -> Result:
    """IAM did not decide, or had no values for the condition keys in missing."""
    if read.certain:
        return _fail(case, _evidence(read.certain))
    if read.denials:
        return _warn(case, [*_evidence(read.denials), *_unseen(read)])
    if not read.unseen:
        return passed("no policy denies CodeCommit the use of its key", _who(case.identity))
    reasons = [refused] if refused else []
    reasons += [reason for _, reason in read.unseen]
    lacking = dict.fromkeys(r.missing_permission for r in reasons if r.missing_permission)
    evidence = [_who(case.identity), *_unseen(read)]
    evidence += [Evidence(f"depends on {key}", _SIMULATION) for key in missing or ()]
    if lacking:
        summary = f"not all policies can be seen; missing: {', '.join(filter(None, lacking))}"
    else:
        summary = f"not all policies can be seen: {reasons[-1].reason}"
    return skipped(summary, *evidence, advice=_advice(case, "An administrator can look instead:"))


def _fail(case: _Case, evidence: list[Evidence]) -> Result:
    summary = "a policy denies CodeCommit the use of its key aws/codecommit"
    return failed(summary, *evidence, advice=_advice(case))


def _warn(case: _Case, evidence: list[Evidence]) -> Result:
    summary = "a policy may deny CodeCommit the use of its key aws/codecommit"
    return warned(summary, *evidence, advice=_advice(case))


def _evidence(found: tuple[tuple[AttachedPolicy, Denial], ...]) -> list[Evidence]:
    evidence = []
    for policy, denial in found:
        fact = "; ".join([f"denies {', '.join(denial.actions)}", *denial.doubts])
        kind = {"boundary": "permissions boundary"}.get(policy.kind, policy.kind)
        place = f"policy {policy.name} ({kind}, {policy.owner}), statement {denial.sid}"
        evidence.append(Evidence(fact, Origin(place)))
    return evidence


def _sources(denied: list[Simulated]) -> list[Evidence]:
    """Where IAM says the decision comes from, one entry for each statement."""
    actions: dict[Origin, list[str]] = {}
    for result in denied:
        for source in result.sources:
            line = f", statement at line {source.line}" if source.line else ""
            place = Origin(f"policy {source.policy} ({source.kind}){line}")
            actions.setdefault(place, []).append(result.action)
        if not result.sources:
            actions.setdefault(_SIMULATION, []).append(result.action)
    return [Evidence(f"denies {', '.join(names)}", place) for place, names in actions.items()]


def _unseen(read: _Read) -> list[Evidence]:
    return [Evidence(f"not seen: {what}", Origin(reason.reason)) for what, reason in read.unseen]


def _who(identity: Identity) -> Evidence:
    return Evidence(identity.arn, Origin("sts:GetCallerIdentity"))


def _advice(
    case: _Case, introduction: str = "An administrator can see what IAM decides:"
) -> tuple[Advice, ...]:
    command = (
        *("aws", "iam", "simulate-principal-policy"),
        *("--policy-source-arn", case.principal),
        *("--action-names", *REAL_ACTIONS),
        *("--resource-arns", case.key.arn()),
    )
    look = Advice(introduction, command)
    if introduction.endswith("instead:"):
        return (look,)
    change = "Ask whoever manages this policy to take these actions out of the deny"
    if service := case.context.values.get("kms:ViaService"):
        exempt = f'"Condition": {{"StringNotEquals": {{"kms:ViaService": "{service[0]}"}}}}'
        change += f", or to exempt requests through CodeCommit: {exempt}"
    return (Advice(change), look)


_SIMULATION = Origin("iam:SimulatePrincipalPolicy")
