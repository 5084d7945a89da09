"""Who AWS is asked as."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct

from codecommit_doctor.probes import probe

if TYPE_CHECKING:
    from codecommit_doctor.probes.signer import Signer
    from codecommit_doctor.probes.wanted import Wanted
    from codecommit_doctor.rules.target import Target

__all__ = ["Principal"]


class Principal(Struct, frozen=True):
    """Who AWS is asked as: whoever the target's requests are signed by.

    profile: None for what the AWS SDK takes by itself. region: where STS and KMS are asked.
    unknown: an AWS helper signs with credentials that it chooses in its own way. yours: the profile
    is not one that a clone alone names.
    """

    profile: str | None
    region: str | None
    offline: bool
    unknown: bool
    yours: bool = False


@probe
def principal(target: Target, signer: Signer, wanted: Wanted) -> Principal:
    """Who AWS is asked as for a target: the user's choice, or else whoever signs."""
    unknown = wanted.profile is None and not signer.signs and bool(signer.aws_helpers)
    profile, region = wanted.profile or signer.profile, wanted.region or target.region
    yours = profile is None or wanted.profile is not None or _is_yours(target, signer)
    return Principal(profile, region, wanted.offline, unknown, yours)


def _is_yours(target: Target, signer: Signer) -> bool:
    """Whether the profile stands in a setting of the user's, or in an address that was typed."""
    if signer.by:
        return signer.by.entry.is_yours
    return target.remote is None and target.submodule is None
