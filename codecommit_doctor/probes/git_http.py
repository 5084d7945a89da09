"""What ``http.*`` means for one address, by git's own matching."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from codecommit_doctor.probes.unavailable import Unavailable

if TYPE_CHECKING:
    from codecommit_doctor.probes.git import Git
    from codecommit_doctor.probes.git_config import Entry

__all__ = ["effective"]

_FEW = 30
"""Sections of which each is compared with each."""

_AT_ONCE = 1000
"""Names in one question: git keeps them sorted, and takes longer for each one more."""


def effective(git: Git, name: str, url: str) -> tuple[Entry, ...]:
    """The values of ``http.<name>`` that git uses for an address, in order, resets applied.

    Git hands a value on if no value before it was for a more exact address. So a configuration of
    our own asks git of each two sections whether the second is at least as exact.

    Raises:
        Unavailable: git gave no answer, or more sections apply than can be compared.
    """
    entries = [
        entry
        for entry in git.configuration().entries
        if entry.key.startswith("http.") and entry.key.endswith(f".{name}")
    ]
    if not entries:
        return ()
    sections = list(dict.fromkeys(entry.subsection or "" for entry in entries))
    if len(sections) > _FEW:
        sections = _applying(git, sections, url)
    if len(sections) > _FEW:
        raise Unavailable(f"{len(sections)} [http] sections apply to one address")
    pairs = [(before, section) for section in sections for before in (None, *sections)]
    as_exact = _winning(git, pairs, url)
    used: list[Entry] = []
    most: str | None = None
    for entry in entries:
        section = entry.subsection or ""
        if (most, section) in as_exact:
            used = [] if entry.value == "" else [*used, entry]
            most = section
    return tuple(used)


def _applying(git: Git, sections: Sequence[str], url: str) -> list[str]:
    pairs = [(None, section) for section in sections]
    return [section for _, section in _winning(git, pairs, url)]


def _winning(
    git: Git, pairs: Sequence[tuple[str | None, str]], url: str
) -> dict[tuple[str | None, str], None]:
    """The pairs of sections of which git takes the second. None: there is no other."""
    found: dict[tuple[str | None, str], None] = {}
    for start in range(0, len(pairs), _AT_ONCE):
        asked = pairs[start : start + _AT_ONCE]
        settings = [
            (f"http.{section}.k{number}" if section else f"http.k{number}", place)
            for number, pair in enumerate(asked)
            for place, section in zip("01", pair, strict=True)
            if section is not None
        ]
        outcome = git.ask(settings, "config", "--get-urlmatch", "http", url)
        if outcome.hung:
            raise Unavailable("git did not say which [http] sections apply")
        told = set(outcome.text.split("\n"))
        found |= {p: None for number, p in enumerate(asked) if f"http.k{number} 1" in told}
    return found
