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
    lacking,
    to_try_unseen,
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
    keys = ("aws:SourceIp", "aws:PrincipalOrgID", "AWS:sourceip")
    first, ask = ask_about("policy P, statement S", "codecommit:GitPull", keys, denies=True)
    assert first == "Try it from the network or the VPN that the policy names"
    assert ask.endswith(
        "policy P, statement S denies codecommit:GitPull, depending on " + ", ".join(keys)
    )
    (ask,) = ask_about("policy P", "codecommit:GitPull", ("aws:PrincipalOrgID",), denies=False)
    assert "allows codecommit:GitPull" in ask
    told = ("aws:PrincipalOrgID (StringEquals o-1)",)
    (ask,) = ask_about("P", "codecommit:GitPull", ("aws:PrincipalOrgID",), denies=True, wants=told)
    assert ask.endswith("depending on aws:PrincipalOrgID (StringEquals o-1)")


@pytest.mark.parametrize(
    ("key", "means", "step"),
    [
        ("aws:MultiFactorAuthPresent", "(MFA)", "second factor"),
        ("AWS:MULTIFACTORAUTHAGE", "(MFA)", "second factor"),
        ("aws:SourceIp", "from this network", "network or the VPN"),
        ("aws:VpcSourceIp", "from this network", "network or the VPN"),
        ("aws:SourceVpc", "VPC endpoint", "VPC endpoint"),
        ("aws:SourceVpce", "VPC endpoint", "VPC endpoint"),
        ("aws:SourceVpcArn", "VPC endpoint", "VPC endpoint"),
        ("aws:VpceOrgID", "VPC endpoint", "VPC endpoint"),
        ("ec2:SourceInstanceARN", "VPC endpoint or instance", "instance"),
        ("aws:Ec2InstanceSourceVpc", "VPC endpoint or instance", "instance"),
        ("aws:CurrentTime", "at this time", "within the time"),
        ("aws:EpochTime", "at this time", "within the time"),
        ("aws:TokenIssueTime", "of this age", "Log in again"),
        ("aws:SourceIdentity", "source identity", "source identity"),
        ("aws:PrincipalTag/team", "tags of this user", "tags of the user"),
        ("aws:ResourceTag/team", "tags of this repository", "tags of the repository"),
        ("aws:FederatedProvider", "with this login", "identity provider"),
        ("saml:aud", "with this login", "identity provider"),
        ("aws:UserAgent", "for Git", "user agent"),
    ],
)
def test_every_condition_that_only_the_service_sees_has_words(
    key: str, means: str, step: str
) -> None:
    assert lacking(("aws:PrincipalOrgID", key)).endswith(means) or means in lacking((key,))
    steps = ask_about("policy P", "codecommit:GitPull", (key,), denies=True)
    assert len(steps) == 2 and step in steps[0]


def test_what_no_key_tells() -> None:
    assert lacking(()) == lacking(("aws:PrincipalOrgID", "Resource")) == ""


def test_where_no_policy_can_be_read_hidden_conditions_are_named() -> None:
    with_key, with_session = (to_try_unseen(long_term=it) for it in (True, False))
    assert "aws sts get-session-token" in with_key and "(MFA: " in with_key
    assert "MFA" not in with_session
    assert "VPN" in with_key and "VPN" in with_session
    assert "aws:MultiFactorAuthPresent" in ask_for_everything(REPOSITORY)


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
    assert "policy P allows only what comes with" in for_a_second_factor("policy P", denies=False)
