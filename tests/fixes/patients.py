"""Machines that are ill in a known way, and what a cured one is recognised by."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Any

from codecommit_doctor.rules.access_key import Keys
from codecommit_doctor.rules.signature import Resource, sign
from tests.conftest import ACCESS_KEY, CREDENTIALS, HELPER, SECRET_KEY, Finished, Sandbox

__all__ = [
    "BROKEN_PATH",
    "HOST",
    "PATH",
    "STORED",
    "fixed",
    "git_works",
    "ill",
    "journal_of",
    "keeper",
    "outcomes",
    "snapshot",
]

HOST = "git-codecommit.us-east-2.amazonaws.com"
STORED = ".git-credentials"
PATH = "/v1/repos/demo"
BROKEN_PATH = f"# mine\n[credential]\n\thelper = {HELPER}\n\tUseHttpPath = false  # why?\n"


def ill(sandbox: Sandbox, gitconfig: str | bytes = BROKEN_PATH) -> Path:
    """A machine whose ~/.gitconfig is this; all else is as the guide wants it."""
    sandbox.write(".aws/credentials", CREDENTIALS)
    sandbox.write(".aws/config", "[default]\nregion = us-east-2\noutput = json\n")
    return sandbox.write(".gitconfig", gitconfig)


def keeper(sandbox: Sandbox) -> None:
    """A stale CodeCommit password in the file of git-credential-store."""
    stale = "AKIAIOSFODNN7EXAMPLE:20200101T000000Z" + "0" * 64
    sandbox.write(STORED, f"https://{stale}@{HOST}{PATH}\n")


def git_works(sandbox: Sandbox, cwd: Path | None = None) -> bool:
    """Whether git's own credential code is given a signature that AWS would accept now."""
    env = sandbox.env | {"GIT_TERMINAL_PROMPT": "0", "GIT_ASKPASS": "", "GCM_INTERACTIVE": "never"}
    done = subprocess.run(
        [shutil.which("git") or "git", "credential", "fill"],
        input=f"protocol=https\nhost={HOST}\npath={PATH[1:]}\n\n",
        cwd=cwd or sandbox.clone,
        env=env,
        capture_output=True,
        text=True,
        timeout=60,
    )
    answer = dict(line.split("=", 1) for line in done.stdout.splitlines() if "=" in line)
    password = answer.get("password", "")
    if done.returncode or not re.fullmatch(r"\d{8}T\d{6}Z[0-9a-f]{64}", password):
        return False
    stamp = password[:15]
    made = datetime.strptime(stamp, "%Y%m%dT%H%M%S").replace(tzinfo=timezone.utc)
    fresh = abs(datetime.now(timezone.utc) - made) < timedelta(minutes=5)
    right = sign(
        Keys("test", ACCESS_KEY, SECRET_KEY), Resource(HOST, PATH.strip("/"), "us-east-2"), stamp
    )
    return fresh and answer["username"] == ACCESS_KEY and password.endswith(right)


def snapshot(sandbox: Sandbox) -> dict[Path, bytes]:
    """Every file of the machine but the journal and what git's own helpers keep."""
    files = [sandbox.system_config, *sandbox.home.rglob("*")]
    return {
        file: file.read_bytes()
        for file in files
        if file.is_file() and "codecommit-doctor" not in file.parts and file.name != STORED
    }


def fixed(sandbox: Sandbox, *words: str, cwd: Path | None = None) -> Finished:
    """A run with --fix --yes; the report on standard output is JSON alone and fits the schema."""
    return sandbox.examine("--fix", "--yes", *words, cwd=cwd)


def outcomes(finished: Finished) -> list[tuple[str, str]]:
    for fix in finished.report["fixes"]:
        assert {"check", "title", "safety", "outcome", "files"} <= set(fix)
    return [(fix["check"], fix["outcome"]) for fix in finished.report["fixes"]]


def journal_of(sandbox: Sandbox) -> list[dict[str, Any]]:
    """The journal's entries, oldest first, wherever the platform keeps them."""
    files = sorted(sandbox.home.rglob("codecommit-doctor/journal/*.json"))
    return [json.loads(file.read_bytes()) for file in files]
