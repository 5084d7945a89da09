"""The check ``iam-permissions``."""

from __future__ import annotations

from dataclasses import replace

from codecommit_doctor.check import (
    Advice,
    Aws,
    Endpoint,
    Evidence,
    Handshake,
    Origin,
    Policies,
    Result,
    Status,
    Target,
    Transport,
    check,
    passed,
    skipped,
)
from codecommit_doctor.probes.policies import Identity, Simulated, Unavailable
from codecommit_doctor.rules.iam.actions import Decided, Decision, Document, decide
from codecommit_doctor.rules.iam.conditions import Context
from codecommit_doctor.rules.iam.evaluation import MalformedPolicy

_PULL, _PUSH = "codecommit:GitPull", "codecommit:GitPush"
_ACTIONS = (_PULL, _PUSH)
_SIMULATION = Origin("iam:SimulatePrincipalPolicy")


@check(
    id="iam-permissions",
    category="account",
    title="May you pull from and push to the repository?",
    why="Git needs codecommit:GitPull to fetch and codecommit:GitPush to push; whoever lacks them, "
    "or is denied them, gets a 403.",
    source="https://docs.aws.amazon.com/codecommit/latest/userguide/"
    "auth-and-access-control-permissions-reference.html",
    after=("aws-credentials", "repository-url"),
    explains=("git-access/refused",),
)
def iam_permissions(
    target: Target, aws: Aws, policies: Policies, handshake: Handshake, endpoint: Endpoint
) -> Result:
    """## Symptom
    `The requested URL returned error: 403` with a fresh and right signature; or fetching works and
    pushing does not.

    ## How it looks
    IAM itself decides on both actions for this repository (`iam:SimulatePrincipalPolicy`). Where
    it may not be asked, the policies of the user or role are read and evaluated here: explicit
    denies, what is allowed, and the permissions boundary. If neither is allowed, it says which
    permission is missing. What Git then really gets is the last word: if it gets the refs, pulling
    is allowed, whatever the policies seem to say.

    A deny of GitPush under a condition on `codecommit:References` stops every push, unless a
    `Null` condition lets requests through that name no branch: Git's first one does not.

    Not seen from here: policies of the organization, of a session and of a VPC endpoint.

    ## By hand
    On Windows, macOS and Linux alike, by an administrator, with the ARNs of the user or role and
    of the repository:

        aws iam simulate-principal-policy --policy-source-arn ARN \\
            --action-names codecommit:GitPull codecommit:GitPush --resource-arns ARN
    """
    if target.transport not in (Transport.HTTPS, Transport.REMOTE_HELPER) or not aws.signs:
        return skipped("the AWS helper does not apply, so it is not known whom to ask about")
    region = target.region or aws.region
    if target.repository is None or region is None:
        return skipped("no repository and region are named")
    try:
        identity = policies.identity()
        fact = Evidence(identity.arn, Origin("sts:GetCallerIdentity"))
        if identity.kind == "root":
            return passed("you are the root user, whom IAM policies do not limit", fact)
        if identity.kind not in ("user", "role-session"):
            return skipped(f"the policies behind {identity.kind} credentials can't be found", fact)
        place = f"arn:{identity.partition}:codecommit:{region}:{identity.account}"
        resource = f"{place}:{target.repository}"
    except Unavailable as unseen:
        return skipped(unseen.reason)
    try:
        decisions = _decisions(policies, identity, resource, _context(policies, region))
    except (Unavailable, MalformedPolicy) as unseen:
        look = _look(_principal(identity), resource)
        return skipped(f"the policies can't be seen: {unseen}", fact, advice=(look,))
    return _judged(decisions, fact, identity, resource, endpoint.refused(handshake))


