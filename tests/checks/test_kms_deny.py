"""The check against a real IAM over HTTP: moto's server, with some answers put in front of it."""

from __future__ import annotations

import hashlib
import json
import os
import sys
import threading
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from functools import cache
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs
from xml.sax.saxutils import escape

import boto3
import botocore.session
import pytest
from moto.server import ThreadedMotoServer

from codecommit_doctor.check import Check, Result, Status
from codecommit_doctor.engine.registry import load
from codecommit_doctor.probes.aws import Aws
from codecommit_doctor.probes.policies import Policies, Unavailable
from codecommit_doctor.probes.profiles import Profiles
from codecommit_doctor.rules import target as targets
from tests.conftest import Sandbox
from tests.facts import ask

pytestmark = pytest.mark.server

REGION = "us-east-1"
ACCOUNT = "123456789012"
READING = ("ListUserPolicies", "ListAttachedUserPolicies", "ListGroupsForUser", "GetUser")
Answer = Callable[[dict[str, list[str]]], "tuple[int, str]"]


class Front(ThreadingHTTPServer):
    """Stands before moto: answers some actions itself, hands on all others."""

    daemon_threads = True

    def __init__(self, behind: str) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.behind = behind
        self.answers: dict[str, Answer] = {}
        self.asked: list[str] = []

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}"

    def refuse(self, *actions: str, code: str = "AccessDenied") -> None:
        for action in actions:
            self.answers[action] = lambda _: (403, _error(code))

    def tell(self, action: str, answer: object) -> None:
        """The answer to an action of a service that speaks JSON."""
        self.answers[action] = lambda _: (200, json.dumps(answer))

    def simulate(self, decision: str, *actions: str, inside: str = "") -> None:
        """Decides so on the actions, and implicitDeny on all others. inside: further XML."""

        def answer(form: dict[str, list[str]]) -> tuple[int, str]:
            asked = [v[0] for k, v in form.items() if k.startswith("ActionNames.member")]
            results = "".join(
                f"<member><EvalActionName>{name}</EvalActionName><EvalDecision>"
                f"{decision if name in actions else 'implicitDeny'}</EvalDecision>"
                f"{inside}</member>"
                for name in asked
            )
            body = (
                f"<EvaluationResults>{results}</EvaluationResults><IsTruncated>false</IsTruncated>"
            )
            return 200, _result("SimulatePrincipalPolicy", body)

        self.answers["SimulatePrincipalPolicy"] = answer


class _Handler(BaseHTTPRequestHandler):
    server: Front

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        form = parse_qs(body.decode())
        json_action = self.headers.get("X-Amz-Target", "").partition(".")[2]
        action = json_action or form.get("Action", [""])[0]
        self.server.asked.append(action)
        answer = self.server.answers.get(action)
        status, kind, text = (
            (*self._own(answer(form), json_action),) if answer else self._hand_on(body)
        )
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(text)))
        self.end_headers()
        self.wfile.write(text)

    def _own(self, answer: tuple[int, str], json_action: str) -> tuple[int, str, bytes]:
        status, text = answer
        if not json_action:
            return status, "text/xml", text.encode()
        refused = b'{"__type": "AccessDeniedException"}'
        body = refused if status == 403 else text.encode()
        return status, "application/x-amz-json-1.1", body

    def _hand_on(self, body: bytes) -> tuple[int, str, bytes]:
        headers = {k: v for k, v in self.headers.items() if k.lower() != "content-length"}
        request = urllib.request.Request(self.server.behind + self.path, body, headers)
        try:
            with urllib.request.urlopen(request, timeout=20) as response:
                return response.status, response.headers["Content-Type"], response.read()
        except urllib.error.HTTPError as error:
            with error:
                return error.code, error.headers["Content-Type"], error.read()

    def log_message(self, format: str, *args: Any) -> None:
        return None


def _result(action: str, body: str) -> str:
    space = "https://iam.amazonaws.com/doc/2010-05-08/"
    result = f"<{action}Result>{body}</{action}Result>"
    return f'<{action}Response xmlns="{space}">{result}</{action}Response>'


def _error(code: str) -> str:
    message = escape("User: arn:aws:iam::123456789012:user/ana is not authorized <sEcReT>")
    error = f"<Error><Code>{code}</Code><Message>{message}</Message></Error>"
    return f"<ErrorResponse>{error}</ErrorResponse>"


@pytest.fixture(scope="module")
def moto() -> Iterator[str]:
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    yield f"http://{host}:{port}"
    server.stop()


