"""Git's configuration as git lists it, with the line of each value where that can be known."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterable, Mapping
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from codecommit_doctor.probes.files import read_regular
from codecommit_doctor.probes.once import once
from codecommit_doctor.rules.helper import Helper

if TYPE_CHECKING:
    from codecommit_doctor.rules.target import Target

__all__ = [
    "Entry",
    "Shared",
    "comment_behind",
    "mark_yours",
    "number_lines",
    "parse_listing",
    "places_in",
    "rewriting_rules",
]

_CAP = 64_000_000

_YOURS = frozenset({"system", "global", "command"})
"""Scopes that no clone can write to."""


class _Entry(NamedTuple):
    """The values of an entry."""

    key: str
    value: str | None
    file: str | None
    scope: str
    line: int | None = None
    outside: bool = False


class Entry(_Entry):
    """One value of the configuration.

    key: as git prints it (section and name in lower case). value: None where the file has a name
    without ``=``. file: None for the command line and the environment. scope: system, global,
    local, worktree, command; "unknown" where git is too old to say. outside: git lists the same
    value of the same file where there is no clone.
    """

    @property
    def is_yours(self) -> bool:
        """Whether the user, or the machine, wrote it; everything else is the clone's."""
        return self.scope in _YOURS or self.outside

    @property
    def subsection(self) -> str | None:
        """``https://host`` of ``credential.https://host.helper``; None without one."""
        first, last = self.key.find("."), self.key.rfind(".")
        return self.key[first + 1 : last] if first < last else None

    @property
    def name(self) -> str:
        """The last part of the key, in lower case."""
        return self.key.rpartition(".")[2]

    @cached_property
    def helper(self) -> Helper:
        """The value, read as Git and its shell read one of ``credential.helper``."""
        return Helper(self.value or "")

    @property
    def is_true(self) -> bool:
        """Whether git takes it for true: without a value it is. Source: git-config(1), VALUES."""
        if self.value is None or self.value.lower() in ("true", "yes", "on"):
            return True
        number = re.match(r"[+-]?(0x[0-9a-f]+|[0-9]+)[kmg]?\Z", self.value.strip(), re.IGNORECASE)
        return number is not None and not re.match(r"(0x)?0+\Z", number[1], re.IGNORECASE)

    @property
    def place(self) -> str | None:
        """``/etc/gitconfig, line 9``; None for the command line and the environment."""
        return f"{self.file}, line {self.line}" if self.file and self.line else self.file

    @cached_property
    def shown(self) -> str:
        """The setting with what may be secret masked."""
        from codecommit_doctor.redaction import masked_key, masked_value

        key = masked_key(self.key)
        return key if self.value is None else f"{key}={masked_value(self.key, self.value)}"


def rewriting_rules(entries: Iterable[Entry], target: Target) -> list[Entry]:
    """The insteadOf rules that make a target's address of the written one."""
    written = target.written_url
    if not written or written == target.url:
        return []
    return [
        entry
        for entry in entries
        if re.match(r"url\..*\.(push)?insteadof\Z", entry.key, re.S)
        and entry.value
        and written.startswith(entry.value)
        and f"{entry.subsection}{written[len(entry.value) :]}" == target.url
    ]


def parse_listing(listing: str, directory: Path, flags: tuple[str, ...]) -> tuple[Entry, ...]:
    """Reads the output of ``git config --list -z`` and those of --show-scope, --show-origin."""
    fields = listing.split("\0")
    step = 1 + len(flags)
    columns = {flag: fields[number::step] for number, flag in enumerate(flags)}
    settings = fields[step - 1 :: step]
    origins = columns.get("--show-origin") or [""] * len(settings)
    scopes = columns.get("--show-scope") or [""] * len(settings)
    entries = []
    files: dict[str, str | None] = {}
    for scope, origin, setting in zip(scopes, origins, settings, strict=False):
        if origin not in files:
            kind, _, place = origin.partition(":")
            files[origin] = os.path.normpath(directory / place) if kind == "file" else None
        key, has_value, value = setting.partition("\n")
        scope = scope or ("command" if origin.startswith("command line:") else "unknown")
        entries.append(Entry(key, value if has_value else None, files[origin], scope))
    return tuple(entries)


