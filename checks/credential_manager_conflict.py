"""The check ``credential-manager-conflict``."""

from __future__ import annotations

import re
from dataclasses import replace

from codecommit_doctor.check import (
    Advice,
    Answer,
    AskedHelper,
    CredentialErasure,
    Evidence,
    Fix,
    Flaw,
    Git,
    Handshake,
    Helper,
    Host,
    Netrc,
    Result,
    Shape,
    Signer,
    Status,
    Stores,
    Symptom,
    Target,
    check,
    failed,
    no_helpers_asked,
    passed,
    recipes,
    skipped,
    telling_sentence,
    versions,
    warned,
)

_FIRST = "answers first"

_How = tuple[tuple[Advice, ...], Fix | None]


@check(
    id="credential-manager-conflict",
    category="configuration",
    title="Does another credential helper answer before the AWS helper?",
    why="A credential manager keeps the AWS helper's password, which is good for 15 minutes, and "
    "replays it for ever: CodeCommit answers 403, and Git forgets a password only at a 401.",
    source="https://docs.aws.amazon.com/codecommit/latest/userguide/troubleshooting-ch.html"
    "#troubleshooting-windowshttps",
    after=("git-version", "git-configuration"),
    explains=("credential-handshake/refused", "credential-handshake"),
    symptoms=(
        Symptom(
            r"git: 'credential-(?!aws|!)[\w-]+' is not a git command"
            r"|credential-manager(?:-core)?(?:\.exe)?: (?:command )?not found",
            "A credential helper is configured that is not installed.",
        ),
        Symptom(
            r"run_command: .*credential-(?:manager|osxkeychain|wincred|store|cache|libsecret)"
            r"|exec: .*credential-(?:manager|osxkeychain|wincred|store|cache|libsecret)"
            r"|GitCredentialManager\.|Microsoft\.Git\.CredentialManager",
            "Git asked another credential helper than the AWS helper. If that one has an answer, "
            "it is sent, and the AWS helper is not asked.",
        ),
        Symptom(
            r"failed to (?:get|store|erase): -\d+|git-credential-osxkeychain"
            r"|SecKeychain\w+: |errSecInteractionNotAllowed|User interaction is not allowed"
            r"|could not be found in the keychain|user name or passphrase you entered is not",
            "The keychain of macOS is in the chain of helpers for CodeCommit: it stores the "
            "AWS helper's password and returns it when it has expired.",
        ),
        Symptom(
            r"connect to Secret Service|Cannot autolaunch D-Bus|credential-libsecret: "
            r"|org\.freedesktop\.secrets|in a locked collection|keyring is locked"
            r"|prompt dismissed|KWallet",
            "The keyring of the desktop is in the chain of helpers for CodeCommit, and can't "
            "be reached here.",
        ),
        Symptom(
            r"Failed to write item to store|stub received bad data|0x6f7|array bounds are invalid"
            r"|Failed to enumerate credentials|Unable to persist credentials with"
            r"|auto-detection of host provider took too long"
            r"|complete authentication in your browser"
            r"|Cannot prompt because user interactivity has been disabled"
            r"|credential-manager-core was renamed|No credential store has been selected"
            r"|Password store has not been initialized|Failed to (?:de|en)crypt file '.*with gpg"
            r"|failed to read item in store|specified logon session does not exist"
            r"|CredentialWrite failed"
            r"|use ctrl\+c to cancel basic credential prompt|HttpRequestException encountered"
            r"|Unable to connect to the remote server|An error occurred while sending the request",
            "Git Credential Manager is in the chain of helpers for CodeCommit: it "
            "stores the AWS helper's password, or asks for one itself.",
        ),
    ),
)
def credential_manager_conflict(
    target: Target,
    git: Git,
    signer: Signer,
    handshake: Handshake,
    host: Host,
    netrc: Netrc,
    stores: Stores,
) -> Result:
    """## Symptom
    It works, and 15 minutes later every command ends with `The requested URL returned error: 403`;
    or a window of a credential manager asks for a password. On Windows also
    `Failed to write item to store. [0x6f7] The stub received bad data`: Windows stores no user name
    of more than 513 characters, and that of temporary credentials holds the session token.

    ## How it looks
    It builds the chain of helpers that Git asks for this address: every `credential.helper` that
    applies, in the order of system, global, local and worktree configuration, where an empty value
    takes away all before it. A helper that stands before the AWS helper answers first. The
    handshake (see `credential-handshake`) shows whether it does answer, and with what: anything
    but a good signature is a failure, IAM Git credentials are a warning. git-credential-netrc
    stores nothing, so it matters only where it has an entry for the host. A helper that Git does
    not find is a warning. One that stands after the AWS helper is never asked while the AWS helper
    answers, which is well.

    ## By hand
    Let only the AWS helper answer for the CodeCommit host. The global file is read by every Git of
    this machine, and Git Credential Manager stays for all other hosts:

    {reset}

    What was stored is no longer asked for. To erase it too, see stored-credentials. If the clone's
    own configuration names a store, remove it there: `git config --local --edit` opens the file.
    Git before 2.9 knows no reset: there the other helper has to go.

    ## Fix safety
    The fix is safe: it adds or completes a section for CodeCommit hosts, behind all others. Other
    hosts keep their credential manager. It also erases the expired password where the helper that
    stores it can be told to.

    ## Known limits
    Keychains and Git Credential Manager are not opened: what they hold is known from what they
    answer alone.
    """
    if skip := no_helpers_asked(target):
        return skip
    if not signer.aws_helpers:
        return skipped("no AWS credential helper applies to this address", code="no-aws-helper")
    answer = handshake.seen()
    before = [
        asked
        for asked in signer.before
        if not asked.helper.is_for_other_hosts and not _has_no_entry(asked, answer, target, netrc)
    ]
    behind = [asked for asked in signer.behind if asked.helper.credential_store]
    aws = signer.aws_helpers[0]
    facts = [_with_meaning(asked, answer) for asked in before]
    facts += [asked.evidence for asked in behind]
    is_asked = not any(fact.meaning == _FIRST for fact in facts)
    facts.append(aws.evidence if is_asked else replace(aws.evidence, meaning="never asked"))
    if before:
        there = [asked.helper for asked in (*before, *behind) if not _is_missing(asked, answer)]
        how = _how(target, git, signer, host, stores, there)
        result = _answering_first(before, answer, facts, how)
        return result if _is_whole(signer) else replace(result, mend_first=("credential-helper",))
    if behind:
        name = behind[0].helper.name
        note = Advice(f"{name} stores each password of the AWS helper, and is not asked for it")
        why = "the AWS helper is asked first"
        return Result(Status.PASS, why, tuple(facts), (note,))
    return passed("only the AWS helper is asked", *facts)


