"""Encodings of text files that Git and the AWS CLI can't read."""

from __future__ import annotations

import codecs
from pathlib import Path

from codecommit_doctor.probes.files import read_regular

__all__ = ["utf_8_with_mark", "utf_16"]


def utf_16(file: Path) -> bool:
    """Whether a file is in UTF-16, as Windows PowerShell 5.1 writes it with ``>``."""
    start = _start(file)
    return start.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)) or b"\0" in start


def utf_8_with_mark(file: Path) -> bool:
    """Whether a file begins with the byte order mark of UTF-8, as old Notepads write it."""
    return _start(file).startswith(codecs.BOM_UTF8)


def _start(file: Path) -> bytes:
    try:
        return read_regular(file, 200)
    except (OSError, ValueError):
        return b""
