"""Quoting: what is printed must come back as the same words."""

from __future__ import annotations

import shutil
import subprocess

import pytest
from hypothesis import given
from hypothesis import strategies as st

from codecommit_doctor.rules.shell import piped, quote, unset

WORDS = st.lists(st.text(st.characters(exclude_characters="\0", codec="utf-8")), max_size=5)


@given(words=WORDS)
@pytest.mark.parametrize("shell", ["sh", "bash", "zsh", "dash", "ksh", "unheard-of"])
def test_a_real_sh_gets_the_same_words_back(shell: str, words: list[str]) -> None:
    line = "printf '%s\\0' " + quote(words, shell) if words else "true"
    done = subprocess.run(["sh", "-c", line], capture_output=True, check=True)
    assert done.stdout.decode().split("\0")[:-1] == words


LINES = ("protocol=https", "host=git-codecommit.us-east-2.amazonaws.com", "")


@pytest.mark.machine
def test_a_real_sh_hands_lines_to_a_command() -> None:
    done = subprocess.run(["sh", "-c", piped(LINES, ["cat"], "bash")], capture_output=True)
    assert done.stdout.decode().split("\n") == [*LINES, ""]


@pytest.mark.parametrize(
    ("shell", "line"),
    [
        ("fish", r"printf '%s\\n' 'protocol=https' 'host=h' '' | git credential-x erase"),
        ("cmd", "(echo protocol=https&echo host=h&echo.)|git credential-x erase"),
        ("powershell", "'protocol=https','host=h','' | git credential-x erase"),
    ],
)
def test_lines_for_other_shells(shell: str, line: str) -> None:
    words = ("git", "credential-x", "erase")
    assert piped(("protocol=https", "host=h", ""), words, shell) == line


@pytest.mark.parametrize(
    ("word", "quoted"),
    [
        ("plain", "plain"),
        ("", "''"),
        ("two words", "'two words'"),
        ("it's", "'it\\'s'"),
        ("back\\slash", "'back\\\\slash'"),
        ("$HOME", "'$HOME'"),
        ("(command)", "'(command)'"),
        ("!aws x $@", "'!aws x $@'"),
        ("*", "'*'"),
        ("{a,b}", "'{a,b}'"),
        ("a;b", "'a;b'"),
        ("~", "'~'"),
        ("~user/x", "'~user/x'"),
        ("%self", "'%self'"),
        ("tab\t", "'tab\t'"),
    ],
)
def test_fish(word: str, quoted: str) -> None:
    """In single quotes fish knows only two escapes: the quote and the backslash."""
    assert quote([word], "fish") == quoted


@pytest.mark.parametrize(
    ("word", "quoted"),
    [
        ("plain", "plain"),
        ("--global", "--global"),
        ("", '""'),
        ("two words", '"two words"'),
        ("!aws codecommit credential-helper $@", '"!aws codecommit credential-helper $@"'),
        ('say "hi"', r'"say \"hi\""'),
        (r"a\"b", r'"a\\\"b"'),
        ("ends in space and backslash \\", '"ends in space and backslash \\\\"'),
        (r"C:\Program Files\x", r'"C:\Program Files\x"'),
        ("a&b", '"a&b"'),
        ("a|b", '"a|b"'),
        ("a^b", '"a^b"'),
        ("(x)", '"(x)"'),
        ("<>", '"<>"'),
        ("a;b", '"a;b"'),
        ("a,b", '"a,b"'),
        ("a=b", '"a=b"'),
        ("'single'", "\"'single'\""),
    ],
)
def test_cmd(word: str, quoted: str) -> None:
    """The Microsoft C runtime's rules, and no character that cmd takes for itself unquoted."""
    assert quote([word], "cmd") == quoted