@pytest.fixture(scope="module", autouse=True)
def descriptions() -> Iterator[None]:
    """What botocore knows of the services is read once for all its sessions."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(botocore.session, "create_loader", cache(botocore.session.create_loader))
        yield


@cache
def administrator(url: str) -> list[Any]:
    """Clients of iam, kms and sts that may do everything."""
    session: Any = boto3.Session("AKIAADMIN", "admin-secret", region_name=REGION)
    return [session.client(service, endpoint_url=url) for service in ("iam", "kms", "sts")]


@pytest.fixture
def front(moto: str) -> Iterator[Front]:
    with urllib.request.urlopen(urllib.request.Request(f"{moto}/moto-api/reset", b"")) as response:
        assert response.status == 200
    server = Front(moto)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    yield server
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture(autouse=True)
def home(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """An empty home, and no AWS variable of the machine's."""
    for name in os.environ:
        if name.startswith("AWS_") or name.lower().endswith("_proxy"):
            monkeypatch.delenv(name)
    for name in ("HOME", "USERPROFILE"):
        monkeypatch.setenv(name, str(tmp_path))
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    return tmp_path


@pytest.fixture
def aws(front: Front, monkeypatch: pytest.MonkeyPatch) -> Account:
    monkeypatch.setenv("AWS_ENDPOINT_URL", front.url)
    account = Account(front, monkeypatch)
    account.repository()
    return account


class Account:
    """An AWS account to set up; its administrator's calls go straight to moto."""

    def __init__(self, front: Front, monkeypatch: pytest.MonkeyPatch) -> None:
        self.front, self._monkeypatch = front, monkeypatch
        self.iam, self.kms, self.sts = administrator(front.behind)

    def user(self, name: str = "ana", **more: Any) -> str:
        """Makes a user and lets the machine run with its keys."""
        self.iam.create_user(UserName=name, **more)
        key = self.iam.create_access_key(UserName=name)["AccessKey"]
        self._use(key)
        return name

    def role(self, name: str = "dev", **more: Any) -> str:
        """Makes a role and lets the machine run with a session of it."""
        trust = json.dumps({"Version": "2012-10-17", "Statement": []})
        role = self.iam.create_role(RoleName=name, AssumeRolePolicyDocument=trust, **more)["Role"]
        answer = self.sts.assume_role(RoleArn=role["Arn"], RoleSessionName="tests")
        self._use(answer["Credentials"])
        return name

    def managed(self, name: str, document: str, **more: Any) -> str:
        made = self.iam.create_policy(PolicyName=name, PolicyDocument=document, **more)
        return str(made["Policy"]["Arn"])

    def key(self) -> str:
        """Makes the key aws/codecommit, as the first repository does."""
        key_id = str(self.kms.create_key()["KeyMetadata"]["KeyId"])
        self.kms.create_alias(AliasName="alias/aws/codecommit", TargetKeyId=key_id)
        return key_id

    def repository(self, key: str | None = None) -> None:
        """What CodeCommit says of the repository; by itself it has the key aws/codecommit."""
        named = {"kmsKeyId": key} if key else {}
        arn = f"arn:aws:codecommit:{REGION}:{ACCOUNT}:demo"
        data = {"repositoryName": "demo", "Arn": arn, "accountId": ACCOUNT, **named}
        self.front.tell("GetRepository", {"repositoryMetadata": data})

    def bound(self, user: str, document: str) -> None:
        """Gives a user a permissions boundary, which moto keeps for roles only."""
        arn = self.managed("edge", document)
        kind = "<PermissionsBoundaryType>Policy</PermissionsBoundaryType>"
        inner = f"{kind}<PermissionsBoundaryArn>{arn}</PermissionsBoundaryArn>"
        body = (
            f"<User><UserName>{user}</UserName><Path>/</Path><Arn>x</Arn><UserId>x</UserId>"
            "<CreateDate>2026-01-01T00:00:00Z</CreateDate>"
            f"<PermissionsBoundary>{inner}</PermissionsBoundary></User>"
        )
        self.front.answers["GetUser"] = lambda _: (200, _result("GetUser", body))

    def _use(self, key: dict[str, str]) -> None:
        self._monkeypatch.setenv("AWS_ACCESS_KEY_ID", key["AccessKeyId"])
        self._monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", key["SecretAccessKey"])
        if "SessionToken" in key:
            self._monkeypatch.setenv("AWS_SESSION_TOKEN", key["SessionToken"])


def document(effect: str = "Deny", **statement: Any) -> str:
    full = {"Sid": "NoKms", "Effect": effect, "Action": "kms:*", "Resource": "*", **statement}
    if "NotAction" in statement:
        del full["Action"]
    if "NotResource" in statement:
        del full["Resource"]
    return json.dumps({"Version": "2012-10-17", "Statement": [full]})


def kms_deny() -> Check:
    found = load().get("kms-deny")
    assert found
    return found


