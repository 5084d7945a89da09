"""Lines that were pasted in another spelling, or printed by Git in another language."""

from __future__ import annotations

import pytest

from codecommit_doctor.rules.log_lines import spaced
from codecommit_doctor.rules.respelling import joined, respelt
from codecommit_doctor.rules.translations import Translations

BEGIN = "fatal: unable to access"
LONG = f"unable to access 'a': {'b' * 172}"


@pytest.mark.parametrize(
    ("text", "printed"),
    [
        ("plain", ""),
        ("a\n\x1b[31mred\x1b[0m\nb", "red"),
        ("&quot;x&quot; &#39;y", '"x" \'y'),
        (r"\u0027a\u0027", "'a'"),
        (r"http:\/\/x", "http://x"),
        ("\u2018a\u2019 \u00abb\u00bb", "'a' \"b\""),
        ("[31mred[0m", "red"),
        ("^[[31mred", "red"),
        ("a\n[1;32mx\nb &lt;\n", "x\nb <"),
        ("\x1b]8;;x\n&lt;y\x07red", "\nred"),
    ],
)
def test_a_line_as_the_program_printed_it(text: str, printed: str) -> None:
    assert respelt(text.encode()).decode() == printed


@pytest.mark.parametrize(
    ("text", "whole"),
    [
        (f"{BEGIN}\nthe rest", [f"{BEGIN} the rest", f"{BEGIN}the rest"]),
        (f"{BEGIN}\n'x'", [f"{BEGIN} 'x'", f"{BEGIN}'x'"]),
        ("fatal: it is soo\nthe", ["fatal: it is soo the", "fatal: it is soothe"]),
        ("fatal: it is so\nthe", []),
        (f"{BEGIN}\nThe rest", []),
        (f"{BEGIN}\n1", []),
        (f"{BEGIN}.\nthe rest", []),
        (f"{BEGIN} X\nthe rest", [f"{BEGIN} X the rest", f"{BEGIN} Xthe rest"]),
        (f"{BEGIN}\nThe rest\nthe very end", []),
        (f"{BEGIN}\nerror: x", []),
        (f"{BEGIN}\n", []),
        (
            f"{BEGIN}\nthe server said it in a long text: x",
            [
                f"{BEGIN} the server said it in a long text: x",
                f"{BEGIN}the server said it in a long text: x",
            ],
        ),
        (
            f"{BEGIN}\nthe rest goes on until\nthe very end\nof it",
            [
                f"{BEGIN} the rest goes on until",
                f"{BEGIN}the rest goes on until",
                f"{BEGIN} the rest goes on until the very end",
                f"{BEGIN}the rest goes on untilthe very end",
                "the rest goes on until the very end",
                "the rest goes on untilthe very end",
            ],
        ),
    ],
)
def test_lines_that_were_cut_are_put_together(text: str, whole: list[str]) -> None:
    assert [line.decode() for line in joined(text.encode())] == whole


def english(text: str) -> list[str]:
    chunk = text.encode()
    return sorted(Translations().english(chunk, set(spaced(chunk.lower()).split())))


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("impossibile accedere a 'https://x/': no", ["unable to access 'https://x/': no"]),
        (
            "fatal: 'a.b' \u7684\u9519\u8bef\u7684\u5e03\u5c14\u53d6\u503c 'yess'",
            ["bad boolean config value 'a.b' for 'yess'"],
        ),
        (
            "x\nfatal: impossibile accedere a 'a': b\nimpossibile accedere a 'c': d\ny",
            ["unable to access 'a': b", "unable to access 'c': d"],
        ),
        ("impossibile impossibile accedere a 'a': b", ["unable to access 'a': b"]),
        ("x " * 2100 + "impossibile accedere a 'a': b", []),
        ("impossibile  accedere\u00a0a 'a': b", ["unable to access 'a': b"]),
        (f"\n{'x ' * 1900}impossibile accedere a 'a': {'b' * 300}", [LONG]),
        ("x a y\n" * 300 + "impossibile accedere a 'a': b", ["unable to access 'a': b"]),
        ("all is well", []),
        ("", []),
    ],
)
def test_a_message_in_another_language(text: str, meant: list[str]) -> None:
    assert english(text) == meant


def test_no_more_than_some_lines_are_compared() -> None:
    lines = [f"impossibile accedere a '{number}': b" for number in range(300)]
    assert len(english("\n".join(lines))) == 200


def test_three_lines_are_put_together_at_most() -> None:
    lines = b"and this line goes on\n" * 4
    assert max(line.count(b"and") for line in joined(lines)) == 3
