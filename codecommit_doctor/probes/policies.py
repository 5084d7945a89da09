"""Who signs the requests, and which policies apply: read through AWS STS, IAM and KMS."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any

from msgspec import Struct, structs

from codecommit_doctor.probes import probe
from codecommit_doctor.probes.aws_session import AwsSession, Unavailable
from codecommit_doctor.probes.once import once

if TYPE_CHECKING:
    from codecommit_doctor.probes.principal import Principal
    from codecommit_doctor.rules.iam.context import Caller, Context, Entry

__all__ = [
    "Attached",
    "AttachedPolicy",
    "Identity",
    "Policies",
    "PolicySource",
    "Simulated",
    "Unavailable",
]


class Identity(Struct, frozen=True):
    """Whose credentials these are.

    kind: root, user, role-session, federated or other. name: of the user or of the role behind the
    session. user_id: AWS's unique id (aws:userid). long_term: signed with a key that never expires.
    """

    arn: str
    account: str
    kind: str
    name: str
    partition: str
    user_id: str
    long_term: bool

    @property
    def role_arn(self) -> str:
        """The ARN of the role behind the session, if its name has no path."""
        return f"arn:{self.partition}:iam::{self.account}:role/{self.name}"


class AttachedPolicy(Struct, frozen=True):
    """A policy that applies. kind: managed, inline or boundary. owner: such as "group staff".

    of_aws: whether AWS wrote it and keeps it.
    """

    name: str
    kind: str
    owner: str
    document: Any
    of_aws: bool = False

    @property
    def place(self) -> str:
        """Where it stands, in words."""
        kind = "permissions boundary" if self.kind == "boundary" else self.kind
        return f"policy {self.name} ({kind}, {self.owner})"


class Attached(Struct, frozen=True):
    """What applies, as far as it could be read. unseen: what it was, and why not."""

    policies: tuple[AttachedPolicy, ...]
    unseen: tuple[tuple[str, Unavailable], ...] = ()


class PolicySource(Struct, frozen=True):
    """The place of a statement that decided a simulation. line: where it begins in its policy."""

    policy: str
    kind: str
    line: int | None


class Simulated(Struct, frozen=True):
    """IAM's own decision on one action: allowed, explicitDeny or implicitDeny.

    missing: condition keys that policies name and nobody gave a value, even in statements about
    something else; without those that the request does not have. organization: False if a service
    control policy stands in the way, None if there is none to be seen. boundary: False if the
    permissions boundary does not allow it, None if there is none.
    """

    action: str
    decision: str
    sources: tuple[PolicySource, ...] = ()
    missing: tuple[str, ...] = ()
    organization: bool | None = None
    boundary: bool | None = None


class Policies:
    """What AWS knows about the owner of some credentials. Every method may raise Unavailable.

    profile: None for what the AWS SDK takes by itself. region: where STS and KMS are asked.
    unknown: an AWS helper signs with credentials that it chooses in its own way. yours: the user's
    AWS CLI may be asked for the keys of this profile.
    """

    def __init__(
        self,
        profile: str | None,
        region: str | None,
        offline: bool,
        *,
        unknown: bool = False,
        yours: bool = False,
    ) -> None:
        self.profile, self.region, self.offline = profile, region, offline
        self.unknown = unknown
        self.session = AwsSession(profile, region, offline, asks_cli=yours)

    @once
    def identity(self) -> Identity:
        """Source: AWS STS API Reference, GetCallerIdentity, which needs no permission."""
        if self.unknown:
            raise Unavailable(
                "the AWS helper chooses its credentials in its own way; with --profile NAME you "
                "can say which they are"
            )
        long_term = self.session.long_term()
        caller = self.session.ask("sts", "get_caller_identity")
        arn = str(caller["Arn"])
        _, partition, service, _, _, resource = arn.split(":", 5)
        sort, *path = resource.split("/")
        kind = {
            ("iam", "root"): "root",
            ("iam", "user"): "user",
            ("sts", "assumed-role"): "role-session",
            ("sts", "federated-user"): "federated",
        }.get((service, sort), "other")
        name = sort if not path else path[0] if kind == "role-session" else path[-1]
        account, user_id = str(caller["Account"]), str(caller["UserId"])
        return Identity(arn, account, kind, name, partition, user_id, long_term)

    @once
    def principal_arn(self) -> str:
        """The ARN that policies are attached to: a session's role, with the path of its name."""
        identity = self.identity()
        if identity.kind in ("user", "root"):
            return identity.arn
        if identity.kind == "role-session":
            return str(self._role(identity.name)["Arn"])
        raise Unavailable(f"no policies can be found for {identity.kind} credentials")

    @once
    def caller(self) -> Caller:
        """Who asks, for the context of a request."""
        from codecommit_doctor.rules.iam.context import Caller

        identity = self.identity()
        try:
            arn: str | None = self.principal_arn()
        except Unavailable:
            arn = None
        return Caller(
            identity.partition,
            identity.account,
            user_name=identity.name if identity.kind == "user" else None,
            user_id=identity.user_id,
            arn=arn,
            long_term=identity.long_term,
        )

    @once
    def aliases(self, region: str) -> tuple[tuple[str, str], ...]:
        """The aliases of KMS keys in a region: (alias, id of its key).

        An alias is not looked up by DescribeKey: given the alias of an AWS managed key that does
        not exist yet, it makes one (AWS KMS API Reference, DescribeKey, KeyId).
        """
        if self.region not in (None, region):
            return Policies(self.profile, region, self.offline).aliases(region)
        aliases = self.session.ask_all("kms", "list_aliases", "Aliases")
        return tuple(
            (str(entry["AliasName"]), str(entry["TargetKeyId"]))
            for entry in aliases
            if "TargetKeyId" in entry
        )

    def simulate(
        self, actions: tuple[str, ...], resource: str, context: Context
    ) -> tuple[Simulated, ...]:
        """Source: IAM API Reference, SimulatePrincipalPolicy."""
        from codecommit_doctor.rules.iam.context import ABSENT, to_simulate

        found = self._simulate(actions, resource, to_simulate(context))
        return tuple(
            structs.replace(
                one, missing=tuple(k for k in one.missing if context.state(k) != ABSENT)
            )
            for one in found
        )

    @once
    def _simulate(
        self, actions: tuple[str, ...], resource: str, entries: tuple[Entry, ...]
    ) -> tuple[Simulated, ...]:
        try:
            principal = self.principal_arn()
        except Unavailable as unseen:
            if not unseen.missing_permission:
                raise
            principal = self.identity().role_arn  # a wrong guess is answered
        found = self.session.ask_all(
            "iam",
            "simulate_principal_policy",
            "EvaluationResults",
            PolicySourceArn=principal,
            ActionNames=list(actions),
            ResourceArns=[resource],
            ContextEntries=[
                {"ContextKeyName": key, "ContextKeyType": kind, "ContextKeyValues": list(values)}
                for key, kind, values in entries
            ],
        )
        return tuple(_simulated(result) for result in found)

    @once
    def attached(self) -> Attached:
        """The policies of the user, of its groups or of the session's role, and its boundary."""
        identity = self.identity()
        if identity.kind == "root":
            return Attached(())
        if identity.kind == "user":
            return _Reading(self.session).user(identity.name)
        if identity.kind == "role-session":
            return _Reading(self.session).role(identity.name, lambda: self._role(identity.name))
        raise Unavailable(f"no policies can be found for {identity.kind} credentials")

    @once
    def _role(self, name: str) -> dict[str, Any]:
        return dict(self.session.ask("iam", "get_role", RoleName=name)["Role"])


