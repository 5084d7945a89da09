"""The submodules of a clone and their addresses, as ``git submodule`` works them out.

``.gitmodules`` is a file of the work tree: it is only read, and what it says is only compared.
Source: gitmodules(5); relative_url() in git's submodule code.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path
from typing import NamedTuple

from codecommit_doctor.probes.git import Git
from codecommit_doctor.probes.git_config import Entry, parse_listing

__all__ = ["Submodule", "relative_to", "submodules_at"]

_MOST = 20
"""Submodules that are looked at."""


class Submodule(NamedTuple):
    """url: absolute, before git's insteadOf rules. folder: of its clone, None if it has none."""

    name: str
    url: str
    folder: Path | None


def submodules_at(git: Git) -> list[Submodule]:
    """The submodules of the clone that git is asked in."""
    root = next((p for p in (git.directory, *git.directory.parents) if (p / ".git").exists()), None)
    if root is None or not (root / ".gitmodules").is_file():
        return []
    outcome = git.run_unconfigured("config", "-f", str(root / ".gitmodules"), "--list", "-z")
    if outcome.failure:
        return []
    listed = _values(parse_listing(outcome.text, root, ()))
    configured = git.configuration().entries
    known = _values(configured)
    base = _base(configured)
    found = []
    for name, values in list(listed.items())[:_MOST]:
        url = known.get(name, {}).get("url") or values.get("url") or ""
        absolute = relative_to(base, url) if url.startswith(("./", "../")) else url
        if absolute:
            found.append(Submodule(name, absolute, _clone(root, values.get("path"))))
    return found


def relative_to(base: str | None, url: str) -> str | None:
    """A relative address, from the address of the superproject; None if that is not enough."""
    if not base:
        return None
    base = base.rstrip("/")
    while True:
        if url.startswith("../"):
            url = url[3:]
            cut = re.search(r"[/:](?=[^/:]*\Z)", base)
            if not cut:
                return None
            separator, base = cut[0], base[: cut.start()]
        elif url.startswith("./"):
            url, separator = url[2:], "/"
        else:
            return f"{base}{separator}{url}".rstrip("/")


def _values(entries: Iterable[Entry]) -> dict[str, dict[str, str]]:
    """``submodule.NAME.KEY`` by name and key."""
    found: dict[str, dict[str, str]] = {}
    for entry in entries:
        if entry.key.startswith("submodule.") and entry.subsection is not None and entry.value:
            found.setdefault(entry.subsection, {})[entry.key.rpartition(".")[2]] = entry.value
    return found


def _base(entries: Iterable[Entry]) -> str | None:
    """The address of the remote that relative ones count from: origin, or the only one."""
    urls = {
        entry.subsection: entry.value
        for entry in entries
        if entry.key.startswith("remote.") and entry.key.endswith(".url")
    }
    if "origin" in urls:
        return urls["origin"]
    return next(iter(urls.values())) if len(urls) == 1 else None


def _clone(root: Path, path: str | None) -> Path | None:
    """The folder of a submodule that is there, inside the work tree."""
    if not path:
        return None
    try:
        folder = (root / path).resolve()
        inside = folder != root.resolve() and folder.is_relative_to(root.resolve())
        return folder if inside and (folder / ".git").exists() else None
    except (OSError, ValueError):
        return None
