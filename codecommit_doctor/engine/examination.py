"""Runs checks: in their order, side by side, each within its time, none able to harm another."""

from __future__ import annotations

import contextlib
import sys
import time
import traceback
from collections import deque
from collections.abc import Callable, Iterable, Sequence
from contextlib import redirect_stdout
from dataclasses import replace

from msgspec import Struct

from codecommit_doctor.check import Advice, Check, Evidence, Fix, Origin, Result, Status, skipped
from codecommit_doctor.engine.machine import Machine
from codecommit_doctor.engine.registry import Broken, Catalogue
from codecommit_doctor.engine.workers import Batch, Workers
from codecommit_doctor.probes import process
from codecommit_doctor.probes.unavailable import Unavailable
from codecommit_doctor.rules.observation import Observation
from codecommit_doctor.rules.target import Target

__all__ = ["Event", "Examination", "Finding", "Meanwhile", "Section"]

_AT_ONCE = 16
"""Workers; most of them wait for a program or for the network."""


_PAUSE = 0.01
"""Seconds without a result after which this thread has time for something else."""

_REPORTING = 0.003
"""Seconds that are kept for the report of one target, so that the limit holds for the whole."""


class Finding(Struct, frozen=True):
    """A check's result. seconds: how long the check took."""

    check: Check
    result: Result
    seconds: float = 0.0


class Section(Struct, frozen=True):
    """All findings for one target, in the order of the catalogue.

    observations: failures at this target that were seen before it was looked at.
    """

    target: Target
    findings: tuple[Finding, ...]
    observations: tuple[Observation, ...] = ()

    def finding(self, id: str) -> Finding | None:
        """What the check of this id found; None if it was not run."""
        return next((found for found in self.findings if found.check.id == id), None)


class Event(Struct, frozen=True):
    """Tells an observer what runs. finding: None when the check begins. over: how many targets are
    settled, of how many.
    """

    target: Target
    check: Check
    finding: Finding | None = None
    over: int = 0
    targets: int = 1


Meanwhile = Callable[[Sequence[Finding]], None]
"""Work while the checks wait for programs, given what was found since it was called last."""


class _Plan:
    """Which check waits for which, the same for every target."""

    def __init__(self, checks: tuple[Check, ...]) -> None:
        self.checks = {check.id: check for check in checks}
        self.after = {c.id: {id for id in c.after if id in self.checks} for c in checks}
        self.before: dict[str, list[str]] = {id: [] for id in self.checks}
        for id, others in self.after.items():
            for other in others:
                self.before[other].append(id)


class _Course:
    """One target's way through the catalogue.

    ready: checks that nothing is in the way of. explained: for effects that are looked at though
    something that can stop them has failed, their results where nothing is seen to fail.
    """

    def __init__(self, target: Target, plan: _Plan) -> None:
        self.target = target
        self.plan = plan
        self.findings: dict[str, Finding] = {}
        self.explained: dict[str, Result] = {}
        self.ready = [check for id, check in plan.checks.items() if not plan.after[id]]

    @property
    def over(self) -> bool:
        return len(self.findings) == len(self.plan.checks)

    def enter(self, id: str, finding: Finding) -> None:
        """Takes note of a check's end, which may let others begin."""
        self.findings[id] = finding
        for waiting in self.plan.before[id]:
            if all(other in self.findings for other in self.plan.after[waiting]):
                self.ready.append(self.plan.checks[waiting])

    def blocked_by(self, check: Check) -> Result | None:
        """The skip that follows from a failure upstream, pointing at the first one.

        An effect is looked at in spite of conditions that explain it: what Git stops at is seen,
        not concluded.
        """
        for wanted in check.after:
            finding = self.findings.get(wanted)
            cause = _cause(finding) if finding else None
            if finding is None or cause is None:
                continue
            word = "had an error" if finding.result.status is Status.ERROR else "failed"
            word = "has no answer" if finding.result.status is Status.WARN else word
            reason = f"not checked: {cause} {word}"
            blocked = Result(Status.SKIP, reason, because_of=cause)
            if not self._explains(cause, check):
                return blocked
            self.explained.setdefault(check.id, blocked)
        return None

    def _explains(self, cause: str, effect: Check) -> bool:
        """Whether a condition that failed can stop an effect."""
        finding = self.findings.get(cause)
        return (
            effect.effect
            and finding is not None
            and not finding.check.effect
            and finding.result.status is Status.FAIL
            and any(id.partition("/")[0] == effect.id for id in finding.check.explains)
        )


