"""The check ``kms-key``."""

from __future__ import annotations

from codecommit_doctor.check import (
    Advice,
    Aws,
    Evidence,
    Origin,
    Result,
    Signer,
    Symptom,
    Target,
    Unavailable,
    check,
    failed,
    not_signing,
    passed,
    skipped,
    warned,
)

_UNUSABLE = {
    "Disabled": "is disabled",
    "PendingDeletion": "is about to be deleted",
    "PendingReplicaDeletion": "is about to be deleted",
    "PendingImport": "has no key material",
    "Unavailable": "is not available: its key store is disconnected",
}

_SAID = {
    "EncryptionKeyDisabledException": "is disabled",
    "EncryptionKeyNotFoundException": "does not exist",
    "EncryptionKeyAccessDeniedException": "may not be used by you",
    "EncryptionKeyUnavailableException": "is not available",
    "EncryptionKeyInvalidUsageException": "is not made for encryption",
}

_CODES = {
    "Disabled": "disabled",
    "PendingDeletion": "will-be-deleted",
    "PendingReplicaDeletion": "will-be-deleted",
    "PendingImport": "no-key-material",
    "Unavailable": "not-available",
    "EncryptionKeyDisabledException": "disabled",
    "EncryptionKeyNotFoundException": "unknown-key",
    "EncryptionKeyAccessDeniedException": "access-denied",
    "EncryptionKeyUnavailableException": "not-available",
    "EncryptionKeyInvalidUsageException": "wrong-usage",
}


@check(
    id="kms-key",
    category="account",
    title="Can the key that encrypts the repository be used?",
    why="A repository can be encrypted with a key of your own; once it is disabled or about to be "
    "deleted, nobody can read or write the repository.",
    source="https://docs.aws.amazon.com/codecommit/latest/userguide/encryption.html",
    after=("aws-credentials", "repository-exists"),
    explains=("git-access/refused",),
    symptoms=(
        Symptom(
            r"EncryptionKey\w*Exception|KMSInvalidStateException|EncryptionKeyDisabled"
            r"|EncryptionKeyNotFound|EncryptionKeyUnavailable",
            "The repository's encryption key can't be used.",
        ),
    ),
)
def kms_key(target: Target, aws: Aws, signer: Signer) -> Result:
    """## Symptom
    403 for everybody who uses the repository, or `EncryptionKeyDisabledException` from the AWS
    CLI.

    ## How it looks
    `codecommit:GetRepository` tells which key it is, `kms:DescribeKey` tells its state.

    ## By hand
    ### See the key and its state
    On Windows, macOS and Linux:

    ```shell
    aws codecommit get-repository --repository-name NAME --region REGION --query repositoryMetadata.kmsKeyId
    aws kms describe-key --key-id KEY --region REGION --query KeyMetadata.KeyState
    ```

    ### It is disabled
    An administrator of the key, with a profile of the key's account:

    ```shell
    aws kms enable-key --key-id KEY --region REGION --profile PROFILE
    ```

    ### It waits for its deletion
    The first line stops the deletion and leaves the key disabled:

    ```shell
    aws kms cancel-key-deletion --key-id KEY --region REGION --profile PROFILE
    aws kms enable-key --key-id KEY --region REGION --profile PROFILE
    ```

    ## Known limits
    Whether you are allowed to use the key is the question of kms-deny. What a key store outside of
    KMS answers is not seen.
    """  # noqa: E501
    region = target.region or aws.region
    if not aws.signs and (skip := not_signing(signer)):
        return skip
    if target.repository is None or region is None:
        return skipped("the address lacks a repository name or a region", code="not-named")
    try:
        repository = aws.repository(target.repository, region)
    except Unavailable as unseen:
        if unseen.code not in _SAID:
            return skipped(unseen.reason, code="not-asked")
        summary = f"the repository's KMS key {_SAID[unseen.code]}"
        fact = Evidence(unseen.code, Origin("codecommit:GetRepository"))
        code = _CODES[unseen.code]
        advice = (Advice(_ALLOW),) if code == "access-denied" else _enable("KEY-ID", region, code)
        return failed(summary, fact, advice=advice, confirmed=True, code=code)
    if repository is None:
        return skipped("there is no such repository", code="no-repository")
    if repository.key_id is None:
        return passed("CodeCommit names no key: it is the AWS managed key aws/codecommit")
    named = Evidence(f"key {repository.key_id}", Origin("codecommit:GetRepository"))
    try:
        key = aws.key(repository.key_id, region)
    except Unavailable as unseen:
        if unseen.code == "NotFoundException":
            summary = "the repository's KMS key does not exist"
            return failed(summary, named, advice=(Advice(_LOST),), code="unknown-key")
        return skipped(unseen.reason, named, code="not-seen")
    state, manager = str(key.get("KeyState", "")), str(key.get("KeyManager", ""))
    fact = Evidence(f"KeyState {state}, KeyManager {manager}", Origin("kms:DescribeKey"))
    if state in _UNUSABLE:
        summary, code = f"the repository's KMS key {_UNUSABLE[state]}", _CODES[state]
        advice = _enable(repository.key_id, region, code)
        return failed(summary, named, fact, advice=advice, code=code)
    if state != "Enabled":
        summary = f"the repository's KMS key is in the state {state}"
        return warned(summary, named, fact, code="other-state")
    whose = "the AWS managed key" if manager == "AWS" else "a customer managed key"
    return passed(f"{whose} is enabled", named, fact)


_ALLOW = (
    "Ask an administrator of the key: CodeCommit must be allowed to use it in your name; see "
    "the check kms-deny for the actions"
)
_LOST = "Ask whoever managed the key: without it the repository can't be read any more"


def _enable(key: str, region: str, code: str) -> tuple[Advice, ...]:
    """What an administrator of the key runs."""
    place = ("--key-id", key, "--region", region)
    steps = []
    if code == "will-be-deleted":
        text = "Ask an administrator of the key to stop its deletion, which leaves it disabled:"
        steps.append(Advice(text, ("aws", "kms", "cancel-key-deletion", *place)))
    if code in ("will-be-deleted", "disabled"):
        text = (
            "and then to enable it:" if steps else "Ask an administrator of the key to enable it:"
        )
        steps.append(Advice(text, ("aws", "kms", "enable-key", *place)))
    return tuple(steps) or (Advice("Ask an administrator of the key to make it available again"),)
