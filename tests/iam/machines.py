"""Machines made at random, and whether the doctor contradicts the git of the lab.

A user or a role with a path, with policies, groups of rights to look, sometimes a permissions
boundary, and a repository with the key aws/codecommit or a customer managed key.
"""

from __future__ import annotations

import json
import random
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.iam.generator import ACCOUNT, KEY_ID, key_policy, statement
from tests.lab.environment import Environment, Setup
from tests.lab.service import Lab
from tests.live import examine

_LOOKING = (
    ("iam:Get*", "iam:List*", "iam:SimulatePrincipalPolicy"),
    ("iam:Get*", "iam:List*"),
    ("iam:SimulatePrincipalPolicy",),
    ("iam:List*", "iam:GetUser", "iam:GetRole"),
    (),
)
_KEYS = ("kms:ListAliases", "kms:DescribeKey", "kms:GetKeyPolicy")
_REFUSED = re.compile(r"((?:kms|codecommit):\w+): ")


@dataclass(frozen=True)
class Outcome:
    """number: of the machine. refused: the action that stopped git, None if it worked.

    said: status, summary and code of each of the two checks. wrong: what contradicts git.
    """

    number: int
    refused: str | None
    said: dict[str, tuple[str, str, str]]
    wrong: tuple[str, ...]


def outcomes(lab: Lab, folder: Path, numbers: range) -> Iterator[Outcome]:
    for number in numbers:
        yield outcome(lab, folder / str(number), number)


def outcome(lab: Lab, folder: Path, number: int) -> Outcome:
    """One machine: what git gets, and what the doctor says."""
    chance = random.Random(f"machine {number}")
    setup = Setup(policies=(), exists=False, prepare=lambda machine: _prepare(machine, chance))
    with Environment(lab, folder, setup) as machine:
        lab.journal.clear()
        works = machine.git("ls-remote", "@URL@").returncode == 0
        found = None if works else _REFUSED.search(str(lab.journal))
        assert works or found, f"machine {number}: git was stopped by something else: {lab.journal}"
        results = examine(machine, "--only", "kms-deny", "--only", "iam-permissions").results
    said = {
        id: (result["status"], result["summary"], result.get("code") or "")
        for id, result in results.items()
        if id in ("kms-deny", "iam-permissions")
    }
    refused = found[1] if found else None
    return Outcome(number, refused, said, tuple(_contradictions(refused, said)))


def _contradictions(refused: str | None, said: dict[str, tuple[str, str, str]]) -> Iterator[str]:
    """A push is not tried, so that a warning about it is neither right nor wrong."""
    kms, iam = said["kms-deny"][0], said["iam-permissions"][0]
    if refused is None:
        if "not all that a push needs" in said["kms-deny"][1]:
            yield "kms-deny misses an allow that the lab's git would need, and git works"
        yield from (f"{id} failed, git works" for id in said if said[id][0] == "fail")
    elif refused.startswith("kms:"):
        if kms == "pass":
            yield f"kms-deny passed, git was refused {refused}"
        if iam == "fail":
            yield f"iam-permissions failed, git was refused {refused}"
    elif iam == "pass":
        yield f"iam-permissions passed, git was refused {refused}"


def _prepare(machine: Environment, chance: random.Random) -> None:
    """Policies, boundary, key and repository; then the credentials of the user or a role."""
    account = machine.account
    customer = chance.random() < 0.5
    made = account.kms_key() if customer else account.codecommit_key(machine.region)
    if customer and chance.random() < 0.5:
        account.backend("kms", machine.region).keys[made].policy = json.dumps(
            _local(key_policy(chance), machine, made)
        )
    account.repository("demo", machine.region, key=made)
    policies = [_local(policy, machine, made) for policy in _policies(chance)]
    bound = chance.random() < 0.25
    edge = _policy(
        [{"Effect": "Allow", "Action": "*", "Resource": "*"}, statement(chance, "kms", 0.5)]
    )
    kind = "role" if chance.random() < 0.4 else "user"
    name = "ci" if kind == "role" else "dev"
    if kind == "role":
        role = account.role("ci", *policies, path="/build/")
    else:
        for number, policy in enumerate(policies):
            account.iam.put_user_policy("dev", f"p{number}", json.dumps(policy))
    if bound:
        account.bound(kind, name, account.policy("Edge", _local(edge, machine, made)))
    if kind == "role":
        session = account.assume(role)
        machine.write(
            ".aws/credentials",
            f"[default]\naws_access_key_id = {session.access_key}\n"
            f"aws_secret_access_key = {session.secret}\naws_session_token = {session.token}\n",
        )


def _policies(chance: random.Random) -> list[dict[str, Any]]:
    looking = [*chance.choice(_LOOKING), *(key for key in _KEYS if chance.random() < 0.7)]
    looking += ["codecommit:GetRepository"] if chance.random() < 0.8 else []
    pulls = ["codecommit:Git*"] if chance.random() < 0.85 else []
    uses = ["kms:*"] if chance.random() < 0.5 else []
    allowed = {"Effect": "Allow", "Action": [*looking, *pulls, *uses, "s3:List*"], "Resource": "*"}
    services = chance.choice((("kms",), ("kms", "kms"), ("codecommit",), ("codecommit", "kms")))
    return [_policy([allowed]), *(_policy([statement(chance, s, 0.8)]) for s in services)]


def _policy(statements: list[dict[str, Any]]) -> dict[str, Any]:
    return {"Version": "2012-10-17", "Statement": statements}


def _local(policy: dict[str, Any], machine: Environment, key: str) -> Any:
    """The policy with the account, the key and the user of the lab in it."""
    text = json.dumps(policy).replace(ACCOUNT, machine.account.id).replace(KEY_ID, key)
    text = text.replace("user/eng/dev", "user/dev").replace("role/dev", "role/build/ci")
    return json.loads(text.replace('"stringequals', '"StringEquals'))