def _decisions(
    policies: Policies, identity: Identity, resource: str, context: Context
) -> dict[str, Decision]:
    """What is decided about each of the actions. Raises Unavailable, MalformedPolicy."""
    known = context.values
    texts = ("aws:PrincipalAccount", "aws:RequestedRegion", "aws:username")
    entries = (
        *((name, "string", known[name]) for name in texts if name in known),
        *((name, "boolean", known[name]) for name in ("aws:SecureTransport", "aws:ViaAWSService")),
    )
    try:
        simulated = policies.simulate(_ACTIONS, resource, entries)
    except Unavailable as refused:
        if not refused.missing_permission:
            raise
    else:
        found = {result.action: _simulated(result) for result in simulated}
        if Decided.MAYBE not in {decision.decided for decision in found.values()}:
            return found
    attached = policies.attached()
    if attached.unseen:
        raise attached.unseen[0][1]
    documents = [
        Document(f"policy {p.name} ({p.kind}, {p.owner})", p.document, p.kind == "boundary")
        for p in attached.policies
    ]
    return {action: decide(documents, action, resource, context) for action in _ACTIONS}


def _simulated(result: Simulated) -> Decision:
    words = {"allowed": Decided.ALLOWED, "explicitDeny": Decided.DENIED}
    decided = words.get(result.decision, Decided.NOT_ALLOWED)
    if result.missing:
        return Decision(Decided.MAYBE, "IAM's simulation", result.missing)
    source = f"policy {result.sources[0].policy}" if result.sources else "IAM's simulation"
    return Decision(decided, source)


def _context(policies: Policies, region: str) -> Context:
    """What is known of Git's own request; it names no branch at first."""
    known = policies.kms_context(region)
    values = {name: value for name, value in known.values.items() if not name.startswith("kms:")}
    values["aws:ViaAWSService"] = ("false",)
    absent = known.absent - {"aws:ResourceTag/"} | {"codecommit:References"}
    return replace(known, values=values, absent=absent, present=known.present - {"kms:ViaService"})


def _judged(
    decisions: dict[str, Decision],
    fact: Evidence,
    identity: Identity,
    resource: str,
    refused: bool | None,
) -> Result:
    pull, push = decisions[_PULL], decisions[_PUSH]
    facts = [fact, *(_evidence(name, decision) for name, decision in decisions.items())]
    wrong = (Decided.DENIED, Decided.NOT_ALLOWED)
    status, confirmed = Status.PASS, False
    if pull.decided in wrong and refused is not False:
        summary = f"{_PULL} is {pull.decided.value}: Git can't fetch, nor clone"
        status, confirmed = Status.FAIL, refused is True
    elif push.decided in wrong:
        summary = f"{_PUSH} is {push.decided.value}: fetching may work, pushing does not"
        status = Status.WARN
    elif pull.decided is Decided.MAYBE and refused is not False:
        summary = f"whether {_PULL} is allowed depends on {', '.join(pull.doubts)}"
        status = Status.WARN
    elif push.decided is Decided.MAYBE:
        summary = f"pulling is allowed; {_PUSH} depends on {', '.join(push.doubts)}"
    else:
        summary = "you may pull and push"
    advice: tuple[Advice, ...] = ()
    if status is not Status.PASS:
        advice = (Advice(_policy(resource)), _look(_principal(identity), resource))
    return Result(status, summary, tuple(facts), advice, confirmed=confirmed)


def _evidence(action: str, decision: Decision) -> Evidence:
    doubts = f", depends on {', '.join(decision.doubts)}" if decision.doubts else ""
    origin = _SIMULATION if decision.place == "IAM's simulation" else Origin(decision.place)
    return Evidence(f"{action}: {decision.decided.value}{doubts}", origin)


def _principal(identity: Identity) -> str:
    if identity.kind == "user":
        return identity.arn
    return f"arn:{identity.partition}:iam::{identity.account}:role/{identity.name}"


def _policy(resource: str) -> str:
    statement = (
        '{"Effect": "Allow", "Action": ["codecommit:GitPull", "codecommit:GitPush"], '
        f'"Resource": "{resource}"}}'
    )
    return (
        "Ask whoever manages the policies to take the deny away, or to allow the least that Git "
        f"needs: {statement}"
    )


def _look(principal: str, resource: str) -> Advice:
    return Advice(
        "An administrator can see what IAM decides:",
        (
            *("aws", "iam", "simulate-principal-policy", "--policy-source-arn", principal),
            *("--action-names", *_ACTIONS, "--resource-arns", resource),
        ),
    )
