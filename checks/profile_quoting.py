"""The check ``profile-quoting``."""

from __future__ import annotations

import re
import shlex
from dataclasses import replace

from codecommit_doctor.check import (
    Advice,
    AskedHelper,
    AwsHelper,
    Evidence,
    Files,
    Profiles,
    Result,
    Signer,
    SignerKind,
    Symptom,
    by_hand,
    check,
    failed,
    helper_repair,
    not_signing,
    passed,
    recipes,
    skipped,
)

_GUIDE = "https://docs.aws.amazon.com/codecommit/latest/userguide/setting-up-https-windows.html"


@check(
    id="profile-quoting",
    category="configuration",
    title="Is a profile name with spaces quoted in the helper?",
    why="The helper is a shell command: an unquoted name falls apart at its spaces, and the AWS "
    "CLI looks for its first word.",
    source=_GUIDE,
    after=("git-version", "git-configuration", "aws-configuration"),
    explains=("credential-handshake", "credential-handshake/no-answer"),
    symptoms=(
        Symptom(
            r"argument subcommand: Invalid choice|argument operation: Invalid choice"
            r"|Unknown options: (?!protocol=)",
            "The AWS CLI was given words that it does not know, or part of a profile's "
            "name: the name has spaces and no quotes.",
        ),
        Symptom(
            r"argument --profile: expected one argument",
            "Nothing stands behind --profile: the variable or the words there are empty.",
        ),
        Symptom(
            r"config profile \(.*\) could not be found",
            "Or the name has spaces and no quotes, and this is its first word.",
            also=True,
        ),
    ),
)
def profile_quoting(signer: Signer, profiles: Profiles, files: Files) -> Result:
    """## Symptom
    `The config profile (My) could not be found`, or the AWS CLI's usage text, before a prompt for
    a user name.

    ## How it looks
    It splits the helper into words as Git's shell does, and compares what stands behind
    `--profile` with the profiles that botocore finds. Git takes double quotes out of its
    configuration files before the shell sees the value, so they do not protect a name there.

    ## By hand
    Write the helper again, with the name in quotes that reach Git's shell:

    {reset with a profile}

    In the file itself the line has single quotes:

    ```ini
    [credential "https://HOST"]
        helper =
        helper = !aws codecommit credential-helper --profile 'PROFILE' $@
        UseHttpPath = true
    ```

    ## Fix safety
    The fix is safe: it puts the profile's name into quotes, in the same line.

    ## Known limits
    Where the first word alone is a profile too, that one is taken to be meant.
    """
    for asked in signer.aws_helpers:
        if wrong := _wrong(asked, profiles, files):
            return wrong
    if signer.kind is not SignerKind.AWS_HELPER:
        return not_signing(signer) or skipped(
            "the address names the profile", code="no-helper-asked"
        )
    named = signer.profile
    return passed(
        f"the helper names the profile {named}" if named else "the helper names no profile",
        *(asked.evidence for asked in signer.aws_helpers),
    )


def _wrong(asked: AskedHelper, profiles: Profiles, files: Files) -> Result | None:
    helper, aws = asked.helper, asked.helper.aws
    if "--prof" not in helper.value:
        return None
    if aws.unbalanced and helper.flaw is None:
        why = "a quote of the profile's name is not closed"
        advice = (Advice("Close the quote in the file named above"),)
        return failed(why, *_facts(asked, files), advice=advice, code="open-quote")
    if helper.flaw:
        return None
    known = profiles.names()
    meant = _meant(aws, known)
    if helper.profile_falls_apart:
        name = meant or " ".join((aws.profile or "", *aws.stray)).strip()
        why, code = f"the profile name {name.strip(_QUOTES)!r} has spaces and no quotes", "unquoted"
        if any(word.startswith("--profile") for word in aws.stray):
            why = "the quotes enclose the option --profile together with the name"
            code = "option-in-quotes"
        name = re.sub(r"--profile[ =]", "", name).strip(_QUOTES)
        return _failure(asked, files, why, name, code)
    if meant and aws.profile not in known:
        why = f"the helper names the profile {aws.profile!r}; there is only {meant!r}"
        return _failure(asked, files, why, meant, "first-word")
    return None


_QUOTES = "'\"“”‘’"


def _meant(aws: AwsHelper, known: tuple[str, ...]) -> str | None:
    """The profile with spaces whose first words the helper says."""
    first = (aws.profile or "").strip(_QUOTES)
    said = " ".join((first, *(word.strip(_QUOTES) for word in aws.stray)))
    if said in known:
        return said
    spaced = [name for name in known if first and name.startswith(first + " ")]
    return spaced[0] if len(spaced) == 1 else None


def _failure(asked: AskedHelper, files: Files, why: str, name: str, code: str) -> Result:
    value = helper_repair.with_profile(asked.helper.value, name)
    title = "Put the profile name in single quotes"
    fix = recipes.replace_helper(asked.entry, value, title=title, guide=_GUIDE)
    advice = by_hand(fix, f"Write --profile {shlex.quote(name)} in the helper")
    return failed(why, *_facts(asked, files), advice=advice, fix=fix, code=code)


def _facts(asked: AskedHelper, files: Files) -> list[Evidence]:
    """The setting, and its line as it is written where that has double quotes."""
    entry = asked.entry
    written = None if '"' in asked.helper.value else files.line(entry.file, entry.line)
    if written is None or '"' not in written or "--prof" not in written:
        return [asked.evidence]
    text = f"as written, before git removes the double quotes: {written}"
    return [asked.evidence, replace(asked.evidence, fact=text)]
