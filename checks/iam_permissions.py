"""The check ``iam-permissions``."""

from __future__ import annotations

from dataclasses import dataclass

from codecommit_doctor.check import (
    SIMULATION,
    Advice,
    Aws,
    Context,
    Decided,
    Decision,
    Endpoint,
    Evidence,
    Git,
    Handshake,
    Host,
    Identity,
    Origin,
    Policies,
    Request,
    Result,
    Signer,
    Symptom,
    Target,
    Unavailable,
    check,
    decisions,
    failed,
    forward,
    git_request,
    not_signing,
    passed,
    simulate,
    skipped,
    warned,
)

_PULL, _PUSH = "codecommit:GitPull", "codecommit:GitPush"
_OF_AWS = {
    "AWSCodeCommitPowerUser": "enough to pull and push",
    "AWSCodeCommitReadOnly": "enough to pull, not to push",
    "AWSCodeCommitFullAccess": "more than Git needs",
}
"""AWS's own policies for CodeCommit. Source: the CodeCommit User Guide, "AWS managed policies"."""

_WRONG = (Decided.DENIED, Decided.NOT_ALLOWED)


@check(
    id="iam-permissions",
    category="account",
    title="May you pull from and push to the repository?",
    why="Git needs codecommit:GitPull to fetch and codecommit:GitPush to push; whoever lacks them, "
    "or is denied them, gets a 403.",
    source="https://docs.aws.amazon.com/codecommit/latest/userguide/"
    "auth-and-access-control-permissions-reference.html#aa-git",
    after=("aws-credentials", "repository-url"),
    explains=("git-access/refused",),
    symptoms=(
        Symptom(
            r"not authorized to perform: codecommit:"
            r"|authori[sz]ation failed for \w+ source|authentication required for \w+ source"
            r"|codecommit:GitPull|codecommit:GitPush"
            r"|permissions required to access the AWS CodeCommit|GIT_CLONE_FAILED.*AccessDenied",
            "The user or role lacks codecommit:GitPull or codecommit:GitPush on the repository.",
        ),
    ),
)
def iam_permissions(
    target: Target,
    git: Git,
    aws: Aws,
    policies: Policies,
    handshake: Handshake,
    endpoint: Endpoint,
    signer: Signer,
    host: Host,
) -> Result:
    """## Symptom
    `The requested URL returned error: 403` with a fresh and right signature; or fetching works and
    pushing does not.

    ## How it looks
    IAM itself decides on both actions for this repository (`iam:SimulatePrincipalPolicy`). Where
    it may not be asked, or lacks the value of a condition key, the policies of the user or role
    are read and evaluated here: explicit denies, what is allowed, and the permissions boundary. If
    neither is allowed, the result names the missing permission, and which of AWS's own policies
    for CodeCommit are attached: AWSCodeCommitPowerUser is enough for pull and push,
    AWSCodeCommitReadOnly for pull alone, AWSCodeCommitFullAccess is more than Git needs. What Git
    then really gets is the last word: if it gets the refs, pulling is allowed, whatever the policies
    seem to say.

    A push makes two requests: the first names no branch, the second one does. A deny of GitPush
    under a condition on `codecommit:References` stops every push, unless a `Null` condition lets
    requests through that name no branch. For the second request the branch of the clone counts.

    ## By hand
    ### See what IAM decides
    On Windows, macOS and Linux, by an administrator, with the ARNs of the user or role (PRINCIPAL)
    and of the repository. Of a session name the role's ARN: that of the session is not taken.

    ```shell
    aws iam simulate-principal-policy --policy-source-arn PRINCIPAL --action-names codecommit:GitPull codecommit:GitPush --resource-arns arn:aws:codecommit:REGION:ACCOUNT:NAME
    ```

    ### Allow it
    By an administrator. `explicitDeny` above means that a policy has to be changed; `implicitDeny`
    that one is missing. For an IAM user, then for a role:

    ```shell
    aws iam attach-user-policy --user-name USER --policy-arn arn:aws:iam::aws:policy/AWSCodeCommitPowerUser
    ```

    ```shell
    aws iam attach-role-policy --role-name ROLE --policy-arn arn:aws:iam::aws:policy/AWSCodeCommitPowerUser
    ```

    A user of IAM Identity Center gets it in the permission set, not here.

    ## Known limits
    Not seen from here: the policy of a session and of a VPC endpoint. Service control policies of
    the organization show in the simulation alone.
    """  # noqa: E501
    if not aws.signs and (skip := not_signing(signer)):
        return skip
    region = target.region or aws.region
    if target.repository is None or region is None:
        return skipped("the address lacks a repository name or a region", code="no-repository")
    try:
        identity = policies.identity()
        fact = Evidence(identity.arn, Origin("sts:GetCallerIdentity"))
        if identity.kind == "root":
            return passed("you are the root user, whom IAM policies do not limit", fact)
        if identity.kind not in ("user", "role-session"):
            reason = f"the policies behind {identity.kind} credentials can't be found"
            return skipped(reason, fact, code="not-user-or-role")
        case = _Case.of(policies, identity, region, target, git, host)
    except Unavailable as unseen:
        return skipped(unseen.reason, code="identity-unknown")
    refused = endpoint.refused(handshake)
    try:
        return _judged(case, case.decide(), fact, refused, target.pushes)
    except Unavailable as unseen:
        everything = case.everything() if refused else ()
        reason = f"the policies can't be seen: {unseen.reason}"
        advice = (*everything, case.look())
        return skipped(reason, fact, advice=advice, code="policies-unseen")


