"""Which protocols Git may use. Sources: git-config(1), protocol.allow; git(1)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

__all__ = ["forbidden_by"]

_ALWAYS = frozenset(["http", "https", "git", "ssh"])
_NEVER = frozenset(["ext"])
_FALSE = frozenset(["", "0", "false", "no", "off"])
"""What git takes for no, in any case. Source: git-config(1), boolean."""


def forbidden_by(
    protocol: str,
    entries: Iterable[tuple[str, str | None]],
    variables: Mapping[str, str],
    *,
    submodule: bool = False,
) -> str | None:
    """The name of what keeps Git from a protocol; None if nothing does.

    Args:
        protocol: as the transport is called: ``https``, ``codecommit``.
        entries: keys and values of the configuration, in git's order.
        variables: the environment.
        submodule: Git clones or fetches by itself, not because a person named the address.

    Returns:
        The name of a variable or of a key, also of one whose value git does not know, and stops
        at; ``protocol.NAME.allow`` too where git's own default forbids it.
    """
    listed = variables.get("GIT_ALLOW_PROTOCOL")
    if listed is not None:
        return None if protocol in listed.split(":") else "GIT_ALLOW_PROTOCOL"
    values = dict(entries)
    own, general = f"protocol.{protocol}.allow", "protocol.allow"
    key = own if own in values else general if general in values else own
    default = "always" if protocol in _ALWAYS else "never" if protocol in _NEVER else "user"
    policy = (values.get(key) or default).lower()
    if policy == "user":
        by_user = variables.get("GIT_PROTOCOL_FROM_USER", "1").lower() not in _FALSE
        return None if by_user and not submodule else key
    return None if policy == "always" else key