class Service:
    """Stands for what git gets from CodeCommit. refuses: None if that can't be tried."""

    def __init__(self, refuses: bool | None) -> None:
        self._refuses = refuses

    def refused(self, handshake: object) -> bool | None:
        return self._refuses


def examine(
    *,
    profile: str | None = None,
    offline: bool = False,
    region: str = REGION,
    repository: str | None = "demo",
    refuses: bool | None = None,
) -> Result:
    url = f"https://git-codecommit.{region}.amazonaws.com/v1/repos/{repository}"
    target = (
        targets.parse(url, name="here", directory=Path())
        if repository
        else targets.general(region, Path(), name="here")
    )
    aws = Aws(Policies(profile, region, offline), Profiles())
    result = ask(kms_deny(), target, aws, None, Service(refuses))
    assert "\n" not in result.summary
    assert "sEcReT" not in repr(result)
    assert (result.code is None) is (result.status is Status.PASS)
    return result


def places(result: Result) -> list[str]:
    return [evidence.origin.text for evidence in result.evidence]


NO_SIMULATION = ("SimulatePrincipalPolicy",)
MATCHED = """<MatchedStatements><member><SourcePolicyId>user_ana_guard</SourcePolicyId>
<SourcePolicyType>IAM Policy</SourcePolicyType><StartPosition><Line>7</Line><Column>5</Column>
</StartPosition></member></MatchedStatements>"""
MISSING = "<MissingContextValues><member>aws:SourceIp</member></MissingContextValues>"


def test_a_simulation_that_is_not_implemented_leads_to_reading(aws: Account) -> None:
    user = aws.user()
    aws.iam.put_user_policy(UserName=user, PolicyName="guard", PolicyDocument=document())
    result = examine()
    assert result.status is Status.FAIL
    assert "SimulatePrincipalPolicy" in aws.front.asked  # and moto has no answer to it
    assert places(result) == ["policy guard (inline, user ana), statement NoKms"]
    assert result.evidence[0].fact.startswith("denies kms:Encrypt, kms:Decrypt, kms:ReEncrypt*")


@pytest.mark.parametrize(
    "where", ["inline", "managed", "group inline", "group managed", "boundary"]
)
def test_every_place_where_a_user_s_policy_may_stand(aws: Account, where: str) -> None:
    aws.front.refuse(*NO_SIMULATION)
    user = aws.user(Path="/eng/")
    if where.startswith("group"):
        aws.iam.create_group(GroupName="staff")
        aws.iam.add_user_to_group(GroupName="staff", UserName=user)
    if where == "inline":
        aws.iam.put_user_policy(UserName=user, PolicyName="guard", PolicyDocument=document())
    elif where == "managed":
        aws.iam.attach_user_policy(UserName=user, PolicyArn=aws.managed("guard", document()))
    elif where == "group inline":
        aws.iam.put_group_policy(GroupName="staff", PolicyName="guard", PolicyDocument=document())
    elif where == "group managed":
        arn = aws.managed("guard", document(), Path="/deep/er/")
        aws.iam.attach_group_policy(GroupName="staff", PolicyArn=arn)
    else:
        aws.bound(user, document())
    result = examine()
    assert result.status is Status.FAIL
    expected = {
        "inline": "policy guard (inline, user ana)",
        "managed": "policy guard (managed, user ana)",
        "group inline": "policy guard (inline, group staff)",
        "group managed": "policy guard (managed, group staff)",
        "boundary": "policy edge (permissions boundary, user ana)",
    }
    assert places(result) == [f"{expected[where]}, statement NoKms"]
    assert any("kms:ViaService" in advice.text for advice in result.advice)


@pytest.mark.parametrize("where", ["inline", "managed", "boundary"])
@pytest.mark.parametrize("path", ["/", "/aws-reserved/sso.amazonaws.com/"])
def test_the_role_behind_a_session(aws: Account, where: str, path: str) -> None:
    aws.front.refuse(*NO_SIMULATION)
    boundary = {"PermissionsBoundary": aws.managed("guard", document())} if "bound" in where else {}
    role = aws.role("AWSReservedSSO_dev_0123456789abcdef", Path=path, **boundary)
    if where == "inline":
        aws.iam.put_role_policy(RoleName=role, PolicyName="guard", PolicyDocument=document())
    elif where == "managed":
        aws.iam.attach_role_policy(RoleName=role, PolicyArn=aws.managed("guard", document()))
    result = examine()
    assert result.status is Status.FAIL
    kind = "permissions boundary" if where == "boundary" else where
    assert places(result) == [f"policy guard ({kind}, role {role}), statement NoKms"]
    arn = f"arn:aws:iam::{ACCOUNT}:role{path}{role}"
    assert arn in result.advice[-1].command
    assert Policies(None, REGION, False).principal_arn() == arn


