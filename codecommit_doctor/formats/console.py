"""The report for a person: the cause first, one screen."""

from __future__ import annotations

from collections.abc import Iterator
from textwrap import TextWrapper
from typing import TYPE_CHECKING, TextIO

from rich.console import Console
from rich.text import Text

from codecommit_doctor.formats.problems import conclusion
from codecommit_doctor.formats.terminal import color_system

if TYPE_CHECKING:
    from codecommit_doctor.reports.report import Cause, Report, ResultItem, TargetItem

__all__ = ["render"]

_WIDTH_IN_PIPES = 80
_WIDEST = 100
_STYLES = {"fail": "bold red", "error": "bold magenta", "warn": "bold yellow", "pass": "green"}
_SYMBOLS = {"fail": "✗", "error": "✗", "warn": "!", "pass": "✓", "skip": "–", "step": "→"}
_ASCII = {"fail": "X", "error": "X", "warn": "!", "pass": "+", "skip": "-", "step": ">"}
_MOST_CAUSES = 3
_MOST_SECTIONS = 3
"""Of more targets than these, the healthy ones take one line each."""
_OUTCOMES = {"works": "green", "error": "magenta"}
_WORDS = {"fail": "FAIL", "error": "ERROR", "warn": "WARN"}


def render(report: Report, stream: TextIO, *, verbose: bool = False) -> None:
    """Writes the report. Colours only on a terminal, and never against NO_COLOR."""
    _Page(report, stream, verbose).write()


class _Console(Console):
    def on_broken_pipe(self) -> None:
        """Leaves the exit code to the command line; rich would end the process with 1."""
        raise


