"""What is known of a request: the one place where condition keys get their values.

Sources: IAM User Guide, "AWS global condition context keys" and "Forward access sessions";
AWS KMS Developer Guide, "AWS KMS condition keys"; CodeCommit User Guide, "Limit pushes and merges
to branches".
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from functools import cached_property

from msgspec import Struct, field

__all__ = [
    "ABSENT",
    "MULTIVALUED",
    "PRESENT",
    "UNKNOWN",
    "Caller",
    "Context",
    "Entry",
    "git_request",
    "kms_request",
    "to_simulate",
]

ABSENT, PRESENT, UNKNOWN = "absent", "present", "unknown"

Entry = tuple[str, str, tuple[str, ...]]
"""A condition key, its type in the simulator's words (string, boolean), its values."""

MULTIVALUED = frozenset(
    [
        "aws:calledvia",
        "aws:principalorgpaths",
        "aws:principalservicenameslist",
        "aws:resourceorgpaths",
        "aws:sourceorgpaths",
        "aws:tagkeys",
        "kms:resourcealiases",
    ]
)
"""Keys that may have several values, in lower case. Source: the "Value type" of each key."""

_BOOLEAN = frozenset(["aws:principalisawsservice", "aws:securetransport", "aws:viaawsservice"])

_LONGEST_SESSION = timedelta(hours=36)
"""Of sts:GetSessionToken; a role's lasts 12 hours at most. Source: AWS STS API Reference."""

_CLOCK = timedelta(minutes=15)
"""How far the service's clock, which decides, can be from the one here."""

_OF_A_SESSION = frozenset(
    [
        *("aws:FederatedProvider", "aws:MultiFactorAuthAge", "aws:MultiFactorAuthPresent"),
        *("aws:SourceIdentity", "aws:TokenIssueTime", "cognito-identity:", "ec2:", "saml:"),
    ]
)
"""Keys that only temporary credentials bring along."""

_OF_A_SERVICE = frozenset(
    [
        *("aws:PrincipalServiceName", "aws:PrincipalServiceNamesList", "aws:SourceAccount"),
        *("aws:SourceArn", "aws:SourceOrgID", "aws:SourceOrgPaths"),
    ]
)
"""Keys of requests that a service makes in its own name."""

_CARRIED = frozenset(
    ["aws", "cognito-identity", "ec2", "glue", "lambda", "redshift", "saml", "ssm", "sts"]
)
"""Prefixes of keys that a session may carry into requests to any service."""

_OF_TAGGING = frozenset(["aws:RequestTag/", "aws:TagKeys"])


class Context(Struct, frozen=True, dict=True):
    """What is known of a request.

    values: condition keys with their values. absent: keys that the request does not have; a name
    that ends in a slash or a colon stands for all keys that begin with it. present: keys that it
    has, with a value that nobody can know here. dates: keys with the earliest and latest possible
    time. service: whose request it is, so that it has no keys of other services. Every other key
    is unknown. Names of condition keys have no case.
    """

    values: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    absent: frozenset[str] = frozenset()
    present: frozenset[str] = frozenset()
    dates: Mapping[str, tuple[datetime, datetime]] = field(default_factory=dict)
    service: str = ""

    @cached_property
    def _values(self) -> dict[str, tuple[str, ...]]:
        return {key.lower(): values for key, values in self.values.items()}

    @cached_property
    def _dates(self) -> dict[str, tuple[datetime, datetime]]:
        return {key.lower(): period for key, period in self.dates.items()}

    @cached_property
    def _absent(self) -> tuple[frozenset[str], tuple[str, ...]]:
        names = {name.lower() for name in self.absent}
        return frozenset(names), tuple(name for name in names if name.endswith(("/", ":")))

    @cached_property
    def _present(self) -> frozenset[str]:
        return frozenset(key.lower() for key in (*self.present, *self.dates))

    def state(self, key: str) -> tuple[str, ...] | str:
        """The key's values, or ABSENT, PRESENT (with an unknown value) or UNKNOWN."""
        name = key.lower()
        if (values := self._values.get(name)) is not None:
            return values
        names, prefixes = self._absent
        if name in names or name.startswith(prefixes) or self._is_foreign(name):
            return ABSENT
        return PRESENT if name in self._present else UNKNOWN

    def _is_foreign(self, name: str) -> bool:
        """Whether a key belongs to another service. Those of identity providers have a dot."""
        prefix = name.partition(":")[0]
        return bool(self.service) and prefix not in _CARRIED | {self.service} and "." not in prefix

    def period(self, key: str) -> tuple[datetime, datetime] | None:
        """The earliest and the latest possible time of a key that holds a time."""
        return self._dates.get(key.lower())


