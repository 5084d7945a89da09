"""1,500 policy sets, decided by us and by an evaluator that others wrote.

``python -m tests.iam`` decides as many as you like.
"""

from __future__ import annotations

import collections

import pytest

from tests.iam.generator import cases
from tests.iam.reference import compare, not_installed, ours_of


def test_the_cases_are_of_every_kind() -> None:
    made = cases(300)
    assert {case.kind for case in made} == {"git", "deny", "allow"}
    said = collections.Counter(ours_of(case, case.actions[0])[1] for case in made)
    assert min(said[True], said[False], said[None]) >= 20, said
    assert made == cases(300)


@pytest.mark.process
@pytest.mark.skipif(not_installed() is not None, reason=not_installed() or "")
def test_every_certain_verdict_is_the_reference_s() -> None:
    found = compare(1500)
    assert found.verdicts > 3_000
    assert found.certain > found.verdicts * 0.8
    assert not found.unexplained, found.unexplained[:3]
    assert len(found.disagreements) < found.certain / 100
