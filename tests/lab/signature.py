"""Signature Version 4, made and verified from AWS's specification alone.

Shares no line with botocore, the AWS CLI or the doctor: the lab is a second opinion. Source: AWS
IAM User Guide, "Create a signed AWS API request"; for Git the form of the request is the one that
the AWS CLI's credential helper signs (method GIT, no payload hash, host without port).
"""

from __future__ import annotations

import hashlib
import hmac
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from urllib.parse import parse_qsl, quote, urlsplit

WINDOW = timedelta(minutes=15)
"""How far a signature's time may be from the service's: the guide's "about 15 minutes"."""

STAMP = "%Y%m%dT%H%M%SZ"

_PASSWORD = re.compile(r"(?P<stamp>\d{8}T\d{6}Z)(?P<signature>[0-9a-f]{64})")
_AUTHORIZATION = re.compile(
    r"AWS4-HMAC-SHA256 Credential=(?P<key>[^/]+)/(?P<day>\d{8})/(?P<region>[^/]+)"
    r"/(?P<service>[^/]+)/aws4_request, ?SignedHeaders=(?P<headers>[^,]+), ?"
    r"Signature=(?P<signature>[0-9a-f]{64})"
)


def parse_stamp(stamp: str) -> datetime | None:
    """A time such as 20261123T215200Z; None if there is no such time."""
    try:
        return datetime.strptime(stamp, STAMP).replace(tzinfo=timezone.utc)
    except ValueError:
        return None


def _hmac(key: bytes, text: str) -> bytes:
    return hmac.new(key, text.encode(), hashlib.sha256).digest()


def sign(secret: str, stamp: str, region: str, service: str, canonical_request: str) -> str:
    """The signature, 64 hex digits, of a canonical request."""
    day = stamp[:8]
    digest = hashlib.sha256(canonical_request.encode()).hexdigest()
    scope = f"{day}/{region}/{service}/aws4_request"
    key = f"AWS4{secret}".encode()
    for part in (day, region, service, "aws4_request"):
        key = _hmac(key, part)
    return _hmac(key, f"AWS4-HMAC-SHA256\n{stamp}\n{scope}\n{digest}").hex()


def git_password(secret: str, host: str, path: str, region: str, at: datetime) -> str:
    """The password for Git: the time, then the signature. path: as in the URL, /v1/repos/NAME."""
    stamp = at.astimezone(timezone.utc).strftime(STAMP)
    canonical = f"GIT\n{path}\n\nhost:{host}\n\nhost\n"
    # the helper signs the stamp without its Z, which only the password gets
    return stamp + sign(secret, stamp[:-1], region, "codecommit", canonical)


@dataclass(frozen=True)
class GitPassword:
    """A password that has the form of a signature."""

    at: datetime
    text: str

    @classmethod
    def parse(cls, password: str) -> GitPassword | None:
        """None if it has another form, as the password of Git credentials has."""
        found = _PASSWORD.fullmatch(password)
        at = parse_stamp(found["stamp"]) if found else None
        return cls(at, password) if at else None

    def signed_by(self, secret: str, host: str, path: str, region: str) -> bool:
        return hmac.compare_digest(git_password(secret, host, path, region, self.at), self.text)


@dataclass(frozen=True)
class SignedCall:
    """The Authorization header of an API call, taken apart. headers: names of those signed."""

    access_key: str
    region: str
    service: str
    headers: tuple[str, ...]
    signature: str
    at: datetime

    @classmethod
    def parse(cls, headers: Mapping[str, str]) -> SignedCall | None:
        """headers: with lower case names. None without a signature in the header form."""
        found = _AUTHORIZATION.fullmatch(headers.get("authorization", ""))
        at = parse_stamp(headers.get("x-amz-date", ""))
        if found is None or at is None:
            return None
        names = tuple(found["headers"].split(";"))
        return cls(found["key"], found["region"], found["service"], names, found["signature"], at)

    def signed_by(
        self, secret: str, method: str, target: str, headers: Mapping[str, str], body: bytes
    ) -> bool:
        """target: path and query as they stand in the request line."""
        split = urlsplit(target)
        query = sorted(
            (quote(name, safe="-_.~"), quote(value, safe="-_.~"))
            for name, value in parse_qsl(split.query, keep_blank_values=True)
        )
        lines = [f"{name}:{' '.join(headers.get(name, '').split())}\n" for name in self.headers]
        canonical = "\n".join(
            (
                method,
                split.path or "/",
                "&".join(f"{name}={value}" for name, value in query),
                "".join(lines),
                ";".join(self.headers),
                hashlib.sha256(body).hexdigest(),
            )
        )
        stamp = self.at.strftime(STAMP)
        expected = sign(secret, stamp, self.region, self.service, canonical)
        return hmac.compare_digest(expected, self.signature)
