"""The whole answer for one target in one sentence, and what to hand on where others must act."""

from __future__ import annotations

import re
from typing import Literal

from msgspec import Struct

from codecommit_doctor.check import Status
from codecommit_doctor.engine.examination import Finding, Section
from codecommit_doctor.engine.verdict import ACCESS, Cause, causes
from codecommit_doctor.rules.iam.forward import UNSEEN_CONDITIONS
from codecommit_doctor.rules.iam.kms import REAL_ACTIONS
from codecommit_doctor.rules.target import Target

__all__ = ["Diagnosis", "Outcome", "diagnose"]

Outcome = Literal["works", "not-tested", "suspected", "refused", "failed", "error"]

_NOTHING_NAMED = (
    "No repository was tested: this folder is no clone with a CodeCommit remote. Name one: "
    "codecommit-doctor https://..."
)
_REFUSED = f"{ACCESS}/refused"
_HANDSHAKE = "credential-handshake"
_CALLER = "sts:GetCallerIdentity"
_POLICIES = ("iam-permissions", "kms-deny")


class Diagnosis(Struct, frozen=True):
    """What is to be said first of a target.

    outcome: works: Git got the refs. not-tested: nothing is wrong, and Git was not seen to work.
    suspected: warnings alone. refused: the machine is in order, and the account refuses. failed: a
    cause was found. error: a check could not do its work, and no other found a cause. forward: a
    text for whoever manages the account; None where nobody else has to act.
    """

    outcome: Outcome
    summary: str
    causes: tuple[Cause, ...] = ()
    forward: str | None = None


def diagnose(section: Section, *, source: str | None = None, offline: bool = False) -> Diagnosis:
    """Judges all findings of a target together.

    source: where the credentials come from that sign, in words as ``profile default``; None where
    that is not known. offline: nothing was asked of the network.
    """
    found = tuple(causes(section))
    errors = [f.check.id for f in section.findings if f.result.status is Status.ERROR]
    if found and found[0].code == _REFUSED:
        return _refused(section, found, source)
    if found:
        is_doubt = all(cause.confidence == "possible" for cause in found)
        return Diagnosis("suspected" if is_doubt else "failed", found[0].because, found)
    if errors:
        return Diagnosis("error", f"no answer from {', '.join(errors)}")
    if section.target.assumed:
        return Diagnosis("not-tested", _NOTHING_NAMED)
    if any(f.result.code == "interrupted" for f in section.findings):
        return Diagnosis("not-tested", "Interrupted: not everything was checked")
    access = section.finding(ACCESS)
    if access and access.result.status is Status.PASS:
        return Diagnosis(
            "works", f"Git can read {_place(section.target)}{_as(section, source)}", ()
        )
    return Diagnosis("not-tested", _untested(section, access, offline=offline))


def _untested(section: Section, access: Finding | None, *, offline: bool) -> str:
    """What was proved where Git did not ask for the refs."""
    place = _place(section.target)
    handshake = section.finding(_HANDSHAKE)
    if access and access.result.code == "ssh":
        return f"{access.result.summary}. Credential helpers are only for https: nothing was tested"
    if offline:
        if handshake and handshake.result.status is Status.PASS:
            return f"Offline, for {place}: {handshake.result.summary}. CodeCommit was not asked"
        return f"No problems found offline for {place}. CodeCommit was not asked"
    if access is None:
        return f"No problems found. Whether Git can read {place} was not tested"
    return (
        f"No problems found. Whether Git can read {place} was not tested: {access.result.summary}"
    )


def _refused(section: Section, found: tuple[Cause, ...], source: str | None) -> Diagnosis:
    """Everything here is right, and the service says no."""
    arn = _caller(section)
    who = _user(arn) if arn else source or "the credentials that Git sends"
    actions = _actions(section)
    others = found[1:]
    access = section.finding(ACCESS)
    good = arn or (access and access.result.status is Status.PASS)  # the password was accepted
    order = "Nothing on this machine explains it" if others else "This machine is in order"
    if not good:
        order = "Nothing was found here, but whether AWS accepts the keys was not checked"
    summary = (
        f"{order}. CodeCommit refuses {who}: ask your administrator for {' and '.join(actions)} "
        f"on {_place(section.target)}"
    )
    if arn and ":user/" in arn and not _passed(section, "iam-permissions"):
        summary += "; a policy may want MFA, too"
    return Diagnosis("refused", summary, found, _forward(section, arn or who, actions))


def _actions(section: Section) -> list[str]:
    """What was refused: pulling, unless it was a push that failed and pulling works."""
    tried = {observation.operation for observation in section.observations}
    access = section.finding(ACCESS)
    pulls = access is not None and access.result.status is Status.PASS
    names = [] if "push" in tried and pulls else ["codecommit:GitPull"]
    return [*names, "codecommit:GitPush"] if "push" in tried else names


def _forward(section: Section, who: str, actions: list[str]) -> str:
    """A text for an administrator, complete without this report."""
    target = section.target
    lines = [
        f"AWS CodeCommit answers 403 to Git for the repository {_place(target)}.",
        f"Who: {who}",
        f"Needed: {', '.join(actions)} on this repository.",
    ]
    if not all(_passed(section, id) for id in _POLICIES):
        lines.append(
            "Needed too, through CodeCommit, on the key that encrypts the repository, and denied "
            f"by no policy: {', '.join(REAL_ACTIONS)}."
        )
    unseen = not _passed(section, "iam-permissions")
    lines.append(
        "Please look at the policies of this user or role, its permissions boundary, the policies "
        "of the organization, of the session and of the VPC endpoint, and the policy of the key"
        + (f", also for {UNSEEN_CONDITIONS}." if unseen else ".")
    )
    return "\n".join(lines)


def _place(target: Target) -> str:
    name = target.repository or target.shown_url
    return f"{name} in {target.region}" if target.region and target.repository else name


def _as(section: Section, source: str | None) -> str:
    """`` as user dev (profile default)``, as far as it is known."""
    arn = _caller(section)
    if arn is None:
        return f" with the credentials of {source}" if source else ""
    return f" as {_user(arn)}" + (f" ({source})" if source else "")


def _caller(section: Section) -> str | None:
    """The ARN that AWS gave for the credentials, if it was asked."""
    for finding in section.findings:
        for item in finding.result.evidence:
            if item.origin.text == _CALLER:
                return item.fact
    return None


def _user(arn: str) -> str:
    """``user dev``, ``role Deploy``, ``the root user``: the end of an ARN in words."""
    kind, _, path = arn.rpartition(":")[2].partition("/")
    if kind == "root":
        return "the root user"
    if kind == "assumed-role":
        return f"role {path.partition('/')[0]}"
    words = {"federated-user": "federated user"}.get(kind, kind)
    return f"{words} {re.sub('.*/', '', path)}"


def _finding(section: Section, id: str) -> Finding | None:
    return next((f for f in section.findings if f.check.id == id), None)


def _passed(section: Section, id: str) -> bool:
    finding = section.finding(id)
    return finding is not None and finding.result.status is Status.PASS
