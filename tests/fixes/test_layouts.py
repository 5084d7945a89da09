"""A fix wherever the fault may be written: some of what ``python -m tests.fixes.layouts`` plays."""

from __future__ import annotations

import pytest

from tests.conftest import Sandbox
from tests.fixes.layout import DRESSES, FAULTS, PLACES, Layout, all_layouts, sample
from tests.fixes.layouts import play


def test_every_kind_has_its_turn() -> None:
    chosen = sample(len(FAULTS), seed=1)
    assert len(all_layouts()) > 4000
    assert {layout.fault for layout in chosen} == set(FAULTS)
    assert {layout.place for layout in chosen} == set(PLACES)
    assert {layout.dress for layout in chosen} == set(DRESSES)


@pytest.mark.parametrize("layout", sample(8, seed=1), ids=lambda layout: layout.name)
def test_a_fix_mends_it_and_keeps_all_else(layout: Layout, sandbox: Sandbox) -> None:
    wrong = play(layout, sandbox)
    assert not wrong, "\n".join(wrong or ())
