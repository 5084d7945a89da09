"""Texts for whoever can change a policy."""

from __future__ import annotations

import json

import pytest

from codecommit_doctor.rules.iam.context import Context
from codecommit_doctor.rules.iam.forward import (
    administrator_command,
    ask_about,
    ask_for_allow,
    ask_for_everything,
    ask_to_lift,
    for_a_second_factor,
    key_policy_command,
    wants_a_second_factor,
)

REPOSITORY = "arn:aws:codecommit:us-east-2:111122223333:demo"
VIA = Context(values={"kms:ViaService": ("codecommit.us-east-2.amazonaws.com",)})


@pytest.mark.parametrize(
    ("limit", "begin"),
    [
        (
            "",
            "Ask an IAM administrator of the account: add this statement to a policy of the user "
            "or role: ",
        ),
        (
            "boundary",
            "Ask an IAM administrator of the account, who sets permissions boundaries: add this "
            "to the permissions boundary: ",
        ),
        (
            "organization",
            "Ask an administrator of the AWS organization: nobody inside the account can change a "
            "service control policy: allow this in the service control policies: ",
        ),
        (
            "key",
            "Ask an administrator of the key (kms:PutKeyPolicy): allow this in the key's policy, "
            "or let IAM policies decide there: ",
        ),
    ],
)
def test_what_nothing_allows(limit: str, begin: str) -> None:
    text = ask_for_allow(["codecommit:GitPull"], REPOSITORY, limit)
    assert text.startswith(begin)
    assert json.loads(text.removeprefix(begin)) == {
        "Effect": "Allow",
        "Action": ["codecommit:GitPull"],
        "Resource": REPOSITORY,
    }


@pytest.mark.parametrize(
    ("context", "exempt"),
    [
        (
            VIA,
            ', or exempt requests through CodeCommit: "Condition": {"StringNotEquals": '
            '{"kms:ViaService": "codecommit.us-east-2.amazonaws.com"}}',
        ),
        (Context(), ""),
        (Context(present=frozenset({"kms:ViaService"})), ""),
    ],
)
def test_what_a_statement_denies(context: Context, exempt: str) -> None:
    text = ask_to_lift("policy p, statement s", iter(["kms:Decrypt", "kms:Encrypt"]), context)
    assert text == (
        "Ask an IAM administrator of the account: remove kms:Decrypt, kms:Encrypt from the deny "
        f"in policy p, statement s{exempt}"
    )


def test_a_refusal_without_a_reason() -> None:
    text = ask_for_everything(REPOSITORY)
    assert '"codecommit:GitPull"' in text
    assert '"codecommit:GitPush"' in text
    assert "kms:Encrypt, kms:Decrypt" in text


@pytest.mark.parametrize("context", [VIA, Context(), None])
def test_how_an_administrator_asks_iam(context: Context | None) -> None:
    words = administrator_command("arn:x", ["kms:Decrypt"], "arn:k", context)
    entry = "ContextKeyName=kms:ViaService,ContextKeyType=string,ContextKeyValues="
    assert words == (
        *("aws", "iam", "simulate-principal-policy", "--policy-source-arn", "arn:x"),
        *("--action-names", "kms:Decrypt", "--resource-arns", "arn:k"),
        *(
            ("--context-entries", f"{entry}codecommit.us-east-2.amazonaws.com")
            if context is VIA
            else ()
        ),
    )


def test_how_a_key_policy_is_shown() -> None:
    assert key_policy_command("1234", "us-east-2") == (
        *("aws", "kms", "get-key-policy", "--key-id", "1234", "--policy-name", "default"),
        *("--region", "us-east-2", "--output", "text"),
    )


def test_what_a_condition_decides() -> None:
    keys = ("aws:SourceIp", "aws:ResourceTag/team", "AWS:sourceip")
    first, ask = ask_about("policy P, statement S", "codecommit:GitPull", keys, denies=True)
    assert first == "Try it from the network or the VPN that the policy names"
    assert ask.endswith(
        "policy P, statement S denies codecommit:GitPull, depending on " + ", ".join(keys)
    )
    (ask,) = ask_about("policy P", "codecommit:GitPull", ("aws:PrincipalTag/x",), denies=False)
    assert "allows codecommit:GitPull" in ask


@pytest.mark.parametrize(
    ("keys", "wants_it"),
    [
        (("aws:MultiFactorAuthPresent",), True),
        (("AWS:multifactorauthage",), True),
        (("aws:SourceIp",), False),
        ((), False),
    ],
)
def test_what_is_denied_without_a_second_factor(keys: tuple[str, ...], wants_it: bool) -> None:
    assert wants_a_second_factor(keys) is wants_it
    assert "policy P denies what comes without" in for_a_second_factor("policy P")
