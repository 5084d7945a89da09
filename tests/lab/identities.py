"""Who asks, and with which keys."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta, timezone
from typing import TYPE_CHECKING, Any

from tests.lab.conditions import glob

if TYPE_CHECKING:
    from tests.lab.accounts import Account


@dataclass(frozen=True)
class Caller:
    """Who makes a request. kind: user, role or root. name: of the user or the role."""

    account: Account
    kind: str
    name: str
    arn: str
    user_id: str
    temporary: bool = False
    mfa: bool = False
    session_policy: str = ""

    def is_refused(self, action: str) -> bool:
        """Whether Account.refuse() took this away."""
        patterns = self.account.refused.get(self.name, ())
        return any(glob(pattern, action, ignore_case=True) for pattern in patterns)

    @property
    def principal_arn(self) -> str:
        """aws:PrincipalArn: of a session it is the role's ARN, without the session's name."""
        return str(self.account.iam.get_role(self.name).arn) if self.kind == "role" else self.arn

    def context(self, now: datetime, region: str) -> dict[str, list[str]]:
        """The condition keys of a request that this caller makes from this machine.

        Source: IAM User Guide, "AWS global condition context keys".
        """
        kinds = {"user": "User", "role": "AssumedRole", "root": "Account"}
        found = {
            "aws:principalarn": [self.principal_arn],
            "aws:principalaccount": [self.account.id],
            "aws:principalisawsservice": ["false"],
            "aws:principaltype": [kinds[self.kind]],
            "aws:requestedregion": [region],
            "aws:resourceaccount": [self.account.id],
            "aws:userid": [self.user_id],
            "aws:viaawsservice": ["false"],
            "aws:sourceip": ["127.0.0.1"],
            "aws:securetransport": ["true"],
            "aws:currenttime": [now.isoformat()],
            "aws:epochtime": [str(int(now.timestamp()))],
        }
        if self.kind == "user":
            found["aws:username"] = [self.name]
        if self.temporary:  # with long-term keys the key is not there at all
            found["aws:multifactorauthpresent"] = [str(self.mfa).lower()]
            found["aws:tokenissuetime"] = [(now - timedelta(minutes=1)).isoformat()]
        return found

    def context_for_kms(self, now: datetime, region: str, aliases: list[str]) -> dict[str, Any]:
        """The keys of the request that CodeCommit makes to KMS in the caller's name.

        Sources: IAM User Guide, "Forward access sessions"; AWS KMS Developer Guide, "AWS KMS
        condition keys".
        """
        found = self.context(now, region) | {
            "aws:calledvia": ["codecommit.amazonaws.com"],
            "aws:calledviafirst": ["codecommit.amazonaws.com"],
            "aws:calledvialast": ["codecommit.amazonaws.com"],
            "aws:viaawsservice": ["true"],
            "kms:calleraccount": [self.account.id],
            "kms:viaservice": [f"codecommit.{region}.amazonaws.com"],
        }
        return found | ({"kms:resourcealiases": aliases} if aliases else {})


@dataclass(frozen=True)
class Credential:
    """An access key with its secret. token, expires: of a session only."""

    access_key: str
    secret: str = field(repr=False)
    caller: Caller
    token: str | None = field(default=None, repr=False)
    expires: datetime | None = None
    active: bool = True

    def expired(self, now: datetime) -> bool:
        return self.expires is not None and self.expires <= now

    @property
    def git_user(self) -> str:
        """The user name that the AWS helper gives to Git."""
        return self.access_key + (f"%{self.token}" if self.token else "")


@dataclass
class GitCredential:
    """An IAM user's user name and password for Git. status: Active or Inactive."""

    id: str
    user: str
    name: str
    password: str = field(repr=False)
    status: str = "Active"
    created: datetime = field(default_factory=lambda: datetime.now(timezone.utc))