def test_many_policies_come_in_pages(aws: Account) -> None:
    aws.front.refuse(*NO_SIMULATION)
    user = aws.user()
    allow = document("Allow", Action="s3:ListBucket")
    for number in range(105):
        name = f"p{number:03}"
        aws.iam.put_user_policy(UserName=user, PolicyName=name, PolicyDocument=allow)
    aws.iam.put_user_policy(UserName=user, PolicyName="zz", PolicyDocument=document())
    assert places(examine()) == ["policy zz (inline, user ana), statement NoKms"]


@pytest.mark.parametrize(
    ("statement", "status"),
    [
        ({"Action": "kms:Encrypt"}, Status.FAIL),
        ({"Action": "kms:Decrypt"}, Status.FAIL),
        ({"Action": "kms:ReEncrypt*"}, Status.FAIL),
        ({"Action": "kms:ReEncryptFrom"}, Status.FAIL),
        ({"Action": "kms:GenerateDataKey"}, Status.FAIL),
        ({"Action": "kms:GenerateDataKeyWithoutPlaintext"}, Status.FAIL),
        ({"Action": "kms:DescribeKey"}, Status.FAIL),
        ({"Action": "kms:ScheduleKeyDeletion"}, Status.PASS),
        ({"NotAction": ["iam:*", "sts:*"]}, Status.FAIL),
        ({"NotAction": "kms:*"}, Status.PASS),
        ({"Resource": "arn:aws:kms:*:*:key/*"}, Status.FAIL),
        ({"Resource": "arn:aws:kms:eu-west-1:*:key/*"}, Status.PASS),
        ({"NotResource": "arn:aws:s3:::*"}, Status.FAIL),
        ({"NotResource": "arn:aws:kms:*:*:key/*"}, Status.PASS),
        ({"Condition": {"StringEquals": {"aws:RequestedRegion": "eu-west-1"}}}, Status.PASS),
        ({"Condition": {"StringEquals": {"aws:RequestedRegion": REGION}}}, Status.FAIL),
        ({"Condition": {"IpAddress": {"aws:SourceIp": "192.0.2.0/24"}}}, Status.WARN),
        ({"Condition": {"BoolIfExists": {"aws:MultiFactorAuthPresent": "false"}}}, Status.FAIL),
    ],
)
def test_statements(aws: Account, statement: dict[str, Any], status: Status) -> None:
    aws.front.refuse(*NO_SIMULATION)
    user = aws.user()
    text = document(**statement)
    aws.iam.put_user_policy(UserName=user, PolicyName="guard", PolicyDocument=text)
    result = examine()
    assert result.status is status
    assert ("policy guard" in places(result)[0]) is (status is not Status.PASS)


@pytest.mark.parametrize("element", ["Resource", "NotResource"])
def test_a_key_that_is_named_by_its_id(aws: Account, element: str) -> None:
    aws.front.refuse(*NO_SIMULATION)
    user = aws.user()
    own = f"arn:aws:kms:{REGION}:{ACCOUNT}:key/{aws.key()}"
    other = f"arn:aws:kms:{REGION}:{ACCOUNT}:key/0987dcba-09fe-87dc-65ba-ab0987654321"
    found = {}
    for arn in (own, other):
        text = document(**{element: arn})
        aws.iam.put_user_policy(UserName=user, PolicyName="guard", PolicyDocument=text)
        found[arn] = examine().status
    covered = own if element == "Resource" else other
    assert {arn for arn in found if found[arn] is Status.FAIL} == {covered}
    assert {arn for arn in found if found[arn] is Status.PASS} == {own, other} - {covered}
    aws.front.refuse("ListAliases")
    assert examine().status is Status.WARN
    aws.front.simulate("implicitDeny")
    assert examine().status is Status.WARN
    assert "DescribeKey" not in aws.front.asked  # it would make the key


def test_a_key_that_is_not_there_yet_is_none_that_a_policy_names(aws: Account) -> None:
    aws.front.refuse(*NO_SIMULATION)
    user = aws.user()
    text = document(Resource=f"arn:aws:kms:{REGION}:{ACCOUNT}:key/{'0987dcba':-<36}")
    aws.iam.put_user_policy(UserName=user, PolicyName="guard", PolicyDocument=text)
    assert examine().status is Status.PASS


def test_the_key_of_another_region_than_the_profile_s(aws: Account) -> None:
    aws.user()
    key_id = aws.key()
    named = ("alias/aws/codecommit", key_id)
    assert named in Policies(None, "eu-west-1", False).aliases(REGION)
    assert named not in Policies(None, "eu-west-1", False).aliases("eu-west-1")


def test_a_boundary_that_allows_no_kms_is_no_problem(aws: Account) -> None:
    aws.front.refuse(*NO_SIMULATION)
    aws.bound(aws.user(), document("Allow", Action="codecommit:*"))
    assert examine().status is Status.PASS


