"""Our evaluation beside npm's @cloud-copilot/iam-simulate, an evaluator that others wrote.

Where ours is certain, each world of the case must be decided so. IAM_SIMULATE names the folder
node_modules in which the package is installed.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from codecommit_doctor.rules.iam.kms import NEEDED, denials, missing_allow
from codecommit_doctor.rules.iam.policy import Decided, decide, statements_of
from codecommit_doctor.rules.iam.truth import Truth
from tests.iam.differences import reason_of
from tests.iam.generator import Case, cases, worlds

PACKAGE = "@cloud-copilot/iam-simulate"
_PROGRAM = Path(__file__).with_name("reference.mjs")
_BATCH = 5000


@dataclass(frozen=True)
class Disagreement:
    """ours: True, False or None. theirs: what the reference said. reason: why it is known, or "".

    question: "allowed" or "denied".
    """

    case: Case
    action: str
    question: str
    ours: Truth
    theirs: str
    world: dict[str, Any]
    reason: str


@dataclass
class Comparison:
    """verdicts: how many were compared. certain: of how many ours were certain."""

    verdicts: int
    certain: int
    disagreements: list[Disagreement]

    @property
    def unexplained(self) -> list[Disagreement]:
        return [one for one in self.disagreements if not one.reason]


def not_installed() -> str | None:
    """Why the reference can't be asked; None if it can."""
    folder = os.environ.get("IAM_SIMULATE", "")
    if not folder or not (Path(folder) / PACKAGE).is_dir():
        return f"{PACKAGE} is not installed"
    return None if shutil.which("node") else "node is not installed"


def compare(count: int, seed: int = 20261123) -> Comparison:
    """Compares that many cases."""
    found = Comparison(0, 0, [])
    made = cases(count, seed)
    for start in range(0, count, _BATCH):
        _compare(made[start : start + _BATCH], found)
    return found


def _compare(made: list[Case], found: Comparison) -> None:
    questions = [
        (case, action, {**world, "action": action})
        for case in made
        for world in worlds(case)
        for action in case.actions
    ]
    ours = {
        (case.number, action): ours_of(case, action) for case in made for action in case.actions
    }
    answers = _ask(world for _, _, world in questions)
    for (case, action, world), theirs in zip(questions, answers, strict=True):
        found.verdicts += 1
        question, truth = ours[case.number, action]
        if truth is None:
            continue
        found.certain += 1
        decided = theirs == {"allowed": "Allowed", "denied": "ExplicitlyDenied"}[question]
        if truth is not decided:
            reason = reason_of(case, action, world)
            found.disagreements.append(
                Disagreement(case, action, question, truth, theirs, world, reason)
            )


def ours_of(case: Case, action: str) -> tuple[str, Truth]:
    """What is asked in this kind of case, and what we say."""
    if case.kind == "git":
        (request,) = case.candidates
        decision = decide(case.documents, action, request)
        words = {Decided.ALLOWED: True, Decided.MAYBE: None}
        return "allowed", words.get(decision.decided, False)
    denied = _denied(case, action)
    if case.kind == "deny":
        return "denied", denied
    (request,) = case.candidates
    decision = decide(case.documents, action, request)
    lacking = missing_allow({action: decision}, case.key_policy, request, case.caller)
    if denied or lacking.missing:
        return "allowed", False
    return "allowed", None if denied is None or lacking.perhaps else True


def _denied(case: Case, action: str) -> Truth:
    needed = next(name for name, names in NEEDED.items() if action in names)
    found = [
        denial.certain
        for document in case.documents
        for denial in denials(_only(document.content, action), case.candidates)
        if needed in denial.actions
    ]
    return True if True in found else None if found else False


def _only(document: Any, action: str) -> dict[str, Any]:
    """The policy with the statements about one of the names under which KMS asks."""
    statements = document["Statement"]
    several = statements if isinstance(statements, list) else [statements]
    kept = [
        one
        for one, statement in zip(several, statements_of(document), strict=True)
        if statement.names(action)
    ]
    return {**document, "Statement": kept}


def _ask(questions: Iterable[dict[str, Any]]) -> list[str]:
    """One Node process answers all."""
    lines = "\n".join(map(json.dumps, questions))
    done = subprocess.run(
        ["node", str(_PROGRAM), os.environ["IAM_SIMULATE"]],
        input=lines.encode(),
        capture_output=True,
        timeout=600,
    )
    assert done.returncode == 0, done.stderr.decode()
    return done.stdout.decode().split("\n")[:-1]
