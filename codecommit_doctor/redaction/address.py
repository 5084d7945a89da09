"""How an address may be shown: without what stands before its @, and without its query."""

from __future__ import annotations

import re
from urllib.parse import unquote

__all__ = ["TELLING", "masked_address", "masked_proxy", "secrets_of_address"]

MASK = "…"
"""What stands for whatever is not shown, everywhere."""

_REMOTE_HELPER = re.compile(r"codecommit:(?::[a-z0-9-]{0,30}:)?//(?:[^\s:/@%]+@)?[\w.%-]*")
_SCHEME = re.compile(
    r"(?:[a-z]+::)?(?:https?|ftps?|ssh|git|rsync|file|socks\w{0,3})(?::/{0,3}|/{1,3})", re.I
)
_ENCODED = re.compile(r"(.*?(?:%3a|:)(?:%2f|/){2})(.+)%40", re.I | re.S)
TELLING = re.compile(r"[@%?&#]")
"""One of these stands in every address with a password in it."""

_QUERY = re.compile(r"[?#](?!service=git-[a-z-]+\Z).+", re.S)
_HOST_AND_PORT = re.compile(r"(?:\[[0-9a-f:.]+\]|[\w.*-]*)(?::\d{0,5})?(?:/.*)?", re.I | re.S)


def masked_address(value: str) -> str:
    """An address as it may be shown. A scheme may be misspelt, and a password may hold anything."""
    if _REMOTE_HELPER.fullmatch(value):
        return value
    scheme, userinfo, rest = _parts(value)
    if userinfo and (scheme or userinfo != "git"):
        rest = f"{MASK}@{rest}"
    elif userinfo:
        rest = f"{userinfo}@{rest}"
    elif encoded := _ENCODED.match(rest if not scheme else value):
        return f"{encoded[1]}{MASK}%40{_without_query(value[encoded.end() :])}"
    return scheme + _without_query(rest)


def masked_proxy(value: str) -> str:
    """The address of a proxy: what is neither a host nor a port may be a password."""
    shown = masked_address(value)
    scheme, userinfo, rest = _parts(value)
    if not userinfo and "%40" not in value and not _HOST_AND_PORT.fullmatch(rest):
        return f"{scheme}{MASK}"
    return shown


def secrets_of_address(value: str) -> set[str]:
    """What stands where an address has its password, as written and decoded."""
    if not TELLING.search(value) or _REMOTE_HELPER.fullmatch(value):
        return set()
    _, userinfo, rest = _parts(value)
    if not userinfo and (encoded := _ENCODED.match(value)):
        userinfo = encoded[2]
    found = {userinfo, unquote(userinfo)} if ":" in unquote(userinfo) else set()
    found |= {part.partition(":")[2] for part in found}
    for part in re.split(r"[?&#]", rest)[1:]:
        name, equals, secret = part.partition("=")
        if equals and re.search(r"pass|secret|token|sig|key|cred|auth|code", name, re.I):
            found |= {secret, unquote(secret)}
    return {text for text in found if text}


def _parts(value: str) -> tuple[str, str, str]:
    """The scheme with its slashes, what stands before the last @, and the rest."""
    match = _SCHEME.match(value)
    scheme = match[0] if match else ""
    userinfo, at, rest = value[len(scheme) :].rpartition("@")
    return (scheme, userinfo, rest) if at else (scheme, "", value[len(scheme) :])


def _without_query(rest: str) -> str:
    return _QUERY.sub(lambda match: match[0][0] + MASK, rest)
