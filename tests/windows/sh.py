"""As much of Git for Windows' sh.exe as Git and the doctor ask of it, in a Windows Python.

``sh -c SNIPPET [NAME ARGUMENTS...]``: simple commands, ``;``, ``&&``, ``||``, lines, functions,
``{ }``, quotes, ``$1 $@ $* $# $NAME ${NAME}``, ``NAME=value`` in front, output to ``>&2``,
``2>&1`` and ``/dev/null``, and the builtins ``: echo printf test [ exit command``. Programs are
found and named as MSYS does it: ``aws`` is ``aws.exe`` or a script that begins with ``#!``, never
``aws.cmd``.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

__all__ = ["main"]

_OPERATOR = re.compile(r"&&|\|\||;|\n|\(\)|[{}](?=[\s;]|\Z)|(?:[12]?>&[12]|[12]?>\s*/dev/null)")
_NAME = re.compile(r"[A-Za-z_]\w*=")
_VARIABLE = re.compile(r"\$(?:\{(\w+)\}|(\w+)|([@*#]))")
_ENDS = (";", "\n", "&&", "||", "}")


class Word:
    """parts: (how it is quoted, text): ``'`` as it is, ``"`` expanded, nothing: split as well."""

    def __init__(self) -> None:
        self.parts: list[tuple[str, str]] = []

    def add(self, quote: str, text: str) -> None:
        if self.parts and self.parts[-1][0] == quote == "":
            text = self.parts.pop()[1] + text
        self.parts.append((quote, text))


Token = Word | str


class Ended(Exception):
    """The builtin ``exit``."""


def tokens(text: str) -> list[Token]:
    """Words and operators. Raises SyntaxError for a quote that is not closed."""
    found: list[Token] = []
    at = 0
    while at < len(text):
        if text[at] in " \t\r":
            at += 1
        elif operator := _OPERATOR.match(text, at):
            found.append(re.sub(r"\s", "", operator[0]) or operator[0])
            at = operator.end()
        else:
            word, at = _word(text, at)
            found.append(word)
    return found


def _word(text: str, at: int) -> tuple[Word, int]:
    word = Word()
    while at < len(text) and text[at] not in " \t\r\n;":
        if (operator := _OPERATOR.match(text, at)) and operator[0][0] not in "{}12":
            break
        quote = text[at]
        if quote == "'":
            end = text.find("'", at + 1)
            if end < 0:
                raise SyntaxError("unexpected EOF while looking for matching `''")
            word.add("'", text[at + 1 : end])
            at = end + 1
        elif quote == '"':
            at = _double_quoted(text, at + 1, word)
        elif quote == "\\":
            word.add("'", text[at + 1 : at + 2])
            at += 2
        else:
            word.add("", quote)
            at += 1
    return word, at


def _double_quoted(text: str, at: int, word: Word) -> int:
    plain = ""
    word.add("'", "")
    while at < len(text) and text[at] != '"':
        if text[at] == "\\" and text[at + 1 : at + 2] in tuple('"\\$`'):
            word.add('"', plain)
            word.add("'", text[at + 1])
            plain, at = "", at + 2
        else:
            plain, at = plain + text[at], at + 1
    if at >= len(text):
        raise SyntaxError("unexpected EOF while looking for matching `\"'")
    word.add('"', plain)
    return at + 1


