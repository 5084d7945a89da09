"""sts, iam, kms, codecommit and ssm: signatures, permissions, then moto or our own operations."""

from __future__ import annotations

import io
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Any
from urllib.parse import parse_qs, quote, unquote, urlsplit
from xml.sax.saxutils import escape

from tests.lab.accounts import Accounts
from tests.lab.hosts import Host
from tests.lab.identities import Caller, Credential
from tests.lab.proxy import Clock
from tests.lab.signature import STAMP, WINDOW, SignedCall
from tests.lab.simulator import EXPLICIT_DENY, decide
from tests.lab.wire import Answer, Request

_FREE = ("sts:GetCallerIdentity", "sts:GetSessionToken")
"""Operations that need no permission."""


@dataclass(frozen=True)
class Call:
    """One API call. values: its parameters: flat for the query protocol, else the JSON body."""

    service: str
    operation: str
    region: str
    values: Mapping[str, Any]
    query: bool
    caller: Caller
    now: datetime

    @property
    def action(self) -> str:
        return f"{self.service}:{self.operation}"

    @property
    def resource(self) -> str:
        """The ARN that a policy's Resource is held against, as far as parameters tell it."""
        account, values = self.caller.account, self.values
        if arn := values.get("PolicySourceArn") or values.get("PolicyArn"):
            return str(arn)
        for kind in ("User", "Group", "Role"):
            if name := values.get(f"{kind}Name"):
                return account.arn("iam", f"{kind.lower()}/{name}")
        if name := values.get("repositoryName"):
            return account.arn("codecommit", name, self.region)
        if key := values.get("KeyId"):
            return str(key) if ":" in key else account.arn("kms", f"key/{key}", self.region)
        return "*"


class ApiError(Exception):
    """An error in the shape of the call's protocol. code: as in the query protocol."""

    _JSON_CODES = {  # noqa: RUF012
        "AccessDenied": "AccessDeniedException",
        "ExpiredToken": "ExpiredTokenException",
        "InvalidClientTokenId": "UnrecognizedClientException",
        "MissingAuthenticationToken": "MissingAuthenticationTokenException",
        "SignatureDoesNotMatch": "InvalidSignatureException",
    }

    def __init__(self, code: str, message: str, status: int = 403) -> None:
        super().__init__(message)
        self.code, self.message, self.status = code, message, status

    def answer(self, query: bool, who: str) -> Answer:
        if query:
            body = (
                "<ErrorResponse><Error><Type>Sender</Type>"
                f"<Code>{self.code}</Code><Message>{escape(self.message)}</Message></Error>"
                "<RequestId>lab</RequestId></ErrorResponse>"
            )
            headers = [("Content-Type", "text/xml")]
            return Answer(self.status, body.encode(), headers, why=self.code, who=who)
        code = self._JSON_CODES.get(self.code, self.code)
        text = json.dumps({"__type": code, "message": self.message})
        headers = [("Content-Type", "application/x-amz-json-1.1")]
        return Answer(400, text.encode(), headers, why=code, who=who)


