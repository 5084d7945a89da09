"""Lines of logs, and what the program in them printed."""

from __future__ import annotations

import pytest

from codecommit_doctor.rules.log_lines import bare, spaced

FATAL = "fatal: it failed"


@pytest.mark.parametrize(
    "line",
    [
        FATAL,
        f"  {FATAL}  ",
        f"\x1b[31m{FATAL}\x1b[0m",
        f"\x1b]0;title\x07{FATAL}",
        f"[Container] 2026/03/04 05:06:07 {FATAL}",
        f"2026-03-04T05:06:07.123Z {FATAL}",
        f"Mar  4 05:06:07 host git[12]: {FATAL}",
        f"#12 0.345 {FATAL}",
        f"web-1  | {FATAL}",
        f"::error file=x::{FATAL}",
        f"##[error]{FATAL}",
        f"2026-03-04T05:06:07Z 01O ERROR: [x] {FATAL}",
        "[a] " * 8 + FATAL,
        f"'{FATAL}'",
        f'"{FATAL}"',
        f"`{FATAL}`",
        f"'''{FATAL}'''",
        f"''{FATAL}''",
        f'{{"log": "{FATAL}\\n", "stream": "stderr"}}',
        f"\ufeff{FATAL}",
    ],
)
def test_what_the_program_printed(line: str) -> None:
    assert bare(line) == FATAL


@pytest.mark.parametrize(
    ("line", "printed"),
    [
        ("[a] " * 9 + FATAL, f"[a] {FATAL}"),
        ("'path'", "'path'"),
        ("'abcdefgh'", "'abcdefgh'"),
        ("'a b'", "'a b'"),
        ("'a bcde'", "a bcde"),
        ("''abcdefgh''", "abcdefgh"),
        ('"abcde"', '"abcde"'),
        ('"abcdef"', "abcdef"),
        ("' abc def '", "abc def"),
        ("'it failed", "'it failed"),
        ("it failed'", "it failed'"),
        ("'fatal: unable to access \\'x\\''", "fatal: unable to access 'x'"),
        ("", ""),
        ("2026-03-04 05:06:07", ""),
    ],
)
def test_what_stays_as_it_is(line: str, printed: str) -> None:
    assert bare(line) == printed


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a:b;c(d)", "a b c d "),
        ("plain words", "plain words"),
        ("\u00e4:b", "\u00e4 b"),
        ("a\uff1ab\u3002c\u201cd", "a b c d"),
    ],
)
def test_what_ends_a_word_is_a_space(text: str, expected: str) -> None:
    assert spaced(text.encode()).decode() == expected
