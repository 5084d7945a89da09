"""API operations that moto lacks or answers too simply, in AWS's documented shapes.

Sources: the API references of IAM, STS and CodeCommit. Each takes the accounts and the call and
returns an answer, or None to leave this call to moto.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime, timedelta, timezone
from typing import Any
from xml.sax.saxutils import escape

from tests.lab.accounts import Account, Accounts
from tests.lab.aws_host import ApiError, Call
from tests.lab.identities import Caller, GitCredential
from tests.lab.simulator import Decision, Policy, PolicySet, decide
from tests.lab.wire import Answer

_NAMESPACES = {
    "iam": "https://iam.amazonaws.com/doc/2010-05-08/",
    "sts": "https://sts.amazonaws.com/doc/2011-06-15/",
}


def xml(call: Call, result: Mapping[str, Any]) -> Answer:
    """The answer of a query protocol operation: the result, wrapped as AWS wraps it."""
    name = call.operation
    body = (
        f'<{name}Response xmlns="{_NAMESPACES[call.service]}"><{name}Result>{_elements(result)}'
        f"</{name}Result><ResponseMetadata><RequestId>lab</RequestId></ResponseMetadata>"
        f"</{name}Response>"
    )
    return Answer(200, body.encode(), [("Content-Type", "text/xml")])


def _elements(value: Any) -> str:
    if isinstance(value, Mapping):
        return "".join(f"<{key}>{_elements(inner)}</{key}>" for key, inner in value.items())
    if isinstance(value, list):
        return "".join(f"<member>{_elements(inner)}</member>" for inner in value)
    if isinstance(value, bool):
        return str(value).lower()
    return escape(str(value))


def _members(call: Call, name: str) -> list[str]:
    """A list parameter of the query protocol: Name.member.1, Name.member.2 ..."""
    found: list[str] = []
    while (value := call.values.get(f"{name}.member.{len(found) + 1}")) is not None:
        found.append(str(value))
    return found


def _time(at: datetime) -> str:
    return at.astimezone(timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")


# sts


def get_caller_identity(accounts: Accounts, call: Call) -> Answer:
    caller = call.caller
    found = {"Arn": caller.arn, "UserId": caller.user_id, "Account": caller.account.id}
    return xml(call, found)


def get_session_token(accounts: Accounts, call: Call) -> Answer:
    """MFA counts as given when a serial number is named: the lab has no devices."""
    seconds = int(call.values.get("DurationSeconds", 43200))
    mfa = "SerialNumber" in call.values
    made = call.caller.account.session(call.caller, valid=timedelta(seconds=seconds), mfa=mfa)
    keys = {
        "AccessKeyId": made.access_key,
        "SecretAccessKey": made.secret,
        "SessionToken": made.token,
        "Expiration": _time(made.expires or call.now),
    }
    return xml(call, {"Credentials": keys})


# iam: the simulator


def simulate_principal_policy(accounts: Accounts, call: Call) -> Answer:
    """Source: IAM API Reference, SimulatePrincipalPolicy and EvaluationResult.

    One result for each pair of action and resource.
    """
    policies = _simulated_policies(call)
    context = _context(call)
    results = [
        _result(action, resource, decide(policies, action, resource, context))
        for action in _members(call, "ActionNames")
        for resource in _members(call, "ResourceArns") or ["*"]
    ]
    return xml(call, {"EvaluationResults": results, "IsTruncated": False})


def _simulated_policies(call: Call) -> PolicySet:
    """The principal's policies, with those that the call brings itself."""
    principal = _principal(call.caller.account, str(call.values.get("PolicySourceArn")))
    found = call.caller.account.policies_of(principal)
    more = tuple(
        Policy(f"PolicyInputList.{number}", "user", text)
        for number, text in enumerate(_members(call, "PolicyInputList"), 1)
    )
    boundaries = _members(call, "PermissionsBoundaryPolicyInputList")
    boundary = Policy("boundary", "user-managed", boundaries[0]) if boundaries else found.boundary
    return PolicySet(found.identity + more, boundary)


def _principal(account: Account, arn: str) -> Caller:
    _, _, service, _, number, resource = arn.split(":", 5)
    kind, _, path = resource.partition("/")
    name = path.rpartition("/")[2]
    known = {"user": account.iam.users, "role": {r.name: r for r in account.iam.roles.values()}}
    if service != "iam" or kind not in known:
        raise ApiError("InvalidInput", "Invalid Entity Arn: " + arn, 400)
    if number != account.id or name not in known[kind] or known[kind][name].arn != arn:
        raise ApiError("NoSuchEntity", f"{arn} does not exist", 404)
    return Caller(account, kind, name, arn, known[kind][name].id)


def _context(call: Call) -> dict[str, list[str]]:
    context = {}
    number = 1
    while (key := call.values.get(f"ContextEntries.member.{number}.ContextKeyName")) is not None:
        values = _members(call, f"ContextEntries.member.{number}.ContextKeyValues")
        context[str(key).lower()] = values
        number += 1
    return context


