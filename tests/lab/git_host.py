"""git-codecommit.REGION.amazonaws.com: who may read or write which repository.

What it answers is in the AWS CodeCommit User Guide (401, then 403 or 404; the KMS actions that no
policy may deny, and that must be allowed for a customer managed key); what the guide leaves open
is decided by the project's notes: 403 for everything that is wrong with a password, so that git
never forgets it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from urllib.parse import urlsplit

from tests.lab import git_backend
from tests.lab.accounts import Accounts
from tests.lab.hosts import Host, partition_of
from tests.lab.identities import Caller, Credential
from tests.lab.proxy import Clock
from tests.lab.signature import WINDOW, GitPassword
from tests.lab.simulator import EXPLICIT_DENY, KeyPolicy, decide
from tests.lab.wire import Answer, Request

KMS_ACTIONS = (
    "kms:Encrypt",
    "kms:Decrypt",
    "kms:ReEncryptFrom",
    "kms:ReEncryptTo",
    "kms:GenerateDataKey",
    "kms:GenerateDataKeyWithoutPlaintext",
    "kms:DescribeKey",
)

_PATH = re.compile(r"(?P<signed>/v1/repos/(?P<name>[^/]+))(?P<inner>/.*)")
_ACCESS_KEY = re.compile(r"A[KS]IA[A-Z0-9]{16}(%.*)?", re.DOTALL)
_CHALLENGE = ("WWW-Authenticate", 'Basic realm="AWS CodeCommit"')


@dataclass(frozen=True)
class Refusal(Exception):
    """why: for the journal. who: as far as it is known."""

    status: int
    why: str
    who: str = ""


class GitHost:
    """Answers git's requests to any of the regions."""

    def __init__(self, accounts: Accounts, clock: Clock) -> None:
        self._accounts, self._clock = accounts, clock

    def respond(self, host: Host, request: Request) -> Answer:
        try:
            return self._serve(host, request)
        except Refusal as refusal:
            headers = [_CHALLENGE] if refusal.status == 401 else []
            return Answer(refusal.status, b"", headers, why=refusal.why, who=refusal.who)

    def _serve(self, host: Host, request: Request) -> Answer:
        given = request.basic()
        if given is None or not given[1]:
            raise Refusal(401, "no password")
        place = _PATH.fullmatch(request.path)
        signed = place["signed"] if place else urlsplit(request.target).path
        caller = self._authenticate(*given, host, signed)
        if place is None:
            raise Refusal(404, "no such path", caller.arn)
        self._authorize(caller, host, place["name"], request)
        folder = caller.account.folder_of(place["name"], host.region)
        if not _exists(caller, host, place["name"]):
            raise Refusal(404, "no such repository", caller.arn)
        self._check_key(caller, host, place["name"])
        answer = git_backend.serve(folder, request, place["inner"], caller.name)
        answer.who = caller.arn
        return answer

    # who is it

    def _authenticate(self, user: str, password: str, host: Host, path: str) -> Caller:
        """path: the part of the URL that the helper signs. Raises Refusal."""
        if not _ACCESS_KEY.fullmatch(user):
            return self._by_git_credential(user, password, host)
        key, _, token = user.partition("%")
        credential = self._accounts.credential(key)
        if credential is None or credential.caller.account.partition != partition_of(host.region):
            raise Refusal(403, "unknown access key", key)
        signature = GitPassword.parse(password)
        if signature is None:
            raise Refusal(403, "not a signature", key)
        self._check_credential(credential, token)
        if not signature.signed_by(credential.secret, host.name, path, host.region):
            raise Refusal(403, "wrong signature", key)
        if abs(self._clock.now() - signature.at) > WINDOW:
            raise Refusal(403, "stale signature", key)
        return credential.caller

    def _by_git_credential(self, user: str, password: str, host: Host) -> Caller:
        found = self._accounts.git_credential(user)
        if found is None or found[0].partition != partition_of(host.region):
            raise Refusal(403, "unknown user name")
        account, credential = found
        if credential.password != password:
            raise Refusal(403, "wrong password", user)
        if credential.status != "Active":
            raise Refusal(403, "inactive Git credentials", user)
        owner = account.iam.users[credential.user]
        return Caller(account, "user", owner.name, owner.arn, owner.id)

    def _check_credential(self, credential: Credential, token: str) -> None:
        key = credential.access_key
        if not credential.active:
            raise Refusal(403, "inactive access key", key)
        if (credential.token or "") != token:
            raise Refusal(403, "wrong session token", key)
        if credential.expired(self._clock.now()):
            raise Refusal(403, "expired session", key)

    # may it

    def _authorize(self, caller: Caller, host: Host, name: str, request: Request) -> None:
        service = request.parameter("service") or request.path.rpartition("/")[2]
        action = f"codecommit:Git{'Push' if service == 'git-receive-pack' else 'Pull'}"
        resource = caller.account.arn("codecommit", name, host.region)
        context = caller.context(self._clock.now(), host.region)
        if references := _references(request):
            context["codecommit:references"] = references
        decision = decide(caller.account.policies_of(caller), action, resource, context)
        if caller.is_refused(action) or not decision.allowed:
            verdict = "refused" if caller.is_refused(action) else decision.verdict
            raise Refusal(403, f"{action}: {verdict}", caller.arn)

    def _check_key(self, caller: Caller, host: Host, name: str) -> None:
        """CodeCommit uses the repository's key in the caller's name.

        Nobody needs an allow for the AWS managed key. A customer managed key needs one: of the
        key's policy, or of IAM policies where the key's policy names the account.
        """
        account = caller.account
        key = account.backend("codecommit", host.region).get_repository(name)["kmsKeyId"]
        found = account.backend("kms", host.region).keys[key.rpartition("/")[2]]
        if found.key_state != "Enabled":
            raise Refusal(403, f"the KMS key is {found.key_state}", caller.arn)
        aliases = account.aliases_of(found.id, host.region)
        managed = "alias/aws/codecommit" in aliases
        context = caller.context_for_kms(self._clock.now(), host.region, aliases)
        policies = account.policies_of(caller)
        for action in KMS_ACTIONS:
            decision = decide(policies, action, key, context)
            by_key = KeyPolicy(found.policy).decide(caller, action, key, context)
            allowed = managed or by_key.directly or (by_key.by_account and decision.allowed)
            if decision.verdict == EXPLICIT_DENY or by_key.denied or not allowed:
                why = EXPLICIT_DENY if decision.verdict == EXPLICIT_DENY else "not allowed"
                raise Refusal(403, f"{action}: {why}", caller.arn)


def _references(request: Request) -> list[str]:
    """What a push changes; its first request, for the refs that there are, names none."""
    if not request.path.endswith("/git-receive-pack"):
        return []
    commands = re.findall(rb"[0-9a-f]{40} [0-9a-f]{40} (refs/[^\0\n]+)", request.body)
    return [name.decode() for name in commands]


def _exists(caller: Caller, host: Host, name: str) -> bool:
    return name in caller.account.backend("codecommit", host.region).repositories