class Examination:
    """One run of a catalogue over some targets.

    limit: seconds for the whole, which began before if that is said. observe: called for each
    beginning and end, in the calling thread. interrupted: True afterwards if Ctrl-C ended it; what
    was known by then is in the sections.
    """

    def __init__(
        self,
        catalogue: Catalogue,
        machine: Machine,
        targets: Iterable[Target],
        *,
        limit: float,
        began: float | None = None,
        observe: Callable[[Event], None] = lambda event: None,
    ) -> None:
        self.interrupted = False
        self._catalogue, self._machine = catalogue, machine
        self._limit, self._began, self._observe = limit, began, observe
        plan = _Plan(catalogue.checks)
        self._courses = [_Course(target, plan) for target in targets]
        self._unopened = iter(self._courses)
        self._over = 0
        self._workers = Workers(self._result)
        self._ready: deque[Batch[_Course]] = deque()
        self._known: dict[Result, Result] = {}
        self._meanwhile: Meanwhile = lambda findings: None
        self._fresh: list[Finding] = []

    def run(self, meanwhile: Meanwhile | None = None) -> tuple[Section, ...]:
        """Runs everything that can run; never raises for what a check does.

        meanwhile: work for this thread once the first checks are under way, and again, with what
        was found since, where it waits.
        """
        self._meanwhile = meanwhile or self._meanwhile
        kept = min(_REPORTING * len(self._courses), self._limit * 0.7)
        deadline = (self._began or time.monotonic()) + self._limit - kept
        try:
            with redirect_stdout(sys.stderr):  # a check that prints does not spoil the report
                self._advance()
                self._meanwhile(())
                while self._workers.busy:
                    self._wait(deadline)
                    if time.monotonic() >= deadline:
                        self._give_up(Status.ERROR, f"out of time: all took over {self._limit:g} s")
                        break
                    self._advance()
        except KeyboardInterrupt:
            self.interrupted = True
            self._give_up(Status.SKIP, "not checked: interrupted", "interrupted")
        self._workers.end()
        process.end_all()
        return tuple(self._section(course) for course in self._courses)

    def _advance(self) -> None:
        """Hands out what is ready, while somebody has time for it."""
        while len(self._workers.busy) < _AT_ONCE:
            if self._ready:
                batch = self._ready.popleft()
                for check in batch.checks:
                    self._tell(batch.subject, check)
                self._workers.start(batch)
            elif course := next(self._unopened, None):
                self._prepare(course)
            else:
                return

    def _prepare(self, course: _Course) -> None:
        """Makes batches of what is ready, and settles what is blocked.

        The checks of one target run side by side. Of many targets it is the targets that do, when
        the first one has read what they share.
        """
        free: list[Check] = []
        while course.ready:
            check = course.ready.pop(0)
            if blocked := course.blocked_by(check):
                self._enter(course, check, blocked, 0.0)
            else:
                free.append(check)
        together = len(self._courses) > _AT_ONCE and course is not self._courses[0]
        if free and together:
            self._ready.append(Batch(course, tuple(free)))
        elif free:
            self._ready.extend(Batch(course, (check,)) for check in free)

    def _result(self, course: _Course, check: Check) -> object:
        try:
            arguments = self._machine.read_for(check, course.target)
            result: object = check.function(**arguments)
        except Unavailable as unanswered:
            return skipped(f"not checked: {unanswered.reason}", code="unanswered")
        except BaseException as error:  # a plugin's sys.exit() too
            return _broken(error)
        return result

    def _wait(self, deadline: float) -> None:
        """Takes what one worker found, or ends a check whose time is over."""
        pause = time.monotonic() + _PAUSE if self._fresh else deadline
        if batch := self._workers.wait(min(deadline, pause)):
            self._settle(batch)
        elif self._fresh:
            fresh, self._fresh = tuple(self._fresh), []
            self._meanwhile(fresh)
        for batch in self._workers.late():
            rest = batch.checks[self._settle(batch) :]
            if rest and batch.is_late:
                result = _error(f"the check did not finish within {rest[0].limit:g} s")
                self._end(batch.subject, rest[0], result, rest[0].limit)
                rest = rest[1:]
            if rest:
                self._ready.append(Batch(batch.subject, rest))
            self._prepare(batch.subject)

    def _settle(self, batch: Batch[_Course]) -> int:
        """Enters the results of a batch; their number."""
        found = tuple(batch.found)
        for check, (result, seconds) in zip(batch.checks, found, strict=False):
            self._end(batch.subject, check, self._checked(result), seconds)
        self._prepare(batch.subject)
        return len(found)

    def _end(self, course: _Course, check: Check, result: Result, seconds: float) -> None:
        if result.status is not Status.FAIL:
            result = course.explained.get(check.id, result)
        self._tell(course, check, self._enter(course, check, result, seconds))

    def _enter(self, course: _Course, check: Check, result: Result, seconds: float) -> Finding:
        finding = Finding(_narrowed(check, result), result, seconds)
        course.enter(check.id, finding)
        if course is self._courses[0]:  # what many have in common is found at the first one
            self._fresh.append(finding)
        self._over += course.over
        return finding

    def _tell(self, course: _Course, check: Check, finding: Finding | None = None) -> None:
        self._observe(Event(course.target, check, finding, self._over, len(self._courses)))

    def _checked(self, result: object) -> Result:
        """The result, if it has the types that it promises; of equal ones always the same.

        A report of many targets is made of few results, which are looked at once.
        """
        try:
            return self._known[result]  # type: ignore[index]
        except Exception:  # none, new, or with a value of a plugin's own type, which may raise
            checked = _checked(result)
        if checked is result:
            with contextlib.suppress(Exception):
                self._known[checked] = checked
        return checked

    def _give_up(self, status: Status, reason: str, code: str | None = None) -> None:
        for batch in self._workers.drop_all():
            self._settle(batch)
        for course in self._courses:
            for check in course.plan.checks.values():
                if check.id not in course.findings:
                    course.findings[check.id] = Finding(check, Result(status, reason, code=code))

    def _section(self, course: _Course) -> Section:
        order = [check.id for check in self._catalogue.checks]
        findings = [course.findings[id] for id in order]
        return Section(course.target, (*findings, *map(_unusable, self._catalogue.broken)))


