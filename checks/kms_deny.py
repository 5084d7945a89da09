"""The check ``kms-deny``."""

from __future__ import annotations

from dataclasses import dataclass

from codecommit_doctor.check import (
    NEEDED,
    REAL_ACTIONS,
    Advice,
    Aws,
    Endpoint,
    Evidence,
    Findings,
    Handshake,
    Host,
    Identity,
    Origin,
    RepositoryKey,
    Result,
    Symptom,
    Target,
    Unavailable,
    check,
    examine,
    failed,
    forward,
    key_of,
    passed,
    skipped,
    warned,
)

_SIMULATION = Origin("iam:SimulatePrincipalPolicy")


@check(
    id="kms-deny",
    category="account",
    title="Does a policy keep CodeCommit from using the repository's KMS key?",
    why="CodeCommit uses the KMS key of the repository in your name; a deny for it stops push and "
    "pull, and a customer managed key needs an allow.",
    source="https://docs.aws.amazon.com/codecommit/latest/userguide/encryption.html",
    after=(),
    limit=30,
    explains=("git-access/refused",),
    symptoms=(
        Symptom(
            r"EncryptionKeyAccessDenied|not authorized to perform: kms:|kms:(?:Decrypt"
            r"|Encrypt|GenerateDataKey)",
            "The repository's encryption key may not be used.",
        ),
    ),
)
def kms_deny(
    target: Target, aws: Aws, handshake: Handshake, endpoint: Endpoint, host: Host
) -> Result:
    """## Symptom
    Git gets a 403 although the password was right.

    ## Why
    Everything in a repository is encrypted: CodeCommit asks AWS KMS for the repository's key in the
    name of whoever runs `git pull` or `git push`. Of the AWS managed key `aws/codecommit` nobody
    needs a permission, but an explicit deny always wins, of one of

    - `kms:Encrypt`
    - `kms:Decrypt`
    - `kms:ReEncrypt*` (also as `kms:ReEncryptFrom`, `kms:ReEncryptTo` or `kms:ReEncrypt`)
    - `kms:GenerateDataKey`
    - `kms:GenerateDataKeyWithoutPlaintext`
    - `kms:DescribeKey`

    With a customer managed key these actions must be allowed as well: by the key's own policy, or
    by your IAM policies if the key's policy names the account.

    ## How it looks
    1. `sts:GetCallerIdentity` says who you are. The root user has no policies.
    2. `codecommit:GetRepository` tells the key of the repository, `kms:ListAliases` or
       `kms:DescribeKey` whether it is a customer managed one.
    3. `iam:SimulatePrincipalPolicy` lets IAM itself decide, for a request through CodeCommit.
    4. Where that is not allowed or leaves something open, the policies are read and evaluated
       here: inline and managed ones and the permissions boundary of the user, those of its groups,
       or those of the role behind the session. Of a customer managed key, `kms:GetKeyPolicy`
       tells its own policy.
    5. Git has the last word: if it gets the refs, nothing stops it from reading.

    A deny that certainly covers the key, with no condition or one that certainly holds, is a
    failure. A deny for a key that may be another one, or under a condition that can't be decided
    from here (an IP address, a tag), is a warning. What may not be read is named.

    ## By hand
    On Windows, macOS and Linux, an administrator runs, with the ARNs of the user or role (PRINCIPAL)
    and of the key (of a session name the role's ARN: that of the session is not taken):

    ```shell
    aws iam simulate-principal-policy --policy-source-arn PRINCIPAL --resource-arns KEYARN --action-names kms:Encrypt kms:Decrypt kms:ReEncryptFrom kms:ReEncryptTo kms:GenerateDataKey kms:GenerateDataKeyWithoutPlaintext kms:DescribeKey
    ```

    and looks for `explicitDeny`; for a customer managed key also for `implicitDeny`. In the policy
    that denies, remove the six actions from the statement, limit its `Resource` to the keys that are
    meant, or exempt requests through CodeCommit by a condition:

    ```json
    "Condition": {"StringNotEquals": {"kms:ViaService": "codecommit.REGION.amazonaws.com"}}
    ```

    ## Known limits
    - That a customer managed key needs an allow is concluded: the User Guide says of AWS managed
      keys alone that they need none.
    - Service control policies and resource control policies of an AWS organization can't be read
      from here. The simulation knows the former only in part.
    - The policy of a session, handed over when a role was assumed, can't be read. Neither are
      grants of a key.
    - The simulation is not asked about `kms:ReEncrypt`, a name that CodeCommit's guide lists but
      that KMS does not ask IAM for. Where policies are read, a deny of that name counts.
    - Where the repository's key is not known, it may be `aws/codecommit` or a customer managed one:
      only a deny of both is certain, and the simulation, which needs one key, is no proof.
    """  # noqa: E501
    region = target.region or aws.region
    if not region:
        return skipped("no region is known, so neither is the key", code="no-region")
    try:
        identity = aws.identity()
        who = Evidence(identity.arn, Origin("sts:GetCallerIdentity"))
        if identity.kind == "root":
            return passed("you are the root user, whom IAM policies do not limit", who)
        if identity.kind not in ("user", "role-session"):
            reason = f"the policies behind {identity.kind} credentials can't be found"
            return skipped(reason, who, code="not-user-or-role")
        key = key_of(aws, target.repository, region, host.now())
    except Unavailable as unseen:
        return skipped(unseen.reason, code="identity-unknown")
    case = _Case(identity, key, region, target.pushes)
    return case.judge(examine(aws, key), who, endpoint.refused(handshake))


