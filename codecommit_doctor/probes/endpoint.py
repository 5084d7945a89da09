"""The service as Git reaches it: ``git ls-remote``, and Git's own account of the connection.

Git asks, not we: which proxy, which certificates and which addresses libcurl takes follows from
several settings, variables and its version, and rules rewritten here could only be wrong. Git's
verbose output tells each step, and the ``Date`` of the answer. It stays in memory, and only the
few facts below are taken from it.

Both requests leave the user's helpers out: the chain is emptied, so that none stores or erases
anything. The second one has a helper of ours in it, for this host alone, which hands on a
credential from the environment: it stands on no command line and in no file.
"""

from __future__ import annotations

import os
import re
import time
from datetime import datetime, timezone
from enum import Enum
from typing import TYPE_CHECKING

from msgspec import Struct, structs

from codecommit_doctor.probes import probe
from codecommit_doctor.probes.clean_room import admitted
from codecommit_doctor.probes.credential_settings import is_of_hosts
from codecommit_doctor.probes.evidence import Evidence, Origin
from codecommit_doctor.probes.once import once
from codecommit_doctor.probes.process import Completed
from codecommit_doctor.probes.unavailable import Unavailable
from codecommit_doctor.rules import versions
from codecommit_doctor.rules.protocol import forbidden_by
from codecommit_doctor.rules.proxy import PROXIES, proxy_host
from codecommit_doctor.rules.target import HostKind

if TYPE_CHECKING:
    from codecommit_doctor.probes.git import Git
    from codecommit_doctor.probes.git_config import Entry
    from codecommit_doctor.probes.handshake import Credential, Handshake
    from codecommit_doctor.probes.reached import Reached
    from codecommit_doctor.probes.wanted import Wanted
    from codecommit_doctor.rules.target import Target

__all__ = ["Access", "Endpoint", "Reach", "Trouble"]

_LIMIT = 10.0
"""Seconds for one request of Git's."""

_HELPER = (
    '!f() { test "$1" = get || exit 0; '
    "printf 'username=%s\\npassword=%s\\n' "
    '"$CODECOMMIT_DOCTOR_USER" "$CODECOMMIT_DOCTOR_PASSWORD"; }; f'
)

_HEADER = re.compile(
    r"^(?:\S+ \S+ +)?<=?(?: Recv header(?:, \d+ bytes[^:]*)?:)? *(?P<line>.*?)\s*$"
)
_STATUS = re.compile(r"HTTP/[\d.]+ (\d{3})")
_CONNECTED = re.compile(
    r"(?:Connected to|Established connection to) (\S+) \((\S+?)(?: port \d+)?\)", re.IGNORECASE
)

_VARIABLES = (
    "http_proxy",
    "https_proxy",
    "HTTPS_PROXY",
    "all_proxy",
    "ALL_PROXY",
    "no_proxy",
    "NO_PROXY",
    "GIT_SSL_CAINFO",
    "GIT_SSL_CAPATH",
    "GIT_SSL_NO_VERIFY",
    "SSL_CERT_FILE",
    "SSL_CERT_DIR",
)
"""What libcurl and git read from the environment."""


class Trouble(str, Enum):
    """Why the service gave no answer, as far as Git tells."""

    NAME = "name"
    PROXY_NAME = "proxy-name"
    PROXY_LOGIN = "proxy-login"
    PROXY_REFUSES = "proxy-refuses"
    CONNECTION = "connection"
    TLS = "tls"
    TIME = "time"
    FORBIDDEN = "forbidden"
    OTHER = "other"


_TROUBLES: tuple[tuple[str, Trouble], ...] = (
    (r"Could not resolve proxy", Trouble.PROXY_NAME),
    (r"Could not resolve host", Trouble.NAME),
    (r"407 from proxy|CONNECT tunnel failed, response 407", Trouble.PROXY_LOGIN),
    (r"from proxy after CONNECT|CONNECT tunnel failed|Proxy CONNECT", Trouble.PROXY_REFUSES),
    (r"timed? ?out|Timeout", Trouble.TIME),
    (r"SSL|TLS|certificate|schannel|gnutls|SEC_E_|CRYPT_E_", Trouble.TLS),
    (r"Failed to connect|Connection refused|Couldn't connect|unreachable", Trouble.CONNECTION),
)


class Reach(Struct, frozen=True):
    """What a request without a password met.

    status: of the last answer over HTTP, None without one. aws: the answer is AWS's own. skew: by
    how many seconds the service's clock is ahead of ours, at least; None if it told no time.
    via: the host that Git connected to. said: git's words. late: we did not wait any longer, and
    Git might have.
    """

    status: int | None
    aws: bool
    skew: float | None
    trouble: Trouble | None
    via: str | None
    said: str
    seconds: float
    late: bool = False