def _cause(finding: Finding) -> str | None:
    """The id of the check that is to blame, if this one can't be built upon."""
    if finding.result.status in (Status.FAIL, Status.ERROR):
        return finding.check.id
    return finding.result.because_of


def _error(reason: str) -> Result:
    return Result(Status.ERROR, reason)


def _checked(result: object) -> Result:
    """The result, if it has the types that it promises.

    For one thread alone: msgspec looks at a type for the first time without a lock.
    """
    if not isinstance(result, Result):
        return _error(f"the check returned {type(result).__name__}, not a Result")
    import msgspec

    if not isinstance(result.fix, Fix | None):
        return _error("the check returned a Result with a wrong fix")
    shape = tuple[
        Status, str, tuple[Evidence, ...], tuple[Advice, ...], str | None, bool, str | None
    ]
    parts = (result.status, result.summary, result.evidence, result.advice)
    try:
        plain = msgspec.to_builtins((*parts, result.because_of, result.confirmed, result.code))
        msgspec.convert(plain, shape)
    except Exception as error:  # a value of a plugin's own type may raise anything
        return _error(f"the check returned a Result that is none: {error}")
    return result


def _broken(error: BaseException) -> Result:
    frames = traceback.extract_tb(error.__traceback__)
    place = Origin.of_file(frames[-1].filename, frames[-1].lineno) if frames else Origin("")
    fact = "".join(traceback.format_exception_only(error)).strip()
    return Result(
        Status.ERROR,
        f"error in the check itself: {type(error).__name__}",
        (Evidence(fact, place),),
    )


def _narrowed(check: Check, result: Result) -> Check:
    """The check, which explains no more than this finding does."""
    return check if result.explains is None else replace(check, explains=result.explains)


def _unusable(broken: Broken) -> Finding:
    check = Check(
        id=broken.id,
        title=f"A check of {broken.distribution}",
        why="",
        source="",
        function=lambda: skipped(""),
        distribution=broken.distribution,
    )
    return Finding(check, _error(f"{broken.distribution}: {broken.reason}"))