class Caller(Struct, frozen=True):
    """Who makes the request.

    user_name: None for a role's session. user_id: aws:userid. arn: of the user, or of the role
    behind the session; None if the role's path could not be read. long_term: signed with an access
    key that never expires, so that there is no session with an age or a second factor.
    """

    partition: str
    account: str
    user_name: str | None = None
    user_id: str | None = None
    arn: str | None = None
    long_term: bool = False


def kms_request(
    caller: Caller,
    region: str,
    now: datetime,
    *,
    owner: str | None = None,
    aliases: tuple[str, ...] | None = None,
    managed: bool = False,
) -> Context:
    """The request that CodeCommit makes to AWS KMS in the caller's name.

    It is a forward access session: aws:ViaAWSService is true and aws:CalledVia names the service.

    Args:
        owner: the key's account; None for the caller's own.
        aliases: of the key; None if they are not known.
        managed: the key is AWS's own for CodeCommit, which has no tags.
    """
    base = _request(caller, region, now)
    values = {
        **base.values,
        "aws:ResourceAccount": (owner or caller.account,),
        "aws:ViaAWSService": ("true",),
        "kms:CallerAccount": (caller.account,),
    }
    if caller.partition in ("aws", "aws-us-gov"):  # not documented how it looks elsewhere
        service = "codecommit.amazonaws.com"
        values["kms:ViaService"] = (f"codecommit.{region}.amazonaws.com",)
        values |= {f"aws:CalledVia{which}": (service,) for which in ("", "First", "Last")}
    if aliases:
        values["kms:ResourceAliases"] = aliases
    absent = base.absent | ({"aws:ResourceTag/"} if managed else set())
    absent |= {"kms:ResourceAliases"} if aliases == () else set()
    present = base.present | {"kms:ViaService", "aws:CalledVia"}
    return Context(values, absent, present, base.dates, "kms")


def git_request(
    caller: Caller, region: str, now: datetime, *, references: Iterable[str] | None = ()
) -> Context:
    """Git's own request to CodeCommit.

    references: what a push changes; None if that is not known. Its first request names none, and
    neither does a pull.
    """
    base = _request(caller, region, now)
    values = {
        **base.values,
        "aws:ResourceAccount": (caller.account,),
        "aws:ViaAWSService": ("false",),
    }
    absent = base.absent | {"aws:CalledVia", "aws:CalledViaFirst", "aws:CalledViaLast"}
    present = base.present
    if references is None:
        present |= {"codecommit:References"}
    elif names := tuple(references):
        values["codecommit:References"] = names
    else:
        absent |= {"codecommit:References"}
    return Context(values, frozenset(absent), present, base.dates, "codecommit")


def to_simulate(context: Context) -> tuple[Entry, ...]:
    """The known values as SimulatePrincipalPolicy takes them."""
    entries: list[Entry] = []
    for key, values in context.values.items():
        lower = key.lower()
        several = "List" if lower in MULTIVALUED or len(values) > 1 else ""
        kind = "boolean" if lower in _BOOLEAN else f"string{several}"
        entries.append((key, kind, values))
    return tuple(sorted(entries))


def _request(caller: Caller, region: str, now: datetime) -> Context:
    """What both requests have in common."""
    values = {
        "aws:PrincipalAccount": (caller.account,),
        "aws:PrincipalIsAWSService": ("false",),
        "aws:PrincipalType": ("User" if caller.user_name else "AssumedRole",),
        "aws:RequestedRegion": (region,),
        "aws:SecureTransport": ("true",),
    }
    absent = _OF_A_SERVICE | _OF_TAGGING
    dates = {"aws:CurrentTime": (now - _CLOCK, now + _CLOCK)}
    dates["aws:EpochTime"] = dates["aws:CurrentTime"]
    if caller.user_name:
        values["aws:username"] = (caller.user_name,)
    else:
        absent |= {"aws:username"}
    if caller.user_id:
        values["aws:userid"] = (caller.user_id,)
    if caller.arn:
        values["aws:PrincipalArn"] = (caller.arn,)
    if caller.long_term:
        absent |= _OF_A_SESSION
    else:
        dates["aws:TokenIssueTime"] = (now - _LONGEST_SESSION, now + _CLOCK)
    return Context(values, absent, frozenset({"aws:userid", "aws:PrincipalArn"}), dates)
