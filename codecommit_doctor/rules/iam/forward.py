"""Texts for whoever can change a policy: what stands in the way, the least change, one command.

Nobody here changes a policy. Who may: IAM User Guide, "Policies and permissions in IAM" (identity
policies, permissions boundaries, session policies); AWS Organizations User Guide, "Service control
policies"; AWS KMS Developer Guide, "Changing a key policy".
"""

from __future__ import annotations

import json
from collections.abc import Iterable

from codecommit_doctor.rules.iam.context import Context
from codecommit_doctor.rules.iam.kms import NEEDED

__all__ = [
    "UNSEEN_CONDITIONS",
    "administrator_command",
    "ask_about",
    "ask_for_allow",
    "ask_for_everything",
    "ask_to_lift",
    "for_a_second_factor",
    "key_policy_command",
    "lacking",
    "to_try_unseen",
    "wants_a_second_factor",
]

_WHO = {
    "": "an IAM administrator of the account",
    "boundary": "an IAM administrator of the account, who sets permissions boundaries",
    "organization": "an administrator of the AWS organization: nobody inside the account can change"
    " a service control policy",
    "key": "an administrator of the key (kms:PutKeyPolicy)",
}
"""Who can change a policy, by what limits: "" is a policy of the user, group or role."""


def ask_for_allow(actions: Iterable[str], resource: str, limit: str = "") -> str:
    """For what nothing allows."""
    where = {
        "boundary": "add this to the permissions boundary",
        "organization": "allow this in the service control policies",
        "key": "allow this in the key's policy, or let IAM policies decide there",
    }.get(limit, "add this statement to a policy of the user or role")
    return f"Ask {_WHO[limit]}: {where}: {_statement(actions, resource)}"


def ask_to_lift(
    place: str,
    actions: Iterable[str],
    context: Context,
    limit: str = "",
    wants: tuple[str, ...] = (),
) -> str:
    """For what a statement denies. place: the policy and the statement. wants: its condition."""
    names = ", ".join(actions)
    text = f"Ask {_WHO[limit]}: remove {names} from the deny in {place}"
    text += f", or change its condition: {', '.join(wants)}" if wants else ""
    service = context.state("kms:ViaService")
    if not isinstance(service, tuple):
        return text
    exempt = json.dumps({"StringNotEquals": {"kms:ViaService": service[0]}})
    return f'{text}, or exempt requests through CodeCommit: "Condition": {exempt}'


_MFA = "aws:multifactorauth"

_FAMILIES: tuple[tuple[tuple[str, ...], str, str], ...] = (
    (
        (_MFA,),
        " without a second factor (MFA)",
        "Try it with a session with a second factor (MFA)",
    ),
    (
        ("aws:sourcevpc", "aws:vpce", "aws:ec2instancesource", "ec2:source"),
        " from outside of a VPC endpoint or instance that the policy names",
        "Try it through the VPC endpoint, or on the instance, that the policy names",
    ),
    (
        ("aws:sourceip", "aws:vpcsourceip"),
        " from this network",
        "Try it from the network or the VPN that the policy names",
    ),
    (
        ("aws:currenttime", "aws:epochtime"),
        " at this time",
        "Try it within the time that the policy names, or ask for a later end",
    ),
    (
        ("aws:tokenissuetime",),
        " with a session of this age",
        "Log in again: the policy is about the time at which the session began",
    ),
    (
        ("aws:sourceidentity", "sts:sourceidentity"),
        " without the source identity that the policy names",
        "Log in to a session with the source identity that the policy names",
    ),
    (
        ("aws:principaltag/", "aws:requesttag/", "aws:tagkeys"),
        " with the tags of this user, role or session",
        "Compare the tags of the user, the role and the session with those that the policy names",
    ),
    (
        ("aws:resourcetag/", "codecommit:resourcetag/"),
        " with the tags of this repository",
        "Compare the tags of the repository with those that the policy names",
    ),
    (
        ("aws:federatedprovider", "saml:", "cognito-identity:"),
        " with this login",
        "Log in through the identity provider that the policy names",
    ),
    (
        ("aws:useragent", "aws:referer"),
        " for Git",
        "Let the policy admit Git: it sends a user agent of its own, and no referer",
    ),
)
"""Condition keys that only the service sees, by how they begin; what it means that one refuses,
behind ``not allowed``; what whoever is refused can try. Source: IAM User Guide, "AWS global
condition context keys"."""


