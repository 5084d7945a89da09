"""What was changed, so that it can be undone.

One file for each fix, readable by its owner alone, in the platform's state directory. It holds
the bytes that were replaced, not whole files, and no secret: where the replaced bytes hold one, the
change is noted as one that can't be undone.
"""

from __future__ import annotations

import base64
import contextlib
import hashlib
import os
from datetime import datetime, timezone
from difflib import unified_diff
from pathlib import Path
from typing import Literal

import msgspec
import psutil

from codecommit_doctor.probes.files import read_regular
from codecommit_doctor.redaction import Redactor
from codecommit_doctor.redaction.lines import masked_lines, may_be_secret
from codecommit_doctor.treatment.files import (
    FixError,
    HasChanged,
    clean_up,
    read,
    replace,
    state_folder,
)
from codecommit_doctor.treatment.plan import Change

__all__ = ["Journal", "JournalEntry", "Patch", "State"]

_LARGEST = 16_000_000

State = Literal["begun", "applied", "undoing", "undone", "taken-back", "failed"]


class Patch(msgspec.Struct):
    """How one file was changed: ``old`` bytes at an offset became ``new_length`` other bytes.

    before, after: SHA-256 of the file, None where there was or is none. old: base64; None where it
    would have held a secret. text: the file as the fix left it, without secrets, to show what has
    changed since.
    """

    path: str
    before: str | None
    after: str | None
    offset: int
    old: str | None
    new_length: int
    text: str

    @classmethod
    def of(cls, change: Change, redactor: Redactor) -> Patch:
        old, new = change.before or b"", change.after or b""
        start = _common(old, new)
        tail = _common(old[start:][::-1], new[start:][::-1])
        end = len(old) - tail
        secret = may_be_secret(old, start, end, redactor)
        return cls(
            str(change.path),
            _hash(change.before),
            _hash(change.after),
            start,
            None if secret else base64.b64encode(old[start:end]).decode("ascii"),
            len(new) - tail - start,
            _shown(change.after, redactor),
        )

    @property
    def can_be_undone(self) -> bool:
        return self.before is None or self.old is not None

    def undone(self, now: bytes | None) -> bytes | None:
        """The file as it was before. Raises HasChanged or FixError."""
        if _hash(now) != self.after:
            raise HasChanged(f"{self.path} has been changed since")
        if self.before is None:
            return None
        if self.old is None:
            raise FixError(f"what {self.path} held there is secret and was not kept")
        data = now or b""
        rest = data[self.offset + self.new_length :]
        before = data[: self.offset] + base64.b64decode(self.old) + rest
        if _hash(before) != self.before:
            raise FixError(f"the journal does not fit {self.path}")
        return before


class JournalEntry(msgspec.Struct):
    """One fix. created: UTC, RFC 3339. process: pid and start time of the one that writes.

    The id begins with the time and ends with that pid.
    """

    id: str
    created: str
    check: str
    title: str
    state: State
    patches: list[Patch]
    erased: int
    process: tuple[int, float]


