"""Carries out fixes one by one: work out, ask, write, look again, and take back what did not help.

Each fix is worked out after the one before it has been carried out, so that no diff is shown that
would not be written.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Protocol

from codecommit_doctor.check import Check, Result, Status
from codecommit_doctor.consultation import Look
from codecommit_doctor.examination import Finding, Section
from codecommit_doctor.fixes import CredentialErasure, Fix, GitConfigEdit, Outcome, Safety
from codecommit_doctor.fixes.files import FixError, HasChanged, replace
from codecommit_doctor.fixes.journal import Entry, Journal, Patch
from codecommit_doctor.fixes.plan import Plan, plan
from codecommit_doctor.probes.machine import Machine
from codecommit_doctor.probes.process import run
from codecommit_doctor.redaction import Redactor
from codecommit_doctor.target import Target

__all__ = ["Attempt", "Dialogue", "Treatment"]

_MOST = 50
"""Fixes in one run: more would mean that two of them undo each other."""


@dataclass(frozen=True)
class Attempt:
    """What became of one fix. files: those that it is about. reason: why it was not applied."""

    check: str
    fix: Fix
    outcome: Outcome
    files: tuple[str, ...] = ()
    reason: str = ""
    before: str = ""
    after: str = ""


class Dialogue(Protocol):
    """Whoever talks to the person."""

    def agrees(self, finding: Finding, planned: Plan) -> bool:
        """Shows what would be done and asks whether to do it."""

    def done(self, attempt: Attempt) -> None:
        """Shows what became of it."""


class Treatment:
    """All fixes that an examination offers.

    examine: looks at the machine again. unsafe: carry out unsafe
    fixes too. scope: write to this scope of git's configuration.
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
        self._journal.entries()  # settles what a killed run left
        tried: set[tuple[str, Fix]] = set()
        while len(tried) < _MOST:
            offer = next(_offers(look.sections, tried), None)
            if offer is None:
                break
            target, finding, fix = offer
            tried.add((finding.check.id, fix))
            attempt, again = self._try(target, finding, fix, look.machine)
            self.attempts.append(attempt)
            self._dialogue.done(attempt)
            look = again or look
        return look

    def _try(
        self, target: Target, finding: Finding, fix: Fix, machine: Machine
    ) -> tuple[Attempt, Look | None]:
        if fix.safety is Safety.UNSAFE and not self._unsafe:
            reason = "it changes something that others rely on; --unsafe-fixes admits it"
            return Attempt(finding.check.id, fix, Outcome.REFUSED, reason=reason), None
        try:
            planned = plan(fix, machine.git(target.directory), scope=self._scope)
        except FixError as error:
            return Attempt(finding.check.id, fix, Outcome.FAILED, reason=str(error)), None
        files = tuple(str(change.path) for change in planned.changes)
        if not planned.changes and not planned.erasures:
            reason = "there is nothing to change"
            return Attempt(finding.check.id, fix, Outcome.FAILED, reason=reason), None
        if not self._dialogue.agrees(finding, planned):
            return Attempt(finding.check.id, fix, Outcome.DECLINED, files), None
        try:
            entry = self._carry_out(finding.check, planned, machine, target)
        except HasChanged as error:
            return Attempt(finding.check.id, fix, Outcome.REFUSED, files, str(error)), None
        except FixError as error:
            return Attempt(finding.check.id, fix, Outcome.FAILED, files, str(error)), None
        return self._verify(target, finding, fix, entry, files)

    def _carry_out(self, check: Check, planned: Plan, machine: Machine, target: Target) -> Entry:
        redactor = Redactor(machine.known_secrets())
        patches = [Patch.of(change, redactor) for change in planned.changes]
        entry = self._journal.begin(check.id, planned.fix.title, patches, len(planned.erasures))
        try:
            for change in planned.changes:
                replace(change.path, change.before, change.after, entry.id)
            for erasure in planned.erasures:
                _erase(erasure, machine, target)
        except FixError:
            self._journal.undo(entry, "failed")
            raise
        self._journal.close(entry, "applied")
        return entry

    def _verify(
        self, target: Target, finding: Finding, fix: Fix, entry: Entry, files: tuple[str, ...]
    ) -> tuple[Attempt, Look]:
        """Looks again; takes the fix back if its check is not content."""
        again = self._examine()
        result = _result(again.sections, target, finding.check)
        after = result.status if result else None
        before = finding.result.status.value
        if result and _is_content(result):
            now = result.status.value
            return Attempt(finding.check.id, fix, Outcome.APPLIED, files, "", before, now), again
        reason = f"{finding.check.id} is still {after.value if after else 'gone'} after it"
        outcome = Outcome.TAKEN_BACK
        try:
            self._journal.undo(entry, "taken-back")
        except FixError as error:
            outcome, reason = Outcome.FAILED, f"{reason}, and it can't be taken back: {error}"
        attempt = Attempt(finding.check.id, fix, outcome, files, reason, before, before)
        return attempt, self._examine()


def _offers(
    sections: tuple[Section, ...], tried: set[tuple[str, Fix]]
) -> Iterator[tuple[Target, Finding, Fix]]:
    """Fixes that have not been tried: of failures first, and what mends a value before what copies
    it into a section of its own.
    """
    offers = [
        (section.target, finding, finding.result.fix)
        for section in sections
        for finding in section.findings
        if finding.result.fix and (finding.check.id, finding.result.fix) not in tried
    ]
    yield from sorted(
        offers, key=lambda offer: (offer[1].result.status is Status.WARN, _makes_section(offer[2]))
    )


def _makes_section(fix: Fix) -> bool:
    return any(isinstance(edit, GitConfigEdit) and edit.own_section for edit in fix.edits)


def _is_content(result: Result) -> bool:
    """Nothing is wrong, or the question no longer arises; not: something upstream is wrong now."""
    skipped = result.status is Status.SKIP and result.because_of is None
    return result.status is Status.PASS or skipped


def _result(sections: tuple[Section, ...], target: Target, check: Check) -> Result | None:
    """What the check says now of this target; the target's address may have been corrected."""
    for section in sections:
        if section.target == target or section.target.name == target.name:
            for finding in section.findings:
                if finding.check.id == check.id:
                    return finding.result
    return None


def _erase(erasure: CredentialErasure, machine: Machine, target: Target) -> None:
    """Tells a helper to forget. Git itself starts it, with a chain of this helper alone."""
    git = machine.git(target.directory)
    chain = ("-c", "credential.helper=", "-c", f"credential.helper={erasure.helper}")
    outcome = run(
        [git.path or "git", *chain, "-c", "credential.useHttpPath=true", "credential", "reject"],
        input=erasure.request,
        cwd=git.directory,
    )
    if outcome.failure:
        raise FixError(f"the stored password could not be erased: git {outcome.failure}")
