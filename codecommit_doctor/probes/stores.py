"""The file of git-credential-store, read by git's own rules. Passwords are judged, never kept."""

from __future__ import annotations

import re
import shlex
from datetime import datetime, timezone
from typing import TYPE_CHECKING
from urllib.parse import unquote

from msgspec import Struct

from codecommit_doctor.probes import probe
from codecommit_doctor.probes.files import read_regular
from codecommit_doctor.rules.homes import git_folder, git_home, in_git_home
from codecommit_doctor.rules.signature import Judgement, Resource, judge

if TYPE_CHECKING:
    from codecommit_doctor.rules.helper import Helper
    from codecommit_doctor.rules.target import Target

__all__ = ["Stored", "Stores", "store_files"]

_CAP = 4_000_000
_LINE = re.compile(r"https://(?P<user>[^:@/]*):(?P<password>[^@/]*)@(?P<host>[^/]*)/?(?P<path>.*)")


class Stored(Struct, frozen=True):
    """A stored password that git would get for a target. request: what erases it, and it alone."""

    file: str
    line: int
    judgement: Judgement
    request: bytes

    def __repr__(self) -> str:
        return f"Stored({self.file!r}, {self.line})"

    @property
    def refused(self) -> bool:
        """Whether CodeCommit is certain to refuse it."""
        return self.judgement.refused or bool(self.judgement.explanation)


@probe
class Stores:
    """The files in which git-credential-store keeps passwords."""

    def stored(self, target: Target, helper: Helper, *, sends_path: bool | None) -> Stored | None:
        """What a helper answers out of its file, or None: if it has none, or is not ``store``.

        An entry without a path does not match a request that has one; source: credential_match() of
        git's credential.c.
        """
        wanted = target.path.strip("/") if sends_path else None
        for file in store_files(helper):
            try:
                text = read_regular(file, _CAP).decode("utf-8", "surrogateescape")
            except OSError:
                continue
            for number, line in enumerate(text.split("\n"), 1):  # a \\r is part of the entry
                match = _LINE.match(line)
                if not match or unquote(match["host"]) != target.host:
                    continue
                path, user = unquote(match["path"].rstrip("/")), unquote(match["user"])
                if (wanted and path != wanted) or (target.user and user != target.user):
                    continue
                resource, now = Resource.of(target), datetime.now(timezone.utc)
                judgement = judge(user, unquote(match["password"]), resource, (), now)
                lines = ["protocol=https", f"host={target.host}", f"username={user}"]
                lines += [f"path={path}"] if path else []
                request = "\n".join([*lines, "", ""]).encode("utf-8", "surrogateescape")
                return Stored(file, number, judgement, request)
        return None


def store_files(helper: Helper) -> list[str]:
    """The files that this helper reads; none if it is another one."""
    if helper.name.lower() != "store":
        return []
    try:
        words = shlex.split(helper.value.removeprefix("!"))
    except ValueError:
        return []
    for number, word in enumerate(words):
        if word.startswith("--file="):
            return [in_git_home(word.removeprefix("--file="))]
        if word == "--file" and number + 1 < len(words):
            return [in_git_home(words[number + 1])]
    return [str(git_home() / ".git-credentials"), str(git_folder() / "credentials")]