@probe
def policies(principal: Principal) -> Policies:
    """The policies of whoever the target's requests are signed by."""
    who = principal
    return Policies(who.profile, who.region, who.offline, unknown=who.unknown, yours=who.yours)


class _Reading:
    """Collects policies; what may not be read is remembered, and the rest is read."""

    def __init__(self, aws: AwsSession) -> None:
        self._aws = aws
        self._policies: list[AttachedPolicy] = []
        self._unseen: list[tuple[str, Unavailable]] = []

    def user(self, name: str) -> Attached:
        self._of("user", name, lambda: self._ask("get_user", UserName=name)["User"])
        groups = self._try(
            f"the groups of user {name}",
            lambda: self._list("list_groups_for_user", "Groups", UserName=name),
        )
        for group in groups or ():
            self._of("group", group["GroupName"])
        return Attached(tuple(self._policies), tuple(self._unseen))

    def role(self, name: str, entity: Callable[[], dict[str, Any]]) -> Attached:
        self._of("role", name, entity)
        return Attached(tuple(self._policies), tuple(self._unseen))

    def _of(self, sort: str, name: str, entity: Callable[[], dict[str, Any]] | None = None) -> None:
        """All policies of a user, group or role. entity: how to read it, if it has a boundary."""
        owner, named = f"{sort} {name}", {f"{sort.title()}Name": name}
        inline = self._try(
            f"inline policies of {owner}",
            lambda: self._list(f"list_{sort}_policies", "PolicyNames", **named),
        )
        for policy in inline or ():
            self._inline(sort, owner, named, policy)
        managed = self._try(
            f"managed policies of {owner}",
            lambda: self._list(f"list_attached_{sort}_policies", "AttachedPolicies", **named),
        )
        for entry in managed or ():
            self._managed("managed", owner, entry["PolicyArn"])
        if entity:
            found = self._try(f"the permissions boundary of {owner}", entity)
            if boundary := (found or {}).get("PermissionsBoundary"):
                self._managed("boundary", owner, boundary["PermissionsBoundaryArn"])

    def _inline(self, sort: str, owner: str, named: dict[str, str], policy: str) -> None:
        document = self._try(
            f"policy {policy} of {owner}",
            lambda: self._ask(f"get_{sort}_policy", PolicyName=policy, **named)["PolicyDocument"],
        )
        if document is not None:
            self._policies.append(AttachedPolicy(policy, "inline", owner, document))

    def _managed(self, kind: str, owner: str, arn: str) -> None:
        name = arn.rpartition("/")[2]
        document = self._try(f"policy {name} of {owner}", lambda: self._document(arn))
        if document is not None:
            of_aws = arn.split(":")[4:5] == ["aws"]
            self._policies.append(AttachedPolicy(name, kind, owner, document, of_aws))

    def _document(self, arn: str) -> Any:
        version = self._ask("get_policy", PolicyArn=arn)["Policy"]["DefaultVersionId"]
        answer = self._ask("get_policy_version", PolicyArn=arn, VersionId=version)
        return answer["PolicyVersion"]["Document"]

    def _ask(self, operation: str, **parameters: Any) -> dict[str, Any]:
        return self._aws.ask("iam", operation, **parameters)

    def _list(self, operation: str, key: str, **parameters: Any) -> list[Any]:
        return self._aws.ask_all("iam", operation, key, **parameters)

    def _try(self, what: str, read: Callable[[], Any]) -> Any:
        """The answer, or None if this may not be read. Other failures would meet every call."""
        try:
            return read()
        except Unavailable as unseen:
            if not unseen.missing_permission:
                raise
            self._unseen.append((what, unseen))
            return None


def _simulated(result: dict[str, Any]) -> Simulated:
    specific = result.get("ResourceSpecificResults", [])
    missing = {*result.get("MissingContextValues", ())}
    for part in specific:
        missing |= {*part.get("MissingContextValues", ())}
    sources = result.get("MatchedStatements") or [
        statement for part in specific for statement in part.get("MatchedStatements", ())
    ]
    organization = result.get("OrganizationsDecisionDetail", {}).get("AllowedByOrganizations")
    boundary = result.get("PermissionsBoundaryDecisionDetail", {})
    return Simulated(
        str(result["EvalActionName"]),
        str(result["EvalDecision"]),
        tuple(_sources(sources)),
        tuple(sorted(missing)),
        organization,
        boundary.get("AllowedByPermissionsBoundary"),
    )


def _sources(statements: list[dict[str, Any]]) -> Iterable[PolicySource]:
    for statement in statements:
        name, kind = statement.get("SourcePolicyId", ""), statement.get("SourcePolicyType", "")
        yield PolicySource(str(name), str(kind), statement.get("StartPosition", {}).get("Line"))