class Journal:
    """The entries, oldest first."""

    def __init__(self, folder: Path | None = None) -> None:
        self.folder = folder or state_folder("journal")

    def entries(self) -> list[JournalEntry]:
        """All entries that can be read."""
        found = []
        for path in sorted(self.folder.glob("*.json")) if self.folder else ():
            try:
                found.append(msgspec.json.decode(read_regular(path, _LARGEST), type=JournalEntry))
            except (OSError, msgspec.DecodeError):
                continue
        return found

    def settle(self) -> None:
        """Finds out how far killed runs came, and removes what they left."""
        for entry in self.entries():
            if entry.state in ("begun", "undoing") and not _is_alive(entry.process):
                with contextlib.suppress(FixError):
                    self._settle(entry)
        for left in self.folder.glob(".*.json.*") if self.folder else ():
            pid = left.name.partition(".json.")[0].rpartition("-")[2]
            if pid.isdigit() and not psutil.pid_exists(int(pid)):
                with contextlib.suppress(OSError):
                    left.unlink(missing_ok=True)

    def begin(self, check: str, title: str, patches: list[Patch], erased: int) -> JournalEntry:
        """Notes a fix before anything is changed. Raises FixError if it can't be noted."""
        now = datetime.now(timezone.utc)
        entry = JournalEntry(
            f"{now:%Y%m%d-%H%M%S-%f}-{os.getpid()}",
            f"{now:%Y-%m-%dT%H:%M:%SZ}",
            check,
            title,
            "begun",
            patches,
            erased,
            _this_process(),
        )
        self.write(entry)
        return entry

    def write(self, entry: JournalEntry) -> None:
        """Puts an entry in place in one step. Raises FixError."""
        from codecommit_doctor.treatment.files import write_private

        if self.folder is None:
            raise FixError("there is no home folder to keep the journal in: set HOME")
        try:
            self.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
            self.folder.chmod(0o700)
            write_private(self.folder / f"{entry.id}.json", msgspec.json.encode(entry))
        except OSError as error:
            raise FixError(f"the journal in {self.folder}: {error.strerror}") from error
        except UnicodeError as error:
            raise FixError("the journal can't hold a path that is not UTF-8") from error

    def close(self, entry: JournalEntry, state: State) -> None:
        entry.state = state
        self.write(entry)

    def undo(self, entry: JournalEntry, state: State = "undone") -> None:
        """Gives every file its bytes back, or none. Raises HasChanged or FixError."""
        steps = []
        for patch in entry.patches:
            now = read(Path(patch.path))
            if _hash(now) != patch.before:
                steps.append((Path(patch.path), now, patch.undone(now)))
        entry.process = _this_process()
        if entry.state == "applied" and steps:
            self.close(entry, "undoing")
        for path, now, before in steps:
            replace(path, now, before, entry.id)
        self.close(entry, state)

    def since(self, entry: JournalEntry, redactor: Redactor) -> list[str]:
        """What has changed in the entry's files since, as a unified diff without secrets."""
        lines: list[str] = []
        for patch in entry.patches:
            now = _shown(read(Path(patch.path)), redactor)
            old, new = patch.text.splitlines(), now.splitlines()
            lines += unified_diff(old, new, "after the fix", patch.path, lineterm="")
        return lines

    def _settle(self, entry: JournalEntry) -> None:
        """Closes what a killed run left open; what it did half, of several files, is undone."""
        for patch in entry.patches:
            clean_up(Path(patch.path), entry.id)
        hashes = [(_hash(read(Path(patch.path))), patch) for patch in entry.patches]
        if entry.patches and all(now == patch.after for now, patch in hashes):
            self.close(entry, "applied")
        elif all(now in (patch.before, patch.after) for now, patch in hashes):
            self.undo(entry, "undone" if entry.state == "undoing" else "failed")


def _shown(data: bytes | None, redactor: Redactor) -> str:
    text = (data or b"").decode("utf-8", "backslashreplace").expandtabs(4)
    return redactor.clean("\n".join(masked_lines(text)))


def _common(one: bytes, other: bytes) -> int:
    """How many bytes both begin with."""
    pairs = enumerate(zip(one, other, strict=False))
    return next((i for i, (a, b) in pairs if a != b), min(len(one), len(other)))


def _hash(data: bytes | None) -> str | None:
    return None if data is None else hashlib.sha256(data).hexdigest()


def _this_process() -> tuple[int, float]:
    return os.getpid(), psutil.Process().create_time()


_CLOCK_STEPS = 5.0
"""Seconds by which the start of one process may be told differently: the clock has been set."""


def _is_alive(process: tuple[int, float]) -> bool:
    pid, started = process
    try:
        return abs(psutil.Process(pid).create_time() - started) < _CLOCK_STEPS
    except psutil.Error:
        return False
