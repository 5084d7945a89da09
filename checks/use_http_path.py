"""The check ``use-http-path``."""

from __future__ import annotations

import re
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
from codecommit_doctor.fixes.recipes import set_value
from codecommit_doctor.probes.git import CredentialSettings
from codecommit_doctor.probes.git_config import Entry
from codecommit_doctor.rules.signature import Flaw

_GUIDE = "https://docs.aws.amazon.com/codecommit/latest/userguide/setting-up-https-windows.html"


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
def use_http_path(target: Target, git: Git, handshake: Handshake) -> Result:
    """## Symptom
    Git prints `'path'` and asks for a user name, or says `could not read Username`; with a value
    that is no boolean it says `bad boolean config value` and stops.

    ## How it looks
    It lets Git itself hand a request for this address to a throw-away helper, and looks whether
    the path comes with it. So all scopes, sections and includes count exactly as they do for Git.
    Then it names the setting that decides: of all that apply, the last one.

    ## By hand
    On Windows, macOS and Linux alike:

        git config --global credential.UseHttpPath true

    or the same key in the section of the CodeCommit host, and in the scope where a wrong value
    stands.
    """
    if skip := no_helpers_asked(target):
        return skip
    settings = git.credential(target)
    aws = next((e for e in settings.chain if Helper(e.value or "").is_meant_as_aws), None)
    decides = settings.last("usehttppath")
    if settings.failure:
        return _unreadable(settings, decides)
    if settings.sends_path is None:
        return skipped("git could not be asked", code="not-asked")
    if settings.sends_path:
        return passed("git hands the path to its helpers", *_facts(decides))
    elsewhere = [e for e in settings.others if e.key.endswith(".usehttppath")]
    if aws is None:
        return skipped("no AWS credential helper applies to this address", code="no-helper")
    return replace(_off(target, aws, decides, elsewhere), confirmed=_is_felt(handshake))


def _is_felt(handshake: Handshake) -> bool:
    """Whether the missing path is what stops the AWS helper, or what a signature lacks."""
    answer = handshake.seen()
    if answer is None:
        return False
    return "'path'" in answer.said or Flaw.PATH in answer.judgement.flaws


def _off(target: Target, aws: Entry, decides: Entry | None, elsewhere: list[Entry]) -> Result:
    place = decides or aws
    key = f"credential.{aws.subsection}.UseHttpPath" if aws.subsection else "credential.UseHttpPath"
    if decides:
        key = re.sub(r"usehttppath\Z", "UseHttpPath", decides.key)
        summary, code = "UseHttpPath is switched off for this address", "off"
    elif elsewhere:
        summary = f"UseHttpPath is set for {elsewhere[0].subsection}, but not for this address"
        code = "other-hosts"
    else:
        summary = (
            "UseHttpPath is off for this address, so Git does not tell the AWS helper which "
            "repository it is (its message: 'path')"
        )
        code = "unset"
    facts = [Evidence.of_setting(e) for e in (decides, aws, *elsewhere) if e]
    return failed(summary, *facts, **_switch_on(key, place), code=code)


def _switch_on(key: str, place: Entry | None) -> dict[str, Any]:
    fix = set_value(key, "true", place, title="Switch UseHttpPath on", guide=_GUIDE)
    if fix is None:
        return {
            "advice": (Advice("Take it out of the command line or the GIT_CONFIG_* variables"),)
        }
    return {"fix": fix}


def _unreadable(settings: CredentialSettings, decides: Entry | None) -> Result:
    words = (settings.failure or "").splitlines()
    said = next((line for line in words if "usehttppath" in line.lower()), None)
    if said is None:
        return warned(
            f"git can't use its credential settings: {words[-1] if words else 'no reason given'}",
            *_facts(decides),
            code="unreadable",
        )
    if decides is None:
        return failed(said.removeprefix("fatal: "), confirmed=True, code="bad-value")
    key = re.sub(r"usehttppath\Z", "UseHttpPath", decides.key)
    summary = said.removeprefix("fatal: ")
    return failed(
        summary, *_facts(decides), confirmed=True, **_switch_on(key, decides), code="bad-value"
    )


def _facts(decides: Entry | None) -> tuple[Evidence, ...]:
    return (Evidence.of_setting(decides),) if decides else ()