def test_the_simulation_decides_and_reading_names_the_statement(aws: Account) -> None:
    user = aws.user()
    aws.key()
    text = document(Action="kms:Decrypt")
    aws.iam.put_user_policy(UserName=user, PolicyName="guard", PolicyDocument=text)
    aws.front.simulate("explicitDeny", "kms:Decrypt", inside=MATCHED)
    result = examine()
    assert result.status is Status.FAIL
    assert places(result) == ["policy guard (inline, user ana), statement NoKms"]


def test_a_simulated_deny_without_permission_to_read(aws: Account) -> None:
    aws.user()
    aws.front.refuse(*READING)
    aws.front.simulate("explicitDeny", "kms:Decrypt", "kms:ReEncryptTo", inside=MATCHED)
    result = examine()
    assert (result.status, result.code) == (Status.FAIL, "denied")
    assert [(e.fact, e.origin.text) for e in result.evidence] == [
        (
            "denies kms:Decrypt, kms:ReEncryptTo",
            "policy user_ana_guard (IAM Policy), statement at line 7",
        )
    ]


def test_a_simulated_deny_that_lacks_a_value_is_a_warning(aws: Account) -> None:
    aws.user()
    aws.front.refuse(*READING)
    aws.front.simulate("explicitDeny", "kms:Decrypt", inside=MATCHED + MISSING)
    result = examine()
    assert result.status is Status.WARN
    facts = [e.fact for e in result.evidence]
    assert "denies kms:Decrypt; it depends on aws:SourceIp" in facts


def test_missing_values_of_one_resource_count_too(aws: Account) -> None:
    aws.user()
    aws.front.refuse(*READING)
    inside = (
        "<ResourceSpecificResults><member><EvalResourceName>k</EvalResourceName>"
        f"<EvalResourceDecision>explicitDeny</EvalResourceDecision>{MATCHED}{MISSING}"
        "</member></ResourceSpecificResults>"
    )
    aws.front.simulate("explicitDeny", "kms:Decrypt", inside=inside)
    assert examine().status is Status.WARN


def test_a_simulated_deny_of_a_made_up_key_yields_to_the_statement(aws: Account) -> None:
    user = aws.user()
    aws.front.refuse("ListAliases")
    arn = f"arn:aws:kms:{REGION}:{ACCOUNT}:key/0987dcba-09fe-87dc-65ba-ab0987654321"
    text = document(NotResource=arn)
    aws.iam.put_user_policy(UserName=user, PolicyName="guard", PolicyDocument=text)
    aws.front.simulate("explicitDeny", "kms:Decrypt", inside=MATCHED)
    result = examine()
    assert result.status is Status.WARN
    assert "may or may not cover" in result.evidence[0].fact


def test_an_undecided_condition_is_settled_by_reading(aws: Account) -> None:
    user = aws.user()
    aws.front.simulate("implicitDeny", inside=MISSING)
    assert examine().status is Status.PASS
    text = document(Condition={"NotIpAddress": {"aws:SourceIp": "192.0.2.0/24"}})
    aws.iam.put_user_policy(UserName=user, PolicyName="guard", PolicyDocument=text)
    assert examine().status is Status.WARN
    aws.front.refuse(*READING)
    result = examine()
    assert result.status is Status.SKIP
    assert "iam:ListUserPolicies" in result.summary


def test_the_simulation_is_asked_about_a_request_through_codecommit(aws: Account) -> None:
    aws.user()
    forms: list[dict[str, list[str]]] = []
    aws.front.simulate("allowed")
    answer = aws.front.answers["SimulatePrincipalPolicy"]

    def note(form: dict[str, list[str]]) -> tuple[int, str]:
        forms.append(form)
        return answer(form)

    key_id = aws.key()
    aws.front.answers["SimulatePrincipalPolicy"] = note
    result = examine()
    assert result.status is Status.PASS
    assert not {"ListUserPolicies", "DescribeKey"} & set(aws.front.asked)
    (form,) = forms
    values = [value[0] for value in form.values()]
    assert f"codecommit.{REGION}.amazonaws.com" in values
    assert form["ResourceArns.member.1"] == [f"arn:aws:kms:{REGION}:{ACCOUNT}:key/{key_id}"]
    assert [form[f"ActionNames.member.{n}"][0] for n in range(1, 8)] == [
        "kms:Encrypt",
        "kms:Decrypt",
        "kms:ReEncryptFrom",
        "kms:ReEncryptTo",
        "kms:GenerateDataKey",
        "kms:GenerateDataKeyWithoutPlaintext",
        "kms:DescribeKey",
    ]


