"""The check ``config-shadowing``."""

from __future__ import annotations

from dataclasses import replace

from codecommit_doctor.check import (
    Advice,
    CredentialSettings,
    Entry,
    Evidence,
    Git,
    Handshake,
    Origin,
    Profiles,
    Result,
    Signer,
    Target,
    UnreadFiles,
    by_hand,
    check,
    failed,
    no_helpers_asked,
    passed,
    recipes,
    skipped,
    telling_sentence,
    told_why,
    warned,
)

_SCOPES = ("system", "global", "local", "worktree", "command")


@check(
    id="config-shadowing",
    category="configuration",
    title="Is the AWS helper undone by another part of Git's configuration?",
    why="Git asks helpers from the widest scope to the narrowest, so that the first AWS helper "
    "answers and not the nearest; and an empty helper removes all before it.",
    source="https://git-scm.com/docs/gitcredentials",
    after=("git-version", "git-configuration"),
    explains=("credential-handshake", "git-access/refused", "credential-handshake/no-answer"),
)
def config_shadowing(
    target: Target,
    git: Git,
    signer: Signer,
    profiles: Profiles,
    handshake: Handshake,
    unread_files: UnreadFiles,
) -> Result:
    """## Symptom
    403 for another IAM user than the one that this clone is configured for; or a prompt, though
    an AWS helper is configured.

    ## How it looks
    It builds the chain of helpers for this address and looks for an AWS helper that an empty value
    takes away (`git-credential-manager configure`, which its updates run, writes such a value for
    all hosts behind CodeCommit's section); for two AWS helpers with different profiles, of which
    the wider one answers; for an AWS helper that gives no password, though Git works by the one
    behind it; and, where no AWS helper applies at all, for one in a file that Git does
    not read here: because of GIT_CONFIG_GLOBAL, in WSL in the home of Windows, or in an include
    whose condition does not hold. Where Git has no helper at all, it looks for includes of files
    that are not there, which Git passes over without a word.

    ## By hand
    ### An empty value takes the helper away
    {reset}

    ### The environment takes it away
    An empty value in the variables `GIT_CONFIG_COUNT`, `GIT_CONFIG_KEY_0` and so on counts behind
    every file. On macOS and Linux:

    ```sh
    unset GIT_CONFIG_COUNT
    ```

    In cmd:

    ```bat
    set GIT_CONFIG_COUNT=
    ```

    In PowerShell:

    ```powershell
    Remove-Item Env:GIT_CONFIG_COUNT
    ```

    ### Another IAM user in one clone
    The clone's own section has to begin with a reset, in the clone:

    {reset of the clone}

    ## Fix safety
    The fix is safe: it adds or completes a section for CodeCommit hosts, behind all others, and
    leaves every other helper as it is.

    ## Known limits
    What the environment or a client's command line sets comes behind every file: it is named, and
    can't be mended in a file.
    """
    if skip := no_helpers_asked(target):
        return skip
    settings = git.credential(target)
    removed = [e for e in settings.removed if e.helper.is_meant_as_aws]
    if lost := _passed_over(signer, handshake):
        return lost
    if signer.aws_helpers:
        return _outranked(target, git, signer, profiles) or passed(
            "the nearest AWS helper is the one that answers",
            *(asked.evidence for asked in signer.aws_helpers),
        )
    if removed:
        return _taken_away(target, git, settings, removed[-1], handshake)
    if any(e.helper.is_meant_as_aws for e in settings.others):
        why = "the AWS helper is configured for other hosts: see credential-helper"
        return skipped(why, code="other-hosts")
    if unread := _unread(unread_files, settings):
        return unread
    return skipped("no AWS credential helper applies to this address", code="no-aws-helper")


