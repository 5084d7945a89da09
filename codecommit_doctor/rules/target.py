"""What is diagnosed: an address, taken apart as Git and the AWS CLI read it."""

from __future__ import annotations

import re
from enum import Enum
from functools import cached_property
from pathlib import Path
from typing import NamedTuple
from urllib.parse import unquote

__all__ = [
    "CONSOLE",
    "HostKind",
    "Target",
    "Transport",
    "general",
    "looks_like_codecommit",
    "parse",
]

_HOST = re.compile(
    r"(?:(?P<endpoint>vpce-[a-z0-9.-]+)\.)?git-codecommit(?P<fips>-fips)?"
    r"\.(?P<region>[a-z0-9-]+)\.(?:vpce\.)?(?P<suffix>amazonaws\.com(?:\.cn)?)\Z",
    re.IGNORECASE | re.ASCII,
)
"""The AWS CLI's pattern for these hosts (awscli/customizations/codecommit.py), with names, and with
the characters of a host name alone: behind ``#``, ``?`` or ``\\`` libcurl would connect elsewhere.
"""

_URL = re.compile(
    r"(?P<scheme>[A-Za-z][A-Za-z0-9+.-]*)://(?:(?P<user>[^/]*)@)?(?P<rest>.*)\Z", re.S
)
_REMOTE_HELPER = re.compile(
    r"codecommit:(?::(?P<region>[^:/]*):)?//(?:(?P<profile>[^@]+)@)?(?P<repository>[^/]*)\Z"
)
CONSOLE = re.compile(
    r"(?:(?P<region>[a-z0-9-]+)\.)?console\.(?:aws\.amazon\.com|amazonaws\.cn|amazonaws-us-gov\.com)"
    r"(?:[:/]|\Z)"
)
"""The beginning of a page of the AWS console, behind ``https://``."""

_MEANT = re.compile(r"code[-_.]?comm?it")
_AMAZON = re.compile(r"\.amazon(aws)?\.com(\.cn)?(:\d*)?\Z")
_PATH = re.compile(r"/*v1/repos/(?P<name>[^/]+?)/*\Z")


_UNENCODED = re.compile(
    r"(?P<scheme>https?)://(?P<user>[^/?#@:\s]+):(?!\d*/)(?P<password>[^\s]*[/?#@][^\s]*)"
    r"@(?P<host>[^/@]*git-codecommit[^/@]*)(?P<path>/[^@]*)?\Z",
    re.IGNORECASE,
)
"""A password with a character in it at which, for Git, the host begins or ends."""

_SCP = re.compile(r"(?:(?P<user>[^/@:\s]+)@)?(?P<host>[^/@:\s]+):(?!//)(?P<path>.*)\Z", re.S)
"""``host:path``, for which Git uses SSH. Source: git-clone(1), Git URLs."""


class Transport(str, Enum):
    """How Git would talk to the service."""

    HTTPS = "https"
    SSH = "ssh"
    REMOTE_HELPER = "git-remote-codecommit"
    OTHER = "other"


class HostKind(str, Enum):
    """Which of CodeCommit's endpoints a host name is."""

    PUBLIC = "public"
    FIPS = "fips"
    VPC = "vpc-endpoint"
    UNKNOWN = "unknown"


class _Target(NamedTuple):
    """The values of a target."""

    name: str
    url: str
    directory: Path
    transport: Transport = Transport.OTHER
    host: str = ""
    host_kind: HostKind = HostKind.UNKNOWN
    user: str | None = None
    path: str = ""
    region: str | None = None
    suffix: str = ""
    repository: str | None = None
    profile: str | None = None
    remote: str | None = None
    written_url: str | None = None
    assumed: bool = False
    submodule: str | None = None
    unencoded: bool = False
    pushes: bool = False


class Target(_Target):
    """One thing to diagnose.

    name: what the user calls it. url: what Git would use, after its insteadOf rules; it may hold a
    password and is never shown as it is: see shown_url. remote: the remote's name. written_url:
    the address as configured. directory: where git is to be asked. assumed: the address is an
    example for a machine that is diagnosed without a repository. submodule: the name of the
    submodule that has this address, None for what a person names. unencoded: a password stands in
    the address with a / ? # or @ in it, where Git begins or ends the host; host and path are those
    that are meant.
    pushes: a push is in question, because one failed or because the address is for pushes alone.
    """

    def __hash__(self) -> int:
        return self._hash

    @cached_property
    def _hash(self) -> int:
        """Facts are kept by their target, so it is wanted often."""
        return hash((self.name, self.url, self.directory, self.remote))

    @property
    def shown_url(self) -> str:
        """The address without what stands before the @."""
        if found := _UNENCODED.match(self.url):
            return f"{found['scheme']}://…@{found['host']}{found['path'] or ''}"
        match = _URL.match(self.url)
        if self.transport is Transport.SSH and not match:
            return re.sub(r"\A[^/@:]+@", "…@", self.url)
        if not match or match["user"] is None or self.transport is Transport.REMOTE_HELPER:
            return self.url
        return f"{match['scheme']}://…@{match['rest']}"

    @property
    def has_password(self) -> bool:
        """Whether a password stands in the address."""
        if self.unencoded:
            return True
        match = _URL.match(self.url)
        user = match["user"] if match and self.transport is not Transport.REMOTE_HELPER else None
        return bool(user and user.partition(":")[2])

    @property
    def credential_request(self) -> bytes:
        """What Git asks its credential helpers for this address, in git-credential's format."""
        lines = ["protocol=https", f"host={self.host}"]
        if self.path.strip("/"):
            lines.append(f"path={self.path.strip('/')}")
        if self.user:
            lines.append(f"username={self.user}")
        clean = [line.replace("\n", "").replace("\0", "") for line in lines]
        return ("\n".join(clean) + "\n\n").encode("utf-8", "surrogateescape")


