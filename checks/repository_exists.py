"""The check ``repository-exists``."""

from __future__ import annotations

import re

from codecommit_doctor.check import (
    Advice,
    Aws,
    Endpoint,
    Evidence,
    Fix,
    Git,
    Handshake,
    HostKind,
    Origin,
    Profiles,
    Repository,
    Result,
    Signer,
    Target,
    Transport,
    Unavailable,
    check,
    failed,
    not_signing,
    passed,
    recipes,
    regions,
    skipped,
)

_GUIDE = "https://docs.aws.amazon.com/codecommit/latest/userguide/how-to-connect.html"

_BUSY = (
    *("us-east-1", "us-east-2", "us-west-2", "eu-west-1", "eu-central-1", "eu-west-2"),
    *("ap-southeast-1", "ap-southeast-2", "ap-northeast-1", "ap-south-1"),
)
"""Regions in which most repositories are."""

_MOST = 12


@check(
    id="repository-exists",
    category="account",
    title="Does the repository exist in this region?",
    why="A repository lives in one region of one account, and its name has upper and lower case.",
    source=_GUIDE,
    after=("aws-credentials", "region-supported", "repository-url"),
    explains=("git-access/not-found", "git-access/refused"),
)
def repository_exists(
    target: Target,
    git: Git,
    aws: Aws,
    profiles: Profiles,
    handshake: Handshake,
    endpoint: Endpoint,
    signer: Signer,
) -> Result:
    """## Symptom
    `repository 'https://.../v1/repos/NAME/' not found`, or a 403.

    ## How it looks
    It asks `codecommit:GetRepository` in the region of the address, with the credentials that the
    AWS helper uses. If there is none of that name, it asks in other regions side by side: those
    that are configured, those near by, and those that most people use; and then with up to five
    other profiles of this machine that can be used without a person.

    ## By hand
    On Windows, macOS and Linux. Try the regions in question:

    ```shell
    aws codecommit list-repositories --region REGION --profile PROFILE
    ```

    Then, in the clone, with the address that the console shows under "Clone URL":

    ```shell
    git remote set-url origin https://HOST/v1/repos/NAME
    ```

    If it belongs to the account of another profile, name that one in the helper: see profile-exists.

    ## Fix safety
    The fix is safe: it changes the address of this one remote.

    ## Known limits
    A repository that you may not see looks like one that does not exist. Accounts without a profile
    on this machine are not asked.
    """  # noqa: E501
    if not aws.signs and (skip := not_signing(signer)):
        return skip
    region = target.region or aws.region
    if target.repository is None or region is None:
        return skipped("the address lacks a repository name or a region", code="not-named")
    try:
        found = aws.repository(target.repository, region)
        account = aws.identity().account
    except Unavailable as unseen:
        if unseen.code.startswith("EncryptionKey"):
            return passed(f"{target.repository} exists in {region}; see its key")
        return skipped(unseen.reason, code="not-asked")
    if found:
        return passed(f"{found.name} exists in {region}", _fact(found))
    if endpoint.refused(handshake) is False:
        return passed(f"Git reaches {target.repository}, which another account has")
    elsewhere = aws.repositories(target.repository, _likely(region, profiles))
    if not elsewhere:
        if owners := aws.owners(target.repository, region):
            return _of_another_profile(target, region, owners)
        look = ("aws", "codecommit", "list-repositories", "--region", region)
        profile = ("--profile", aws.profile) if aws.profile else ()
        near = aws.repository_like(target.repository, region)
        fix = _renamed(target, git, near) if near else None
        step = Advice("Compare its name with what there is", (*look, *profile))
        why = f"there is no repository {target.repository} in {region} in account {account}"
        return failed(
            f"{why}; did you mean {near}?" if near else why,
            advice=() if fix else (step,),
            fix=fix,
            confirmed=endpoint.refused(handshake) is True,
            code="not-found",
        )
    places = ", ".join(repository.region for repository in elsewhere)
    summary = f"{target.repository} is not in {region} but in {places}"
    facts = [_fact(repository) for repository in elsewhere]
    fix = _fix(target, git, region, elsewhere[0].region) if len(elsewhere) == 1 else None
    confirmed = endpoint.refused(handshake) is True
    step = Advice(f"Use the address there: {_step_to(target, region, elsewhere[0].region)}")
    advice = () if fix else (step,)
    return failed(summary, *facts, advice=advice, fix=fix, confirmed=confirmed, code="other-region")


def _of_another_profile(target: Target, region: str, owners: tuple[str, ...]) -> Result:
    """The account of another profile on this machine has it."""
    names = " and ".join(owners)
    step = f"Name it in the helper: --profile {owners[0]}"
    if target.transport is Transport.REMOTE_HELPER:
        step = f"Name it in the address: codecommit::{region}://{owners[0]}@{target.repository}"
    return failed(
        f"{target.repository} in {region} belongs to the account of the profile {names}",
        *(
            Evidence(f"found with the profile {name}", Origin("codecommit:GetRepository"))
            for name in owners
        ),
        advice=(Advice(step),),
        code="other-profile",
    )


def _fact(repository: Repository) -> Evidence:
    return Evidence(repository.arn, Origin(f"codecommit:GetRepository in {repository.region}"))


def _likely(region: str, profiles: Profiles) -> list[str]:
    """Other regions in which it may be, in the order of their likelihood."""
    partition = next(
        (all for all in regions.PUBLISHED.values() if region in all), regions.PUBLISHED["aws"]
    )
    settings = [str(values.get("region", "")) for values in profiles.by_name().values()]
    near = sorted(other for other in partition if other.split("-")[0] == region.split("-")[0])
    wanted = dict.fromkeys([*settings, *_BUSY[:4], *near[:6], *_BUSY])
    return [other for other in wanted if other in partition and other != region][:_MOST]


def _moved(target: Target, url: str, region: str, other: str) -> str | None:
    """The address in another region. None for a host that is of one region alone, as those of VPC
    endpoints are.
    """
    if target.transport is Transport.REMOTE_HELPER:
        return re.sub(r"\Acodecommit:(:[^/]*:)?//", f"codecommit::{other}://", url)
    if target.host_kind in (HostKind.PUBLIC, HostKind.FIPS):
        return url.replace(f".{region}.", f".{other}.", 1)
    return None


def _step_to(target: Target, region: str, other: str) -> str:
    public = f"https://git-codecommit.{other}.{regions.host_suffix(other)}"
    moved = _moved(target, target.shown_url, region, other)
    return moved or f"{public}/v1/repos/{target.repository}"


def _fix(target: Target, git: Git, region: str, other: str) -> Fix | None:
    url = _moved(target, target.url, region, other)
    if url is None:
        return None
    title = f"Point {target.remote} to {other}"
    return recipes.set_remote_url(target, git, url, title=title, guide=_GUIDE)


def _renamed(target: Target, git: Git, name: str) -> Fix | None:
    url = re.sub(rf"{re.escape(target.repository or '')}(/?)\Z", rf"{name}\1", target.url)
    title = f"Point {target.remote} to {name}"
    fix = recipes.set_remote_url(target, git, url, title=title, guide=_GUIDE)
    return fix and fix.unsafe(f"{name} may be another repository than the one you mean")