def _is_whole(signer: Signer) -> bool:
    """Whether it is known how the AWS helper, which shall answer alone, is rightly written.

    Of several the last one is the narrowest: the user's own choice for this address.
    """
    return signer.aws_helpers[-1].helper.corrected is not None


def _with_meaning(asked: AskedHelper, answer: Answer | None) -> Evidence:
    is_answer = answer is not None and asked.entry == answer.by
    return replace(asked.evidence, meaning=_FIRST if is_answer else "asked first")


def _has_no_entry(asked: AskedHelper, answer: Answer | None, target: Target, netrc: Netrc) -> bool:
    """Whether it is git-credential-netrc, which stores nothing, and holds nothing for the host."""
    if asked.helper.name.lower() != "netrc":
        return False
    if answer and answer.by:
        return answer.by != asked.entry
    return netrc.answering(target) is None


def _answering_first(
    before: list[AskedHelper], answer: Answer | None, facts: list[Evidence], how: _How
) -> Result:
    """What it means that others are asked before the AWS helper; the handshake tells who answers.

    how: the advice and the fix.
    """
    if answer and (proved := _proved(before, answer, facts, how)):
        return proved
    advice, fix = how
    there = [asked.helper for asked in before if not _is_missing(asked, answer)]
    if known := [helper for helper in there if helper.credential_store]:
        why = f"Git asks {known[0].name} ({known[0].credential_store}) before the AWS helper"
        return failed(
            why,
            *facts,
            code="asked-first",
            advice=advice,
            fix=fix,
            explains=("credential-handshake/refused",),  # it had no answer to give just now
        )
    if there:
        why = f"Git asks {there[0].name} before the AWS helper, and it may answer"
        return warned(why, *facts, code="may-answer", advice=advice, fix=fix)
    why = (
        f"Git looks for {before[0].helper.name} before it asks the AWS helper, and does not find it"
    )
    return warned(why, *facts, code="not-found", advice=advice, fix=fix)