def looks_like_codecommit(url: str) -> bool:
    """True for addresses that are CodeCommit's or were meant to be.

    The host decides, since any server may have a repository called codecommit-something; of the
    AWS console the page.
    """
    if url.startswith("codecommit:"):
        return True
    if _UNENCODED.match(url):
        return True
    if (scp := _SCP.match(url)) and _HOST.match(scp["host"]):
        return True
    match = _URL.match(url)
    if not match or match["scheme"].lower() not in ("ssh", "http", "https"):
        return False
    host, _, path = match["rest"].lower().partition("/")
    if CONSOLE.match(host):
        return "codecommit" in path.partition("?")[0]
    return bool(_MEANT.search(host)) or bool(_AMAZON.search(host) and "v1/repos" in path)


def parse(
    url: str,
    *,
    name: str,
    directory: Path,
    remote: str | None = None,
    written_url: str | None = None,
) -> Target:
    """Takes an address apart. Never fails: what can't be read is left unknown."""
    if raw := _UNENCODED.match(url):
        meant = f"{raw['scheme']}://{raw['user']}:x@{raw['host']}{raw['path'] or ''}"
        read = parse(meant, name=name, directory=directory, remote=remote, written_url=written_url)
        return read._replace(url=url, unencoded=True)
    known = {"name": name, "url": url, "directory": directory, "remote": remote}
    if helper := _REMOTE_HELPER.match(url):
        return Target(
            **known,  # type: ignore[arg-type]
            written_url=written_url,
            transport=Transport.REMOTE_HELPER,
            region=helper["region"] or None,
            profile=helper["profile"],
            repository=helper["repository"] or None,
        )
    if (scp := _SCP.match(url)) and _HOST.match(scp["host"]):
        user = f"{scp['user']}@" if scp["user"] else ""
        same = f"ssh://{user}{scp['host']}/{scp['path'].lstrip('/')}"
        read = parse(same, name=name, directory=directory, remote=remote, written_url=written_url)
        return read._replace(url=url)
    match = _URL.match(url)
    if not match:
        return Target(**known, written_url=written_url)  # type: ignore[arg-type]
    authority, slash, path = match["rest"].partition("/")
    host = re.sub(r":\d*\Z", "", authority)
    parts = _HOST.match(host)
    repository = _PATH.match(slash + path)
    return Target(
        **known,  # type: ignore[arg-type]
        written_url=written_url,
        transport=_transport(match["scheme"]),
        host=authority,
        host_kind=_kind(parts),
        user=unquote(match["user"].partition(":")[0]) if match["user"] else None,
        path=slash + path,
        region=parts["region"] if parts else None,
        suffix=parts["suffix"].lower() if parts else "",
        repository=unquote(repository["name"]) if repository else None,
    )


def general(region: str, directory: Path, *, name: str, host: str | None = None) -> Target:
    """The machine without a repository: the address that a clone in this region would have."""
    suffix = "amazonaws.com.cn" if region.startswith("cn-") else "amazonaws.com"
    host = host or f"git-codecommit.{region}.{suffix}"
    parts = _HOST.match(host)
    return Target(
        name=name,
        url=f"https://{host}/v1/repos/",
        directory=directory,
        transport=Transport.HTTPS,
        host=host,
        host_kind=_kind(parts),
        path="/v1/repos/",
        region=parts["region"] if parts else None,
        suffix=parts["suffix"].lower() if parts else "",
        assumed=True,
    )


def _transport(scheme: str) -> Transport:
    try:
        return Transport(scheme)  # git does not know HTTPS in upper case either
    except ValueError:
        return Transport.OTHER


def _kind(parts: re.Match[str] | None) -> HostKind:
    if parts is None:
        return HostKind.UNKNOWN
    if parts["endpoint"]:
        return HostKind.VPC
    return HostKind.FIPS if parts["fips"] else HostKind.PUBLIC