class Shell:
    """One run of a snippet."""

    def __init__(self, name: str, arguments: list[str]) -> None:
        self.name, self.arguments = name, arguments
        self.code = 0
        self._functions: dict[str, list[Token]] = {}

    def run(self, line: list[Token]) -> None:
        """Runs a list of commands."""
        at, skip = 0, False
        while at < len(line):
            token = line[at]
            if token in (";", "\n"):
                at, skip = at + 1, False
            elif token in ("&&", "||"):
                at, skip = at + 1, (self.code != 0) == (token == "&&")
            elif isinstance(token, Word) and line[at + 1 : at + 2] == ["()"]:
                end = _closing(line, at + 2)
                self._functions[self._expand(token)[0]] = line[at + 3 : end]
                at, self.code = end + 1, 0
            elif token == "{":
                end = _closing(line, at)
                if not skip:
                    self.run(line[at + 1 : end])
                at = end + 1
            else:
                end = at
                while end < len(line) and line[end] not in _ENDS:
                    end += 1
                if end == at:
                    raise SyntaxError(f"syntax error near unexpected token `{token}'")
                if not skip:
                    self._simple(line[at:end])
                at = end

    def _simple(self, line: list[Token]) -> None:
        changes: dict[str, str] = {}
        words = [token for token in line if isinstance(token, Word)]
        streams = [token for token in line if isinstance(token, str)]
        while words and words[0].parts and _NAME.match(words[0].parts[0][1]):
            name, _, value = (self._expand(words.pop(0)) or [""])[0].partition("=")
            changes[name.upper()] = value
        command = [text for word in words for text in self._expand(word)]
        if not command:
            os.environ.update(changes)
        elif command[0] in self._functions:
            before, self.arguments = self.arguments, command[1:]
            try:
                self.run(self._functions[command[0]])
            finally:
                self.arguments = before
        elif builtin := getattr(self, f"_do_{_BUILTINS.get(command[0], '')}", None):
            self.code = builtin(command[1:], streams)
        else:
            self.code = self._start(command, changes, streams)

    def _expand(self, word: Word) -> list[str]:
        """The words that one word becomes."""
        words, is_something = [""], False
        for quote, text in word.parts:
            if quote == '"' and text == "$@":
                words[-1:] = [words[-1] + " ".join(self.arguments[:1]), *self.arguments[1:]]
                is_something = bool(self.arguments)
                continue
            value = text if quote == "'" else _VARIABLE.sub(self._value, text)
            if quote or value == text:
                words[-1] += value
                is_something = True
            elif pieces := value.split():
                words[-1] += pieces[0]
                words += pieces[1:]
                is_something = True
        return words if is_something else []

    def _value(self, match: re.Match[str]) -> str:
        name = match[1] or match[2] or match[3]
        if name in ("@", "*"):
            return " ".join(self.arguments)
        if name == "#":
            return str(len(self.arguments))
        if name.isdigit():
            return [self.name, *self.arguments, *[""] * 9][int(name)]
        return os.environ.get(name, "")

    def _do_nothing(self, words: list[str], streams: list[str]) -> int:
        return 0

    def _do_exit(self, words: list[str], streams: list[str]) -> int:
        self.code = int(words[0]) if words else self.code
        raise Ended

    def _do_echo(self, words: list[str], streams: list[str]) -> int:
        return _print(" ".join(words) + "\n", streams)

    def _do_printf(self, words: list[str], streams: list[str]) -> int:
        form = words[0].replace("\\n", "\n").replace("\\0", "\0")
        count, rest = form.count("%s"), words[1:]
        for start in range(0, max(1, len(rest)), max(1, count)):
            texts = iter([*rest[start : start + count], *[""] * count])
            _print(re.sub("%s", lambda _, texts=texts: next(texts), form), streams)  # type: ignore[misc]
        return 0

    def _do_test(self, words: list[str], streams: list[str]) -> int:
        words = words[:-1] if words[-1:] == ["]"] else words
        if len(words) == 3:
            return int((words[0] == words[2]) != (words[1] == "="))
        if len(words) == 2:
            return int(bool(words[1]) != (words[0] == "-n"))
        return int(words in ([], [""]))

    def _do_command(self, words: list[str], streams: list[str]) -> int:
        if words[:1] != ["-v"]:
            return self._start(words, {}, streams)
        name = words[-1]
        if name in _BUILTINS:
            return _print(name + "\n", streams)
        found = find(name)
        if not found:
            return 1
        drive, tail = os.path.splitdrive(found.replace("\\", "/"))
        shown = f"/{drive[0].lower()}{tail}" if drive else tail
        return _print(re.sub(r"\.exe\Z", "", shown, flags=re.I) + "\n", streams)

    def _start(self, command: list[str], changes: dict[str, str], streams: list[str]) -> int:
        path = find(command[0])
        if not path:
            _print(f"{self.name}: line 1: {command[0]}: command not found\n", [">&2"])
            return 127
        line = [*interpreter(Path(path)), path, *command[1:]]
        sys.stdout.flush()
        quiet = subprocess.DEVNULL
        out = quiet if _has(streams, ">/dev/null", "1>/dev/null") else sys.stdout.fileno()
        err = quiet if _has(streams, "2>/dev/null") else sys.stderr.fileno()
        out = sys.stderr.fileno() if _has(streams, ">&2", "1>&2") else out
        err = subprocess.STDOUT if _has(streams, "2>&1") else err
        return subprocess.call(
            line,
            env={**os.environ, **changes},
            stdin=sys.stdin.fileno(),
            stdout=out,
            stderr=err,
            creationflags=_flags(is_script=path.lower().endswith((".cmd", ".bat"))),
        )


