"""Every command of the pages for POSIX shells, typed on a machine of the lab: it works."""

from __future__ import annotations

import shutil
from collections.abc import Mapping
from pathlib import Path

import pytest

from tests import warm
from tests.lab.accounts import PolicySource
from tests.lab.environment import Environment, Setup
from tests.lab.plugin import Machine
from tests.page_commands import SET_BEFORE, filled, listed

pytestmark = pytest.mark.process

_ALL: PolicySource = {
    "Version": "2012-10-17",
    "Statement": [{"Effect": "Allow", "Action": "*", "Resource": "*"}],
}


def _values(here: Environment) -> Mapping[str, str]:
    key = here.account.kms_key()
    here.account.backend("kms", here.region).keys[key].key_state = "PendingDeletion"
    here.account.role("deploy")
    return {
        "HOST": here.host,
        "NAME": "demo",
        "REGION": here.region,
        "PROFILE": "default",
        "ACCOUNT": here.account.id,
        "PRINCIPAL": here.account.arn("iam", "user/dev"),
        "USER": "dev",
        "ROLE": "deploy",
        "KEY": key,
        "KEYARN": here.account.arn("kms", f"key/{key}", here.region),
        "TOKEN": "x",
        "ID": here.service.id,
        "FILE": "ca.pem",
        "FOLDER": "/srv/demo",
        "BEGINNING": "https://other.invalid/",
    }


LINES = {
    "aws iam, kms": [line for line in listed("sh") if line.startswith(("aws iam", "aws kms"))],
    "aws": [
        line for line in listed("sh") if line.startswith("aws") and line[4:7] not in ("iam", "kms")
    ],
    "git": [line for line in listed("sh") if line.startswith("git")],
    "others": [line for line in listed("sh") if not line.startswith(("aws", "git"))],
}


@pytest.mark.parametrize("lines", LINES.values(), ids=LINES)
def test_the_command_works(lines: list[str], machine: Machine) -> None:
    policies = ("AWSCodeCommitPowerUser", "IAMReadOnlyAccess", _ALL)
    files = {".netrc": "machine other.example login me password x\n"}
    here = machine(Setup(policies=policies, git_credentials="Inactive", files=files))
    values = _values(here)
    (here.bin / "codecommit-doctor").symlink_to(warm.doctor())
    kept = {
        path: path.read_bytes()
        for path in (here.home / ".gitconfig", *(here.home / ".aws").iterdir(), _of_the_clone(here))
    }
    for line in lines:
        if line.endswith(" help") and not shutil.which("groff"):
            continue  # the AWS CLI shows its help with it
        for path, data in kept.items():
            path.write_bytes(data)
        if set_before := SET_BEFORE.get(line):
            scope = "--local" if "--local" in line else "--global"
            assert here.git("config", scope, *filled(set_before, values).split()).returncode == 0
        done = here.run(
            "/bin/sh",
            "-c",
            filled(line, values),
            cwd=here.clone,
            input="\n" * 4,
            variables={"GIT_TERMINAL_PROMPT": "0", "AWS_PAGER": "", "GIT_EDITOR": "true"},
        )
        refused = "credential.helper= ls-remote" in line  # it shows that CodeCommit answers 401
        assert refused == ("could not read Username" in done.stderr), f"{line}: {done.stderr}"
        assert (done.returncode == 0) != refused, f"{line}: {done.returncode} {done.stderr}"


def _of_the_clone(here: Environment) -> Path:
    return here.clone / ".git" / "config"