def _taken_away(
    target: Target,
    git: Git,
    settings: CredentialSettings,
    removed: Entry,
    handshake: Handshake,
) -> Result:
    behind = settings.matching[settings.matching.index(removed) :]
    reset = next(e for e in behind if e.key.endswith(".helper") and e.value == "")
    facts = (
        Evidence.of_setting(removed, "removed"),
        Evidence.of_setting(reset, "removes it"),
    )
    is_generic = removed.subsection is not None and reset.subsection is None
    answer = handshake.seen()
    works = answer is not None and answer.credential and not answer.judgement.refused
    if settings.chain and (works or not is_generic):
        other = settings.chain[0].helper.name
        return passed(f"{other} is chosen for this address instead of the AWS helper", *facts)
    fix = recipes.reset_chain(
        target,
        git,
        settings,
        removed.helper.corrected or removed.value,
        title="Name the AWS helper again behind the empty one",
    )
    where = "Remove the empty helper: git -c or a GIT_CONFIG_* variable sets it"
    advice = by_hand(fix, where)
    if not settings.chain:
        why = "an empty helper removes the AWS helper"
        return failed(why, *facts, advice=advice, fix=fix, code="taken-away")
    answers = Evidence.of_setting(settings.chain[0], "answers instead")
    why = "an empty helper for all hosts removes the AWS helper of CodeCommit's section"
    by_configure = "taken-away-by-configure"
    if answer is None:
        return warned(why, *facts, answers, advice=advice, fix=fix, code=by_configure)
    return failed(why, *facts, answers, advice=advice, fix=fix, confirmed=True, code=by_configure)


def _outranked(target: Target, git: Git, signer: Signer, profiles: Profiles) -> Result | None:
    """Two AWS helpers with different profiles: the one that answers should be the nearer one."""
    found = [
        (asked.entry, asked.helper.aws.profile or profiles.default_name())
        for asked in signer.aws_helpers
        if not asked.helper.aws.opaque and asked.flaw is None
    ]
    if len({profile for _, profile in found}) < 2:
        return None
    (first, answers), (last, meant) = (
        found[0],
        max(reversed(found), key=lambda pair: _nearness(pair[0])),
    )
    facts = [
        Evidence.of_setting(entry, "answers first" if entry == first else "never asked")
        for entry, _ in found
    ]
    if answers == meant:
        return None
    if _nearness(last) == _nearness(first):
        return warned(
            f"two AWS helpers are configured; the first one answers, with the profile {answers}",
            *facts,
            advice=(Advice("Remove the one that you do not want"),),
            code="two-profiles",
        )
    title = "Begin the nearer section with a reset"
    fix = recipes.reset_chain(target, git, git.credential(target), last.value, title=title)
    advice = by_hand(fix, "Put an empty helper in front of the nearer one")
    return failed(
        f"the AWS helper with the profile {answers} answers before the nearer one with {meant}",
        *facts,
        advice=advice,
        fix=fix,
        code="outranked",
    )


def _passed_over(signer: Signer, handshake: Handshake) -> Result | None:
    """An AWS helper that gives no password: Git works by the next one, and starts both each time.

    What is wrong with the words of one is the business of credential-helper.
    """
    lost = [asked for asked in signer.passed_over if not asked.helper.flaw]
    answer = handshake.seen()
    if not lost or answer is None or answer.by is None:
        return None
    said = "\n".join(line for line in answer.said if told_why(line))
    why = f" ({telling_sentence(said)})" if said else ""
    by = next(asked for asked in signer.chain if asked.entry == answer.by)
    who = "the next AWS helper" if by.helper.is_aws else by.helper.name
    return warned(
        f"the first AWS helper gives no password{why}; Git works, because {who} answers",
        *(replace(asked.evidence, meaning="gives no password") for asked in lost),
        replace(by.evidence, meaning="answers"),
        advice=(Advice("Remove the one that gives no password, or mend it"),),
        code="passed-over",
    )


def _nearness(entry: Entry) -> tuple[int, bool, bool, int]:
    """How exactly a section is meant for one address: its scope first."""
    scope = _SCOPES.index(entry.scope) if entry.scope in _SCOPES else 0
    section = entry.subsection or ""
    return scope, bool(section), "*" not in section, section.count("/")


def _unread(unread_files: UnreadFiles, settings: CredentialSettings) -> Result | None:
    found = unread_files.with_aws_helper()
    if found is None:
        return None if settings.chain else _missing(unread_files)
    file, why = found
    judge = warned if settings.chain else failed
    return judge(
        f"{file} is not read here: {why}",
        Evidence("it names the AWS helper", Origin.of_file(file)),
        advice=(Advice("Let Git read that file, or name the helper in the global one"),),
        code="not-read",
    )


def _missing(unread_files: UnreadFiles) -> Result | None:
    """Nothing names a helper, and a file that might have done so is not there."""
    missing = unread_files.missing()
    if not missing:
        return None
    files = " and ".join(dict.fromkeys(file for _, file in missing))
    return warned(
        f"Git should include {files}, which does not exist: a helper may stand there",
        *(Evidence.of_setting(entry, "no such file") for entry, _ in missing),
        advice=(Advice("If the AWS helper should come from there, correct the path"),),
        code="include-missing",
    )
