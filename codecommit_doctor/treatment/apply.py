"""Carries out fixes one by one: work out, ask, write, look again, and take back what did not help.

Each fix is worked out after the one before it has been carried out, so that no diff is shown that
would not be written.
"""

from __future__ import annotations

import contextlib
import os
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import NamedTuple, Protocol

from msgspec import Struct, structs

from codecommit_doctor.check import Check, Result, Status
from codecommit_doctor.engine.discovery import DiscoveryError
from codecommit_doctor.engine.examination import Finding, Section
from codecommit_doctor.engine.machine import Machine
from codecommit_doctor.engine.session import Look
from codecommit_doctor.fixes import CredentialErasure, Fix, GitConfigEdit, Outcome, Safety
from codecommit_doctor.probes.clean_room import is_admitted
from codecommit_doctor.probes.git import Git
from codecommit_doctor.redaction import Redactor
from codecommit_doctor.rules.homes import git_home
from codecommit_doctor.rules.target import Target
from codecommit_doctor.treatment.files import (
    FixError,
    HasChanged,
    NotWritable,
    ensure_writable,
    read,
    replace,
)
from codecommit_doctor.treatment.journal import Journal, JournalEntry, Patch, State
from codecommit_doctor.treatment.plan import Change, Plan, plan

__all__ = ["Attempt", "CouldNotAsk", "Dialogue", "Treatment"]

_MOST = 50
"""Fixes in one run: more would mean that two of them undo each other."""


class Attempt(Struct, frozen=True):
    """What became of one fix.

    files: those that it is about. reason: why it was not applied. can_be_undone: whether ``undo``
    gives back all that it replaced.
    """

    check: str
    fix: Fix
    outcome: Outcome
    files: tuple[str, ...] = ()
    reason: str = ""
    before: str = ""
    after: str = ""
    can_be_undone: bool = True


class Dialogue(Protocol):
    """Whoever talks to the person."""

    @property
    def asks(self) -> bool:
        """Whether each fix is shown to a person who decides."""

    def objection(self, finding: Finding, planned: Plan, *, can_be_undone: bool) -> str | None:
        """Shows what would be done and asks; None if it may be done, else why not.

        Raises CouldNotAsk, or KeyboardInterrupt.
        """

    def done(self, attempt: Attempt) -> None:
        """Shows what became of it."""


class CouldNotAsk(Exception):
    """There is nobody to ask."""


