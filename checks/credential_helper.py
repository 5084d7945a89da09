"""The check ``credential-helper``."""

from __future__ import annotations

import os
import re
from typing import Any

from codecommit_doctor.check import (
    Advice,
    AwsCli,
    Evidence,
    Fix,
    Git,
    Handshake,
    Helper,
    HostKind,
    Origin,
    Profiles,
    Result,
    Status,
    Symptom,
    Target,
    check,
    failed,
    no_helpers_asked,
    passed,
    skipped,
)
from codecommit_doctor.fixes.recipes import DEFAULT_HELPER, replace_helper, reset_chain
from codecommit_doctor.probes.git import CredentialSettings
from codecommit_doctor.probes.git_config import Entry
from codecommit_doctor.probes.netrc import answering

_GUIDE = "https://docs.aws.amazon.com/codecommit/latest/userguide/setting-up-https-unixes.html"
_WRITE = "Write the AWS helper for CodeCommit hosts"


@check(
    id="credential-helper",
    category="configuration",
    title="Does a well-formed AWS credential helper apply to this address?",
    why="Without it Git asks for a user name and a password, which only IAM Git credentials have.",
    source=_GUIDE,
    after=("git-version", "git-configuration", "config-shadowing"),
    explains=("credential-handshake/no-answer", "credential-handshake"),
    symptoms=(
        Symptom(
            r"git: 'credential-(?:aws|!aws|'!aws)[^']*' is not a git command"
            r"|Unterminated quoted string|unexpected EOF while looking for matching"
            r"|Syntax error: end of file unexpected|Syntax error: Unterminated"
            r"|credential-'!aws|credential-'",
            "The value of credential.helper is no command that Git's shell understands.",
        ),
    ),
)
def credential_helper(
    target: Target, git: Git, aws_cli: AwsCli, profiles: Profiles, handshake: Handshake
) -> Result:
    """## Symptom
    Git asks for a user name, or says `git: 'credential-aws' is not a git command`, `Unterminated
    quoted string`, `Invalid choice` or `No such file or directory`.

    ## How it looks
    It reads the chain of helpers that Git asks for this address, and takes each AWS helper apart
    as Git and its shell do: `!` in front, no quotes left over from cmd or bash, nothing cut off by
    a `;` or `#`, the right words, a program that exists. Where none applies it looks for one that
    is configured for other hosts: `https://git-codecommit.*.amazonaws.com` covers neither FIPS nor
    VPC endpoints nor China, and Git before 2.26 knows no wildcards there. Where no AWS helper
    applies, another helper that answers, as with IAM Git credentials, is no fault; it is one where
    nobody answers and this machine has AWS profiles.

    ## By hand
    In the configuration file, which `git config --global --edit` opens on every system:

        [credential "https://git-codecommit.us-east-2.amazonaws.com"]
            helper =
            helper = !aws codecommit credential-helper $@
            UseHttpPath = true

    On Windows write it there and not in cmd, which leaves single quotes in the value; on macOS and
    Linux single quotes keep `!` and `$@` from the shell.
    """
    if skip := no_helpers_asked(target):
        return skip
    if target.host_kind is HostKind.UNKNOWN and not target.assumed:
        return skipped(f"{target.host} is not a host name of CodeCommit: see repository-url")
    settings = git.credential(target)
    found = [(e, Helper(e.value or "")) for e in settings.chain]
    found = [(entry, helper) for entry, helper in found if helper.is_meant_as_aws]
    if not found:
        return _none(target, git, settings, profiles, handshake)
    flawed = [(entry, helper) for entry, helper in found if helper.flaw]
    if flawed:
        entry, helper = flawed[0]
        status = Status.FAIL if len(flawed) == len(found) else Status.WARN
        why = f"the AWS helper is malformed: {helper.flaw}"
        return _mended(status, why, entry, helper.corrected)
    for entry, helper in found:
        program = helper.aws.program
        if re.search(r"[\\/]", program) and not helper.aws.snippet and not helper.aws.unbalanced:
            if aws_cli.seen_by_git(os.path.expanduser(program)):
                break
            value = None
            if aws_cli.seen_by_git("aws"):
                words = helper.value.partition(" codecommit ")
                value = f"!aws{words[1]}{words[2]}" if words[1] else None
            why = f"the helper names {program}, which is gone"
            return _mended(Status.FAIL, why, entry, value)
    return passed(
        "the AWS helper applies to this address", *(Evidence.of_setting(e) for e, _ in found)
    )


def _mended(status: Status, why: str, entry: Entry, value: str | None) -> Result:
    """The verdict on one helper, with the fix that gives it other words."""
    fix = replace_helper(entry, value, title="Correct the helper", guide=_GUIDE) if value else None
    advice = () if fix else (Advice(f"Write the helper as {DEFAULT_HELPER}"),)
    return Result(status, why, (Evidence.of_setting(entry),), advice, fix)


