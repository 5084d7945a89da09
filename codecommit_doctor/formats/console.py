"""The report for a person: what is wrong, where it stands, what to type, on one screen."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, TextIO

from rich.console import Console
from rich.text import Text

from codecommit_doctor.formats import Drawn
from codecommit_doctor.formats.shared.overview import (
    UNDO,
    Problem,
    fix_command,
    fixable,
    problems_once,
    totals,
    undoable,
    way_on,
)
from codecommit_doctor.formats.shared.problems import conclusion
from codecommit_doctor.formats.shared.table import height, rows, wrapped
from codecommit_doctor.formats.shared.terminal import color_system
from codecommit_doctor.probes.evidence import NO_FILE
from codecommit_doctor.redaction import printable
from codecommit_doctor.rules.codes import address
from codecommit_doctor.rules.telling import telling_sentence

if TYPE_CHECKING:
    from codecommit_doctor.reports.report import (
        AdviceItem,
        Location,
        Report,
        ResultItem,
        TargetItem,
    )

__all__ = ["FORMAT", "render", "render_by_hand"]

_WIDTH_IN_PIPES = 80
_WIDEST = 100
_SCREEN = 22
"""Lines of a small terminal, without the prompts before and behind the report."""

_STYLES = {"fail": "bold red", "error": "bold magenta", "warn": "bold yellow", "pass": "green"}
_SYMBOLS = {"fail": "✗", "error": "✗", "warn": "!", "pass": "✓", "skip": "–"}
_ASCII = {"fail": "X", "error": "X", "warn": "!", "pass": "+", "skip": "-"}
_GROUPS = {
    "programs": "Programs",
    "configuration": "Configuration",
    "credentials": "Credentials",
    "address": "Address and region",
    "account": "Account",
    "network": "Network",
    None: "Other checks",
}
_MOST_HEADINGS = 3
_MOST_EVIDENCE = 4
_LABEL = 12
"""Columns of ``  By hand:  `` and its like."""


def render(report: Report, stream: TextIO, *, verbose: bool = False) -> None:
    """Writes the report. Colours only on a terminal, and never against NO_COLOR."""
    _Page(report, stream, verbose).write()


FORMAT = Drawn(render)


def render_by_hand(report: Report, stream: TextIO) -> None:
    """Writes what ``--fix`` says where it has nothing to offer: what to do by hand."""
    _Page(report, stream, verbose=False).write_by_hand()


class _Console(Console):
    def on_broken_pipe(self) -> None:
        """Leaves the exit code to the command line; rich would end the process with 1."""
        raise


class _Page:
    """Collects lines, so that what is less important can be shortened where it does not fit."""

    def __init__(self, report: Report, stream: TextIO, verbose: bool) -> None:
        self.report, self.verbose = report, verbose
        self.console = _Console(
            file=stream,
            width=None if stream.isatty() else _WIDTH_IN_PIPES,
            highlight=False,
            markup=False,
            emoji=False,
            color_system=color_system(),
        )
        if self.console.width > _WIDEST:
            self.console.width = _WIDEST
        self.encoding = stream.encoding or "ascii"
        self.symbols = _SYMBOLS if self._fits("".join(_SYMBOLS.values())) else _ASCII
        self.problems = problems_once(report)
        self.brief = False

    def write(self) -> None:
        """The details first, if they are wanted: the end of the report is what stays in sight."""
        if not self.report.targets:
            self._print([Text("Nothing was checked: the report names no target.")])
            return
        if self.verbose:
            for target in self.report.targets:
                self._print([*self._details(target), Text()])
        lines = list(self._verdict(len(self.problems)))
        for whole in range(len(self.problems) - 1, 0, -1):
            if self.verbose or height(lines, self.console.width) <= _SCREEN:
                break
            lines = list(self._verdict(whole))
        if not self.verbose and height(lines, self.console.width) > _SCREEN:
            self.brief = True
            lines = list(self._verdict(1))
        self._print(lines)

    def write_by_hand(self) -> None:
        if not self.problems:
            self._print([Text("Nothing to fix.", "bold")])
            for target in self.report.targets:
                self._print([*self._without_problem(target)])
        for problem in self.problems:
            title = Text("No automatic fix: ", _STYLES[problem.status])
            title.append(self._safe(problem.summary), "bold")
            lines = [*self._row(Text(self.symbols[problem.status], _STYLES[problem.status]), title)]
            self._print([*lines, *self._steps(problem), *self._reasons(problem)])

    def _print(self, lines: list[Text]) -> None:
        for line in lines:
            self.console.print(line, soft_wrap=True)

    # the verdict

    def _verdict(self, whole: int) -> Iterator[Text]:
        """All that is wrong, what works, and the totals. whole: problems that are shown in full."""
        shown: list[TargetItem] = []
        for number, problem in enumerate(self.problems):
            if problem.targets != shown:
                shown = problem.targets
                yield from self._headings(shown)
            yield from self._problem(problem, in_full=number < whole)
        for target in self.report.targets:
            if not any(target in problem.targets for problem in self.problems):
                yield from self._without_problem(target)
        yield from self._endings()

    def _headings(self, targets: list[TargetItem]) -> Iterator[Text]:
        for target in targets[:_MOST_HEADINGS]:
            heading = Text.assemble((self._safe(target.target), "bold"))
            if target.url != target.target:
                heading.append(f"  {self._safe(target.url)}", "dim")
            yield from self._row("", heading, 0)
        if len(targets) > _MOST_HEADINGS:
            yield Text(f"and {len(targets) - _MOST_HEADINGS} more", "dim")

    def _problem(self, problem: Problem, *, in_full: bool) -> Iterator[Text]:
        style = _STYLES[problem.status]
        title = Text("Warning: " if problem.status == "warn" else "", style)
        title.append(self._safe(problem.summary), "bold")
        if places := self._places(problem):
            title.append(f" ({places})")
        if problem.result and problem.result.known:
            title.append(" (known before)", "dim")
        yield from self._row(Text(self.symbols[problem.status], style), title)
        if not in_full:
            if problem.result:
                yield from self._evidence(problem.result, most=1, hint=False)
            yield self._why(problem)
            return
        for target in problem.targets[:1]:
            yield from self._seen(target, problem)
        if problem.result:
            yield from self._evidence(problem.result, most=_MOST_EVIDENCE)
        yield from self._steps(problem)
        yield from self._reasons(problem)

    def _reasons(self, problem: Problem) -> Iterator[Text]:
        """What to hand on, and where to read more."""
        for target in problem.targets[:1]:
            if target.verdict.forward and problem.summary == target.verdict.summary:
                yield from self._forward(target.verdict.forward)
        yield self._why(problem)

    def _places(self, problem: Problem) -> str:
        """``in all 3 remotes``, or their names; nothing where there is one alone."""
        targets, every = problem.targets, self.report.targets
        if len(every) == 1 or (len(targets) <= _MOST_HEADINGS and targets != every):
            return ""
        words = "remotes" if all(":" not in target.target for target in every) else "addresses"
        number = f"all {len(every)}" if targets == every else f"{len(targets)}"
        return f"in {number} {words}" if len(targets) > 1 else ""

    def _seen(self, target: TargetItem, problem: Problem) -> Iterator[Text]:
        """What Git printed before the examination, where the summary does not say it."""
        for seen in target.observations[:1]:
            said = telling_sentence(seen.text)
            if said and said.rstrip(".") not in problem.summary:
                yield from self._labelled("Seen:", f"{seen.source}: {said}")

    def _evidence(
        self, result: ResultItem, most: int | None = None, *, hint: bool = True
    ) -> Iterator[Text]:
        """most: facts that are shown; all, and whole, if not given. hint: tell of the others."""
        items = result.evidence[:most]
        cells = [
            (
                self._safe(item.fact),
                self._safe(_place(item.fact, item.location, item.origin)),
                self._safe(item.meaning),
                bool(item.location and item.location.file) or item.origin == NO_FILE,
            )
            for item in items
        ]
        for line in rows(cells, self.console.width - 4, whole=most is None):
            yield Text("    ").append_text(line)
        if hint and len(result.evidence) > len(items):
            yield Text(f"    and {len(result.evidence) - len(items)} more (-v shows them)", "dim")

    def _steps(self, problem: Problem) -> Iterator[Text]:
        result = problem.result
        if result is None:
            return
        if result.fix:
            mark = "unsafe: " if result.fix.safety == "unsafe" else ""
            note = f"({mark}shows the change, then asks)"
            command = self._safe(fix_command(self.report))
            line = Text.assemble("  Fix:      ", (command, "cyan"))
            room = self.console.width - len(line) - 3
            yield line.append(f"   {note}", "dim") if len(note) <= room else line
        label = "By hand:"
        steps = result.advice[: 1 if self.brief else None]
        for step in steps:
            yield from self._step(label, step)
            label = ""
        if more := len(result.advice) - len(steps):
            yield from self._labelled("", f"and {more} more (-v shows them)")

    def _step(self, label: str, step: AdviceItem) -> Iterator[Text]:
        if step.text:
            text = self._safe(step.text)
            yield from self._labelled(label, f"{text.rstrip(':')}:" if step.command else text)
            label = ""
        if step.command:
            command = self._safe(step.command)
            yield Text(f"  {label:<{_LABEL - 2}}").append(command, "cyan")

    def _forward(self, text: str) -> Iterator[Text]:
        yield Text("  Send this to your administrator:")
        for line in self._safe(text).splitlines():
            yield from self._row("", Text(line), 4)

    def _without_problem(self, target: TargetItem) -> Iterator[Text]:
        """What was proved of a target, in one sentence."""
        works = target.verdict.outcome in ("works", "unknown")
        status = "pass" if works else "error" if target.verdict.outcome == "error" else "skip"
        text = Text()
        if len(self.report.targets) > 1:
            text.append(f"{self._safe(target.target)}: ", "bold")
        text.append(self._safe(conclusion(target)), "" if works else "bold")
        yield from self._row(Text(self.symbols[status], _STYLES.get(status, "dim")), text)

    def _endings(self) -> Iterator[Text]:
        line = Text()
        for text, status in totals(self.report, self.problems):
            line.append(", " if line else "")
            line.append(text, _STYLES.get(status, "dim"))
        if not self.verbose and (self.report.counts.passed or self.report.counts.skip):
            line.append(" (-v shows them)", "dim")
        yield from self._row("", line, 0)
        if fixable(self.problems) and len(self.problems) > 1:
            yield Text(self._safe(way_on(self.report, self.problems) or ""))
        if undoable(self.report):
            yield Text.assemble("Undo the fix: ", (UNDO, "cyan"))
        if note := self.report.machine.get("note"):
            yield from self._row("", Text(self._safe(f"Note: {note}"), "dim"), 0)
        if self.report.interrupted:
            yield Text("Interrupted: not everything was checked.", "bold yellow")

    # all results, group by group

    def _details(self, target: TargetItem) -> Iterator[Text]:
        yield from self._headings([target])
        for category, name in _GROUPS.items():
            known = [
                result.category if result.category in _GROUPS else None for result in target.results
            ]
            found = [r for r, group in zip(target.results, known, strict=True) if group == category]
            if found:
                yield Text(f"\n{name}", "bold")
            for result in found:
                yield from self._result(result)
        if target.left_out:
            yield Text("\nSettings of this clone that were not used while looking", "bold")
            for setting in target.left_out:
                yield from self._row("", Text(self._safe(setting)), 4)

    def _result(self, result: ResultItem) -> Iterator[Text]:
        style = _STYLES.get(result.status, "dim")
        text = Text(result.id, "bold" if result.status in _STYLES else "")
        text.append(f"  {self._safe(result.summary)}", "dim" if result.status == "skip" else "")
        yield from self._row(Text(self.symbols[result.status], style), text)
        if result.status in ("pass", "skip"):  # the others are shown in full below
            yield from self._evidence(result)

    # lines

    def _why(self, problem: Problem) -> Text:
        """On one line: a command that is broken into two can't be pasted. It links to its page."""
        page = address(problem.name)
        command = self._safe(f"codecommit-doctor explain {problem.name}")
        style = f"link {page}" if page else ""
        return Text.assemble(f"  {'Why:':<{_LABEL - 2}}", (command, style))

    def _labelled(self, label: str, text: str) -> Iterator[Text]:
        yield from self._row(f"  {label}", Text(self._safe(text)), _LABEL)

    def _row(self, mark: Text | str, text: Text, indent: int = 2) -> Iterator[Text]:
        """Text in lines that fit, with a mark before the first; a long word sticks out, whole."""
        first = Text.assemble(mark)
        first.append(" " * (indent - len(first)))
        for line in wrapped(text, max(20, self.console.width - indent)):
            yield Text.assemble(first, line)
            first = Text(" " * indent)

    def _safe(self, text: str) -> str:
        """The text in what the stream's encoding has, without control characters."""
        text = printable(text)
        if self._fits(text):
            return text
        plain = text.replace("…", "...").replace("→", "->").replace("–", "-")
        return plain.encode(self.encoding, "backslashreplace").decode(self.encoding)

    def _fits(self, text: str) -> bool:
        try:
            text.encode(self.encoding)
        except (UnicodeEncodeError, LookupError):
            return False
        return True


def _place(fact: str, location: Location | None, origin: str) -> str:
    """``~/.gitconfig:9``, as compilers write it; where it is no file, the origin in words."""
    if origin == NO_FILE:
        return "git -c or GIT_CONFIG_*"
    if location is None or not location.file:
        return "" if origin.rpartition(" ")[2] in fact.split() else origin  # a variable is set
    return f"{location.file}:{location.line}" if location.line else location.file