def split_by_the_c_runtime(line: str) -> list[str]:
    """Microsoft's "Parsing C++ command-line arguments", in Python."""
    words: list[str] = []
    word, quoted, begun, at = "", False, False, 0
    while at < len(line):
        backslashes = len(line[at:]) - len(line[at:].lstrip("\\"))
        at += backslashes
        if backslashes and line[at : at + 1] == '"':
            word, begun = word + "\\" * (backslashes // 2), True
            if backslashes % 2:
                word, at = word + '"', at + 1
            continue
        word, begun = word + "\\" * backslashes, begun or bool(backslashes)
        char = line[at : at + 1]
        at += 1
        if char == '"':
            quoted, begun = not quoted, True
        elif char in (" ", "\t") and not quoted:
            if begun:
                words.append(word)
            word, begun = "", False
        elif char:
            word, begun = word + char, True
    return [*words, word] if begun else words


@given(words=st.lists(st.text("ab \\\"'&|<>^()!$@;,=", max_size=12), max_size=4))
def test_a_windows_program_gets_the_same_words_back(words: list[str]) -> None:
    assert split_by_the_c_runtime(quote(words, "cmd")) == words


@pytest.mark.parametrize("shell", ["powershell", "pwsh", "PowerShell"])
@pytest.mark.parametrize(
    ("word", "quoted"),
    [
        ("plain", "plain"),
        ("--global", "--global"),
        ("--replace-all", "--replace-all"),
        ("two words", "'two words'"),
        ("it's", "'it''s'"),
        ("it\u2019s", "'it\u2019\u2019s'"),
        ("$env:HOME", "'$env:HOME'"),
        ("!aws codecommit credential-helper $@", "'!aws codecommit credential-helper $@'"),
        ("@args", "'@args'"),
        ("a,b", "'a,b'"),
        ("a`b", "'a`b'"),
        ("a;b", "'a;b'"),
        ("{x}", "'{x}'"),
        ("-1.5", "'-1.5'"),
        ("--%", "'--%'"),
        ("#x", "'#x'"),
        ("100%", "'100%'"),
    ],
)
def test_powershell(shell: str, word: str, quoted: str) -> None:
    assert quote([word], shell) == quoted


@pytest.mark.parametrize(
    ("word", "old", "new"),
    [
        ("", "'\"\"'", "''"),
        ('say "hi"', r"""'say \"hi\"'""", """'say "hi"'"""),
        (r"a\b", r"'a\b'", r"'a\b'"),
        ("a b\\", r"'a b\'", r"'a b\'"),
    ],
)
def test_windows_powershell_loses_empty_words_and_double_quotes(
    word: str, old: str, new: str
) -> None:
    """Before 7.3 the argument reaches a program's command line without further escaping."""
    assert quote([word], "powershell") == old
    assert quote([word], "pwsh") == new


@pytest.mark.parametrize("shell", ["sh", "fish", "cmd", "powershell"])
def test_words_are_parted_by_one_space(shell: str) -> None:
    assert quote(["git", "config", "--global", "x.y", "z"], shell) == "git config --global x.y z"
    assert quote([], shell) == ""


def at_home(monkeypatch: pytest.MonkeyPatch, home: str) -> None:
    for variable in ("HOME", "USERPROFILE"):
        monkeypatch.setenv(variable, home)


@pytest.mark.parametrize("shell", ["sh", "fish"])
def test_the_home_directory_stays_outside_of_the_quotes(
    shell: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    at_home(monkeypatch, "/home/j\u00f6 e")
    assert quote(["/home/j\u00f6 e/a b", "/home/j\u00f6 e/ab"], shell) == "~/'a b' ~/ab"
    assert quote(["/home/j\u00f6 eve"], shell) == "'/home/j\u00f6 eve'"
    at_home(monkeypatch, "/")
    assert quote(["/a b"], shell) == "'/a b'"


@pytest.mark.process
def test_the_home_directory_within_a_word(monkeypatch: pytest.MonkeyPatch) -> None:
    home = "/home/j\u00f6 e"
    words = [f"!'{home}/my bin/aws' codecommit $@", f"--file={home}/x", f"{home}", f"{home}x/y"]
    at_home(monkeypatch, home)
    line = quote(words, "sh")
    assert line.count(home) == 1  # another one's, with a longer name
    if shutil.which("sh"):
        printed = f"printf '%s\\n' {line}"
        told = subprocess.run(["sh", "-c", printed], capture_output=True, text=True)
        assert told.stdout.splitlines() == words
    assert quote(words[:1], "cmd") == "\"!'%USERPROFILE%/my bin/aws' codecommit $@\""
    assert quote(words[:1], "pwsh") == "\"!'$HOME/my bin/aws' codecommit `$@\""


@pytest.mark.parametrize(
    ("shell", "line"),
    [
        ("bash", "unset AWS_PROFILE AWS_REGION"),
        ("unheard-of", "unset AWS_PROFILE AWS_REGION"),
        ("fish", "set -e AWS_PROFILE AWS_REGION"),
        ("cmd", "set AWS_PROFILE= & set AWS_REGION="),
        ("CMD", "set AWS_PROFILE= & set AWS_REGION="),
        ("powershell", "Remove-Item Env:AWS_PROFILE, Env:AWS_REGION"),
        ("pwsh", "Remove-Item Env:AWS_PROFILE, Env:AWS_REGION"),
    ],
)
def test_variables_are_taken_away(shell: str, line: str) -> None:
    assert unset(iter(("AWS_PROFILE", "AWS_REGION")), shell) == line


@pytest.mark.parametrize(
    ("shell", "word", "quoted"),
    [
        ("sh", "--file=/home/jo e/x", """'--file='"$HOME"'/x'"""),
        ("sh", "/home/jo e", """''"$HOME"''"""),
        ("sh", "/home/jo e/", """''"$HOME"'/'"""),
        ("sh", "/home/jo ex", "'/home/jo ex'"),
        ("sh", "x/home/jo e", "'x/home/jo e'"),
        ("fish", "--file=/home/jo e/x", """'--file='"$HOME"'/x'"""),
        ("cmd", "--file=/home/jo e/x", '"--file=%USERPROFILE%/x"'),
        ("cmd", "/home/jo e/a\\", '"%USERPROFILE%/a\\\\"'),
        ("pwsh", "--file=/home/jo e/$x", '"--file=$HOME/`$x"'),
        ("pwsh", "/home/jo e/\u201cx`", '"$HOME/`\u201cx``"'),
        ("powershell", '/home/jo e/"', '"$HOME/\\`""'),
    ],
)
def test_the_home_directory_in_a_word(
    monkeypatch: pytest.MonkeyPatch, shell: str, word: str, quoted: str
) -> None:
    at_home(monkeypatch, "/home/jo e")
    assert quote([word], shell) == quoted


@pytest.mark.parametrize("home", ["/x", "/home/MAX", "/home/MAX/", "C:\\Users\\jo e"])
def test_a_home_of_any_form(monkeypatch: pytest.MonkeyPatch, home: str) -> None:
    at_home(monkeypatch, home)
    plain = home.rstrip("/")
    assert quote([f"--file={plain}/y"], "cmd") == '"--file=%USERPROFILE%/y"'
    slashed = plain.replace("\\", "/")
    assert quote([f"--file={slashed}/y"], "cmd") == '"--file=%USERPROFILE%/y"'
    if " " not in home:
        assert quote([f"{plain}/y", f"{plain}/", plain], "sh") == '~/y "$HOME"/ "$HOME"'


@pytest.mark.parametrize("home", ["/", "~"])
def test_the_root_is_no_home_and_a_tilde_none_that_is_known(
    monkeypatch: pytest.MonkeyPatch, home: str
) -> None:
    at_home(monkeypatch, home)
    assert quote(["~/x", "~", "/x", "/"], "sh") == "'~/x' '~' /x /"


def test_a_home_without_spaces_needs_no_quotes(monkeypatch: pytest.MonkeyPatch) -> None:
    at_home(monkeypatch, "/home/jo")
    assert quote(["--file=/home/jo/x"], "sh") == '--file="$HOME"/x'
    assert quote(["/home/jo/x", "/home/jox"], "sh") == "~/x /home/jox"


@pytest.mark.parametrize("shell", ["powershell", "pwsh", "PWSH", "PowerShell"])
def test_options_are_plain_for_powershell(shell: str) -> None:
    words = ["-x", "--two-words", "-1", "--%", "-", "a-b"]
    assert quote(words, shell) == "-x --two-words '-1' '--%' '-' a-b"


def test_lines_for_a_shell_by_any_name() -> None:
    lines = ("a=b", "")
    assert piped(lines, ["x"], "CMD") == "(echo a=b&echo.)|x"
    assert piped(iter(lines), ["x"], "PWSH") == "'a=b','' | x"
    assert piped(lines, ["x"], "bash") == "printf '%s\\n' a=b '' | x"
