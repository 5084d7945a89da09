"""Keys of a login that the doctor's own botocore can't read, asked of the user's AWS CLI 2."""

from __future__ import annotations

import json
import re

from codecommit_doctor.probes.credential_source import keys_in
from codecommit_doctor.probes.process import run
from codecommit_doctor.probes.programs import find_all
from codecommit_doctor.probes.unavailable import Unavailable
from codecommit_doctor.rules.access_key import Keys
from codecommit_doctor.rules.telling import spoken_reason

__all__ = ["exported_keys"]

_LIMIT = 10.0
"""Seconds: it may renew a login over the network."""

_UNKNOWN_TO_CLI = re.compile(r"argument (?:operation|subcommand|command): |Invalid choice")
"""What an AWS CLI prints that lacks the command, as every AWS CLI 1 does."""

_NO_NETWORK = re.compile(r"connect|timed? ?out|timeout|certificate|SSL|proxy", re.IGNORECASE)


def exported_keys(profile: str, who: str) -> Keys | None:
    """What ``aws configure export-credentials`` gives out; None if no AWS CLI here can.

    Args:
        profile: one that the user named, never one that a clone alone names.
        who: the owner, in words.

    Raises:
        Unavailable: the AWS CLI reads this kind of login and gives no keys.

    The format is that of a credential_process. Source: AWS CLI reference, export-credentials.
    """
    asked = (_exported(program, profile, who) for program in find_all("aws"))
    return next(filter(None, asked), None)


def _exported(program: str, profile: str, who: str) -> Keys | None:
    words = [program, "configure", "export-credentials", "--profile", profile]
    off = {"AWS_CLI_AUTO_PROMPT": "off"}
    outcome = run([*words, "--format", "process"], limit=_LIMIT, env=off)
    if outcome.hung:
        raise Unavailable(f"the AWS CLI gave no credentials of {who} in {_LIMIT:g} seconds")
    if outcome.failure is None:
        return _parsed(outcome.output, who)
    if outcome.code is None or _UNKNOWN_TO_CLI.search(outcome.error_text):
        return None
    said = spoken_reason(outcome.error_text)
    why = f"the AWS CLI has no credentials for {who}: {said or outcome.failure}"
    raise Unavailable(why, unusable=bool(said) and not _NO_NETWORK.search(said))


def _parsed(printed: bytes, who: str) -> Keys | None:
    try:
        answer = json.loads(printed)
    except (ValueError, RecursionError):
        return None
    return keys_in(answer, who) if isinstance(answer, dict) else None
