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
    "administrator_command",
    "ask_about",
    "ask_for_allow",
    "ask_for_everything",
    "ask_to_lift",
    "for_a_second_factor",
    "key_policy_command",
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


def ask_to_lift(place: str, actions: Iterable[str], context: Context, limit: str = "") -> str:
    """For what a statement denies. place: the policy and the statement."""
    names = ", ".join(actions)
    text = f"Ask {_WHO[limit]}: remove {names} from the deny in {place}"
    service = context.state("kms:ViaService")
    if not isinstance(service, tuple):
        return text
    exempt = json.dumps({"StringNotEquals": {"kms:ViaService": service[0]}})
    return f'{text}, or exempt requests through CodeCommit: "Condition": {exempt}'


_TRY = {
    "aws:sourceip": "Try it from the network or the VPN that the policy names",
    "aws:vpcsourceip": "Try it from the network that the policy names",
    "aws:sourcevpc": "Try it through the VPC endpoint that the policy names",
    "aws:sourcevpce": "Try it through the VPC endpoint that the policy names",
    "aws:multifactorauthpresent": "Try it with a session with a second factor (MFA)",
    "aws:multifactorauthage": "Log in again with a second factor (MFA)",
}
"""What whoever is refused can try, by the condition key that decides."""


def ask_about(
    place: str, action: str, keys: tuple[str, ...], limit: str = "", *, denies: bool
) -> tuple[str, ...]:
    """For a statement that depends on what only the service sees. keys: that it depends on."""
    does = "denies" if denies else "allows"
    ask = f"Ask {_WHO[limit]}: {place} {does} {action}, depending on {', '.join(keys)}"
    steps = dict.fromkeys(_TRY[key.lower()] for key in keys if key.lower() in _TRY)
    return (*steps, ask)


def wants_a_second_factor(keys: Iterable[str]) -> bool:
    """Whether a statement that denies is about MFA, by the keys of its condition."""
    return any(key.lower().startswith("aws:multifactorauth") for key in keys)


def for_a_second_factor(place: str) -> str:
    """For a statement that denies what comes without MFA.

    Source: IAM User Guide, "Secure API access with MFA".
    """
    return (
        f"Use a session with a second factor (MFA): {place} denies what comes without. For a role "
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
        "VPC endpoint policy (network administrator)"
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
