"""The file ``.netrc``, read as libcurl reads it for git. Passwords are looked at, never kept."""

from __future__ import annotations

import os
import re
from datetime import datetime, timezone
from pathlib import Path
from typing import TYPE_CHECKING

from msgspec import Struct

from codecommit_doctor.probes import probe
from codecommit_doctor.probes.files import read_regular
from codecommit_doctor.rules.homes import git_home
from codecommit_doctor.rules.signature import Resource, Shape, judge

if TYPE_CHECKING:
    from codecommit_doctor.rules.target import Target

__all__ = ["Netrc", "NetrcEntry"]

_CAP = 1_000_000
_TOKEN = re.compile(r'"(?:[^"\\]|\\.)*"?|[^\s"]\S*')


class NetrcEntry(Struct, frozen=True):
    """One entry. machine: None for ``default``. shape: of what it holds."""

    file: str
    line: int
    machine: str | None
    login: str
    shape: Shape

    @property
    def name(self) -> str:
        """``.netrc`` or ``_netrc``."""
        return Path(self.file).name


@probe
class Netrc:
    """The file ``.netrc`` of Git's home."""

    def answering(self, target: Target) -> NetrcEntry | None:
        """The entry that libcurl takes for the target's host, or None.

        Git tells libcurl to look into the file of the home directory (CURLOPT_NETRC); on Windows
        ``_netrc`` is tried as well. A user name in the address has to be that of the entry.
        """
        home = git_home()
        for name in (".netrc", "_netrc") if os.name == "nt" else (".netrc",):
            file = str(home / name)
            for entry in _entries(file, target.host.partition(":")[0].lower()):
                if target.user is None or entry.login == target.user:
                    return entry
        return None


def _entries(file: str, host: str) -> list[NetrcEntry]:
    """The entries for this host, and behind them the default ones."""
    try:
        text = read_regular(file, _CAP).decode("utf-8", "surrogateescape")
    except OSError:
        return []
    found: list[NetrcEntry] = []
    for line, machine, values in _machines(text):
        if machine is not None and machine.lower() != host:
            continue
        login, password = values.get("login", ""), values.get("password", "")
        place = Resource(host, "", "")
        shape = judge(login, password, place, (), datetime.now(timezone.utc)).shape
        if password:  # without one, libcurl sends nothing
            found.append(NetrcEntry(file, line, machine, login, shape))
    return found


def _machines(text: str) -> list[tuple[int, str | None, dict[str, str]]]:
    """Line, machine and values of each entry, in order."""
    machines: list[tuple[int, str | None, dict[str, str]]] = []
    awaited, in_macro = "", False
    for number, line in enumerate(text.splitlines(), 1):
        if in_macro:
            in_macro = bool(line.strip())
            continue
        if line.lstrip().startswith("#"):
            continue
        for word in _TOKEN.findall(line):
            word = re.sub(r"\\(.)", r"\1", word.strip('"')) if word.startswith('"') else word
            if awaited == "machine":
                machines.append((number, word, {}))
            elif awaited:
                if machines:
                    machines[-1][2].setdefault(awaited, word)
            elif word in ("machine", "login", "password", "account"):
                awaited = word
                continue
            elif word == "default":
                machines.append((number, None, {}))
            elif word == "macdef":
                in_macro = True
                break
            awaited = ""
    return machines
