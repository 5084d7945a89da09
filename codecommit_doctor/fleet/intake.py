"""Sorts files from elsewhere by what they hold, and turns reports into lines.

Nothing of a file decides more than its own fate: what can't be read is named, and left out. No more
than one report, or one line, is in memory at a time.
"""

from __future__ import annotations

import codecs
import json
import re
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import BinaryIO

import msgspec
from msgspec import Struct, field

from codecommit_doctor.probes.files import read_regular
from codecommit_doctor.reports.collecting import LeftOut, files_below
from codecommit_doctor.reports.lines import Line, encode, lines_of
from codecommit_doctor.reports.reading import NotAReport, admitted, content

__all__ = ["LONGEST_LINE", "Intake", "take_in"]

LONGEST_LINE = 256 * 1024
"""Bytes of a line. Ours have a thousandth of it."""

_HEAD = 64 * 1024
_ODD_NAME = re.compile(r"[*?\[\]{}\udc80-\udcff\x00-\x1f]")
"""Characters that a pattern of file names is made of, or that no name should have."""

_SETTLED = ("pass", "skip")


class Intake(Struct):
    """What was found. lines, parquet: files for the engine to read. number: files that were looked
    at. left_out: those that can't be read. names: of files that had to be copied, by their copies.
    """

    lines: list[Path] = field(default_factory=list)
    parquet: list[Path] = field(default_factory=list)
    left_out: list[LeftOut] = field(default_factory=list)
    names: dict[str, Path] = field(default_factory=dict)
    number: int = 0


def take_in(
    paths: Iterable[Path],
    folder: Path,
    *,
    everything: bool = False,
    observe: Callable[[int], None] = lambda number: None,
) -> Intake:
    """Looks at every file.

    Args:
        paths: files, folders, patterns.
        folder: an empty one of ours, for lines that have to be written anew.
        everything: keep lines of what passed, or was not checked; a summary needs none of them.
        observe: is told how many files were looked at.
    """
    found = Intake()
    made = folder / "reports.jsonl"
    with made.open("wb") as file:
        for entry in files_below(paths):
            found.number += 1
            observe(found.number)
            if isinstance(entry, LeftOut):
                found.left_out.append(entry)
                continue
            try:
                _take(entry, file, folder, found, everything)
            except NotAReport as reason:
                found.left_out.append(LeftOut(entry, str(reason)))
            except (OSError, ValueError) as error:
                why = getattr(error, "strerror", None) or error
                found.left_out.append(LeftOut(entry, f"it can't be read: {why}"))
    found.lines.insert(0, made)
    return found


def _take(path: Path, file: BinaryIO, folder: Path, found: Intake, everything: bool) -> None:
    head = read_regular(path, _HEAD)
    if not head.strip():
        raise NotAReport("it is empty")
    if head.startswith(b"PAR1"):
        found.parquet.append(path)
    elif not head.startswith(b"PK") and _holds_lines(path, head):
        if _is_plain(path):
            found.lines.append(path)
        else:
            copy = folder / f"lines-{found.number}.jsonl"
            with copy.open("wb") as anew:
                reason = _copied(path, anew)
            found.lines.append(copy)
            found.names[str(copy)] = path
            if reason:
                found.left_out.append(LeftOut(path, reason))
    else:
        data, notices = content(path)
        lines = lines_of(admitted(data))
        file.write(encode(lines if everything else filter(_counts, lines)))
        found.left_out += [LeftOut(path, f"read, but: {notice}") for notice in notices]


def _counts(line: Line) -> bool:
    return line.line == "verdict" or line.rank is not None or line.status not in _SETTLED


def _holds_lines(path: Path, head: bytes) -> bool:
    if path.suffix.lower() in (".jsonl", ".ndjson"):
        return True
    text = head.decode(json.detect_encoding(head), "replace").lstrip("\ufeff \r\n\t")
    first, newline, _ = text.partition("\n")
    try:
        return bool(newline) and "jsonl_version" in json.loads(first)
    except (ValueError, TypeError, RecursionError):
        return False


def _is_plain(path: Path) -> bool:
    """Whether the engine may read the file itself: UTF-8, with no line that is too long."""
    if _ODD_NAME.search(str(path)):
        return False
    block = bytearray(LONGEST_LINE)
    with path.open("rb", buffering=0) as file:
        first = True
        while size := file.readinto(block):
            if first and block.startswith(
                (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE, codecs.BOM_UTF8)
            ):
                return False
            if block.find(b"\0", 0, size) >= 0:
                return False
            if size == len(block) and block.find(b"\n") < 0:
                return False
            first = False
    return True


def _copied(path: Path, file: BinaryIO) -> str:
    """Writes those lines anew that are lines of ours; what is to be said of the others."""
    bad, first = 0, 0
    for number, line in enumerate(_decoded_lines(path), 1):
        try:
            if line is None:
                raise ValueError("too long")
            if line.strip():
                file.write(encode([msgspec.json.decode(line, type=Line)]))
        except (ValueError, RecursionError):
            bad, first = bad + 1, first or number
    return bad_lines(bad, f"the first is line {first}") if bad else ""


def bad_lines(number: int, where: str = "") -> str:
    """What is said of lines that were left out."""
    noun = (
        "1 line is not in our format" if number == 1 else f"{number:,} lines are not in our format"
    )
    return f"{noun}, or too long{f'; {where}' if where and number else ''}"


def _decoded_lines(path: Path) -> Iterator[str | None]:
    """The lines of a file in any encoding; None for one that is too long."""
    with path.open("rb") as file:
        head = file.read(_HEAD)
        decoder = codecs.getincrementaldecoder(json.detect_encoding(head))("replace")
        kept: str | None = ""
        while head:
            *whole, rest = decoder.decode(head, not head).split("\n")
            for piece in whole:
                yield None if kept is None or len(kept) > LONGEST_LINE else kept + piece
                kept = ""
            kept = None if kept is None or len(kept) + len(rest) > LONGEST_LINE else kept + rest
            head = file.read(_HEAD)
        if kept is None or kept.strip("\ufeff \r\t"):
            yield kept
