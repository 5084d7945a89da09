"""The small shell of the Windows machine, against the bash of this system."""

from __future__ import annotations

import subprocess

import pytest

from tests.windows import sh


@pytest.mark.parametrize(
    "snippet",
    [
        "echo a  'b  c' \"d $1\"",
        'printf "%s|" "$@"; echo',
        'f() { printf "<%s>" "$1"; }; f "two words"',
        "test -n '' || echo empty && echo both",
        "[ a = a ] && { echo yes; echo no >&2; }",
        "X='q w'; echo $X \"$X\" ${X}",
        'echo a\\ b\\\\c "d\\"e"',
        ": ; exit 3",
        "echo 'open",
        "echo $# $* $2",
        "echo x >/dev/null; echo y 2>/dev/null",
    ],
)
def test_a_snippet_does_what_it_does_in_bash(
    snippet: str, capfdbinary: pytest.CaptureFixture[bytes], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("X", "")
    real = subprocess.run(["bash", "-c", snippet, "name", "one", "two 2"], capture_output=True)
    shell = sh.Shell("name", ["one", "two 2"])
    try:
        shell.run(sh.tokens(snippet))
    except sh.Ended:
        pass
    except SyntaxError:
        shell.code = 2
    assert (shell.code, capfdbinary.readouterr().out) == (real.returncode, real.stdout)


@pytest.mark.parametrize(
    ("line", "words"),
    [
        (r'sh -c "a \\ b" x', ["sh", "-c", "a \\ b", "x"]),
        (
            r'"C:\Program Files\sh.exe" -c "echo \"$1\""',
            [r"C:\Program Files\sh.exe", "-c", 'echo "$1"'],
        ),
        (r'python.exe -I "x"y "" z', ["python.exe", "-I", "xy", "", "z"]),
    ],
)
def test_a_line_is_split_as_msys_does(line: str, words: list[str]) -> None:
    assert sh.msys_words(line) == words