def test_an_organization_that_does_not_allow_it_is_a_warning(aws: Account) -> None:
    aws.user()
    inside = (
        "<OrganizationsDecisionDetail><AllowedByOrganizations>false</AllowedByOrganizations>"
        "</OrganizationsDecisionDetail>"
    )
    aws.front.simulate("implicitDeny", inside=inside)
    result = examine()
    assert result.status is Status.WARN
    assert "organization" in result.summary


def test_nothing_may_be_seen(aws: Account) -> None:
    aws.user()
    aws.front.refuse(*NO_SIMULATION, *READING, "ListAliases")
    result = examine()
    assert result.status is Status.SKIP
    for action in ("SimulatePrincipalPolicy", *READING):
        assert f"iam:{action}" in result.summary
    (advice,) = result.advice
    assert advice.command[:3] == ("aws", "iam", "simulate-principal-policy")
    assert f"arn:aws:iam::{ACCOUNT}:user/ana" in advice.command
    assert "kms:ReEncryptFrom" in advice.command


def test_nothing_may_be_seen_of_a_role(aws: Account) -> None:
    aws.role()
    actions = ("ListRolePolicies", "ListAttachedRolePolicies", "GetRole")
    aws.front.refuse(*NO_SIMULATION, *actions)
    result = examine()
    assert result.status is Status.SKIP
    assert all(f"iam:{action}" in result.summary for action in actions)
    assert f"arn:aws:iam::{ACCOUNT}:role/dev" in result.advice[0].command


def test_iam_itself_refuses(aws: Account) -> None:
    """moto decides here what the user may call."""
    user = aws.user()
    text = document("Allow", Action=["iam:ListUserPolicies", "iam:GetUserPolicy"])
    aws.iam.put_user_policy(UserName=user, PolicyName="few", PolicyDocument=text)
    plain = {"Content-Type": "text/plain"}
    request = urllib.request.Request(f"{aws.front.behind}/moto-api/reset-auth", b"0", plain)
    with urllib.request.urlopen(request) as response:
        assert response.status == 200
    try:
        result = examine()
    finally:
        request.data = b"inf"
        with urllib.request.urlopen(request):
            pass
    assert result.status is Status.SKIP
    assert "iam:SimulatePrincipalPolicy" in result.summary
    assert "iam:ListGroupsForUser" in result.summary
    assert "iam:ListUserPolicies" not in result.summary


@pytest.mark.parametrize(
    ("statement", "status"),
    [({}, Status.FAIL), ({"Action": "s3:*"}, Status.SKIP)],
)
def test_a_part_may_be_seen(aws: Account, statement: dict[str, Any], status: Status) -> None:
    user = aws.user()
    aws.front.refuse(*NO_SIMULATION, "ListGroupsForUser")
    text = document(**statement)
    aws.iam.put_user_policy(UserName=user, PolicyName="guard", PolicyDocument=text)
    result = examine()
    assert result.status is status
    if status is Status.SKIP:
        assert "not seen: the groups of user ana" in [e.fact for e in result.evidence]
        assert "iam:ListGroupsForUser" in result.summary


def test_a_managed_policy_that_may_be_listed_but_not_read(aws: Account) -> None:
    user = aws.user()
    aws.front.refuse(*NO_SIMULATION, "GetPolicyVersion")
    aws.iam.attach_user_policy(UserName=user, PolicyArn=aws.managed("guard", document()))
    result = examine()
    assert result.status is Status.SKIP
    assert "not seen: policy guard of user ana" in [e.fact for e in result.evidence]


def test_a_policy_that_is_none(aws: Account) -> None:
    user = aws.user()
    aws.iam.put_user_policy(UserName=user, PolicyName="odd", PolicyDocument=document("Allow"))
    names = "<UserName>ana</UserName><PolicyName>odd</PolicyName>"
    inside = f"{names}<PolicyDocument>%7B%7D</PolicyDocument>"
    aws.front.refuse(*NO_SIMULATION)
    aws.front.answers["GetUserPolicy"] = lambda _: (200, _result("GetUserPolicy", inside))
    result = examine()
    assert result.status is Status.SKIP
    assert "not seen: policy odd of user ana" in [e.fact for e in result.evidence]


def identity_answer(arn: str) -> Answer:
    body = f"<Arn>{arn}</Arn><UserId>x</UserId><Account>{ACCOUNT}</Account>"
    return lambda _: (200, _result("GetCallerIdentity", body))


def test_the_root_user_has_no_policies(aws: Account) -> None:
    aws.user()
    aws.front.answers["GetCallerIdentity"] = identity_answer(f"arn:aws:iam::{ACCOUNT}:root")
    result = examine()
    assert result.status is Status.PASS
    assert "root user" in result.summary
    assert aws.front.asked == ["GetCallerIdentity"]


