"""Credentials as the AWS helper would find them, and what AWS says about them and the repository.

One session serves all questions, and the credentials are looked for once. Every method that asks
AWS may raise Unavailable.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from msgspec import Struct

from codecommit_doctor.probes import probe
from codecommit_doctor.probes.aws_session import AwsSession, Unavailable
from codecommit_doctor.probes.credential_source import CredentialSource, Kind, known_keys, source_of
from codecommit_doctor.probes.once import once
from codecommit_doctor.rules.spelling import nearest

if TYPE_CHECKING:
    from datetime import datetime

    from codecommit_doctor.probes.policies import Identity, Policies
    from codecommit_doctor.probes.profiles import Profiles
    from codecommit_doctor.probes.signer import Signer
    from codecommit_doctor.probes.wanted import Wanted
    from codecommit_doctor.rules.access_key import Keys

__all__ = ["Aws", "GitCredential", "Repository", "Unavailable"]

_MOST_PROFILES = 5
"""Other profiles that are asked for a repository."""

_NO_REPOSITORY = "RepositoryDoesNotExistException"
_GIT = "codecommit.amazonaws.com"


class Repository(Struct, frozen=True):
    """What CodeCommit says of a repository. key_id: of its KMS key, None if it tells none."""

    name: str
    arn: str
    region: str
    account: str
    key_id: str | None


class GitCredential(Struct, frozen=True):
    """A user name with a password that IAM made for Git. status: Active, Inactive or Expired."""

    user_name: str
    status: str


class Aws:
    """AWS, asked as whoever the AWS helper signs for.

    signs: Git's requests are signed with these credentials, as far as the settings tell.
    """

    def __init__(self, policies: Policies, profiles: Profiles, *, signs: bool = True) -> None:
        self.policies = policies
        self.signs = signs
        self._profiles = profiles

    @property
    def profile(self) -> str | None:
        """As it is named; None stands for what the AWS SDK takes by itself."""
        return self.policies.profile

    @property
    def region(self) -> str | None:
        return self.policies.region

    @property
    def offline(self) -> bool:
        return self.policies.offline

    @once
    def source(self) -> CredentialSource:
        """Where the credentials come from; read without AWS."""
        return source_of(self.profile, self._profiles)

    def keys(self) -> Keys:
        """The credentials, to sign with."""
        return self.policies.session.keys()

    def has_session(self, now: datetime) -> bool:
        """Whether keys lie on this machine that expire, and have not yet."""
        found = known_keys(self._profiles)
        return any(keys.expires and keys.expires > now for keys in found)

    def identity(self) -> Identity:
        return self.policies.identity()

    @once
    def repository(self, name: str, region: str) -> Repository | None:
        """A repository of the caller's account in a region; None if there is none."""
        try:
            answer = self.policies.session.ask_in(
                region, "codecommit", "get_repository", repositoryName=name
            )
        except Unavailable as unseen:
            if unseen.code == _NO_REPOSITORY:
                return None
            raise
        found = answer["repositoryMetadata"]
        return Repository(
            str(found["repositoryName"]),
            str(found["Arn"]),
            region,
            str(found["accountId"]),
            found.get("kmsKeyId"),
        )

    def repositories(self, name: str, regions: list[str]) -> tuple[Repository, ...]:
        """The repositories of this name in other regions, asked side by side; in their order."""
        from concurrent.futures import ThreadPoolExecutor

        def ask(region: str) -> Repository | None:
            try:
                return self.repository(name, region)
            except Unavailable:
                return None

        if not regions:
            return ()
        with ThreadPoolExecutor(len(regions)) as pool:
            return tuple(found for found in pool.map(ask, regions) if found)

    @once
    def repository_like(self, name: str, region: str) -> str | None:
        """The repository of the caller's account in a region whose name is nearest; None where none
        is near, or where they may not be listed.
        """
        try:
            answer = self.policies.session.ask_in(region, "codecommit", "list_repositories")
        except Unavailable:
            return None
        return nearest(name, [str(found["repositoryName"]) for found in answer["repositories"]])

    def owners(self, name: str, region: str) -> tuple[str, ...]:
        """Other profiles of this machine whose account has a repository of this name there."""
        from concurrent.futures import ThreadPoolExecutor

        own = self.profile or self._profiles.default_name()
        others = [
            profile
            for profile in self._profiles.names()
            if profile != own and _needs_nobody(source_of(profile, self._profiles))
        ][:_MOST_PROFILES]

        def has_it(profile: str) -> bool:
            session = AwsSession(profile, region, self.offline, asks_cli=True)
            try:
                session.ask_in(region, "codecommit", "get_repository", repositoryName=name)
            except Unavailable:
                return False
            return True

        if self.offline or not others:
            return ()
        with ThreadPoolExecutor(len(others)) as pool:
            found = tuple(pool.map(has_it, others))
        return tuple(profile for profile, has in zip(others, found, strict=True) if has)

    @once
    def key(self, key_id: str, region: str) -> dict[str, Any]:
        """What AWS KMS says of a key: KeyState, KeyManager, Enabled, DeletionDate."""
        answer = self.policies.session.ask_in(region, "kms", "describe_key", KeyId=key_id)
        return dict(answer["KeyMetadata"])

    @once
    def key_policy(self, key_id: str, region: str) -> str:
        """The policy of a key, in JSON."""
        answer = self.policies.session.ask_in(
            region, "kms", "get_key_policy", KeyId=key_id, PolicyName="default"
        )
        return str(answer["Policy"])

    @once
    def git_credentials(self) -> tuple[GitCredential, ...]:
        """The caller's own Git credentials for CodeCommit; only IAM users have any."""
        answer = self.policies.session.ask(
            "iam",
            "list_service_specific_credentials",
            UserName=self.identity().name,
            ServiceName=_GIT,
        )
        return tuple(
            GitCredential(str(found["ServiceUserName"]), str(found["Status"]))
            for found in answer.get("ServiceSpecificCredentials", ())
        )


@probe
def aws(policies: Policies, profiles: Profiles, signer: Signer, wanted: Wanted) -> Aws:
    """AWS, asked as whoever the target's requests are signed by."""
    signs = signer.signs or (wanted.profile is not None and bool(signer.aws_helpers))
    return Aws(policies, profiles, signs=signs)


def _needs_nobody(source: CredentialSource) -> bool:
    """Whether credentials can be had without a person, and without a program of the user's."""
    if source.mfa or source.missing or source.logged_in is False:
        return False
    return source.kind in (Kind.KEYS, Kind.ROLE, Kind.SSO, Kind.LOGIN)
