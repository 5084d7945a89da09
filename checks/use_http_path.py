"""The check ``use-http-path``."""

from __future__ import annotations

import re
from dataclasses import replace
from difflib import get_close_matches

from codecommit_doctor.check import (
    CredentialSettings,
    Entry,
    Evidence,
    Files,
    Fix,
    Flaw,
    Git,
    Handshake,
    Result,
    Shape,
    Signer,
    Symptom,
    Target,
    by_hand,
    check,
    failed,
    no_helpers_asked,
    passed,
    recipes,
    skipped,
    warned,
)

_GUIDE = (
    "https://docs.aws.amazon.com/codecommit/latest/userguide/setting-up-https-windows.html"
    "#setting-up-https-windows-credential-helper"
)


@check(
    id="use-http-path",
    category="configuration",
    title="Is UseHttpPath on for this address?",
    why="The AWS helper signs the repository's path; without UseHttpPath Git does not tell it.",
    source=_GUIDE,
    after=("git-version", "git-configuration"),
    explains=("credential-handshake", "credential-handshake/no-answer"),
    symptoms=(
        Symptom(
            r"^'path'$|KeyError: 'path'"
            r"|bad boolean config value '[^']*' for 'credential\..*usehttppath'",
            "The AWS helper was not told the repository's path: UseHttpPath is off.",
        ),
    ),
)
def use_http_path(
    target: Target, git: Git, signer: Signer, handshake: Handshake, files: Files
) -> Result:
    """## Symptom
    Git prints `'path'` and asks for a user name, or says `could not read Username`; with a value
    that is no boolean it says `bad boolean config value 'x' for 'credential.usehttppath'` and
    stops.

    ## How it looks
    It lets Git itself hand a request for this address to a throw-away helper, and looks whether
    the path comes with it. So all scopes, sections and includes count exactly as they do for Git.
    Then it names the setting that decides: of all that apply, the last one. A name that Git does
    not know and that is nearly this one, such as `UserHttpPath`, is taken for a misspelling.

    ## By hand
    ### It is missing
    On Windows, macOS and Linux:

    ```shell
    git config --global credential.https://HOST.UseHttpPath true
    ```

    Without the host the setting changes what other helpers are asked, too: logins that they stored
    without a path no longer match.

    ### A wrong value is set
    The first line shows where. Then remove it from the global file, or in the clone from its own one,
    and set it as above:

    ```shell
    git config --show-origin --get-regexp usehttppath
    git config --global --unset-all credential.UseHttpPath
    git config --global credential.https://HOST.UseHttpPath true
    ```

    ```shell
    git config --local --unset-all credential.UseHttpPath
    ```

    ## Fix safety
    The fix is safe: it sets the value for CodeCommit hosts, or corrects the line that is wrong.

    ## Known limits
    A value that the environment or a client's command line sets comes behind every file: it is named,
    and can't be mended in a file.
    """  # noqa: E501
    if skip := no_helpers_asked(target):
        return skip
    settings = git.credential(target)
    decides = settings.last("usehttppath")
    if settings.failure:
        return _unreadable(settings.failure, decides)
    if settings.sends_path is None:
        return skipped("not checked: git could not be asked", code="not-asked")
    if settings.sends_path:
        return passed("git tells its helpers the path", *_facts(decides))
    if not signer.aws_helpers:
        return skipped("no AWS credential helper applies to this address", code="no-helper")
    if other := _answering_with_git_credentials(handshake):
        why = f"{other} answers with IAM Git credentials, so the AWS helper is not asked"
        return skipped(why, code="aws-helper-not-asked")
    aws = signer.aws_helpers[0].entry
    # never for all hosts: other helpers would no longer find what they stored without a path
    key = f"credential.{aws.subsection or recipes.section_for(target, git)}.UseHttpPath"
    result = _misspelt(settings, decides, files) or _off(settings, aws, decides, key)
    return replace(result, confirmed=_is_confirmed(handshake))


