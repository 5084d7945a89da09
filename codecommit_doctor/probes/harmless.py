"""What may be asked before it is known what the user wants: it loads no more than that needs."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import TYPE_CHECKING

from codecommit_doctor.probes.credential_source import source_of

if TYPE_CHECKING:
    from codecommit_doctor.probes.git import Git
    from codecommit_doctor.probes.git_config import Entry
    from codecommit_doctor.probes.profiles import Profiles
    from codecommit_doctor.rules.target import Target

__all__ = ["is_harmless"]

_PLAIN_HOST = re.compile(r"https?://([\w.-]+)(?::\d+)?(?:/|\Z)", re.ASCII)


def is_harmless(target: Target, git: Git, profiles: Profiles) -> bool:
    """Whether the AWS helper alone would be asked, in a form that runs nothing else, with keys that
    lie on this machine: it can be asked before it is known what else the user wants.
    """

    def are_harmless(entries: Iterable[Entry]) -> bool:
        helpers = [entry.helper for entry in entries if entry.value]
        return bool(helpers) and all(
            helper.is_plain_aws and source_of(helper.aws.profile, profiles).kind.offline
            for helper in helpers
        )

    entries = git.configuration().entries
    everything = [
        entry
        for entry in entries
        if entry.key.startswith("credential.")
        and entry.name == "helper"
        and not _is_for_another_host(entry, target)
    ]
    # which sections apply costs a start of git, and need not be known where each one is harmless
    return are_harmless(everything) or are_harmless(git.credential(target).chain)


def _is_for_another_host(entry: Entry, target: Target) -> bool:
    """Whether a section names a plain host, without wildcards, which is not the target's."""
    named = _PLAIN_HOST.match(entry.subsection or "")
    return named is not None and named[1].lower() != target.host.partition(":")[0].lower()
