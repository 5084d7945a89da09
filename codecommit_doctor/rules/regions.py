"""Where CodeCommit is: the published list, and botocore's living data behind it.

Sources: AWS CodeCommit User Guide, "Regions and Git connection endpoints"; botocore's data.
"""

from __future__ import annotations

import re
from functools import cache

from codecommit_doctor.rules import spelling

__all__ = [
    "FIPS",
    "LISTED",
    "all_regions",
    "host_suffix",
    "is_plausible",
    "is_served",
    "nearest",
    "needs_opt_in",
    "served_regions",
]

LISTED = "November 2026"
"""When the list below was held against the published one."""

_PLAUSIBLE = re.compile(
    r"([a-z]{2}(-gov|-iso[a-z]?)?|eusc-de)-(central|(north|south)?(east|west)?)-\d\Z", re.ASCII
)
"""How AWS names its regions; one of this form may be newer than every list here."""

PUBLISHED = {
    "aws": frozenset(
        [
            *("af-south-1", "ap-east-1", "ap-northeast-1", "ap-northeast-2", "ap-northeast-3"),
            *("ap-south-1", "ap-south-2", "ap-southeast-1", "ap-southeast-2", "ap-southeast-3"),
            *("ca-central-1", "eu-central-1", "eu-north-1", "eu-south-1", "eu-west-1"),
            *("eu-west-2", "eu-west-3", "il-central-1", "me-central-1", "me-south-1"),
            *("sa-east-1", "us-east-1", "us-east-2", "us-west-1", "us-west-2"),
        ]
    ),
    "aws-us-gov": frozenset({"us-gov-east-1", "us-gov-west-1"}),
    "aws-cn": frozenset({"cn-north-1", "cn-northwest-1"}),
}
"""Regions by partition, known without loading botocore."""

FIPS = frozenset(
    [
        *("us-east-1", "us-east-2", "us-west-1", "us-west-2", "ca-central-1"),
        *("us-gov-west-1", "us-gov-east-1"),
    ]
)
"""Regions that have a FIPS endpoint for Git."""


_WITHOUT_OPT_IN = re.compile(
    r"us-(east|west)-[12]|(ca|eu)-central-1|eu-west-[123]|eu-north-1|sa-east-1|ap-south-1"
    r"|ap-northeast-[123]|ap-southeast-[12]|(us-gov|cn|us-iso[a-z]?|eu-iso[a-z]|eusc-de)-.*"
)
"""Regions that every account has. Those of after 20 March 2019 an account has to enable first.
Source: AWS Account Management Reference, "Enable or disable AWS Regions in your account".
"""


def needs_opt_in(region: str) -> bool:
    """Whether an account has to enable a region before it is used."""
    return is_plausible(region) and not _WITHOUT_OPT_IN.fullmatch(region)


def is_served(region: str) -> bool:
    """Whether CodeCommit is offered there, by the published list or by botocore's data."""
    return any(region in regions for regions in PUBLISHED.values()) or region in served_regions()


@cache
def served_regions() -> frozenset[str]:
    """All regions with CodeCommit: the published list and botocore's data together."""
    return frozenset().union(*PUBLISHED.values(), _available("codecommit"))


@cache
def all_regions() -> frozenset[str]:
    """Every region that botocore has heard of, with CodeCommit or without."""
    return frozenset(_available("ec2") | served_regions())


def is_plausible(region: str) -> bool:
    """Whether AWS may have opened a region of this name since the lists here were made."""
    return bool(_PLAUSIBLE.match(region)) and "--" not in region


def nearest(region: str) -> str | None:
    """The served region that a misspelt one most likely means."""
    return spelling.nearest(region, served_regions())


def host_suffix(region: str) -> str:
    """The domain of a region's host names: ``amazonaws.com``, in China ``amazonaws.com.cn``."""
    return "amazonaws.com.cn" if region in PUBLISHED["aws-cn"] else "amazonaws.com"


def _available(service: str) -> frozenset[str]:
    """From botocore's files alone: a session wants the profile that the environment names."""
    from botocore.loaders import create_loader
    from botocore.regions import EndpointResolver

    resolver = EndpointResolver(create_loader().load_data("endpoints"))
    return frozenset(
        region
        for partition in resolver.get_available_partitions()
        for region in resolver.get_available_endpoints(service, partition)
    )
