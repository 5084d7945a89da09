"""Which ``credential.*`` settings apply to an address, by git's own matching."""

from __future__ import annotations

import os
import re
from collections.abc import Sequence
from typing import TYPE_CHECKING, NamedTuple

from codecommit_doctor.probes.unavailable import Unavailable
from codecommit_doctor.rules import versions

if TYPE_CHECKING:
    from codecommit_doctor.probes.git import Git
    from codecommit_doctor.probes.git_config import Entry
    from codecommit_doctor.rules.target import Target

__all__ = ["CredentialSettings", "credential_settings", "is_of_hosts"]

_ANSWER = "!echo username=x; echo password=x; :"
"""A credential helper that answers at once, so that git neither asks others nor a person."""

_MARK = os.urandom(16).hex()
"""What no setting can imitate, since it is drawn anew in each process."""

_HOST_ALONE = r"(?:[^/]*://)?[^/]*/?"
"""A section for every path of its hosts: one answer of git's serves all their repositories."""


def is_of_hosts(pattern: str) -> bool:
    """Whether a section's pattern says nothing of a path."""
    return re.fullmatch(_HOST_ALONE, pattern) is not None


_IN_OUR_FILE = r" in file '[^']*' at line \d+"


class CredentialSettings(NamedTuple):
    """What ``credential.*`` means for one address.

    chain: the helpers that git asks, in order, resets applied. removed: the ones that a reset took
    away. matching: every ``credential`` entry that applies, in order. others: ``credential``
    entries of other addresses. sends_path: whether git hands the path to helpers; None if it could
    not be found out. failure: git's own words where a value makes it die.
    """

    chain: tuple[Entry, ...]
    removed: tuple[Entry, ...]
    matching: tuple[Entry, ...]
    others: tuple[Entry, ...]
    sends_path: bool | None
    failure: str | None = None

    def last(self, name: str) -> Entry | None:
        """The entry of ``credential.<name>`` that decides: the last one that applies."""
        found = [entry for entry in self.matching if entry.key.endswith(f".{name}")]
        return found[-1] if found else None


class _Told(NamedTuple):
    """What git told of some sections. applying: None where it did not come to its end."""

    applying: frozenset[str] | None
    sends_path: bool | None
    failure: str | None


def credential_settings(git: Git, target: Target) -> CredentialSettings:
    """What ``credential.*`` means for a target.

    Raises:
        Unavailable: git did not say which sections apply. Then nothing may be concluded from them.
    """
    entries = [e for e in git.configuration().entries if e.key.startswith("credential.")]
    told = _told(git, target, entries)
    matching: list[Entry] = []
    others: list[Entry] = []
    for entry in entries:
        applies = entry.subsection is None or entry.subsection in (told.applying or ())
        (matching if applies else others).append(entry)
    chain, removed = _chain(git, matching)
    return CredentialSettings(
        chain, removed, tuple(matching), tuple(others), told.sends_path, told.failure
    )


def _chain(git: Git, matching: Sequence[Entry]) -> tuple[tuple[Entry, ...], tuple[Entry, ...]]:
    """Helpers in order; an empty value takes away those before it, since Git 2.9."""
    chain: list[Entry] = []
    removed: list[Entry] = []
    for entry in matching:
        if not entry.key.endswith(".helper") or entry.value is None:
            continue
        if entry.value == "" and git.at_least(versions.GIT_RESET):
            removed += chain
            chain = []
        elif entry.value:
            chain.append(entry)
    return tuple(chain), tuple(removed)


def _told(git: Git, target: Target, entries: Sequence[Entry]) -> _Told:
    """Has git say which sections apply, and whether helpers get the path.

    ``git config --get-urlmatch`` follows other rules than git's credential code (wildcards before
    2.26, addresses without a scheme), so that code itself is asked: a configuration of our own has
    one section a pattern, each with a helper that prints its number behind a random mark, which no
    setting can imitate.
    """
    patterns = list(dict.fromkeys(e.subsection for e in entries if e.subsection is not None))
    switches = [entry for entry in entries if entry.key.endswith(".usehttppath")]
    if not git.path or not (patterns or switches):
        return _Told(frozenset(), False if git.path else None, None)
    if not git.at_least(versions.GIT_CREDENTIAL):
        return _as_before(target, patterns, switches)
    shared = all(map(is_of_hosts, patterns))
    any_path = target._replace(path="/v1/repos/any")
    asked = any_path if shared or not target.repository else target
    told = _ask(git, asked, patterns, switches)
    if told.failure or not (shared or target.repository):  # git dies of a value before it asks
        applying = _ask(git, asked if shared else target, patterns, ()).applying
        told = told._replace(applying=applying)
    if told.applying is None:
        raise Unavailable("git did not say which [credential] sections apply")
    return told


def _as_before(target: Target, patterns: Sequence[str], switches: Sequence[Entry]) -> _Told:
    """What a git without the command ``credential`` does: it can't be asked, and is simple."""
    applying = frozenset(pattern for pattern in patterns if applied_before(pattern, target))
    counted = [e for e in switches if e.subsection is None or e.subsection in applying]
    return _Told(applying, bool(counted) and counted[-1].is_true, None)


def applied_before(pattern: str, target: Target) -> bool:
    """Whether a section applies to an address before Git 1.7.12, which knows no wildcards.

    Source: credential_match() and credential_from_url() of credential.c in Git 1.7.9.
    """
    scheme, separator, rest = pattern.partition("://")
    if not separator:
        return True  # it names nothing that could differ
    authority, _, path = rest.partition("/")
    user, _, host = authority.rpartition("@")
    name, path = user.partition(":")[0], path.strip("/")
    return (
        scheme == "https"
        and (not host or host == target.host)
        and (not path or path == target.path.strip("/"))
        and (not name or name == target.user)
    )


def _ask(git: Git, target: Target, patterns: Sequence[str], switches: Sequence[Entry]) -> _Told:
    settings: list[tuple[str, str | None]] = [
        (f"credential.{pattern}.helper", f"!echo {_MARK} {number} >&2; :")
        for number, pattern in enumerate(patterns)
    ]
    settings += [(entry.key, entry.value) for entry in switches]
    settings.append(("credential.helper", _ANSWER))
    outcome = git.ask(settings, "credential", "fill", data=target.credential_request)
    if outcome.failure:
        said = re.sub(_IN_OUR_FILE, "", outcome.error_text)
        return _Told(None, None, said or f"git {outcome.failure}")
    lines = set(outcome.errors.split(b"\n"))
    applying = [p for number, p in enumerate(patterns) if f"{_MARK} {number}".encode() in lines]
    told_path = any(line.startswith(b"path=") for line in outcome.output.split(b"\n"))
    return _Told(frozenset(applying), told_path, None)
