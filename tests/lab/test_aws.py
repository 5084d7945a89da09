"""The AWS APIs of the lab, through boto3 and the real aws command."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import boto3
import pytest
from botocore.config import Config
from botocore.exceptions import ClientError

from tests.lab.environment import HEALTHY_POLICIES, Environment
from tests.lab.plugin import Machine

pytestmark = [
    pytest.mark.server,
    pytest.mark.filterwarnings("ignore::DeprecationWarning"),  # of moto and what it imports
]

Client = Callable[..., Any]


@pytest.fixture
def client() -> Iterator[Client]:
    """Makes boto3 clients that reach the lab, and closes them."""
    made: list[Any] = []

    def make(here: Environment, service: str, **keys: str) -> Any:
        user = here.user
        session: Any = boto3.Session(
            keys.get("key", user.access_key),
            keys.get("secret", user.secret),
            keys.get("token", user.token),
            region_name="us-east-2",
        )
        config = Config(proxies={"https": here.lab.proxy_url}, retries={"total_max_attempts": 1})
        made.append(session.client(service, verify=str(here.lab.ca_bundle), config=config))
        return made[-1]

    yield make
    for each in made:
        each.close()


def answer(here: Environment, *words: str) -> Any:
    done = here.aws(*words)
    assert done.returncode == 0, done
    return json.loads(done.stdout)


def test_the_aws_command(machine: Machine) -> None:
    here = machine()
    identity = answer(here, "sts", "get-caller-identity")
    assert identity["Arn"] == f"arn:aws:iam::{here.account.id}:user/dev"
    found = answer(here, "codecommit", "get-repository", "--repository-name", "demo")
    assert found["repositoryMetadata"]["cloneUrlHttp"] == here.setup.url
    assert found["repositoryMetadata"]["kmsKeyId"].startswith("arn:aws:kms:us-east-2:")


def test_accounts_share_nothing(machine: Machine) -> None:
    one, other = machine(), machine(exists=False)
    assert answer(one, "codecommit", "list-repositories")["repositories"]
    assert not answer(other, "codecommit", "list-repositories")["repositories"]


def test_refusals(machine: Machine, client: Client) -> None:
    here = machine(session=timedelta(hours=1))
    wrong = {
        "InvalidClientTokenId": {"key": "AKIAIOSFODNN7EXAMPLE"},
        "SignatureDoesNotMatch": {"secret": "wrong"},
    }
    for code, keys in wrong.items():
        with pytest.raises(ClientError, match=code):
            client(here, "sts", **keys).get_caller_identity()
    with pytest.raises(ClientError, match="UnrecognizedClientException"):
        client(here, "codecommit", token="x").list_repositories()
    here.lab.clock.offset = timedelta(minutes=20)
    with pytest.raises(ClientError, match="Signature expired"):
        client(here, "sts").get_caller_identity()
    here.lab.clock.offset = timedelta(hours=2)
    with pytest.raises(ClientError, match="ExpiredToken"):
        client(here, "sts").get_caller_identity()


def test_permissions(machine: Machine, client: Client) -> None:
    here = machine(policies=("AWSCodeCommitReadOnly",))
    simulate = {"PolicySourceArn": here.user.caller.arn, "ActionNames": ["kms:Decrypt"]}
    with pytest.raises(ClientError, match="AccessDenied"):
        client(here, "iam").simulate_principal_policy(**simulate)
    here = machine()
    here.account.refuse("dev", "iam:Simulate*")
    simulate["PolicySourceArn"] = here.user.caller.arn
    with pytest.raises(ClientError, match="AccessDenied"):
        client(here, "iam").simulate_principal_policy(**simulate)
    assert client(here, "iam").list_user_policies(UserName="dev")["PolicyNames"] == []


def test_simulate_principal_policy(machine: Machine, client: Client) -> None:
    denied = {
        "Version": "2012-10-17",
        "Statement": [
            {"Effect": "Allow", "Action": "s3:*", "Resource": "*"},
            {
                "Effect": "Deny",
                "Action": "kms:*",
                "Resource": "*",
                "Condition": {"Bool": {"aws:MultiFactorAuthPresent": "false"}},
            },
        ],
    }
    here = machine(policies=(*HEALTHY_POLICIES, denied))
    words = {
        "PolicySourceArn": here.user.caller.arn,
        "ActionNames": ["codecommit:GitPull", "kms:Decrypt"],
        "ResourceArns": ["arn:aws:codecommit:us-east-2:1:demo"],
    }
    pull, decrypt = client(here, "iam").simulate_principal_policy(**words)["EvaluationResults"]
    assert (pull["EvalActionName"], pull["EvalDecision"]) == ("codecommit:GitPull", "allowed")
    assert decrypt["EvalDecision"] == "implicitDeny"
    missing = pull["MissingContextValues"]
    assert "aws:MultiFactorAuthPresent" in missing, "of a statement about something else, too"
    assert decrypt["MissingContextValues"] == missing
    entry = {
        "ContextKeyName": "aws:MultiFactorAuthPresent",
        "ContextKeyType": "boolean",
        "ContextKeyValues": ["false"],
    }
    again = client(here, "iam").simulate_principal_policy(**words, ContextEntries=[entry])
    _, decrypt = again["EvaluationResults"]
    assert decrypt["EvalDecision"] == "explicitDeny"
    (source,) = decrypt["MatchedStatements"]
    text = client(here, "iam").get_user_policy(UserName="dev", PolicyName="inline-3")
    assert source["SourcePolicyId"] == "inline-3"
    assert source["StartPosition"]["Line"] == 9, text


def test_git_credentials_through_iam(machine: Machine, client: Client) -> None:
    here = machine(git_credentials="Active", policies=("IAMFullAccess",))
    iam = client(here, "iam")
    (found,) = iam.list_service_specific_credentials(UserName="dev")["ServiceSpecificCredentials"]
    assert found["Status"] == "Active"
    assert found["ServiceUserName"] == f"dev-at-{here.account.id}"
    id = found["ServiceSpecificCredentialId"]
    iam.update_service_specific_credential(
        UserName="dev", ServiceSpecificCredentialId=id, Status="Inactive"
    )
    assert here.service.status == "Inactive"
    made = iam.create_service_specific_credential(
        UserName="dev", ServiceName="codecommit.amazonaws.com"
    )
    assert made["ServiceSpecificCredential"]["ServicePassword"]
    with pytest.raises(ClientError, match="LimitExceeded"):
        iam.create_service_specific_credential(
            UserName="dev", ServiceName="codecommit.amazonaws.com"
        )


def test_a_users_boundary_is_shown(machine: Machine, client: Client) -> None:
    here = machine()
    statement = {"Effect": "Allow", "Action": "iam:*", "Resource": "*"}
    arn = here.account.policy("edge", {"Version": "2012-10-17", "Statement": [statement]})
    here.account.bound("user", "dev", arn)
    shown = client(here, "iam").get_user(UserName="dev")["User"]
    assert shown["PermissionsBoundary"]["PermissionsBoundaryArn"] == arn
    with pytest.raises(ClientError, match="AccessDenied"):
        client(here, "codecommit").list_repositories()


def test_roles(machine: Machine, client: Client) -> None:
    here = machine()
    made = here.account.assume(here.account.role("deploy", "AWSCodeCommitReadOnly"))
    here.user = made
    identity = client(here, "sts").get_caller_identity()
    assert identity["Arn"] == f"arn:aws:sts::{here.account.id}:assumed-role/deploy/lab"
    here.write(".aws/credentials", here.setup.aws_credentials)
    assert here.git("ls-remote", "@URL@").returncode == 0


def test_root(machine: Machine, client: Client) -> None:
    here = machine()
    here.user = here.account.root()
    assert client(here, "sts").get_caller_identity()["Arn"].endswith(":root")


def test_sessions_from_sts(machine: Machine, client: Client) -> None:
    here = machine()
    keys = client(here, "sts").get_session_token()["Credentials"]
    here.user = here.lab.accounts.sessions[keys["AccessKeyId"]]
    assert client(here, "codecommit").list_repositories()["repositories"]


def test_the_key_of_codecommit(machine: Machine, client: Client) -> None:
    here = machine(policies=("AWSKeyManagementServicePowerUser", "AWSCodeCommitReadOnly"))
    aliases = client(here, "kms").list_aliases()["Aliases"]
    assert "alias/aws/codecommit" in {alias["AliasName"] for alias in aliases}
    metadata = client(here, "kms").describe_key(KeyId="alias/aws/codecommit")["KeyMetadata"]
    assert metadata["KeyState"] == "Enabled"