def _family(key: str) -> tuple[str, str] | None:
    """What it means that a key refuses, and what to try; None for a key that is not here."""
    lower = key.lower()
    found = (words for names, *words in _FAMILIES if lower.startswith(names))
    means, step = next(found, ("", ""))
    return (means, step) if step else None


def lacking(keys: Iterable[str]) -> str:
    """What the request lacks, behind ``denied`` or ``not allowed``; "" where no key tells it."""
    return next((family[0] for key in keys if (family := _family(key))), "")


def ask_about(
    place: str,
    action: str,
    keys: tuple[str, ...],
    limit: str = "",
    *,
    denies: bool,
    wants: tuple[str, ...] = (),
) -> tuple[str, ...]:
    """For a statement that depends on what only the service sees, or that lacks something.

    keys: that it depends on. wants: the same with what the statement says of them.
    """
    does = "denies" if denies else "allows"
    told = ", ".join(wants or keys)
    ask = f"Ask {_WHO[limit]}: {place} {does} {action}, depending on {told}"
    steps = dict.fromkeys(family[1] for key in keys if (family := _family(key)))
    return (*steps, ask)


def to_try_unseen(*, long_term: bool) -> str:
    """For a refusal while no policy can be read: conditions that nothing here can tell.

    long_term: the request was signed with an access key of an IAM user, which never comes with MFA.
    """
    mfa = (
        "with a second factor (MFA: a profile with what `aws sts get-session-token` prints), "
        if long_term
        else ""
    )
    return f"Test it {mfa}from the office network or VPN, with another login"


UNSEEN_CONDITIONS = (
    "conditions on MFA (aws:MultiFactorAuthPresent), network, time, tags, source identity"
)
"""What an administrator should look for, where no policy could be read."""


def wants_a_second_factor(keys: Iterable[str]) -> bool:
    """Whether a statement that denies is about MFA, by the keys of its condition."""
    return any(key.lower().startswith(_MFA) for key in keys)


def for_a_second_factor(place: str, *, denies: bool = True) -> str:
    """For a statement that denies what comes without MFA, or allows only what comes with it.

    Source: IAM User Guide, "Secure API access with MFA".
    """
    does = "denies what comes without" if denies else "allows only what comes with it"
    return (
        f"Use a session with a second factor (MFA): {place} {does}. For a role "
        "set mfa_serial in its profile; else put what `aws sts get-session-token` prints for your "
        "MFA device into a profile for Git"
    )


def ask_for_everything(resource: str) -> str:
    """For a refusal whose reason can't be seen from here: all that Git needs."""
    actions = ("codecommit:GitPull", "codecommit:GitPush")
    return (
        f"Ask {_WHO['']}: Git needs this to be allowed: {_statement(actions, resource)}; and no "
        f"policy may deny {', '.join(NEEDED)} on the KMS key of the repository. If that key is a "
        "customer managed one, the same actions must be allowed on it. Other policies count as "
        "well: a permissions boundary (IAM administrator), a service control policy (administrator "
        "of the organization), a session policy (whoever hands out the session of the role), a "
        "VPC endpoint policy (network administrator). Each may have " + UNSEEN_CONDITIONS
    )


def administrator_command(
    principal: str, actions: Iterable[str], resource: str, context: Context | None = None
) -> tuple[str, ...]:
    """Lets IAM say what it decides, and by which statement."""
    entries: list[str] = []
    service = context.state("kms:ViaService") if context else None
    if isinstance(service, tuple):
        entry = "ContextKeyName=kms:ViaService,ContextKeyType=string,ContextKeyValues="
        entries = ["--context-entries", entry + service[0]]
    return (
        *("aws", "iam", "simulate-principal-policy", "--policy-source-arn", principal),
        *("--action-names", *actions, "--resource-arns", resource, *entries),
    )


def key_policy_command(key: str, region: str) -> tuple[str, ...]:
    """Shows the policy of a key."""
    return (
        *("aws", "kms", "get-key-policy", "--key-id", key, "--policy-name", "default"),
        *("--region", region, "--output", "text"),
    )


def _statement(actions: Iterable[str], resource: str) -> str:
    return json.dumps({"Effect": "Allow", "Action": list(actions), "Resource": resource})