def _result(action: str, resource: str, decision: Decision) -> dict[str, Any]:
    result: dict[str, Any] = {
        "EvalActionName": action,
        "EvalResourceName": resource,
        "EvalDecision": decision.verdict,
        "MatchedStatements": [_statement(*match) for match in decision.matched],
        "MissingContextValues": sorted(decision.missing),
    }
    if decision.boundary_allows is not None:
        result["PermissionsBoundaryDecisionDetail"] = {
            "AllowedByPermissionsBoundary": decision.boundary_allows
        }
    return result


def _statement(policy: Policy, statement: Mapping[str, Any]) -> dict[str, Any]:
    start, end = policy.place_of(statement)
    return {
        "SourcePolicyId": policy.name,
        "SourcePolicyType": policy.kind,
        "StartPosition": _position(policy.text, start),
        "EndPosition": _position(policy.text, end),
    }


def _position(text: str, offset: int) -> dict[str, int]:
    before = text[:offset]
    return {"Line": before.count("\n") + 1, "Column": offset - before.rfind("\n")}


# iam: Git credentials, and what moto does not know of users


def list_service_specific_credentials(accounts: Accounts, call: Call) -> Answer:
    found = [_described(credential) for credential in _git_credentials(call)]
    return xml(call, {"ServiceSpecificCredentials": found, "IsTruncated": False})


def create_service_specific_credential(accounts: Accounts, call: Call) -> Answer:
    if len(_git_credentials(call)) >= 2:
        raise ApiError("LimitExceeded", "Cannot exceed quota for ServiceSpecificCredentials", 409)
    made = call.caller.account.git_credential(_user_name(call))
    shown = _described(made) | {"ServicePassword": made.password}
    return xml(call, {"ServiceSpecificCredential": shown})


def update_service_specific_credential(accounts: Accounts, call: Call) -> Answer:
    wanted = call.values.get("ServiceSpecificCredentialId")
    for credential in _git_credentials(call):
        if credential.id == wanted:
            credential.status = str(call.values["Status"])
            return xml(call, {})
    raise ApiError("NoSuchEntity", f"No such credential {wanted}", 404)


def _user_name(call: Call) -> str:
    name = str(call.values.get("UserName") or call.caller.name)
    if name not in call.caller.account.iam.users:
        message = f"The user with name {name} cannot be found."
        raise ApiError("NoSuchEntity", message, 404)
    return name


def _git_credentials(call: Call) -> list[GitCredential]:
    name = _user_name(call)
    return [found for found in call.caller.account.git_credentials if found.user == name]


def _described(credential: GitCredential) -> dict[str, Any]:
    return {
        "UserName": credential.user,
        "Status": credential.status,
        "ServiceUserName": credential.name,
        "CreateDate": _time(credential.created),
        "ServiceSpecificCredentialId": credential.id,
        "ServiceName": "codecommit.amazonaws.com",
    }


def get_user(accounts: Accounts, call: Call) -> Answer | None:
    """moto knows no boundaries of users."""
    account = call.caller.account
    name = str(call.values.get("UserName") or call.caller.name)
    if name not in account.boundaries:
        return None
    user = account.iam.users[name]
    boundary = {
        "PermissionsBoundaryType": "Policy",
        "PermissionsBoundaryArn": account.boundaries[name],
    }
    shown = {
        "Path": user.path,
        "UserName": name,
        "UserId": user.id,
        "Arn": user.arn,
        "CreateDate": _time(user.create_date.replace(tzinfo=timezone.utc)),
        "PermissionsBoundary": boundary,
    }
    return xml(call, {"User": shown})


def put_user_permissions_boundary(accounts: Accounts, call: Call) -> Answer:
    call.caller.account.boundaries[_user_name(call)] = str(call.values["PermissionsBoundary"])
    return xml(call, {})


# codecommit


def list_repositories(accounts: Accounts, call: Call) -> Answer:
    repositories: Iterable[Any] = call.caller.account.backend(
        "codecommit", call.region
    ).repositories.values()
    found = [
        {"repositoryName": data["repositoryName"], "repositoryId": data["repositoryId"]}
        for data in (repository.repository_metadata for repository in repositories)
    ]
    body = json.dumps({"repositories": found}).encode()
    return Answer(200, body, [("Content-Type", "application/x-amz-json-1.1")])


OWN: dict[str, Callable[[Accounts, Call], Answer | None]] = {
    "sts:GetCallerIdentity": get_caller_identity,
    "sts:GetSessionToken": get_session_token,
    "iam:SimulatePrincipalPolicy": simulate_principal_policy,
    "iam:ListServiceSpecificCredentials": list_service_specific_credentials,
    "iam:CreateServiceSpecificCredential": create_service_specific_credential,
    "iam:UpdateServiceSpecificCredential": update_service_specific_credential,
    "iam:GetUser": get_user,
    "iam:PutUserPermissionsBoundary": put_user_permissions_boundary,
    "codecommit:ListRepositories": list_repositories,
}
