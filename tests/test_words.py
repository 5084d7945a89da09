"""The program's words: none that a tired reader must read twice, and sentences that are easy."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

from tests.conftest import ROOT

RETIRED = (
    "whoever answers",
    "a person is asked",
    "asks a person",
    "keeper",
    "veil",
    "impersonal",
    "a signature, which was good for",
    "is not known: it gave no answer",
    "gave no answer that tells one",
    "the doctor is offline",
    "Nothing is wrong in what was looked at",
    "What was skipped is below",
    "CodeCommit refuses what Git sends",
    "Reset the chain of helpers",
    "Is something sent instead of",
    "holds a signature, which",
    "is not set for this address",
    "a quote of the shell's is left over",
    "has a section, but no helper",
    "With IAM Git credentials type these",
    "the helpers came to no end",
    "and none says why",
    "looked into",
    "what is believed to be used",
    "are none of the IAM user",
    "no repository and region are named",
    "what should bring the credentials",
    "nobody is logged in",
    "out of what",
    "keep away",
    "Have Git know",
    "what inspects TLS here",
    "the service's time",
    "Have the remote",
    "This is no text that git or aws prints",
    "for people if not given",
    "A skip of this check is a failure",
    "what others may rely on",
    "Say no more than the verdict",
    "That ends it which is 0",
    "it is no report of --format json",
    "reluctance",
    "unable()",
    "_astray",
    "insist",
    "is_felt",
    "as far as profiles are",
    "lies outside of the time",
)
"""Sentences and words that have a plainer one."""


@cache
def sources() -> list[tuple[str, str]]:
    """All files that a user or a developer of the program reads, by name."""
    found = [
        ROOT / "README.md",
        ROOT / "CONTRIBUTING.md",
        *ROOT.glob("man/*"),
        *(path for path in ROOT.glob("docs/**/*") if path.name != "use-from-a-program.md"),
    ]  # that page is made of texts that are read here, and of codes, which keep their words
    for folder in ("codecommit_doctor", "checks", "tools", "examples"):
        found += sorted((ROOT / folder).rglob("*"))
    return [
        (str(path.relative_to(ROOT)), _joined(path.read_text("utf-8")))
        for path in found
        if path.is_file() and path.suffix in (".py", ".md", ".j2", ".js", ".1", ".yml")
    ]


def _joined(text: str) -> str:
    """Sentences that stand in two strings, in one."""
    return re.sub(r'"\s*\n\s*f?"', "", text)


@pytest.mark.parametrize("words", RETIRED)
def test_retired_words_are_gone(words: str) -> None:
    pattern = re.compile(r"\s+".join(map(re.escape, words.split())), re.IGNORECASE)
    found = [f"{name}: {match[0]}" for name, text in sources() for match in pattern.finditer(text)]
    assert found == []


# how easily the sentences are read

SAID = {"Advice", "failed", "passed", "skipped", "warned", "say", "stop", "Option", "Argument"}
NAMED = {"title", "why", "help", "summary", "caution", "reason"}


def sentences() -> dict[str, str]:
    """The texts that a user meets: results, advice, titles, messages, help."""
    found: dict[str, str] = {}
    for folder in ("checks", "codecommit_doctor"):
        for path in sorted((ROOT / folder).rglob("*.py")):
            for text in spoken(path):
                plain = re.sub(r"`[^`]*`|https?://\S+|\(see[^)]*\)", "it", text)
                if len(plain.split()) >= 5:
                    found.setdefault(plain, f"{path.name}: {text}")
    return found


def spoken(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if not isinstance(node, ast.Call):
            continue
        function = node.func
        name = function.id if isinstance(function, ast.Name) else getattr(function, "attr", "")
        spoken_by_position = node.args[:1] if name in SAID else []
        by_name = [word.value for word in node.keywords if word.arg in NAMED]
        for value in [*spoken_by_position, *by_name]:
            if (text := literal(value)) is not None:
                yield text


def literal(node: ast.expr) -> str | None:
    """The text of a string, a name in place of what is filled in; None if it is none."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return node.value
    if isinstance(node, ast.JoinedStr):
        parts = (v.value if isinstance(v, ast.Constant) else "X" for v in node.values)
        return "".join(map(str, parts))
    return None


def grade(text: str) -> float:
    """Years of school that a text asks for. Source: Kincaid and others, 1975."""
    words = re.findall(r"[A-Za-z][A-Za-z'-]*", text)
    ends = max(1, len(re.findall(r"[.!?:;](?:\s|$)", text.rstrip(".!?:;"))) + 1)
    if not words:
        return 0.0
    return 0.39 * len(words) / ends + 11.8 * sum(map(syllables, words)) / len(words) - 15.59


def syllables(word: str) -> int:
    found = len(re.findall(r"[aeiouy]+", word.lower()))
    silent = word.lower().endswith("e") and not word.lower().endswith(("le", "ee"))
    return max(1, found - silent)


@pytest.mark.parametrize(
    ("text", "low", "high"),
    [
        ("The cat sat on the mat.", -2, 1),
        ("Git asks the helper for a password.", 0, 5),
        ("Heterogeneous authentication infrastructure necessitates reconfiguration.", 18, 50),
    ],
)
def test_grade_tells_easy_from_hard(text: str, low: float, high: float) -> None:
    assert low < grade(text) < high


def test_sentences_are_easy_to_read() -> None:
    places = sentences()
    grades = {text: grade(text) for text in places}
    assert len(grades) > 250
    worst = sorted(grades, key=lambda text: -grades[text])[:10]
    told = "\n".join(f"{grades[text]:.1f} {places[text]}" for text in worst)
    assert sum(grades.values()) / len(grades) <= 8, told
