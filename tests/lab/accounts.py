"""AWS accounts of the lab: people, keys, policies and repositories, kept in moto's backends.

Each test has an account of its own, so nothing has to be reset and tests can overlap. What moto
has no room for (Git credentials, sessions of users, boundaries of users) is kept beside it.
"""

from __future__ import annotations

import itertools
import json
import secrets
from collections.abc import Mapping
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Any

from tests.lab import git_backend
from tests.lab.identities import Caller, Credential, GitCredential
from tests.lab.moto_store import Moto, attached_to, managed
from tests.lab.simulator import Policy, PolicySet

PolicySource = str | Mapping[str, Any]
"""An AWS managed policy's name, a policy's ARN, or an inline policy as a dictionary."""

_NUMBERS = itertools.count(111122223333)
"""Of accounts; moto's backends are shared by all labs of a process."""


class Accounts:
    """Every account of the lab. folder: where the repositories lie."""

    def __init__(self, folder: Path) -> None:
        self.moto = Moto()
        self.sessions: dict[str, Credential] = {}
        self._folder = folder
        self._accounts: dict[str, Account] = {}

    def new(self, partition: str = "aws") -> Account:
        number = str(next(_NUMBERS))
        account = Account(self, number, partition, self._folder / number)
        self._accounts[number] = account
        return account

    def credential(self, access_key: str) -> Credential | None:
        """What is known of an access key: a user's, a session's or root's."""
        if access_key in self.sessions:
            return self.sessions[access_key]
        for account in self._accounts.values():
            if found := account.credential(access_key):
                return found
        return None

    def git_credential(self, name: str) -> tuple[Account, GitCredential] | None:
        for account in self._accounts.values():
            for credential in account.git_credentials:
                if credential.name == name:
                    return account, credential
        return None