@dataclass(frozen=True)
class _Case:
    """Who uses which key. pushes: a push is in question."""

    identity: Identity
    key: RepositoryKey
    region: str
    pushes: bool

    def judge(self, found: Findings, who: Evidence, refused: bool | None) -> Result:
        """refused: whether the service refuses what Git sends; None if that was not tried."""
        if any(denial.certain for denial in found.denials):
            return self._denied(found, refused)
        if self._lacks(found, refused):
            return self._not_allowed(found, refused)
        facts = [who, *self._evidence(found)]
        if refused is False:
            return passed("Git gets the refs: no policy keeps CodeCommit from its key", *facts)
        if found.denials:
            summary = f"a policy may deny CodeCommit the use of {self.key.name}"
            advice = (*self._ask(found), self._look())
            return warned(summary, *facts[1:], advice=advice, code="perhaps-denied")
        if found.organization:
            summary = f"the organization may deny CodeCommit the use of {self.key.name}"
            text = forward.ask_for_allow(REAL_ACTIONS, self.key.shown, "organization")
            advice = (Advice(text), self._look())
            return warned(summary, *facts, advice=advice, code="organization")
        if found.unseen:
            return self._unseen(found, facts, refused)
        if self.key.customer is None and refused and found.missing.place:
            reason = (
                "no policy denies it, but whether the key is a customer managed one is not known"
            )
            advice = (Advice(self._everything()), self._look())
            return skipped(reason, *facts, advice=advice, code="key-unknown")
        if found.missing.perhaps and self.key.customer:
            summary = f"IAM policies do not allow you to use {self.key.name}, its own policy may"
            if found.missing.doubts:
                depends = ", ".join(found.missing.doubts)
                summary = f"your right to use {self.key.name} depends on {depends}"
            return warned(summary, *facts, advice=self._allow(found), code="perhaps-not-allowed")
        return passed(f"no policy keeps CodeCommit from using {self.key.name}", *facts)

    def _denied(self, found: Findings, refused: bool | None) -> Result:
        evidence = self._denials(found)
        if refused is False:
            summary = (
                f"Git gets the refs, although a policy seems to deny the use of {self.key.name}: "
                "pushing may fail"
            )
            return warned(summary, *evidence, advice=(self._look(),), code="contradicted")
        without = " without a second factor (MFA)" if self._second_factor(found) else ""
        summary = f"a policy denies CodeCommit the use of {self.key.name}{without}"
        advice = (*self._ask(found), self._look())
        return failed(summary, *evidence, advice=advice, confirmed=refused is True, code="denied")

    def _lacks(self, found: Findings, refused: bool | None) -> bool:
        """Whether the allow of a customer managed key is missing for certain.

        If its own policy can't be read, that takes a refusal that was seen, and IAM policies that
        certainly do not allow it.
        """
        missing = found.missing
        if refused is False and "kms:Decrypt" in missing.missing:
            return False  # Git reads all the same, by a grant perhaps
        seen = refused is True and not found.key_policy_seen and not missing.doubts
        return bool(missing.missing or (seen and missing.perhaps))

    def _not_allowed(self, found: Findings, refused: bool | None) -> Result:
        evidence, advice = self._evidence(found), self._allow(found)
        if refused is False:
            summary = "Git gets the refs, but not all that a push needs of the key is allowed"
            if not self.pushes:
                return passed(summary, *evidence)
            return warned(summary, *evidence, advice=advice, code="push-not-allowed")
        summary = f"you are not allowed to use {self.key.name}"
        confirmed = refused is True
        return failed(summary, *evidence, advice=advice, confirmed=confirmed, code="not-allowed")

    def _unseen(self, found: Findings, facts: list[Evidence], refused: bool | None) -> Result:
        lacking = [r.missing_permission for _, r in found.unseen if r.missing_permission]
        if lacking:
            permissions = ", ".join(dict.fromkeys(lacking))
            reason = f"not all policies can be seen; missing: {permissions}"
        else:
            reason = f"not all policies can be seen: {found.unseen[-1][1].reason}"
        ask = (Advice(self._everything()),) if refused else ()
        advice = (*ask, self._look())
        return skipped(reason, *facts, advice=advice, code="policies-unseen")

    def _everything(self) -> str:
        """A text to forward where nothing can be seen."""
        text = (
            f"Ask an IAM administrator: no policy may deny {', '.join(NEEDED)} on {self.key.shown}"
        )
        allow = "; if it is a customer managed key, they must be allowed on it"
        return text if self.key.customer is False else text + allow

    def _denials(self, found: Findings) -> list[Evidence]:
        return [
            Evidence(
                "; ".join([f"denies {', '.join(one.actions)}", *map(self._doubt, one.doubts)]),
                Origin(one.place) if one.place else _SIMULATION,
            )
            for one in found.denials
        ]

    def _evidence(self, found: Findings) -> list[Evidence]:
        evidence = self._denials(found)
        evidence += [
            Evidence(f"does not allow {', '.join(actions)}", Origin(found.missing.place))
            for actions in (found.missing.missing, found.missing.perhaps)
            if actions and self.key.customer
        ]
        if found.organization:
            evidence.append(Evidence("not allowed by the organization", _SIMULATION))
        evidence += [Evidence(f"depends on {key}", _SIMULATION) for key in found.open_keys]
        return evidence + [
            Evidence(f"not seen: {what}", Origin(reason.reason))
            for what, reason in (*self.key.unseen, *found.notes, *found.unseen)
        ]

    def _doubt(self, doubt: str) -> str:
        if doubt == "Resource":
            return f"it may or may not cover {self.key.name}"
        return f"it depends on {doubt}"

    def _ask(self, found: Findings) -> tuple[Advice, ...]:
        """A text to forward for each statement, or how to come with MFA where that decides."""
        if second := self._second_factor(found):
            return (second,)
        context = self.key.requests[0].context
        return tuple(
            Advice(
                forward.ask_to_lift(
                    one.place or "the policy that the command names",
                    one.actions,
                    context,
                    one.limit,
                )
            )
            for one in found.denials
        )

    def _second_factor(self, found: Findings) -> Advice | None:
        """How to come with MFA, where every statement denies what comes without."""
        if all(one.certain and forward.wants_a_second_factor(one.keys) for one in found.denials):
            return Advice(forward.for_a_second_factor(found.denials[0].place))
        return None

    def _allow(self, found: Findings) -> tuple[Advice, ...]:
        limit = "key" if found.missing.place == "the key's policy" else found.missing_limit
        actions = (*found.missing.missing, *found.missing.perhaps)
        text = forward.ask_for_allow(actions, self.key.shown, limit)
        see = Advice(
            "The key's own policy:", forward.key_policy_command(self.key.shown, self.region)
        )
        return (Advice(text), self._look(), *(() if found.key_policy_seen else (see,)))

    def _look(self) -> Advice:
        context = self.key.requests[0].context
        principal = context.state("aws:PrincipalArn")
        arn = principal[0] if isinstance(principal, tuple) else self.identity.role_arn
        command = forward.administrator_command(arn, REAL_ACTIONS, self.key.shown, context)
        return Advice("An administrator can see what IAM decides, and by which statement:", command)
