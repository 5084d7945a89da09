"""The check ``credential-manager-conflict``."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from codecommit_doctor.check import (
    Advice,
    Evidence,
    Git,
    Handshake,
    Helper,
    Result,
    Symptom,
    Target,
    check,
    failed,
    no_helpers_asked,
    passed,
    skipped,
    warned,
)
from codecommit_doctor.fixes import CredentialErasure
from codecommit_doctor.fixes.recipes import reset_chain
from codecommit_doctor.probes.git_config import Entry
from codecommit_doctor.probes.handshake import Answer
from codecommit_doctor.probes.store import stored
from codecommit_doctor.rules.signature import Shape


@check(
    id="credential-manager-conflict",
    category="configuration",
    title="Does another helper answer before the AWS helper, or store after it?",
    why="A credential manager keeps the AWS helper's password, which is good for 15 minutes, and "
    "replays it for ever: CodeCommit answers 403, and Git forgets a password only at a 401.",
    source="https://docs.aws.amazon.com/codecommit/latest/userguide/troubleshooting-ch.html",
    after=("git-version", "git-configuration"),
    explains=("credential-handshake/refused", "credential-handshake"),
    symptoms=(
        Symptom(
            r"git: 'credential-(?!aws|!)[\w-]+' is not a git command"
            r"|credential-manager(?:-core)?(?:\.exe)?: (?:command )?not found",
            "A credential helper is configured that is not installed.",
        ),
        Symptom(
            r"Failed to write item to store|stub received bad data|0x6f7"
            r"|Failed to enumerate credentials"
            r"|Cannot prompt because user interactivity has been disabled"
            r"|credential-manager-core was renamed|No credential store has been selected",
            "Git Credential Manager stands in the chain of helpers for CodeCommit: it "
            "stores the AWS helper's password, or asks for one itself.",
        ),
    ),
)
def credential_manager_conflict(target: Target, git: Git, handshake: Handshake) -> Result:
    """## Symptom
    It works, and 15 minutes later every command ends with `The requested URL returned error: 403`;
    or a window of a credential manager asks for a password.

    ## How it looks
    It builds the chain of helpers that Git asks for this address: every `credential.helper` that
    applies, in the order of system, global, local and worktree configuration, where an empty value
    takes away all before it. A helper that stands before the AWS helper answers first; one that
    stands after it is offered each password to store. If one comes first, the handshake (see
    `credential-handshake`) shows whether it does answer, and with a password that is refused. A
    helper that Git does not find, or that answers with IAM Git credentials, is only a warning.

    ## By hand
    Reset the chain for the CodeCommit host alone, in the global configuration, which every Git of
    this machine reads, and behind every general helper of that file:

        [credential "https://git-codecommit.us-east-2.amazonaws.com"]
            helper =
            helper = !aws codecommit credential-helper $@
            UseHttpPath = true

    Then erase what was stored: on Windows in Control Panel, Credential Manager, Windows
    Credentials; on macOS in Keychain Access, or with `git credential-osxkeychain erase`; on Linux
    with the `erase` command of the helper. Git before 2.9 knows no reset: there the other helper
    has to go.
    """
    if skip := no_helpers_asked(target):
        return skip
    settings = git.credential(target)
    helpers = [(entry, Helper(entry.value or "")) for entry in settings.chain]
    first = next((i for i, (_, helper) in enumerate(helpers) if helper.is_meant_as_aws), None)
    if first is None:
        return skipped("no AWS credential helper applies to this address")
    aws = helpers[first][0]
    before = [pair for pair in helpers[:first] if not pair[1].is_for_other_hosts]
    after = [pair for pair in helpers[first + 1 :] if pair[1].keeper]
    facts = [Evidence.of_setting(entry) for entry, _ in (*before, *after)]
    facts.append(Evidence.of_setting(aws))
    # of several AWS helpers the last one is the narrowest: the user's own choice for this address
    meant = [entry for entry, helper in helpers if helper.is_meant_as_aws][-1]
    how = _how(target, git, meant, [helper for _, helper in (*before, *after)])
    if before:
        return _answering_first([helper for _, helper in before], handshake, facts, how)
    if after:
        return warned(
            f"{after[0][1].name} ({after[0][1].keeper}) stores each password of the AWS helper",
            *facts,
            **how,
        )
    return passed("the AWS helper is asked alone", *facts)


def _answering_first(
    before: list[Helper], handshake: Handshake, facts: list[Evidence], how: dict[str, Any]
) -> Result:
    """What it means that others are asked before the AWS helper; the handshake tells who answers.

    how: the fix and the advice.
    """
    answer = handshake.seen()
    other = _other(answer)
    if other and answer and answer.judgement.refused:
        why = f"{other.name} answers before the AWS helper, with a password that is refused"
        return failed(why, *facts, confirmed=True, **how)
    if other and answer and answer.judgement.shape is Shape.GIT_CREDENTIALS:
        return warned(
            f"{other.name} answers before the AWS helper, with IAM Git credentials: the AWS "
            "helper is never asked",
            *facts,
            advice=(Advice("Take out whichever of the two is not meant"),),
        )
    known = [helper for helper in before if helper.keeper]
    if here := [helper for helper in known if not _is_missing(helper, answer)]:
        why = f"Git asks {here[0].name} ({here[0].keeper}) before the AWS helper"
        return failed(why, *facts, **how)
    if known:
        why = f"Git looks for {known[0].name} before it asks the AWS helper, and does not find it"
    else:
        why = f"Git asks {before[0].name} before the AWS helper, and it may answer"
    return warned(why, *facts, **how)


def _other(answer: Answer | None) -> Helper | None:
    """The helper that answers, if it is not the AWS helper."""
    helper = Helper(answer.by.value or "") if answer and answer.by else None
    return helper if helper and not helper.is_aws else None


def _is_missing(helper: Helper, answer: Answer | None) -> bool:
    """Whether Git said that there is no such program."""
    said = f"'credential-{helper.value.split()[0]}' is not a git command"
    return answer is not None and any(said in line for line in answer.said)


def _how(target: Target, git: Git, aws: Entry, others: list[Helper]) -> dict[str, Any]:
    """The fix, and what no file can tell."""
    fix = reset_chain(
        target,
        git,
        git.credential(target),
        Helper(aws.value or "").corrected or aws.value or "",
        title="Reset the chain of helpers for CodeCommit hosts, and name the AWS helper again",
    )
    names = [helper.name for helper in others if helper.keeper]
    if fix:
        fix = replace(fix, edits=(*fix.edits, *_erasures(target, git, others)))
    advice = []
    if fix is None and not git.at_least("2.9"):
        advice.append(Advice("Git before 2.9 has no reset: remove the other helper, or upgrade"))
    elif fix is None:
        advice.append(
            Advice("Take the helper out of the command line or the GIT_CONFIG_* variables")
        )
    if names:
        advice.append(Advice(f"Erase the CodeCommit password that {names[0]} has stored, if any"))
    return {"advice": tuple(advice), "fix": fix}


def _erasures(target: Target, git: Git, others: list[Helper]) -> list[CredentialErasure]:
    """Erases what can be seen to be stored and of no use: a signature that CodeCommit refuses."""
    sends_path = git.credential(target).sends_path
    found = [(helper, stored(target, helper.value, sends_path=sends_path)) for helper in others]
    erasures = [
        CredentialErasure(h.value, entry.request) for h, entry in found if entry and entry.refused
    ]
    return list(dict.fromkeys(erasures))
