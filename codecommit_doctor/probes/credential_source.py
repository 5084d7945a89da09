"""Where a profile's credentials come from, and which keys lie on this machine: read, not asked."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Iterator, Mapping
from enum import Enum
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from codecommit_doctor.probes.files import Unreadable, read_regular, unreadable
from codecommit_doctor.probes.profiles import Profiles
from codecommit_doctor.rules.access_key import Keys, wrong_form

if TYPE_CHECKING:
    from datetime import datetime

__all__ = ["ENVIRONMENT", "CredentialSource", "Kind", "keys_in", "known_keys", "source_of"]

ENVIRONMENT = ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN")

_WEB_IDENTITY = "AWS_WEB_IDENTITY_TOKEN_FILE"

_CAP = 1_000_000
_MOST_FILES = 200


class Kind(str, Enum):
    """How credentials are had; in the order in which the AWS SDK looks for them."""

    ENVIRONMENT = "environment variables"
    ROLE = "an assumed role"
    WEB_IDENTITY = "a role by web identity"
    SSO = "IAM Identity Center (SSO)"
    KEYS = "an access key"
    LOGIN = "aws login"
    PROCESS = "credential_process"
    CONTAINER = "the container's role"
    INSTANCE = "the instance's role"
    NONE = "nothing"

    @property
    def offline(self) -> bool:
        """Whether a helper that uses them needs no network and starts no program of the user's."""
        return self in (Kind.ENVIRONMENT, Kind.KEYS, Kind.NONE)


class CredentialSource(NamedTuple):
    """Where credentials come from.

    profile: its name, None for credentials of the environment. missing: the half of a key that is
    not there. mfa: a second factor will be asked for. session: the sso-session that they rest on.
    logged_in: None where there is no login. ends: when that login ends, None if unknown.
    renewable: an ended login may be renewed without a person. locked: the file of that login, which
    may not be read. temporary: a key with a session token, which expires. malformed: what is wrong
    with the form of an access key. base: what the chain of a role's source profiles ends in.
    """

    kind: Kind
    profile: str | None
    missing: str | None = None
    mfa: bool = False
    session: str | None = None
    logged_in: bool | None = None
    ends: datetime | None = None
    renewable: bool = False
    locked: Unreadable | None = None
    temporary: bool = False
    malformed: str | None = None
    base: CredentialSource | None = None

    @property
    def who(self) -> str:
        """In words that follow "the credentials of"."""
        if self.profile is None:
            return "the AWS_* environment variables"
        return f"the profile {self.profile}"


def source_of(profile: str | None, profiles: Profiles) -> CredentialSource:
    """What the AWS CLI would use. profile: as a helper names it; None if it names none.

    Source: botocore's order of credential providers; the environment counts only where no profile
    is named on the command line, AWS_PROFILE notwithstanding.
    """
    if profile is None and (access := os.environ.get(ENVIRONMENT[0])):
        secret = os.environ.get(ENVIRONMENT[1])
        wrong = wrong_form(access, secret) if secret else None
        return CredentialSource(
            Kind.ENVIRONMENT, None, None if secret else ENVIRONMENT[1], malformed=wrong
        )
    name = profile or profiles.default_name()
    if profile is None and os.environ.get(_WEB_IDENTITY):
        values = profiles.by_name().get(name, {})
        if "role_arn" not in values or "web_identity_token_file" in values:
            return CredentialSource(Kind.WEB_IDENTITY, None)
    return _of_profile(name, profiles.by_name())


def _of_profile(name: str, all: Mapping[str, Mapping[str, Any]]) -> CredentialSource:
    """Follows the source profiles of roles, however many there are."""
    roles: set[str] = set()
    current, mfa = name, False
    while True:
        values = all.get(current, {})
        has_keys = bool(roles) and "aws_access_key_id" in values  # taken before its role
        if "role_arn" not in values or has_keys or current in roles:
            below = _without_role(current, values)
            break
        if "web_identity_token_file" in values:
            below = CredentialSource(Kind.WEB_IDENTITY, current)
            break
        roles.add(current)
        mfa = mfa or "mfa_serial" in values
        behind = values.get("source_profile")
        if not behind or behind == current:
            below = CredentialSource(Kind.ROLE, current)
            break
        current = str(behind)
    if not roles:
        return below
    return below._replace(kind=Kind.ROLE, profile=name, missing=None, mfa=mfa, base=below)


def _without_role(name: str, values: Mapping[str, Any]) -> CredentialSource:
    if "sso_session" in values or "sso_start_url" in values:
        return _of_sso(name, values)
    if "aws_access_key_id" in values and "credential_process" not in values:
        secret = values.get("aws_secret_access_key")
        return CredentialSource(
            Kind.KEYS,
            name,
            None if secret else "aws_secret_access_key",
            temporary=bool(values.get("aws_session_token")),
            malformed=wrong_form(str(values["aws_access_key_id"]), str(secret)) if secret else None,
        )
    if "login_session" in values:
        return _of_login(name, str(values["login_session"]))
    if "credential_process" in values:
        return CredentialSource(Kind.PROCESS, name)
    return CredentialSource(_of_the_machine(), name)


