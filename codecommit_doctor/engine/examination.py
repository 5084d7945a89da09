"""Runs checks: in their order, side by side, each within its time, none able to harm another."""

from __future__ import annotations

import queue
import sys
import threading
import time
import traceback
from collections.abc import Callable, Iterable
from contextlib import redirect_stdout
from dataclasses import dataclass, field, replace
from graphlib import TopologicalSorter

from codecommit_doctor.check import Advice, Check, Evidence, Fix, Origin, Result, Status, skipped
from codecommit_doctor.engine.machine import Machine
from codecommit_doctor.engine.registry import Broken, Catalogue
from codecommit_doctor.probes import process
from codecommit_doctor.probes.unavailable import Unavailable
from codecommit_doctor.rules.observation import Observation
from codecommit_doctor.rules.target import Target

__all__ = ["Event", "Examination", "Finding", "Section"]

_AT_ONCE = 16
"""Checks that run at the same time; most of them wait for a program or for the network."""


_REPORTING = 0.007
"""Seconds that are kept for the report of one target, so that the limit holds for the whole."""


@dataclass(frozen=True)
class Finding:
    """A check's result. seconds: how long the check took."""

    check: Check
    result: Result
    seconds: float = 0.0


@dataclass(frozen=True)
class Section:
    """All findings for one target, in the order of the catalogue.

    observations: failures at this target that were seen before it was looked at.
    """

    target: Target
    findings: tuple[Finding, ...]
    observations: tuple[Observation, ...] = ()


@dataclass(frozen=True)
class Event:
    """Tells an observer what runs. finding: None when the check begins."""

    target: Target
    check: Check
    finding: Finding | None = None


@dataclass
class _Run:
    """One check on one target, running."""

    course: _Course
    check: Check
    started: float = field(default_factory=time.monotonic)


class _Course:
    """One target's way through the catalogue."""

    def __init__(self, target: Target, checks: tuple[Check, ...]) -> None:
        self.target = target
        self.checks = {check.id: check for check in checks}
        self.findings: dict[str, Finding] = {}
        graph = {c.id: [a for a in c.after if a in self.checks] for c in checks}
        self.sorter = TopologicalSorter(graph)
        self.sorter.prepare()

    def enter(self, finding: Finding) -> None:
        self.findings[finding.check.id] = finding
        self.sorter.done(finding.check.id)

    def blocked_by(self, check: Check) -> Result | None:
        """The skip that follows from a failure upstream, pointing at the first one."""
        for wanted in check.after:
            finding = self.findings.get(wanted)
            if finding is None:
                continue
            cause = _cause(finding)
            if cause:
                word = "had an error" if finding.result.status is Status.ERROR else "failed"
                word = "has no answer" if finding.result.status is Status.WARN else word
                reason = f"not checked: {cause} {word}"
                return Result(Status.SKIP, reason, because_of=cause)
        return None


class Examination:
    """One run of a catalogue over some targets.

    limit: seconds for the whole. observe: called for each beginning and end, in the calling thread.
    interrupted: True afterwards if Ctrl-C ended it; what was known by then is in the sections.
    """

    def __init__(
        self,
        catalogue: Catalogue,
        machine: Machine,
        targets: Iterable[Target],
        *,
        limit: float,
        observe: Callable[[Event], None] = lambda event: None,
    ) -> None:
        self.interrupted = False
        self._catalogue, self._machine = catalogue, machine
        self._limit, self._observe = limit, observe
        self._courses = [_Course(target, catalogue.checks) for target in targets]
        self._done: queue.SimpleQueue[tuple[_Run, object]] = queue.SimpleQueue()
        self._running: list[_Run] = []
        self._ready: list[tuple[_Course, Check]] = []

    def run(self, meanwhile: Callable[[], None] = lambda: None) -> tuple[Section, ...]:
        """Runs everything that can run; never raises for what a check does.

        meanwhile: work for this thread once the first checks are under way.
        """
        kept = min(_REPORTING * len(self._courses), self._limit * 0.7)
        deadline = time.monotonic() + self._limit - kept
        try:
            with redirect_stdout(sys.stderr):  # a check that prints does not spoil the report
                self._advance()
                meanwhile()
                while self._advance() or self._running:
                    self._wait(deadline)
                    if time.monotonic() >= deadline:
                        self._give_up(Status.ERROR, f"out of time: all took over {self._limit:g} s")
                        break
        except KeyboardInterrupt:
            self.interrupted = True
            self._give_up(Status.SKIP, "not checked: interrupted", "interrupted")
        process.end_all()
        return tuple(self._section(course) for course in self._courses)

    def _advance(self) -> bool:
        """Starts what is ready, settles what is blocked; True while there is something to do."""
        moved = True
        while moved:
            moved = False
            for course in self._courses:
                for id in course.sorter.get_ready():
                    self._ready.append((course, course.checks[id]))
            while self._ready and len(self._running) < _AT_ONCE:
                course, check = self._ready.pop(0)
                if blocked := course.blocked_by(check):
                    course.enter(Finding(check, blocked))
                    moved = True
                else:
                    self._start(_Run(course, check))
        return bool(self._ready)

    def _start(self, run: _Run) -> None:
        self._running.append(run)
        self._observe(Event(run.course.target, run.check))
        threading.Thread(target=self._work, args=(run,), daemon=True).start()

    def _work(self, run: _Run) -> None:
        try:
            arguments = self._machine.read_for(run.check, run.course.target)
            result: object = run.check.function(**arguments)
        except Unavailable as unanswered:
            result = skipped(f"not checked: {unanswered.reason}", code="unanswered")
        except BaseException as error:  # a plugin's sys.exit() too
            result = _broken(error)
        self._done.put((run, result))

    def _wait(self, deadline: float) -> None:
        """Takes one result, or ends a check whose time is over."""
        if not self._running:
            return
        ends = [run.started + run.check.limit for run in self._running]
        patience = min([deadline, *ends]) - time.monotonic()
        try:
            run, result = self._done.get(timeout=max(0.0, min(patience, 0.5)))
        except queue.Empty:
            now = time.monotonic()
            for run in [r for r in self._running if now >= r.started + r.check.limit]:
                self._settle(run, _error(f"the check did not finish within {run.check.limit:g} s"))
        else:
            if run in self._running:
                self._settle(run, _checked(result))

    def _settle(self, run: _Run, result: Result) -> None:
        self._running.remove(run)
        finding = Finding(_narrowed(run.check, result), result, time.monotonic() - run.started)
        run.course.enter(finding)
        self._observe(Event(run.course.target, run.check, finding))

    def _give_up(self, status: Status, reason: str, code: str | None = None) -> None:
        self._running.clear()
        for course in self._courses:
            for check in course.checks.values():
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