class Treatment:
    """All fixes that an examination offers.

    examine: looks at the machine again. unsafe: carry out unsafe fixes too. scope: write to this
    scope of git's configuration.
    """

    def __init__(
        self,
        examine: Callable[[], Look],
        dialogue: Dialogue,
        *,
        unsafe: bool = False,
        scope: str | None = None,
    ) -> None:
        self._examine, self._dialogue = examine, dialogue
        self._unsafe, self._scope = unsafe, scope
        self._journal = Journal()
        self.attempts: list[Attempt] = []

    def run(self, look: Look) -> Look:
        """Carries out what it may; returns the last look at the machine."""
        tried: set[_Offer] = set()
        while len(tried) < _MOST and not look.interrupted:
            offered = next(_offers(look.sections, tried), None)
            if offered is None:
                break
            offer, target, finding = offered
            tried.add(offer)
            try:
                attempt, again = self._try(target, finding, offer.fix, look.machine)
            except KeyboardInterrupt:
                attempt, again = _declined(finding, offer.fix, "interrupted"), None
                look = structs.replace(look, interrupted=True)
            self.attempts.append(attempt)
            self._dialogue.done(attempt)
            look = again or look
        return look

    def _try(
        self, target: Target, finding: Finding, fix: Fix, machine: Machine
    ) -> tuple[Attempt, Look | None]:
        def ended(outcome: Outcome, reason: object, files: tuple[str, ...] = ()) -> Attempt:
            return Attempt(finding.check.id, fix, outcome, files, str(reason))

        if fix.safety is Safety.UNSAFE and not (self._unsafe or self._dialogue.asks):
            caution = fix.caution or "it may change what other programs use"
            return ended(Outcome.REFUSED, f"unsafe: {caution}; --unsafe-fixes applies it"), None
        files: tuple[str, ...] = ()
        try:
            git = machine.git(target.directory)
            planned = plan(fix, git, scope=self._scope)
            if Git(git.directory, git).configuration() != git.configuration():
                raise HasChanged("git's configuration has been changed since it was examined")
            files = tuple(str(change.path) for change in planned.changes)
            if not planned.changes and not planned.erasures:
                return ended(Outcome.FAILED, "there is nothing to change"), None
            for change in planned.changes:
                ensure_writable(change.path)
            redactor = Redactor(machine.known_secrets())
            patches = [Patch.of(change, redactor) for change in planned.changes]
            can_be_undone = all(patch.can_be_undone for patch in patches)
            objection = self._dialogue.objection(finding, planned, can_be_undone=can_be_undone)
            if objection is not None:
                return ended(Outcome.DECLINED, objection, files), None
            entry = self._carry_out(finding.check, planned, patches, machine, target)
        except CouldNotAsk as error:
            return ended(Outcome.REFUSED, error, files), None
        except NotWritable as error:
            reason = f"{error}; {_way_out(error.place, planned, machine)}"
            return ended(Outcome.REFUSED, reason, files), None
        except HasChanged as error:
            return ended(Outcome.REFUSED, error, files), self._examine()
        except FixError as error:
            return ended(Outcome.FAILED, error, files), None
        attempt, again = self._verify(target, finding, planned, entry)
        return structs.replace(attempt, can_be_undone=can_be_undone), again

    def _carry_out(
        self, check: Check, planned: Plan, patches: list[Patch], machine: Machine, target: Target
    ) -> JournalEntry:
        """Makes the changes, all or none. Their entry stays open until they are seen to help."""
        self._journal.settle()
        title = Redactor(machine.known_secrets()).clean(planned.fix.title)
        entry = self._journal.begin(check.id, title, patches, len(planned.erasures))
        made: list[Change] = []
        try:
            for change in planned.changes:
                replace(change.path, change.before, change.after, entry.id, change.place)
                made.append(change)
            for erasure in planned.erasures:
                _erase(erasure, machine, target)
        except FixError:
            # only our own: another doctor may just have made the very same change
            self._take_back(made, entry, "failed")
            raise
        except BaseException:
            self._take_back(planned.changes, entry, "failed")
            raise
        return entry

    def _take_back(self, changes: Sequence[Change], entry: JournalEntry, state: State) -> None:
        """Gives every file that was changed its bytes back. Raises HasChanged or FixError."""
        for change in reversed(changes):
            if read(change.path) == change.after:
                replace(change.path, change.after, change.before, entry.id, change.place)
            elif read(change.path) != change.before and state == "taken-back":
                raise HasChanged(f"{change.path} has been changed meanwhile")
        self._journal.close(entry, state)

    def _verify(
        self, target: Target, finding: Finding, planned: Plan, entry: JournalEntry
    ) -> tuple[Attempt, Look]:
        """Looks again; takes the fix back if its check is not content."""
        files = tuple(str(change.path) for change in planned.changes)
        id, fix, before = finding.check.id, planned.fix, finding.result.status.value
        again, reason = None, ""
        try:
            again = self._examine()
        except DiscoveryError as error:
            reason = f"after it, {error}"
        result = _result(again.sections, target, id) if again else None
        if again and again.interrupted:
            reason = "interrupted before it was seen to help"
        elif again and result and (_is_content(result) or _is_another(finding.result, result, fix)):
            with contextlib.suppress(FixError):  # the next run will find out that it was applied
                self._journal.close(entry, "applied")
            now = result.status.value
            return Attempt(id, fix, Outcome.APPLIED, files, "", before, now), again
        elif again:
            reason = f"{id} is still {result.status.value if result else 'gone'} after it"
        outcome = Outcome.TAKEN_BACK
        try:
            self._take_back(planned.changes, entry, "taken-back")
        except FixError as error:
            outcome, reason = Outcome.FAILED, f"{reason}, and it can't be taken back: {error}"
        attempt = Attempt(id, fix, outcome, files, reason, before, before)
        return attempt, again if again and again.interrupted else self._examine()


