"""When git reads an included file for a clone that is not there yet.

``git clone`` reads its configuration as that of the clone it makes, so a condition on the folder
applies to it, though nothing can be asked of git there before. Source: git-config(1), Conditional
includes.
"""

from __future__ import annotations

import os
import re
from pathlib import Path, PurePath

__all__ = ["applies"]

_CONDITION = re.compile(
    r"(?P<kind>gitdir(?:/i)?|hasconfig:remote\.\*\.url):(?P<pattern>.*)\Z", re.S
)


def applies(condition: str, clone: Path, url: str, file: str | None, home: Path) -> bool:
    """Whether an ``includeIf`` applies to a clone.

    Args:
        condition: the subsection, as in ``gitdir:~/work/``.
        clone: the clone's folder.
        url: of its remote.
        file: the file that has the condition, for patterns that begin with ``./``.
        home: git's home.
    """
    match = _CONDITION.match(condition)
    if not match:
        return False
    kind, pattern = match["kind"], match["pattern"]
    if kind.startswith("hasconfig"):
        return bool(re.fullmatch(_expression(pattern), url))
    if pattern.startswith("~/"):
        pattern = f"{home.as_posix()}/{pattern[2:]}"
    elif pattern.startswith("./") and file:
        pattern = f"{PurePath(file).parent.as_posix()}/{pattern[2:]}"
    elif not PurePath(pattern).is_absolute():
        pattern = f"**/{pattern}"
    if pattern.endswith("/"):
        pattern += "**"
    flags = re.IGNORECASE if kind == "gitdir/i" else 0
    folders = dict.fromkeys([os.path.realpath(clone), os.path.abspath(clone)])  # noqa: PTH100
    names = [f"{PurePath(folder).as_posix()}/.git" for folder in folders]
    return any(re.fullmatch(_expression(pattern), name, flags) for name in names)


def _expression(pattern: str) -> str:
    """A pattern of git's as a regular expression: ``**`` goes over slashes, ``*`` does not."""
    parts = re.split(r"(\*\*/|/\*\*\Z|\*\*|\*|\?|\[[^\]]+\])", pattern)
    meant = {"**/": "(?:.*/)?", "/**": "/.*", "**": ".*", "*": "[^/]*", "?": "[^/]"}
    return "".join(
        meant[part] if part in meant else _brackets(part) if part[:1] == "[" else re.escape(part)
        for part in parts
    )


def _brackets(part: str) -> str:
    inside = part[1:-1].replace("\\", "\\\\")
    return f"[^{inside[1:]}]" if inside[:1] in ("!", "^") else f"[{inside}]"