@dataclass(frozen=True)
class _Case:
    """Who asks for what. branch: None if it is not known."""

    policies: Policies
    identity: Identity
    resource: str
    pull: Context
    push: Context
    branch: str | None

    @classmethod
    def of(
        cls,
        policies: Policies,
        identity: Identity,
        region: str,
        target: Target,
        git: Git,
        host: Host,
    ) -> _Case:
        caller, now = policies.caller(), host.now()
        place = f"arn:{identity.partition}:codecommit:{region}:{identity.account}"
        branch = git.branch() if target.remote else None
        pull = git_request(caller, region, now)
        push = git_request(caller, region, now, references=[branch] if branch else None)
        return cls(policies, identity, f"{place}:{target.repository}", pull, push, branch)

    @property
    def principal(self) -> str:
        found = self.pull.state("aws:PrincipalArn")
        return found[0] if isinstance(found, tuple) else self.identity.role_arn

    def decide(self) -> dict[str, Decision]:
        """The decisions on a pull, on a push's first request, and on its second one.

        Raises Unavailable.
        """
        first = Request(self.resource, self.pull)
        simulation = simulate(self.policies, (_PULL, _PUSH), first)
        found = decisions(self.policies, (_PULL, _PUSH), first, simulation)
        second = Request(self.resource, self.push)
        if not simulation.refused:
            simulation = simulate(self.policies, (_PUSH,), second)
        (branch,) = decisions(self.policies, (_PUSH,), second, simulation).values()
        return {**found, "branch": branch}

    def everything(self) -> tuple[Advice, ...]:
        """All that may be missing, where it can't be seen what is."""
        hidden = forward.to_try_unseen(long_term=self.policies.caller().long_term)
        return Advice(hidden), Advice(forward.ask_for_everything(self.resource))

    def look(self) -> Advice:
        command = forward.administrator_command(self.principal, (_PULL, _PUSH), self.resource)
        return Advice("An administrator can see what IAM decides, and by which statement:", command)

    def ask(self, action: str, decision: Decision) -> tuple[Advice, ...]:
        """A text to forward, and the command for an administrator."""
        if second := _second_factor(decision):
            return second, self.look()
        if decision.decided is Decided.MAYBE and decision.keys:
            texts = forward.ask_about(
                decision.place,
                action,
                decision.doubts,
                decision.limit,
                denies=decision.denies,
                wants=decision.wants,
            )
            return *map(Advice, texts), self.look()
        if decision.offer:
            texts = forward.ask_about(
                decision.offer,
                action,
                decision.keys,
                decision.limit,
                denies=False,
                wants=decision.wants,
            )
            return *map(Advice, texts), self.look()
        if decision.decided is Decided.DENIED:
            text = forward.ask_to_lift(
                decision.place, (action,), self.pull, decision.limit, decision.wants
            )
        else:
            actions = (_PULL, _PUSH) if action == _PULL else (_PUSH,)
            text = forward.ask_for_allow(actions, self.resource, decision.limit)
        return Advice(text), self.look()


