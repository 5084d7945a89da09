"""Files that exist and may not be read: whose they are, and how they are had back."""

from __future__ import annotations

import os
import stat
from dataclasses import dataclass
from pathlib import Path

from codecommit_doctor.probes.files import read_regular

__all__ = ["Unreadable", "unreadable"]


@dataclass(frozen=True)
class Unreadable:
    """A file that this user may not read. owner: a name or a number, "" where none can be told."""

    path: Path
    owner: str
    mode: int

    @property
    def words(self) -> str:
        """``owned by root, mode 0600, not readable for ann``."""
        owner = f"owned by {self.owner}, " if self.owner else ""
        return f"{owner}mode {stat.S_IMODE(self.mode):04o}, not readable for {_me()}"

    @property
    def step(self) -> tuple[str, tuple[str, ...]]:
        """What to do about it: a sentence, and the words of a command."""
        if os.name != "posix":
            return f"Give yourself the right to read {self.path}", ()
        if self.owner == _me():
            return "Make it readable", ("chmod", "u+rwX", str(self.path))
        return "Make it yours again", ("sudo", "chown", "-R", _me(), str(self.path))


def unreadable(path: Path) -> Unreadable | None:
    """What is known of a file that is there and can't be opened; None for any other."""
    try:
        read_regular(path, 0)
    except PermissionError:
        return _described(path)
    except (OSError, ValueError):
        return None
    return None


def _described(path: Path) -> Unreadable:
    """Of a file in a folder that may not be searched the folder is to blame."""
    for place in (path, *path.parents):
        try:
            found = place.stat()
        except OSError:
            continue
        return Unreadable(place, _name(found.st_uid), found.st_mode)
    return Unreadable(path, "", 0)


def _name(uid: int) -> str:
    if os.name != "posix":
        return ""
    import pwd

    try:
        return pwd.getpwuid(uid).pw_name
    except KeyError:
        return str(uid)


def _me() -> str:
    return _name(os.geteuid()) if os.name == "posix" else "this user"
