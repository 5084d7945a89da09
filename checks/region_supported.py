"""The check ``region-supported``."""

from __future__ import annotations

import re

from codecommit_doctor.check import (
    Advice,
    Environment,
    Evidence,
    Host,
    HostKind,
    Origin,
    Profiles,
    Result,
    Target,
    Transport,
    check,
    failed,
    passed,
    regions,
    skipped,
    warned,
)

_VARIABLE = "AWS_DEFAULT_REGION"
"""The one that git-remote-codecommit reads; AWS_REGION it does not."""

_KNOWN = "git-codecommit.us-east-1.amazonaws.com"
"""A host that exists: where it can't be looked up either, a missing name proves nothing."""

_LIST = "https://docs.aws.amazon.com/codecommit/latest/userguide/regions.html#regions-git"


@check(
    id="region-supported",
    category="address",
    title="Is CodeCommit offered in this region, at this host name?",
    why="In a region without CodeCommit, or at a misspelt one, there is no host to answer.",
    source=_LIST,
    explains=(
        "endpoint-reachable/name",
        "endpoint-reachable",
        "git-access/not-found",
        "git-access/refused",
    ),
)
def region_supported(
    target: Target, profiles: Profiles, host: Host, environment: Environment
) -> Result:
    """## Symptom
    `Could not resolve host: git-codecommit....amazonaws.com`.

    ## How it looks
    It takes the region from the host name as the AWS CLI does, and looks it up in the published
    list and in botocore's endpoint data, for the partitions aws, aws-us-gov and aws-cn; the nearest
    name is offered for a misspelt one. The host name has to fit: China's end in
    `amazonaws.com.cn`, and FIPS endpoints exist in seven regions. A region that no list has is only
    a warning if it is a region of AWS, if its host resolves, or if that can't be asked and AWS
    could name a region so: CodeCommit may have been opened there since.

    ## By hand
    Take the clone URL from the CodeCommit console in the repository's own region, then, on Windows,
    macOS and Linux, in the clone:

    ```shell
    git remote set-url origin https://HOST/v1/repos/NAME
    ```

    ## Known limits
    A region that AWS opened after this release is known only by its host name.
    """
    region, origin = _region(target, profiles, environment)
    if region is None:
        if target.transport is Transport.HTTPS and not target.assumed:
            return skipped(
                f"{target.host} is not a host name of CodeCommit: see repository-url",
                code="unknown-host",
            )
        return skipped("no region is configured, and no address names one", code="no-region")
    fact = Evidence(f"region {region}", origin)
    if regions.is_served(region):
        return _wrong_host(target, region, fact) or passed(
            f"CodeCommit is offered in {region}", fact
        )
    name = target.host.partition(":")[0] or f"git-codecommit.{region}.{regions.host_suffix(region)}"
    exists = host.resolves(name)
    if exists or region in regions.all_regions():
        return _not_listed(region, name if exists else None, fact)
    if regions.is_plausible(region) and not (exists is False and host.resolves(_KNOWN)):
        return _not_listed(region, None, fact)
    return _not_served(region, target, fact, profiles)


def _not_listed(region: str, host: str | None, fact: Evidence) -> Result:
    """A region that AWS may have opened since. host: the one that was found to exist."""
    why = f"{region} is not in the list of CodeCommit's regions of {regions.LISTED}"
    near = None if region in regions.all_regions() else regions.nearest(region)
    if host:
        why += f", but {host} exists"
    elif near:
        why += f"; did you mean {near}?"
    advice = Advice(f"See the current list: {_LIST}")
    return warned(why, fact, advice=(advice,), code="not-listed")


def _region(
    target: Target, profiles: Profiles, environment: Environment
) -> tuple[str | None, Origin]:
    if target.region:
        return target.region.lower(), _address(target)
    if target.transport is Transport.REMOTE_HELPER and not profiles.failures:
        if value := environment.get(_VARIABLE):
            return value, Origin.environment(_VARIABLE)
        name = target.profile or profiles.default_name()
        if region := profiles.setting(name, "region"):
            return region, Origin(f"profile {name}")
    return None, _address(target)


def _address(target: Target) -> Origin:
    if target.assumed:
        return Origin("command line, environment or AWS profile")
    return Origin(f"address of {target.name}" if target.remote else "address given")


def _wrong_host(target: Target, region: str, fact: Evidence) -> Result | None:
    if target.transport is Transport.REMOTE_HELPER:
        return None
    if target.host_kind is HostKind.FIPS and region not in regions.FIPS:
        right = target.host.replace("git-codecommit-fips", "git-codecommit")
        return failed(
            f"{region} has no FIPS endpoint for Git",
            fact,
            advice=(Advice(f"Use {right}, or one of {', '.join(sorted(regions.FIPS))}"),),
            code="no-fips",
        )
    suffix = regions.host_suffix(region)
    if target.suffix != suffix:
        return failed(
            f"hosts in {region} end in {suffix}, not in {target.suffix}",
            fact,
            advice=(_set_url(target, target.host.removesuffix(target.suffix) + suffix),),
            code="wrong-suffix",
        )
    return None


def _not_served(region: str, target: Target, fact: Evidence, profiles: Profiles) -> Result:
    near = regions.nearest(region)
    if near is None:
        return failed(
            f"there is no region {region}",
            fact,
            advice=(Advice(f"Regions: {_LIST}"),),
            code="no-such-region",
        )
    if target.transport is not Transport.REMOTE_HELPER:
        host = re.sub(re.escape(region), near, target.host, flags=re.IGNORECASE)
        advice = _set_url(target, host)
    elif target.region:
        advice = _use(target, target.url.replace(f"::{region}:", f"::{near}:"))
    elif fact.origin == Origin.environment(_VARIABLE):
        advice = Advice(f"Set {_VARIABLE} to {near}")
    else:
        profile = target.profile or profiles.default_name()
        words = ("aws", "configure", "set", "region", near, "--profile", profile)
        advice = Advice("Correct the region of the profile", words)
    return failed(
        f"there is no region {region}; did you mean {near}?",
        fact,
        advice=(advice,),
        code="misspelt",
    )


def _set_url(target: Target, host: str) -> Advice:
    if not target.remote:
        return Advice(f"Use the host {host}")
    return _use(target, f"https://{host}{target.path}")


def _use(target: Target, url: str) -> Advice:
    """The right address, for the remote that has the wrong one."""
    if not target.remote:
        return Advice(f"Use the address {url}")
    words = ("git", "remote", "set-url", *(["--push"] * target.pushes), target.remote, url)
    return Advice("Correct the address", words)