def _judged(
    case: _Case, found: dict[str, Decision], fact: Evidence, refused: bool | None, pushes: bool
) -> Result:
    pull, push, branch = found[_PULL], found[_PUSH], found["branch"]
    facts = [fact, _evidence(_PULL, pull), _evidence(_PUSH, push)]
    if pull.decided in _WRONG or push.decided in _WRONG:
        facts += _named(case.policies)
    if pull.decided in _WRONG:
        if refused is False:
            summary = f"Git gets the refs, although {_PULL} seems to be {pull.decided.value}"
            return warned(summary, *facts, advice=(case.look(),), code="contradicted")
        code = "pull-denied" if pull.decided is Decided.DENIED else "pull-not-allowed"
        summary = f"{_PULL} is {_said(pull)}: Git can't fetch, nor clone"
        advice = case.ask(_PULL, pull)
        return failed(summary, *facts, advice=advice, confirmed=refused is True, code=code)
    if push.decided in _WRONG:
        code = "push-denied" if push.decided is Decided.DENIED else "push-not-allowed"
        summary = f"{_PUSH} is {_said(push)}: fetching may work, pushing does not"
        if refused is False and not pushes:
            return passed(f"you may pull, and not push: {_PUSH} is {push.decided.value}", *facts)
        judge = failed if pushes else warned
        return judge(summary, *facts, advice=case.ask(_PUSH, push), code=code)
    if pull.decided is Decided.MAYBE and refused is not False:
        code = "organization" if pull.limit == "organization" else "pull-depends"
        summary = f"whether {_PULL} is allowed depends on {', '.join(pull.doubts)}"
        return warned(summary, *facts, advice=case.ask(_PULL, pull), code=code)
    if push.decided is Decided.MAYBE:
        summary = f"you may pull; {_PUSH} depends on {', '.join(push.doubts)}"
        return passed(summary, *facts)
    if branch.decided in _WRONG:
        branch_fact = _evidence(f"{_PUSH} for {case.branch or 'some branches'}", branch)
        summary = f"you may pull and push, but not push to {case.branch or 'some branches'}"
        return passed(summary, *facts, branch_fact)
    if branch.decided is Decided.MAYBE:
        branch_fact = _evidence(f"{_PUSH} for a branch", branch)
        return passed("you may pull and push, to some branches at least", *facts, branch_fact)
    return passed("you may pull and push", *facts)


def _second_factor(decision: Decision) -> Advice | None:
    """How to come with MFA, where a statement wants it."""
    if decision.decided not in _WRONG or not forward.wants_a_second_factor(decision.keys):
        return None
    place = decision.offer or decision.place
    return Advice(forward.for_a_second_factor(place, denies=not decision.offer))


def _said(decision: Decision) -> str:
    return f"{decision.decided.value}{forward.lacking(decision.keys)}"


def _named(policies: Policies) -> list[Evidence]:
    """Which of AWS's policies for CodeCommit are attached; nothing where they can't be seen."""
    try:
        attached = policies.attached()
    except Unavailable:
        return []
    named = {one.name: one for one in attached.policies if one.of_aws and one.kind == "managed"}
    found = [
        Evidence(f"{name} is attached: {use}, where nothing denies it", Origin(named[name].place))
        for name, use in _OF_AWS.items()
        if name in named
    ]
    if found or attached.unseen:
        return found
    listed = ", ".join(_OF_AWS)
    return [Evidence(f"none of {listed} is attached", Origin("iam:ListAttachedUserPolicies"))]


def _evidence(action: str, decision: Decision) -> Evidence:
    doubts = f", depends on {', '.join(decision.doubts)}" if decision.doubts else ""
    origin = "iam:SimulatePrincipalPolicy" if decision.place == SIMULATION else decision.place
    return Evidence(f"{action}: {decision.decided.value}{doubts}", Origin(origin))
