"""What people see and what it is: all checks are there, and every text leads where it says."""

from __future__ import annotations

import json
import re

import pytest

from codecommit_doctor.engine.recognition import recognise
from codecommit_doctor.engine.registry import load
from codecommit_doctor.rules.tree import TREE, Branch, Leaf, found, written
from tests.conftest import Sandbox

CHECKS = load().checks
LEAVES = [leaf for branch in TREE for leaf in branch.leaves]
WORKS = re.compile(r"git (?:pull|push)|aws sts .*|alice-at-\d+")
"""What stands between backticks and is no message."""


def test_every_check_is_in_the_tree_and_no_other() -> None:
    assert {id for leaf in LEAVES for id in leaf.checks} == {check.id for check in CHECKS}


@pytest.mark.parametrize("leaf", LEAVES, ids=lambda leaf: leaf.seen[:40])
def test_every_text_leads_to_the_checks_of_its_leaf(leaf: Leaf) -> None:
    for text in re.findall(r"`([^`]+)`", leaf.seen):
        if not WORKS.fullmatch(text):
            led = {id for told in recognise(text, CHECKS) for id in told.checks}
            assert led & set(leaf.checks), text


@pytest.mark.parametrize("word", ["403", "404", "prompt", "proxy", "IDE", "not found", "Profile"])
def test_a_word_leads_to_its_branch(word: str) -> None:
    assert found(word)


def test_a_word_finds_its_branch_alone() -> None:
    (branch,) = found(" IDE ")
    assert "ide" in branch.words
    assert found("nothing that it knows") == ()


def test_the_tree_in_markdown() -> None:
    branch = Branch("Why?", ("why",), (Leaf("It fails", "it is broken", ("a", "b")),))
    assert written([branch, branch], "[{}]") == (
        "## Why?\n\n- It fails: it is broken. See [a], [b].\n\n" * 2
    ).removesuffix("\n")
    assert written() == written(TREE, "{}")


def test_words_belong_to_one_branch_each() -> None:
    words = [word for branch in TREE for word in branch.words]
    assert len(words) == len(set(words))
    assert words == [word.lower() for word in words]
    assert not set(words) & {check.id for check in CHECKS}


def test_explain_alone_shows_the_whole_tree(sandbox: Sandbox) -> None:
    done = sandbox.doctor("explain")
    assert done.code == 0
    assert all(branch.question in done.out for branch in TREE)
    assert all(leaf.seen in done.out and leaf.meaning in done.out for leaf in LEAVES)


def test_explain_shows_the_branch_of_a_word(sandbox: Sandbox) -> None:
    done = sandbox.doctor("explain", "403")
    assert done.code == 0
    assert "15 minutes later" in done.out
    assert "asks for a user name" not in done.out
    told = json.loads(sandbox.doctor("explain", "not", "found", "--format", "json").out)
    assert [branch["question"] for branch in told["tree"]] == ["404: `repository '...' not found`"]


def test_explain_takes_an_error_text(sandbox: Sandbox) -> None:
    done = sandbox.doctor("explain", "The config profile (x) could not be found")
    assert done.code == 0
    assert "profile-exists" in done.out
    nothing = sandbox.doctor("explain", "all is well")
    assert (nothing.code, nothing.out) == (2, "")
