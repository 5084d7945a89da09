"""What ``git credential fill`` answers: the one place where helpers are run."""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

from codecommit_doctor.probes import probe
from codecommit_doctor.probes.files import read_regular
from codecommit_doctor.probes.once import once
from codecommit_doctor.probes.temporary import temporary_folder

if TYPE_CHECKING:
    from codecommit_doctor.probes.git import Git
    from codecommit_doctor.probes.handshake import Handshake
    from codecommit_doctor.probes.process import Completed
    from codecommit_doctor.probes.wanted import Wanted
    from codecommit_doctor.rules.target import Target

__all__ = ["Codes", "Fills", "events_in"]

_LIMIT = 15.0
"""Seconds for all helpers together; the AWS CLI may have to ask for a role's session."""

_LONGEST_TRACE = 64_000_000

Codes = tuple[int | None, ...]
"""Exit codes; None for a program that was ended with git."""

_OFFLINE = {"GCM_AUTODETECT_TIMEOUT": "0", "GCM_ALLOW_WINDOWSAUTH": "0"}
"""Keeps Git Credential Manager from asking the server who it is."""


@probe
class Fills:
    """What helpers answered, for each target of an examination."""

    def __init__(self, wanted: Wanted) -> None:
        self._wanted = wanted
        self._first: dict[object, Handshake] = {}

    @once
    def of(self, target: Target, git: Git) -> tuple[Completed, Codes | None]:
        """What ``git credential fill`` says for a target, and how its helpers ended.

        They are None where git leaves no trace of them.
        """
        return _fill(target, git, offline=self._wanted.offline)

    def first(self, alike: object, handshake: Handshake) -> Handshake:
        """The first handshake that is alike, or this one."""
        return self._first.setdefault(alike, handshake)


def _fill(target: Target, git: Git, *, offline: bool) -> tuple[Completed, Codes | None]:
    with temporary_folder() as folder:
        trace = Path(folder, "trace")
        outcome = git.act(
            *("credential", "fill"),
            data=target.credential_request,
            limit=_LIMIT,
            doubt=lambda _: _waits_for(git),
            env={
                **(_OFFLINE if offline else {}),
                **_provider(git),
                "GIT_TRACE2_EVENT": str(trace),
                "GIT_TRACE2_PARENT_SID": None,
            },
        )
        return outcome, _helpers_ended(trace)


def _waits_for(git: Git) -> str | None:
    """Why a helper does not come to an end, if it reads a store that is no file."""
    from codecommit_doctor.probes.never_ends import first_of, told
    from codecommit_doctor.probes.stores import store_files

    entries = git.configuration().entries
    helpers = [e.helper for e in entries if e.key.startswith("credential.") and e.name == "helper"]
    file = first_of(file for helper in helpers for file in store_files(helper))
    return told(file)


def _provider(git: Git) -> dict[str, str]:
    """Keeps Git Credential Manager from noting, in a file, which provider it takes a host for.

    For a host of CodeCommit it always detects ``generic``.
    """
    named = any(
        e.key.startswith("credential.") and e.key.endswith(".provider")
        for e in git.configuration().entries
    )
    return {} if named or "GCM_PROVIDER" in os.environ else {"GCM_PROVIDER": "generic"}


def events_in(trace: Path) -> list[dict[str, Any]]:
    """The events of a trace of git's; none where there is no such file.

    Programs that git starts can write to it, or put something else in its place.
    """
    import json

    events: list[object] = []
    with suppress(OSError):
        for line in read_regular(trace, _LONGEST_TRACE).splitlines():
            if rb"\u0000" not in line:  # which no path and no variable can hold
                with suppress(ValueError, RecursionError):
                    events.append(json.loads(line))
    return [event for event in events if isinstance(event, dict) and _is_of_git(event)]


def _is_of_git(event: dict[str, Any]) -> bool:
    return isinstance(event.get("argv", []), list) and isinstance(event.get("child_id", 0), int)


def _helpers_ended(trace: Path) -> Codes | None:
    """The exit code of each helper that git itself started, in order; None without a trace.

    Events of programs that git starts have a session id with a slash in it.
    """
    if not trace.exists():
        return None
    codes: dict[object, int | None] = {}
    for event in events_in(trace):
        if "/" in str(event.get("sid")):
            continue
        if event.get("event") == "child_start":
            codes[event.get("child_id")] = None
        elif event.get("event") == "child_exit" and event.get("child_id") in codes:
            codes[event.get("child_id")] = event.get("code")
    return tuple(codes.values())
