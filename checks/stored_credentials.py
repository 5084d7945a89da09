"""The check ``stored-credentials``."""

from __future__ import annotations

from codecommit_doctor.check import (
    Advice,
    CredentialErasure,
    Evidence,
    Fix,
    Git,
    Helper,
    Host,
    Origin,
    Result,
    Shape,
    Status,
    Stored,
    Stores,
    Target,
    WindowsCredential,
    check,
    failed,
    no_helpers_asked,
    passed,
    skipped,
    warned,
)

_GUIDE = "https://docs.aws.amazon.com/codecommit/latest/userguide/troubleshooting-ch.html"


@check(
    id="stored-credentials",
    category="credentials",
    title="Is a password for CodeCommit stored that no longer works?",
    why="The AWS helper's password is good for 15 minutes; stored, it is refused for ever, because "
    "Git forgets a password only at a 401 and CodeCommit answers 403.",
    source=_GUIDE,
    after=("git-version", "git-configuration", "credential-manager-conflict"),
    explains=("credential-handshake/refused",),
)
def stored_credentials(target: Target, git: Git, host: Host, stores: Stores) -> Result:
    r"""## Symptom
    `The requested URL returned error: 403` at once and at every attempt, or on the day on which the
    AWS helper has no credentials.

    ## How it looks
    It reads the file of git-credential-store, if that is one of the helpers that Git asks for this
    address, and finds the entry that would be answered, by Git's own rules. A signature of the AWS
    helper tells when it was made; IAM Git credentials do not expire. On Windows and in WSL
    `cmdkey /list` tells which entries the Windows Credential Manager has for the host, without
    their passwords, if a helper is asked that keeps them there. Where a store stands before the AWS
    helper, that is the cause, and credential-manager-conflict mends both. A store behind the AWS
    helper is not asked.

    ## By hand
    A helper reads from its standard input what it has to erase; without it, it erases nothing. On
    macOS (or in Keychain Access):

    ```sh
    printf 'protocol=https\nhost=HOST\n\n' | git credential-osxkeychain erase
    ```

    On Linux, the line of the helper that is configured:

    ```sh
    printf 'protocol=https\nhost=HOST\n\n' | git credential-store erase
    ```

    ```sh
    printf 'protocol=https\nhost=HOST\n\n' | git credential-libsecret erase
    ```

    ```sh
    git credential-cache exit
    ```

    On Windows in Control Panel, Credential Manager, Windows Credentials; or in cmd or PowerShell,
    the second line for each target that the first one prints:

    ```bat
    cmdkey /list | findstr git-codecommit
    cmdkey /delete:TARGET
    ```

    Before Git 2.45 osxkeychain erases one entry each time: repeat it. Git Credential Manager
    stores one entry for each repository and access key, and erases by host only the one without a
    path: delete its entries in the system's own program.

    ## Fix safety
    The fix is safe: it erases one password that no longer works, and that can't be brought back.

    ## Known limits
    Keychains and git-credential-cache can't be read without asking them: they are not read here.
    """
    if skip := no_helpers_asked(target):
        return skip
    settings = git.credential(target)
    helpers = [entry.helper for entry in settings.chain]
    has_aws = any(helper.is_aws for helper in helpers)
    kept = [
        helper
        for helper in helpers
        if helper.name.lower() in _WINDOWS_STORES
        and (not host.is_wsl or ".exe" in helper.value.lower())  # else it is one of Linux
    ]
    if kept and (entries := host.windows_credentials(target.host)):
        return _in_windows(kept[0], entries, has_aws)
    if not any(helper.name.lower() == "store" for helper in helpers):
        return skipped(
            "no helper of this address keeps passwords in a file that can be read", code="no-store"
        )
    for place, helper in enumerate(helpers):
        found = stores.stored(target, helper, sends_path=settings.sends_path)
        if found is None:
            continue
        fact = Evidence(_shape(found), Origin.of_file(found.file, found.line))
        if not found.refused:
            return passed(f"the stored password may work: {_shape(found)}", fact)
        why = f"a stored password would be refused: {found.judgement.explanation[0]}"
        if any(other.is_aws for other in helpers[:place]):
            note = Advice("Delete that line: it answers as soon as the AWS helper does not")
            summary = "the AWS helper answers before the expired password that is stored"
            return Result(Status.PASS, summary, (fact,), (note,))
        if has_aws:
            advice = Advice(
                "The fix of credential-manager-conflict erases it together with its cause"
            )
            return warned(why, fact, advice=(advice,), code="expired-behind-helper")
        edits = (CredentialErasure(helper.value, found.request),)
        return failed(
            why, fact, fix=Fix("Erase this stored password", edits, _GUIDE), code="expired"
        )
    return passed("no password is stored for this address")


_WINDOWS_STORES = frozenset({"manager", "manager-core", "wincred", "winstore"})


def _in_windows(helper: Helper, entries: tuple[WindowsCredential, ...], has_aws: bool) -> Result:
    """What the Windows Credential Manager has for this host; whether it works can't be seen."""
    origin = Origin.command("cmdkey", "/list")
    facts = [Evidence(entry.target, origin) for entry in entries]
    summary = f"the Windows Credential Manager stores a password for this host ({len(entries)})"
    if not has_aws:
        return passed(summary, *facts)
    advice = tuple(
        Advice("Delete the stored password", entry.command)
        if entry.command
        else Advice(f"Delete {entry.target} in Control Panel, Credential Manager")
        for entry in entries
    )
    why = f"{summary}, and {helper.name} answers with it when the AWS helper does not"
    return warned(why, *facts, advice=advice, code="in-windows")


def _shape(found: Stored) -> str:
    return {
        Shape.AWS_SIGNATURE: "a signature of the AWS helper",
        Shape.GIT_CREDENTIALS: "IAM Git credentials",
    }.get(found.judgement.shape, "a password of another kind")