def _answering_with_git_credentials(handshake: Handshake) -> str | None:
    """The name of another helper that answers, with what is made from no path."""
    answer = handshake.seen()
    if answer is None or answer.by is None or answer.by.helper.is_aws:
        return None
    is_plain = answer.judgement.shape is Shape.GIT_CREDENTIALS
    return answer.by.helper.name if is_plain else None


def _is_confirmed(handshake: Handshake) -> bool:
    """Whether the missing path is what stops the AWS helper, or what a signature lacks."""
    answer = handshake.seen()
    if answer is None:
        return False
    return "'path'" in answer.said or Flaw.PATH in answer.judgement.flaws


def _misspelt(settings: CredentialSettings, decides: Entry | None, files: Files) -> Result | None:
    """A failure if a line of the sections that apply nearly says it."""
    behind = settings.matching[settings.matching.index(decides) + 1 :] if decides else None
    for entry in reversed(settings.matching if behind is None else behind):
        name = entry.key.rpartition(".")[2]
        if not get_close_matches(name, ["usehttppath"], cutoff=0.75):
            continue
        written = (files.line(entry.file, entry.line) or name).partition("=")[0].strip()
        written = written if written.lower() == name else name
        fix = recipes.rename_key(entry, written, "UseHttpPath", guide=_GUIDE)
        advice = by_hand(fix, f"Write UseHttpPath instead of {written}")
        why = f"{written} is misspelt: Git knows only UseHttpPath, which is off for this address"
        fact = Evidence.of_setting(entry, "Git ignores it")
        return failed(why, fact, advice=advice, fix=fix, code="misspelt")
    return None


def _off(settings: CredentialSettings, aws: Entry, decides: Entry | None, key: str) -> Result:
    """A failure, with the fix: key is the one to set where no line decides."""
    elsewhere = [e for e in settings.others if e.key.endswith(".usehttppath")]
    place = decides or (
        aws if aws.file else None
    )  # what stands in no file goes on in the global one
    if decides:
        key = re.sub(r"usehttppath\Z", "UseHttpPath", decides.key)
        summary, code = "UseHttpPath is switched off for this address", "off"
    elif elsewhere:
        summary = f"UseHttpPath is set for {elsewhere[0].subsection}, but not for this address"
        code = "other-hosts"
    else:
        summary, code = "UseHttpPath is off for this address", "unset"
    summary += ", so Git does not tell the AWS helper which repository it is (its message: 'path')"
    facts = [Evidence.of_setting(decides, "switches it off")] if decides else []
    facts.append(Evidence.of_setting(aws, "needs the path"))
    facts += [Evidence.of_setting(entry, "other hosts") for entry in elsewhere]
    fix = _switched_on(key, place)
    return failed(summary, *facts, advice=by_hand(fix, _NO_FILE), fix=fix, code=code)


_NO_FILE = "Remove it from the command line or the GIT_CONFIG_* variables"


def _switched_on(key: str, place: Entry | None) -> Fix | None:
    return recipes.set_value(key, "true", place, title="Switch UseHttpPath on", guide=_GUIDE)


def _unreadable(failure: str, decides: Entry | None) -> Result:
    words = failure.splitlines()
    said = next((line for line in words if "usehttppath" in line.lower()), None)
    if said is None:
        return warned(
            f"git can't use its credential settings: {words[-1]}",
            *_facts(decides),
            code="unreadable",
        )
    if decides is None:
        return failed(said.removeprefix("fatal: "), confirmed=True, code="bad-value")
    key = re.sub(r"usehttppath\Z", "UseHttpPath", decides.key)
    summary = said.removeprefix("fatal: ")
    fix = _switched_on(key, decides)
    return failed(
        summary,
        *_facts(decides),
        advice=by_hand(fix, _NO_FILE),
        fix=fix,
        confirmed=True,
        code="bad-value",
    )


def _facts(decides: Entry | None) -> tuple[Evidence, ...]:
    return (Evidence.of_setting(decides),) if decides else ()
