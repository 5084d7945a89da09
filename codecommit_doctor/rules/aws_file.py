"""A plain file of the AWS CLI's, read at once.

botocore's own parser says what an AWS file means, and takes as long to load as git to start. The
helper waits for that, and most files hold nothing but sections and ``name = value``, of which every
reader of INI files makes the same. A test holds the two readers against each other.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

__all__ = ["misspelt_keys", "plain_sections"]

_HEADER = re.compile(r"\[([A-Za-z0-9_.-]+(?: [A-Za-z0-9_.-]+)?)\]")
_VALUE = re.compile(r"([a-z0-9_]+) ?= ?((?! )[ -~]*)")


def plain_sections(data: bytes) -> dict[str, dict[str, str]] | None:
    """The sections of a file; None if it is not plain: botocore's parser has to be asked.

    Plain are ASCII letters, headers without quotes and without a second of the same name, values on
    one line, each name once in its section, and comments on lines of their own.
    """
    if not data.isascii():
        return None
    sections: dict[str, dict[str, str]] = {}
    values: dict[str, str] | None = None
    for line in data.decode("ascii").replace("\r\n", "\n").split("\n"):
        if not line or line[0] in "#;":
            continue
        header = _HEADER.fullmatch(line)
        if header and header[1] != "DEFAULT" and header[1] not in sections:
            values = sections[header[1]] = {}
        elif values is not None and (found := _VALUE.fullmatch(line)) and found[1] not in values:
            values[found[1]] = found[2].rstrip(" ")
        else:
            return None
    return sections


_HALVES = ("aws_access_key_id", "aws_secret_access_key")
_IN_FRONT = re.compile(r"\A(?:(?:export|setx?)\s+|\$env:)", re.IGNORECASE)
"""What shells want in front of a variable, pasted along."""


def misspelt_keys(names: Iterable[str]) -> dict[str, str]:
    """Names of settings that are meant for a half of an access key, and the right ones.

    What is pasted from a shell, from JSON or from a table of the console, and what was mistyped:
    ``export aws_access_key_id``, ``AccessKeyId``, ``secret access key``.
    """
    from difflib import get_close_matches

    names = list(names)
    plain = {_letters(half): half for half in _HALVES if half not in names}
    found = {}
    for name in names:
        bare = _letters(_IN_FRONT.sub("", name))
        if near := get_close_matches(bare, plain, cutoff=0.75):
            found[name] = plain[near[0]]
    return found


def _letters(name: str) -> str:
    return re.sub(r"[^a-z]|^\W*aws", "", name.lower())