class AwsHost:
    """Answers the APIs that the doctor, boto3 and the aws command call."""

    def __init__(self, accounts: Accounts, clock: Clock) -> None:
        self._accounts, self._clock = accounts, clock

    def respond(self, host: Host, request: Request) -> Answer:
        from tests.lab.operations import OWN

        operation, query, values = read_call(request)
        who = ""
        try:
            signed, credential = self._authenticate(request)
            caller = credential.caller
            who = caller.arn
            region = signed.region
            call = Call(host.service, operation, region, values, query, caller, self._clock.now())
            _authorize(call)
            own = OWN.get(call.action)
            answer = own(self._accounts, call) if own else None
        except ApiError as error:
            return error.answer(query, who)
        if answer is None:
            answer = self._ask_moto(host, request, caller)
        answer.who = who
        return answer

    def _authenticate(self, request: Request) -> tuple[SignedCall, Credential]:
        signed = SignedCall.parse(request.headers)
        if signed is None:
            raise ApiError("MissingAuthenticationToken", "Request is missing a signature")
        credential = self._accounts.credential(signed.access_key)
        token = request.headers.get("x-amz-security-token")
        if credential is None or not credential.active or credential.token != token:
            raise ApiError(
                "InvalidClientTokenId", "The security token included in the request is invalid."
            )
        if credential.expired(self._clock.now()):
            raise ApiError("ExpiredToken", "The security token included in the request is expired")
        now = self._clock.now()
        if abs(now - signed.at) > WINDOW:
            stamps = signed.at.strftime(STAMP), now.strftime(STAMP)
            raise ApiError(
                "SignatureDoesNotMatch",
                "Signature expired: {} is now earlier than {}".format(*stamps),
            )
        words = (request.method, request.target, request.headers, request.body)
        if not signed.signed_by(credential.secret, *words):
            raise ApiError(
                "SignatureDoesNotMatch",
                "The request signature we calculated does not match the signature you provided.",
            )
        return signed, credential

    @cached_property
    def _moto(self) -> Any:
        from moto.moto_server.werkzeug_app import DomainDispatcherApplication, create_backend_app

        return DomainDispatcherApplication(create_backend_app)

    def _ask_moto(self, host: Host, request: Request, caller: Caller) -> Answer:
        """Calls moto's WSGI application, in the caller's account."""
        split = urlsplit(request.target)
        environ = {
            "REQUEST_METHOD": request.method,
            "SCRIPT_NAME": "",
            "PATH_INFO": unquote(split.path),
            "RAW_URI": quote(request.target, safe="/?&=%"),
            "QUERY_STRING": split.query,
            "CONTENT_TYPE": request.headers.get("content-type", ""),
            "CONTENT_LENGTH": str(len(request.body)),
            "SERVER_NAME": host.name,
            "SERVER_PORT": "443",
            "SERVER_PROTOCOL": "HTTP/1.1",
            "REMOTE_ADDR": "127.0.0.1",
            "wsgi.version": (1, 0),
            "wsgi.url_scheme": "https",
            "wsgi.input": io.BytesIO(request.body),
            "wsgi.errors": io.StringIO(),
            "wsgi.multithread": True,
            "wsgi.multiprocess": False,
            "wsgi.run_once": False,
        }
        for name, value in request.headers.items():
            if name not in ("content-type", "content-length"):
                environ["HTTP_" + name.upper().replace("-", "_")] = value
        environ["HTTP_X_MOTO_ACCOUNT_ID"] = caller.account.id
        return _call_wsgi(self._moto, environ)


def read_call(request: Request) -> tuple[str, bool, dict[str, Any]]:
    """The operation, whether it came by the query protocol, and its parameters."""
    target = request.headers.get("x-amz-target", "")
    if target:
        values = json.loads(request.body or b"{}")
        return target.rpartition(".")[2], False, values
    text = request.body.decode() or request.query
    flat = {name: found[0] for name, found in parse_qs(text, keep_blank_values=True).items()}
    return flat.get("Action", ""), True, flat


def _authorize(call: Call) -> None:
    caller = call.caller
    if call.action in _FREE:
        return
    context = caller.context(call.now, call.region)
    decision = decide(caller.account.policies_of(caller), call.action, call.resource, context)
    if decision.allowed and not caller.is_refused(call.action):
        return
    reason = (
        "with an explicit deny in an identity-based policy"
        if decision.verdict == EXPLICIT_DENY
        else f"because no identity-based policy allows the {call.action} action"
    )
    raise ApiError(
        "AccessDenied",
        f"User: {caller.arn} is not authorized to perform: {call.action} "
        f"on resource: {call.resource} {reason}",
    )


def _call_wsgi(application: Any, environ: dict[str, Any]) -> Answer:
    started: list[Any] = []

    def start(status: str, headers: list[tuple[str, str]], *_: Any) -> None:
        started[:] = [int(status.split()[0]), headers]

    chunks = application(environ, start)
    try:
        body = b"".join(chunks)
    finally:
        if hasattr(chunks, "close"):
            chunks.close()
    status, headers = started
    return Answer(status, body, headers)
