"""Which host names exist in the lab's world, and what answers behind each of them.

Written down by hand from the AWS CodeCommit User Guide ("Regions and Git connection endpoints")
and the AWS General Reference, so that the lab does not share data with the doctor it tests.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

GIT_REGIONS = {
    "aws": [
        "af-south-1",
        "ap-east-1",
        "ap-northeast-1",
        "ap-northeast-2",
        "ap-northeast-3",
        "ap-south-1",
        "ap-south-2",
        "ap-southeast-1",
        "ap-southeast-2",
        "ap-southeast-3",
        "ca-central-1",
        "eu-central-1",
        "eu-north-1",
        "eu-south-1",
        "eu-west-1",
        "eu-west-2",
        "eu-west-3",
        "il-central-1",
        "me-central-1",
        "me-south-1",
        "sa-east-1",
        "us-east-1",
        "us-east-2",
        "us-west-1",
        "us-west-2",
    ],
    "aws-us-gov": ["us-gov-east-1", "us-gov-west-1"],
    "aws-cn": ["cn-north-1", "cn-northwest-1"],
}

FIPS_REGIONS = [
    "ca-central-1",
    "us-east-1",
    "us-east-2",
    "us-west-1",
    "us-west-2",
    "us-gov-east-1",
    "us-gov-west-1",
]

API_SERVICES = ("codecommit", "iam", "kms", "ssm", "sts")

_GIT = re.compile(
    r"(?P<vpce>vpce-[0-9a-z-]+\.)?git-codecommit(?P<fips>-fips)?\.(?P<region>[a-z0-9-]+)\."
    r"(?P<vpc>vpce\.)?amazonaws\.com(?P<china>\.cn)?"
)
_API = re.compile(
    r"(?P<service>[a-z]+)(-fips)?(\.(?P<region>[a-z]+(-[a-z]+)+-\d))?\.amazonaws\.com(\.cn)?"
)


@dataclass(frozen=True)
class Host:
    """A host that exists. kind: "git", or "api" with the name of its service."""

    name: str
    kind: str
    service: str
    region: str


def partition_of(region: str) -> str:
    """The partition that has this region: aws, aws-us-gov or aws-cn."""
    for partition, regions in GIT_REGIONS.items():
        if region in regions:
            return partition
    return "aws"


def look_up(name: str) -> Host | None:
    """What the name leads to; None for a host that no DNS server knows. A trailing dot is fine."""
    name = name.lower().rstrip(".")
    return _git_host(name) or _api_host(name)


def _git_host(name: str) -> Host | None:
    found = _GIT.fullmatch(name)
    if found is None or bool(found["vpce"]) != bool(found["vpc"]):
        return None
    region = found["region"]
    partition = partition_of(region)
    if region not in GIT_REGIONS[partition] or (partition == "aws-cn") != bool(found["china"]):
        return None
    if found["fips"] and region not in FIPS_REGIONS:
        return None
    return Host(name, "git", "codecommit", region)


def _api_host(name: str) -> Host | None:
    found = _API.fullmatch(name)
    if found is None or found["service"] not in API_SERVICES:
        return None
    region = found["region"] or ("cn-north-1" if name.endswith(".cn") else "us-east-1")
    return Host(name, "api", found["service"], region)