class Access(Struct, frozen=True):
    """What came of asking for the refs. status: of HTTP, as git says it. said: git's words."""

    got_refs: bool
    status: int | None
    trouble: Trouble | None
    said: str


class Endpoint:
    """One target's host."""

    def __init__(
        self, target: Target, git: Git, reached: Reached, *, offline: bool = False
    ) -> None:
        self._target, self._git, self._reached, self.offline = target, git, reached, offline

    @once
    def unavailable_reason(self) -> str | None:
        """Why git can't be asked without touching anything; None if it can."""
        if self.offline:
            return "the network is not used: --offline is set"
        if self._target.host_kind is HostKind.UNKNOWN:
            return f"{self._target.host} is not a CodeCommit host, so nothing is sent to it"
        if not self._git.at_least(versions.GIT_RESET):
            return "git before 2.9 can't be kept from asking, and changing, the stored passwords"
        if entry := self._decided_by_the_clone():
            return (
                f"the clone's own configuration sets {entry.key} ({entry.place}), and the clone is "
                "not trusted to choose how Git connects (--trust-repository)"
            )
        return None

    @once
    def reach(self) -> Reach:
        """A request without a password: 401 is expected. Only if unavailable_reason() is None.

        The host answers it before it looks at the repository, so it is made once for all of them.
        """
        path = self._target.path
        if (alike := self._alike()) is None:
            return self._asked_without_password()
        asked, reach = self._reached.of(alike, path, self._asked_without_password)
        return structs.replace(reach, said=reach.said.replace(asked, path))

    def _alike(self) -> object:
        """What the answer depends on, to compare; None where that is this repository too."""
        settings = tuple(
            (entry.key, entry.value)
            for entry in admitted(self._git.configuration().entries)
            if not _decides_the_address(entry)
        )
        of_paths = any(
            key.count(".") > 1 and not is_of_hosts(key.partition(".")[2].rpartition(".")[0])
            for key, _ in settings
            if key.startswith("http.")
        )
        if self._git.trusted or of_paths or not self._target.repository:
            return None
        return self._target.host, self._is_allowed(), settings

    def _asked_without_password(self) -> Reach:
        began = datetime.now(timezone.utc)
        start = time.monotonic()
        address = self._address(with_user=False)
        no_header = (f"http.{address}.extraHeader", "")
        outcome = self._ask(address, no_header, env={"GIT_CURL_VERBOSE": "1"})
        seconds = time.monotonic() - start
        status, date, aws = _last_answer(outcome.error_text)
        said = _said(outcome)
        connected = _CONNECTED.findall(outcome.error_text)
        trouble = _trouble(outcome, said)
        if trouble not in (None, Trouble.OTHER):
            status = None  # it was a proxy's
        return Reach(
            status,
            aws,
            _skew(date, began, seconds) if date and status else None,
            trouble if status is None else None,
            connected[-1][0] if connected else None,
            said,
            seconds,
            outcome.hung,
        )

    @once
    def access(self, handshake: Handshake) -> Access:
        """Git asks for the refs with what the handshake brings. Raises Unavailable."""
        if reason := self.unavailable_reason():
            raise Unavailable(reason)
        if self._target.has_password:
            raise Unavailable("Git sends the password in the address, which is not tried")
        credential = handshake.answer().credential
        if credential is None:
            raise Unavailable("no helper gives a user name and a password to try")
        return self._sent(credential)

    def refused(self, handshake: Handshake) -> bool | None:
        """Whether the service refuses what Git sends; None if that can't be tried."""
        try:
            access = self.access(handshake)
        except Unavailable:
            return None
        return None if access.status is None and not access.got_refs else not access.got_refs

    def _sent(self, credential: Credential) -> Access:
        outcome = self._ask(
            self._address(with_user=True),
            (f"credential.https://{self._target.host}.helper", _HELPER),
            env={
                "CODECOMMIT_DOCTOR_USER": credential.username,
                "CODECOMMIT_DOCTOR_PASSWORD": credential.password,
            },
        )
        said = _said(outcome)
        return Access(outcome.failure is None, status_in(said), _trouble(outcome, said), said)

    def _decided_by_the_clone(self) -> Entry | None:
        """A setting of the clone's that decides how git connects, if the clone is not trusted."""
        for entry in self._git.left_out():
            section, name = entry.key.partition(".")[0], entry.key.rpartition(".")[2]
            of_remote = f"remote.{self._target.remote}."
            if section == "http" and (name, entry.value) != ("sslverify", "true"):
                return entry
            if section == "remote" and entry.key.startswith(of_remote) and name == "proxy":
                return entry
        return None

    @once
    def settings(self) -> tuple[tuple[Entry, ...], tuple[str, ...]]:
        """``http.*`` settings that decide over connections, and variables that do."""
        names = dict.fromkeys(
            name
            for entry in self._git.configuration().entries
            if entry.key.startswith("http.")
            and re.search(r"proxy|ssl|curlopt", name := entry.key.rpartition(".")[2])
        )
        address = self._address(with_user=False)
        used = [self._git.http(name, address) for name in names]
        entries = tuple(entry for found in used for entry in found[-1:])
        variables = [name for name in _VARIABLES if os.environ.get(name)]
        if os.name == "nt":  # one variable under any spelling
            variables = [name.upper() for name in variables]
        return entries, tuple(dict.fromkeys(variables))

    def proxy(self) -> tuple[str, Origin] | None:
        """The host of the proxy that git is told to use, and what names it."""
        entries, variables = self.settings()
        named = [(Evidence.of_setting(e).origin, e.value) for e in entries if e.name == "proxy"]
        named = named[-1:] or [
            (Origin.environment(v), os.environ[v]) for v in PROXIES if v in variables
        ]
        for origin, value in named[:1]:
            if host := proxy_host(value or ""):
                return host, origin
        return None

    def _address(self, *, with_user: bool) -> str:
        from urllib.parse import quote

        user = self._target.user
        before = f"{quote(user, safe='')}@" if with_user and user else ""
        return f"https://{before}{self._target.host}{self._target.path}"

    def _ask(self, address: str, *own: tuple[str, str], env: dict[str, str]) -> Completed:
        return self._git.act(
            *("ls-remote", address, "HEAD"),
            own=[("credential.helper", ""), ("http.saveCookies", "false"), *own],
            without=_decides_the_address,
            limit=_LIMIT,
            env={
                "GIT_ALLOW_PROTOCOL": "https" if self._is_allowed() else "none",
                "GIT_TRACE_CURL_NO_DATA": "1",
                **env,
            },
        )

    def _is_allowed(self) -> bool:
        """Whether git may use HTTPS here; no other protocol is ever allowed, nor a redirection."""
        entries = self._git.configuration().entries
        pairs = [(entry.key, entry.value) for entry in entries]
        return forbidden_by("https", pairs, os.environ) is None