def test_a_federated_user_s_policies_cannot_be_found(aws: Account) -> None:
    aws.user()
    arn = f"arn:aws:sts::{ACCOUNT}:federated-user/max"
    aws.front.answers["GetCallerIdentity"] = identity_answer(arn)
    result = examine()
    assert result.status is Status.SKIP
    assert "federated" in result.summary


@pytest.mark.parametrize(
    ("code", "words"),
    [
        ("ExpiredToken", "the credentials of the AWS_* environment variables have expired"),
        (
            "InvalidClientTokenId",
            "AWS does not accept the credentials of the AWS_* environment variables",
        ),
        (
            "SignatureDoesNotMatch",
            "AWS does not accept the credentials of the AWS_* environment variables",
        ),
        ("Odd", "AWS answered Odd to GetCallerIdentity"),
    ],
)
def test_aws_does_not_accept_the_credentials(aws: Account, code: str, words: str) -> None:
    aws.user()
    aws.front.refuse("GetCallerIdentity", code=code)
    result = examine()
    assert result.status is Status.SKIP
    assert words in result.summary


def test_offline_nothing_is_asked(aws: Account) -> None:
    aws.user()
    result = examine(offline=True)
    assert result.status is Status.SKIP
    assert "offline" in result.summary
    assert aws.front.asked == []


def test_no_credentials(aws: Account) -> None:
    result = examine()
    assert result.status is Status.SKIP
    assert result.summary == "no AWS credentials were found for the profile default"


def write_profile(home: Path, *lines: str) -> None:
    (home / ".aws").mkdir()
    (home / ".aws" / "config").write_text("\n".join(lines) + "\n", encoding="utf-8")


@pytest.mark.parametrize(
    ("lines", "words"),
    [
        (["[profile x]"], "the profile dev is not in the AWS configuration"),
        (["[profile dev]", "aws_access_key_id = AKIA"], "profile dev are incomplete"),
        (["[profile dev", "x"], "the AWS configuration is not well-formed"),
        (
            [
                *("[profile dev]", "sso_start_url = https://example.awsapps.com/start"),
                *("sso_region = us-east-1", "sso_account_id = 123456789012", "sso_role_name = d"),
            ],
            "the login of the profile dev has expired or was never made",
        ),
        (
            [
                *("[profile dev]", "role_arn = arn:aws:iam::123456789012:role/r"),
                *("source_profile = base", "mfa_serial = arn:aws:iam::123456789012:mfa/ana"),
                *("[profile base]", "aws_access_key_id = AKIA", "aws_secret_access_key = sEcReT"),
            ],
            "a second factor (MFA) is asked for, and the doctor does not prompt",
        ),
        (
            [
                *("[profile dev]", "role_arn = arn:aws:iam::123456789012:role/r"),
                "source_profile = missing",
            ],
            "do not make sense together",
        ),
    ],
)
def test_profiles_without_usable_credentials(
    aws: Account, home: Path, lines: list[str], words: str
) -> None:
    write_profile(home, *lines)
    result = examine(profile="dev")
    assert result.status is Status.SKIP
    assert words in result.summary
    assert aws.front.asked == []


PROGRAMS = {
    "fails": "import sys; sys.exit('sEcReT')",
    "babbles": "print('sEcReT')",
    "no object": "print('[]')",
    "no key": """print('{"Version": 1, "SecretAccessKey": "sEcReT"}')""",
    "hangs": "import sys, threading; threading.Event().wait()",
}


@pytest.mark.parametrize("nested", [False, True])
@pytest.mark.parametrize("program", PROGRAMS)
def test_credential_processes(
    aws: Account, home: Path, monkeypatch: pytest.MonkeyPatch, program: str, nested: bool
) -> None:
    monkeypatch.setattr("codecommit_doctor.probes.aws_session._PROCESS_LIMIT", 0.5)
    script = home / "credentials.py"
    script.write_text(PROGRAMS[program], encoding="utf-8")
    command = f"credential_process = '{sys.executable}' '{script}'"
    role = ("role_arn = arn:aws:iam::123456789012:role/r", "source_profile = base")
    write_profile(
        home, "[profile dev]", *(role if nested else (command,)), "[profile base]", command
    )
    result = examine(profile="dev")
    assert result.status is Status.SKIP
    assert "the credential_process of the profile dev" in result.summary
    assert aws.front.asked == []


def test_a_credential_process_that_works(aws: Account, home: Path) -> None:
    user = aws.user()
    names = ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY")
    key, secret = (os.environ[name] for name in names)
    answer = {"Version": 1, "AccessKeyId": key, "SecretAccessKey": secret}
    script = home / "credentials.py"
    script.write_text(f"print({json.dumps(answer)!r})", encoding="utf-8")
    command = f"credential_process = '{sys.executable}' '{script}'"
    write_profile(home, "[profile dev]", command)
    identity = Policies("dev", REGION, False).identity()
    assert (identity.kind, identity.name, identity.long_term) == ("user", user, True)


