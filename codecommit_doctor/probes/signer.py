"""Whose keys sign for a target: the profile that its AWS helper or its address names."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from codecommit_doctor.check import Evidence, Helper, Origin, Transport

if TYPE_CHECKING:
    from codecommit_doctor.probes.git import Git
    from codecommit_doctor.probes.git_config import Entry
    from codecommit_doctor.probes.profiles import Profiles
    from codecommit_doctor.rules.target import Target

__all__ = ["Signer", "has_aws_helper", "signer_of"]


@dataclass(frozen=True)
class Signer:
    """profile: the one that is named outright; None where the environment decides, or else the
    default profile. entry: the helper, None for a ``codecommit::`` address. region: of --region.
    """

    profile: str | None
    evidence: Evidence
    entry: Entry | None = None
    region: str | None = None

    def name(self, profiles: Profiles) -> str:
        """The profile in force, as far as profiles are."""
        return self.profile or profiles.default_name()


def has_aws_helper(target: Target, git: Git) -> bool:
    """Whether an AWS helper is asked for this address, in whatever form."""
    if target.transport is not Transport.HTTPS:
        return False
    return any(Helper(entry.value or "").is_aws for entry in git.credential(target).chain)


def signer_of(target: Target, git: Git) -> Signer | None:
    """The signer; None where no AWS helper is asked, or where it chooses in its own way."""
    if target.transport is Transport.REMOTE_HELPER:
        origin = Origin(f"address of {target.name}")
        return Signer(target.profile, Evidence(target.shown_url, origin))
    if target.transport is not Transport.HTTPS:
        return None
    for entry in git.credential(target).chain:
        helper = Helper(entry.value or "")
        if not helper.is_aws or helper.flaw:
            continue
        if helper.aws.snippet or helper.aws.unbalanced or re.search(r"AWS_\w+=", helper.value):
            return None
        region = re.search(r"--region[\s=]+['\"]?([\w-]+)", helper.value)
        evidence = Evidence.of_setting(entry)
        return Signer(helper.aws.profile, evidence, entry, region[1] if region else None)
    return None