class _Offer(NamedTuple):
    """What is tried once. directory: of the clone, where the fix is about that one alone."""

    check: str
    fix: Fix
    directory: Path | None


def _offers(
    sections: tuple[Section, ...], tried: set[_Offer]
) -> Iterator[tuple[_Offer, Target, Finding]]:
    """Fixes that have not been tried: of failures first, and what mends a value before what copies
    it into a section of its own.
    """
    offers = [
        (_offer(section.target, finding.check, finding.result.fix), section.target, finding)
        for section in sections
        for finding in section.findings
        if finding.result.fix
    ]
    yield from sorted(
        (offer for offer in offers if offer[0] not in tried),
        key=lambda offer: (offer[2].result.status is Status.WARN, _makes_section(offer[0].fix)),
    )


def _offer(target: Target, check: Check, fix: Fix) -> _Offer:
    own = any(isinstance(e, GitConfigEdit) and e.scope in ("local", "worktree") for e in fix.edits)
    return _Offer(check.id, fix, target.directory if own else None)


def _declined(finding: Finding, fix: Fix, reason: str) -> Attempt:
    return Attempt(finding.check.id, fix, Outcome.DECLINED, reason=reason)


def _way_out(place: Path, planned: Plan, machine: Machine) -> str:
    """What to run where a file may not be written."""
    command = machine.host.command
    if machine.host.is_windows:
        if not os.access(place, os.W_OK):
            return f"it has the read-only attribute: {command(('attrib', '-R', str(place)))}"
        if place.is_relative_to(git_home()):
            return f"its access list keeps you out: {command(('icacls', str(place), '/reset'))}"
        lead = "in a terminal of an administrator, run: "
        sudo: tuple[str, ...] = ()
    elif place.stat().st_uid == os.geteuid():
        return f"it is yours: {command(('chmod', 'u+w', str(place)))}"
    else:
        lead, sudo = "as an administrator, run: ", ("sudo",)
    lines = [command((*sudo, *words)) for edit in planned.edits for words in edit.commands()]
    return lead + (" & " if machine.host.shell == "cmd" else "; ").join(lines)


def _makes_section(fix: Fix) -> bool:
    return any(isinstance(edit, GitConfigEdit) and edit.own_section for edit in fix.edits)


def _is_content(result: Result) -> bool:
    """Nothing is wrong, or the question no longer arises; not: something upstream is wrong now."""
    skipped = result.status is Status.SKIP and result.because_of is None
    return result.status is Status.PASS or skipped


def _is_another(before: Result, after: Result, fix: Fix) -> bool:
    """Whether the same question now finds the next fault, which has a fix of its own."""
    return (
        after.fix not in (None, before.fix)
        and not _makes_section(fix)
        and not set(before.evidence[:1]) & set(after.evidence)
    )


def _result(sections: tuple[Section, ...], target: Target, id: str) -> Result | None:
    """What the check says now of this target; the target's address may have been corrected."""
    same = [section for section in sections if section.target == target] or [
        section
        for section in sections
        if (section.target.name, section.target.directory) == (target.name, target.directory)
    ]
    finding = same[0].finding(id) if same else None
    return finding.result if finding else None


def _erase(erasure: CredentialErasure, machine: Machine, target: Target) -> None:
    """Tells a helper to forget. Git itself starts it, with a chain of this helper alone.

    A helper that only the clone defines is never called, whatever the user agreed to.
    """
    git = machine.git(target.directory)
    entries = git.configuration().entries
    callable_ones = {entry.value for entry in entries if entry.is_yours or is_admitted(entry)}
    if erasure.helper not in callable_ones and not git.trusted:
        raise FixError("the clone's own configuration defines the helper, so it is not called")
    outcome = git.act(
        *("credential", "reject"),
        own=[
            ("credential.helper", ""),
            (f"credential.https://{target.host}.helper", ""),
            (f"credential.https://{target.host}.helper", erasure.helper),
            (f"credential.https://{target.host}.useHttpPath", "true"),
        ],
        without=lambda entry: entry.key.startswith("credential.") and entry.key.endswith(".helper"),
        data=erasure.request,
    )
    if outcome.failure:
        raise FixError(f"the stored password could not be erased: git {outcome.failure}")
