"""Talks about fixes, on standard error: the diff, the question, and what became of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.console import Console
from rich.text import Text

from codecommit_doctor.cli.messages import said_yes, somebody_is_there
from codecommit_doctor.fixes import Outcome, Safety
from codecommit_doctor.formats.shared.terminal import color_system
from codecommit_doctor.redaction import Redactor, masked_helper
from codecommit_doctor.redaction.lines import masked_lines
from codecommit_doctor.treatment.apply import CouldNotAsk
from codecommit_doctor.treatment.plan import diff

if TYPE_CHECKING:
    from codecommit_doctor.engine.examination import Finding
    from codecommit_doctor.treatment.apply import Attempt
    from codecommit_doctor.treatment.plan import Change, Plan

__all__ = ["TerminalDialogue", "show_diff"]

_STYLES = {"+": "green", "-": "red", "@": "cyan"}
_OUTCOMES = {
    Outcome.APPLIED: ("applied", "bold green"),
    Outcome.DECLINED: ("not applied", "yellow"),
    Outcome.REFUSED: ("refused", "yellow"),
    Outcome.FAILED: ("failed", "bold red"),
    Outcome.TAKEN_BACK: ("taken back", "bold red"),
}


class TerminalDialogue:
    """yes: do not ask. dry_run: show and change nothing.

    Without a terminal, and in a CI job, nobody is asked.
    """

    def __init__(self, redactor: Redactor, *, yes: bool, dry_run: bool) -> None:
        self._console = Console(
            stderr=True, highlight=False, markup=False, emoji=False, color_system=color_system()
        )
        self._redactor = redactor
        self._yes, self._dry_run = yes, dry_run
        self.could_not_ask = False

    @property
    def asks(self) -> bool:
        """Whether each fix is shown to a person who decides."""
        return not self._yes and somebody_is_there()

    def objection(self, finding: Finding, planned: Plan, *, can_be_undone: bool) -> str | None:
        """Shows the cause and the exact change, and asks."""
        clean = self._redactor.clean
        self._say(Text.assemble((f"{finding.check.id}: ", "bold"), clean(finding.result.summary)))
        self._say(Text(f"Fix: {clean(planned.fix.title)}"))
        if planned.fix.safety is Safety.UNSAFE:
            caution = planned.fix.caution or "it may change what other programs use"
            self._say(Text(f"This fix is unsafe: {clean(caution)}.", "bold yellow"))
        for change in planned.changes:
            show_diff(_diff(change), self._redactor, self._console)
        for erasure in planned.erasures:
            helper = clean(masked_helper(erasure.helper))
            self._say(Text(f"  and erase the password stored by {helper}"))
        if not can_be_undone:
            self._say(
                Text("What it replaces may be secret and is not kept: undo can't bring it back.")
            )
        if self._dry_run:
            return "a dry run changes nothing"
        return None if self._yes or self._asked() else "the answer was no"

    def done(self, attempt: Attempt) -> None:
        """One line of what became of it."""
        word, style = _OUTCOMES[attempt.outcome]
        title = self._redactor.clean(attempt.fix.title)
        line = Text.assemble((word, style), f": {attempt.check}: {title}")
        if attempt.outcome is Outcome.APPLIED:
            line.append(f" ({attempt.before} -> {attempt.after})", "green")
        elif attempt.reason:
            line.append(f" ({self._redactor.clean(attempt.reason)})")
        self._say(line)
        self._say(Text())

    def _asked(self) -> bool:
        if not somebody_is_there():
            self.could_not_ask = True
            raise CouldNotAsk("nobody could be asked; --yes applies without asking")
        return said_yes("Apply this fix?")

    def _say(self, text: Text) -> None:
        self._console.print(text, soft_wrap=True)


def show_diff(lines: list[str], redactor: Redactor, console: Console) -> None:
    """A unified diff in colours, without secrets."""
    for line in lines:
        style = _STYLES.get(line[:1], "") if not line.startswith(("---", "+++")) else "bold"
        shown = redactor.clean(line[:1] + line[1:].expandtabs(4))
        console.print(Text(f"  {shown}", style), soft_wrap=True)


def _diff(change: Change) -> list[str]:
    """The change line by line, what may be secret masked; whether it is depends on lines above."""
    covers: dict[str, str] = {}
    for data in (change.before, change.after):
        text = (data or b"").decode("utf-8", "backslashreplace").replace("\r\n", "\n")
        for line, cover in zip(text.split("\n"), masked_lines(text), strict=True):
            if cover != line or line not in covers:
                covers[line] = cover
    return [line[:1] + covers.get(line[1:], line[1:]) for line in diff(change)]
