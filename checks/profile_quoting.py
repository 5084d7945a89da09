"""The check ``profile-quoting``."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

from codecommit_doctor.check import (
    Advice,
    Evidence,
    Git,
    Helper,
    Origin,
    Profiles,
    Result,
    Symptom,
    Target,
    check,
    failed,
    no_helpers_asked,
    passed,
    skipped,
)
from codecommit_doctor.fixes.recipes import replace_helper
from codecommit_doctor.probes.git_config import Entry
from codecommit_doctor.rules.helper import AwsHelper

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
            r"config profile \(.*\) could not be found|argument subcommand: Invalid choice"
            r"|argument operation: Invalid choice|Unknown options: ",
            "The AWS CLI was given words that it does not know, or part of a profile's "
            "name: the name has spaces and no quotes.",
        ),
    ),
)
def profile_quoting(target: Target, git: Git, profiles: Profiles) -> Result:
    """## Symptom
    `The config profile (My) could not be found`, or the AWS CLI's usage text, before a prompt for
    a user name.

    ## How it looks
    It splits the helper into words as Git's shell does, and compares what stands behind
    `--profile` with the profiles that botocore finds. Git takes double quotes out of its
    configuration files before the shell sees the value, so they do not protect a name there.

    ## By hand
    Put the name in single quotes. In the configuration file, on every system:

        helper = !aws codecommit credential-helper --profile 'My Profile' $@

    `git config --global --edit` opens the file.
    """
    if skip := no_helpers_asked(target):
        return skip
    chain = git.credential(target).chain
    found = [(e, Helper(e.value or "")) for e in chain if Helper(e.value or "").is_aws]
    if not found:
        return skipped("no AWS credential helper applies to this address")
    facts: list[Evidence] = []
    for entry, helper in found:
        facts.append(Evidence.of_setting(entry))
        if wrong := _wrong(entry, helper, profiles):
            return wrong
    named = next((helper.aws.profile for _, helper in found if helper.aws.profile), None)
    return passed(
        f"the helper names the profile {named}" if named else "no profile is named", *facts
    )


def _wrong(entry: Entry, helper: Helper, profiles: Profiles) -> Result | None:
    aws = helper.aws
    if "--profile" not in helper.value:
        return None
    if aws.unbalanced and helper.flaw is None:
        return _failure(entry, helper, "a quote of the profile's name is not closed", None)
    if aws.snippet or (not aws.stray and aws.profile is None):
        return None
    known = profiles.names()
    meant = _meant(aws, known)
    if aws.stray:
        name = meant or " ".join((aws.profile or "", *aws.stray)).strip()
        why = f"the profile name {name.strip(_QUOTES)!r} has spaces and no quotes"
        if any(word.startswith("--profile") for word in aws.stray):
            why = "the quotes enclose the option --profile together with the name"
        return _failure(entry, helper, why, re.sub(r"--profile[ =]", "", name).strip(_QUOTES))
    if meant and aws.profile not in known:
        why = f"the helper names the profile {aws.profile!r}; there is only {meant!r}"
        return _failure(entry, helper, why, meant)
    return None


_OPTION = r"""\s*['"]?--profile\b.*?(?=\s--|\scodecommit\s|\s"?\$[@*]|\Z)"""
_QUOTES = "'\"“”‘’"


def _meant(aws: AwsHelper, known: tuple[str, ...]) -> str | None:
    """The profile with spaces whose first words the helper says."""
    first = (aws.profile or "").strip(_QUOTES)
    said = " ".join((first, *(word.strip(_QUOTES) for word in aws.stray)))
    if said in known:
        return said
    spaced = [name for name in known if first and name.startswith(first + " ")]
    return spaced[0] if len(spaced) == 1 else None


def _failure(entry: Entry, helper: Helper, why: str, name: str | None) -> Result:
    facts = [Evidence.of_setting(entry), *_as_written(entry)]
    if name is None:
        return failed(why, *facts, advice=(Advice("Close the quote in the file named above"),))
    # everything from the option to the next word that is not the name's
    options = re.sub(_OPTION, "", helper.value)
    named = f"credential-helper --profile {shlex.quote(name)}"
    value = options.replace("credential-helper", named, 1)
    fix = replace_helper(entry, value, title="Put the name in single quotes", guide=_GUIDE)
    return failed(why, *facts, fix=fix)


def _as_written(entry: Entry) -> list[Evidence]:
    """The line as it stands in the file, where it has double quotes that git takes out."""
    if entry.file is None or entry.line is None or '"' in (entry.value or ""):
        return []
    try:
        lines = Path(entry.file).read_bytes().decode("utf-8", "surrogateescape").split("\n")
        written = lines[entry.line - 1].strip()
    except (OSError, IndexError):
        return []
    if '"' not in written or "--profile" not in written:
        return []
    origin = Origin.of_file(entry.file, entry.line, entry.scope)
    return [Evidence(f"as written, before git takes the double quotes out: {written}", origin)]