ROLE_PROFILE = (
    "[profile dev]",
    f"role_arn = arn:aws:iam::{ACCOUNT}:role/dev",
    "source_profile = base",
    "[profile base]",
    "aws_access_key_id = AKIA",
    "aws_secret_access_key = sEcReT",
)


def test_a_session_that_the_aws_cli_left_behind_is_used(aws: Account, home: Path) -> None:
    aws.role("dev")
    serial = f"arn:aws:iam::{ACCOUNT}:mfa/ana"
    first, *others = ROLE_PROFILE
    write_profile(home, first, f"mfa_serial = {serial}", *others)
    role = f"arn:aws:iam::{ACCOUNT}:role/dev"
    session = aws.sts.assume_role(RoleArn=role, RoleSessionName="cli")
    asked = json.dumps({"RoleArn": role, "SerialNumber": serial}, sort_keys=True)
    cache = home / ".aws" / "cli" / "cache"
    cache.mkdir(parents=True)
    name = hashlib.sha1(asked.encode()).hexdigest() + ".json"
    credentials = json.dumps({"Credentials": session["Credentials"]}, default=str)
    (cache / name).write_text(credentials, encoding="utf-8")
    identity = Policies("dev", REGION, False).identity()
    assert (identity.kind, identity.name, identity.long_term) == ("role-session", "dev", False)
    assert aws.front.asked == ["GetCallerIdentity"]


def test_a_new_session_leaves_no_trace(aws: Account, home: Path) -> None:
    aws.role("dev")
    write_profile(home, *ROLE_PROFILE)
    assert Policies("dev", REGION, False).identity().name == "dev"
    assert aws.front.asked == ["AssumeRole", "GetCallerIdentity"]
    assert [path.name for path in (home / ".aws").iterdir()] == ["config"]


def test_a_role_that_may_not_be_assumed(aws: Account, home: Path) -> None:
    write_profile(home, *ROLE_PROFILE)
    aws.front.refuse("AssumeRole")
    result = examine(profile="dev")
    assert result.status is Status.SKIP
    assert result.summary == (
        "the role of the profile dev may not be assumed: sts:AssumeRole is denied"
    )


def test_no_network(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "AKIA")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "sEcReT")
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://127.0.0.1:9")
    result = examine()
    assert result.status is Status.SKIP
    assert "could not be reached over the network" in result.summary


def test_no_proxy_answers(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "AKIA")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "sEcReT")
    monkeypatch.setenv("HTTPS_PROXY", "http://user:sEcReT@127.0.0.1:9")
    result = examine()
    assert result.status is Status.SKIP
    assert "could not be reached over the network (ProxyConnectionError)" in result.summary


def test_each_fact_is_asked_for_once(aws: Account) -> None:
    aws.user()
    policies = Policies(None, REGION, False)
    threads = [threading.Thread(target=policies.identity) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert policies.identity() is policies.identity()
    assert aws.front.asked == ["GetCallerIdentity"]


def test_a_missing_permission_is_named(aws: Account) -> None:
    aws.role()
    aws.front.refuse("GetRole")
    with pytest.raises(Unavailable) as caught:
        Policies(None, REGION, False).principal_arn()
    assert caught.value.missing_permission == "iam:GetRole"
    assert caught.value.reason == "the AWS_* environment variables may not call iam:GetRole"


def test_no_region() -> None:
    target = targets.parse("https://example.com/x", name="x", directory=Path())
    aws = Aws(Policies(None, None, False), Profiles())
    result = ask(kms_deny(), target, aws, None, Service(None))
    assert result.status is Status.SKIP
    assert "no region is known" in result.summary


@pytest.mark.parametrize(
    ("action", "status", "code"), [("kms:Decrypt", "fail", 1), ("s3:*", "pass", 0)]
)
def test_on_the_command_line(
    aws: Account, healthy: Sandbox, action: str, status: str, code: int
) -> None:
    user = aws.user()
    aws.front.refuse(*NO_SIMULATION)
    text = document(Action=action)
    aws.iam.put_user_policy(UserName=user, PolicyName="guard", PolicyDocument=text)
    key, secret = (os.environ[f"AWS_{name}"] for name in ("ACCESS_KEY_ID", "SECRET_ACCESS_KEY"))
    healthy.write(
        ".aws/credentials",
        f"[default]\naws_access_key_id = {key}\naws_secret_access_key = {secret}\n",
    )
    healthy.env["AWS_ENDPOINT_URL"] = aws.front.url
    done = healthy.examine("--only", "kms-deny", offline=False)
    assert (done.status("kms-deny"), done.code) == (status, code)
    assert ACCOUNT not in done.out
    assert secret not in done.out + done.err
