"""An access key, and its form: what can be told of it without asking AWS.

Source: STS API Reference, ``AccessKeyId`` (letters, digits and underscores alone); a secret access
key is made of the characters of Base64.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from datetime import datetime

__all__ = ["Keys", "wrong_form"]

_IS_ID = r"A[KS]IA[A-Z0-9]{12,}"


class Keys(NamedTuple):
    """An access key with its secret. owner: whose, in words. expires: None if it never does."""

    owner: str
    access_key: str
    secret: str
    token: str | None = None
    expires: datetime | None = None

    def __repr__(self) -> str:
        return f"Keys({self.owner!r}, {self.access_key!r})"


def wrong_form(id: str, secret: str) -> str | None:
    """What is wrong with the two halves of a key, in words without them; None if nothing is."""
    if re.fullmatch(_IS_ID, secret) and not re.fullmatch(_IS_ID, id):
        return "the access key ID and the secret access key have changed places"
    for name, value, allowed in (
        ("access key ID", id, r"\w+"),
        ("secret access key", secret, r"[A-Za-z0-9/+=_-]+"),
    ):
        if re.fullmatch(allowed, value, re.ASCII):
            continue
        if not value:
            return f"the {name} is empty"
        if {value[0], value[-1]} & {"'", '"'}:
            return f"the {name} is in quotes, and AWS reads them as part of it"
        if re.search(r"\s", value):
            return f"there is a space in or behind the {name}"
        if re.search(r"[<>.]", value):
            return f"the {name} is a placeholder"
        return f"the {name} holds a character that no such key has"
    return None
