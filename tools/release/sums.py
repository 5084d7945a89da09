"""The SHA-256 sums of the files of a release, and a signature of the list."""

from __future__ import annotations

import hashlib
from pathlib import Path

from tools.release.source import run

__all__ = ["NAMESPACE", "SUMS", "of_file", "sign", "write"]

SUMS = "SHA256SUMS"
NAMESPACE = "codecommit-doctor-release"
"""What the signature is for: ``ssh-keygen -Y verify -n`` has to name it."""


def of_file(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def write(dist: Path) -> Path:
    """Writes the list of all files in a folder, as ``sha256sum --check`` reads it."""
    files = sorted(p for p in dist.iterdir() if p.is_file() and not p.name.startswith(SUMS))
    target = dist / SUMS
    lines = (f"{of_file(path)}  {path.name}\n" for path in files)
    target.write_text("".join(lines), "utf-8", newline="\n")
    return target


def sign(sums: Path, key: str) -> Path:
    """Writes a signature beside the list; its path.

    key: the file of an SSH key, or else what GnuPG calls a key. Raises RuntimeError.
    """
    if Path(key).is_file():
        signature = sums.with_name(f"{sums.name}.sig")
        signature.unlink(missing_ok=True)
        run("ssh-keygen", "-q", "-Y", "sign", "-f", key, "-n", NAMESPACE, sums)
        return signature
    signature = sums.with_name(f"{sums.name}.asc")
    signature.unlink(missing_ok=True)
    words = ("--batch", "--armor", "--local-user", key, "--output", signature)
    run("gpg", *words, "--detach-sign", sums)
    return signature
