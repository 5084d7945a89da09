"""Lines of a log as the program printed them: without colours, time stamps and prefixes."""

from __future__ import annotations

import re

__all__ = ["ESCAPES", "bare", "spaced"]

ESCAPES = re.compile(
    r"\x1b[_P^X][^\x07\x1b]*(?:\x07|\x1b\\)"
    r"|\x1b\[[0-9;:?]*[ -/]*[@-~]|\x1b\][^\x07\x1b]*(?:\x07|\x1b\\)|\x1b[@-Z\\-_]"
    r"|[\x00-\x08\x0e-\x1f]"
)
"""ECMA-48: control sequences, operating system commands such as links, and what is left."""

_PREFIX = re.compile(
    r"""\s*(?:
      \[Container\]                                          # CodeBuild
    | \[?\d{4}[-/]\d\d[-/]\d\d[T\ ]\d\d:\d\d:\d\d(?:[.,]\d+)?(?:Z|\ ?[+-]\d\d:?\d\d|\ UTC)?\]?
    | [A-Z][a-z]{2}\ [\ \d]\d\ \d\d:\d\d:\d\d\ \S+\ [\w./-]+(?:\[\d+\])?:   # syslog
    | \[?\d\d:\d\d:\d\d(?:[.,]\d+)?\]?(?=\s)
    | \[\d\d:\d\d:\d\d\](?:[WEi]:|(?=\[))                    # TeamCity
    | [IWEF]\d{4}\ [\d:.]+\ +\d+\ \S{1,60}:\d+\]              # programs in Go
    | \d{1,5}\.\d{2,3}(?=\s) | \+{1,3}(?=\s)                # docker build, set -x
    | [\w.$]{1,60}\ -(?=\s)                                 # Log4j
    | \[?(?:INFO|WARN|WARNING|ERROR|ERR|DEBUG|FATAL|TRACE|NOTICE|STDERR|STDOUT)\]?:?(?=\s)
    | \#\#\[\w+\]                                            # GitHub, Azure
    | ::(?:error|warning|notice|debug)[^:]*::
    | \d\d[OE]\+?(?=\s)                                      # GitLab's streams
    | section_(?:start|end):\d+:\S+
    | \[[\w\ ./@-]{1,60}\](?=\s)                             # Jenkins, Maven, Gradle
    | \#\d+(?:\ \d+\.\d+)?(?=\s)                             # docker build
    | [\w.-]{1,60}\s+\|(?=\s)                                # docker compose, foreman
    | [│┃|>╷╵](?=\s|$)                                       # Terraform, quotations
    | \ufeff | <\d{1,3}>(?=\S)                               # a byte order mark, a priority
    | std(?:out|err)\ [FP](?=\s)                             # Kubernetes
    | [\w./\\-]{1,40}\ :(?=\s)                                # PowerShell, of a program's words
    | (?:\w+:\ \[[^\]]{1,60}\]:\ FAILED!\ =>\ )?              # Ansible, and any JSON
      \{[^{}]{0,200}?"(?:log|msg|message|stderr|line)"\s*:\s*(?=")
    | (?:npm\ (?:ERR!|error)(?:\ \w+)?|std(?:err|out)|remote|output|E):?(?=\s)
    )[:\ ]*""",
    re.VERBOSE,
)
_MOST = 8
"""Prefixes of one line: a runner's in front of a container's in front of a program's."""

_TO_SPACES = bytes.maketrans(b"'\"`:;,.()[]<>%\\", b" " * 15)
_WIDE = ("：", "，", "。", "、", "（", "）", "“", "”", "«", "»", "„", "‘", "’", "「", "」")


def spaced(text: bytes) -> bytes:
    """The text with spaces for all that ends a word, in any language."""
    if not text.isascii():
        for char in _WIDE:
            text = text.replace(char.encode(), b" ")
    return text.translate(_TO_SPACES)


def bare(line: str) -> str:
    """What a program printed, out of a line of a log. Takes time in proportion to its length."""
    line = ESCAPES.sub("", line).strip()
    for _ in range(_MOST):
        match = _PREFIX.match(line)
        if not match:
            break
        line = line[match.end() :].lstrip()
    return _unquoted(_UNESCAPED.sub(r"\1", _OF_JSON.sub(r'\1"', line)))


_OF_JSON = re.compile(r"\A(\"(?:[^\"\\]|\\.)*?)(?:\\[rn])*\"[,}].*\Z")
"""A text in JSON: what stands behind it on its line is not the program's."""

_UNESCAPED = re.compile(r"\\([\"'])")
"""Quotes inside of a quoted text, as JSON and Python write them."""


def _unquoted(line: str) -> str:
    """Without the quotes that a program puts around another one's words: ``'fatal: ...'``."""
    for quote in ("'''", '"""', "''", '"', "`", "'"):
        inner = line[len(quote) : -len(quote)]
        is_quoted = line.startswith(quote) and line.endswith(quote) and len(inner) > 5
        if is_quoted and (quote != "'" or " " in inner):  # 'path' is all that the AWS helper says
            return inner.strip()
    return line
