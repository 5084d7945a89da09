"""Takes the report out of a bundle, in memory, and holds the bundle against its manifest.

Sizes are looked at before anything is unpacked, and unpacking stops at them whatever the zip says
of itself. Names of members are compared, never opened.
"""

from __future__ import annotations

import hashlib
import struct
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from io import BytesIO

import msgspec

from codecommit_doctor.redaction import printable

__all__ = ["MANIFEST", "REPORT", "NotAReport", "settings_in", "unpack"]

MANIFEST = "manifest.json"
REPORT = "report.json"

_SETTINGS = ("git-config.txt", "aws-config.txt", "environment.txt", "versions.txt")
_LARGEST_SETTINGS = 1024 * 1024
_LONGEST_LINE = 10_000
_MOST_MEMBERS = 64
_LARGEST_DIRECTORY = 64 * 1024
_LARGEST_MANIFEST = 1024 * 1024
_MOST_IN_ALL = 64 * 1024 * 1024
_RATIO = 200
"""Text is made a tenth or a fiftieth of its size; what shrinks further is made to do harm."""
_SMALL = 1024 * 1024
"""What unpacks to less than this may shrink as far as it will."""

_END = struct.Struct("<4s4H2LH")
_END_MAGIC, _LARGE_MAGIC = b"PK\x05\x06", b"PK\x06\x07"
_CHUNK = 64 * 1024

_BROKEN = (
    zipfile.BadZipFile,
    zipfile.LargeZipFile,
    zlib.error,
    struct.error,
    EOFError,
    LookupError,
    NotImplementedError,
    OSError,
    OverflowError,
    RuntimeError,
    ValueError,
)
"""What zipfile raises for damaged, encrypted or unusual files."""


class NotAReport(Exception):
    """The file is no report that can be shown. The message is for the user."""


class _File(msgspec.Struct):
    sha256: str


class _Manifest(msgspec.Struct):
    files: dict[str, _File]


def unpack(data: bytes, largest: int) -> tuple[bytes, tuple[str, ...]]:
    """The report's bytes, and what is wrong with the bundle around it. Raises NotAReport.

    largest: bytes that the report may have.
    """
    with _opened(data) as (file, members):
        if REPORT not in members:
            raise NotAReport(f"it is a zip without a {REPORT}, so no bundle of ours")
        report = _content(file, members[REPORT], largest)
        return report, tuple(_discrepancies(file, members))


def settings_in(data: bytes) -> dict[str, list[str]]:
    """The lines of the files of settings in a bundle that ``unpack`` accepts, by file.

    Raises:
        NotAReport: one of them is damaged, or larger than such a file can be.
    """
    found = {}
    with _opened(data) as (file, members):
        for name in filter(members.get, _SETTINGS):
            text = _content(file, members[name], _LARGEST_SETTINGS, name)
            lines = text.decode("utf-8", "replace").splitlines()
            found[name] = [printable(line[:_LONGEST_LINE]) for line in lines]
    return found


@contextmanager
def _opened(data: bytes) -> Iterator[tuple[zipfile.ZipFile, dict[str, zipfile.ZipInfo]]]:
    """The zip, and its members by name. Raises NotAReport, also for what goes wrong later."""
    _look_at_end(data)
    try:
        with zipfile.ZipFile(BytesIO(data)) as file:
            yield file, _members(file)
    except _BROKEN as error:
        raise NotAReport(f"it is a damaged zip: {printable(str(error)[:200])}") from None


def _look_at_end(data: bytes) -> None:
    """Refuses a zip whose list of members would itself be too large to read."""
    if len(data) < _END.size:
        raise NotAReport("it is a damaged zip: its end is missing")
    magic, _, _, _, count, size, _, comment = _END.unpack(data[-_END.size :])
    if magic != _END_MAGIC or comment:
        raise NotAReport("it is a damaged zip: its end is missing")
    before = len(data) - _END.size - 20
    if data[max(0, before) : before + 4] == _LARGE_MAGIC:
        raise NotAReport("it is a zip of a kind for huge files, so no bundle of ours")
    if count > _MOST_MEMBERS or size > _LARGEST_DIRECTORY:
        raise NotAReport(f"it is a zip of more than {_MOST_MEMBERS} files, so no bundle of ours")


def _members(file: zipfile.ZipFile) -> dict[str, zipfile.ZipInfo]:
    found = file.infolist()
    members = {info.filename: info for info in found}
    if len(members) < len(found):
        raise NotAReport("two files in it have the same name")
    if len(found) > _MOST_MEMBERS:
        raise NotAReport(f"it is a zip of more than {_MOST_MEMBERS} files, so no bundle of ours")
    if sum(info.file_size for info in found) > _MOST_IN_ALL:
        raise NotAReport(f"it would unpack to more than {_MOST_IN_ALL // 1024 // 1024} MB")
    for info in found:
        if info.file_size > max(_SMALL, _RATIO * info.compress_size):
            raise NotAReport("it would unpack to far more than it holds: a zip bomb")
    return members


def _content(
    file: zipfile.ZipFile, info: zipfile.ZipInfo, largest: int, what: str = "report"
) -> bytes:
    if info.file_size > largest:
        raise NotAReport(f"its {what} is larger than {largest // 1024 // 1024} MB")
    with file.open(info) as stream:
        data = stream.read(info.file_size + 1)
    if len(data) != info.file_size:
        raise NotAReport("it is a damaged zip: a file has another size than it says")
    return data


def _discrepancies(file: zipfile.ZipFile, members: dict[str, zipfile.ZipInfo]) -> list[str]:
    """What does not agree with the manifest."""
    info = members.get(MANIFEST)
    if info is None:
        return ["the bundle has no manifest: it is not known whether it is complete"]
    try:
        data = _content(file, info, _LARGEST_MANIFEST)
        manifest = msgspec.json.decode(data, type=_Manifest)
    except (NotAReport, ValueError, RecursionError):
        return ["the bundle's manifest can't be read: it is not known whether it is complete"]
    expected = {name: entry.sha256 for name, entry in manifest.files.items()}
    there = {name: member for name, member in members.items() if name != MANIFEST}
    absent, extra = expected.keys() - there.keys(), there.keys() - expected.keys()
    told = [f"{_shown(name)} is in the manifest and not in the bundle" for name in absent]
    told += [f"{_shown(name)} is in the bundle and not in the manifest" for name in extra]
    for name in expected.keys() & there.keys():
        if _sha256(file, there[name]) != expected[name].lower():
            told.append(f"{_shown(name)} is not what the manifest says: it was changed or damaged")
    return sorted(told)[:_MOST_MEMBERS]


def _sha256(file: zipfile.ZipFile, info: zipfile.ZipInfo) -> str | None:
    """The sum over a member, read in pieces and never further than its size; None if it can't."""
    digest = hashlib.sha256()
    left = info.file_size + 1
    try:
        with file.open(info) as stream:
            while left > 0 and (chunk := stream.read(min(_CHUNK, left))):
                digest.update(chunk)
                left -= len(chunk)
    except _BROKEN:
        return None
    return digest.hexdigest()


def _shown(name: str) -> str:
    return printable(name[:100]).replace("\n", "\\n")
