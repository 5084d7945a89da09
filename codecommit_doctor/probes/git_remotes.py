"""The addresses of a clone's remotes, and the insteadOf rules that git applies to them."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from codecommit_doctor.probes.git_config import Entry

__all__ = ["CONTROL", "Addresses", "Remote", "as_listed", "as_written", "is_idle", "rules_for"]

_ADDRESS = re.compile(r"remote\..+\.(?:url|pushurl)|url\..*\.(?:insteadof|pushinsteadof)", re.S)

CONTROL = re.compile(r"[\x00-\x1f\x7f]")

_OF_CODECOMMIT = re.compile(r"\w+://(?:[^@/]*@)?(?:git-codecommit|vpce-)|codecommit:")

_LINE = re.compile(r"([^\t]+)\t(.*) \((fetch|push)\)")

Settings = list[tuple[str, str]]


class Remote(NamedTuple):
    """A remote's address as git would use it, and as it is written. push: for pushing only."""

    name: str
    url: str
    push: bool


class Addresses(NamedTuple):
    """The settings that name addresses, and those that rewrite them."""

    remotes: Settings
    rules: Settings

    @classmethod
    def of(cls, entries: Iterable[Entry]) -> Addresses:
        """One with a control character is left away, so that none can imitate a line of git's."""
        found = cls([], [])
        for key, value, *_ in entries:
            if value and _ADDRESS.fullmatch(key) and not CONTROL.search(key + value):
                (found.rules if key.startswith("url.") else found.remotes).append((key, value))
        return found


def rules_for(rules: Settings, urls: Iterable[str]) -> Settings:
    """The rules that can apply to one of these addresses, which begin with what a rule replaces.

    Git compares each rule with all the others while it reads them, so with many it takes minutes.
    """
    ordered = sorted(urls)
    return [rule for rule in rules if _begins_one(rule[1], ordered)]


def _begins_one(start: str, ordered: Sequence[str]) -> bool:
    place = bisect_left(ordered, start)
    return place < len(ordered) and ordered[place].startswith(start)


def is_idle(key: str, value: str | None, words: Iterable[str]) -> bool:
    """Whether a setting is a rule that applies to none of these words, nor to what a program that
    git starts may reach at CodeCommit.
    """
    if not (key.startswith("url.") and value) or _OF_CODECOMMIT.match(value):
        return False
    return not any(word.startswith(value) for word in (*words, "https://git-codecommit"))


def as_listed(text: str) -> list[Remote]:
    """Reads the output of ``git remote -v``."""
    matches = map(_LINE.match, text.split("\n"))
    return [Remote(m[1], m[2], m[3] == "push") for m in matches if m]


def as_written(addresses: Settings) -> list[Remote]:
    """What ``git remote -v`` lists where no insteadOf rule applies: a start of git less.

    It fetches from the first address, and pushes to each pushurl, or else to each address.
    """
    urls: dict[str, tuple[list[str], list[str]]] = {}
    for key, value in addresses:
        name, _, kind = key.removeprefix("remote.").rpartition(".")
        urls.setdefault(name, ([], []))[kind == "pushurl"].append(value)
    listed = []
    for name, (fetched, pushed) in sorted(urls.items()):
        listed += [Remote(name, url, False) for url in fetched[:1]]
        listed += [Remote(name, url, True) for url in pushed or fetched]
    return listed