@probe
def endpoint(target: Target, git: Git, reached: Reached, wanted: Wanted) -> Endpoint:
    """The target's host, as git reaches it."""
    return Endpoint(target, git, reached, offline=wanted.offline)


def _decides_the_address(entry: Entry) -> bool:
    """The address is final: git has applied its rules to it. The helpers are ours alone."""
    return entry.key.startswith(("url.", "remote.", "credential."))


def _last_answer(verbose: str) -> tuple[int | None, datetime | None, bool]:
    """Status, date and maker of the last answer in curl's verbose output."""
    status: int | None = None
    date: datetime | None = None
    aws = False
    for line in verbose.splitlines():
        match = _HEADER.match(line)
        if not match:
            continue
        header = match["line"]
        if first := _STATUS.match(header):
            status, date, aws = int(first[1]), None, False
        name, _, value = header.partition(":")
        if name.lower() == "date":
            date = _date(value.strip())
        aws = aws or name.lower().startswith(("x-amz", "x-amzn"))
    return status, date, aws


def _date(text: str) -> datetime | None:
    from email.utils import parsedate_to_datetime

    try:
        return parsedate_to_datetime(text)
    except (ValueError, TypeError):
        return None


def _skew(date: datetime, began: datetime, seconds: float) -> float:
    """Clock offset beyond what the request's duration explains, in seconds."""
    if date.tzinfo is None:
        date = date.replace(tzinfo=timezone.utc)
    ahead = (date - began).total_seconds()
    if ahead < -1:  # a Date has no fractions of seconds
        return ahead + 1
    return max(0.0, ahead - seconds)


def _said(outcome: Completed) -> str:
    """Git's own last words."""
    lines = [line for line in outcome.error_text.splitlines() if re.match(r"fatal:|error:", line)]
    if lines:
        return re.sub(r"\A(fatal|error): ", "", lines[-1])
    return f"git {outcome.failure}" if outcome.failure else ""


def status_in(said: str) -> int | None:
    """The HTTP status that git tells of."""
    if found := re.search(r"returned error: (\d{3})", said):
        return int(found[1])
    if re.search(r"repository '.*' not found", said):
        return 404
    return 401 if "Authentication failed" in said else None


def _trouble(outcome: Completed, said: str) -> Trouble | None:
    if outcome.failure is None:
        return None
    if outcome.code is None:
        return Trouble.TIME if outcome.hung else Trouble.OTHER
    if re.search("SSL backend", said):
        return Trouble.TLS
    if re.search("transport '.*' not allowed", said):
        return Trouble.FORBIDDEN
    if "unable to access" in said and "requested URL returned" not in said:
        detail = said.rpartition("': ")[2]
        for pattern, trouble in _TROUBLES:
            if re.search(pattern, detail, re.IGNORECASE):
                return trouble
    return Trouble.OTHER
