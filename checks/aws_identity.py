"""The check ``aws-identity``."""

from __future__ import annotations

from codecommit_doctor.check import (
    Advice,
    Aws,
    Evidence,
    Origin,
    Result,
    Signer,
    Unavailable,
    check,
    not_signing,
    passed,
    skipped,
    warned,
)

_FITS = {
    "user": "an IAM user: the AWS helper, git-remote-codecommit or Git credentials fit",
    "role-session": "a session of a role: the AWS helper or git-remote-codecommit fits; only IAM "
    "users can have Git credentials",
    "federated": "a federated user: the AWS helper or git-remote-codecommit fits; only IAM users "
    "can have Git credentials",
}


@check(
    id="aws-identity",
    category="credentials",
    title="Who are you for AWS, and which way to connect fits?",
    why="Git credentials are only for IAM users; roles, federated users and the root user have "
    "none.",
    source="https://docs.aws.amazon.com/codecommit/latest/userguide/temporary-access.html",
    after=("aws-credentials",),
)
def aws_identity(aws: Aws, signer: Signer) -> Result:
    """## Symptom
    403 with the right settings, because they are those of somebody else.

    ## How it looks
    It asks `sts:GetCallerIdentity`, which everybody may call, with the credentials that the AWS
    helper uses.

    ## By hand
    On Windows, macOS and Linux, with the profile of the helper:

    ```shell
    aws sts get-caller-identity --profile PROFILE
    ```

    Compare the account with the one in which the repository is. To sign as somebody else, name
    another profile in the helper: see profile-exists.

    ## Known limits
    A role that a wrapper assumes inside the helper is not seen.
    """
    if not aws.signs and (skip := not_signing(signer)):
        return skip
    try:
        identity = aws.identity()
    except Unavailable as unseen:
        return skipped(unseen.reason, code="identity-unknown")
    fact = Evidence(identity.arn, Origin("sts:GetCallerIdentity"))
    if identity.kind == "root":
        return warned(
            "these are the root user's credentials",
            fact,
            advice=(Advice("Use an IAM user or a role: AWS advises against root access keys"),),
            code="root",
        )
    return passed(_FITS.get(identity.kind, f"credentials of the kind {identity.kind}"), fact)