def _none(
    target: Target,
    git: Git,
    settings: CredentialSettings,
    profiles: Profiles,
    handshake: Handshake,
) -> Result:
    """No AWS helper applies: what was meant?"""
    removed = [e for e in settings.removed if Helper(e.value or "").is_meant_as_aws]
    if removed and not settings.chain:
        facts = map(Evidence.of_setting, removed)
        return skipped("the AWS helper is taken away: see config-shadowing", *facts)
    answer = handshake.seen() if settings.chain else None
    if answer and answer.failure:
        answer = None
    if answer and answer.credential:
        who = Helper(answer.by.value or "").name if answer.by else "another helper"
        return skipped(f"no AWS helper applies to this address; {who} answers", *_facts(settings))
    others = [e for e in settings.others if e.key.endswith(".helper")]
    if elsewhere := [e for e in others if Helper(e.value or "").is_meant_as_aws]:
        return _elsewhere(target, git, settings, elsewhere)
    entries = (*settings.matching, *settings.others)
    own = [e for e in entries if "codecommit" in (e.subsection or "").lower()]
    meant = [e for e in own if e.key.endswith(".usehttppath")]
    if meant and not any(e.value for e in own if e.key.endswith(".helper")):
        fix = reset_chain(target, git, settings, DEFAULT_HELPER, title=_WRITE)
        facts = map(Evidence.of_setting, meant)
        return failed("CodeCommit has a section, but no helper", *facts, **_by_hand(fix))
    if answer is None and settings.chain and not _for_other_hosts(settings):
        first = Helper(settings.chain[0].value or "").name
        return skipped(
            f"no AWS helper is configured; {first} may keep IAM Git credentials", *_facts(settings)
        )
    if other := _answered_otherwise(target, git):
        return skipped(f"no helper is configured; {other} answers")
    return _nothing(target, git, settings, profiles)


def _facts(settings: CredentialSettings) -> tuple[Evidence, ...]:
    return tuple(Evidence.of_setting(entry) for entry in settings.chain)


def _for_other_hosts(settings: CredentialSettings) -> bool:
    return all(Helper(entry.value or "").is_for_other_hosts for entry in settings.chain)


def _elsewhere(
    target: Target, git: Git, settings: CredentialSettings, elsewhere: list[Entry]
) -> Result:
    value = Helper(elsewhere[0].value or "").corrected or elsewhere[0].value or ""
    why = f"the AWS helper is configured for {elsewhere[0].subsection}, not for {target.host}"
    if "*" in (elsewhere[0].subsection or "") and not git.at_least("2.26"):
        why += "; Git before 2.26 knows no wildcards there"
    fix = reset_chain(target, git, settings, value, title=_WRITE)
    return failed(why, *map(Evidence.of_setting, elsewhere), **_by_hand(fix))


def _by_hand(fix: Fix | None) -> dict[str, Any]:
    """The fix, or what to write where no file can have it."""
    return {"fix": fix} if fix else {"advice": (Advice(f"Write the helper {DEFAULT_HELPER}"),)}


def _answered_otherwise(target: Target, git: Git) -> str | None:
    """What else may hold IAM Git credentials, where no helper does."""
    if target.has_password:
        return "the password in the address"
    if entry := answering(target.host, target.user):
        return os.path.basename(entry.file)
    if os.environ.get("GIT_ASKPASS") or os.environ.get("SSH_ASKPASS"):
        return "the program of GIT_ASKPASS or SSH_ASKPASS"
    keys = {e.key for e in git.configuration().entries if e.value}
    if "core.askpass" in keys:
        return "the program of core.askPass"
    return next((key for key in sorted(keys) if key.endswith(".extraheader")), None)


def _nothing(target: Target, git: Git, settings: CredentialSettings, profiles: Profiles) -> Result:
    fix = reset_chain(target, git, settings, DEFAULT_HELPER, title=_WRITE)
    has_aws = bool(profiles.names()) or "AWS_ACCESS_KEY_ID" in os.environ
    if fix and not has_aws:
        fix = fix.unsafe("Git then no longer prompts for IAM Git credentials at CodeCommit")
    facts = _facts(settings) or (
        Evidence("no credential.helper", Origin.command("git", "config", "--list")),
    )
    summary = "no credential helper is configured: Git will ask for a user name and a password"
    if settings.chain:
        names = " and ".join(Helper(entry.value or "").name for entry in settings.chain)
        summary = f"no AWS helper applies, and {names} holds nothing for this address: Git will ask"
    return Result(
        Status.FAIL if has_aws else Status.WARN,
        summary,
        facts,
        (Advice("With IAM Git credentials type these; else write the AWS helper"),),
        fix,
    )
