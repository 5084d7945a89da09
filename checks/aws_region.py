"""The check ``aws-region``."""

from __future__ import annotations

from contextlib import suppress

from codecommit_doctor.check import (
    Advice,
    AwsCli,
    AwsConfigEdit,
    Environment,
    Evidence,
    Fix,
    HostKind,
    Origin,
    Profiles,
    Result,
    Signer,
    Symptom,
    Target,
    Transport,
    Unavailable,
    check,
    failed,
    not_signing,
    passed,
    regions,
    warned,
)

_GUIDE = "https://docs.aws.amazon.com/cli/latest/userguide/cli-configure-files.html"

_FORMATS = frozenset({"json", "text", "table", "yaml", "yaml-stream", "off"})
"""What the AWS CLI prints, in version 1 and 2."""

_KNOWN = "|".join(sorted(frozenset().union(*regions.PUBLISHED.values())))
"""Regions that a host in an error text may have without being misspelt."""

_OF_BOTOCORE = ("AWS_DEFAULT_REGION",)
"""The variable that botocore, and so AWS CLI 1 and git-remote-codecommit, read."""


@check(
    id="aws-region",
    category="address",
    title="Is a region configured where one is needed?",
    why="A signature names a region. The AWS helper takes it from the host name, and where that "
    "has none, as git-remote-codecommit does, from the profile.",
    source=_GUIDE,
    after=("git-version", "git-configuration", "aws-configuration", "profile-exists"),
    explains=("credential-handshake", "credential-handshake/no-answer", "git-access"),
    symptoms=(
        Symptom(
            r"does not have an AWS Region|You must specify a region"
            r"|expected str instance, NoneType found|Provided region_name '"
            r"|doesn't match a supported format|Invalid host label|Unknown region: "
            r"|is not known for the service|Unable to construct an endpoint"
            r"|not available in region|Invalid endpoint: https?://",
            "No region is configured where one is needed, or it is no region's name.",
        ),
        Symptom(
            rf"Could not connect to the endpoint URL(?!.*(?:{_KNOWN})\.|.*//sts\.amazonaws)",
            "The region in this address may be misspelt, in the AWS files or in AWS_REGION; if it "
            "is right, the network is the cause.",
        ),
        Symptom(
            r"Unknown output type",
            "The AWS CLI has no output format of this name; Git does not see it.",
            "output-format",
        ),
    ),
)
def aws_region(
    target: Target,
    signer: Signer,
    profiles: Profiles,
    environment: Environment,
    aws_cli: AwsCli,
) -> Result:
    """## Symptom
    `sequence item 1: expected str instance, NoneType found` from the AWS helper, or `the profile
    does not have an AWS Region` from git-remote-codecommit; with an output format that does not
    exist, `Unknown output type` from other commands of the AWS CLI.

    ## How it looks
    Where the host name or the codecommit:: address names the region, none has to be configured.
    Elsewhere it looks at the helper's `--region`, at AWS_DEFAULT_REGION and at the profile. AWS CLI
    2 reads AWS_REGION before these two; AWS CLI 1 and git-remote-codecommit do not read it. The
    output format, for which the guide asks json, may be any of the AWS CLI's: Git does not see it.

    ## By hand
    On Windows, macOS and Linux, with the profile that signs:

    ```shell
    aws configure set region REGION --profile PROFILE
    ```

    If the output format is wrong:

    ```shell
    aws configure set output json --profile PROFILE
    ```

    ## Fix safety
    The output format is a safe fix. The region is an unsafe one: every program that uses the profile
    gets it.

    ## Known limits
    Which region is meant can't be told from an address without one.
    """  # noqa: E501
    if skip := not_signing(signer):
        return skip
    name = signer.name(profiles)
    wrong_format = _format(name, profiles, environment)
    if not _is_needed(target):
        return wrong_format or passed(
            f"the address names the region {target.region}", *signer.evidence
        )
    if signer.region:
        return wrong_format or passed(f"the helper names the region {signer.region}")
    for variable in _variables(signer, aws_cli):
        if value := environment.get(variable):
            fact = Evidence(f"region {value}", Origin.environment(variable))
            return wrong_format or passed(f"the region is {value}", fact)
    if region := profiles.by_name().get(name, {}).get("region"):
        return wrong_format or passed(f"the profile {name} has the region {region}")
    return _missing(target, name, signer, profiles, environment)


def _variables(signer: Signer, aws_cli: AwsCli) -> tuple[str, ...]:
    """The variables from which the program that signs takes its region."""
    if signer.by:
        path = aws_cli.seen_by_git(signer.by.helper.aws.program)
        with suppress(Unavailable):
            return aws_cli.region_variables(path) if path else _OF_BOTOCORE
    return _OF_BOTOCORE


def _is_needed(target: Target) -> bool:
    if target.transport is Transport.REMOTE_HELPER:
        return target.region is None
    # the AWS CLI knows the host by its small letters
    return target.host_kind is HostKind.UNKNOWN or target.host != target.host.lower()


def _missing(
    target: Target, name: str, signer: Signer, profiles: Profiles, environment: Environment
) -> Result:
    remedy = "write it into the address: codecommit::REGION://NAME"
    if target.transport is not Transport.REMOTE_HELPER:
        remedy = "write --region into the helper"
    facts = [*signer.evidence, Evidence("no region", Origin(f"profile {name}"))]
    if elsewhere := environment.get("AWS_REGION"):
        origin = Origin.environment("AWS_REGION")
        facts.append(
            Evidence(
                f"region {elsewhere}, which AWS CLI 1 and git-remote-codecommit do not read", origin
            )
        )
    regions = {str(p["region"]) for p in profiles.by_name().values() if p.get("region")}
    value = elsewhere or (regions.pop() if len(regions) == 1 else None)
    fix = None
    if value:
        title = f"Give the profile {name} the region {value}"
        fix = Fix(title, (AwsConfigEdit(name, "region", value),), _GUIDE)
        if not elsewhere:
            fix = fix.unsafe(f"all programs that use the profile {name} get this region")
    return failed(
        f"no region is configured for the profile {name}, and the address names none",
        *facts,
        advice=(Advice(f"Configure one, or {remedy}"),),
        fix=fix,
        code="no-region",
    )


def _format(name: str, profiles: Profiles, environment: Environment) -> Result | None:
    """A warning for an output format that the AWS CLI does not have."""
    variable = environment.get("AWS_DEFAULT_OUTPUT")
    value = variable or str(profiles.by_name().get(name, {}).get("output", "json"))
    if value in _FORMATS:
        return None
    why = f"the AWS CLI has no output format {value}: commands that you type fail, Git's do not"
    if variable:
        fact = Evidence(f"output {value}", Origin.environment("AWS_DEFAULT_OUTPUT"))
        advice = (Advice("Unset AWS_DEFAULT_OUTPUT"),)
        return warned(why, fact, advice=advice, code="output-format")
    fix = Fix("Set the output format to json", (AwsConfigEdit(name, "output", "json"),), _GUIDE)
    fact = Evidence(f"output {value}", Origin(f"profile {name}"))
    return warned(why, fact, fix=fix, code="output-format")
