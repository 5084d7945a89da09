"""Names that stand for a machine or an account in reports, without saying which it is.

Whoever knows the name of a machine can compute its pseudonym, so that a list of names can be held
against reports. It hides the name from whoever does not know it; it is no secret.
"""

from __future__ import annotations

import hashlib

__all__ = ["account_pseudonym", "machine_pseudonym"]


def machine_pseudonym(name: str) -> str:
    """The pseudonym of a machine, from its host name in any case."""
    return f"m-{_digest(_plain(name))}"


def account_pseudonym(machine: str, account: str) -> str:
    """The pseudonym of an account: another one on each machine.

    Args:
        machine: the name of the machine.
        account: the name of the account there.
    """
    return f"a-{_digest(_plain(machine), account.strip().lower())}"


def _plain(name: str) -> str:
    return name.strip().rstrip(".").lower()


def _digest(*parts: str) -> str:
    text = "\0".join(("codecommit-doctor", *parts))
    return hashlib.sha256(text.encode("utf-8", "surrogateescape")).hexdigest()[:16]
