"""Gives a configuration file that git has rewritten the form that its author chose."""

from __future__ import annotations

import re
from difflib import SequenceMatcher

__all__ = ["renamed", "with_lines_of"]

_ASSIGNED = re.compile(rb"([ \t]*)([A-Za-z][A-Za-z0-9-]*)([ \t]*=[ \t]*)(.*)", re.DOTALL)


def renamed(rename: tuple[int, str, str], before: bytes | None) -> bytes | None:
    """The file with another name for the key in one line; None if that line has no such key.

    Args:
        rename: the line, from 1, the name in it, and the name that it gets instead.
    """
    number, old, new = rename
    lines = (before or b"").split(b"\n")
    name = rb"((?:\s*\[[^\]]*\])?\s*)" + re.escape(old.encode()) + rb"(?=\s*(?:=|\r?\Z))"
    if number > len(lines) or not re.match(name, lines[number - 1], re.IGNORECASE):
        return None
    lines[number - 1] = re.sub(name, rb"\1" + new.encode(), lines[number - 1], count=1, flags=re.I)
    return b"\n".join(lines)


def with_lines_of(before: bytes, after: bytes) -> bytes:
    """What git wrote, with the lines of the file's author: their indentation, their spelling.

    Git writes a line anew where it sets its value, with a tab, and puts a second value of a key at
    the section's end: here it gets the place and the form of the line that said the same before.
    """
    old, new = before.splitlines(keepends=True), after.splitlines(keepends=True)
    new = _behind_their_reset(new, old)
    lines: list[bytes] = []
    bare = [[_bare(line) for line in part] for part in (old, new)]
    codes = SequenceMatcher(None, bare[0], bare[1], autojunk=False).get_opcodes()
    for kind, start, end, first, last in codes:
        if kind == "equal":
            for line, written in zip(old[start:end], new[first:last], strict=True):
                ends = line.endswith(b"\n") or not written.endswith(b"\n")
                lines.append(line if ends else line + b"\n")
            continue
        if kind == "delete":  # git takes empty lines along with what it unsets
            lines += [line for line in old[start:end] if not line.strip()]
        for index, line in enumerate(new[first:last]):
            model = old[start + index] if start + index < end else b""
            near = [*lines[-1:], *old[end : end + 1]]
            lines.append(_in_the_form_of(model, line, near))
    return b"".join(lines)


def _bare(line: bytes) -> bytes:
    """A line without what its author chose: indentation, spaces around the =, end of the line."""
    found = _ASSIGNED.match(line)
    return found[2].lower() + b"=" + found[4].rstrip() if found else line.strip()


def _in_the_form_of(model: bytes, line: bytes, near: list[bytes]) -> bytes:
    """A new line like the one that it stands for, or like those beside it in its section."""
    found, like = _ASSIGNED.match(line), _ASSIGNED.match(model)
    if found and like and like[2].lower() == found[2].lower():
        return like[1] + like[2] + like[3] + found[4]
    neighbours = [match for match in map(_ASSIGNED.match, near) if match]
    return neighbours[0][1] + line.lstrip(b" \t") if found and neighbours else line


def _behind_their_reset(lines: list[bytes], author: list[bytes]) -> list[bytes]:
    """The lines with each helper directly behind the empty one that git separated it from.

    Where the author wrote them so, they stay.
    """
    written = b"\n".join(map(_bare, author))
    for at, line in enumerate(lines):
        if _bare(line) != b"helper=":
            continue
        for other in range(at + 1, len(lines)):
            if lines[other].lstrip().startswith(b"["):
                break
            if _bare(lines[other]).startswith(b"helper="):
                if b"\n".join(map(_bare, lines[at : other + 1])) in written:
                    break
                lines.insert(at + 1, lines.pop(other))
                break
    return lines
