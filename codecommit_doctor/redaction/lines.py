"""How the lines of a configuration file may be shown: each setting as settings.py decides.

Git's files and AWS's look alike: a section with a quoted name, or of a kind that AWS does not have,
is git's.
"""

from __future__ import annotations

import re

from codecommit_doctor.redaction import Redactor
from codecommit_doctor.redaction.address import MASK, masked_address
from codecommit_doctor.redaction.settings import aws_value_is_shown, masked_value

__all__ = ["masked_lines", "may_be_secret"]

_SECTION = re.compile(
    r"""(\ufeff?\s*\[\s*)([\w.-]+)(?:(\s+)(["']?)((?:[^"\\\]]|\\.)*)(["']?))?(\s*\])(.*)""", re.S
)
_SETTING = re.compile(r"""(\s*)([A-Za-z][\w-]*)(\s*=\s*)(["']?)(.*?)(["']?\s*)\Z""", re.S)
_COMMENT = re.compile(r"(\s*[#;]).+", re.S)
_AWS_SECTIONS = frozenset({"default", "profile", "sso-session", "services", "preview", "plugins"})


class _Reader:
    """Masks line after line; it remembers the section."""

    def __init__(self) -> None:
        self._section = ""
        self._is_aws = False

    def masked(self, line: str) -> str:
        """One line as it may be shown."""
        if not line.strip():
            return line
        if comment := _COMMENT.fullmatch(line):
            return f"{comment[1]} {MASK}"
        if header := _SECTION.match(line):
            return self._header(header)
        if setting := _SETTING.fullmatch(line):
            return self._setting(setting)
        return line if re.fullmatch(r"\s*[\w-]+\s*", line) and not self._is_aws else MASK

    def _header(self, header: re.Match[str]) -> str:
        opened, kind, space, quote, name, closed, end, rest = (
            part or "" for part in header.groups()
        )
        self._is_aws = kind in _AWS_SECTIONS or (
            not quote and not name and kind.lower() not in _GIT_SECTIONS
        )
        self._section = f"{kind.lower()}.{name}" if name else kind.lower()
        head = f"{opened}{kind}{space}{quote}{masked_address(name)}{closed}{end}"
        return head + (self.masked(rest) if rest.strip() else rest)

    def _setting(self, setting: re.Match[str]) -> str:
        indent, name, equals, quote, value, end = setting.groups()
        if self._is_aws:
            shown = value if aws_value_is_shown(name) else MASK
        else:
            shown = masked_value(f"{self._section}.{name.lower()}", value)
        return f"{indent}{name}{equals}{quote}{shown if value else value}{end}"


_GIT_SECTIONS = frozenset(
    """advice alias am apply blame branch browser checkout clean clone color column commit core
    credential diff difftool fetch filter format fsck gc github gitlab gpg grep gui help http i18n
    include index init interactive log lfs merge mergetool notes pack pager pretty protocol pull
    push rebase receive remote rerere safe sendemail sequence showbranch stash status submodule tag
    transfer uploadpack url user worktree extensions feature codecommit-doctor""".split()  # noqa: SIM905
)


def masked_lines(text: str) -> list[str]:
    """All lines of a file, fit to be kept and shown once a Redactor has cleaned them.

    What continues a masked line is masked too.
    """
    lines: list[str] = []
    reader, masked = _Reader(), False
    for line in text.split("\n"):
        shown = MASK if masked else reader.masked(line)
        masked = shown != line and line.rstrip("\r").endswith("\\")
        lines.append(shown)
    return lines


def may_be_secret(data: bytes, start: int, end: int, redactor: Redactor) -> bool:
    """Whether the lines of these bytes hold what should be kept nowhere."""
    if start == end:
        return False
    first = data[:start].count(b"\n")
    last = data[: max(start, end - 1)].count(b"\n")
    text = data.decode("utf-8", "surrogateescape")
    lines = text.split("\n")
    while first and lines[first - 1].rstrip("\r").endswith("\\"):
        first -= 1
    while last + 1 < len(lines) and lines[last].rstrip("\r").endswith("\\"):
        last += 1
    chosen = slice(first, last + 1)
    whole = "\n".join(lines[chosen]).encode("utf-8", "surrogateescape")
    return redactor.has_secret(whole) or masked_lines(text)[chosen] != lines[chosen]
