"""The check ``git-credentials``."""

from __future__ import annotations

import re

from codecommit_doctor.check import (
    Advice,
    Aws,
    Endpoint,
    Evidence,
    GitCredential,
    Handshake,
    Origin,
    Result,
    Shape,
    Target,
    Unavailable,
    check,
    failed,
    no_helpers_asked,
    passed,
    skipped,
    warned,
)

_ORIGIN = Origin("iam:ListServiceSpecificCredentials")
_ERASE = Advice("Then erase the old password from the helper that answered")


@check(
    id="git-credentials",
    category="credentials",
    title="Are the Git credentials that are sent active?",
    why="An IAM user can have two user names with passwords for Git. They do not expire. If one is "
    "inactive, reset or deleted, CodeCommit answers 403, so Git never forgets it.",
    source="https://docs.aws.amazon.com/codecommit/latest/userguide/setting-up-gc.html#setting-up-gc-iam",
    after=("credential-handshake",),
    explains=("credential-handshake", "git-access/refused", "credential-handshake/no-answer"),
)
def git_credentials(target: Target, handshake: Handshake, aws: Aws, endpoint: Endpoint) -> Result:
    """## Symptom
    403 with a user name such as `alice-at-111122223333`, or `alice+1-at-111122223333` of the second
    set.

    ## How it looks
    Only where the handshake shows that Git sends such a user name: it looks the name up among the
    Git credentials of the IAM user whose access key is at hand
    (`iam:ListServiceSpecificCredentials`). Passwords can't be compared: AWS shows them only once.

    ## By hand
    In the IAM console, under Users, your name, Security credentials: "HTTPS Git credentials for
    AWS CodeCommit". Or on Windows, macOS and Linux; the second line activates the one whose
    `ServiceSpecificCredentialId` you name:

    ```shell
    aws iam list-service-specific-credentials --service-name codecommit.amazonaws.com
    aws iam update-service-specific-credential --service-specific-credential-id ID --status Active
    ```

    If the password is lost or was reset, make a new one; it is shown this once:

    ```shell
    aws iam reset-service-specific-credential --service-specific-credential-id ID
    ```

    Then erase the old password: see stored-credentials.

    ## Known limits
    Whether a password is the right one can't be told without sending it.
    """
    if skip := no_helpers_asked(target):
        return skip
    try:
        answer = handshake.answer()
        if answer.credential is None or answer.judgement.shape is not Shape.GIT_CREDENTIALS:
            return skipped("Git does not send Git credentials of an IAM user", code="not-used")
        name = answer.credential.username
        identity = aws.identity()
        if identity.kind != "user":
            return skipped(
                "only the IAM user itself, or an administrator, can look them up",
                code="not-visible",
            )
        if not _of_account(name, identity.account):
            return skipped(
                "they belong to another account than the access key at hand", code="other-account"
            )
        known = aws.git_credentials()
    except Unavailable as unseen:
        return skipped(unseen.reason, code="not-asked")
    found = _judged(name, known, identity.name)
    if found.code == "other-user" and _is_further_set(name, identity.name):
        return _gone(identity.name, found.evidence) if endpoint.refused(handshake) else found
    return found


def _of_account(name: str, account: str) -> bool:
    return name.rpartition("-at-")[2] == account


def _is_further_set(name: str, user: str) -> bool:
    """Whether it is ``USER+1-at-ACCOUNT``; an IAM user may have the name ``USER+1``, too."""
    return re.match(re.escape(user) + r"\+\d+-at-", name) is not None


def _gone(user: str, facts: tuple[Evidence, ...]) -> Result:
    return failed(
        f"the IAM user {user} has no Git credentials of that user name any more",
        *facts,
        advice=(Advice("Generate new ones in the IAM console"), _ERASE),
        code="gone",
    )


def _judged(name: str, known: tuple[GitCredential, ...], user: str) -> Result:
    facts = [Evidence(f"{found.user_name}: {found.status}", _ORIGIN) for found in known]
    own = next((found for found in known if found.user_name == name), None)
    if own is None and name.startswith(f"{user}-at-"):
        return _gone(user, tuple(facts))
    if own is None:
        return warned(
            f"these Git credentials do not belong to the IAM user {user}", *facts, code="other-user"
        )
    if own.status != "Active":
        return failed(
            f"the Git credentials that are sent are {own.status.lower()}",
            *facts,
            advice=(Advice("Activate them in the IAM console, or generate new ones"), _ERASE),
            code="inactive",
        )
    return passed("the Git credentials that are sent are active", *facts)