class Account:
    """One account. Tests read and change it here, or with boto3 and the aws command."""

    def __init__(self, accounts: Accounts, number: str, partition: str, folder: Path) -> None:
        self.id, self.partition, self.folder = number, partition, folder
        self.git_credentials: list[GitCredential] = []
        self.boundaries: dict[str, str] = {}
        self.refused: dict[str, tuple[str, ...]] = {}
        self._accounts = accounts

    def backend(self, service: str, region: str = "") -> Any:
        return self._accounts.moto.backend(service, self.id, region or self.partition)

    @property
    def iam(self) -> Any:
        return self.backend("iam")

    def arn(self, service: str, resource: str, region: str = "") -> str:
        return f"arn:{self.partition}:{service}:{region}:{self.id}:{resource}"

    # identities

    def user(self, name: str, *policies: PolicySource, groups: tuple[str, ...] = ()) -> Credential:
        """Makes a user with an access key. groups: names of groups made by group()."""
        user = self.iam.create_user(self.partition, name, "/", [])
        self._attach("user", name, policies)
        for group in groups:
            self.iam.add_user_to_group(group, name)
        key = self.iam.create_access_key(name, prefix="AKIA")
        caller = Caller(self, "user", name, user.arn, user.id)
        return Credential(key.access_key_id, key.secret_access_key, caller)

    def group(self, name: str, *policies: PolicySource) -> str:
        self.iam.create_group(name, "/")
        self._attach("group", name, policies)
        return name

    def role(self, name: str, *policies: PolicySource, path: str = "/") -> str:
        """Makes a role that anyone may assume; returns its ARN."""
        trust = json.dumps({"Version": "2012-10-17", "Statement": []})
        role = self.iam.create_role(name, trust, path, None, "", [], "3600")
        self._attach("role", name, policies)
        return str(role.arn)

    def policy(self, name: str, document: Mapping[str, Any]) -> str:
        """Makes a customer managed policy; returns its ARN."""
        return str(self.iam.create_policy("", "/", json.dumps(document), name, []).arn)

    def bound(self, kind: str, name: str, policy_arn: str) -> None:
        """Sets a permissions boundary. kind: user or role."""
        if kind == "role":
            self.iam.put_role_permissions_boundary(name, policy_arn)
        else:
            self.boundaries[name] = policy_arn

    def refuse(self, name: str, *actions: str) -> None:
        """Takes these API actions (wildcards allowed) away, as an organization's policy does:

        nothing of it is to be seen in the policies of the user or role.
        """
        self.refused[name] = (*self.refused.get(name, ()), *actions)

    def _attach(self, kind: str, name: str, policies: tuple[PolicySource, ...]) -> None:
        for number, policy in enumerate(policies, 1):
            if isinstance(policy, str):
                arn = policy if policy.startswith("arn:") else self._aws_policy(policy)
                getattr(self.iam, f"attach_{kind}_policy")(arn, name)
            else:
                words = (name, f"inline-{number}", json.dumps(policy, indent=1))
                getattr(self.iam, f"put_{kind}_policy")(*words)

    def _aws_policy(self, name: str) -> str:
        from moto.iam.models import AWSManagedPolicy

        data = self._accounts.moto.aws_policies[name]
        policy = AWSManagedPolicy.from_data(name, self.id, self.partition, data)
        self.iam.managed_policies.setdefault(policy.arn, policy)
        return str(policy.arn)

    # credentials

    def credential(self, access_key: str) -> Credential | None:
        """An access key of a user or of a role's session, as moto has it."""
        for session in self.backend("sts").assumed_roles:
            if session.access_key_id == access_key:
                return self._of_session(session)
        for user in self.iam.users.values():
            for key in user.access_keys:
                if key.access_key_id == access_key:
                    caller = Caller(self, "user", user.name, user.arn, user.id)
                    active = key.status == "Active"
                    return Credential(access_key, key.secret_access_key, caller, active=active)
        return None

    def _of_session(self, session: Any) -> Credential:
        name = session.role_arn.rpartition("/")[2]
        policy = session.policy or ""
        caller = Caller(
            self, "role", name, session.arn, session.user_id, True, session_policy=policy
        )
        expires = session.expiration.replace(tzinfo=timezone.utc)
        secret, token = session.secret_access_key, session.session_token
        return Credential(session.access_key_id, secret, caller, token, expires)

    def session(
        self, caller: Caller, *, valid: timedelta = timedelta(hours=1), mfa: bool = False
    ) -> Credential:
        """Temporary credentials, as GetSessionToken makes them. valid: negative for expired."""
        who = Caller(self, caller.kind, caller.name, caller.arn, caller.user_id, True, mfa)
        key, secret = "ASIA" + _letters(16), secrets.token_urlsafe(30)
        token = secrets.token_urlsafe(90)
        expires = datetime.now(timezone.utc) + valid
        made = Credential(key, secret, who, token, expires)
        self._accounts.sessions[key] = made
        return made

    def assume(self, role_arn: str, session: str = "lab") -> Credential:
        """A session of a role."""
        words = (self.partition, session, role_arn, "", 3600, "")
        return self._of_session(self.backend("sts").assume_role(*words))

    def root(self) -> Credential:
        """An access key of the root user."""
        caller = Caller(self, "root", "root", self.arn("iam", "root"), self.id)
        made = Credential("AKIA" + _letters(16), secrets.token_urlsafe(30), caller)
        self._accounts.sessions[made.access_key] = made
        return made

    def git_credential(self, user: str, status: str = "Active") -> GitCredential:
        """Git credentials of an IAM user, named as IAM names them."""
        more = sum(credential.user == user for credential in self.git_credentials)
        name = f"{user}{f'+{more}' if more else ''}-at-{self.id}"
        made = GitCredential("ACCA" + _letters(16), user, name, secrets.token_urlsafe(33), status)
        self.git_credentials.append(made)
        return made

    # what applies to them

    def policies_of(self, caller: Caller) -> PolicySet:
        """All policies of a user (with its groups) or a role."""
        if caller.kind == "root":
            everything = {"Effect": "Allow", "Action": "*", "Resource": "*"}
            return PolicySet((Policy("root", "user", json.dumps({"Statement": everything})),))
        owners: list[tuple[str, Any]] = []
        if caller.kind == "user":
            user = self.iam.users[caller.name]
            owners.append(("user", user))
            owners += [("group", group) for group in self.iam.get_groups_for_user(caller.name)]
            boundary = self.boundaries.get(caller.name)
        else:
            role = self.iam.get_role(caller.name)
            owners.append(("role", role))
            boundary = role.permissions_boundary_arn
        session = Policy("session", "session", caller.session_policy)
        return PolicySet(
            tuple(policy for kind, owner in owners for policy in attached_to(kind, owner)),
            self.managed_policy(boundary) if boundary else None,
            session if caller.session_policy else None,
        )

    def managed_policy(self, arn: str) -> Policy:
        return managed(self.iam.managed_policies[arn])

    # repositories and their keys

    def repository(
        self, name: str, region: str = "us-east-2", *, empty: bool = False, key: str = ""
    ) -> str:
        """Makes a repository; returns its ARN. key: id of a customer managed KMS key."""
        made = self.backend("codecommit", region).create_repository(name, "")
        made["kmsKeyId"] = self.arn("kms", f"key/{key or self.codecommit_key(region)}", region)
        git_backend.create(self.folder_of(name, region), empty=empty)
        return str(made["Arn"])

    def folder_of(self, name: str, region: str) -> Path:
        return self.folder / region / f"{name}.git"

    def kms_key(self, region: str = "us-east-2", *, policy: Mapping[str, Any] | None = None) -> str:
        """Makes a KMS key; returns its id. policy: by itself it leaves all to IAM policies."""
        made = self.backend("kms", region).create_key(
            None, "ENCRYPT_DECRYPT", "SYMMETRIC_DEFAULT", "", None
        )
        if policy is not None:
            made.policy = json.dumps(policy)
        return str(made.id)

    def aliases_of(self, key: str, region: str) -> list[str]:
        """The aliases of a KMS key."""
        return sorted(self.backend("kms", region).keys[key].aliases)

    def codecommit_key(self, region: str) -> str:
        """The id of the key aws/codecommit, which the first repository of a region brings."""
        kms, alias = self.backend("kms", region), "alias/aws/codecommit"
        if not (found := kms.get_key_id_from_alias(alias)):
            found = self.kms_key(region)
            kms.create_alias(found, alias)
            kms.keys[found].key_manager = "AWS"
        return str(found)


def _letters(count: int) -> str:
    return "".join(secrets.choice("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567") for _ in range(count))
