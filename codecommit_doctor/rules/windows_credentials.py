"""What the Windows Credential Manager holds for Git, as ``cmdkey /list`` names it."""

from __future__ import annotations

import re

from msgspec import Struct

__all__ = ["WindowsCredential", "listed"]

_TARGET = re.compile(
    r"(?P<target>(?:LegacyGeneric:target=)?git:https://"
    r"(?:(?P<user>[^/\s]*)@)?(?P<host>[^/\s@]+)(?P<path>/\S*)?)\s*\Z"
)
"""The end of a line. What stands before it is in the language of Windows: Target, Ziel, Cible."""


class WindowsCredential(Struct, frozen=True):
    """One entry, without its password, which cmdkey does not tell.

    target: its name, with the user's left out: the AWS helper's can hold a session token. command:
    what deletes it; empty where it would have to tell that name.
    """

    target: str
    command: tuple[str, ...]


def listed(text: str, host: str) -> tuple[WindowsCredential, ...]:
    """The entries for a host in the output of ``cmdkey /list``, in any language.

    Git Credential Manager and wincred name them ``git:https://[USER@]HOST[/PATH]``.
    """
    found: dict[WindowsCredential, None] = {}
    for line in text.splitlines():
        match = _TARGET.search(line)
        if not match or match["host"].lower() != host.lower():
            continue
        target = match["target"]
        command: tuple[str, ...] = ("cmdkey", f"/delete:{target}")
        if match["user"] is not None:
            target, command = target.replace(f"{match['user']}@", "…@"), ()
        found[WindowsCredential(target.removeprefix("LegacyGeneric:target="), command)] = None
    return tuple(found)