class _Page:
    def __init__(self, report: Report, stream: TextIO, verbose: bool) -> None:
        self.report, self.verbose = report, verbose
        terminal = stream.isatty()
        self.console = _Console(
            file=stream,
            width=None if terminal else _WIDTH_IN_PIPES,
            highlight=False,
            markup=False,
            emoji=False,
            color_system=color_system(),
        )
        if self.console.width > _WIDEST:
            self.console.width = _WIDEST
        self.encoding = getattr(stream, "encoding", None) or "ascii"
        self.symbols = _SYMBOLS if self._fits("".join(_SYMBOLS.values())) else _ASCII

    def write(self) -> None:
        for target in self.report.targets:
            self._target(target)
        self._line(self._totals())
        if self.report.interrupted:
            self._line(Text("Interrupted: this is what was known by then.", "bold yellow"))

    def _target(self, target: TargetItem) -> None:
        if len(self.report.targets) > _MOST_SECTIONS and not self.verbose and _is_healthy(target):
            untested = target.verdict.outcome == "not-tested"
            self._listed("skip" if untested else "pass", target.target, target.url)
            return
        self._heading(target)
        by_status: dict[str, list[ResultItem]] = {}
        for result in target.results:
            by_status.setdefault(result.status, []).append(result)
        for status in ("fail", "error", "warn"):
            for result in by_status.get(status, []):
                self._finding(result)
        if self.verbose:
            for result in by_status.get("pass", []):
                self._finding(result)
        elif passed := by_status.get("pass", []):
            self._listed("pass", f"{len(passed)} passed", ", ".join(r.id for r in passed))
        reasons: dict[str, list[str]] = {}
        for result in by_status.get("skip", []):
            reasons.setdefault(result.summary, []).append(result.id)
        for reason, ids in reasons.items():
            self._listed("skip", ", ".join(ids), reason)
        self.console.print()

    def _heading(self, target: TargetItem) -> None:
        heading = Text(self._safe(target.target), "bold")
        if target.url != target.target:
            heading.append(f"  {self._safe(target.url)}", "dim")
        self._indented(heading, 0)
        for rank, cause in enumerate(target.verdict.causes[:_MOST_CAUSES]):
            self._indented(self._cause(rank, cause, target), 0)
        if not target.verdict.causes and not self.report.interrupted:
            style = _OUTCOMES.get(target.verdict.outcome, "")
            self._indented(Text(f"{self._safe(conclusion(target))}.", style), 0)
        if target.verdict.forward:
            self.console.print()
            self._indented(Text("To forward:", "bold"), 0)
            for line in self._safe(target.verdict.forward).splitlines():
                self._indented(Text(line), 2)
        self.console.print()

    def _cause(self, rank: int, cause: Cause, target: TargetItem) -> Text:
        if not rank and target.verdict.outcome == "refused":
            return Text(f"{self._safe(target.verdict.summary)}.", "bold")
        suspected = cause.confidence == "possible"
        label = "also:" if rank else "Perhaps:" if suspected else "Cause:"
        text = Text(f"{label} ", "yellow" if suspected else "red")
        text.append(self._safe(cause.because), "" if rank else "bold")
        return text

    def _finding(self, result: ResultItem) -> None:
        style = _STYLES[result.status]
        title = Text(_WORDS.get(result.status, "ok"), style)
        title.append(f" {result.id}", "bold")
        if result.known:
            title.append(" (known before)", "dim")
        title.append(f"  {self._safe(result.summary)}")
        self._row(Text(self.symbols[result.status], style), title)
        for item in result.evidence:
            self._indented(Text(self._safe(item.fact)), 4)
            self._indented(Text(f"from {self._safe(item.origin)}", "dim"), 6)
        for step in result.advice:
            if step.text:
                mark = Text(f"  {self.symbols['step']}", "cyan")
                self._row(mark, Text(self._safe(step.text)), 4)
            if step.command:
                self._command(step.command)
        if result.status != "pass":
            self._indented(Text(f"more: codecommit-doctor explain {result.id}", "dim"), 4)
            self.console.print()

    def _listed(self, status: str, name: str, text: str) -> None:
        style = _STYLES.get(status, "dim")
        line = Text(name, style)
        line.append(f": {self._safe(text)}", "" if status == "pass" else "dim")
        self._row(Text(self.symbols[status], style), line)

    def _totals(self) -> Text:
        counts = self.report.counts
        parts = [
            (counts.fail, "failed", "fail"),
            (counts.error, "error" if counts.error == 1 else "errors", "error"),
            (counts.warn, "warned", "warn"),
            (counts.passed, "passed", "pass"),
            (counts.skip, "skipped", "skip"),
        ]
        text = Text()
        for number, word, status in parts:
            if number:
                text.append(", " if text else "")
                text.append(f"{number} {word}", _STYLES.get(status, "dim"))
        return text

    def _command(self, command: str) -> None:
        """A command on one line of its own, however long, so that it can be copied."""
        self._line(Text(f"      {self._safe(command)}", "cyan"))

    def _row(self, mark: Text | str, text: Text, indent: int = 2) -> None:
        """Text in lines that fit, with a mark before the first; a long word sticks out, whole."""
        first = Text.assemble(mark)
        first.append(" " * (indent - len(first)))
        width = max(20, self.console.width - indent)
        for line in _wrapped(text, width):
            self._line(Text.assemble(first, line))
            first = Text(" " * indent)

    def _indented(self, text: Text, by: int) -> None:
        self._row("", text, by)

    def _line(self, what: Text) -> None:
        self.console.print(what, soft_wrap=True)

    def _safe(self, text: str) -> str:
        """The text in what the stream's encoding has; the report holds no control characters."""
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


def _is_healthy(target: TargetItem) -> bool:
    is_quiet = all(result.status in ("pass", "skip") for result in target.results)
    return is_quiet and not target.verdict.causes


def _wrapped(text: Text, width: int) -> Iterator[Text]:
    """The text in lines that fit, cut at spaces alone: a long address sticks out, whole."""
    wrapper = TextWrapper(
        width,
        break_long_words=False,
        break_on_hyphens=False,
        expand_tabs=False,
        replace_whitespace=False,
    )
    position = 0
    for line in wrapper.wrap(text.plain):
        position = text.plain.index(line, position)
        yield text[position : position + len(line)]
        position += len(line)
