"""Lines of configuration files, with a veil over what may be secret.

A Redactor finds secrets by how they look. In a configuration file the names tell more, and a shell
snippet may hold anything.
"""

from __future__ import annotations

import re

from codecommit_doctor.redaction import Redactor
from codecommit_doctor.rules.helper import Helper

__all__ = ["may_be_secret", "veiled_lines"]

_WORDS = r"(?:pass|secret|token|key|cookie|extraheader|authorization)"
_NAMED = re.compile(rf"(\s*(?:\[[^\]]*\]\s*)?[\w.-]*{_WORDS}[\w.-]*\s*=\s*)\S.*", re.I | re.S)
_COMMENT = re.compile(rf"(\s*[#;]).*{_WORDS}.*", re.I | re.S)
_SNIPPET = re.compile(r"([^=]*=\s*[\"']*)(![^\r\n]*?)[\"']*\s*\Z", re.S)
_HELPER = re.compile(
    r"(\s*(?:\[[^\]]*\]\s*)?helper\s*=\s*[\"']*)([^\r\n]*?)[\"']*\s*\Z", re.I | re.S
)


def veiled_lines(text: str) -> list[str]:
    """All lines, fit to be kept and shown once a Redactor has cleaned them.

    What continues a veiled line is veiled too.
    """
    lines: list[str] = []
    hidden = False
    for line in text.split("\n"):
        cover = "…" if hidden else _veiled(line)
        hidden = cover != line and line.rstrip("\r").endswith("\\")
        lines.append(cover)
    return lines


def may_be_secret(data: bytes, start: int, end: int, redactor: Redactor) -> bool:
    """Whether the lines of these bytes hold what should be kept nowhere."""
    if start == end:
        return False
    first = data.rfind(b"\n", 0, start) + 1
    while data[:first].rstrip(b"\r\n").endswith(b"\\"):
        first = data.rfind(b"\n", 0, first - 1) + 1
    last = _end_of_line(data, max(start, end - 1))
    while data[:last].rstrip(b"\r").endswith(b"\\") and last < len(data):
        last = _end_of_line(data, last + 1)
    text = data[first:last]
    lines = text.decode("utf-8", "surrogateescape").split("\n")
    return redactor.has_secret(text) or any(_veiled(line) != line for line in lines)


def _end_of_line(data: bytes, start: int) -> int:
    found = data.find(b"\n", start)
    return len(data) if found < 0 else found


def _veiled(line: str) -> str:
    for pattern in (_COMMENT, _NAMED):
        if match := pattern.fullmatch(line):
            return f"{match[1]} …"
    for pattern in (_SNIPPET, _HELPER):
        match = pattern.fullmatch(line)
        if match and Helper(match[2]).shown != match[2]:
            return f"{match[1]}{'!' if pattern is _SNIPPET else ''}…"
    return line