def _flags(*, is_script: bool) -> int:
    """Git starts its shell without a console, and each program would get one of its own. What cmd
    starts needs one.
    """
    if sys.platform != "win32":
        return 0
    import ctypes

    if is_script or ctypes.windll.kernel32.GetConsoleCP():
        return 0
    return subprocess.DETACHED_PROCESS


_BUILTINS = {
    ":": "nothing",
    "true": "nothing",
    "echo": "echo",
    "printf": "printf",
    "test": "test",
    "[": "test",
    "exit": "exit",
    "command": "command",
}


def _closing(line: list[Token], start: int) -> int:
    depth = 0
    for at in range(start, len(line)):
        depth += (line[at] == "{") - (line[at] == "}")
        if depth == 0:
            return at
    raise SyntaxError("syntax error: unexpected end of file")


def _has(streams: list[str], *forms: str) -> bool:
    return any(form in streams for form in forms)


def _print(text: str, streams: list[str]) -> int:
    if not _has(streams, ">/dev/null", "1>/dev/null"):
        stream = sys.stderr if _has(streams, ">&2", "1>&2") else sys.stdout
        stream.flush()
        stream.buffer.write(text.encode("utf-8", "surrogateescape"))
        stream.buffer.flush()
    return 0


def find(name: str) -> str | None:
    """The file that runs under a name; MSYS never looks into the current folder for it."""
    native = re.sub(r"^/([A-Za-z])/", r"\1:/", name)
    folders = ["."] if re.search(r"[\\/]", native) else os.environ.get("PATH", "").split(os.pathsep)
    for folder in filter(None, folders):
        for ending in ("", ".exe"):
            path = Path(folder, native + ending)
            if path.is_file() and (ending or _runs(path)):
                return str(path.absolute())
    return None


def _runs(path: Path) -> bool:
    return path.suffix.lower() in (".exe", ".cmd", ".bat") or bool(interpreter(path))


def interpreter(path: Path) -> list[str]:
    """The words of a script's first line."""
    with path.open("rb") as file:
        first = file.readline(300)
    if not first.startswith(b"#!"):
        return []
    text = first[2:].decode("utf-8", "replace").strip()
    return [text.strip('"')] if text.startswith('"') or ":" in text else text.split()[-1:]


def msys_words(line: str) -> list[str]:
    """A command line as MSYS2 splits it: within double quotes a backslash stands before another one
    and before a quote. Git for Windows quotes for it whenever it starts a ``sh``.
    """
    words: list[str] = []
    for found in re.finditer(r'((?:"(?:[^"\\]|\\.)*"|[^\s"])+)', line):
        pieces = re.findall(r'"((?:[^"\\]|\\.)*)"|([^\s"]+)', found[0])
        words.append(
            "".join(re.sub(r'\\(["\\])', r"\1", quoted) + plain for quoted, plain in pieces)
        )
    return words


def _arguments() -> list[str]:
    """This program's own words, off the whole line that Windows gave to Python."""
    if sys.platform != "win32":
        return sys.argv[1:]
    import ctypes

    tell = ctypes.windll.kernel32.GetCommandLineW
    tell.restype = ctypes.c_wchar_p
    return msys_words(tell())[1:]


def main() -> int:
    words = _arguments()
    if words[:1] != ["-c"] or len(words) < 2:
        sys.exit("sh: only -c is known")
    shell = Shell(words[2] if len(words) > 2 else "sh", words[3:])
    try:
        shell.run(tokens(words[1]))
    except Ended:
        pass
    except SyntaxError as error:
        print(f"{shell.name}: -c: {error.msg}", file=sys.stderr)
        shell.code = 2
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(shell.code & 255)


if __name__ == "__main__":
    main()
