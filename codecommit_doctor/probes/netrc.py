"""The file ``.netrc``, read as libcurl reads it for git. Passwords are looked at, never kept."""

from __future__ import annotations

import os
from datetime import datetime, timezone
from pathlib import Path
from typing import TYPE_CHECKING

from msgspec import Struct

from codecommit_doctor.probes import probe
from codecommit_doctor.probes.files import read_regular
from codecommit_doctor.rules.homes import git_home
from codecommit_doctor.rules.netrc_file import login_for
from codecommit_doctor.rules.signature import Resource, Shape, judge

if TYPE_CHECKING:
    from codecommit_doctor.rules.target import Target

__all__ = ["Netrc", "NetrcEntry"]

_CAP = 1_000_000


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
        ``_netrc`` is tried as well.
        """
        return _entry(target, target.user)

    def of_another_user(self, target: Target) -> NetrcEntry | None:
        """An entry for the host whose login is not the user name in the address.

        libcurl 7.88 sends its password with that user name all the same (tried); newer ones do not.
        """
        if not target.user or self.answering(target):
            return None
        return _entry(target, None)


def _entry(target: Target, user: str | None) -> NetrcEntry | None:
    home = git_home()
    for name in (".netrc", "_netrc") if os.name == "nt" else (".netrc",):
        file = str(home / name)
        try:
            text = read_regular(file, _CAP).decode("utf-8", "surrogateescape")
        except OSError:
            continue
        host = target.host.partition(":")[0].lower()
        found = login_for(text, host, user)
        if found and found.password:  # without one, libcurl sends nothing that is refused
            now, place = datetime.now(timezone.utc), Resource(host, "", "")
            shape = judge(found.user, found.password, place, (), now).shape
            return NetrcEntry(file, found.line, found.machine, found.user, shape)
    return None
