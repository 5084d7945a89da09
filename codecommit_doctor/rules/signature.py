"""The password that the AWS helper makes: what it says of itself, and whether it is right.

It is a time and a Signature Version 4 over the method ``GIT``, the path and the host, made without
any call to AWS; so whoever has the keys can make it again and compare. Source: the AWS CLI's
``awscli/customizations/codecommit.py``.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import re
from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta, timezone
from enum import Enum
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from msgspec import Struct, structs

if TYPE_CHECKING:
    from codecommit_doctor.rules.access_key import Keys
    from codecommit_doctor.rules.target import Target

__all__ = [
    "Flaw",
    "Judgement",
    "Resource",
    "Shape",
    "is_git_user",
    "is_version_1",
    "judge",
    "masked",
    "sign",
]

LIFETIME = timedelta(minutes=15)
"""How long CodeCommit accepts a signature."""

TOLERANCE = timedelta(minutes=5)
"""How far in the future a signature may be dated."""

_PASSWORD = re.compile(r"(?P<stamp>\d{8}T\d{6})Z(?P<signature>[0-9a-f]{64})\Z")
_GIT_USER = re.compile(r".+-at-\d{12}\Z")
"""``USER-at-ACCOUNT``; the second set of a user is ``USER+1-at-ACCOUNT``. Source: the CodeCommit
User Guide, "Setup for HTTPS users using Git credentials"."""
_ACCESS_KEY = re.compile(r"(AKIA|ASIA|ABIA|ACCA)[A-Z0-9]{12,}\Z")
_HOST = re.compile(r"(vpce-.+\.)?git-codecommit(-fips)?\.([^.]+)\.(vpce\.)?amazonaws\.com")


def is_git_user(name: str) -> bool:
    """Whether a user name is one of IAM Git credentials."""
    return _GIT_USER.match(name) is not None


def is_version_1(token: str) -> bool:
    """Whether a session token looks like one of version 1, which some regions do not take.

    Their first bytes spell ``er/aws``; AWS does not publish it, so it is no more than a suspicion.
    """
    try:
        return b"er/aws" in base64.b64decode(token[:16])
    except ValueError:
        return False


class Shape(str, Enum):
    """What a password is, as far as it can be seen."""

    EMPTY = "empty"
    AWS_SIGNATURE = "aws-signature"
    GIT_CREDENTIALS = "git-credentials"
    OTHER = "other"


class Flaw(str, Enum):
    """Why CodeCommit would refuse a signature."""

    OLD = "old"
    FUTURE = "future"
    PATH = "path"
    HOST = "host"
    REGION = "region"
    SECRET = "secret"
    TOKEN_MISSING = "token-missing"
    TOKEN_OTHER = "token-other"
    EXPIRED = "expired"
    UNEXPLAINED = "unexplained"


class Resource(Struct, frozen=True):
    """What a signature is for, as git names it to a helper. host: it may have a port."""

    host: str
    path: str
    region: str

    @classmethod
    def of(cls, target: Target, region: str | None = None) -> Resource:
        """region: for hosts that do not tell it."""
        match = _HOST.match(target.host)
        return cls(target.host, target.path.strip("/"), match[3] if match else region or "")


class Judgement(Struct, frozen=True):
    """What a user name and a password are worth. Holds neither of them.

    access_key: masked. owner: whose key it is, None if unknown. signed_at, age: None for anything
    but a signature; age in seconds. verified: True if the same signature came out again, False if
    it did not, None without the keys. explanation: one clause for each flaw, in the same order.
    """

    shape: Shape
    access_key: str = ""
    owner: str | None = None
    signed_at: datetime | None = None
    age: float | None = None
    verified: bool | None = None
    flaws: tuple[Flaw, ...] = ()
    explanation: tuple[str, ...] = ()

    @property
    def refused(self) -> bool:
        """Whether CodeCommit is certain to refuse it."""
        return bool(self.flaws)


def masked(access_key: str) -> str:
    """``AKIA…WXYZ``."""
    return f"{access_key[:4]}…{access_key[-4:]}" if len(access_key) > 8 else "…"


def sign(keys: Keys, resource: Resource, stamp: str) -> str:
    """The signature of this moment (``20260102T030405``), in hexadecimal digits."""
    split = urlsplit(f"https://{resource.host}/{resource.path}")
    host = split.netloc.split(":")[0]
    request = f"GIT\n{split.path}\n\nhost:{host}\n\nhost\n"
    scope = f"{stamp[:8]}/{resource.region}/codecommit/aws4_request"
    digest = hashlib.sha256(request.encode("utf-8", "surrogateescape")).hexdigest()
    text = f"AWS4-HMAC-SHA256\n{stamp}\n{scope}\n{digest}"
    key = ("AWS4" + keys.secret).encode()
    for word in scope.split("/"):
        key = hmac.new(key, word.encode("utf-8", "surrogateescape"), hashlib.sha256).digest()
    return hmac.new(key, text.encode("utf-8", "surrogateescape"), hashlib.sha256).hexdigest()


def judge(
    username: str,
    password: str,
    resource: Resource,
    keys: Iterable[Keys],
    now: datetime,
    *,
    other_paths: Iterable[str] = (),
) -> Judgement:
    """Says what a user name and a password are, and why CodeCommit would refuse them there.

    keys: all that are known. other_paths: paths that it may have been signed for instead.
    """
    if not password:
        return Judgement(Shape.EMPTY)
    match = _PASSWORD.match(password)
    access_key, _, token = username.partition("%")
    if not match:
        return _of_another_shape(username)
    keys = tuple(keys)
    stamp = match["stamp"]
    try:
        signed_at = _moment(stamp)
    except ValueError:
        return Judgement(Shape.OTHER)
    own = [known for known in keys if known.access_key == access_key]
    age = now - signed_at
    found = Judgement(
        Shape.AWS_SIGNATURE,
        masked(access_key),
        own[0].owner if own else None,
        signed_at,
        age.total_seconds(),
    )
    found = _with_time(found, age)
    found = _with_token(found, access_key, token, own, now)
    guesses = _other_places(resource, tuple(other_paths))
    return _with_signature(found, match["signature"], stamp, resource, own, keys, guesses)


def _moment(stamp: str) -> datetime:
    """The moment of ``20260102T030405``. Raises ValueError if there is none.

    By hand: strptime takes longer to load than all that is done with a helper's answer.
    """
    year, month, day = int(stamp[:4]), int(stamp[4:6]), int(stamp[6:8])
    hour, minute, second = int(stamp[9:11]), int(stamp[11:13]), int(stamp[13:])
    return datetime(year, month, day, hour, minute, second, tzinfo=timezone.utc)


def _of_another_shape(username: str) -> Judgement:
    if is_git_user(username):
        return Judgement(Shape.GIT_CREDENTIALS)
    if _ACCESS_KEY.match(username):
        return Judgement(
            Shape.OTHER,
            masked(username),
            explanation=("an access key is not a user name of Git credentials",),
        )
    return Judgement(Shape.OTHER)


def _flawed(found: Judgement, flaw: Flaw, explanation: str) -> Judgement:
    return structs.replace(
        found, flaws=(*found.flaws, flaw), explanation=(*found.explanation, explanation)
    )


def _with_time(found: Judgement, age: timedelta) -> Judgement:
    if age > LIFETIME:
        text = f"it was made {in_words(age)} ago and was good for 15 minutes"
        return _flawed(found, Flaw.OLD, text)
    if age < -TOLERANCE:
        return _flawed(found, Flaw.FUTURE, f"it is dated {in_words(-age)} from now")
    return found


def _with_token(
    found: Judgement, access_key: str, token: str, own: list[Keys], now: datetime
) -> Judgement:
    if access_key.startswith("ASIA") and not token:
        return _flawed(found, Flaw.TOKEN_MISSING, "the session token of a temporary key is missing")
    if not own:
        return found
    if token not in {known.token or "" for known in own}:
        if not token:
            return _flawed(found, Flaw.TOKEN_MISSING, "its key needs a session token")
        return _flawed(found, Flaw.TOKEN_OTHER, "its session token is not the one of its key")
    ends = [known.expires for known in own if (known.token or "") == token]
    if all(end is not None and end <= now for end in ends):
        return _flawed(found, Flaw.EXPIRED, "its session has expired")
    return found


def _with_signature(
    found: Judgement,
    signature: str,
    stamp: str,
    resource: Resource,
    own: list[Keys],
    keys: tuple[Keys, ...],
    guesses: Iterator[tuple[Flaw, str, Resource]],
) -> Judgement:
    """Makes the signature again: as it should be, and as it may have been made by mistake."""
    if any(_same(known, resource, stamp, signature) for known in own):
        return structs.replace(found, verified=True)
    for flaw, text, other in guesses:
        for known in own:
            if _same(known, other, stamp, signature):
                return _flawed(structs.replace(found, verified=False), flaw, text)
    for known in keys:
        if _same(known, resource, stamp, signature):
            text = f"it was signed with the secret key of {known.owner}"
            return _flawed(structs.replace(found, verified=False), Flaw.SECRET, text)
    if not own:
        return found
    text = f"it is not what the secret key of {own[0].owner} makes for this address"
    return _flawed(structs.replace(found, verified=False), Flaw.UNEXPLAINED, text)


def _same(keys: Keys, resource: Resource, stamp: str, signature: str) -> bool:
    return hmac.compare_digest(sign(keys, resource, stamp), signature)


def _other_places(
    resource: Resource, paths: tuple[str, ...]
) -> Iterator[tuple[Flaw, str, Resource]]:
    """What a signature may have been made for by mistake, with how to say so."""
    path = resource.path
    variants = ["", path + "/", path.removesuffix(".git"), path + ".git", path + "/info/refs"]
    variants += [other.strip("/") for other in paths]
    for other in dict.fromkeys(variants):
        if other == path:
            continue
        text = f"it was signed for another path: /{other}" if other else "it was signed for no path"
        yield Flaw.PATH, text, structs.replace(resource, path=other)
    match = _HOST.match(resource.host)
    for region in _regions():
        text = f"it was signed for the region {region}"
        if region != resource.region:
            yield Flaw.REGION, text, structs.replace(resource, region=region)
        if not match:
            continue
        for fips in ("", "-fips"):
            suffix = resource.host[resource.host.index("amazonaws.com") :].split(":")[0]
            host = f"git-codecommit{fips}.{region}.{suffix}"
            if host != resource.host:
                yield Flaw.HOST, f"it was signed for {host}", Resource(host, path, region)


def _regions() -> list[str]:
    from codecommit_doctor.rules.regions import PUBLISHED

    return sorted(frozenset().union(*PUBLISHED.values()))


def in_words(span: timedelta) -> str:
    """A time span as people say it."""
    seconds = max(0, int(span.total_seconds()))
    for size, unit in ((86400, "day"), (3600, "hour"), (60, "minute"), (1, "second")):
        if seconds >= size:
            count = seconds // size
            return f"{count} {unit}{'s' if count > 1 else ''}"
    return "0 seconds"
