"""Archives with equal bytes for equal contents: sorted, one date, no owner."""

from __future__ import annotations

import gzip
import io
import tarfile
import time
import zipfile
from pathlib import Path

__all__ = ["normalize", "write_tar", "write_zip"]


def write_tar(folder: Path, target: Path, epoch: int) -> None:
    """Packs a folder, under its own name, as .tar.gz."""
    with tarfile.open(target, "w") as archive:  # "normalize" compresses it
        archive.add(folder, folder.name)
    normalize(target, epoch)


def normalize(target: Path, epoch: int) -> None:
    """Writes a .tar.gz again in order, with one date and no owner."""
    packed = io.BytesIO()
    with (
        tarfile.open(target) as old,
        tarfile.open(fileobj=packed, mode="w", format=tarfile.PAX_FORMAT) as new,
    ):
        for member in sorted(old.getmembers(), key=lambda member: member.name):
            member.mtime, member.uid, member.gid = epoch, 0, 0
            member.uname = member.gname = ""
            member.mode = 0o755 if member.isdir() or member.mode & 0o100 else 0o644
            member.pax_headers = {}
            new.addfile(member, old.extractfile(member) if member.isfile() else None)
    with target.open("wb") as file, gzip.GzipFile("", "wb", 6, file, mtime=epoch) as zipped:
        zipped.write(packed.getvalue())


def write_zip(folder: Path, target: Path, epoch: int) -> None:
    """Packs a folder, under its own name."""
    date = time.gmtime(max(epoch, 315532800))[:6]  # a zip begins in 1980
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for path in sorted(folder.rglob("*")):
            if path.is_file():
                name = f"{folder.name}/{path.relative_to(folder).as_posix()}"
                entry = zipfile.ZipInfo(name, date)
                packed = path.suffix == ".whl"  # which is a zip itself
                entry.compress_type = zipfile.ZIP_STORED if packed else zipfile.ZIP_DEFLATED
                entry.create_system = 3
                mode = 0o755 if path.stat().st_mode & 0o100 else 0o644
                entry.external_attr = (0o100000 | mode) << 16
                archive.writestr(entry, path.read_bytes())
