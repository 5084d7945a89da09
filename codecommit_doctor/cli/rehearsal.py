"""Prepares the report while the checks wait for programs, so that little is left for the end."""

from __future__ import annotations

import contextlib
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from codecommit_doctor.cli.examiner import Examiner
    from codecommit_doctor.cli.output import Destination
    from codecommit_doctor.engine.examination import Finding
    from codecommit_doctor.engine.machine import Machine

__all__ = ["Rehearsal"]


class Rehearsal:
    """Makes reports for nobody to see: what the real one needs is loaded and known then."""

    def __init__(
        self, examiner: Examiner, machine: Machine, destinations: Iterable[Destination]
    ) -> None:
        self._examiner, self._machine = examiner, machine
        self._forms = {destination.form for destination in destinations}
        self._shown = False

    def __call__(self, findings: Sequence[Finding]) -> None:
        """Loads what every report needs, at first; then cleans what was found since."""
        from codecommit_doctor.engine.session import Look
        from codecommit_doctor.formats import load, render
        from codecommit_doctor.reports.building import rehearse

        if not findings:
            self._examiner.report(Look(self._machine, ()))
            for form in self._forms:
                load(form)
            return
        checks = () if self._shown else self._examiner.session.catalogue.checks
        accounts = self._examiner.show_accounts
        report = rehearse(checks, findings, self._machine, show_accounts=accounts)
        for form in () if self._shown else self._forms:
            with contextlib.suppress(Exception):  # the real report can tell what is wrong
                render(report, form)
        self._shown = True
