"""The check ``kms-key``."""

from __future__ import annotations

from codecommit_doctor.check import (
    Advice,
    Aws,
    Evidence,
    Origin,
    Result,
    Target,
    check,
    failed,
    passed,
    skipped,
    warned,
)
from codecommit_doctor.probes.aws import Unavailable

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


@check(
    id="kms-key",
    category="account",
    title="Can the key that encrypts the repository be used?",
    why="A repository can be encrypted with a key of your own; once it is disabled or about to be "
    "deleted, nobody can read or write the repository.",
    source="https://docs.aws.amazon.com/codecommit/latest/userguide/encryption.html",
    after=("aws-credentials", "repository-exists"),
    explains=("git-access/refused",),
)
def kms_key(target: Target, aws: Aws) -> Result:
    """## Symptom
    403 for everybody who uses the repository, or `EncryptionKeyDisabledException` from the AWS
    CLI.

    ## How it looks
    `codecommit:GetRepository` tells which key it is, `kms:DescribeKey` tells its state.

    ## By hand
    On Windows, macOS and Linux alike:

        aws codecommit get-repository --repository-name NAME --query repositoryMetadata.kmsKeyId
        aws kms describe-key --key-id ID --query KeyMetadata.KeyState

    Whoever manages the key can enable it with `aws kms enable-key`, or stop its deletion with
    `aws kms cancel-key-deletion`.
    """
    region = target.region or aws.region
    if target.repository is None or region is None or not aws.signs:
        return skipped("no repository is named, or no AWS helper applies", code="not-named")
    try:
        repository = aws.repository(target.repository, region)
    except Unavailable as unseen:
        if unseen.code in _SAID:
            summary = f"the repository's encryption key {_SAID[unseen.code]}"
            fact = Evidence(unseen.code, Origin("codecommit:GetRepository"))
            return failed(summary, fact, advice=_ADVICE, confirmed=True, code="unusable")
        return skipped(unseen.reason, code="not-asked")
    if repository is None:
        return skipped("there is no such repository", code="no-repository")
    if repository.key_id is None:
        return passed("no key of its own is named: it is the AWS managed key")
    named = Evidence(f"key {repository.key_id}", Origin("codecommit:GetRepository"))
    try:
        key = aws.key(repository.key_id, region)
    except Unavailable as unseen:
        if unseen.code == "NotFoundException":
            return failed(
                "the repository's encryption key does not exist",
                named,
                advice=_ADVICE,
                code="unknown-key",
            )
        return skipped(unseen.reason, named, code="not-seen")
    state, manager = str(key.get("KeyState", "")), str(key.get("KeyManager", ""))
    fact = Evidence(f"KeyState {state}, KeyManager {manager}", Origin("kms:DescribeKey"))
    if state in _UNUSABLE:
        summary = f"the repository's encryption key {_UNUSABLE[state]}"
        return failed(summary, named, fact, advice=_ADVICE, code="unusable")
    if state != "Enabled":
        return warned(
            f"the repository's encryption key is in the state {state}",
            named,
            fact,
            code="other-state",
        )
    whose = "the AWS managed key" if manager == "AWS" else "a customer managed key"
    return passed(f"{whose} is enabled", named, fact)


_ADVICE = (Advice("Ask whoever manages the key to enable it, or to stop its deletion"),)
