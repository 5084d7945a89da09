"""Logins of AWS that only some programs read, and how every program is given them."""

from __future__ import annotations

__all__ = ["handed_on"]


def handed_on(profile: str) -> tuple[str, tuple[str, ...]]:
    """A profile that every program reads, which AWS CLI 2 hands the session of another one to.

    Returns:
        A sentence, and the words of a command. Source: AWS CLI reference, export-credentials.
    """
    program = f"aws configure export-credentials --profile {profile} --format process"
    name = f"{profile}-git"
    words = ("aws", "configure", "set", "credential_process", program, "--profile", name)
    return f"Or let AWS CLI 2 hand it on, in a profile {name} for Git", words