def _proved(
    before: list[AskedHelper], answer: Answer, facts: list[Evidence], how: _How
) -> Result | None:
    """What is known of a helper that failed or answered just now."""
    advice, fix = how
    if said := _crash(before, answer):
        why = f"{_label(before[0].helper)} fails before Git asks the AWS helper: {said}"
        return warned(why, *facts, code="crashes", advice=advice, fix=fix)
    other = next((asked.helper for asked in before if asked.entry == answer.by), None)
    if other is None:
        return None
    if answer.judgement.refused:
        expired = Flaw.OLD in answer.judgement.flaws
        what = "an expired password" if expired else "a password that CodeCommit refuses"
        why = f"{_label(other)} answers before the AWS helper, with {what}"
        return failed(why, *facts, confirmed=True, code="answers-first", advice=advice, fix=fix)
    if answer.judgement.shape is Shape.GIT_CREDENTIALS:
        return warned(
            f"{_label(other)} answers before the AWS helper, with IAM Git credentials: the AWS "
            "helper is never asked",
            *facts,
            advice=(
                Advice(
                    f"If the AWS helper shall answer, remove {_label(other)} from the place above; "
                    "if not, remove the AWS helper"
                ),
            ),
            code="git-credentials",
        )
    if answer.judgement.shape is Shape.OTHER:
        why = f"{_label(other)} answers before the AWS helper, with no AWS signature"
        return failed(why, *facts, confirmed=True, code="answers-otherwise", advice=advice, fix=fix)
    if other.credential_store:
        return None
    return passed(f"{other.name} answers before the AWS helper, with a good signature", *facts)


def _crash(before: list[AskedHelper], answer: Answer) -> str | None:
    """What the one helper in front of an AWS helper that answered said as it failed.

    One that would have asked a person, and may not here, has not failed.
    """
    if len(before) != 1 or answer.by is None or not answer.by.helper.is_aws:
        return None
    if before[0].entry not in answer.broken or _is_missing(before[0], answer):
        return None
    said = "\n".join(answer.said)
    if re.search(r"prompt|interactiv|terminal|cancel", said, re.IGNORECASE):
        return None
    return telling_sentence(said) if said else "it gives no reason"


def _label(helper: Helper) -> str:
    return helper.credential_store or helper.name


_NOT_FOUND = 127
"""The exit code of a shell that does not find a program. Source: POSIX, Shell Command Language."""


def _is_missing(asked: AskedHelper, answer: Answer | None) -> bool:
    """Whether Git or its shell said that there is no such program."""
    if answer is None:
        return False
    said = f"'credential-{asked.helper.value.split()[0]}' is not a git command"
    ended = dict(zip(answer.asked or (), answer.codes, strict=False))
    return ended.get(asked.entry) == _NOT_FOUND or any(said in line for line in answer.said)


def _how(
    target: Target, git: Git, signer: Signer, host: Host, stores: Stores, others: list[Helper]
) -> _How:
    """The fix, and what no file can tell. others: the helpers that are installed."""
    value = signer.aws_helpers[-1].helper.corrected
    title = "Let only the AWS helper answer for CodeCommit"
    fix = recipes.reset_chain(target, git, git.credential(target), value, title=title)
    storing = [helper for helper in others if helper.credential_store]
    if fix:
        fix = replace(fix, edits=(*fix.edits, *_erasures(target, git, stores, others)))
    advice = []
    if not git.at_least(versions.GIT_RESET):
        why = f"Git before {versions.GIT_RESET} has no reset"
        advice.append(Advice(f"{why}: remove the other helper, or upgrade"))
    elif not _is_whole(signer):
        advice.append(Advice("Mend the AWS helper first: see credential-helper"))
    elif fix is None:
        advice.append(
            Advice("Remove the helper from the command line or the GIT_CONFIG_* variables")
        )
    if storing:
        stored_there = host.windows_credentials(target.host)
        commands = [entry.command for entry in stored_there if entry.command]
        text = f"Erase the CodeCommit password that {_label(storing[0])} holds"
        if storing[0].name == "osxkeychain" and not git.at_least(versions.GIT_KEYCHAIN_ERASES_ALL):
            text += ", one entry each time: repeat it"
        by_hand = _erase(text, storing[0].name.lower(), target.host)
        advice += [Advice(text, command, optional=True) for command in commands] or [by_hand]
    return tuple(advice), fix


def _erase(text: str, name: str, host: str) -> Advice:
    """How to erase a stored password: a helper reads what to erase from its input."""
    if name == "cache":
        return Advice(text, ("git", "credential-cache", "exit"), optional=True)
    if name not in ("osxkeychain", "libsecret", "wincred"):
        return Advice(f"{text}, if any", optional=True)
    question = ("protocol=https", f"host={host}", "")
    return Advice(text, ("git", f"credential-{name}", "erase"), question, optional=True)


def _erasures(
    target: Target, git: Git, stores: Stores, others: list[Helper]
) -> list[CredentialErasure]:
    """Erases what can be seen to be stored and of no use: a signature that CodeCommit refuses."""
    sends_path = git.credential(target).sends_path
    found = [(helper, stores.stored(target, helper, sends_path=sends_path)) for helper in others]
    erasures = [
        CredentialErasure(h.value, entry.request) for h, entry in found if entry and entry.refused
    ]
    return list(dict.fromkeys(erasures))