def mark_yours(entries: tuple[Entry, ...], outside: tuple[Entry, ...]) -> tuple[Entry, ...]:
    """Marks what git lists outside of any clone too, where it is too old to tell scopes."""
    known = {(entry.file, entry.key, entry.value) for entry in outside}
    return tuple(
        entry._replace(outside=(entry.file, entry.key, entry.value) in known) for entry in entries
    )


def number_lines(
    entries: tuple[Entry, ...], places_in: Callable[[str], Mapping[str, list[int]]]
) -> tuple[Entry, ...]:
    """Adds line numbers: the n-th value of a key stands at the key's n-th place in its file.

    Where the places found do not agree with git's own listing the line stays unknown.
    places_in: the line numbers of each key in a file.
    """
    wanted: dict[str, dict[str, list[int]]] = {}
    for index, entry in enumerate(entries):
        if entry.file:
            wanted.setdefault(entry.file, {}).setdefault(entry.key, []).append(index)
    numbered = list(entries)
    for file, keys in wanted.items():
        places = places_in(file)
        for key, indexes in keys.items():
            lines = places.get(key, ())
            if not lines or len(indexes) % len(lines):
                continue
            for count, index in enumerate(indexes):
                found, line = entries[index], lines[count % len(lines)]
                numbered[index] = Entry(
                    found.key, found.value, file, found.scope, line, found.outside
                )
    return tuple(numbered)


class Shared:
    """What the configurations of clones have in common: files, and settings, equal ones once."""

    def __init__(self) -> None:
        self._entries: dict[Entry, Entry] = {}

    def numbered(self, entries: tuple[Entry, ...]) -> tuple[Entry, ...]:
        """The entries with their line numbers."""
        found = number_lines(entries, self._places_in)
        return tuple(self._entries.setdefault(entry, entry) for entry in found)

    @once
    def _places_in(self, file: str) -> dict[str, list[int]]:
        return places_in(file)


_SECTION = re.compile(r'\s*\[\s*([A-Za-z0-9.-]+)\s*(?:"((?:[^"\\]|\\.)*)")?\s*\]')
_NAME = re.compile(r"\s*([A-Za-z][A-Za-z0-9-]*)\s*(=|$)")
_TOKEN = re.compile(r'\\.?|["#;]')


def places_in(file: str) -> dict[str, list[int]]:
    """Line numbers (from 1) of each key in a file; empty if it can't be read."""
    try:
        text = read_regular(file, _CAP).decode("utf-8", "surrogateescape")
    except OSError:
        return {}
    found: dict[str, list[int]] = {}
    section = ""
    quoted: bool | None = None
    for number, line in enumerate(text.lstrip("\ufeff").split("\n"), 1):
        line = line.rstrip("\r")
        continued = quoted is not None
        if continued or "\\" in line:  # only a line that ends with one goes on in the next
            quoted = _continued(line, bool(quoted))
        if continued:
            continue
        while (header := _SECTION.match(line)) is not None:
            section = _section_key(header)
            line = line[header.end() :]
        if name := _NAME.match(line):
            found.setdefault(f"{section}.{name[1].lower()}", []).append(number)
    return found


def comment_behind(entry: Entry) -> str:
    """What Git takes for a comment on the line of a value; "" where the line is not known."""
    if not entry.file or not entry.line:
        return ""
    try:
        text = read_regular(entry.file, _CAP).decode("utf-8", "replace")
    except OSError:
        return ""
    lines, quoted = text.split("\n"), False
    line = lines[entry.line - 1] if entry.line <= len(lines) else ""
    line = line[header.end() :] if (header := _SECTION.match(line)) else line
    for token in _TOKEN.finditer(line):
        if token[0] in "#;" and not quoted:
            return line[token.start() :].strip()
        quoted ^= token[0] == '"'
    return ""


def _section_key(header: re.Match[str]) -> str:
    name, subsection = header[1].lower(), header[2]
    return name if subsection is None else name + "." + re.sub(r"\\(.)", r"\1", subsection)


def _continued(line: str, quoted: bool) -> bool | None:
    """None if the line ends a value; else whether the next one goes on inside quotes."""
    for token in _TOKEN.findall(line):
        if token == "\\":
            return quoted
        if token == '"':
            quoted = not quoted
        elif token in "#;" and not quoted:
            return None
    return None
