"""HTTP as the lab needs it: one request, one answer, both whole in memory."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Protocol
from urllib.parse import parse_qs, unquote, urlsplit


@dataclass(frozen=True)
class Request:
    """host: without port. target: path and query as sent. headers: with lower case names."""

    method: str
    host: str
    target: str
    headers: Mapping[str, str]
    body: bytes = b""

    @property
    def path(self) -> str:
        return unquote(urlsplit(self.target).path)

    @property
    def query(self) -> str:
        return urlsplit(self.target).query

    def parameter(self, name: str) -> str:
        return parse_qs(self.query).get(name, [""])[0]

    def basic(self) -> tuple[str, str] | None:
        """User name and password of a Basic Authorization; None without one."""
        scheme, _, coded = self.headers.get("authorization", "").partition(" ")
        if scheme.lower() != "basic":
            return None
        try:
            name, _, password = base64.b64decode(coded.strip()).decode().partition(":")
        except (binascii.Error, UnicodeDecodeError):
            return None
        return name, password


@dataclass
class Answer:
    """What goes back. why: for the lab's journal only, in words, never sent."""

    status: int
    body: bytes = b""
    headers: list[tuple[str, str]] = field(default_factory=list)
    why: str = ""
    who: str = ""


class Stream(Protocol):
    """What a body is read from."""

    def read(self, size: int, /) -> bytes: ...

    def readline(self) -> bytes: ...


def read_body(stream: Stream, headers: Mapping[str, str]) -> bytes:
    """The body of a request, of known length or in chunks."""
    if "chunked" in headers.get("transfer-encoding", "").lower():
        return _read_chunks(stream)
    return stream.read(int(headers.get("content-length") or 0))


def _read_chunks(stream: Stream) -> bytes:
    body = bytearray()
    while size := int(stream.readline().split(b";")[0], 16):
        body += stream.read(size)
        stream.readline()
    while stream.readline().strip():
        pass  # trailers
    return bytes(body)