def _of_the_machine() -> Kind:
    names = ("AWS_CONTAINER_CREDENTIALS_RELATIVE_URI", "AWS_CONTAINER_CREDENTIALS_FULL_URI")
    if any(os.environ.get(name) for name in names):
        return Kind.CONTAINER
    if os.environ.get("AWS_EC2_METADATA_DISABLED", "").lower() == "true":
        return Kind.NONE
    return Kind.INSTANCE


def _of_sso(name: str, values: Mapping[str, Any]) -> CredentialSource:
    import hashlib

    session = values.get("sso_session")
    key = hashlib.sha1(str(session or values.get("sso_start_url")).encode()).hexdigest()  # noqa: S324
    file = Path("~/.aws/sso/cache", f"{key}.json")
    token = _json(file)
    return CredentialSource(
        Kind.SSO,
        name,
        session=str(session) if session else None,
        logged_in=bool(token and token.get("accessToken")),
        ends=_time(token.get("expiresAt")) if token else None,
        renewable=bool(token and token.get("refreshToken")),
        locked=None if token else _locked(file),
    )


def _of_login(name: str, session: str) -> CredentialSource:
    import hashlib

    folder = os.environ.get("AWS_LOGIN_CACHE_DIRECTORY") or "~/.aws/login/cache"
    key = hashlib.sha256(session.encode()).hexdigest()
    file = Path(folder, f"{key}.json")
    token = _json(file)
    access = (token or {}).get("accessToken")
    return CredentialSource(
        Kind.LOGIN,
        name,
        logged_in=bool(access),
        ends=_time(access.get("expiresAt")) if isinstance(access, dict) else None,
        renewable=bool(token and token.get("refreshToken")),
        locked=None if token else _locked(file),
    )


def _locked(file: Path) -> Unreadable | None:
    try:
        return unreadable(file.expanduser())
    except RuntimeError:  # there is no home
        return None


def known_keys(profiles: Profiles) -> tuple[Keys, ...]:
    """All keys that lie on this machine: in the environment, the AWS files, the CLI's caches."""
    found: list[Keys] = []
    access, secret, token = (os.environ.get(name) for name in ENVIRONMENT)
    if access and secret:
        found.append(Keys("the AWS_* environment variables", access, secret, token))
    for name, values in profiles.by_name().items():
        access, secret = values.get("aws_access_key_id"), values.get("aws_secret_access_key")
        token = values.get("aws_session_token") or values.get("aws_security_token")
        if access and secret:
            found.append(Keys(f"the profile {name}", str(access), str(secret), token))
    found += _of_caches(["~/.aws/cli/cache", "~/.aws/boto/cache", "~/.aws/login/cache"])
    return tuple(found)


def _of_caches(folders: Iterable[str]) -> Iterator[Keys]:
    for folder in folders:
        try:
            files = sorted(Path(folder).expanduser().iterdir())
        except (OSError, RuntimeError):  # RuntimeError: there is no home
            continue
        for file in [file for file in files if file.name.endswith(".json")][:_MOST_FILES]:
            content = _json(file) or {}
            for member in ("Credentials", "accessToken"):
                values, owner = content.get(member), "a session in the AWS CLI's cache"
                if isinstance(values, dict) and (keys := keys_in(values, owner)):
                    yield keys


def keys_in(values: Mapping[str, Any], owner: str) -> Keys | None:
    """Keys as AWS programs print and keep them: ``AccessKeyId``, by aws login ``accessKeyId``."""
    lower = {name.lower(): value for name, value in values.items()}
    access, secret = lower.get("accesskeyid"), lower.get("secretaccesskey")
    if not (isinstance(access, str) and isinstance(secret, str)):
        return None
    token, ends = lower.get("sessiontoken"), lower.get("expiration") or lower.get("expiresat")
    return Keys(owner, access, secret, str(token) if token else None, _time(ends))


def _json(path: Path) -> dict[str, Any] | None:
    import json

    try:
        content = json.loads(read_regular(path.expanduser(), _CAP))
    except (OSError, ValueError, RuntimeError, RecursionError):
        return None
    return content if isinstance(content, dict) else None


def _time(text: object) -> datetime | None:
    """A time as the AWS CLI's caches write it: RFC 3339, or with ``UTC`` at its end."""
    if not isinstance(text, str):
        return None
    from datetime import datetime, timezone

    text = re.sub(r"(Z|UTC)\Z", "+00:00", text.strip())
    try:
        time = datetime.fromisoformat(text)
    except ValueError:
        return None
    return time if time.tzinfo else time.replace(tzinfo=timezone.utc)
